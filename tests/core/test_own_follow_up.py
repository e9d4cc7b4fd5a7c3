"""What follows by itself for one patient: what may be agreed, and what watches is only sooner."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.follow_up import (
    FOLLOW_UPS,
    Facts,
    OnDay,
    WhenGreen,
    WhenNew,
    WhenRed,
    WhenSilent,
    WhenUnfit,
    WhenYellow,
    planned,
)
from varde.core.own_follow_up import LEFT_OUT, LONGEST, NotAgreed, agreed, with_own
from varde.core.zones import Zone

TODAY = date(2026, 11, 16)
NEW = WhenNew(task="new-patient", every=7, until=14)
GOAL = OnDay(task="goal-conversation", day=14)
MONTHLY = WhenGreen(task="monthly-contact", days=30)
YELLOW = WhenYellow(task="yellow-long", days=7, reports=3)
RED = WhenRed(task="red-long", days=2, reports=2)
SILENT = WhenSilent(task="silent", days=14)
UNFIT = WhenUnfit(task="still-right", missed=4, odd=4)
WATCHING = (YELLOW, RED, SILENT)


@pytest.mark.parametrize(
    ("rule", "days", "code"),
    [
        (MONTHLY, 1, ""), (MONTHLY, 60, ""), (MONTHLY, LONGEST, ""), (MONTHLY, LEFT_OUT, ""),
        (MONTHLY, LONGEST + 1, "number"), (MONTHLY, -1, "number"),
        (GOAL, 21, ""), (GOAL, LEFT_OUT, ""),
        (NEW, 2, ""), (NEW, 13, ""), (NEW, 14, "number"), (NEW, LEFT_OUT, ""),
        (YELLOW, 7, ""), (YELLOW, 3, ""), (YELLOW, 8, "watch"), (YELLOW, LEFT_OUT, "watch"),
        (RED, 1, ""), (RED, 3, "watch"), (RED, LEFT_OUT, "watch"),
        (SILENT, 14, ""), (SILENT, 15, "watch"), (SILENT, LEFT_OUT, "watch"),
        (UNFIT, LEFT_OUT, ""), (UNFIT, 5, "number"),  # it goes by no days
    ],
)  # fmt: skip
def test_what_may_be_agreed(rule: FOLLOW_UPS, days: int, code: str) -> None:
    if not code:
        agreed(rule, days)
        return
    with pytest.raises(NotAgreed) as no:
        agreed(rule, days)
    assert no.value.code == code


def test_contact_is_on_the_agreed_day_and_what_is_left_out_is_not_asked_for() -> None:
    facts = Facts(today=TODAY, began=TODAY - timedelta(days=60), contact=TODAY - timedelta(days=10))
    rules = [MONTHLY, GOAL]
    (one,) = planned(with_own(rules, {"monthly-contact": 14}), facts)
    assert (one.kind, one.due) == ("monthly-contact", TODAY + timedelta(days=4))
    assert planned(with_own(rules, {"monthly-contact": LEFT_OUT}), facts) == []


def test_what_a_newer_version_does_not_allow_is_as_the_programme_says() -> None:
    """A programme that has become stricter is not held back by what was agreed under the old."""
    assert with_own([YELLOW], {"yellow-long": 20}) == [YELLOW]
    assert with_own([NEW], {"new-patient": 40}) == [NEW]


@given(st.sampled_from(WATCHING), st.integers(-5, 400), st.sampled_from([Zone.YELLOW, Zone.RED]),
       st.integers(0, 40), st.integers(0, 5))  # fmt: skip
def test_whatever_is_agreed_who_is_ill_or_silent_is_never_asked_about_later(
    rule: FOLLOW_UPS, days: int, zone: Zone, gone: int, alike: int
) -> None:
    since = TODAY - timedelta(days=gone)
    facts = Facts(
        today=TODAY, began=TODAY - timedelta(days=90), zone=zone, since=since, alike=alike,
        heard=since,
    )  # fmt: skip
    usual = {(one.kind, one.occurrence): one.due for one in planned([rule], facts)}
    own = {
        (o.kind, o.occurrence): o.due for o in planned(with_own([rule], {rule.task: days}), facts)
    }
    assert all(key in own and own[key] <= due for key, due in usual.items())


def test_another_day_is_the_same_conversation_and_not_one_more() -> None:
    """It has been held on the programme's day: agreed for later, it is not asked for again."""
    facts = Facts(today=TODAY, began=TODAY - timedelta(days=20))
    (own,) = planned(with_own([GOAL], {GOAL.task: 18}), facts)
    (shipped,) = planned([GOAL], facts)
    assert own.occurrence == shipped.occurrence
    assert own.due - shipped.due == timedelta(days=4)


def test_contact_that_is_agreed_oftener_is_not_asked_for_in_the_past() -> None:
    facts = Facts(today=TODAY, began=TODAY - timedelta(days=12))
    asked = [one.due for one in planned(with_own([NEW], {NEW.task: 1}), facts)]
    assert asked
    assert min(asked) >= TODAY
