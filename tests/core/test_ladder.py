"""The escalation ladder: who is next, by when, and that no answer is never the end of it unseen."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import COPD, GREEN, HEART, RED, YELLOW
from tests.core.strategies import raw
from varde.core.calendar import OpeningHours, is_open
from varde.core.ladder import LEAST, Asked, Ladder, Rung, after, answer_due, strictest
from varde.core.programme_file import BadProgramme, parse

OSLO = ZoneInfo("Europe/Oslo")
HOURS = OpeningHours({day: (time(9), time(15)) for day in range(5)}, lambda _day: False, OSLO)
STEPS = (Rung(Asked.GP, 2), Rung(Asked.SPECIALIST, 2), Rung(Asked.OUT_OF_HOURS, 1))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026; the 16th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=OSLO)


@pytest.mark.parametrize(
    ("asked", "then"),
    [
        ([], Asked.GP),
        (["gp"], Asked.SPECIALIST),
        (["specialist"], Asked.OUT_OF_HOURS),  # a step may be gone past
        (["specialist", "gp"], Asked.OUT_OF_HOURS),
        (["gp", "specialist", "out-of-hours"], None),
        (["out-of-hours"], None),
    ],
)
def test_who_is_next(asked: list[str], then: Asked | None) -> None:
    found = after(STEPS, asked)
    assert (found.ask if found else None) == then


@pytest.mark.parametrize(
    ("zone", "hours", "asked", "due"),
    [
        (YELLOW, 12, at(16, 10), at(18, 10)),
        (YELLOW, 2, at(16, 14), at(17, 10)),
        (YELLOW, 12, at(20, 14), at(24, 14)),  # over a weekend
        (RED, 2, at(16, 10), at(16, 12)),
        (RED, 2, at(16, 12, 30), at(16, 14, 30)),
        (RED, 2, at(16, 13), at(16, 14, 30)),  # before the service closes, not tomorrow
        (RED, 2, at(16, 14, 25), at(16, 14, 35)),  # and never at once
        (RED, 2, at(16, 14, 55), at(16, 15, 5)),
        (RED, 2, at(16, 15, 5), at(16, 17, 5)),  # moved on after closing: not until the morning
        (RED, 2, at(16, 20), at(16, 22)),
        (GREEN, 2, at(16, 13), at(16, 15)),
    ],
)
def test_by_when_an_answer_must_have_come(
    zone: object, hours: float, asked: datetime, due: datetime
) -> None:
    assert answer_due(Rung(Asked.GP, hours), zone, HOURS, asked) == due  # type: ignore[arg-type]


@given(st.floats(0.25, 60), st.integers(0, 60 * 24 * 14), st.sampled_from([YELLOW, RED]))
def test_there_is_always_some_time_to_answer_and_a_red_is_moved_on_the_same_opening(
    hours: float, minutes: int, zone: object
) -> None:
    asked = at(2, 0) + timedelta(minutes=minutes)
    due = answer_due(Rung(Asked.GP, hours), zone, HOURS, asked)  # type: ignore[arg-type]
    assert due - asked >= min(LEAST, timedelta(hours=hours))
    if zone is RED:
        assert due - asked <= timedelta(hours=hours)
        assert due - asked <= timedelta(hours=6) or not is_open(HOURS, asked)


def test_of_several_programmes_the_one_that_answers_first_holds() -> None:
    slow = Ladder(red=(Rung(Asked.SPECIALIST, 6),))
    fast = Ladder(red=(Rung(Asked.GP, 1),), yellow=(Rung(Asked.OUTREACH, 12),))
    assert strictest([slow, fast], RED) == fast.red
    assert strictest([slow, fast], YELLOW) == fast.yellow
    assert strictest([slow, Ladder()], RED) == slow.red
    assert strictest([slow], YELLOW) == ()
    assert strictest([], RED) == ()


@pytest.mark.parametrize(
    ("days", "asked"),
    [(0, ["gp"]), (1, ["gp"]), (2, ["gp", "admission"]), (30, ["gp", "admission"])],
)
def test_some_are_asked_only_when_it_has_lasted(days: int, asked: list[str]) -> None:
    ladder = Ladder(red=(Rung(Asked.GP, 2), Rung(Asked.ADMISSION, 2, from_days=2)))
    assert [rung.ask for rung in ladder.of(RED, days)] == asked
    assert [rung.ask for rung in strictest([ladder], RED, days)] == asked


@pytest.mark.parametrize("from_days", [-1, 91])
def test_a_step_waits_for_days_that_can_be(from_days: int) -> None:
    steps = (Rung(Asked.GP, 2), Rung(Asked.ADMISSION, 2, from_days=from_days))
    assert [*Ladder(yellow=steps).wrong()] == ["ladder.yellow: from_days is from 0 to 90"]


def test_somebody_is_asked_from_the_first_day() -> None:
    (wrong,) = Ladder(red=(Rung(Asked.GP, 2, from_days=1),)).wrong()
    assert "somebody is asked from the first day" in wrong


def test_both_programmes_that_come_with_varde_have_one() -> None:
    for one in (COPD, HEART):
        assert one.ladder.red[0].ask == "gp"
        assert one.ladder.red[-1].ask == "out-of-hours"
        assert one.ladder.yellow


@pytest.mark.parametrize(
    ("ladder", "told"),
    [
        ({"yellow": [{"ask": "gp", "hours": 0}]}, "hours are more than 0"),
        ({"red": [{"ask": "gp", "hours": 61}]}, "at most 60"),
        ({"red": [{"ask": "gp", "hours": 1}, {"ask": "gp", "hours": 2}]}, "nobody is asked twice"),
        ({"red": [{"ask": "the neighbour", "hours": 1}]}, "the neighbour"),
        ({"green": []}, "green"),
        ({"yellow": [{"ask": "gp", "hours": float("nan")}]}, "hours"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(ladder: object, told: str) -> None:
    content = raw("copd") | {"ladder": ladder}
    with pytest.raises(BadProgramme, match=told):
        parse(content)
