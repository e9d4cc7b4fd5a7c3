"""Several programmes on one patient: the stricter rule holds, and judged in one is judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.judging import COPD, GREEN, GREY, HEART, RED, YELLOW, read
from tests.core.strategies import NOW, limits
from varde.core.judgement import Case, ChangeRule, Critical, DropRule, judge, judge_reading
from varde.core.programme import (
    Change,
    CriticalBound,
    Drop,
    Measurement,
    Programme,
    not_judged_in_any,
    strictest_changes,
    strictest_criticals,
    strictest_drops,
)
from varde.core.quantities import BY_NAME
from varde.core.reading import Reading
from varde.core.thresholds import Limits

WHY = {"nb": "måles for legen", "nn": "blir målt for legen", "en": "measured for the doctor"}


def programme(**rules: Any) -> Programme:
    """A programme with nothing but the rules a test names."""
    bare: dict[str, Any] = {"measurements": (), "drops": (), "changes": (), "criticals": ()}
    return msgspec.structs.replace(COPD, **(bare | rules))


def measuring(**judged: bool) -> Programme:
    return programme(
        measurements=tuple(Measurement(k, j, {} if j else WHY) for k, j in judged.items())
    )


# --- Each rule --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("each", "held"),
    [
        ([(3, 5)], (3, 5)),
        ([(3, 5), (3, 5)], (3, 5)),
        ([(3, 5), (2, 4)], (2, 4)),
        ([(3, 5), (4, 8)], (3, 5)),
        ([(2, 8), (4, 5)], (2, 5)),  # each bound by itself
        ([(3, 9), (2, 8), (4, 7)], (2, 7)),
        ([(0.5, 5), (1, 1)], (0.5, 1)),
    ],
)
def test_the_smaller_drop_holds(each: list[tuple[float, float]], held: tuple[float, float]) -> None:
    for order in permutations(each):
        several = [programme(drops=(Drop("spo2", *bounds),)) for bounds in order]
        assert strictest_drops(several) == {"spo2": DropRule("spo2", *held)}


@pytest.mark.parametrize(
    ("each", "held"),
    [
        ([(3, 1, 2, 2)], (3, 1, 2, 2)),
        ([(3, 1, 2, 2), (3, 2, 3, 4)], (3, 1, 2, 2)),
        ([(3, 1, 2, 2), (7, 1, 2, 2)], (7, 1, 2, 2)),  # the longer window sees more
        ([(3, 2, 2, 2), (7, 1, 3, 4)], (7, 1, 2, 2)),
        ([(3, 1, 5, 9), (1, 2, 4, 8), (2, 3, 3, 7)], (3, 1, 3, 7)),
    ],
)
def test_the_smaller_change_over_the_longer_window_holds(
    each: list[tuple[int, float, float, float]], held: tuple[int, float, float, float]
) -> None:
    for order in permutations(each):
        several = [programme(changes=(Change("weight", *rule),)) for rule in order]
        assert strictest_changes(several) == {"weight": ChangeRule("weight", *held)}


@pytest.mark.parametrize(
    ("each", "held"),
    [
        ([(35, 150)], (35, 150)),
        ([(35, 150), (30, 160)], (35, 150)),
        ([(35, 160), (30, 150)], (35, 150)),
        ([(35, None), (30, None)], (35, None)),
        ([(35, None), (None, 150)], (35, 150)),  # one bound from each
        ([(None, 150), (None, 140)], (None, 140)),
        ([(0, None), (-5, None)], (0, None)),  # 0 is a bound
        ([(None, 0), (None, 150)], (None, 0)),
        ([(35, None), (40, 160), (None, 150)], (40, 150)),
    ],
)
def test_the_critical_bound_that_is_passed_first_holds(
    each: list[tuple[float | None, float | None]], held: tuple[float | None, float | None]
) -> None:
    for order in permutations(each):
        several = [programme(criticals=(CriticalBound("pulse", *bounds),)) for bounds in order]
        assert strictest_criticals(several) == {"pulse": Critical("pulse", *held)}


@pytest.mark.parametrize(
    ("each", "held"),
    [
        ([], set()),
        ([{"spo2": True}], set()),
        ([{"spo2": False}], {"spo2"}),
        ([{"spo2": False}, {"spo2": False}], {"spo2"}),
        ([{"spo2": False}, {"spo2": True}], set()),
        ([{"spo2": False}, {"pulse": True}], {"spo2"}),  # who does not plan it says nothing
        ([{"spo2": False, "pulse": True}, {"pulse": False}], {"spo2"}),
        ([{"spo2": False}, {"spo2": False}, {"spo2": True}], set()),
    ],
)
def test_judged_in_one_is_judged(each: list[dict[str, bool]], held: set[str]) -> None:
    for order in permutations(each):
        assert not_judged_in_any([measuring(**judged) for judged in order]) == held


def test_programmes_that_can_be_read_once_are_enough() -> None:
    """Judged later than not judged, and the programmes come one by one."""
    each = [measuring(spo2=False), measuring(spo2=True)]
    assert not_judged_in_any(one for one in each) == set()
    assert strictest_drops(iter([COPD, HEART])) == COPD.drop_rules()


def test_no_programme_has_no_rule() -> None:
    for rule in (strictest_drops, strictest_changes, strictest_criticals, not_judged_in_any):
        assert not rule([])


def test_a_rule_of_one_programme_holds_beside_another_without_it() -> None:
    both = [COPD, HEART]
    assert strictest_drops(both) == COPD.drop_rules()
    assert strictest_changes(both) == HEART.change_rules()
    assert strictest_criticals(both) == COPD.critical_rules() == HEART.critical_rules()
    assert not_judged_in_any(both) == set()


# --- As they are judged ------------------------------------------------------------------------


def case_of(several: Sequence[Programme], **more: Any) -> Case:
    """A patient who follows all of these."""
    return Case(
        planned=frozenset(kind for one in several for kind in one.kinds),
        not_judged=not_judged_in_any(several),
        drops=strictest_drops(several),
        changes=strictest_changes(several),
        criticals=strictest_criticals(several),
        **({"limits": {}} | more),
    )


def test_a_weight_that_only_the_second_programme_judges_is_judged() -> None:
    unjudged = measuring(weight=False)
    before = {"weight": [read("weight", 80.0, NOW - timedelta(days=1))]}
    now = read("weight", 82.1)
    assert judge_reading(now, case_of([unjudged], earlier=before)).zone is GREY
    for both in ([unjudged, HEART], [HEART, unjudged]):
        assert judge_reading(now, case_of(both, earlier=before)).zone is RED


@pytest.mark.parametrize(("value", "zone"), [(96, GREEN), (95, YELLOW), (93, YELLOW), (92, RED)])
def test_the_drop_is_judged_by_the_stricter_of_each_bound(value: float, zone: Any) -> None:
    first, second = (
        programme(measurements=(Measurement("spo2"),), drops=(Drop("spo2", *bounds),))
        for bounds in ((2, 8), (4, 5))
    )
    wide = {"spo2": Limits(warning_low=80)}
    case = case_of([first, second], habitual={"spo2": 97}, limits=wide)
    assert judge([read("spo2", value)], [], case).zone is zone


MOSTLY = st.sampled_from([True, True, True, False])


def some(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(2 * low, 2 * high).map(lambda n: n / 2)


def two(low: int, high: int) -> st.SearchStrategy[list[float]]:
    return st.lists(some(low, high), min_size=2, max_size=2).map(sorted)


@st.composite
def oxygen(draw: st.DrawFn) -> Programme:
    """Any drop rule and critical bounds that a file may hold; either may lack."""
    bounds = draw(st.none() | some(84, 92)), draw(st.none() | some(96, 99))
    return programme(
        measurements=(Measurement("spo2"),),
        drops=(Drop("spo2", *draw(two(1, 9))),) if draw(MOSTLY) else (),
        criticals=(CriticalBound("spo2", *bounds),) if draw(MOSTLY) else (),
    )


@st.composite
def weight(draw: st.DrawFn) -> Programme:
    """Any change rule that a file may hold, or none."""
    yellow, red = draw(two(1, 3))
    change = Change("weight", draw(st.integers(1, 12)), yellow, draw(some(1, 3)), red)
    return programme(
        measurements=(Measurement("weight"),), changes=(change,) if draw(MOSTLY) else ()
    )


def never_milder(reading: Reading, several: list[Programme], **own: Any) -> None:
    together = judge_reading(reading, case_of(several, **own))
    for one in several:
        alone = judge_reading(reading, case_of([one], **own))
        if alone.zone >= YELLOW:
            assert together.zone >= alone.zone
        assert together.critical >= alone.critical


@given(
    st.lists(oxygen(), min_size=2, max_size=3),
    st.integers(84, 100),
    st.integers(90, 100),
    st.dictionaries(st.just("spo2"), limits(BY_NAME["spo2"])),
)
def test_oxygen_is_never_judged_milder_than_by_one_programme_alone(
    several: list[Programme], value: int, habitual: int, own: dict[str, Limits]
) -> None:
    never_milder(read("spo2", value), several, habitual={"spo2": habitual}, limits=own)


@settings(max_examples=300)
@given(
    st.lists(weight(), min_size=2, max_size=3),
    some(80, 84),
    st.lists(st.tuples(st.integers(1, 12), some(80, 84)), max_size=3),
)
def test_weight_is_never_judged_milder_than_by_one_programme_alone(
    several: list[Programme], kilos: float, before: list[tuple[int, float]]
) -> None:
    earlier = [read("weight", value, NOW - timedelta(days=ago)) for ago, value in before]
    never_milder(read("weight", kilos), several, earlier={"weight": earlier})


@given(st.permutations([0, 1, 2]), st.lists(oxygen() | weight(), min_size=3, max_size=3))
def test_the_order_of_the_programmes_is_irrelevant(
    order: list[int], several: list[Programme]
) -> None:
    shuffled = [several[n] for n in order]
    for rule in (strictest_drops, strictest_changes, strictest_criticals, not_judged_in_any):
        assert rule(shuffled) == rule(several)
