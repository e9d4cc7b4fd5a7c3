"""The ledger: precision by rule, alerts a day, and the rules that are worth a look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import RED, YELLOW
from varde.core.ledger import FALSE, FEWEST, RIGHT, Alert, Rule, ledger

LOW = Rule("copd", "spo2", "below", RED)
USUAL = Rule("copd", "spo2", "drop", YELLOW)
MINUTE = timedelta(minutes=1)


def alerts(rule: Rule, *outcomes: str) -> list[Alert]:
    return [Alert((rule,), rule.zone, outcome) for outcome in outcomes]


def test_precision_is_of_what_a_person_judged() -> None:
    found = ledger(
        alerts(LOW, "worsening", "needs-doctor", "usual", "measuring-error", "done", "", ""),
        patient_days=70,
    )
    (line,) = found.lines
    assert (line.alerts, line.judged, line.right, line.precision) == (7, 4, 2, 0.5)
    assert (found.alerts, found.judged, found.downgraded) == (7, 4, 2)
    assert found.per_day == pytest.approx(0.1)


def test_what_cannot_be_reckoned_is_said_to_be_unknown() -> None:
    found = ledger(alerts(LOW, "", "done"), patient_days=0)
    assert (found.lines[0].precision, found.per_day, found.took) == (None, None, {})
    assert ledger([], patient_days=5).per_day == 0


@pytest.mark.parametrize(
    ("right", "wrong", "look"), [(1, 8, False), (1, 9, True), (2, 8, False), (0, 10, True)]
)
def test_a_rule_to_look_at_has_been_judged_often_and_is_seldom_right(
    right: int, wrong: int, look: bool
) -> None:
    found = ledger(alerts(LOW, *["worsening"] * right, *["no-need"] * wrong), patient_days=9)
    assert found.lines[0].to_look_at is look
    assert bool(found.to_look_at) is look


def test_an_alert_counts_once_in_all_and_once_for_each_of_its_rules() -> None:
    both = Alert((LOW, USUAL, LOW), RED, "worsening")
    found = ledger([both, both], patient_days=1)
    assert found.alerts == 2
    assert {line.rule: line.alerts for line in found.lines} == {LOW: 2, USUAL: 2}


def test_the_rules_to_look_at_come_first_then_those_with_most() -> None:
    found = ledger(
        alerts(USUAL, *["worsening"] * 30) + alerts(LOW, *["usual"] * FEWEST), patient_days=1
    )
    assert [line.rule for line in found.lines] == [LOW, USUAL]


@pytest.mark.parametrize(
    ("minutes", "half", "most"),
    [([5], 5, 5), ([1, 2], 1, 2), (list(range(1, 11)), 5, 9), (list(range(1, 12)), 6, 10)],
)
def test_how_long_it_took(minutes: list[int], half: int, most: int) -> None:
    every = [Alert((LOW,), RED, "worsening", n * MINUTE) for n in minutes]
    assert ledger(every, patient_days=1).took == {RED: (half * MINUTE, most * MINUTE)}


@given(st.lists(st.sampled_from(sorted(RIGHT | FALSE | {"", "done"})), max_size=40))
def test_every_alert_is_right_false_or_not_judged(outcomes: list[str]) -> None:
    found = ledger(alerts(LOW, *outcomes), patient_days=7)
    for line in found.lines:
        assert 0 <= line.right <= line.judged <= line.alerts == len(outcomes)
        assert line.precision is None or 0 <= line.precision <= 1


def test_each_limit_has_its_own_share_of_the_same_rule() -> None:
    """Those with an own limit of 86 are right more often than those with 88 of the standard set."""
    every = [Alert((LOW,), RED, outcome, passed=((LOW, bound),))
             for bound, outcome in ((86, "worsening"), (86, "worsening"), (88, "usual"),
                                    (88, "worsening"), (88, ""))]  # fmt: skip
    found = ledger(every, patient_days=1)
    assert [(line.bound, line.alerts, line.precision) for line in found.limits] == [
        (88, 3, 0.5), (86, 2, 1.0),
    ]  # fmt: skip
    assert [(line.bound, line.alerts) for line in found.lines] == [(None, 5)]
