"""Doubt: what a typed number is read as, and which numbers are asked about before they are sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import raw, values
from varde.core.programme_file import parse
from varde.core.quantities import BY_NAME, KINDS, meant
from varde.web.patient.doubt import Doubt, doubts, read_number

COPD, HEART = parse(raw("copd")), parse(raw("heart-failure"))


def asked(
    values: dict[str, float],
    before: dict[str, float] | None = None,
    programmes: Any = (COPD,),
    confirmed: Any = (),
) -> list[Doubt]:
    return doubts(values, before=before or {}, programmes=programmes, confirmed=confirmed)


# --- Reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("86", 86),
        ("82,4", 82.4),
        ("82.4", 82.4),
        (" 82,4 ", 82.4),
        ("82,45", 82.45),
        ("86 %", 86),
        ("86%", 86),
        ("82,4 kg", 82.4),
        ("82400 g", 82400),
        ("1,72 m", 1.72),
        ("72 slag", 72),
        ("37,5 °C", 37.5),
        ("0", 0),
        ("007", 7),
        ("375", 375),
        ("\t94\n", 94),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, number: float) -> None:
    assert read_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", ",", "kg", "åtti", "nan", "inf", "-", "%"),
        *("-5", "−5", "+5", ",5", "<90", "ca 90"),
        *("120/80", "120 80", "82,4,5", "82,4.5", "8 2", "1 000", "1e3", "0x10", "90-95", "90–95"),
        *("1234567", "82,4567", "86 målt i går kveld", "86<script>alert"),
    ],
)
def test_what_is_not_one_number_is_none(typed: str) -> None:
    assert read_number(typed) is None


@given(st.integers(0, 999_999), st.integers(0, 3), st.sampled_from(",."), st.sampled_from(
    ["", " ", " kg", "%", " mmol/l"]
))  # fmt: skip
def test_what_is_written_is_what_is_read(whole: int, places: int, comma: str, unit: str) -> None:
    text = f"{whole}{comma}{'5' * places}" if places else str(whole)
    assert read_number(text + unit) == float(text.replace(",", "."))


@given(st.text(max_size=12))
def test_anything_typed_is_a_number_that_is_not_negative_or_none(typed: str) -> None:
    number = read_number(typed)
    assert number is None or 0 <= number < 1_000_000


# --- Asking ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "why", "instead"),
    [
        ("weight", 82400, "impossible", 82.4),
        ("weight", 824, "impossible", 82.4),
        ("temperature", 375, "impossible", 37.5),
        ("temperature", 98.6, "impossible", 37.0),
        ("height", 1.72, "impossible", 172),
        ("spo2", 101, "impossible", None),
        ("spo2", 29, "impossible", None),
        ("pulse", 0, "impossible", None),
        ("pulse", 301, "impossible", None),
        ("spo2", 30, "unlikely", None),
        ("spo2", 45, "unlikely", None),
        ("spo2", 69, "unlikely", None),
        ("pulse", 181, "unlikely", None),
        ("weight", 34.9, "unlikely", None),
        ("weight", 200.1, "unlikely", 90.8),  # pounds, perhaps
        ("temperature", 41.6, "unlikely", None),
        ("spo2", 79, "critical", None),
        ("pulse", 151, "critical", None),
        ("pulse", 150.5, "critical", None),  # as it is judged: 151
        ("systolic", 79, "critical", None),
        ("systolic", 201, "critical", None),
    ],
)
def test_a_number_is_asked_about(kind: str, value: float, why: str, instead: float | None) -> None:
    assert asked({kind: value}) == [Doubt(kind, value, why, instead)]


def test_an_unlikely_number_is_asked_about_with_what_was_meant() -> None:
    (doubt,) = asked({"weight": 390})
    assert doubt.why == "unlikely"
    assert doubt.instead is not None
    assert doubt.instead == meant(BY_NAME["weight"], 390)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("spo2", 80),
        ("spo2", 87),  # red is no ground for doubt
        ("spo2", 100),
        ("pulse", 35),
        ("pulse", 150),
        ("pulse", 150.4),
        ("systolic", 80),
        ("systolic", 200),
        ("weight", 35),
        ("weight", 200),
        ("temperature", 41.5),
        ("temperature", 34),
    ],
)
def test_a_number_that_may_well_be_true_is_not_asked_about(kind: str, value: float) -> None:
    assert asked({kind: value}) == []


@pytest.mark.parametrize(
    ("last", "now", "why"),
    [
        (80.0, 85.1, ["jump"]),
        (80.0, 74.9, ["jump"]),
        (80.0, 85.0, []),  # more than 5 kg, not 5
        (80.0, 75.0, []),
        (80.0, 80.0, []),
        (80.0, 82.5, []),
    ],
)
def test_a_weight_far_from_the_last_is_asked_about(last: float, now: float, why: list[str]) -> None:
    assert [d.why for d in asked({"weight": now}, {"weight": last}, [HEART])] == why


# 64.4 − 59.4 is a little more than 5 in binary fractions.
@pytest.mark.parametrize(("last", "now"), [(59.4, 64.4), (64.4, 59.4), (60.9, 65.9)])
def test_exactly_five_kilograms_is_no_jump(last: float, now: float) -> None:
    assert asked({"weight": now}, {"weight": last}, [HEART]) == []


def test_a_first_weight_and_another_kind_have_no_jump() -> None:
    assert asked({"weight": 120.0}, {}) == []
    assert asked({"weight": 80.0}, {"pulse": 60.0}) == []
    assert asked({"pulse": 60.0}, {"pulse": 140.0}) == []


def test_a_critical_value_of_any_programme_is_asked_about() -> None:
    quiet = parse(raw("copd") | {"criticals": []})
    assert asked({"spo2": 79}, programmes=[quiet]) == []
    assert [d.why for d in asked({"spo2": 79}, programmes=[quiet, HEART])] == ["critical"]


def test_each_number_is_asked_about_by_itself() -> None:
    found = asked({"spo2": 79, "pulse": 70, "systolic": 201})
    assert [(d.kind, d.value) for d in found] == [("spo2", 79), ("systolic", 201)]


# --- Saying yes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "last"),
    [("spo2", 45, None), ("spo2", 79, None), ("weight", 88.4, 80.0)],
)
def test_what_was_said_yes_to_is_not_asked_again(
    kind: str, value: float, last: float | None
) -> None:
    before = {} if last is None else {kind: last}
    (doubt,) = asked({kind: value}, before)
    assert doubt.may_stand
    assert asked({kind: value}, before, confirmed=[doubt.key]) == []


def test_a_yes_holds_for_that_number_alone() -> None:
    (doubt,) = asked({"spo2": 79})
    assert asked({"spo2": 78}, confirmed=[doubt.key]) == [Doubt("spo2", 78, "critical")]
    assert asked({"systolic": 79}, confirmed=[doubt.key]) == [Doubt("systolic", 79, "critical")]


def test_a_yes_holds_for_every_decimal() -> None:
    (doubt,) = asked({"weight": 200.1})
    assert [d.value for d in asked({"weight": 200.2}, confirmed=[doubt.key])] == [200.2]


@pytest.mark.parametrize(("kind", "value"), [("spo2", 101), ("weight", 82400), ("pulse", 0)])
def test_the_impossible_cannot_be_said_yes_to(kind: str, value: float) -> None:
    (doubt,) = asked({kind: value})
    assert not doubt.may_stand
    assert asked({kind: value}, confirmed=[doubt.key]) == [doubt]


@given(
    st.sampled_from(sorted(BY_NAME)).flatmap(
        lambda name: st.tuples(st.just(name), values(BY_NAME[name]), values(BY_NAME[name]))
    )
)
def test_different_numbers_have_different_keys(drawn: tuple[str, float, float]) -> None:
    kind, one, other = drawn
    same = Doubt(kind, one, "unlikely").key == Doubt(kind, other, "unlikely").key
    assert same == (one == other)


@given(st.sampled_from(sorted(BY_NAME)), st.floats(0, 999_999))
def test_whatever_is_not_plausible_is_asked_about_and_nothing_is_changed(
    kind: str, value: float
) -> None:
    found = asked({kind: value})
    assert all(doubt.value == value for doubt in found)
    if not BY_NAME[kind].is_plausible(value):
        assert [doubt.why for doubt in found] in (["impossible"], ["unlikely"])


def test_every_kind_can_be_asked_about() -> None:
    assert len(asked({kind.name: kind.possible[1] + 1 for kind in KINDS})) == len(KINDS)


@pytest.mark.parametrize("confirmed", [[], ["systolic=75"], ["systolic=75", "diastolic=120"]])
def test_pressures_that_are_swapped_are_asked_about_whatever_was_said_yes_to(
    confirmed: list[str],
) -> None:
    values = {"systolic": 75.0, "diastolic": 120.0}
    asked = doubts(values, before={}, programmes=[COPD], confirmed=confirmed)
    assert [(doubt.why, doubt.may_stand) for doubt in asked] == [("swapped", False)]


def test_a_weight_in_pounds_is_asked_about_as_pounds_also_when_it_is_far_from_the_last() -> None:
    asked = doubts(
        {"weight": 180.0}, before={"weight": 82.0}, programmes=[], confirmed=[],
        units={"weight": "lb"},
    )  # fmt: skip
    assert [(doubt.why, doubt.instead) for doubt in asked] == [("unit", 81.6)]
