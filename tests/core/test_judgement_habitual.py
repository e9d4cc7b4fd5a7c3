"""Judging against the habitual value: how far below it is yellow, and how far is red."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import COPD, GREEN, HEART, RED, YELLOW, case_of, read
from tests.core.strategies import JUDGED
from varde.core.judgement import habitual_value, judge, judge_reading
from varde.core.verdict import Reason
from varde.core.zones import Zone


@pytest.mark.parametrize(
    ("habitual", "value", "zone"),
    [
        (97, 97, GREEN),
        (97, 95, GREEN),  # 2 below
        (97, 94, YELLOW),  # 3
        (97, 93, YELLOW),  # 4
        (97, 92, RED),  # 5
        (97, 80, RED),
        (97, 99, GREEN),  # above is no drop
        (97, 94.5, GREEN),  # 95, so 2
        (97, 94.4, YELLOW),  # 94, so 3
        (97, 92.5, YELLOW),  # 93, so 4
        (97, 92.4, RED),  # 92, so 5
        (92, 90, GREEN),  # on the bound and 2 below
        (92, 89, YELLOW),
        (91, 88, YELLOW),
        (91, 87, RED),  # 4 below, but under the bound
        (95, 90, RED),  # 5 below, though the bound itself is green
        (93, 90, YELLOW),
    ],
)
def test_the_drop_below_the_habitual_value(habitual: float, value: float, zone: Zone) -> None:
    judged = judge([read("spo2", value)], [], case_of(COPD, habitual={"spo2": habitual}))
    assert judged.zone is zone


def test_a_drop_says_how_far_and_from_what() -> None:
    case = case_of(COPD, habitual={"spo2": 97})
    yellow, red = (judge_reading(read("spo2", value), case) for value in (94, 92))
    assert (yellow.rule, yellow.value, yellow.bound, yellow.base) == ("drop", 94, 3, 97)
    assert (red.rule, red.value, red.bound, red.base) == ("drop", 92, 5, 97)


def test_without_a_habitual_value_the_limits_judge_alone() -> None:
    assert [judge_reading(read("spo2", v), case_of(COPD)).zone for v in (91, 89, 87)] == JUDGED


@pytest.mark.parametrize(
    ("value", "zone"), [(97, Zone.NOT_JUDGED), (95, Zone.NOT_JUDGED), (94, YELLOW), (92, RED)]
)
def test_without_limits_the_drop_raises_and_never_says_green(value: float, zone: Zone) -> None:
    case = case_of(COPD, limits={}, habitual={"spo2": 97})
    assert judge([read("spo2", value)], [], case).zone is zone


def test_individual_limits_without_a_drop_rule_do_not_know_the_habitual_value() -> None:
    case = case_of(COPD, habitual={"spo2": 97}, drops={})
    assert judge_reading(read("spo2", 91), case).zone is GREEN


def test_heart_failure_has_no_drop_rule() -> None:
    case = case_of(HEART, planned=frozenset({"spo2"}), habitual={"spo2": 100})
    assert judge_reading(read("spo2", 94), case).zone is GREEN


@given(st.integers(60, 100), st.integers(60, 100))
def test_the_drop_and_the_limits_judge_together(habitual: int, value: int) -> None:
    drop = RED if habitual - value >= 5 else YELLOW if habitual - value >= 3 else GREEN
    bound = RED if value < 88 else YELLOW if value < 90 else GREEN
    case = case_of(COPD, habitual={"spo2": habitual})
    assert judge_reading(read("spo2", value), case).zone is max(drop, bound)


@pytest.mark.parametrize("first", list(permutations((91.0, 96.0, 94.0))))
def test_the_habitual_value_is_the_median_of_the_first_three(first: tuple[float, ...]) -> None:
    assert habitual_value(first) == 94.0
    assert habitual_value([*first, 80.0, 80.0, 80.0]) == 94.0  # later ones change nothing


@pytest.mark.parametrize("few", [[], [94.0], [94.0, 96.0]])
def test_there_is_no_habitual_value_before_three_readings(few: list[float]) -> None:
    assert habitual_value(few) is None


def test_two_equal_readings_decide_the_median() -> None:
    assert habitual_value([96.0, 90.0, 96.0]) == 96.0


def test_what_else_gives_the_same_colour_is_told_beside() -> None:
    """87 is under the red limit, and nine below the usual: one is told, and the other named."""
    case = case_of(COPD, habitual={"spo2": 96})
    reason = judge_reading(read("spo2", 87), case)
    assert (reason.rule, reason.also) == ("below", ("drop",))
    assert judge_reading(read("spo2", 90), case).also == ()  # red by one alone
    assert judge_reading(read("spo2", 95), case).also == ()  # green
    assert Reason.from_dict(reason.as_dict()) == reason
