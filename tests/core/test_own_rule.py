"""Own numbers: a name says rule and numbers, and means them again; what is none is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import COPD, HEART
from varde.core.own_rule import NUMBERS, base_of, named, numbers_of, one_each, resolved, spelled
from varde.core.programme import rules_of, to_order

OFFERED = to_order([COPD, HEART])
OXYGEN, WEEK = "copd:spo2-on-oxygen", "copd:spo2-week"


@pytest.mark.parametrize(
    ("numbers", "name"),
    [
        ({}, OXYGEN),
        ({"alert_low": 85.0, "warning_low": 88.0}, OXYGEN),  # as offered: nothing is own
        ({"alert_low": 84.0}, f"{OXYGEN}?alert_low=84"),
        ({"warning_high": None}, f"{OXYGEN}?warning_high="),
        ({"warning_low": 87.5, "alert_low": 84}, f"{OXYGEN}?alert_low=84&warning_low=87.5"),
    ],
)
def test_a_name_says_what_is_own(numbers: dict[str, float | None], name: str) -> None:
    assert spelled(OXYGEN, OFFERED[OXYGEN], numbers) == name
    rule = resolved(name, OFFERED)
    assert numbers_of(rule) == numbers_of(OFFERED[OXYGEN]) | numbers
    assert (base_of(name), named(OXYGEN, [WEEK, name])) == (OXYGEN, name)


@pytest.mark.parametrize(
    "name",
    [
        "copd:nothing",
        "copd:nothing?yellow=1",
        f"{OXYGEN}?unread",
        f"{OXYGEN}?alert_low=lav",
        f"{OXYGEN}?alert_low=nan",
        f"{OXYGEN}?alert_low=inf",
        f"{OXYGEN}?alert_low=95",  # red inside of yellow
        f"{OXYGEN}?kind=2",
        f"{OXYGEN}?by_order=0",
        f"{OXYGEN}?alert_low=&warning_low=&warning_high=",  # no bound is left
        f"{WEEK}?spreads=",
        f"{WEEK}?spreads=-1",
        "copd:spo2-often?times=5",  # of the last four
        "copd:spo2-often?times=2.5",
        f"{OXYGEN}?alert_low=84{'0' * 200}",
    ],
)
def test_what_is_no_rule_is_none(name: str) -> None:
    assert resolved(name, OFFERED) is None
    assert rules_of([COPD, HEART], {name}).further == rules_of([COPD, HEART]).further


@given(st.text(max_size=60))
def test_whatever_is_written_it_is_a_rule_or_none(text: str) -> None:
    for name in (text, f"{OXYGEN}?{text}", f"{WEEK}?{text}"):
        rule = resolved(name, OFFERED)
        assert rule is None or not list(rule.wrong())


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_every_rule_that_is_offered_has_numbers_that_mean_themselves(name: str) -> None:
    rule = OFFERED[name]
    assert set(numbers_of(rule)) == set(NUMBERS[type(rule)])
    assert spelled(name, rule, numbers_of(rule)) == name
    assert resolved(name, OFFERED) == rule


def test_a_rule_is_named_once() -> None:
    assert one_each({OXYGEN, WEEK})
    assert not one_each({OXYGEN, f"{OXYGEN}?alert_low=84"})


def test_the_rules_that_hold_have_the_own_numbers() -> None:
    (rule,) = rules_of([COPD], {f"{OXYGEN}?alert_low=84"}).further
    assert (rule.id, rule.alert_low, rule.warning_low) == ("spo2-on-oxygen", 84, 88)  # type: ignore[union-attr]
