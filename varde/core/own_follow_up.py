"""What follows by itself for one patient: sooner, later or not at all, where that is safe.

Pure. A programme says when the service is to call, talk about goals, be in touch; with one patient
something else may be agreed. What watches over somebody who is ill or silent is only made sooner:
nobody's lasting red is left out by a setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from varde.core.coded import Coded
from varde.core.follow_up import (
    FOLLOW_UPS,
    OnDay,
    WhenGreen,
    WhenIll,
    WhenNew,
    WhenSilent,
    WhenUnfit,
)

LONGEST = 366  # days
LEFT_OUT = 0  # the days of what is not asked for
Own = Mapping[str, int]  # task → days; `LEFT_OUT` for not at all


class NotAgreed(Coded, ValueError):
    """`code`: number (no such number of days), watch (it may only be sooner), rule (no such)."""


def days_of(rule: FOLLOW_UPS) -> int | None:
    """The days it goes by; None for one that goes by something else."""
    if isinstance(rule, WhenNew):
        return rule.every
    if isinstance(rule, OnDay):
        return rule.day
    if isinstance(rule, WhenIll | WhenGreen | WhenSilent):
        return rule.days
    return None


def watches(rule: FOLLOW_UPS) -> bool:
    """Whether it watches over somebody who is ill, or of whom nothing is heard."""
    return isinstance(rule, WhenIll | WhenSilent)


def agreed(rule: FOLLOW_UPS, days: int) -> FOLLOW_UPS | None:
    """The rule with other days; None when it is left out. Raises `NotAgreed`."""
    if days == LEFT_OUT:
        if watches(rule):
            raise NotAgreed("watch")
        return None
    usual = days_of(rule)
    if usual is None or not 1 <= days <= LONGEST:
        raise NotAgreed("number")
    if watches(rule) and days > usual:
        raise NotAgreed("watch")
    if isinstance(rule, WhenNew):
        if days >= rule.until:
            raise NotAgreed("number")
        return replace(rule, every=days, own=True)
    if isinstance(rule, OnDay):
        return replace(rule, day=days, was=rule.day)
    assert not isinstance(rule, WhenUnfit)
    return replace(rule, days=days)


def with_own(rules: Iterable[FOLLOW_UPS], own: Own) -> list[FOLLOW_UPS]:
    """The programme's rules as they are for a patient; what a newer version does not allow any more
    is as the programme says."""
    made: list[FOLLOW_UPS] = []
    for rule in rules:
        found: FOLLOW_UPS | None = rule
        if rule.task in own:
            try:
                found = agreed(rule, own[rule.task])
            except NotAgreed:
                found = rule
        if found is not None:
            made.append(found)
    return made


def of_task(rules: Sequence[FOLLOW_UPS], task: str) -> FOLLOW_UPS:
    """Raises `NotAgreed` where no rule asks for it. Of several the one that is soonest."""
    found = [rule for rule in rules if rule.task == task]
    if not found:
        raise NotAgreed("rule")
    return min(found, key=lambda rule: days_of(rule) or 0)
