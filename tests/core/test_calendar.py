"""Opening hours: tables at the boundaries, both DST nights, 29 February, and properties."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import varde.core.calendar as cal
from varde.core.calendar import OpeningHours

OSLO = ZoneInfo("Europe/Oslo")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=3 * 365)
HOLIDAYS = {  # New Year, Easter 2026, Christmas, New Year, 17 May (a Wednesday)
    *(date(2026, 1, 1), date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 6)),
    *(date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)),
    date(2028, 5, 17),
}


def never(day: date) -> bool:
    """No holidays at all."""
    return False


def nightly(opens: time, closes: time) -> OpeningHours:
    return OpeningHours(dict.fromkeys(range(7), (opens, closes)), never, OSLO)


WEEK = OpeningHours(dict.fromkeys(range(5), (time(9), time(15))), HOLIDAYS.__contains__, OSLO)
CLOSED = OpeningHours({}, never, OSLO)
ALWAYS_HOLIDAY = OpeningHours(WEEK.weekdays, lambda day: True, OSLO)
ROUND_THE_CLOCK = nightly(time(0), time(0))
OPENINGS = [
    ("2026-03-13 08:59", "2026-03-13 09:00", None),
    ("2026-03-13 09:00", "2026-03-13 09:00", "2026-03-13 15:00"),
    ("2026-03-13 14:59", "2026-03-13 14:59", "2026-03-13 15:00"),
    ("2026-03-13 15:00", "2026-03-16 09:00", None),
    ("2026-03-14 12:00", "2026-03-16 09:00", None),
    ("2026-03-27 15:00", "2026-03-30 09:00", None),  # over the night 29 March
    ("2026-10-23 15:00", "2026-10-26 09:00", None),  # over the night 25 October
    ("2026-04-01 15:00", "2026-04-07 09:00", None),  # Easter
    ("2028-05-16 15:00", "2028-05-18 09:00", None),
    ("2026-12-23 15:00", "2026-12-28 09:00", None),
    ("2026-12-31 15:00", "2027-01-04 09:00", None),
    ("2028-02-28 15:00", "2028-02-29 09:00", None),
    ("2028-02-29 15:00", "2028-03-01 09:00", None),
]
AMOUNTS_FROM = [
    ("2026-03-13 13:00", 2 * HOUR, "2026-03-13 15:00"),  # filled exactly: at closing
    ("2026-03-13 13:01", 2 * HOUR, "2026-03-16 09:01"),
    ("2026-03-14 12:00", 0 * HOUR, "2026-03-14 12:00"),
    ("2026-03-27 14:00", 2 * HOUR, "2026-03-30 10:00"),
    ("2026-10-23 14:00", 2 * HOUR, "2026-10-26 10:00"),
    ("2026-04-01 14:00", 2 * HOUR, "2026-04-07 10:00"),
    ("2028-02-28 14:00", 8 * HOUR, "2028-03-01 10:00"),
]
DST_NIGHTS = [
    # 29 March 2026, 02:00–03:00 does not exist
    (time(1), time(4), "2026-03-29T00:00", "2026-03-29T02:00"),
    (time(2, 30), time(4), "2026-03-29T01:00", "2026-03-29T02:00"),
    (time(1), time(2, 30), "2026-03-29T00:00", "2026-03-29T01:00"),
    # 25 October 2026, 02:00–03:00 comes twice
    (time(1), time(4), "2026-10-24T23:00", "2026-10-25T03:00"),
    (time(2, 30), time(4), "2026-10-25T00:30", "2026-10-25T03:00"),
    (time(1), time(2, 30), "2026-10-24T23:00", "2026-10-25T00:30"),
    (time(2), time(3), "2026-10-25T00:00", "2026-10-25T02:00"),
]
DAYS = [
    (date(2026, 3, 29), 23, "2026-03-29T10:00"),
    (date(2026, 10, 25), 25, "2026-10-25T11:00"),
    (date(2028, 2, 29), 24, "2028-02-29T11:00"),
]
Call = Callable[[OpeningHours, datetime], object]
SEARCHES: list[Call] = [
    cal.next_opening,
    lambda hours, at: cal.add_open(hours, at, HOUR),
]
OTHERS: list[Call] = [
    cal.is_open,
    cal.closing_time,
    lambda hours, at: cal.open_between(hours, JANUARY, at),
    lambda hours, at: cal.open_between(hours, at, JANUARY),
]
NIGHTS = [(time(1, 30), time(2, 30)), (time(2), time(3)), (time(2, 15), time(2, 45))]
ZONES = st.sampled_from(["Europe/Oslo", "America/St_Johns", "Australia/Lord_Howe"])
TIMES = st.tuples(st.integers(0, 47), st.integers(0, 47)).filter(lambda pair: pair[0] < pair[1])
MOMENTS = st.timedeltas(timedelta(0), SPAN).map(lambda passed: JANUARY + passed)
AMOUNTS = st.timedeltas(timedelta(0), timedelta(days=10))


def oslo(text: str) -> datetime:
    """`2026-03-13 14:59` as a moment, local."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(moment: datetime | None) -> str | None:
    """A result as local time to the minute, having checked that it is in UTC."""
    assert moment is None or moment.tzinfo is UTC
    return f"{moment.astimezone(OSLO):%Y-%m-%d %H:%M}" if moment else None


