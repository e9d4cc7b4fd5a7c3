"""Requests: an appointment, a visit or an answer, asked of another unit, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from varde.core.access import Ground, Role
from varde.core.calendar import in_opening_days
from varde.core.follow_up import HangsOn
from varde.core.request import (
    AFTER_A_VISIT,
    HAD_A_TIME,
    LONGEST,
    OPEN,
    NotRequested,
    Source,
    Stage,
    What,
    answer_due,
    demand_move,
    demand_words,
)
from varde.core.zones import Zone
from varde.measuring.queries import following_now
from varde.pathway.models import Request
from varde.pathway.together import slots
from varde.pathway.together.followed import hours_of_patient, work, zone_now
from varde.people import sharing
from varde.people.action import Done, action
from varde.people.models import Organisation, Person
from varde.people.viewer import Viewer
from varde.triage import asks, tasks
from varde.triage.handling import resolve
from varde.triage.keeping import hold
from varde.triage.models import Ask
from varde.triage.worklist import EXCERPT, PUT, NewReason

UNANSWERED = "request-unanswered"  # the kind of task that is due when nobody has answered
UNSAID = "came-or-not"  # and when nobody has said whether the patient came
DEPARTMENT, TEAM, PRACTICE = "department", "outreach-team", "gp-practice"
HOME_CARE = "home-care"
COME_HOME = (TEAM, HOME_CARE)  # who visits the patient, and is shared with until said otherwise
KINDS = {What.APPOINTMENT: (DEPARTMENT,), What.VISIT: COME_HOME}  # a question is for anybody
MOST_WORDS = 4 * LONGEST  # of one request, with what was said to it since
TREATING = (Ground.SPECIALIST, Ground.REFERRAL)
SOURCES = {
    Role.PATIENT: Source.PATIENT, Role.NURSE: Source.NURSE, Role.GP: Source.DOCTOR,
    Role.SPECIALIST: Source.DOCTOR, Role.COORDINATOR: Source.COORDINATOR,
    Role.OUTREACH: Source.OUTREACH, Role.SYSTEM: Source.RULE,
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What is asked of whom. `slot`: a free time that is taken at once; `ask`: the step of the
    ladder that it comes of; `source` and `asked_by` when it is another than who enters it;
    `due_at` when a day is said; `again`: a meeting has decided the same before."""

    patient: UUID
    what: What
    to: UUID
    question: str
    slot: UUID | None = None
    ask: UUID | None = None
    source: Source | None = None
    asked_by: UUID | None = None
    due_at: datetime | None = None
    again: bool = False


@action("ask-for")
def ask_for(wish: Wish, *, by: Viewer, at: datetime) -> Done[Request]:
    """It is asked, and the following service knows; asked twice it is one. Raises `NotRequested`.

    A department that did not treat the patient sees the page from now. When nobody has answered in
    time it is the service's again.
    """
    question = demand_words(wish.question)
    hold([wish.patient])
    whom = _whom(wish, by, at)
    source = wish.source or SOURCES[by.role]
    before = _standing(wish, whom.id, at)
    if before is not None and by.role is Role.PATIENT:
        return done(_also_said(before, question, by, at))
    if before is not None and wish.source is Source.MEETING and not wish.again:
        return done(_decided(before, wish, question, by, at))
    if before is not None:
        if (before.question, before.source) != (question, source) or wish.slot is not None:
            raise NotRequested("open")
        return done(before)
    zone = zone_now(wish.patient)
    row = Request(
        patient_id=wish.patient, what=wish.what, to=whom, question=question, zone=int(zone),
        source=source, asked_by_id=wish.asked_by or by.person, ask_id=wish.ask,
        asked_from_id=by.unit if by.role is not Role.PATIENT else None, asked_at=at,
        due_at=wish.due_at or _due(wish, zone, by, at),
    )  # fmt: skip
    if wish.slot is not None and wish.what is not What.APPOINTMENT:
        raise NotRequested("whom")
    if wish.slot is not None:
        take_time(row, wish.slot, by, at)
    row.save()
    settle_reach(wish.patient, whom.id, by=by, at=at)
    _tell_service(row, by, at)
    ask_whether_came(row, by, at)
    return done(row)


