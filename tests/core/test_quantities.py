"""Quantities: units into the kind's own, what cannot be true, rounding, and what was meant."""

from math import inf, nan, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import half_up, values
from varde.core.quantities import BY_CODE, BY_LOINC, BY_NAME, KINDS, Kind, meant
from varde.core.quantities import RefusedValue as Refused

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
any_kind = st.sampled_from(KINDS)


def refusal(kind: Kind, value: float, unit: str) -> str:
    with pytest.raises(Refused) as refused:
        kind.taken(value, unit)
    return refused.value.reason


@pytest.mark.parametrize(
    ("kind", "value", "unit", "known"),
    [
        ("weight", 82.4, "kg", 82.4),
        ("weight", 82400, "g", 82.4),
        ("weight", 181, "[lb_av]", 82.1),
        ("weight", 100, "[lb_av]", 45.359237),
        ("temperature", 37.5, "Cel", 37.5),
        ("temperature", 98.6, "[degF]", 37.0),
        ("temperature", 100.4, "[degF]", 38.0),
        ("temperature", 104, "[degF]", 40.0),
        ("systolic", 120, "mm[Hg]", 120),
        ("systolic", 16, "kPa", 120.01),
        ("systolic", 13.33, "kPa", 99.98),
        ("diastolic", 10.67, "kPa", 80.03),
        ("glucose", 5.5, "mmol/L", 5.5),
        ("glucose", 90, "mg/dL", 4.996),
        ("glucose", 126, "mg/dL", 6.994),
        ("glucose", 200, "mg/dL", 11.101),
        ("height", 172, "cm", 172),
        ("height", 1.72, "m", 172),
        ("height", 68, "[in_i]", 172.72),
        ("pulse", 72, "{beats}/min", 72),
        ("respiration", 16, "{breaths}/min", 16),
        ("spo2", 94, "%", 94),
        ("mean-pressure", 12.5, "kPa", 93.758),
        ("fev1", 1450, "mL", 1.45),
        ("peak-flow", 6.5, "L/s", 390),
        ("steps", 4200, "1", 4200),
        ("steps", 4200, "{steps}", 4200),
    ],
)
def test_a_unit_is_converted(kind: str, value: float, unit: str, known: float) -> None:
    assert BY_NAME[kind].taken(value, unit) == pytest.approx(known, abs=0.005)


@every_kind
@pytest.mark.parametrize("unit", ["", "2", "stone", "°C", "KG", "%%", "kg "])
def test_an_unknown_unit_is_refused_whatever_the_value(kind: Kind, unit: str) -> None:
    assert refusal(kind, sum(kind.possible) / 2, unit) == "unit"


@pytest.mark.parametrize(
    ("kind", "unit"),
    [("weight", "Cel"), ("temperature", "kg"), ("pulse", "%"), ("glucose", "kPa"), ("spo2", "g")],
)
def test_another_kinds_unit_is_refused(kind: str, unit: str) -> None:
    assert refusal(BY_NAME[kind], 90, unit) == "unit"


@every_kind
@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_is_no_number_is_refused_in_every_unit(kind: Kind, value: float) -> None:
    for unit in (kind.unit, *kind.conversions):
        assert refusal(kind, value, unit) == "number"


@every_kind
def test_the_possible_range_is_inclusive(kind: Kind) -> None:
    low, high = kind.possible
    assert kind.taken(low, kind.unit) == low
    assert kind.taken(high, kind.unit) == high
    assert refusal(kind, nextafter(low, -inf), kind.unit) == "range"
    assert refusal(kind, nextafter(high, inf), kind.unit) == "range"


@pytest.mark.parametrize(
    ("kind", "unit", "inside", "outside"),
    [
        ("weight", "g", 400_000, 400_001),
        ("weight", "g", 300, 299),
        ("weight", "[lb_av]", 881.8, 881.9),
        ("temperature", "[degF]", 113, 113.1),
        ("temperature", "[degF]", 77, 76.9),
        ("systolic", "kPa", 39.99, 40.0),
        ("glucose", "mg/dL", 1080, 1082),
        ("height", "m", 2.5, 2.51),
    ],
)
def test_the_possible_range_holds_after_conversion(
    kind: str, unit: str, inside: float, outside: float
) -> None:
    assert BY_NAME[kind].taken(inside, unit)
    assert refusal(BY_NAME[kind], outside, unit) == "range"


@every_kind
@pytest.mark.parametrize("value", [1.7e308, -1.7e308, -1.0, 0.0, 5e-324])
def test_absurd_numbers_are_refused_in_every_unit(kind: Kind, value: float) -> None:
    """Nought is absurd but for steps and oxygen: nobody has to walk, or needs to be given any."""
    if kind.name in ("steps", "oxygen-flow") and 0 <= value < 1:
        assert kind.rounded(kind.taken(value, kind.unit)) == 0
        return
    for unit in (kind.unit, *kind.conversions):
        assert refusal(kind, value, unit) == "range"


@every_kind
def test_the_plausible_range_lies_within_the_possible_and_is_inclusive(kind: Kind) -> None:
    low, high = kind.plausible
    assert kind.possible[0] <= low < high <= kind.possible[1]
    assert kind.is_plausible(low)
    assert kind.is_plausible(high)
    assert not kind.is_plausible(nextafter(low, -inf))
    assert not kind.is_plausible(nextafter(high, inf))


