"""Judging a change: weight over three local days, what stands in, and nothing to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import GREEN, GREY, HEART, OSLO, RED, YELLOW, case_of, read, report
from tests.core.strategies import NOW, half_up
from varde.core.judgement import STAND_IN_DAYS, Case, ChangeRule, judge_reading, window_of
from varde.core.reading import Answer
from varde.core.thresholds import Limits
from varde.core.verdict import Reason
from varde.core.zones import Zone


def local(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """A time of day in Oslo, kept in UTC as stored."""
    return datetime.combine(day, time(hour, minute), OSLO).astimezone(UTC)


TODAY = date(2026, 11, 16)
DAY = timedelta(days=1)


def weighed(now: float, earlier: Mapping[int, float], today: date = TODAY, **more: Any) -> Reason:
    """Weight today, where `earlier` says so many days ago → weight, at the same local hour."""
    before = [read("weight", value, local(today - ago * DAY)) for ago, value in earlier.items()]
    case = case_of(HEART, earlier={"weight": before}, **more)
    return judge_reading(read("weight", now, local(today)), case)


def test_the_file_has_the_decided_change_of_weight() -> None:
    assert HEART.change_rules() == {"weight": ChangeRule("weight", 3, 1.0, 2.0, 2.0)}


@pytest.mark.parametrize(
    ("change", "zone", "rule"),
    [
        (0.0, GREEN, "within"),
        (+0.9, GREEN, "within"),
        (+0.94, GREEN, "within"),
        (+0.95, YELLOW, "rise"),  # 80.95 is shown and judged as 81.0
        (+1.0, YELLOW, "rise"),
        (+1.1, YELLOW, "rise"),
        (+2.0, YELLOW, "rise"),
        (+2.04, YELLOW, "rise"),
        (+2.05, RED, "rise"),
        (+2.1, RED, "rise"),
        (+9.0, RED, "rise"),
        (-0.9, GREEN, "within"),
        (-1.9, GREEN, "within"),
        (-2.0, YELLOW, "fall"),
        (-2.1, YELLOW, "fall"),
        (-9.0, YELLOW, "fall"),  # a fall has no red
    ],
)
def test_the_change_of_weight(change: float, zone: Zone, rule: str) -> None:
    reason = weighed(round(80.0 + change, 2), {2: 80.0})
    assert (reason.zone, reason.rule) == (zone, rule)


def test_a_change_says_the_numbers_it_was_made_from() -> None:
    rise, red = weighed(81.0, {2: 80.0}), weighed(82.1, {3: 80.0})
    fall = weighed(78.0, {1: 80.0})
    assert (rise.value, rise.bound, rise.base, rise.days) == (81.0, 1.0, 80.0, 2)
    assert (red.value, red.bound, red.base, red.days) == (82.1, 2.0, 80.0, 3)
    assert (fall.value, fall.bound, fall.base, fall.days) == (78.0, 2.0, 80.0, 1)


@pytest.mark.parametrize(
    ("change", "zone"),
    [(-20, YELLOW), (-19, GREEN), (9, GREEN), (10, YELLOW), (20, YELLOW), (21, RED)],
)
def test_tenths_of_a_kilogram_are_counted_exactly(change: int, zone: Zone) -> None:
    """From every plausible weight: no bound moves because 0.1 is not a binary fraction."""
    now, before = local(TODAY), local(TODAY - DAY)
    for tenths in range(350, 2000):
        case = Case(
            limits={},
            planned=frozenset({"weight"}),
            changes=HEART.change_rules(),
            earlier={"weight": [read("weight", tenths / 10, before)]},
        )
        assert judge_reading(read("weight", (tenths + change) / 10, now), case).zone is zone


@pytest.mark.parametrize(
    ("earlier", "zone", "base"),
    [
        ({3: 80.0, 2: 80.6, 1: 80.9}, YELLOW, 80.0),  # slowly, from the lowest of the window
        ({3: 80.9, 2: 80.0, 1: 80.9}, YELLOW, 80.0),
        ({3: 80.0}, YELLOW, 80.0),  # days 1 and 2 were not measured
        ({3: 80.0, 1: 80.9}, YELLOW, 80.0),
        ({1: 80.0}, YELLOW, 80.0),
        ({4: 78.0, 3: 80.0}, YELLOW, 80.0),  # day 4 no longer counts
        ({4: 70.0, 1: 80.5}, GREEN, 80.5),
    ],
)
def test_the_window_with_and_without_missing_days(
    earlier: dict[int, float], zone: Zone, base: float | None
) -> None:
    reason = weighed(81.0, earlier)
    assert (reason.zone, reason.base) == (zone, base)


def test_an_earlier_reading_of_the_same_day_counts() -> None:
    now, morning = read("weight", 81.0, local(TODAY, 20)), read("weight", 80.0, local(TODAY, 7))
    reason = judge_reading(now, case_of(HEART, earlier={"weight": [morning]}))
    assert (reason.zone, reason.base, reason.days) == (YELLOW, 80.0, 0)


def test_a_fall_is_counted_from_the_highest_of_the_window() -> None:
    reason = weighed(79.0, {3: 80.0, 2: 81.0, 1: 79.5})
    assert (reason.rule, reason.zone, reason.base, reason.days) == ("fall", YELLOW, 81.0, 2)


def test_a_red_rise_is_said_before_a_fall_of_the_same_window() -> None:
    reason = weighed(82.2, {3: 80.0, 2: 85.0})
    assert (reason.rule, reason.zone) == ("rise", RED)


NIGHTS = [
    date(2026, 11, 16),
    *(date(2026, 3, 29) + n * DAY for n in range(5)),  # the night with 23 hours is in the window
    *(date(2026, 10, 25) + n * DAY for n in range(5)),  # the night with 25
    date(2028, 3, 2),  # over 29 February
    date(2027, 1, 1),
]


@pytest.mark.parametrize("today", NIGHTS, ids=str)
@pytest.mark.parametrize("clock", [time(0, 0), time(23, 59)], ids=["first-minute", "last-minute"])
def test_the_window_begins_at_local_midnight(today: date, clock: time) -> None:
    """80.0 at 00:00 three local days ago counts at any hour of today; a minute earlier does not."""
    first = local(today - 3 * DAY, 0)
    now = read("weight", 81.0, local(today, clock.hour, clock.minute))
    yesterday = read("weight", 80.9, local(today - DAY))

    def zone(at: datetime) -> Zone:
        before = [read("weight", 80.0, at), yesterday]
        return judge_reading(now, case_of(HEART, earlier={"weight": before})).zone

    assert zone(first) is YELLOW
    assert zone(first - timedelta(minutes=1)) is GREEN


def test_the_hour_that_comes_twice_is_kept_in_order() -> None:
    """02:30 summer time, then 02:10 winter time: the second is later and is compared."""
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    case = case_of(HEART, earlier={"weight": [read("weight", 80.0, first)]})
    assert judge_reading(read("weight", 82.1, second), case).zone is RED


@pytest.mark.parametrize("ago", range(4, 9))
def test_a_last_reading_of_at_most_eight_days_stands_in(ago: int) -> None:
    assert STAND_IN_DAYS == 8
    reason = weighed(82.1, {ago: 80.0})
    assert (reason.zone, reason.base, reason.days) == (RED, 80.0, ago)


@pytest.mark.parametrize("today", NIGHTS, ids=str)
def test_a_stand_in_is_eight_whole_local_days(today: date) -> None:
    now = read("weight", 82.1, local(today, 23, 59))
    oldest = local(today - 8 * DAY, 0)

    def judged(at: datetime) -> Reason:
        return judge_reading(now, case_of(HEART, earlier={"weight": [read("weight", 80.0, at)]}))

    assert judged(oldest).zone is RED
    assert judged(oldest - timedelta(minutes=1)).rule == "no-comparison"


def test_only_the_last_reading_stands_in() -> None:
    assert weighed(82.1, {7: 79.0, 5: 82.0}).zone is GREEN
    assert weighed(82.1, {7: 82.0, 5: 79.0}).zone is RED


def test_nothing_stands_in_where_the_window_has_a_reading() -> None:
    assert weighed(82.1, {5: 79.0, 2: 82.0}).zone is GREEN


@pytest.mark.parametrize("earlier", [{}, {9: 80.0}, {30: 80.0, 9: 80.0}, {-1: 70.0}, {0: 70.0}])
def test_a_reading_with_nothing_to_compare_with_is_not_judged(earlier: dict[int, float]) -> None:
    """The first one, one after a long pause, and one with only itself or later ones."""
    reason = weighed(80.0, earlier)
    assert (reason.zone, reason.rule, reason.days) == (GREY, "no-comparison", 3)


def test_a_first_weight_is_said_to_be_not_judged_and_holds_back_green() -> None:
    well = Answer("breathing", "as-usual", GREEN)
    alone, beside = report(case_of(HEART), weight=80), report(case_of(HEART), well, weight=80)
    for judged in (alone, beside, report(case_of(HEART), well, weight=80, pulse=70)):
        assert judged.zone is GREY
        assert [(r.subject, r.rule) for r in judged.unjudged] == [("weight", "no-comparison")]


def test_a_first_weight_hides_no_worse_part() -> None:
    worse = Answer("breathing", "worse", YELLOW)
    judged = [
        report(case_of(HEART), weight=80.0, pulse=101),
        report(case_of(HEART), worse, weight=80.0),
        report(case_of(HEART), worse, weight=80.0, pulse=121),
    ]
    assert [one.zone for one in judged] == [YELLOW, YELLOW, RED]
    assert [len(one.unjudged) for one in judged] == [1, 1, 1]


def test_own_limits_do_not_hide_that_the_change_was_not_judged() -> None:
    case = case_of(HEART, limits={"weight": Limits(60, 65, 95, 100)})
    judged = report(case, weight=80.0)
    assert [reason.subject for reason in judged.unjudged] == ["weight"]
    assert (judged.zone, judged.reasons[0].rule) == (GREY, "no-comparison")


@pytest.mark.parametrize(("kilos", "zone"), [(64.9, YELLOW), (95.1, YELLOW), (101.0, RED)])
def test_own_limits_judge_also_a_first_weight(kilos: float, zone: Zone) -> None:
    case = case_of(HEART, limits={"weight": Limits(60, 65, 95, 100)})
    assert report(case, weight=kilos).zone is zone


def test_weight_may_have_limits_and_a_change_and_the_worse_holds() -> None:
    own = {"weight": Limits(60, 65, 95, 100)}
    assert weighed(82.1, {2: 80.0}, limits=own).zone is RED
    assert weighed(96.0, {2: 96.0}, limits=own).zone is YELLOW
    assert weighed(80.0, {2: 80.0}, limits=own).zone is GREEN


weights = st.integers(3000, 20000).map(lambda hundredths: hundredths / 100)


@given(weights, weights, st.lists(st.tuples(st.integers(1, 71), weights)))
def test_one_more_reading_in_the_window_never_makes_it_milder(
    now: float, first: float, rest: list[tuple[int, float]]
) -> None:
    at = local(TODAY)
    before = [read("weight", first, at - timedelta(hours=1))]
    seen = judge_reading(read("weight", now, at), case_of(HEART, earlier={"weight": before})).zone
    for hours, value in rest:
        before.append(read("weight", value, at - timedelta(hours=hours)))
        worse = judge_reading(
            read("weight", now, at), case_of(HEART, earlier={"weight": list(reversed(before))})
        ).zone
        assert worse >= seen
        seen = worse


@given(weights, st.lists(weights, min_size=1, max_size=4))
def test_the_change_is_from_the_lowest_and_the_highest(now: float, before: list[float]) -> None:
    earlier = [
        read("weight", value, NOW - timedelta(hours=n + 1)) for n, value in enumerate(before)
    ]
    shown, past = half_up(now, 1), [half_up(value, 1) for value in before]
    rise = round((shown - min(past)) * 10)
    fall = round((max(past) - shown) * 10)
    expected = RED if rise > 20 else YELLOW if rise >= 10 or fall >= 20 else GREEN
    case = case_of(HEART, earlier={"weight": earlier})
    assert judge_reading(read("weight", now), case).zone is expected


@pytest.mark.parametrize(("days", "reach"), [(3, 9), (8, 9), (14, 15)])
def test_earlier_readings_must_reach_the_window_and_the_stand_in(days: int, reach: int) -> None:
    rule = ChangeRule("weight", days, 1, 2, 2)
    assert window_of([rule]) >= timedelta(days=reach)
