"""Units: the same measure however UCUM lets it be written; another measure is another measure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.quantities import BY_NAME, KINDS, Kind, RefusedValue, plain_unit


@pytest.mark.parametrize(
    ("kind", "value", "unit", "known"),
    [
        ("pulse", 72, "/min", 72),
        ("pulse", 72, "{beat}/min", 72),
        ("pulse", 72, "{beats}/min", 72),
        ("pulse", 72, "{Beats}/min", 72),
        ("pulse", 72, "1/min", 72),
        ("respiration", 16, "{breaths}/min", 16),
        ("respiration", 16, "{resp}/min", 16),
        ("respiration", 16, "1/min", 16),
        ("peak-flow", 390, "l/min", 390),
        ("peak-flow", 6.5, "l/s", 390),
        ("glucose", 90, "mg/dl", 4.996),
        ("glucose", 5.5, "mmol/l", 5.5),
        ("fev1", 1.45, "l", 1.45),
        ("fev1", 1450, "ml", 1.45),
        ("steps", 3000, "{steps}", 3000),
        ("steps", 3000, "{step}", 3000),
        ("steps", 3000, "1", 3000),
        ("spo2", 96, "%{HemoglobinSaturation}", 96),
    ],
)
def test_the_same_measure_is_taken_however_it_is_written(
    kind: str, value: float, unit: str, known: float
) -> None:
    assert BY_NAME[kind].taken(value, unit) == known


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("pulse", "kg"),
        ("pulse", "{beat}"),
        ("pulse", "{beat}/s"),
        ("pulse", "/h"),
        ("pulse", "1"),
        ("pulse", "2/min"),
        ("pulse", "{beat/min"),
        ("pulse", "min"),
        ("respiration", "{breaths}/h"),
        ("peak-flow", "l"),
        ("peak-flow", "ml/min"),
        ("glucose", "MG/DL"),
        ("glucose", "mg/l"),
        ("weight", "{kg}"),
        ("weight", "1"),
        ("temperature", "cel"),
        ("steps", "{steps}/min"),
    ],
)
def test_another_measure_is_refused(kind: str, unit: str) -> None:
    with pytest.raises(RefusedValue) as refused:
        BY_NAME[kind].taken(72, unit)
    assert refused.value.reason == "unit"


@given(
    st.sampled_from([kind for kind in KINDS if kind.unit.startswith("/")]),
    st.text(st.characters(codec="ascii", exclude_characters="{}"), max_size=12),
)
def test_what_stands_in_braces_means_nothing(kind: Kind, text: str) -> None:
    value = sum(kind.possible) / 2
    assert kind.taken(value, f"{{{text}}}{kind.unit}") == value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_unit_once_plain_stays_as_it_is(kind: Kind) -> None:
    for unit in (kind.unit, *kind.conversions):
        plain = plain_unit(unit)
        assert plain_unit(plain) == plain
