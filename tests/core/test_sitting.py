"""One sitting in several posts, and what a score, a combination or NEWS2 must not make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.core.judging import GREEN, GREY, OSLO, RED, YELLOW, read
from tests.core.strategies import NOW, raw
from varde.core.dry_run import run
from varde.core.judgement import Case, ChangeRule, judge, judge_whole
from varde.core.programme_file import BadProgramme, parse
from varde.core.reading import Answer, Reading
from varde.core.rule import Rule
from varde.core.verdict import Reason
from varde.core.whole import News2, Part, Rise, Said, Sum, Together
from varde.core.zones import Zone

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
RISE = Sum(id="s", name={}, of=("a", "b"), rise=Rise(3, 2, 5))
BOTH = Together(
    id="t", name={}, of=(Part(kind="pulse", above=120), Part(question="g", choices=("w",)))
)
NEWS = News2(id="n", name={}, alert=Said("awake", ("yes",)), oxygen=Said("oxygen", ("yes",)))


def points(at: datetime, **given: float) -> tuple[datetime, list[Answer]]:
    return at, [Answer(question, "x", GREEN, n) for question, n in given.items()]


def told(rule: Rule, readings: list[Reading], answers: list[Answer], **more: Any) -> Reason | None:
    found = judge_whole(readings, answers, Case({}, whole=[rule], zone=OSLO, **more), NOW)  # type: ignore[list-item]
    return next(iter(found), None)


@pytest.mark.parametrize("again", [{"a": 5.0, "b": 5.0}, {"a": 5.0}])
def test_a_rise_is_not_hidden_when_the_same_sitting_is_sent_again(again: dict[str, float]) -> None:
    before = [points(NOW - DAY, a=0, b=0), points(NOW - 10 * MINUTE, a=5, b=5)]
    reason = told(RISE, [], points(NOW, **again)[1], answered=before)
    assert reason is not None
    assert (reason.rule, reason.zone, reason.base) == ("sum-rise", RED, 0)


def test_an_earlier_score_that_came_in_two_posts_is_one_to_rise_from() -> None:
    before = [points(NOW - DAY, a=1), points(NOW - DAY + 9 * MINUTE, b=1)]
    reason = told(RISE, [], points(NOW, a=2, b=2)[1], answered=before)
    assert reason is not None
    assert (reason.zone, reason.base) == (YELLOW, 2)


def test_points_in_tenths_add_up_as_people_add() -> None:
    rule = Sum(id="s", name={}, of=("a", "b"), yellow=0.8)
    reason = told(rule, [], points(NOW, a=0.1, b=0.7)[1])
    assert reason is not None
    assert reason.zone is YELLOW


@pytest.mark.parametrize(
    ("part", "value", "met"),
    [
        (Part(kind="spo2", below=90), 89.4, True),
        (Part(kind="spo2", below=90), 89.6, False),  # shown as 90
        (Part(kind="temperature", above=38), 38.04, False),
        (Part(kind="temperature", above=38), 38.06, True),
    ],
)
def test_a_bound_is_held_against_what_is_shown(part: Part, value: float, met: bool) -> None:
    rule = Together(id="t", name={}, of=(part, Part(question="g", choices=("w",))))
    reason = told(rule, [read(part.kind, value)], [Answer("g", "w", GREEN)])
    assert (reason is not None) is met


def test_what_came_before_is_not_told_again_by_a_part_that_does_not_hold() -> None:
    earlier = {"pulse": [read("pulse", 130, NOW - 10 * MINUTE)]}
    answered = [(NOW - 5 * MINUTE, [Answer("g", "w", GREEN)])]
    rule = replace_of(BOTH, Part(kind="spo2", below=90), needs=2)
    assert told(rule, [read("spo2", 95)], [], earlier=earlier, answered=answered) is None
    assert told(rule, [read("spo2", 89)], [], earlier=earlier, answered=answered) is not None


def replace_of(rule: Together, part: Part, *, needs: int) -> Together:
    return Together(id=rule.id, name={}, of=(*rule.of, part), needs=needs)


def test_of_two_at_the_very_same_time_no_order_is_relevant() -> None:
    pulses = [read("pulse", 70), read("pulse", 121)]
    for order in permutations(pulses):
        assert told(BOTH, list(order), [Answer("g", "w", GREEN)]) is not None
        beside = {"pulse": [replace(one, taken_at=NOW - MINUTE) for one in order]}
        assert told(BOTH, [], [Answer("g", "w", GREEN)], earlier=beside) is not None
    posts = [(NOW - MINUTE, [Answer("g", choice, zone)]) for choice, zone in
             (("w", YELLOW), ("x", GREEN))]  # fmt: skip
    for both in permutations(posts):
        assert told(BOTH, [read("pulse", 121)], [], answered=list(both)) is not None


@pytest.mark.parametrize("question", ["awake", "oxygen"])
def test_an_answer_that_no_version_knows_is_lacking(question: str) -> None:
    well = {"respiration": 16, "spo2": 97, "systolic": 120, "pulse": 70, "temperature": 37}
    given = {"awake": ("yes", GREEN), "oxygen": ("no", GREEN)} | {question: ("?", GREY)}
    answers = [Answer(name, choice, zone) for name, (choice, zone) in given.items()]
    reason = told(NEWS, [read(kind, value) for kind, value in well.items()], answers)
    assert reason is not None
    assert reason.zone is GREY
    assert reason.lacks == ({"awake": "consciousness", "oxygen": "oxygen"}[question],)


def zones(
    readings: list[Reading], answers: list[tuple[datetime, list[Answer]]], case: Case
) -> list[Zone]:
    return [one.now for one in run(readings, answers, case, {}).reports]


def test_a_dry_run_looks_back_for_the_parts_as_the_intake_does() -> None:
    change = {"weight": ChangeRule("weight", 3, 1.0, 2.0, 2.0)}
    rule = Together(id="t", name={}, of=(Part(kind="weight"), Part(question="g", choices=("w",))))
    case = Case({}, planned=frozenset({"weight"}), changes=change, whole=[rule], zone=OSLO)
    weights = [Reading("weight", 80, NOW - DAY), Reading("weight", 81.5, NOW)]
    worse = [Answer("g", "w", GREEN)]
    intake = judge(weights[1:], worse, replace(case, earlier={"weight": weights}), NOW)
    assert intake.zone is RED
    assert zones(weights, [(NOW, worse)], case)[-1] is RED


def test_a_dry_run_sees_what_was_measured_just_before_the_report_begins() -> None:
    case = Case({}, planned=frozenset({"pulse", "spo2"}), whole=[BOTH], zone=OSLO)
    readings = [Reading("spo2", 95, NOW), Reading("pulse", 121, NOW + 20 * MINUTE)]
    worse = (NOW + 40 * MINUTE, [Answer("g", "w", GREEN)])
    assert zones(readings, [worse], case)[-1] is RED


@pytest.mark.parametrize("number", [".nan", ".inf"])
def test_what_is_no_number_is_refused(number: str) -> None:
    said = {"id": "t", "rule": "trend", "name": dict.fromkeys(("nb", "nn", "en"), "T"),
            "kind": "pulse", "short": 2, "long": 7, "yellow": float(number[1:])}  # fmt: skip
    with pytest.raises(BadProgramme, match="is not a number"):
        parse(raw("copd") | {"rules": [said]})
