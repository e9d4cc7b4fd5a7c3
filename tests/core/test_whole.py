"""Rules over the parts of a report together, what holds of every rule, and what a file may say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import GREEN, GREY, OSLO, RED, YELLOW, read
from tests.core.strategies import JUDGED, NOW, cases, readings, values
from varde.core.judgement import Case, ChangeRule, judge, judge_whole
from varde.core.over_time import Away, Mean, OverTime, Sustained, Trend
from varde.core.quantities import BY_NAME
from varde.core.reading import Answer, Reading
from varde.core.thresholds import Limits
from varde.core.usual import FirstDays
from varde.core.verdict import INCOMPLETE, Reason
from varde.core.whole import News2, Part, Rise, Said, Sum, Together, WholeRule
from varde.core.zones import Zone

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMED: dict[str, Any] = {"id": "one", "name": {}}


def local(day: date, hour: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=OSLO)


def scored(points: Mapping[str, float | None]) -> list[Answer]:
    return [Answer(question, "x", GREEN, of) for question, of in points.items()]


def chosen(**choices: str) -> list[Answer]:
    return [Answer(question, choice, GREEN) for question, choice in choices.items()]


def said(
    rule: WholeRule, answers: Sequence[Answer] = (), measured: Sequence[Reading] = (),
    at: datetime = NOW, **more: Any,
) -> Reason | None:  # fmt: skip
    holds: dict[str, Any] = {"limits": {}, "zone": OSLO, "whole": [rule]} | more
    found = judge_whole(measured, answers, Case(**holds), at)
    assert len(found) <= 1
    return found[0] if found else None


# --- Sum ---------------------------------------------------------------------------------------

THREE = Sum(**NAMED, of=("a", "b", "c"), yellow=10, red=20)


@pytest.mark.parametrize(
    ("yellow", "red", "total", "zone", "bound"),
    [
        (10, 20, 9, GREEN, None),
        (10, 20, 10, YELLOW, 10),
        (10, 20, 19, YELLOW, 10),
        (10, 20, 20, RED, 20),
        (10, None, 40, YELLOW, 10),
        (None, 20, 19, GREEN, None),
        (None, 20, 20, RED, 20),
        (20, 20, 20, RED, 20),
    ],
)
def test_points_added_up(
    yellow: float | None, red: float | None, total: float, zone: Zone, bound: float | None
) -> None:
    rule = Sum(**NAMED, of=("a", "b", "c"), yellow=yellow, red=red)
    reason = said(rule, scored({"a": total, "b": 0, "c": 0, "d": 99}))
    assert reason == Reason(
        "rule:one", "sum", zone, bound=bound, named="one", figure=total, parts=(f"a={total:g}",)
    )


@pytest.mark.parametrize(
    ("points", "zone", "rule", "figure", "lacks"),
    [
        ({"a": 9}, GREY, INCOMPLETE, 9, ("b", "c")),
        ({"a": 4, "c": 5}, GREY, INCOMPLETE, 9, ("b",)),
        ({"a": 0, "b": 0, "c": None}, GREY, INCOMPLETE, 0, ("c",)),  # an answer nobody knows
        ({"c": None}, GREY, INCOMPLETE, 0, ("a", "b", "c")),
        ({"a": 10}, YELLOW, "sum", 10, ("b", "c")),  # whatever the others are
        ({"a": 10, "b": 10}, RED, "sum", 20, ("c",)),
    ],
)
def test_a_part_of_the_answers(
    points: dict[str, float | None], zone: Zone, rule: str, figure: float, lacks: tuple[str, ...]
) -> None:
    judged = judge([], scored(points), Case({}, whole=[THREE]), NOW)
    (reason,) = [one for one in judged.reasons if one.subject == "rule:one"]
    assert (reason.zone, reason.rule, reason.figure) == (zone, rule, figure)
    assert reason.lacks == lacks
    assert judged.zone is zone  # the answers are green by themselves
    assert (reason in judged.unjudged) is (zone is GREY)


def test_nothing_is_said_where_none_of_it_was_answered() -> None:
    before = [(NOW - MINUTE, scored({"a": 30, "b": 30, "c": 30}))]
    assert said(THREE, scored({"d": 30}), [read("pulse", 70)], answered=before) is None
    assert said(THREE, (), [read("pulse", 70)], answered=before) is None


@pytest.mark.parametrize(
    ("before", "now", "zone", "rule", "bound"),
    [
        (10, 8, GREEN, "sum", None),
        (10, 11, GREEN, "sum", None),
        (10, 12, YELLOW, "sum-rise", 2),
        (10, 15, RED, "sum-rise", 5),
        (19, 20, YELLOW, "sum", 20),
        (18, 20, YELLOW, "sum", 20),  # either is yellow: the sum is told
        (16, 21, RED, "sum-rise", 5),
        (28, 30, RED, "sum", 30),
    ],
)
def test_points_that_rise(before: float, now: float, zone: Zone, rule: str, bound: float) -> None:
    made = Sum(**NAMED, of=("a", "b"), yellow=20, red=30, rise=Rise(days=7, yellow=2, red=5))
    given = [(NOW - 2 * DAY, scored({"a": before, "b": 0}))]
    reason = said(made, scored({"a": 0, "b": now}), answered=given)
    base, days = (before, 7) if rule == "sum-rise" else (None, None)
    assert reason == Reason(
        "rule:one", rule, zone, bound=bound, base=base, days=days, named="one", figure=now,
        parts=(f"b={now:g}",) if now else (),
    )  # fmt: skip


RISE = Sum(**NAMED, of=("a", "b"), rise=Rise(days=3, yellow=2))


@pytest.mark.parametrize("today", [date(2026, 11, 16), date(2026, 10, 26), date(2026, 3, 30)])
def test_a_rise_is_from_the_last_whole_score_of_its_local_days(today: date) -> None:
    now, oldest = local(today, 23), local(today - 3 * DAY)
    whole, part = scored({"a": 5, "b": 5}), scored({"a": 9})
    unknown = scored({"a": 9, "b": None})

    def base(*given: tuple[datetime, list[Answer]]) -> float | None:
        reason = said(RISE, scored({"a": 50, "b": 50}), at=now, answered=given)
        return reason.base if reason else None

    assert base((oldest, whole)) == 10
    assert base((oldest - MINUTE, whole)) is None
    assert base((oldest, whole), (now - DAY, part), (now - 2 * DAY, unknown)) == 10
    assert base((oldest, whole), (now - DAY, scored({"a": 7, "b": 0}))) == 7
    assert base((now - DAY, scored({"a": 7, "b": 0})), (oldest, whole)) == 7
    assert base((now, whole), (now + MINUTE, whole)) is None
    assert base() is None
    lacking = said(RISE, scored({"a": 50}), at=now, answered=[(oldest, whole)])
    assert (lacking and lacking.rule) == INCOMPLETE


@pytest.mark.parametrize(("minutes", "beside"), [(-1, False), (0, True), (30, True), (31, False)])
def test_answers_of_another_post_count_when_near(minutes: int, beside: bool) -> None:
    other = (NOW - minutes * MINUTE, scored({"a": 99, "b": 4, "c": 4}))
    reason = said(THREE, scored({"a": 1}), answered=[other])
    assert reason is not None
    assert (reason.figure, reason.lacks) == ((9, ()) if beside else (1, ("b", "c")))


def test_of_several_posts_beside_the_last_answer_counts() -> None:
    early, late = (NOW - 9 * MINUTE, scored({"b": 1, "c": 2})), (NOW - MINUTE, scored({"b": 4}))
    for answered in ([early, late], [late, early]):
        reason = said(THREE, scored({"a": 0}), answered=answered)
        assert (reason and reason.figure) == 6


# --- Together ----------------------------------------------------------------------------------

HELD: dict[str, Any] = {
    "limits": {"pulse": Limits(41, 51, 100, 120), "spo2": Limits(88, 90)},
    "planned": frozenset({"pulse", "spo2", "weight", "temperature"}),
    "changes": {"weight": ChangeRule("weight", 3, 1, 2, 2)},
    "earlier": {"weight": [read("weight", 80, NOW - DAY)]},
}
WORSE = Part(question="general", choices=("worse", "much-worse"))
BOTH = Together(**NAMED, of=(Part(kind="pulse"), WORSE))


@pytest.mark.parametrize(
    ("part", "found"),
    [
        (Part(kind="pulse"), {50: 1, 51: 0, 100: 0, 101: 1, 121: 1}),  # yellow, or worse
        (Part(kind="pulse", zone="red"), {40: 1, 41: 0, 120: 0, 121: 1}),
        (Part(kind="spo2", zone="red"), {87: 1, 88: 0}),
        (Part(kind="weight"), {80.9: 0, 81: 1, 82.1: 1}),  # by the rule of its change
        (Part(kind="weight", zone="red"), {82: 0, 82.1: 1}),
        (Part(kind="temperature"), {45: 0}),  # it has no limits, so no zone
        (Part(kind="respiration"), {60: 0}),  # nor is this planned
        (Part(kind="pulse", below=60), {59: 1, 60: 0, 121: 0}),
        (Part(kind="pulse", above=90), {90: 0, 91: 1, 30: 0}),
        (Part(kind="pulse", below=60, above=90), {59: 1, 60: 0, 90: 0, 91: 1}),
        (Part(kind="temperature", above=38), {38.0: 0, 38.1: 1}),
    ],
)
def test_a_part_is_a_kind_in_a_zone_or_past_a_bound(part: Part, found: dict[float, int]) -> None:
    rule = Together(**NAMED, of=(part, WORSE))
    for value, holds in found.items():
        reason = said(rule, chosen(general="worse"), [read(part.kind, value)], **HELD)
        assert bool(reason) is bool(holds), value


def test_a_part_is_a_question_with_one_of_its_choices() -> None:
    fast, choices = [read("pulse", 121)], ("well", "worse", "much-worse", "")
    told = [choice for choice in choices if said(BOTH, chosen(general=choice), fast, **HELD)]
    assert told == ["worse", "much-worse"]
    assert said(BOTH, chosen(breathing="worse"), fast, **HELD) is None


@pytest.mark.parametrize("zone", ["yellow", "red"])
@pytest.mark.parametrize("needs", [2, 3, None])
@pytest.mark.parametrize("pulse", [100, 101])
@pytest.mark.parametrize("spo2", [90, 89])
@pytest.mark.parametrize("general", ["well", "worse"])
def test_so_many_of_the_parts(
    pulse: float, spo2: float, general: str, needs: int | None, zone: Any
) -> None:
    of = (Part(kind="pulse"), Part(kind="spo2"), WORSE)
    rule = Together(**NAMED, of=of, needs=needs, zone=zone)
    holds = {
        "pulse=101": pulse == 101, "spo2=89": spo2 == 89, "general=worse": general == "worse"
    }  # fmt: skip
    met = tuple(name for name, held in holds.items() if held)
    reason = said(rule, chosen(general=general), [read("pulse", pulse), read("spo2", spo2)], **HELD)
    told = Reason("rule:one", "together", {"yellow": YELLOW, "red": RED}[zone], named="one",
                  figure=len(met), of=3, parts=met)  # fmt: skip
    assert reason == (told if len(met) >= (needs or 3) else None)


@pytest.mark.parametrize(("minutes", "beside"), [(-1, False), (0, True), (30, True), (31, False)])
def test_what_came_in_another_post_counts_when_near(minutes: int, beside: bool) -> None:
    when = NOW - minutes * MINUTE
    fast, worse = {"pulse": [read("pulse", 121, when)]}, [(when, chosen(general="worse"))]
    assert bool(said(BOTH, chosen(general="worse"), **HELD | {"earlier": fast})) is beside
    assert bool(said(BOTH, (), [read("pulse", 121)], **HELD, answered=worse)) is beside


def test_something_of_it_must_be_of_this_very_report() -> None:
    fast, given = read("pulse", 121, NOW - MINUTE), (NOW - MINUTE, chosen(general="worse"))
    more = HELD | {"earlier": {"pulse": [fast]}, "answered": [given]}
    assert said(BOTH, chosen(breathing="worse"), [read("spo2", 97)], **more) is None
    assert said(BOTH, chosen(general="worse"), **more) is not None
    assert said(BOTH, (), [read("pulse", 121)], **more) is not None


def test_its_own_part_counts_before_one_beside_and_the_last_of_several_beside() -> None:
    fast = [read("pulse", 121, NOW - n * MINUTE) for n in (3, 9)]
    more = HELD | {"earlier": {"pulse": fast}}
    assert said(BOTH, chosen(general="worse"), [read("pulse", 70)], **more) is None
    given = [(NOW - MINUTE, chosen(general="worse"))]
    assert said(BOTH, chosen(general="well"), [read("pulse", 121)], **HELD, answered=given) is None
    slow = HELD | {"earlier": {"pulse": [*fast, read("pulse", 70, NOW - MINUTE)]}}
    assert said(BOTH, chosen(general="worse"), **slow) is None


def test_a_report_without_readings_must_say_when() -> None:
    given = chosen(general="worse")
    with pytest.raises(ValueError, match="when"):
        judge([], given, Case({}, whole=[BOTH]))
    assert judge([], given, Case({})).zone is GREEN
    assert judge_whole([], [], Case({}, whole=[BOTH])) == []
    case = Case(**HELD | {"earlier": {"pulse": [read("pulse", 121, NOW + MINUTE)]}}, whole=[BOTH])
    last = [read("weight", 80, NOW), read("spo2", 97, NOW + 30 * MINUTE)]
    assert judge(last, given, case).zone is RED  # as taken with the last of its readings


# --- What holds of every rule ------------------------------------------------------------------

NOT_BAD = Said(question="a", choices=("x",))
OVER: list[OverTime] = [
    Sustained(**NAMED, kind="spo2", times=2, of=3, days=2),
    Mean(**NAMED, kind="spo2", side="low", days=3, fewest=1),
    Away(**NAMED, kind="pulse", side="high", yellow=1, red=2),
    Trend(**NAMED, kind="pulse", short=1, long=3, yellow=0.5, red=2),
]
WHOLE: list[WholeRule] = [
    Sum(**NAMED, of=("a", "b"), yellow=14, rise=Rise(days=9, yellow=1, red=9)),
    Together(**NAMED, of=(Part(kind="spo2"), Part(kind="pulse", above=90), WORSE), needs=2),
    News2(**NAMED, alert=NOT_BAD),
    News2(**NAMED, alert=NOT_BAD, oxygen=Said(question="b", choices=("y",))),
]
LOOKED_AT = ["spo2", "pulse", "respiration", "systolic", "temperature", "oxygen-flow"]
AGES = (st.integers(0, 60) | st.integers(60, 4000)).map(lambda n: n * 3 * MINUTE)
sent = st.builds(
    Answer, st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from([*JUDGED, GREY]),
    st.sampled_from([*range(10), None]),
)  # fmt: skip
posts = st.lists(sent, max_size=3, unique_by=lambda answer: answer.question)
parts = readings() | st.fixed_dictionaries({k: values(BY_NAME[k]) for k in LOOKED_AT}).map(
    lambda found: [read(kind, value) for kind, value in found.items()]
)


@st.composite
def ruled(draw: st.DrawFn) -> Case:
    """Any case, some of the rules, and what came before, no two of a kind at one time."""
    ages = st.lists(AGES, max_size=5, unique=True)
    earlier = {
        kind: [read(kind, draw(values(BY_NAME[kind])), NOW - ago) for ago in draw(ages)]
        for kind in LOOKED_AT
    }
    usual = [read("x", draw(st.integers(70, 99)), NOW - (20 + n) * DAY) for n in range(9)]
    over = draw(st.lists(st.sampled_from(OVER), unique_by=id))
    return replace(
        draw(cases()),
        over_time={kind: [rule for rule in over if rule.kind == kind] for kind in LOOKED_AT[:2]},
        whole=draw(st.lists(st.sampled_from(WHOLE), unique_by=id)),
        earlier=earlier,
        answered=[(NOW - ago, draw(posts)) for ago in draw(ages)],
        first={k: FirstDays(replace(one, kind=k) for one in usual) for k in LOOKED_AT[:2]},
        settled=NOW - draw(st.sampled_from([-1, 5])) * DAY,
    )


@given(parts, posts, ruled())
def test_a_rule_more_never_makes_it_milder_and_every_reason_can_be_kept(
    measured: list[Reading], answers: list[Answer], case: Case
) -> None:
    """But for a score that could not be reckoned: that is not green."""
    without = judge(measured, answers, replace(case, over_time={}, whole=()), NOW)
    judged = judge(measured, answers, case, NOW)
    if judged.zone < without.zone:
        assert (without.zone, judged.zone) == (GREEN, GREY)
        assert any(reason.rule == INCOMPLETE for reason in judged.reasons)
    assert without.critical == judged.critical
    for reason in judged.reasons:
        assert Reason.from_dict(json.loads(json.dumps(reason.as_dict()))) == reason


@given(parts, posts, ruled(), st.randoms(use_true_random=False))
def test_no_order_is_relevant(
    measured: list[Reading], answers: list[Answer], case: Case, dice: Any
) -> None:
    def mixed(found: Sequence[Any]) -> Any:
        return dice.sample(found, len(found))

    other = replace(
        case,
        earlier={kind: mixed(found) for kind, found in case.earlier.items()},
        answered=[(when, mixed(given)) for when, given in mixed(case.answered)],
    )
    expected = judge(measured, answers, case, NOW)
    assert judge(mixed(measured), mixed(answers), other, NOW) == expected