@pytest.mark.parametrize("at, opens, closes", OPENINGS)
def test_open_next_and_closing(at: str, opens: str, closes: str | None) -> None:
    moment = oslo(at)
    assert cal.is_open(WEEK, moment) is (at == opens)
    assert shown(cal.next_opening(WEEK, moment)) == opens
    assert shown(cal.closing_time(WEEK, moment)) == closes


@pytest.mark.parametrize("start, amount, end", AMOUNTS_FROM)
def test_add_open_and_back(start: str, amount: timedelta, end: str) -> None:
    assert shown(cal.add_open(WEEK, oslo(start), amount)) == end
    assert cal.open_between(WEEK, oslo(start), oslo(end)) == amount


@pytest.mark.parametrize("opens, closes, first, last", DST_NIGHTS)
def test_openings_in_dst_nights(opens: time, closes: time, first: str, last: str) -> None:
    hours, starts, ends = nightly(opens, closes), utc(first), utc(last)
    start, end = cal.day_bounds(ends.date(), OSLO)
    assert cal.next_opening(hours, start) == starts
    assert cal.closing_time(hours, starts) == ends
    assert cal.open_between(hours, start, end) == ends - starts


@pytest.mark.parametrize("day, length, noon", DAYS)
def test_day_bounds_and_noon(day: date, length: int, noon: str) -> None:
    start, end = cal.day_bounds(day, OSLO)
    assert start.tzinfo is UTC and end.tzinfo is UTC
    assert end - start == length * HOUR
    assert cal.local_noon(day, OSLO) == utc(noon)
    assert end == cal.day_bounds(day + timedelta(days=1), OSLO)[0]
    assert cal.open_between(ROUND_THE_CLOCK, start, end) == length * HOUR


def test_a_day_that_starts_at_one_and_a_day_shown_twice() -> None:
    start, end = cal.day_bounds(date(2017, 10, 15), ZoneInfo("America/Sao_Paulo"))
    assert start == datetime(2017, 10, 15, 3, tzinfo=UTC)
    assert end - start == 23 * HOUR
    johns = OpeningHours(ROUND_THE_CLOCK.weekdays, never, ZoneInfo("America/St_Johns"))
    twice = datetime(2010, 11, 7, 2, 45, tzinfo=UTC)  # 00:01 put back to 23:01 the day before
    assert cal.is_open(johns, twice)
    assert cal.next_opening(johns, twice) == twice
    assert cal.open_between(johns, twice, twice + MINUTE) == MINUTE


def test_round_the_clock_has_no_seam() -> None:
    midnight = oslo("2026-03-14 00:00")
    assert cal.is_open(ROUND_THE_CLOCK, midnight - timedelta(microseconds=1))
    assert cal.add_open(ROUND_THE_CLOCK, midnight, 100 * HOUR) == midnight + 100 * HOUR


