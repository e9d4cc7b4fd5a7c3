"""What becomes of a request: a time, an answer or a no, by whom it is put to; and who came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from varde.core.request import NotRequested, Source, Stage, demand_move, demand_words
from varde.core.zones import Zone
from varde.measuring.queries import following
from varde.pathway.models import Request
from varde.pathway.together import slots
from varde.pathway.together.followed import work
from varde.pathway.together.requests import (
    ask_whether_came,
    demand_to_come,
    done,
    locked,
    not_waited_for,
    settle_reach,
    take_time,
)
from varde.people.action import Done, action
from varde.people.models import Person
from varde.people.viewer import Viewer
from varde.triage import asks
from varde.triage.worklist import EXCERPT, NewReason

CALLED_OFF = "called-off"  # in a reason's `about`: a time that was given


@action("answer-request")
def book(*, request: UUID, slot: UUID, text: str, by: Viewer, at: datetime) -> Done[Request]:
    """One of the department's times, or another than before. Raises `NotRequested`."""
    words = demand_words(text)
    row = held(request, by)
    if Person.objects.filter(id=row.patient_id, died_at__isnull=False).exists():
        raise NotRequested("dead")
    if row.stage != Stage.BOOKED:
        demand_move(row.stage, Stage.BOOKED, what=row.what)
    demand_to_come(row, at)
    take_time(row, slot, by, at)
    return _answered(row, words, by, at)


@action("answer-request")
def answer(*, request: UUID, text: str, by: Viewer, at: datetime) -> Done[Request]:
    """Answered in words. Raises `NotRequested`."""
    return _said(request, Stage.ANSWERED, text, by, at)


@action("answer-request")
def decline(*, request: UUID, text: str, by: Viewer, at: datetime) -> Done[Request]:
    """Not done, or a time that was given is called off, and why; the service that follows has it,
    and the patient is told. Raises `NotRequested`."""
    return _said(request, Stage.DECLINED, text, by, at)


def _said(request: UUID, then: Stage, text: str, by: Viewer, at: datetime) -> Done[Request]:
    words = demand_words(text)
    row = held(request, by)
    demand_move(row.stage, then, what=row.what)
    if row.stage == Stage.BOOKED and row.slot is not None:
        if row.slot.starts_at <= at:
            raise NotRequested("past")
        slots.free(row.slot.id)
        row.seen_at = None  # another thing than the patient has said yes to
    row.stage = then
    return _answered(row, words, by, at)


def _answered(row: Request, text: str, by: Viewer, at: datetime) -> Done[Request]:
    row.answer, row.answered_by_id, row.answered_at = text, by.actor, at
    row.save()
    not_waited_for(row, by, at)
    _end_of_ladder(row, by, at)
    followed = following([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    theirs = followed is not None and followed.unit == by.unit  # who answers is who would be told
    asked_by_us = row.asked_from_id == by.unit and row.source not in (Source.RULE, Source.MEETING)
    if not theirs and not asked_by_us:
        about = {"request": str(row.id), "author": by.name, "excerpt": row.answer[:EXCERPT],
                 "stage": row.stage, "what": row.what}  # fmt: skip
        if row.slot is not None and row.stage == Stage.DECLINED:
            about["stage"] = CALLED_OFF
        if row.slot is not None and row.stage == Stage.BOOKED:
            about |= {"starts": row.slot.starts_at.isoformat(), "where": row.to.name}
        zone = min(row.zone, int(Zone.YELLOW)) if row.stage == Stage.DECLINED else 0
        work(row.patient_id, NewReason("request-answer", zone, about=about), by, at)
    ask_whether_came(row, by, at)
    settle_reach(row.patient_id, row.to_id, by=by, at=at)
    return done(row)


def _end_of_ladder(row: Request, by: Viewer, at: datetime) -> None:
    """The question of the ladder is answered by this, and moves on to nobody."""
    if row.ask_id is not None:
        asks.answered_elsewhere(row.ask_id, row.answer, by=by, at=at)


@action("answer-request")
def come(*, request: UUID, came: bool, by: Viewer, at: datetime) -> Done[Request]:
    """Whether the patient came, said by the clinic or by whoever follows. Who did not is the
    service's to call."""
    row = locked(Q(id=request))
    followed = following([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    if by.seat not in {row.to_id, followed.unit if followed is not None else None}:
        raise NotRequested("gone")
    demand_move(row.stage, Stage.HELD if came else Stage.MISSED, what=row.what)
    if row.slot is not None and row.slot.starts_at > at:
        raise NotRequested("past")
    row.stage = Stage.HELD if came else Stage.MISSED
    row.save()
    not_waited_for(row, by, at)
    settle_reach(row.patient_id, row.to_id, by=by, at=at)
    if not came and (followed is None or followed.unit != by.seat):
        about = {"request": str(row.id), "author": by.name, "excerpt": "", "stage": row.stage,
                 "what": row.what}  # fmt: skip
        work(row.patient_id, NewReason("request-answer", int(Zone.YELLOW), about=about), by, at)
    return done(row)


def held(request: UUID, by: Viewer) -> Request:
    """The request, held, to whom it is put. Raises `NotRequested("gone")`."""
    return locked(Q(id=request, to_id=by.seat))
