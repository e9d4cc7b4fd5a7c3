"""The whole judgement: answers beside measurements, what holds of any case, and keeping it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import COPD, GREEN, GREY, RED, YELLOW, case_of, read, report
from tests.core.strategies import JUDGED, answers, cases, half_up, readings, values
from varde.core.judgement import Case, DropRule, judge, judge_reading
from varde.core.quantities import BY_NAME
from varde.core.reading import Answer, Reading
from varde.core.thresholds import Limits
from varde.core.verdict import Judgement, Reason
from varde.core.zones import Zone

# --- Answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", JUDGED)
def test_an_answer_has_the_zone_its_choice_says(zone: Zone) -> None:
    judged = report(case_of(COPD), Answer("breathing", "worse", zone))
    assert judged.zone is zone
    assert judged.reasons == (Reason("answer:breathing", "answer", zone, "worse"),)


@pytest.mark.parametrize("answered", JUDGED)
@pytest.mark.parametrize(("pulse", "measured"), [(70, GREEN), (101, YELLOW), (121, RED)])
def test_the_worst_of_measurement_and_answer_holds(
    answered: Zone, pulse: float, measured: Zone
) -> None:
    judged = report(case_of(COPD), Answer("breathing", "x", answered), pulse=pulse)
    assert judged.zone is max(answered, measured)


def test_the_worst_reason_stands_first() -> None:
    judged = report(
        case_of(COPD), Answer("cough", "more", YELLOW), spo2=97, pulse=121, systolic=70, height=170
    )
    assert [reason.zone for reason in judged.reasons] == [RED, RED, YELLOW, GREEN, GREY]
    assert judged.critical


# --- Properties over any case ------------------------------------------------------------------

HOLDS_BACK = {"no-limits", "no-comparison"}  # a planned kind that could not be judged


@given(readings(unique=False), answers(), cases())
def test_the_zone_is_the_worst_of_its_parts(
    measured: list[Reading], said: list[Answer], case: Case
) -> None:
    parts = [judge_reading(reading, case) for reading in measured]
    zones = [part.zone for part in parts] + [answer.zone for answer in said]
    judged = judge(measured, said, case)
    worst = max(zones, default=GREY)
    if worst is GREEN and any(part.rule in HOLDS_BACK for part in parts):
        worst = GREY
    assert judged.zone is worst
    assert len(judged.reasons) == len(zones)
    assert [r.zone for r in judged.reasons] == sorted(zones, reverse=True)


@given(readings(unique=False), answers(), cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_parts_is_irrelevant(
    measured: list[Reading], said: list[Answer], case: Case, dice: Any
) -> None:
    shuffled, asked = dice.sample(measured, len(measured)), dice.sample(said, len(said))
    assert judge(shuffled, asked, case) == judge(measured, said, case)


def test_the_order_is_irrelevant_also_for_two_readings_of_a_kind() -> None:
    one, other = read("pulse", 70), read("pulse", 75)
    case = case_of(COPD)
    assert judge([one, other], [], case) == judge([other, one], [], case)


def plain(judged: Judgement) -> set[Reason]:
    return {replace(reason, flow=None) for reason in judged.unjudged}


@given(readings(), answers(), cases())
def test_one_part_more_never_makes_it_milder(
    measured: list[Reading], said: list[Answer], case: Case
) -> None:
    """Yellow stays yellow or worse, and what needs a person still does and is still not green.

    That oxygen was given meanwhile stands with the saturation, and changes nothing of it here.
    """
    for n in range(len(measured)):
        fewer, more = judge(measured[:n], said, case), judge(measured[: n + 1], said, case)
        if fewer.zone >= YELLOW:
            assert more.zone >= fewer.zone
        assert plain(fewer) <= plain(more)
        assert fewer.critical <= more.critical
        if any(reason.rule in HOLDS_BACK for reason in fewer.reasons):
            assert more.zone is not GREEN
    for n in range(len(said)):
        fewer, more = judge(measured, said[:n], case), judge(measured, said[: n + 1], case)
        if fewer.zone >= YELLOW:
            assert more.zone >= fewer.zone


@given(readings(), cases())
def test_green_is_only_said_where_a_rule_has_judged(measured: list[Reading], case: Case) -> None:
    for reading in measured:
        reason = judge_reading(reading, case)
        kind = reading.kind
        compared = kind in case.changes and case.earlier.get(kind)
        ruled = (
            not case.limits.get(kind, Limits()).empty
            or (kind in case.drops and kind in case.habitual)
            or compared
        )
        if kind in case.not_judged or kind not in case.planned or not ruled:
            assert reason.zone is (RED if reason.critical else GREY)
        elif kind in case.changes and not compared:
            assert reason.zone is not GREEN


@given(
    st.sampled_from(sorted(COPD.standard.limits)).flatmap(
        lambda name: st.tuples(st.just(name), values(BY_NAME[name]))
    )
)
def test_unrounded_and_rounded_are_judged_alike(drawn: tuple[str, float]) -> None:
    kind, value = drawn
    case = case_of(COPD, planned=frozenset(COPD.standard.limits), habitual={"spo2": 94})
    rounded = half_up(value, BY_NAME[kind].decimals)
    assert judge_reading(read(kind, value), case) == judge_reading(read(kind, rounded), case)


@given(readings(), cases())
def test_a_stricter_drop_rule_never_makes_it_milder(measured: list[Reading], case: Case) -> None:
    planned = case.planned | {"spo2"}
    loose = replace(
        case, planned=planned, drops={"spo2": DropRule("spo2", 4, 8)}, habitual={"spo2": 95}
    )
    strict = replace(loose, drops={"spo2": DropRule("spo2", 3, 5)})
    for reading in measured:
        assert judge_reading(reading, strict).zone >= judge_reading(reading, loose).zone


# --- Keeping -----------------------------------------------------------------------------------

numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)
reasons = st.builds(
    Reason,
    st.text(max_size=8),
    st.sampled_from(["within", "below", "rise", "drop", "answer", "no-limits"]),
    st.sampled_from(Zone),
    numbers | st.text(max_size=8),
    numbers,
    numbers,
    st.none() | st.integers(0, 30),
    st.booleans(),
)


@given(reasons)
def test_a_reason_survives_being_kept(reason: Reason) -> None:
    assert Reason.from_dict(json.loads(json.dumps(reason.as_dict()))) == reason


def test_a_zero_is_kept_and_what_lacks_is_not() -> None:
    reason = Reason("weight", "above", YELLOW, 0.0, bound=0.0, days=0)
    assert reason.as_dict() == {
        "subject": "weight",
        "rule": "above",
        "zone": 2,
        "value": 0.0,
        "bound": 0.0,
        "days": 0,
    }


def test_a_kept_reason_with_an_unknown_word_is_refused() -> None:
    with pytest.raises(TypeError):
        Reason.from_dict({"subject": "spo2", "rule": "within", "zone": 1, "colour": "green"})


@given(readings(), answers(), cases())
def test_what_is_judged_can_be_kept(
    measured: list[Reading], said: list[Answer], case: Case
) -> None:
    for reason in judge(measured, said, case).reasons:
        assert Reason.from_dict(json.loads(json.dumps(reason.as_dict()))) == reason