@pytest.mark.parametrize("hours", [CLOSED, ALWAYS_HOLIDAY])
def test_never_open(hours: OpeningHours) -> None:
    for search in SEARCHES:
        with pytest.raises(cal.NeverOpen):
            search(hours, JANUARY)
    assert not cal.is_open(hours, JANUARY)
    assert cal.closing_time(hours, JANUARY) is None
    assert cal.open_between(hours, JANUARY, JANUARY + SPAN) == timedelta(0)


@pytest.mark.parametrize("call", SEARCHES + OTHERS)
def test_naive_datetimes_are_refused(call: Call) -> None:
    with pytest.raises(ValueError, match="zone"):
        call(WEEK, datetime(2026, 3, 13, 10))  # noqa: DTZ001


def test_negative_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        cal.add_open(WEEK, JANUARY, -MINUTE)


@pytest.mark.parametrize("weekday, opens, closes", [(7, 9, 15), (-1, 9, 15), (0, 15, 9), (0, 9, 9)])
def test_impossible_hours_are_refused(weekday: int, opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match=r"weekdays|opening"):
        OpeningHours({weekday: (time(opens), time(closes))}, never, OSLO)
    with pytest.raises(ValueError, match="zone"):
        OpeningHours({0: (time(9, tzinfo=UTC), time(15))}, never, OSLO)


