"""How it was measured: after activity and with oxygen a doctor may set other limits; no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import NOW as AT
from varde.core.context import InContext
from varde.core.judgement import Case, Critical, DropRule, judge, judge_reading
from varde.core.over_time import Sustained
from varde.core.reading import ACTIVITY, FLOW, REST, SAID, TOGETHER, Reading, with_flow
from varde.core.thresholds import Limits
from varde.core.verdict import Reason
from varde.core.zones import Zone

NAME = {"nb": "x", "nn": "x", "en": "x"}
WALKED = InContext(id="walk", name=NAME, by_order=True, kind="spo2", when="activity",
                   warning_low=85, alert_low=80)  # fmt: skip
OXYGEN = InContext(id="oxygen", name=NAME, by_order=True, kind="spo2", when="oxygen",
                   warning_low=88, alert_low=85, warning_high=92)  # fmt: skip
AT_REST = Limits(88, 90)


def spo2(value: float, *said: str, flow: float | None = None, minutes: int = 0) -> Reading:
    return Reading("spo2", value, AT + timedelta(minutes=minutes), said, flow)


def held(*rules: InContext, **more: object) -> Case:
    return Case(
        limits={"spo2": AT_REST}, planned=frozenset({"spo2"}),
        contexts={"spo2": rules} if rules else {}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said", "zone", "bound"),
    [
        (90, (), Zone.GREEN, None),  # nothing said is at rest
        (89, (), Zone.YELLOW, 90),
        (87, (REST,), Zone.RED, 88),
        (85, (ACTIVITY,), Zone.GREEN, None),
        (84, (ACTIVITY,), Zone.YELLOW, 85),
        (80, (ACTIVITY,), Zone.YELLOW, 85),
        (79, (ACTIVITY,), Zone.RED, 80),
        (87, ("cold-finger",), Zone.RED, 88),  # what may be wrong with it takes nothing away
    ],
)
def test_after_activity_the_limits_that_a_doctor_has_ordered_for_it_hold(
    value: float, said: tuple[str, ...], zone: Zone, bound: float | None
) -> None:
    found = judge_reading(spo2(value, *said), held(WALKED))
    assert (found.zone, found.bound, found.said) == (zone, bound, said)
    assert found.named == ("walk" if ACTIVITY in said else "")


def test_without_such_an_order_activity_excuses_nothing() -> None:
    found = judge_reading(spo2(86, ACTIVITY), held())
    assert (found.zone, found.bound, found.said) == (Zone.RED, 88, (ACTIVITY,))


@pytest.mark.parametrize(
    ("value", "flow", "zone", "rule"),
    [
        (93, None, Zone.GREEN, "within"),
        (93, 0.0, Zone.GREEN, "within"),  # told, and none given
        (92, 2.0, Zone.GREEN, "within"),
        (93, 2.0, Zone.YELLOW, "above"),
        (88, 2.0, Zone.GREEN, "within"),
        (87, 2.0, Zone.YELLOW, "below"),
        (84, 0.5, Zone.RED, "below"),
    ],
)
def test_with_oxygen_those_that_are_ordered_for_oxygen(
    value: float, flow: float | None, zone: Zone, rule: str
) -> None:
    found = judge_reading(spo2(value, flow=flow), held(OXYGEN))
    assert (found.zone, found.rule, found.flow) == (zone, rule, flow)


def test_in_both_at_once_the_worse_counts() -> None:
    found = judge_reading(spo2(84, ACTIVITY, flow=2.0), held(WALKED, OXYGEN))
    assert (found.zone, found.named) == (Zone.RED, "oxygen")


def test_a_critical_value_is_critical_in_any_context() -> None:
    found = judge_reading(
        spo2(79, ACTIVITY), held(WALKED, criticals={"spo2": Critical("spo2", below=80)})
    )
    assert (found.zone, found.critical) == (Zone.RED, True)


def test_what_is_usual_at_rest_is_not_held_against_a_reading_after_activity() -> None:
    usual = {"habitual": {"spo2": 96}, "drops": {"spo2": DropRule("spo2", 3, 5)}}
    assert judge_reading(spo2(90, ACTIVITY), held(WALKED, **usual)).zone is Zone.GREEN
    assert judge_reading(spo2(90), held(WALKED, **usual)).zone is Zone.RED
    assert judge_reading(spo2(90, ACTIVITY), held(**usual)).zone is Zone.RED


def test_readings_after_activity_are_not_counted_with_those_at_rest() -> None:
    rule = Sustained(id="s", name=NAME, kind="spo2", times=2, of=2)
    for said, zone in (((), Zone.RED), ((ACTIVITY,), Zone.YELLOW)):
        before = {"spo2": [spo2(89, *said, minutes=-60)]}
        found = judge_reading(spo2(89), held(over_time={"spo2": (rule,)}, earlier=before))
        assert found.zone is zone


# Oxygen of the same sitting


@pytest.mark.parametrize(
    ("minutes", "flow"),
    [(0, 2.0), (-30, 2.0), (-31, None), (1, None)],
)
def test_oxygen_is_of_the_sitting_it_was_told_in(minutes: int, flow: float | None) -> None:
    told = Reading(FLOW, 2.0, AT + timedelta(minutes=minutes))
    (found, *_) = with_flow([spo2(90)], [told])
    assert found.flow == flow


def test_the_last_that_was_told_counts() -> None:
    flows = [Reading(FLOW, n, AT - timedelta(minutes=m)) for n, m in ((1.0, 20), (3.0, 5))]
    assert with_flow([spo2(90)], flows)[0].flow == 3.0


def test_a_whole_report_is_judged_with_its_oxygen_and_with_what_came_just_before() -> None:
    flow = Reading(FLOW, 2.0, AT)
    assert judge([flow, spo2(93)], [], held(OXYGEN)).zone is Zone.YELLOW
    before = held(OXYGEN, earlier={FLOW: [Reading(FLOW, 2.0, AT - TOGETHER)]})
    assert judge([spo2(93)], [], before).zone is Zone.YELLOW
    assert judge([spo2(93)], [], held(OXYGEN)).zone is Zone.GREEN


@given(st.floats(60, 100), st.sets(st.sampled_from(SAID)), st.one_of(st.none(), st.floats(0, 10)))
def test_a_context_that_nobody_ordered_limits_for_never_changes_the_zone(
    value: float, said: set[str], flow: float | None
) -> None:
    plain = judge_reading(spo2(value), held())
    assert judge_reading(spo2(value, *sorted(said), flow=flow), held()).zone is plain.zone


@given(st.floats(60, 100), st.floats(60, 100), st.sets(st.sampled_from(SAID)))
def test_lower_is_never_milder_in_the_same_context(a: float, b: float, said: set[str]) -> None:
    low, high = sorted((a, b))
    zones = [judge_reading(spo2(v, *sorted(said)), held(WALKED)).zone for v in (low, high)]
    assert zones[0] >= zones[1]


def test_a_reason_keeps_how_it_was_measured() -> None:
    found = judge_reading(spo2(84, ACTIVITY, "cold-finger", flow=2.0), held(WALKED))
    assert Reason.from_dict(found.as_dict()) == found


@pytest.mark.parametrize(
    "rule",
    [
        InContext(id="x", name=NAME, kind="spo2", when="activity", alert_low=80),  # not by order
        InContext(id="x", name=NAME, by_order=True, kind="spo2", when="activity"),  # no bound
        InContext(id="x", name=NAME, by_order=True, kind="pulse", when="oxygen", alert_low=40),
        InContext(id="x", name=NAME, by_order=True, kind="spo2", when="activity",
                  alert_low=90, warning_low=85),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_hold_together_is_refused(rule: InContext) -> None:
    assert list(rule.wrong())
    assert not list(WALKED.wrong())
