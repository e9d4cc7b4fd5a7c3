"""What follows by itself: on which day, once, and not when it has been done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import COPD, GREEN, GREY, HEART, RED, YELLOW
from tests.core.strategies import raw
from varde.core.follow_up import AHEAD, LATE, Facts, asked, planned
from varde.core.programme_file import BadProgramme, parse
from varde.core.zones import Zone

TODAY = date(2026, 11, 16)
RULES = COPD.follow_up


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


def facts(began: int = -60, **more: object) -> Facts:
    known = Facts(TODAY, days(began), contact=days(-3), heard=TODAY, zone=GREEN, since=days(-20))
    return replace(known, **more)  # type: ignore[arg-type]


def told(known: Facts) -> dict[str, int]:
    """Each thing that is planned, and in how many days."""
    return {one.kind: (one.due - TODAY).days for one in planned(RULES, known)}


def test_both_programmes_that_come_with_varde_have_them() -> None:
    assert HEART.follow_up == RULES
    assert len(RULES) == 8


@pytest.mark.parametrize(
    ("began", "contact", "wanted"),
    [
        (0, None, {"new-patient": 7, "goal-conversation": 14, "review-limits": 14}),
        (-6, None, {"new-patient": 1, "goal-conversation": 8, "review-limits": 8}),
        (-7, None, {"new-patient": 0, "goal-conversation": 7, "review-limits": 7}),
        (-9, None, {"new-patient": -2, "goal-conversation": 5, "review-limits": 5}),
        (-9, -9, {"new-patient": -2, "goal-conversation": 5, "review-limits": 5}),
        (-9, -8, {"goal-conversation": 5, "review-limits": 5}),
        (-14, -2, {"goal-conversation": 0, "review-limits": 0}),
        (-28, -2, {"goal-conversation": -14, "review-limits": -14}),
        (-29, -2, {}),
    ],
)
def test_a_new_patient(began: int, contact: int | None, wanted: dict[str, int]) -> None:
    known = facts(began, contact=None if contact is None else days(contact))
    found = {kind: due for kind, due in told(known).items() if kind != "monthly-contact"}
    assert found == wanted


@pytest.mark.parametrize(
    ("since", "alike", "due"),
    [(0, 1, 7), (-3, 2, 4), (-3, 3, 0), (-6, 1, 1), (-7, 1, 0), (-12, 9, -5)],
)
def test_yellow_for_long_is_seven_days_or_three_in_a_row(since: int, alike: int, due: int) -> None:
    known = facts(zone=YELLOW, since=days(since), alike=alike)
    assert told(known)["yellow-long"] == due


@pytest.mark.parametrize(
    ("since", "alike", "due"), [(0, 1, 2), (-1, 2, 0), (-1, 1, 1), (-2, 1, 0), (-3, 1, -1)]
)
def test_red_for_long_is_two_days_or_two_in_a_row(since: int, alike: int, due: int) -> None:
    found = told(facts(zone=RED, since=days(since), alike=alike))
    assert found["red-long"] == due
    assert "yellow-long" not in found
    assert "red-long" not in told(facts(zone=YELLOW, since=days(since), alike=alike))


@pytest.mark.parametrize("zone", [GREEN, RED, GREY])
def test_only_yellow_is_yellow_for_long(zone: Zone) -> None:
    assert "yellow-long" not in told(facts(zone=zone, since=days(-30), alike=30))


@pytest.mark.parametrize(
    ("contact", "due"), [(-29, 1), (-30, 0), (-31, -1), (-400, -14), (-16, 14), (-15, None)]
)
def test_contact_at_least_each_thirty_days_also_when_all_is_green(
    contact: int, due: int | None
) -> None:
    assert told(facts(began=-500, contact=days(contact))).get("monthly-contact") == due


@pytest.mark.parametrize(("heard", "due"), [(-13, None), (-14, 0), (-90, 0)])
def test_who_sends_nothing_for_two_weeks(heard: int, due: int | None) -> None:
    assert told(facts(heard=days(heard))).get("silent") == due


@pytest.mark.parametrize(
    ("missed", "odd", "is_told"), [(3, 3, False), (4, 0, True), (0, 4, True), (0, 0, False)]
)
def test_signals_that_gather_ask_whether_it_is_still_right(
    missed: int, odd: int, is_told: bool
) -> None:
    assert ("still-right" in told(facts(missed=missed, odd=odd))) is is_told


def test_each_occurrence_is_another_only_when_something_has_happened() -> None:
    yellow = facts(zone=YELLOW, since=days(-8))
    first = {(one.kind, one.occurrence) for one in planned(RULES, yellow)}
    tomorrow = replace(yellow, today=days(1))
    assert {(one.kind, one.occurrence) for one in planned(RULES, tomorrow)} == first
    again = replace(yellow, since=days(-7))
    assert {(one.kind, one.occurrence) for one in planned(RULES, again)} != first


day = st.integers(-400, 0).map(days)
FACTS = st.builds(
    Facts,
    today=st.just(TODAY), began=day, zone=st.sampled_from(list(Zone)), since=day,
    alike=st.integers(0, 9), contact=day | st.none(), heard=day | st.none(),
    missed=st.integers(0, 9), odd=st.integers(0, 9),
)  # fmt: skip


@given(FACTS)
def test_nothing_is_planned_twice_nor_out_of_sight_nor_what_is_not_asked(known: Facts) -> None:
    found = planned(RULES, known)
    keys = [(one.kind, one.occurrence) for one in found]
    assert len(keys) == len(set(keys))
    assert set(keys) <= asked(RULES, known)
    assert all(TODAY - LATE <= one.due <= TODAY + AHEAD for one in found)
    assert planned([*RULES, *RULES], known) == found


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"when": "new", "every": 14, "until": 14}, "every is at least 1"),
        ({"when": "day", "day": 0}, "day is at least 1"),
        ({"when": "yellow", "reports": 1}, "reports at least 2"),
        ({"when": "green", "days": 0}, "days is at least 1"),
        ({"when": "silent", "days": 0}, "days is at least 1"),
        ({"when": "signals", "missed": 0}, "missed and odd"),
        ({"when": "never"}, "never"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule: dict[str, object], message: str) -> None:
    with pytest.raises(BadProgramme, match=message):
        parse(raw("copd") | {"follow_up": [{"task": "x"} | rule]})
