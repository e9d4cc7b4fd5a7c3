"""The dry run: the same reports under two sets of limits, and what is told of the difference."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import limits, values
from varde.core.dry_run import Run, Tried, Turn, run, with_limits
from varde.core.judgement import Case, ChangeRule, DropRule, judge
from varde.core.quantities import BY_NAME
from varde.core.reading import Answer, Reading
from varde.core.thresholds import Limits
from varde.core.zones import Zone

GREY, GREEN, YELLOW, RED = Zone.NOT_JUDGED, Zone.GREEN, Zone.YELLOW, Zone.RED
OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
COPD = Limits(alert_low=88, warning_low=90)
LOWER = Limits(alert_low=86, warning_low=88)
CASE = Case(limits={"spo2": COPD}, planned=frozenset({"spo2"}), zone=OSLO)
DAY = timedelta(days=1)


def readings(*measured: float, kind: str = "spo2", every: timedelta = DAY) -> list[Reading]:
    return [Reading(kind, value, NOON + n * every) for n, value in enumerate(measured)]


def tried(*measured: float, draft: Limits = LOWER, case: Case = CASE) -> list[tuple[Zone, Zone]]:
    return [(r.now, r.then) for r in run(readings(*measured), [], case, {"spo2": draft}).reports]


@pytest.mark.parametrize(
    ("value", "now", "then"),
    [
        (85, RED, RED),
        (86, RED, YELLOW),
        (87, RED, YELLOW),
        (88, YELLOW, GREEN),
        (89, YELLOW, GREEN),
        (90, GREEN, GREEN),
        (79, RED, RED),
    ],
)
def test_each_side_of_every_bound(value: float, now: Zone, then: Zone) -> None:
    assert tried(value) == [(now, then)]


def test_days_alerts_and_what_turns() -> None:
    made = run(readings(91, 89, 88, 87, 92, 85, 89), [], CASE, {"spo2": LOWER})
    assert made.days_now == Counter({YELLOW: 3, RED: 2, GREEN: 2})
    assert made.days_then == Counter({GREEN: 5, YELLOW: 1, RED: 1})
    assert (made.alerts_now, made.alerts_then) == (5, 2)
    first = date(2026, 11, 2)
    assert made.turns == [
        Turn(first + DAY, first + 2 * DAY, YELLOW, GREEN),
        Turn(first + 3 * DAY, first + 3 * DAY, RED, YELLOW),
        Turn(first + 6 * DAY, first + 6 * DAY, YELLOW, GREEN),
    ]
    assert all(turn.milder for turn in made.turns)
    later = made.since(first + 5 * DAY)
    assert [(day.now, day.then) for day in later.days] == [(RED, RED), (YELLOW, GREEN)]


def test_a_day_is_local_and_as_bad_as_its_worst() -> None:
    late = [
        Reading("spo2", 92, datetime(2026, 11, 2, 22, 30, tzinfo=UTC)),  # 23:30 in Oslo
        Reading("spo2", 89, datetime(2026, 11, 2, 23, 30, tzinfo=UTC)),  # 00:30, the next day
        Reading("spo2", 92, datetime(2026, 11, 3, 12, 0, tzinfo=UTC)),
    ]
    made = run(late, [], CASE, {})
    assert [(day.day.day, day.now) for day in made.days] == [(2, GREEN), (3, YELLOW)]


def test_what_comes_within_half_an_hour_is_one_report() -> None:
    part = timedelta(minutes=10)
    made = run(readings(89, 92, 87, every=part), [], CASE, {"spo2": LOWER})
    assert [(one.now, one.then) for one in made.reports] == [(RED, YELLOW)]
    assert made.alerts_now == 1
    apart = run(readings(89, 89, every=timedelta(minutes=31)), [], CASE, {})
    assert apart.alerts_now == 2


def test_answers_are_of_the_report_and_alike_under_both() -> None:
    worse = [(NOON + timedelta(minutes=5), [Answer("breathing", "worse", YELLOW)])]
    made = run(readings(89), worse, CASE, {"spo2": LOWER})
    assert [(one.now, one.then) for one in made.reports] == [(YELLOW, YELLOW)]


def test_limits_of_ones_own_are_no_longer_against_the_usual() -> None:
    usual = replace(CASE, habitual={"spo2": 95.0}, drops={"spo2": DropRule("spo2", 3, 5)})
    assert tried(91, case=usual) == [(YELLOW, GREEN)]
    other = run(readings(91), [], usual, {"pulse": Limits(warning_high=100)})
    assert other.days_then == Counter({YELLOW: 1})


def test_what_could_not_be_judged_holds_green_back() -> None:
    rule = ChangeRule("weight", 3, 1.0, 2.0, 2.0)
    case = Case(limits={}, planned=frozenset({"weight"}), changes={"weight": rule}, zone=OSLO)
    made = run(readings(80.0, 80.2, kind="weight", every=timedelta(hours=2)), [], case, {})
    assert [one.now for one in made.reports] == [GREY, GREEN]
    assert made.days_now == Counter({GREY: 1})


def test_what_nobody_judges_is_no_report() -> None:
    assert run(readings(37.0, kind="temperature"), [], CASE, {}).reports == []
    judged = run(
        readings(37.0, kind="temperature"), [], CASE, {"temperature": Limits(None, None, 38)}
    )
    assert judged.days_then == Counter({GREEN: 1})
    assert judged.days_now == Counter({GREY: 1})


def test_ahead_of_a_worsening_is_the_worst_of_three_days() -> None:
    made = run(readings(86, 92, 92, 92, 89), [], CASE, {"spo2": LOWER})
    assert made.ahead_of(NOON + 4 * DAY) == (YELLOW, GREEN)
    assert made.ahead_of(NOON + 2 * DAY) == (RED, YELLOW)
    assert made.ahead_of(NOON + 3 * DAY) == (GREEN, GREEN)  # the first lies just outside
    assert made.ahead_of(NOON - DAY) == (GREY, GREY)  # nothing came


@given(st.lists(values(BY_NAME["spo2"]), max_size=12), limits(BY_NAME["spo2"]))
def test_the_same_limits_change_nothing(measured: list[float], held: Limits) -> None:
    case = replace(CASE, limits={"spo2": held})
    made = run(readings(*measured), [], case, {"spo2": held})
    assert all(one.now is one.then for one in made.reports)
    assert made.turns == []
    assert made.alerts_now == made.alerts_then


@given(st.lists(values(BY_NAME["weight"]), max_size=20), st.integers(1, 48), st.integers(1, 8))
def test_every_report_is_judged_as_the_intake_would(
    measured: list[float], hours: int, days: int
) -> None:
    rule = ChangeRule("weight", days, 1.0, 2.0, 2.0)
    case = Case(limits={}, planned=frozenset({"weight"}), changes={"weight": rule}, zone=OSLO)
    sent = readings(*measured, kind="weight", every=timedelta(hours=hours))
    whole = replace(case, earlier={"weight": sent})
    wanted = [(r.taken_at, judge([r], [], whole).zone) for r in sent]
    assert [(one.at, one.now) for one in run(sent, [], case, {}).reports] == wanted


@given(st.lists(values(BY_NAME["pulse"]), max_size=12), limits(BY_NAME["pulse"]))
def test_what_is_told_is_what_the_limits_say_when_they_hold(
    measured: list[float], draft: Limits
) -> None:
    case = Case(limits={}, planned=frozenset({"pulse"}), zone=OSLO)
    sent = readings(*measured, kind="pulse")
    ordered = with_limits(case, {"pulse": draft})
    wanted = [judge([reading], [], ordered).zone for reading in sent]
    assert [one.then for one in run(sent, [], case, {"pulse": draft}).reports] == wanted


def test_days_between_that_are_not_measured_do_not_part_a_turn() -> None:
    made = Run([Tried(NOON, YELLOW, GREEN), Tried(NOON + 5 * DAY, YELLOW, GREEN)], OSLO)
    assert made.turns == [Turn(date(2026, 11, 2), date(2026, 11, 7), YELLOW, GREEN)]