def _also_said(row: Request, words: str, by: Viewer, at: datetime) -> Request:
    """What a patient writes to what is asked already is not lost: it stands there, and the service
    has it."""
    if words in row.question:
        return row
    if len(row.question) + len(words) > MOST_WORDS:
        raise NotRequested("long")
    row.question = f"{row.question}\n{words}"
    row.save(update_fields=["question"])
    about = {"request": str(row.id), "what": row.what, "excerpt": words[:EXCERPT]}
    work(row.patient_id, NewReason("asked-for", about=about), by, at)
    return row


def _decided(row: Request, wish: Wish, words: str, by: Viewer, at: datetime) -> Request:
    """What a meeting decides of what is asked already stands with it: its words, its day, and the
    time that it gives."""
    row.decided = words
    row.due_at = min(row.due_at, wish.due_at) if wish.due_at is not None else row.due_at
    if wish.slot is not None and wish.slot != row.slot_id:
        row.moved_from_id = row.slot_id
        take_time(row, wish.slot, by, at)
        row.answer, row.answered_by_id, row.answered_at = words, by.person, at
        not_waited_for(row, by, at)
        if row.ask_id is not None:  # the ladder asks nobody else
            asks.answered_elsewhere(row.ask_id, words, by=by, at=at)
    row.save()
    settle_reach(row.patient_id, row.to_id, by=by, at=at)
    ask_whether_came(row, by, at)
    return row


@action("ask-for")
def not_decided(*, request: UUID, since: datetime, by: Viewer, at: datetime) -> Done[Request]:
    """The same, taken back: what was asked before stands; a time given by it (`since`) is free, and
    the one before it is the patient's again where nobody else has it."""
    row = locked(Q(id=request))
    row.decided, former = "", row.moved_from
    if row.stage == Stage.BOOKED and row.slot is not None and row.slot.taken_at == since:
        row.moved_from, row.answer = None, ""
        not_waited_for(row, by, at)
        if former is not None and slots.is_free(former.id, at=at):
            take_time(row, former.id, by, at)
            ask_whether_came(row, by, at)
        else:
            slots.free(row.slot.id)
            _not_answered(row)
            _again(row, by, at)
    row.save()
    settle_reach(row.patient_id, row.to_id, by=by, at=at)
    return done(row)