@st.composite
def any_hours(draw: st.DrawFn) -> OpeningHours:
    """Hours of half-hours on some weekdays, holidays here and there, never closed for good."""
    days = draw(st.dictionaries(st.integers(0, 6), TIMES, min_size=1))
    every = draw(st.integers(2, 40))
    return OpeningHours(
        {day: (time(a // 2, a % 2 * 30), time(b // 2, b % 2 * 30)) for day, (a, b) in days.items()},
        lambda day: day.day % every == 1,
        ZoneInfo(draw(ZONES)),
    )


@given(any_hours(), MOMENTS, AMOUNTS)
def test_add_open_is_undone(hours: OpeningHours, start: datetime, amount: timedelta) -> None:
    end = cal.add_open(hours, start, amount)
    assert cal.open_between(hours, start, end) == amount
    if amount:
        assert cal.open_between(hours, start, end - timedelta(microseconds=1)) < amount


@given(any_hours(), MOMENTS, MOMENTS, AMOUNTS, AMOUNTS)
def test_add_open_is_monotone(
    hours: OpeningHours, one: datetime, other: datetime, some: timedelta, more: timedelta
) -> None:
    assert cal.add_open(hours, one, some) <= cal.add_open(hours, one, some + more)
    assert cal.add_open(hours, min(one, other), some) <= cal.add_open(hours, max(one, other), some)


@given(any_hours(), MOMENTS, AMOUNTS, AMOUNTS)
def test_open_between_is_additive_and_never_more_than_the_span(
    hours: OpeningHours, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    whole = cal.open_between(hours, start, end)
    assert cal.open_between(hours, start, middle) + cal.open_between(hours, middle, end) == whole
    assert timedelta(0) <= whole <= end - start
    assert cal.open_between(hours, end, start) == timedelta(0)


@given(any_hours(), MOMENTS)
def test_next_opening_is_open_and_nothing_is_open_before(hours: OpeningHours, at: datetime) -> None:
    opens = cal.next_opening(hours, at)
    closes = cal.closing_time(hours, opens)
    assert cal.is_open(hours, opens)
    assert cal.is_open(hours, at) is (opens == at)
    assert cal.open_between(hours, at, opens) == timedelta(0)
    assert closes is not None and closes == cal.next_closing(hours, at) > opens
    assert cal.open_between(hours, opens, closes) == closes - opens


@given(MOMENTS)
def test_is_open_is_what_the_clock_on_the_wall_says(at: datetime) -> None:
    local = at.astimezone(OSLO)
    open_day = local.weekday() < 5 and local.date() not in HOLIDAYS
    assert cal.is_open(WEEK, at) is (open_day and time(9) <= local.time() < time(15))


@pytest.mark.parametrize("at", ["2026-03-28 00:00", "2026-10-24 00:00", "2028-02-28 00:00"])
@pytest.mark.parametrize("opens, closes", [*NIGHTS, (time(2), time(0))])
def test_open_between_counts_the_open_minutes(at: str, opens: time, closes: time) -> None:
    """Two nights and more; an opening wholly within the skipped hour does not take place."""
    hours, start, minutes = nightly(opens, closes), oslo(at).astimezone(UTC), range(50 * 60)
    counted = sum(cal.is_open(hours, start + minute * MINUTE) for minute in minutes)
    assert cal.open_between(hours, start, start + 50 * HOUR) == counted * MINUTE
    assert cal.is_open(hours, cal.next_opening(hours, start + 24 * HOUR))


def of_one_place(first: OpeningHours, *others: OpeningHours) -> list[OpeningHours]:
    return [first, *(replace(one, zone=first.zone, holidays=first.holidays) for one in others)]


@given(any_hours(), any_hours(), MOMENTS)
def test_together_is_open_only_where_one_is_and_from_the_first_that_day(
    one: OpeningHours, other: OpeningHours, at: datetime
) -> None:
    every = of_one_place(one, other)
    joined = cal.together(every)
    if cal.is_open(joined, at):
        assert any(cal.is_open(each, at) for each in every)
    assert cal.next_opening(joined, at) >= min(cal.next_opening(each, at) for each in every)
    assert all(set(each.weekdays) <= set(joined.weekdays) for each in every)
    assert cal.together([one, one]) == one


@given(any_hours(), any_hours(), MOMENTS)
def test_what_lies_within_is_open_only_while_the_other_is(
    one: OpeningHours, other: OpeningHours, at: datetime
) -> None:
    inner, outer = of_one_place(one, other)
    if cal.within(inner, outer) and cal.is_open(inner, at):
        assert cal.is_open(outer, at)
    assert cal.within(inner, inner)
    joined = cal.together([inner, outer])
    if cal.within(inner, outer):
        assert joined == outer


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ((9, 12), (12, 15), (9, 15)),  # they adjoin
        ((9, 13), (12, 15), (9, 15)),
        ((9, 15), (10, 12), (9, 15)),
        ((9, 11), (13, 15), (9, 11)),  # nobody is there between: the later is left out
        ((9, 12), (10, 0), (9, 0)),  # to midnight
        ((0, 0), (9, 15), (0, 0)),
    ],
)
def test_two_openings_of_a_day_as_one(
    first: tuple[int, int], second: tuple[int, int], joined: tuple[int, int]
) -> None:
    def monday(span: tuple[int, int]) -> OpeningHours:
        return OpeningHours({0: (time(span[0]), time(span[1]))}, CLOSED.holidays, OSLO)

    for one, other in ((first, second), (second, first)):
        assert cal.together([monday(one), monday(other)]) == monday(joined)


@pytest.mark.parametrize(
    ("week", "day"),
    [
        ({0: (9, 15), 1: (9, 15), 2: (9, 15), 3: (9, 15), 4: (9, 12)}, 6),
        ({2: (9, 12)}, 3),  # a clinic one day a week
        ({0: (9, 15), 2: (9, 12)}, 3),  # the shorter of two
        (dict.fromkeys(range(7), (0, 0)), 24),
        ({0: (18, 0)}, 6),
    ],
)
def test_what_an_opening_day_is_worth(week: dict[int, tuple[int, int]], day: int) -> None:
    every = {n: (time(opens), time(closes)) for n, (opens, closes) in week.items()}
    assert cal.opening_day(OpeningHours(every, never, OSLO)) == timedelta(hours=day)


def test_who_is_never_there_has_no_opening_day() -> None:
    with pytest.raises(cal.NeverOpen):
        cal.opening_day(CLOSED)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ((16, 12), 1, (17, 12)),
        ((16, 12), 2, (18, 12)),
        ((20, 20), 1, (23, 15)),  # closed: from the next day
        ((21, 12), 2, (24, 15)),
        ((20, 14), 1, (23, 14)),  # over a weekend
    ],
)
def test_in_so_many_opening_days(start: tuple[int, int], n: int, due: tuple[int, int]) -> None:
    hours = OpeningHours({day: (time(9), time(15)) for day in range(5)}, never, OSLO)
    begins, ends = (datetime(2026, 11, *when, tzinfo=OSLO) for when in (start, due))
    assert cal.in_opening_days(hours, begins, n) == ends
