"""Expectations: the window a report counts in, what came of it, and on which days it is due."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.expectation import (
    Agreed,
    Rhythm,
    days_due,
    is_due,
    lacking,
    next_due,
    rhythm_on,
    window,
)

OSLO = ZoneInfo("Europe/Oslo")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAILY, WEEKLY = Rhythm.DAILY, Rhythm.WEEKLY
MONDAY, TUESDAY, WEDNESDAY = 0, 1, 2
START = date(2026, 11, 4)  # a Wednesday
PARTS = ("spo2", "pulse", "questions")
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
terms = st.builds(
    Agreed,
    days,
    st.integers(0, 6),
    st.integers(0, 30),
    st.booleans(),
    st.booleans(),
)


# --- Windows -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "rhythm", "opens", "deadline"),
    [  # local times, told in UTC
        (date(2026, 11, 16), DAILY, "2026-11-15T23:00", "2026-11-17T11:00"),
        (date(2026, 11, 16), WEEKLY, "2026-11-15T23:00", "2026-11-17T23:00"),
        (date(2026, 7, 1), DAILY, "2026-06-30T22:00", "2026-07-02T10:00"),
        (date(2026, 7, 1), WEEKLY, "2026-06-30T22:00", "2026-07-02T22:00"),
        # the night with 23 hours is that to 29 March; the one with 25 that to 25 October
        (date(2026, 3, 28), DAILY, "2026-03-27T23:00", "2026-03-29T10:00"),
        (date(2026, 3, 28), WEEKLY, "2026-03-27T23:00", "2026-03-29T22:00"),
        (date(2026, 3, 29), DAILY, "2026-03-28T23:00", "2026-03-30T10:00"),
        (date(2026, 10, 24), DAILY, "2026-10-23T22:00", "2026-10-25T11:00"),
        (date(2026, 10, 24), WEEKLY, "2026-10-23T22:00", "2026-10-25T23:00"),
        (date(2026, 10, 25), WEEKLY, "2026-10-24T22:00", "2026-10-26T23:00"),
        (date(2028, 2, 28), DAILY, "2028-02-27T23:00", "2028-02-29T11:00"),
        (date(2028, 2, 29), WEEKLY, "2028-02-28T23:00", "2028-03-01T23:00"),
        (date(2026, 12, 31), DAILY, "2026-12-30T23:00", "2027-01-01T11:00"),
    ],
)
def test_the_window_is_the_local_day_and_its_grace(
    day: date, rhythm: Rhythm, opens: str, deadline: str
) -> None:
    found = window(day, rhythm, OSLO)
    assert found.day == day
    assert found.opens.astimezone(UTC) == datetime.fromisoformat(f"{opens}+00:00")
    assert found.deadline.astimezone(UTC) == datetime.fromisoformat(f"{deadline}+00:00")


@given(days, st.sampled_from(Rhythm))
def test_a_window_holds_its_day_and_is_aware(day: date, rhythm: Rhythm) -> None:
    found = window(day, rhythm, OSLO)
    assert found.opens.utcoffset() is not None
    assert found.deadline.utcoffset() is not None
    assert found.opens.astimezone(OSLO).date() == day
    grace = found.deadline.astimezone(UTC) - window(day + DAY, rhythm, OSLO).opens.astimezone(UTC)
    wanted = 24 * HOUR if rhythm is Rhythm.WEEKLY else 12 * HOUR
    assert wanted - HOUR <= grace <= wanted + HOUR


# --- What came ---------------------------------------------------------------------------------


def test_what_lacks_is_named_in_the_order_expected() -> None:
    assert lacking(PARTS, ["pulse"]) == ("spo2", "questions")
    assert lacking(PARTS, []) == PARTS
    assert lacking(PARTS, reversed(PARTS)) == ()


# --- Which days --------------------------------------------------------------------------------


def test_daily_days_are_every_day_up_to_the_end() -> None:
    assert days_due(date(2026, 11, 30), date(2026, 12, 3), DAILY, MONDAY) == [
        date(2026, 11, 30),
        date(2026, 12, 1),
        date(2026, 12, 2),
    ]


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 17), [2, 9, 16]),  # Mondays, the first one with
        (date(2026, 11, 2), date(2026, 11, 16), [2, 9]),  # the end not
        (date(2026, 11, 3), date(2026, 11, 9), []),
    ],
)
def test_weekly_days_are_the_weekday_up_to_the_end(start: date, end: date, due: list[int]) -> None:
    assert days_due(start, end, WEEKLY, MONDAY) == [date(2026, 11, day) for day in due]


@pytest.mark.parametrize("rhythm", Rhythm)
def test_no_span_has_no_days(rhythm: Rhythm) -> None:
    assert days_due(START, START, rhythm, WEDNESDAY) == []
    assert days_due(START, START - DAY, rhythm, WEDNESDAY) == []


@pytest.mark.parametrize(
    ("ago", "green", "rhythm"),
    [
        (0, True, DAILY),
        (13, True, DAILY),  # the fourteenth day of the trial
        (14, True, WEEKLY),
        (14, False, DAILY),
        (400, True, WEEKLY),
        (400, False, DAILY),
    ],
)
def test_daily_in_the_trial_and_while_not_green_else_weekly(
    ago: int, green: bool, rhythm: Rhythm
) -> None:
    agreed = Agreed(START, MONDAY)
    assert rhythm_on(START + ago * DAY, agreed, green=green) is rhythm


def test_what_is_agreed_may_say_another() -> None:
    later = START + 30 * DAY
    assert rhythm_on(later, Agreed(START, MONDAY, every_day=True), green=True) is DAILY
    steady = Agreed(START, MONDAY, daily_until_green=False)
    assert rhythm_on(later, steady, green=False) is WEEKLY
    assert rhythm_on(START, Agreed(START, MONDAY, trial_days=0), green=True) is WEEKLY


@pytest.mark.parametrize(
    ("day", "green", "due"),
    [
        (START - DAY, True, False),  # before the beginning nothing is due, in no zone
        (START - DAY, False, False),
        (date(2026, 11, 2), False, False),  # not even on the weekday
        (START, True, True),
        (date(2026, 11, 17), True, True),  # the last day of the trial, a Tuesday
        (date(2026, 11, 18), True, False),
        (date(2026, 11, 18), False, True),
        (date(2026, 11, 23), True, True),  # the first Monday after the trial
        (date(2026, 11, 24), True, False),
    ],
)
def test_whether_a_day_is_due(day: date, green: bool, due: bool) -> None:
    assert is_due(day, Agreed(START, MONDAY), green=green) is due


@pytest.mark.parametrize(
    ("after", "green", "due"),
    [
        (START, True, date(2026, 11, 5)),
        (date(2026, 11, 16), True, date(2026, 11, 17)),
        (date(2026, 11, 17), True, date(2026, 11, 23)),  # from daily to the weekday
        (date(2026, 11, 17), False, date(2026, 11, 18)),
        (date(2026, 11, 22), True, date(2026, 11, 23)),
        (date(2026, 11, 23), True, date(2026, 11, 30)),  # later than, not on
        (date(2026, 11, 23), False, date(2026, 11, 24)),
        (START - DAY, True, START),
    ],
)
def test_the_next_day_that_is_due(after: date, green: bool, due: date) -> None:
    assert next_due(after, Agreed(START, MONDAY), green=green) == due


@given(terms, st.integers(0, 60), st.booleans())
def test_the_next_day_is_due_and_none_before_it_is(agreed: Agreed, n: int, green: bool) -> None:
    after = agreed.start + (n - 1) * DAY
    found = next_due(after, agreed, green=green)
    assert found is not None and after < found <= after + 8 * DAY
    assert is_due(found, agreed, green=green)
    between = (found - after).days
    assert not any(is_due(after + k * DAY, agreed, green=green) for k in range(1, between))


@pytest.mark.parametrize(
    ("before", "trial", "first"),
    [
        (2, 14, START),
        (5, 14, START),
        (30, 14, START),
        (5, 0, date(2026, 11, 9)),  # the first Monday
        (30, 0, date(2026, 11, 9)),
    ],
)
def test_before_the_beginning_the_first_day_due_is_next(
    before: int, trial: int, first: date
) -> None:
    agreed = Agreed(START, MONDAY, trial_days=trial)
    assert next_due(START - before * DAY, agreed, green=True) == first


@given(terms, days)
def test_green_never_asks_for_more_than_not_green(agreed: Agreed, day: date) -> None:
    assert is_due(day, agreed, green=True) <= is_due(day, agreed, green=False)


@given(terms, st.integers(0, 100), st.booleans())
def test_a_report_is_due_at_least_once_a_week(agreed: Agreed, n: int, green: bool) -> None:
    first = agreed.start + n * DAY
    assert any(is_due(first + k * DAY, agreed, green=green) for k in range(7))