def test_codes_are_never_reused() -> None:
    """What is stored: these pairs hold for ever; a new kind gets a new number."""
    stored = {1: "spo2", 2: "pulse", 3: "systolic", 4: "diastolic", 5: "weight"}
    stored |= {6: "temperature", 7: "respiration", 8: "glucose", 9: "height"}
    stored |= {10: "mean-pressure", 11: "bmi", 12: "fev1", 13: "peak-flow", 14: "steps"}
    assert {code: BY_CODE[code].name for code in stored} == stored
    assert len(BY_CODE) == len(BY_NAME) == len(KINDS)
    assert len(BY_LOINC) == sum(len(kind.loinc) for kind in KINDS)


@pytest.mark.parametrize(
    ("kind", "value", "rounded"),
    [
        ("spo2", 89.49, 89),
        ("spo2", 89.5, 90),
        ("spo2", 88.5, 89),  # half up, not to the even one
        ("spo2", 90.5, 91),
        ("temperature", 37.94, 37.9),
        ("temperature", 37.95, 38.0),
        ("temperature", 38.04, 38.0),
        ("temperature", 38.05, 38.1),
        ("weight", 82.25, 82.3),
        ("weight", 82.35, 82.4),  # as written, though the binary fraction lies below
        ("weight", 82.449999, 82.4),
        ("glucose", 4.996, 5.0),
        ("pulse", 72, 72),
    ],
)
def test_rounding_is_half_up(kind: str, value: float, rounded: float) -> None:
    assert BY_NAME[kind].rounded(value) == rounded


@given(any_kind.flatmap(lambda kind: st.tuples(st.just(kind), values(kind), values(kind))))
def test_rounding_is_half_up_everywhere_keeps_order_and_is_done_once(
    drawn: tuple[Kind, float, float],
) -> None:
    kind, one, other = drawn
    assert kind.rounded(one) == half_up(one, kind.decimals)
    assert kind.rounded(kind.rounded(one)) == kind.rounded(one)
    if one <= other:
        assert kind.rounded(one) <= kind.rounded(other)


@given(any_kind, st.floats(allow_nan=True, allow_infinity=True))
def test_what_is_taken_is_possible_or_refused(kind: Kind, value: float) -> None:
    for unit in (kind.unit, *kind.conversions):
        try:
            taken = kind.taken(value, unit)
        except Refused as refused:
            assert refused.reason in {"number", "range"}
        else:
            assert kind.possible[0] <= taken <= kind.possible[1]


@pytest.mark.parametrize(
    ("kind", "typed", "suggested"),
    [
        ("weight", 82400, 82.4),  # grams
        ("weight", 65000, 65.0),
        ("weight", 824, 82.4),  # without comma: as pounds it would be 373.8
        ("weight", 35000, 35.0),
        ("temperature", 375, 37.5),
        ("temperature", 384, 38.4),
        ("temperature", 98.6, 37.0),  # Fahrenheit
        ("temperature", 100.4, 38.0),
        ("height", 1.72, 172),
        ("glucose", 540, 30.0),  # mg/dl
    ],
)
def test_what_was_meant_is_suggested(kind: str, typed: float, suggested: float) -> None:
    assert meant(BY_NAME[kind], typed) == suggested


@pytest.mark.parametrize(
    ("typed", "suggested"), [(200.1, 90.8), (220, 99.8), (250, 113.4), (300, 136.1)]
)
def test_pounds_are_recognised(typed: float, suggested: float) -> None:
    assert meant(BY_NAME["weight"], typed) == suggested


@pytest.mark.parametrize(
    ("typed", "suggested"), [(36, 2.0), (72, 4.0), (90, 5.0), (180, 10.0), (270, 15.0)]
)
def test_glucose_in_mg_per_dl_is_recognised(typed: float, suggested: float) -> None:
    assert meant(BY_NAME["glucose"], typed) == suggested


@pytest.mark.parametrize(
    ("kind", "typed", "first"),
    [
        ("weight", 390, 176.9),  # in pounds; 39.0 without its comma
        ("weight", 440, 199.6),
        ("weight", 442, 44.2),  # in pounds 200.5, more than is plausible
        ("glucose", 35, 3.5),  # as mg/dl 1.9, less than is plausible
        ("glucose", 55, 3.1),  # as mg/dl; 5.5 without its comma
        ("temperature", 94, 34.4),  # Fahrenheit
        ("temperature", 350, 35.0),
    ],
)
def test_of_two_readings_the_first_plausible_is_suggested(
    kind: str, typed: float, first: float
) -> None:
    """Weight: grams, pounds, a lost comma. Glucose: mg/dl, a lost comma."""
    assert meant(BY_NAME[kind], typed) == first


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("weight", 82.4),
        ("weight", 200),
        ("weight", 20),
        ("weight", 9_999_999),
        ("temperature", 37.5),
        ("temperature", 42),
        ("glucose", 25),  # 2.5 would do as well, but 25 is no error
        ("weight", 199),
        ("spo2", 9),
        ("spo2", 45),
        ("pulse", 720),
        ("systolic", 12),
        ("weight", 0),
        ("weight", nan),
    ],
)
def test_nothing_is_suggested_where_it_is_plausible_or_no_reading_is(
    kind: str, typed: float
) -> None:
    assert meant(BY_NAME[kind], typed) is None


@given(any_kind, st.floats(0, 999_999))
def test_a_suggestion_is_plausible_and_only_made_for_the_implausible(
    kind: Kind, typed: float
) -> None:
    suggested = meant(kind, typed)
    if kind.is_plausible(typed):
        assert suggested is None
    elif suggested is not None:
        assert kind.is_plausible(suggested)
        assert suggested == kind.rounded(suggested)
