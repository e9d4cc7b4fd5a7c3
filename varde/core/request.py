"""Requests: what one unit asks of another about a patient, and how far it has come.

Pure. A patient, a nurse, the outreach team, a meeting or a rule asks; the unit that is asked
answers, and of an appointment gives one of the times it keeps for that. A question is never left
with someone who does not answer: it has a time, and then it is the following service's again.
Source: domain 4 (escalation ladder), 6 (patient-controlled outpatient care), 2 (outreach team).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from varde.core.calendar import OpeningHours, add_open, in_opening_days
from varde.core.coded import Coded
from varde.core.zones import Zone

LONGEST = 2000
RED_WITHIN = timedelta(hours=2)  # opening hours; no clinician has signed it
AFTER_A_VISIT = timedelta(days=30)  # so long a department that saw the patient still sees the page


class What(StrEnum):
    APPOINTMENT = "appointment"  # at an outpatient clinic, sooner than was planned
    VISIT = "visit"  # by the outreach team
    QUESTION = "question"


class Source(StrEnum):
    """Who asked."""

    PATIENT = "patient"
    NURSE = "nurse"
    DOCTOR = "doctor"
    COORDINATOR = "coordinator"
    OUTREACH = "outreach-team"
    MEETING = "meeting"
    RULE = "rule"


class Stage(StrEnum):
    ASKED = "asked"
    BOOKED = "booked"  # a time is given
    HELD = "held"
    MISSED = "missed"
    UNSAID = "unsaid"  # the time has been, and nobody has said whether the patient came
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


MOVES: Mapping[Stage, frozenset[Stage]] = {
    Stage.ASKED: frozenset({Stage.BOOKED, Stage.ANSWERED, Stage.DECLINED, Stage.WITHDRAWN}),
    Stage.BOOKED: frozenset(
        {Stage.ASKED, Stage.HELD, Stage.MISSED, Stage.UNSAID, Stage.WITHDRAWN, Stage.DECLINED}
    ),  # declined: the department calls the time off
    Stage.UNSAID: frozenset({Stage.HELD, Stage.MISSED}),
    Stage.HELD: frozenset(),
    Stage.MISSED: frozenset({Stage.ASKED}),
    Stage.ANSWERED: frozenset(),
    Stage.DECLINED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
}
OPEN = frozenset({Stage.ASKED, Stage.BOOKED})
HAD_A_TIME = frozenset({Stage.HELD, Stage.MISSED, Stage.UNSAID})


class NotRequested(Coded, ValueError):
    """`code`: words (nothing in words), long, gone (another has moved it on), open (it is asked
    already), whom (who is asked does not do that, or does not treat the patient), dead (the patient
    is), taken (the time is not free any more), past (it has been), consent (the patient has said no
    to sharing)."""


def demand_words(text: str) -> str:
    """The text as it is kept. Raises `NotRequested`: words, long."""
    kept = text.strip()
    if not any(one.isalnum() for one in kept):
        raise NotRequested("words")
    if len(kept) > LONGEST:
        raise NotRequested("long")
    return kept


def demand_move(before: str, then: Stage, *, what: str) -> None:
    """Raises `NotRequested("gone")` where that does not follow; only an appointment is booked."""
    possible = MOVES[Stage(before)]
    if then not in possible or (then is Stage.BOOKED and what != What.APPOINTMENT):
        raise NotRequested("gone")


def answer_due(zone: Zone, hours: OpeningHours, at: datetime) -> datetime:
    """By when whoever is asked must have answered: of a red in two opening hours, else in one
    opening day. No clinician has signed these."""
    return add_open(hours, at, RED_WITHIN) if zone is Zone.RED else in_opening_days(hours, at)


class ControlState(StrEnum):
    """A routine control at a clinic: it runs, or the follow-up has come in its place."""

    RUNNING = "running"
    DROPPED = "dropped"
    ENDED = "ended"


CONTROL_MOVES: Mapping[ControlState, frozenset[ControlState]] = {
    ControlState.RUNNING: frozenset({ControlState.DROPPED, ControlState.ENDED}),
    ControlState.DROPPED: frozenset({ControlState.RUNNING, ControlState.ENDED}),
    ControlState.ENDED: frozenset(),
}


def saved(every_months: int, dropped: timedelta) -> int:
    """How many controls would have been in the time that they were dropped."""
    return int(dropped / timedelta(days=365.25 / 12 * every_months)) if every_months else 0
