"""Rules over one kind's readings in time, and the own baseline that two are held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import GREEN, OSLO, RED, YELLOW, read
from varde.core.judgement import Case, judge_reading
from varde.core.over_time import HELD, Away, Mean, OverTime, Sustained, Trend
from varde.core.reading import Reading
from varde.core.thresholds import Limits
from varde.core.usual import FIRST_DAYS, LEAST_DAYS, FirstDays, by_day, settled
from varde.core.verdict import Reason
from varde.core.zones import Zone

TODAY, DAY = date(2026, 11, 16), timedelta(days=1)
CHANGE_OF_CLOCK = date(2026, 10, 25)  # the day has 25 hours
NIGHTS = [TODAY, *(CHANGE_OF_CLOCK + n * DAY for n in range(4)), date(2026, 3, 30)]
BEGAN = datetime(2026, 9, 1, 8, tzinfo=UTC)
SETTLED = settled(BEGAN, OSLO)
PULSE = {"pulse": Limits(41, 51, 100, 120)}
SATURATION = {"spo2": Limits(88, 90, None, None)}
NAMED: dict[str, Any] = {"id": "one", "name": {}}


def local(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """A time of day in Oslo, kept in UTC as stored."""
    return datetime.combine(day, time(hour, minute), OSLO).astimezone(UTC)


def readings(kind: str, by_days_ago: Mapping[int, float]) -> list[Reading]:
    return [read(kind, value, local(TODAY - ago * DAY)) for ago, value in by_days_ago.items()]


def said(
    rule: OverTime, now: float, earlier: Iterable[Reading] = (), at: datetime | None = None,
    **more: Any,
) -> Reason | None:  # fmt: skip
    holds: Any = {"limits": {}, "zone": OSLO, "earlier": {rule.kind: list(earlier)}} | more
    return rule.verdict(read(rule.kind, now, at or local(TODAY)), Case(**holds))


# --- Sustained ---------------------------------------------------------------------------------

THREE_OF_FOUR = Sustained(**NAMED, kind="spo2", times=3, of=4)


@pytest.mark.parametrize(
    ("now", "earlier", "figure", "of"),
    [
        (89, {1: 89}, None, None),
        (89, {1: 89, 2: 89}, 3, 3),  # three are enough, though there are no four
        (89, {1: 89, 2: 89, 3: 89}, 4, 4),
        (89, {1: 92, 2: 89, 3: 89}, 3, 4),  # a good one in between
        (89, {1: 92, 2: 92, 3: 89, 4: 89}, None, None),  # the fifth last does not count
        (89, {1: 87, 2: 70}, 3, 3),  # yellow or worse
        (89, {1: 90, 2: 89}, None, None),  # a bound is of the milder zone
        (89, {1: 89.5, 2: 89}, None, None),  # shown and judged as 90
        (90, {1: 89, 2: 89, 3: 89}, None, None),  # green now
        (89.5, {1: 89, 2: 89, 3: 89}, None, None),
        (89.4, {1: 89, 2: 89}, 3, 3),
    ],
)
def test_so_many_of_the_last_readings_outside(
    now: float, earlier: dict[int, float], figure: int | None, of: int | None
) -> None:
    reason = said(THREE_OF_FOUR, now, readings("spo2", earlier), limits=SATURATION)
    assert (reason and reason.figure, reason and reason.of) == (figure, of)


@pytest.mark.parametrize(
    ("now", "earlier", "side"),
    [
        (101, {1: 101, 2: 121}, "above"),
        (101, {1: 50, 2: 40}, None),
        (50, {1: 50, 2: 40}, "below"),
    ],
)
def test_only_the_same_side_counts(now: float, earlier: dict[int, float], side: str | None) -> None:
    rule = Sustained(**NAMED, kind="pulse", times=3, of=4)
    reason = said(rule, now, readings("pulse", earlier), limits=PULSE)
    assert (reason and reason.side) == side


@pytest.mark.parametrize("limits", [{}, {"spo2": Limits()}, PULSE])
def test_without_limits_nothing_is_sustained(limits: dict[str, Limits]) -> None:
    earlier = readings("spo2", {1: 70, 2: 70, 3: 70})
    assert said(THREE_OF_FOUR, 70, earlier, limits=limits) is None


@pytest.mark.parametrize("today", NIGHTS, ids=str)
@pytest.mark.parametrize("days", [1, 3, 14])
@pytest.mark.parametrize("clock", [time(0, 1), time(23, 59)], ids=["first", "last"])
def test_older_and_later_readings_do_not_count(today: date, days: int, clock: time) -> None:
    rule = Sustained(**NAMED, kind="spo2", times=2, of=2, days=days)
    at, oldest = local(today, clock.hour, clock.minute), local(today - (days - 1) * DAY, 0)
    assert said(rule, 89, [read("spo2", 89, oldest)], at, limits=SATURATION) is not None
    assert at - oldest <= rule.back
    for when in (oldest - timedelta(minutes=1), at, at + timedelta(minutes=1)):
        assert said(rule, 89, [read("spo2", 89, when)], at, limits=SATURATION) is None


def test_it_says_its_own_zone_and_the_numbers() -> None:
    earlier = readings("spo2", {1: 89, 2: 89})
    yellow = Sustained(**NAMED, kind="spo2", times=3, of=4, zone="yellow")
    told = Reason("spo2", "sustained", RED, 89, 90, named="one", figure=3, of=3, side="below")
    assert said(THREE_OF_FOUR, 88.6, earlier, limits=SATURATION) == told  # past the yellow one
    assert getattr(said(yellow, 89, earlier, limits=SATURATION), "zone", None) is YELLOW


def test_what_is_yellow_by_its_limits_is_red_when_it_lasts() -> None:
    case = Case(
        SATURATION, frozenset({"spo2"}), over_time={"spo2": [THREE_OF_FOUR]}, zone=OSLO,
        earlier={"spo2": readings("spo2", {1: 89, 2: 89})},
    )  # fmt: skip
    found = [judge_reading(read("spo2", value, local(TODAY)), case) for value in (90, 89, 87)]
    assert [one.rule for one in found] == ["within", "sustained", "below"]
    assert [one.zone for one in found] == [GREEN, RED, RED]


saturations = st.lists(st.integers(860, 930).map(lambda n: n / 10), min_size=1, max_size=8)


@given(saturations, st.integers(2, 4), st.integers(0, 2), st.randoms(use_true_random=False))
def test_sustained_is_a_count_whatever_order_they_came_in(
    found: list[float], times: int, spare: int, dice: Any
) -> None:
    *before, now = found
    rule = Sustained(**NAMED, kind="spo2", times=times, of=times + spare)
    earlier = readings("spo2", dict(enumerate(reversed(before), start=1)))
    shuffled = dice.sample(earlier, len(earlier))
    reason = said(rule, now, shuffled, limits=SATURATION)
    count = sum(value < 89.5 for value in found[-rule.of :])
    told = now < 89.5 and count >= times
    assert (reason and reason.figure) == (count if told else None)
    assert reason == said(rule, now, earlier, limits=SATURATION)


# --- The own baseline --------------------------------------------------------------------------


def first(kind: str, found: Sequence[float]) -> dict[str, Any]:
    """Follow-up whose first days had these values, one a day from the first."""
    days = [read(kind, value, BEGAN + n * DAY) for n, value in enumerate(found)]
    return {"first": {kind: FirstDays(days)}, "settled": SETTLED}


@pytest.mark.parametrize("hour", [0, 8, 23])
@pytest.mark.parametrize("began", [date(2026, 9, 1), CHANGE_OF_CLOCK - 3 * DAY, CHANGE_OF_CLOCK])
def test_the_first_days_end_at_a_local_midnight(began: date, hour: int) -> None:
    assert settled(local(began, hour), OSLO) == local(began + FIRST_DAYS * DAY, 0)


def test_a_day_with_several_readings_is_their_mean() -> None:
    late, early = local(CHANGE_OF_CLOCK, 23, 59), local(CHANGE_OF_CLOCK, 0)
    minute = timedelta(minutes=1)
    found = [read("pulse", 60, late), read("pulse", 90, late + minute)]
    found += [read("pulse", 70, early), read("pulse", 50, early - minute)]
    days = (CHANGE_OF_CLOCK - DAY, CHANGE_OF_CLOCK, CHANGE_OF_CLOCK + DAY)
    assert list(by_day(found, OSLO).items()) == list(zip(days, (50, 65, 90), strict=True))


def test_a_baseline_needs_its_days_and_grows_with_what_comes_late() -> None:
    held = FirstDays(read("pulse", 60, BEGAN + n * DAY) for n in range(LEAST_DAYS - 1))
    held.add(read("pulse", 60, BEGAN + timedelta(hours=1)))  # one day more than once
    assert held.usual(OSLO) is None
    held.add(read("pulse", 74, BEGAN + 9 * DAY))
    one, mean, deviation = held.usual(OSLO) or pytest.fail("seven days are enough")
    assert (one.days, one.readings, one.median, mean) == (LEAST_DAYS, 8, 60, 62)
    assert deviation == pytest.approx(sqrt((6 * 2**2 + 12**2) / 6))
    held.add(read("pulse", 76, BEGAN + 9 * DAY + timedelta(hours=2)))
    assert (held.usual(OSLO) or (None, None))[1] == pytest.approx((6 * 60 + 75) / 7)


# --- Mean --------------------------------------------------------------------------------------

STEADY = first("spo2", [94] * FIRST_DAYS)
RESTLESS = first("spo2", [93, 95] * 7)  # mean 94, deviation of the days √(14/13)
ONE = sqrt(14 / 13)


@pytest.mark.parametrize(
    ("usual", "rule", "values", "margin"),
    [
        (STEADY, {}, [93, 93, 93, 93], 1),  # the smallest difference that is judged
        (STEADY, {}, [93, 93, 93, 94], None),
        (STEADY, {"least": 1.1}, [92.9] * 4, 1.1),  # 0.1 is not a binary fraction
        (STEADY, {"least": 1.1}, [92.9, 92.9, 92.9, 93], None),
        (RESTLESS, {"spreads": 2 / ONE}, [92, 92, 92, 92], 2),
        (RESTLESS, {"spreads": 2 / ONE}, [92, 92, 92, 93], None),
        (RESTLESS, {"spreads": 2 / ONE, "least": 3}, [92, 92, 92, 92], None),
        (RESTLESS, {"spreads": 2 / ONE, "least": 3}, [91, 91, 91, 91], 3),
        (RESTLESS, {}, [93, 92, 92, 92], 1.71),  # 1.645 deviations
        (RESTLESS, {}, [93, 93, 92, 92], None),
        (STEADY, {"side": "high"}, [95, 95, 95, 95], 1),
        (STEADY, {"side": "high"}, [95, 95, 95, 94], None),
        (STEADY, {"side": "high"}, [90, 90, 90, 90], None),  # on the other side
    ],
)
def test_the_mean_of_the_last_days_against_the_first(
    usual: dict[str, Any], rule: dict[str, Any], values: list[float], margin: float | None
) -> None:
    *before, now = values
    earlier = readings("spo2", dict(enumerate(reversed(before), start=1)))
    made = Mean(**NAMED | {"kind": "spo2", "side": "low"} | rule)
    reason = said(made, now, earlier, **usual)
    assert (reason and reason.bound) == margin
    if reason is not None:
        assert (reason.base, reason.figure) == (94, round(fmean(values), 2))
        assert (reason.days, reason.zone, reason.named) == (7, YELLOW, "one")
        assert reason.side == {"low": "below", "high": "above"}[made.side]


LOW = Mean(**NAMED, kind="spo2", side="low")


@pytest.mark.parametrize(
    ("earlier", "told"),
    [
        ({1: 90, 2: 90}, False),
        ({1: 90, 2: 90, 3: 90}, True),  # four of the days
        ({2: 90, 4: 90, 6: 90}, True),
        ({2: 90, 4: 90, 7: 90}, False),  # the eighth day back is none of the seven
    ],
)
def test_the_mean_needs_enough_of_its_days(earlier: dict[int, float], told: bool) -> None:
    assert bool(said(LOW, 90, readings("spo2", earlier), **STEADY)) is told


def test_a_day_counts_once_in_the_mean() -> None:
    morning = readings("spo2", {1: 94, 2: 94, 3: 94})
    more = [read("spo2", 90, local(TODAY - DAY, hour)) for hour in (0, 12, 14)]
    assert said(LOW, 90, [*readings("spo2", {1: 90, 2: 90}), *more], **STEADY) is None
    reason = said(LOW, 90, [*morning, *more], **STEADY)
    assert reason is not None
    assert reason.figure == round(fmean([90, fmean([94, 90, 90, 90]), 94, 94]), 2) == 92.25


@pytest.mark.parametrize("today", NIGHTS, ids=str)
@pytest.mark.parametrize("days", [1, 2, 7])
def test_the_window_of_the_mean_begins_at_local_midnight(today: date, days: int) -> None:
    rule = Mean(**NAMED, kind="spo2", side="low", days=days, fewest=1)
    oldest = local(today - (days - 1) * DAY, 0)
    assert local(today, 23, 59) - oldest <= rule.back
    usual = STEADY | {"settled": local(date(2026, 3, 1))}
    for when, figure in ((oldest, 88), (oldest - timedelta(minutes=1), 92)):
        reason = said(rule, 92, [read("spo2", 84, when)], local(today, 23, 59), **usual)
        assert (reason and reason.figure) == figure


ALWAYS = [
    Mean(**NAMED, kind="spo2", side="low", days=1, fewest=1),
    Away(**NAMED, kind="spo2", side="low", yellow=1),
]


@pytest.mark.parametrize("rule", ALWAYS, ids=["mean", "away"])
def test_nothing_is_held_against_a_baseline_that_is_not_there(rule: OverTime) -> None:
    told = said(rule, 70, at=SETTLED, **STEADY)
    assert told is not None
    assert told.zone is YELLOW  # however far, where there is no red
    assert said(rule, 70, at=SETTLED - timedelta(minutes=1), **STEADY) is None
    assert said(rule, 70, **STEADY | {"settled": None}) is None
    assert said(rule, 70, first={}, settled=SETTLED) is None
    assert said(rule, 70, **first("spo2", [94] * LEAST_DAYS)) is not None
    assert said(rule, 70, **first("spo2", [94] * (LEAST_DAYS - 1))) is None


# --- Trend -------------------------------------------------------------------------------------

TREND = Trend(**NAMED, kind="weight", short=3, long=9, yellow=1.33, red=1.41)
EARLY = Trend(**NAMED, kind="weight", short=3, long=9, yellow=0.02)


def average(found: Sequence[float], span: int) -> float:
    """The exponential mean as a weighted sum of every day, not day by day."""
    weight, last = 2 / (span + 1), len(found) - 1
    drawn = sum(weight * (1 - weight) ** (last - n) * found[n] for n in range(1, len(found)))
    return drawn + (1 - weight) ** last * found[0]


def trend(found: Mapping[int, float], rule: Trend = TREND) -> Reason | None:
    """Weights so many days ago, the one of today with them."""
    return said(rule, found[0], readings("weight", {d: kg for d, kg in found.items() if d}))


@pytest.mark.parametrize(
    ("days", "zone", "figure"),
    [
        (10, None, None),  # 2(1 − 0.8¹⁰) − ½(1 − 0.5¹⁰) = 1.29
        (11, YELLOW, 1.33),
        (13, YELLOW, 1.39),
        (14, RED, 1.41),
        (60, RED, 1.5),  # a long ramp: half a kilogram a day, times half of long less short
    ],
)
def test_a_ramp_is_yellow_and_then_red(days: int, zone: Zone | None, figure: float | None) -> None:
    ramp = [80 + 0.5 * n for n in range(days + 1)]
    reason = trend(dict(enumerate(reversed(ramp))))
    assert (reason and reason.zone, reason and reason.figure) == (zone, figure)
    if reason is not None:
        expected = average(ramp[-36:], 3) - average(ramp[-36:], 9)
        assert reason.figure == pytest.approx(expected, abs=0.0051)
        assert (reason.bound, reason.side) == ({YELLOW: 1.33, RED: 1.41}[reason.zone], "above")


@pytest.mark.parametrize(("days", "told"), [(1, False), (8, False), (9, True)])
def test_the_averages_say_nothing_before_they_have_their_days(days: int, told: bool) -> None:
    assert bool(trend({n: 90 - n for n in range(days + 1)}, EARLY)) is told


@pytest.mark.parametrize(("missing", "figure"), [(0, 1.2), (HELD, 1.2), (HELD + 1, None)])
def test_a_missing_weight_is_held_for_so_many_days(missing: int, figure: float | None) -> None:
    reason = trend({0: 84} | {missing + 1 + n: 80 for n in range(12)}, EARLY)
    assert (reason and reason.figure) == figure


@pytest.mark.parametrize("after", [8, 9])
def test_after_a_longer_pause_the_averages_begin_anew(after: int) -> None:
    ramp = [80 + 0.5 * n for n in range(after + 1)]
    pause = after + HELD + 2
    reason = trend(dict(enumerate(reversed(ramp))) | {pause + n: 60 for n in range(10)}, EARLY)
    expected = round(average(ramp, 3) - average(ramp, 9), 2) if after == 9 else None
    assert (reason and reason.figure) == expected


@pytest.mark.parametrize(("oldest", "told"), [(35, True), (36, False)])
def test_a_trend_looks_four_long_spans_back(oldest: int, told: bool) -> None:
    assert bool(trend(dict.fromkeys(range(oldest), 80) | {oldest: 0.3}, EARLY)) is told
    assert EARLY.back >= 36 * DAY + timedelta(hours=1)  # to local midnight, over the longest day


kilos = st.integers(350, 2000).map(lambda tenths: tenths / 10)


@given(kilos, st.sets(st.integers(1, 40)))
def test_a_constant_weight_is_no_trend(weight: float, days: set[int]) -> None:
    assert trend(dict.fromkeys((0, *days), weight), EARLY) is None


@given(st.lists(st.tuples(st.integers(1, HELD + 1), kilos), min_size=1, max_size=9), kilos)
def test_a_trend_is_the_averages_of_days_where_the_missing_are_held(
    steps: list[tuple[int, float]], now: float
) -> None:
    """Oldest last; each weight is held until the next."""
    held = [kg for days, kg in reversed(steps) for _ in range(days)] + [now]
    ago = [sum(days for days, _kg in steps[: n + 1]) for n in range(len(steps))]
    found = {0: now} | {day: kg for day, (_days, kg) in zip(ago, steps, strict=True)}
    expected = average(held, 3) - average(held, 9)
    reason = trend(found, EARLY)
    if len(held) <= 9 or reason is None:
        assert reason is None
        assert len(held) <= 9 or expected < 0.0151
    else:
        assert reason.figure == pytest.approx(expected, abs=0.0051)


# --- Away --------------------------------------------------------------------------------------

SPREAD = first("weight", [79.5] * 5 + [80] * 4 + [80.5] * 5)  # 1.4826 · 0.5 is 0.7
EVEN = first("weight", [80] * 14)  # the smallest difference that is judged: 0.1


@pytest.mark.parametrize(
    ("usual", "side", "least", "kg", "zone", "margin"),
    [
        (SPREAD, "high", 0, 70.0, None, None),
        (SPREAD, "high", 0, 81.34, None, None),
        (SPREAD, "high", 0, 81.35, YELLOW, 1.4),  # shown and judged as 81.4
        (SPREAD, "high", 0, 81.4, YELLOW, 1.4),
        (SPREAD, "high", 0, 82.7, YELLOW, 1.4),
        (SPREAD, "high", 0, 82.8, RED, 2.8),
        (SPREAD, "low", 0, 78.7, None, None),
        (SPREAD, "low", 0, 78.6, YELLOW, 1.4),
        (SPREAD, "low", 0, 77.3, YELLOW, 1.4),
        (SPREAD, "low", 0, 77.2, RED, 2.8),
        (SPREAD, "high", 2, 81.9, None, None),
        (SPREAD, "high", 2, 82.0, YELLOW, 2),
        (SPREAD, "high", 2, 82.8, RED, 2.8),
        (EVEN, "high", 0, 80.1, None, None),
        (EVEN, "high", 0, 80.2, YELLOW, 0.2),
    ],
)
def test_one_reading_away_from_what_is_usual(
    usual: dict[str, Any], side: Any, least: float, kg: float, zone: Zone | None, margin: float
) -> None:
    rule = Away(**NAMED, kind="weight", side=side, yellow=2, red=4, least=least)
    reason = said(rule, kg, **usual)
    assert (reason and reason.zone, reason and reason.bound) == (zone, margin)
    if reason is not None:
        assert (reason.base, reason.figure) == (80, round(abs(float(reason.value or 0) - 80), 1))
        assert reason.side == {"low": "below", "high": "above"}[side]
