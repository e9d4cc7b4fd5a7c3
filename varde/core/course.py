"""Courses: how often a rescue pack has been started, and how much it hastens.

Pure. Every start is work for the service at once, whatever the plan says of asking first: what has
been swallowed is a fact. A second course in the period hastens more, and so does one that should
have been asked for. Source: domain 5, decisions 3.5. That the first is yellow and the next red is
ours; no clinician has signed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from varde.core.plan import Leave, Medication, Use
from varde.core.zones import Zone

PERIOD = 365  # days, where a plan says nothing


@dataclass(frozen=True)
class Count:
    """Of one medication on one day: which course in the period it would be, or is."""

    number: int  # 1 for the first
    most: int | None
    since: date  # the first day of the period
    leave: Leave

    @property
    def again(self) -> bool:
        return self.number > 1

    @property
    def over(self) -> bool:
        """More than the plan allows in the period."""
        return self.most is not None and self.number > self.most

    @property
    def asks_first(self) -> bool:
        """Whether the patient is to talk with a doctor before starting."""
        return self.leave is Leave.ASK or self.over


def count(one: Medication, started: Iterable[date], day: date) -> Count:
    """Which course a start on `day` is, by the days the others `started` on; those told of before
    it that began after are counted too, as far as a period goes."""
    back = timedelta(days=(one.period_days or PERIOD) - 1)
    others = [each for each in started if day - back <= each <= day + back]
    return Count(len(others) + 1, one.most, day - back, one.leave)


def zone_of(one: Medication, counted: Count, *, asked: bool) -> Zone:
    """How much a start hastens; `asked`: the patient says that a doctor has been asked."""
    if counted.over or (counted.asks_first and not asked):
        return Zone.RED
    if one.use is Use.RESCUE:
        return Zone.RED if counted.again else Zone.YELLOW
    return Zone.YELLOW