def ask_whether_came(row: Request, by: Viewer, at: datetime) -> None:
    """Nobody having said it a day after is the following service's to find out."""
    followed = following_now([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    if row.stage == Stage.BOOKED and row.slot is not None and followed is not None:
        due = in_opening_days(followed.hours, row.slot.starts_at)
        tasks.raise_task(
            patient=row.patient_id, unit=followed.unit, kind=UNSAID, due_at=due,
            about={"request": str(row.id), "to": row.to.name},
            occurrence=f"{row.slot.id.hex}{row.slot.taken_at:%d%H%M}",
            hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
        )  # fmt: skip


def _standing(wish: Wish, unit: UUID, at: datetime) -> Request | None:
    """The same that is asked already; a time that has been is asked of no more."""
    rows = Request.objects.filter(patient_id=wish.patient, what=wish.what, to_id=unit)
    before = rows.filter(stage__in=OPEN).select_related("slot").first()
    if before is None or before.slot is None or before.slot.starts_at > at:
        return before
    before.stage = Stage.UNSAID
    before.save()
    return None


def _whom(wish: Wish, by: Viewer, at: datetime) -> Organisation:
    """Who is asked. A patient asks only who treats her; nobody is let in against her will."""
    if Person.objects.filter(id=wish.patient, died_at__isnull=False).exists():
        raise NotRequested("dead")
    whom = Organisation.objects.filter(id=wish.to).first()
    kinds = KINDS.get(wish.what, ())
    if (
        whom is None
        or (kinds and whom.kind not in kinds)
        or (whom.id == by.unit and wish.source is not Source.MEETING)
    ):
        raise NotRequested("whom")
    reached = {one.id for one in sharing.reaching(wish.patient, at=at)}
    if whom.kind == PRACTICE and sharing.refuses(wish.patient):
        raise NotRequested("consent")
    if whom.id not in reached:
        if by.role is Role.PATIENT or wish.what is not What.APPOINTMENT:
            raise NotRequested("whom")
        if not sharing.may_pass_on(wish.patient, by, at=at):
            raise NotRequested("ground")
        if sharing.refuses(wish.patient):
            raise NotRequested("consent")
    return whom


def _due(wish: Wish, zone: Zone, by: Viewer, at: datetime) -> datetime:
    """As long as the ladder gave; else as `core.request` says."""
    of = Ask.objects.filter(id=wish.ask).first() if wish.ask is not None else None
    return (
        of.due_at
        if of is not None
        else answer_due(zone, hours_of_patient(wish.patient, by, at), at)
    )


def settle_reach(patient: UUID, unit: UUID, *, by: Viewer, at: datetime) -> None:
    """Who is asked sees the page while anything is asked of it, and a month after a visit; by
    what was asked alone, beside whatever else lets it in."""
    rows = Request.objects.filter(patient_id=patient, to_id=unit).select_related("slot")
    waits = rows.filter(stage=Stage.ASKED).exists()
    timed = rows.filter(stage__in=[*HAD_A_TIME, Stage.BOOKED])
    ends = [row.slot.starts_at + AFTER_A_VISIT for row in timed if row.slot is not None]
    last = None if waits else max(ends, default=at)
    asked: dict[str, Any] = {"patient": patient, "organisation": unit, "ground": Ground.REQUEST}
    if last is not None and last <= at:
        sharing.end_reach(**asked, by=by, at=at)
    elif not sharing.refuses(patient):
        sharing.let_reach(**asked, end=last, by=by, at=at)
    elif last is not None:
        sharing.no_longer_than(**asked, end=last, by=by, at=at)


def take_time(row: Request, slot: UUID, by: Viewer, at: datetime) -> None:
    """The time is this request's; one that it had is free."""
    taken = slots.take(slot, row.to_id, at=at)
    if row.slot_id is not None:
        slots.free(row.slot_id)
    row.slot, row.stage, row.seen_at = taken, Stage.BOOKED, None


def _tell_service(row: Request, by: Viewer, at: datetime) -> None:
    """The patient's own is on the list, and what the service itself is asked; and all are when
    nobody has answered in time."""
    followed = following_now([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    if followed is None:
        return
    if by.role is Role.PATIENT:
        about = {"request": str(row.id), "what": row.what, "excerpt": row.question[:EXCERPT]}
        work(row.patient_id, NewReason("asked-for", about=about), by, at)
    elif row.to_id == followed.unit:
        about = {"request": str(row.id), "stage": PUT, "what": row.what, "author": by.name,
                 "excerpt": row.question[:EXCERPT]}  # fmt: skip
        work(row.patient_id, NewReason("asked-for", about=about), by, at, due_at=row.due_at)
    if row.stage == Stage.ASKED:
        _remind(row, followed.unit, str(row.id), by, at)


def _remind(row: Request, unit: UUID, occurrence: str, by: Viewer, at: datetime) -> None:
    """Of one that nobody has answered in time."""
    tasks.raise_task(
        patient=row.patient_id, unit=unit, kind=UNANSWERED, due_at=row.due_at,
        about=_told_of(row), occurrence=occurrence, hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
    )  # fmt: skip


def _told_of(row: Request) -> dict[str, Any]:
    """What a task about a request says; never red, for a red is on the list itself."""
    zone = min(row.zone, int(Zone.YELLOW))
    return {"request": str(row.id), "what": row.what, "to": row.to.name, "zone": zone}


def not_waited_for(row: Request, by: Viewer, at: datetime) -> None:
    """What reminded of it is done; and what the service was asked is answered by that."""
    put = {"request": str(row.id), "stage": PUT}
    resolve(row.patient_id, "asked-for", about=put, outcome="answered", zone=by.zone, at=at)
    for one in tasks.open_tasks(row.patient_id, (UNANSWERED, UNSAID)):
        if one.about.get("request") == str(row.id):
            tasks.done_elsewhere(one, by=by, at=at)


@action("take-back-request")
def withdraw(*, request: UUID, by: Viewer, at: datetime) -> Done[Request]:
    """Asked for no more, by who asked; a time that was given is free again, and the patient is
    told. A patient takes back the own ones."""
    row = _asked_by(request, by)
    own = by.role is Role.PATIENT
    if own and row.source != Source.PATIENT:
        raise NotRequested("gone")
    demand_move(row.stage, Stage.WITHDRAWN, what=row.what)
    demand_to_come(row, at)
    drop(row, by, at)
    if own:
        row.seen_at = at
        row.save()
        about = {"request": str(row.id), "what": row.what, "stage": row.stage,
                 "excerpt": row.question[:EXCERPT]}  # fmt: skip
        work(row.patient_id, NewReason("asked-for", about=about), by, at)
    return done(row)


def demand_to_come(row: Request, at: datetime) -> None:
    """A time that has been is a fact: whether the patient came is said of it, and nothing else.
    Raises `NotRequested("past")`."""
    if row.stage == Stage.BOOKED and row.slot is not None and row.slot.starts_at <= at:
        raise NotRequested("past")


def drop(row: Request, by: Viewer, at: datetime) -> None:
    """Withdrawn where it came from; one that has moved on meanwhile stays as it is."""
    hold([row.patient_id])
    row.refresh_from_db()
    if row.stage not in OPEN:
        return
    if row.slot_id is not None:
        slots.free(row.slot_id)
    row.stage, row.seen_at = Stage.WITHDRAWN, None
    row.save()
    not_waited_for(row, by, at)
    settle_reach(row.patient_id, row.to_id, by=by, at=at)


@action("take-back-request")
def cannot_come(*, request: UUID, text: str, by: Viewer, at: datetime) -> Done[Request]:
    """The patient cannot come then: the time is free, and another is asked for."""
    row = _asked_by(request, by)
    if row.stage != Stage.BOOKED or row.slot is None:
        raise NotRequested("gone")
    if row.slot.starts_at <= at:
        raise NotRequested("past")
    slots.free(row.slot.id)
    said = text.strip()[:500]
    _not_answered(row)
    row.question = f"{row.question}\n{said}" if said else row.question
    row.due_at = answer_due(Zone(row.zone), hours_of_patient(row.patient_id, by, at), at)
    row.save()
    not_waited_for(row, by, at)
    settle_reach(row.patient_id, row.to_id, by=by, at=at)
    _again(row, by, at)
    about = {"request": str(row.id), "what": row.what, "stage": "cannot", "excerpt": said[:EXCERPT]}
    work(row.patient_id, NewReason("asked-for", about=about), by, at)
    return done(row)


def _not_answered(row: Request) -> None:
    """Asked for anew: of its own now, whatever step of the ladder it came of is answered."""
    row.stage, row.slot, row.answer, row.ask = Stage.ASKED, None, "", None
    row.answered_by, row.answered_at, row.seen_at = None, None, None


def _again(row: Request, by: Viewer, at: datetime) -> None:
    """Nobody answering the second time is told as the first."""
    followed = following_now([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    if followed is not None:
        _remind(row, followed.unit, f"{row.id.hex}{at:%d%H%M}", by, at)


@action("take-back-request")
def read(*, request: UUID, slot: UUID | None = None, by: Viewer, at: datetime) -> Done[Request]:
    """The patient has seen what it came to; of a time that was given this one, and no other since.
    Raises `NotRequested("gone")`."""
    row = _asked_by(request, by)
    if row.stage == Stage.BOOKED and row.slot_id != slot:
        raise NotRequested("gone")
    if row.seen_at is None:
        row.seen_at = at
        row.save(update_fields=["seen_at"])
    return done(row)


def _asked_by(request: UUID, by: Viewer) -> Request:
    """The request, held, of the patient whose it is, or of the unit that asked."""
    own = Q(patient_id=by.actor) if by.role is Role.PATIENT else Q(asked_from_id=by.seat)
    return locked(Q(id=request) & own)


def locked(which: Q) -> Request:
    patient = Request.objects.filter(which).values_list("patient_id", flat=True).first()
    if patient is None:
        raise NotRequested("gone")
    hold([patient])
    rows = Request.objects.select_for_update(of=("self",)).filter(which)
    row = rows.select_related("to", "slot").first()
    if row is None:  # taken back since it was found, and seen no more
        raise NotRequested("gone")
    return row


def done(row: Request) -> Done[Request]:
    return Done(row, patient=row.patient_id, kind="request", object_id=row.id)
