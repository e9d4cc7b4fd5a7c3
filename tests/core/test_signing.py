"""A signature is of one part as it stood: the same content is the same, any change is another."""

from __future__ import annotations

import pytest

from tests.core.strategies import raw
from varde.core.programme_file import parse
from varde.core.signing import FIELDS, Part, digest_of

UNSIGNED = {"key", "version", "name", "minutes", "standard"}  # what nobody signs, but the limits


def changed(**more: object) -> dict[str, str]:
    """The digest of each part when the programme says this instead."""
    one = parse(raw("copd") | more)
    return {part: digest_of(one, part) for part in Part}


AS_IT_IS = changed()


def test_every_field_of_a_programme_belongs_to_one_part_or_is_nobodys() -> None:
    every = [name for names in FIELDS.values() for name in names]
    assert len(every) == len(set(every))
    assert set(every) | UNSIGNED == set(parse(raw("copd")).__struct_fields__)


def test_a_new_version_that_changes_nothing_is_signed_already() -> None:
    assert changed(version=9, minutes=7) == AS_IT_IS


@pytest.mark.parametrize(
    ("part", "more"),
    [
        (Part.LIMITS, {"drops": []}),
        (Part.LIMITS, {"criticals": [{"kind": "spo2", "below": 81}]}),
        (Part.TIMES, {"measure_again_minutes": 11}),
        (Part.TIMES, {"ladder": {}}),
        (Part.TIMES, {"follow_up": []}),
        (Part.ADVICE, {"call_113_when": []}),
    ],
)
def test_a_change_is_of_one_part_alone(part: Part, more: dict[str, object]) -> None:
    found = changed(**more)
    assert {name for name in Part if found[name] != AS_IT_IS[name]} == {part}


def test_one_limit_of_the_standard_set_is_enough() -> None:
    content = raw("copd")
    content["standard"]["limits"]["spo2"]["warning_low"] = 91
    assert digest_of(parse(content), Part.LIMITS) != AS_IT_IS[Part.LIMITS]
    content = raw("copd")
    content["standard"]["version"] = 2
    assert digest_of(parse(content), Part.LIMITS) == AS_IT_IS[Part.LIMITS]
