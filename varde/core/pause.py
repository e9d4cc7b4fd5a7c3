"""Pauses: days on which nobody waits for a patient's reports, and what comes after (decisions 7.1).

Pure. A pause is agreed with a person, says why, and has a first day; its last may not be known yet.
What is measured in it all the same is judged as ever. After an admission the patient reports every
day for `DAILY_AFTER` days, because what held before it may not hold now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from varde.core.coded import Coded

DAILY_AFTER = 7  # days after an admission (decisions 7.1)
LOOK_EVERY = 14  # days between looks at a pause whose end nobody knows; unsigned
LONGEST_AHEAD = 92  # days a last day may lie ahead: longer than this is looked at meanwhile


class Why(StrEnum):
    HOLIDAY = "holiday"
    ADMITTED = "admitted"
    OTHER = "other"


class NotPaused(Coded, ValueError):
    """The pause may not be made so; `code` says why.

    order: the last day is before the first; far: it lies too far ahead, or too long ago; overlaps:
    there is one in these days; gone: another has changed it.
    """


@dataclass(frozen=True, slots=True)
class Pause:
    """Local days, both included; `last` is None until it is known."""

    why: Why
    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def daily_on(self, day: date) -> bool:
        """One of the days after an admission on which the patient reports whatever is agreed."""
        if self.why is not Why.ADMITTED or self.last is None:
            return False
        return self.last < day <= self.last + timedelta(days=DAILY_AFTER)

    def resumes(self, today: date) -> date:
        """The first day after it; while its end is unknown, the next day it is looked at."""
        if self.last is not None:
            return self.last + timedelta(days=1)
        gone = (today - self.first).days
        return self.first + timedelta(days=(gone // LOOK_EVERY + 1) * LOOK_EVERY)


def demand_sound(first: date, last: date | None, *, today: date) -> None:
    """Raises `NotPaused` for days that cannot be meant."""
    ahead = timedelta(days=LONGEST_AHEAD)
    if last is not None and last < first:
        raise NotPaused("order")
    if not today - ahead <= first <= today + ahead:
        raise NotPaused("far")
    if last is not None and not today - ahead <= last <= today + ahead:
        raise NotPaused("far")


def holding(pauses: Iterable[Pause], day: date) -> Pause | None:
    """The pause that a day lies in."""
    return next((one for one in pauses if one.holds(day)), None)


def daily_on(pauses: Iterable[Pause], day: date) -> bool:
    return any(one.daily_on(day) for one in pauses)


def last_admission(pauses: Iterable[Pause], today: date) -> Pause | None:
    """The newest admission that is over."""
    over = [one for one in pauses if one.why is Why.ADMITTED and one.last and one.last < today]
    return max(over, key=lambda one: one.first, default=None)


def came_back(pauses: Iterable[Pause], today: date) -> date | None:
    """The first day after the newest pause that is over: silence is counted from it."""
    ends = [one.last for one in pauses if one.last is not None and one.last < today]
    return max(ends) + timedelta(days=1) if ends else None
