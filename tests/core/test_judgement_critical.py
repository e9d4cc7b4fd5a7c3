"""Judging: a critical value is red and never waits, whatever else holds."""

from __future__ import annotations

import pytest

from tests.core.judging import COPD, GREEN, GREY, HEART, RED, SHIPPED, case_of, read
from varde.core.judgement import Critical, judge, judge_reading
from varde.core.thresholds import Limits


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_the_file_has_every_decided_critical_value(key: str) -> None:
    assert SHIPPED[key].critical_rules() == {
        "spo2": Critical("spo2", below=80),
        "pulse": Critical("pulse", below=35, above=150),
        "systolic": Critical("systolic", below=80, above=200),
    }


@pytest.mark.parametrize("key", sorted(SHIPPED))
@pytest.mark.parametrize(
    ("kind", "at", "past"),
    [
        ("spo2", 80, 79),
        ("pulse", 35, 34),
        ("pulse", 150, 151),
        ("systolic", 80, 79),
        ("systolic", 200, 201),
        ("spo2", 79.5, 79.4),  # rounded first
        ("pulse", 150.4, 150.5),
    ],
)
def test_critical_values(key: str, kind: str, at: float, past: float) -> None:
    case = case_of(SHIPPED[key], planned=frozenset({kind}))
    on_the_bound = judge([read(kind, at)], [], case)
    assert (on_the_bound.zone, on_the_bound.critical) == (RED, False)
    beyond = judge([read(kind, past)], [], case)
    assert (beyond.zone, beyond.critical) == (RED, True)


@pytest.mark.parametrize(
    ("value", "rule", "bound"), [(155, "above", 150), (30, "below", 35), (150, "within", None)]
)
def test_a_critical_value_is_red_also_within_own_limits(
    value: float, rule: str, bound: float | None
) -> None:
    case = case_of(COPD, limits={"pulse": Limits(20, 25, 170, 190)})
    reason = judge_reading(read("pulse", value), case)
    assert (reason.rule, reason.bound) == (rule, bound)
    assert reason.critical is (bound is not None)
    assert reason.zone is (RED if bound else GREEN)


def test_a_critical_value_past_a_red_bound_names_the_patients_own_bound() -> None:
    reason = judge_reading(read("pulse", 155), case_of(COPD))
    assert (reason.rule, reason.bound, reason.critical) == ("above", 120, True)


def test_a_critical_bound_of_zero_is_a_bound() -> None:
    assert Critical("weight", above=0).holds(1)
    assert Critical("weight", below=0).holds(-1)
    assert not Critical("weight", below=0, above=0).holds(0)


@pytest.mark.parametrize("held", [{}, {"spo2": Limits()}])
def test_a_critical_value_is_red_also_without_limits(held: dict[str, Limits]) -> None:
    judged = judge([read("spo2", 60)], [], case_of(COPD, limits=held))
    assert (judged.zone, judged.critical) == (RED, True)
    assert [(r.rule, r.value, r.bound) for r in judged.reasons] == [("below", 60, 80)]
    assert judged.unjudged == ()


def test_what_is_not_critical_is_still_not_judged_without_limits() -> None:
    judged = judge([read("spo2", 80)], [], case_of(COPD, limits={}))
    assert (judged.zone, judged.critical) == (GREY, False)
    assert [reason.rule for reason in judged.unjudged] == ["no-limits"]


def test_a_critical_value_is_marked_also_where_only_the_drop_is_judged() -> None:
    judged = judge([read("spo2", 60)], [], case_of(COPD, limits={}, habitual={"spo2": 94}))
    assert (judged.zone, judged.critical) == (RED, True)


@pytest.mark.parametrize("habitual", [80, 82, 84, 100])
def test_a_critical_value_is_red_whatever_the_drop_rule_says(habitual: float) -> None:
    """79 is 1, 3, 5 and 21 below: green, yellow and red by the drop alone."""
    reason = judge_reading(read("spo2", 79), case_of(COPD, limits={}, habitual={"spo2": habitual}))
    assert (reason.zone, reason.critical) == (RED, True)


def test_a_critical_value_that_cannot_be_compared_is_red_and_needs_no_other_word() -> None:
    above = {"weight": Critical("weight", above=150)}
    judged = judge([read("weight", 160)], [], case_of(HEART, criticals=above))
    assert (judged.zone, judged.critical, judged.unjudged) == (RED, True, ())
    assert judge([read("weight", 150)], [], case_of(HEART, criticals=above)).zone is GREY


@pytest.mark.parametrize(
    ("value", "found"), [(79, (RED, "below", True)), (80, (GREY, "outside-programme", False))]
)
def test_a_critical_value_is_red_also_of_a_kind_that_the_programme_does_not_measure(
    value: float, found: tuple[object, str, bool]
) -> None:
    """A gateway sends oxygen for somebody who is followed for the heart: 79 is not grey."""
    assert "spo2" not in HEART.kinds
    judged = judge_reading(read("spo2", value), case_of(HEART))
    assert (judged.zone, judged.rule, judged.critical) == found
