"""Pauses: which days nobody waits for, what comes after, and that nobody stays in one unseen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import COPD, RED, YELLOW
from tests.core.test_follow_up import TODAY, days, facts
from varde.core.expectation import Agreed, Rhythm, is_due, next_due, rhythm_on
from varde.core.follow_up import asked, planned
from varde.core.pause import (
    DAILY_AFTER,
    LONGEST_AHEAD,
    LOOK_EVERY,
    NotPaused,
    Pause,
    Why,
    demand_sound,
)

DAY = timedelta(days=1)
BEGAN = date(2026, 6, 1)
MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
RULES = COPD.follow_up


def terms(*pauses: Pause, weekday: int = 0) -> Agreed:
    return Agreed(BEGAN, weekday, pauses=pauses)


def holiday(first: int, last: int | None) -> Pause:
    return Pause(Why.HOLIDAY, days(first), None if last is None else days(last))


def admitted(first: int, last: int | None) -> Pause:
    return Pause(Why.ADMITTED, days(first), None if last is None else days(last))


def due(known: object) -> dict[str, int]:
    return {one.kind: (one.due - TODAY).days for one in planned(RULES, known)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "last", "asked_for"),
    [(0, 0, False), (-3, 0, False), (-3, None, False), (1, 5, True), (-5, -1, True)],
)
def test_no_report_is_due_on_its_days(first: int, last: int | None, asked_for: bool) -> None:
    agreed = terms(holiday(first, last))
    assert is_due(TODAY, agreed, green=True) is asked_for
    assert is_due(TODAY, agreed, green=False) is asked_for


@pytest.mark.parametrize(
    ("pauses", "next_day"),
    [
        ((), days(7)),
        ((holiday(1, 7),), days(14)),
        ((holiday(1, 6),), days(7)),
        ((holiday(7, 7), holiday(14, 20)), days(21)),
        ((admitted(-2, 0),), days(1)),  # daily after it
        ((admitted(-2, None),), None),
        ((holiday(5, None),), None),
        ((holiday(8, None),), days(7)),
    ],
)
def test_the_next_report(pauses: tuple[Pause, ...], next_day: date | None) -> None:
    assert next_due(TODAY, terms(*pauses), green=True) == next_day


@pytest.mark.parametrize(("after", "daily"), [(0, False), (1, True), (DAILY_AFTER, True),
                                              (DAILY_AFTER + 1, False)])  # fmt: skip
def test_seven_daily_days_after_an_admission(after: int, daily: bool) -> None:
    day = TUESDAY + after * DAY
    home = Pause(Why.ADMITTED, TUESDAY - 5 * DAY, TUESDAY)
    assert (rhythm_on(day, terms(home), green=True) is Rhythm.DAILY) is daily
    away = Pause(Why.HOLIDAY, TUESDAY - 5 * DAY, TUESDAY)
    assert rhythm_on(day, terms(away), green=True) is Rhythm.WEEKLY


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (0, 0, ""),
        (0, None, ""),
        (-LONGEST_AHEAD, LONGEST_AHEAD, ""),
        (2, 1, "order"),
        (-LONGEST_AHEAD - 1, 0, "far"),
        (LONGEST_AHEAD + 1, None, "far"),
        (0, LONGEST_AHEAD + 1, "far"),
    ],
)
def test_the_days_that_can_be_meant(first: int, last: int | None, code: str) -> None:
    ends = None if last is None else days(last)
    if not code:
        demand_sound(days(first), ends, today=TODAY)
        return
    with pytest.raises(NotPaused) as no:
        demand_sound(days(first), ends, today=TODAY)
    assert no.value.code == code


def test_what_falls_in_a_pause_is_done_after_it_and_silence_counts_from_its_end() -> None:
    silent = facts(heard=days(-20), contact=days(-25))
    assert due(silent) == {"silent": 0, "monthly-contact": 5}
    away = facts(heard=days(-20), contact=days(-25), pauses=(holiday(-20, 8),))
    assert due(away) == {"monthly-contact": 9}
    home = facts(heard=days(-20), contact=days(-3), pauses=(holiday(-20, -3),))
    assert "silent" not in due(home)
    back = facts(heard=days(-30), contact=days(-3), pauses=(holiday(-30, -15),))
    assert due(back)["silent"] == 0


def test_what_is_put_off_is_still_asked_for_so_that_nothing_is_withdrawn() -> None:
    known = facts(contact=days(-25))
    away = facts(contact=days(-25), pauses=(holiday(0, 60),))
    assert asked(RULES, known) == asked(RULES, away)
    assert [one for one in planned(RULES, away) if one.kind == "monthly-contact"] == []


@pytest.mark.parametrize(
    ("gone", "looks"), [(0, {14}), (13, {1}), (14, {0, 14}), (15, {-1, 13}), (28, {0, 14})]
)
def test_a_pause_without_an_end_is_looked_at(gone: int, looks: set[int]) -> None:
    known = facts(pauses=(holiday(-gone, None),), contact=days(-gone))
    found = {(one.due - TODAY).days for one in planned((), known)}
    assert found == looks
    assert {one.kind for one in planned((), known)} == {"pause-review"}


def test_after_an_admission_everything_that_held_is_looked_at_anew() -> None:
    home = facts(pauses=(admitted(-10, -1),))
    assert due(home) == {
        "review-medication": 0, "review-limits": 6, "review-habitual": 6, "review-plan": 6,
    } | due(facts())  # fmt: skip
    assert not {"review-plan"} & set(due(facts(pauses=(admitted(-10, 0),))))
    assert not {"review-plan"} & set(due(facts(pauses=(holiday(-10, -1),))))


@given(st.integers(-40, 20), st.integers(0, 40) | st.none(), st.integers(-40, 40))
def test_a_day_has_a_report_or_a_pause_or_neither(first: int, long: int | None, n: int) -> None:
    pause = holiday(first, None if long is None else first + long)
    day, agreed = days(n), terms(pause)
    if pause.holds(day):
        assert not is_due(day, agreed, green=False)
    else:
        assert is_due(day, agreed, green=False)  # yellow or red: every day


@given(st.integers(-200, 0))
def test_nobody_is_forgotten_in_a_pause(first: int) -> None:
    """Some day within `LOOK_EVERY` from now somebody is asked to look."""
    known = facts(pauses=(holiday(first, None),))
    assert any((one.due - TODAY).days <= LOOK_EVERY for one in planned((), known))
    assert holiday(first, None).resumes(TODAY) > TODAY


@pytest.mark.parametrize("pause", [holiday(-1, 30), holiday(-9, None), admitted(-1, 3)])
def test_yellow_or_red_for_long_does_not_wait_for_the_end_of_a_pause(pause: Pause) -> None:
    """What is measured in it is judged as ever."""
    yellow = facts(zone=YELLOW, since=days(-7), pauses=(pause,))
    assert due(yellow)["yellow-long"] == 0
    assert due(facts(zone=RED, since=days(-1), alike=2, pauses=(pause,)))["red-long"] == 0


def test_an_admission_that_is_told_of_late_is_followed_up_all_the_same() -> None:
    assert due(facts(pauses=(admitted(-60, -40),)))["review-medication"] == -14
