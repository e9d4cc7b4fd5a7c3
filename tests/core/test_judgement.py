"""Judging by limits: the standard sets bound by bound, and what is never green."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.judging import COPD, GREEN, GREY, HEART, RED, SHIPPED, YELLOW, case_of, read, report
from tests.core.strategies import JUDGED, step
from varde.core.judgement import Case, judge, judge_reading
from varde.core.thresholds import Limits
from varde.core.verdict import Judgement

# --- The standard sets of decisions 3.1 -------------------------------------------------------

EVERYONE = {
    ("pulse", "warning_low"): 51,
    ("pulse", "alert_low"): 41,
    ("pulse", "warning_high"): 100,
    ("pulse", "alert_high"): 120,
    ("systolic", "warning_low"): 100,
    ("systolic", "alert_low"): 90,
    ("systolic", "warning_high"): 160,
    ("systolic", "alert_high"): 180,
    ("diastolic", "warning_low"): 60,
    ("diastolic", "alert_low"): 50,
    ("diastolic", "warning_high"): 95,
    ("diastolic", "alert_high"): 110,
    ("temperature", "warning_high"): 38.0,
    ("temperature", "alert_high"): 39.0,
    ("respiration", "warning_low"): 12,
    ("respiration", "alert_low"): 9,
    ("respiration", "warning_high"): 20,
    ("respiration", "alert_high"): 24,
}
COPD_SPO2 = {("spo2", "warning_low"): 90, ("spo2", "alert_low"): 88}
OTHERS_SPO2 = {("spo2", "warning_low"): 94, ("spo2", "alert_low"): 92}
DECIDED = {key: EVERYONE | (COPD_SPO2 if key == "copd" else OTHERS_SPO2) for key in sorted(SHIPPED)}
BOUNDS = [
    pytest.param(key, kind, bound, value, id=f"{key}-{kind}-{bound}")
    for key, decided in DECIDED.items()
    for (kind, bound), value in decided.items()
]


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_the_file_has_every_decided_bound_and_no_other(key: str) -> None:
    stands = {
        (kind, name): getattr(bounds, name)
        for kind, bounds in SHIPPED[key].standard.limits.items()
        for name in ("alert_low", "warning_low", "warning_high", "alert_high")
        if getattr(bounds, name) is not None
    }
    assert stands == DECIDED[key]


@pytest.mark.parametrize(("key", "kind", "bound", "value"), BOUNDS)
def test_each_bound_of_the_standard_set(key: str, kind: str, bound: str, value: float) -> None:
    """At the bound the milder zone, one step past it the worse, one step inside the milder."""
    case = case_of(SHIPPED[key], planned=frozenset({kind}))
    milder, worse = (GREEN, YELLOW) if bound.startswith("warning") else (YELLOW, RED)
    out = -step(kind) if bound.endswith("low") else step(kind)

    assert judge_reading(read(kind, value), case).zone is milder
    assert judge_reading(read(kind, round(value - out, 1)), case).zone is milder

    past = judge_reading(read(kind, round(value + out, 1)), case)
    assert past.zone is worse
    assert (past.rule, past.bound) == ("below" if bound.endswith("low") else "above", value)


@pytest.mark.parametrize(("key", "kind", "bound", "value"), BOUNDS)
def test_values_are_rounded_before_they_are_compared(
    key: str, kind: str, bound: str, value: float
) -> None:
    """Half a step past a bound rounds half up: onto a low bound, and past a high one."""
    case = case_of(SHIPPED[key], planned=frozenset({kind}))
    milder, worse = (GREEN, YELLOW) if bound.startswith("warning") else (YELLOW, RED)
    half = step(kind) / 2
    if bound.endswith("low"):
        on, past = value - half, value - half - step(kind) / 10
    else:
        on, past = value + half - step(kind) / 10, value + half
    assert judge_reading(read(kind, round(on, 3)), case).zone is milder
    assert judge_reading(read(kind, round(past, 3)), case).zone is worse


# --- What is not judged ------------------------------------------------------------------------


@pytest.mark.parametrize("held", [{}, {"spo2": Limits()}], ids=["no limits", "empty limits"])
def test_a_planned_kind_without_limits_is_never_green_and_is_work(held: Any) -> None:
    case = case_of(COPD, limits={"pulse": Limits(41, 51, 100, 120), **held})
    alone, beside = report(case, spo2=97), report(case, spo2=97, pulse=70)
    for judged in (alone, beside):
        assert judged.zone is GREY
        assert [(r.subject, r.rule) for r in judged.unjudged] == [("spo2", "no-limits")]


def test_a_planned_kind_without_limits_hides_no_worse_part() -> None:
    case = case_of(COPD, limits={"pulse": Limits(41, 51, 100, 120)})
    yellow, red = report(case, spo2=97, pulse=101), report(case, spo2=97, pulse=121)
    assert (yellow.zone, red.zone) == (YELLOW, RED)
    assert len(yellow.unjudged) == len(red.unjudged) == 1


def test_a_limit_of_zero_judges() -> None:
    case = Case(limits={"spo2": Limits(warning_high=0)}, planned=frozenset({"spo2"}))
    judged = judge_reading(read("spo2", 95), case)
    assert (judged.zone, judged.rule, judged.bound) == (YELLOW, "above", 0)


def test_a_kind_outside_the_programme_is_grey_and_work_and_does_not_grey_the_rest() -> None:
    judged = report(case_of(COPD), height=172, spo2=97)
    assert [(r.subject, r.rule, r.zone) for r in judged.unjudged] == [
        ("height", "outside-programme", GREY)
    ]
    assert judged.zone is GREEN
    assert report(case_of(COPD), height=172).zone is GREY


@pytest.mark.parametrize("value", [37.0, 38.5, 39.5])
def test_a_kind_outside_the_programme_is_grey_also_when_it_has_limits(value: float) -> None:
    """Decisions 3.2: a thermometer nobody asked for raises work, never a zone."""
    assert "temperature" in COPD.standard.limits
    judged = report(case_of(COPD), temperature=value, spo2=97)
    assert [(r.subject, r.rule, r.zone, r.value) for r in judged.unjudged] == [
        ("temperature", "outside-programme", GREY, value)
    ]
    assert judged.zone is GREEN
    assert report(case_of(COPD), temperature=value).zone is GREY


def test_rules_over_time_do_not_judge_a_kind_outside_the_programme() -> None:
    dropped = case_of(COPD, planned=frozenset({"pulse"}), habitual={"spo2": 97})
    weight = case_of(HEART, planned=frozenset({"pulse"}))
    for case, kind in ((dropped, "spo2"), (weight, "weight")):
        assert judge_reading(read(kind, 85), case).rule == "outside-programme"


@pytest.mark.parametrize("value", [96, 60])
def test_judged_no_is_grey_and_no_work_even_with_limits(value: float) -> None:
    case = case_of(COPD, not_judged=frozenset({"spo2"}), habitual={"spo2": 97})
    judged = report(case, spo2=value)
    assert judged.zone is GREY
    assert judged.unjudged == ()
    assert [(r.rule, r.value) for r in judged.reasons] == [("judged-no", value)]


def test_judged_no_leaves_the_rest_as_it_is() -> None:
    case = case_of(COPD, not_judged=frozenset({"spo2"}))
    assert [report(case, spo2=60, pulse=pulse).zone for pulse in (70, 101, 121)] == JUDGED


def test_an_empty_report_is_not_green() -> None:
    assert judge([], [], case_of(COPD)) == Judgement(GREY, ())
