"""The interdisciplinary meeting: its steps, who is on its list and why, and what it decides.

Pure. A meeting is convened by a department; patients come on its list by a question, by a rule or
from last time; each is gone through once, and what is decided becomes an order, a request or a
task. Being on the list lets the department see the patient until a day after. Source: domain 6, 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from varde.core.calendar import day_bounds
from varde.core.coded import Coded

LONGEST = 2000
MOST_WEEKS = 6
YELLOW_LONG = timedelta(days=7)  # decisions 4.2, unsigned
DAY = timedelta(days=1)


class Stage(StrEnum):
    CONVENED = "convened"
    RUNNING = "running"
    ENDED = "ended"
    CALLED_OFF = "called-off"


MOVES: Mapping[Stage, frozenset[Stage]] = {
    Stage.CONVENED: frozenset({Stage.RUNNING, Stage.CALLED_OFF}),
    Stage.RUNNING: frozenset({Stage.ENDED}),
    Stage.ENDED: frozenset(),
    Stage.CALLED_OFF: frozenset(),
}


class Why(StrEnum):
    """How a patient came on the list."""

    QUESTION = "question"
    RULE = "rule"
    LAST_TIME = "last-time"


class CaseStage(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    NEXT_TIME = "next-time"
    REMOVED = "removed"


class Decided(StrEnum):
    """What a decision becomes: see `pathway.deciding`."""

    MEDICATION = "medication"
    LIMITS = "limits"
    PLAN = "plan"
    APPOINTMENT = "appointment"
    OXYGEN = "oxygen"
    ASK_GP = "ask-gp"
    CONTROL = "control"  # a routine control dropped, or resumed
    STAY = "stay"


ON_A_DOCTORS_WORD = frozenset(
    {Decided.MEDICATION, Decided.LIMITS, Decided.PLAN, Decided.OXYGEN, Decided.CONTROL}
)


class NotMet(Coded, ValueError):
    """`code`: gone (another has moved it on), when (no such time), day (too soon to begin), due (no
    such day to do it by), early (longer ahead than a list is open), words, long, listed (is on
    the list already), consent (the patient has said no to sharing), absent (no doctor of the
    patient who is there has said it), whom (nobody there does that), what, empty (nothing was
    decided), seen (what was sent is not what was shown)."""


def access_ends(starts: datetime, zone: ZoneInfo) -> datetime:
    """When the list no longer opens the record: at the end of the day after the meeting's."""
    return day_bounds(starts.astimezone(zone).date() + DAY, zone)[1]


def next_time(starts: datetime, weeks: int, zone: ZoneInfo) -> datetime:
    """The same weekday and time by the wall clock, `weeks` weeks later."""
    local = starts.astimezone(zone)
    return (local.replace(tzinfo=None) + timedelta(weeks=weeks)).replace(tzinfo=zone)


def demand_words(text: str, *, needed: bool = True) -> str:
    """The text as it is kept. Raises `NotMet`: words, long."""
    kept = text.strip()
    if needed and not any(one.isalnum() for one in kept):
        raise NotMet("words")
    if len(kept) > LONGEST:
        raise NotMet("long")
    return kept


def demand_move(before: str, then: Stage) -> None:
    """Raises `NotMet("gone")` where that does not follow."""
    if then not in MOVES[Stage(before)]:
        raise NotMet("gone")
