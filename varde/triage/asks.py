"""Asking on: a question to the next on the ladder, its answer, or that none came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from varde.base.rows import new_id
from varde.catalogue.queries import programme
from varde.core.access import DOCTORS, Role
from varde.core.coded import Coded
from varde.core.ladder import Asked, Rung, after, answer_due, strictest
from varde.core.ordering import How
from varde.core.zones import Zone
from varde.measuring.queries import enrolments, following
from varde.people.action import Done, action
from varde.people.doctors import DoctorOf, acts_for, doctors_of, patients_of
from varde.people.viewer import Viewer
from varde.triage.handling import says_why
from varde.triage.keeping import hold
from varde.triage.models import Ask, Item, State
from varde.triage.queries import STANDING
from varde.triage.tasks import reviewed, undo
from varde.triage.worklist import EXCERPT, NewReason, Rank, due, raise_work

WAITING, ANSWERED, UNANSWERED, WITHDRAWN = "waiting", "answered", "unanswered", "withdrawn"
SETTLED_BY_ASKING = ("yellow-long", "red-long", "ask-gp")  # tasks that asking is the doing of
ROLE_OF = {Asked.GP: Role.GP, Asked.SPECIALIST: Role.SPECIALIST}


class NotAsked(Coded, ValueError):
    """`code` says why: words (no question, or no answer, in words), rung (not on this ladder),
    gone (another has moved it on), followed (nobody follows the patient)."""


@dataclass(frozen=True)
class Standing:
    """The ladder as it stands for a patient: its steps, who has been asked, and who is next."""

    zone: Zone
    rungs: tuple[Rung, ...]
    asks: Sequence[Ask]
    next: Rung | None

    @property
    def waiting(self) -> Ask | None:
        return next((one for one in self.asks if one.state == WAITING), None)

    @property
    def open(self) -> Ask | None:
        """What may still be answered: the one that waits, or the last that nobody answered."""
        newest = next(iter(self.asks), None)
        return newest if newest and newest.state in (WAITING, UNANSWERED) else None


def standing(patient: UUID, *, at: datetime) -> Standing:
    """What the patient's programmes say for the colour now and for how long it has been so, and
    what has been asked.

    A red that still stands on the list is the colour, whatever was measured since.
    """
    rows = enrolments([patient], at=at).get(patient, [])
    state = State.objects.filter(patient_id=patient).first()
    newest = Zone(state.zone) if state else Zone.NOT_JUDGED
    place = Item.objects.filter(patient_id=patient, open=True).first()
    on_list = STANDING.get(Rank(place.awake_rank), newest) if place else newest
    zone = max(newest, on_list)
    turned = [state.since] if state and newest is zone else []
    turned += [place.since] if place and on_list is zone else []
    days = (at - min(turned, default=at)).days
    rungs = strictest([programme(row.programme, row.version).ladder for row in rows], zone, days)
    asks = asked_about(patient)
    chain = _chain(asks)
    return Standing(zone, rungs, asks, after(rungs, [one.rung for one in chain]))


def asked_about(patient: UUID, *, most: int = 20) -> list[Ask]:
    """The newest first."""
    rows = Ask.objects.filter(patient_id=patient).select_related("asked_by", "of", "answered_by")
    return list(rows.order_by("-asked_at", "-id")[:most])


def _chain(asks: Sequence[Ask]) -> list[Ask]:
    """The question that is open now, and all who have been asked it."""
    first = next(iter(asks), None)
    if first is None or first.state not in (WAITING, UNANSWERED):
        return []
    return [one for one in asks if one.chain == first.chain]


@action("ask-on")
def ask(*, patient: UUID, rung: str, question: str, by: Viewer, at: datetime) -> Done[Ask]:
    """Put the question to a step of the ladder; one that waits already is withdrawn.

    A doctor who has a place here sees it at once; anybody else is asked by the nurse, who keeps
    here that it was done. Raises `NotAsked`.
    """
    if not says_why(question):
        raise NotAsked("words")
    hold([patient])
    now = standing(patient, at=at)
    step = next((one for one in now.rungs if one.ask == rung), None)
    if step is None:
        raise NotAsked("rung")
    before = now.waiting
    if before is not None:
        _end(before, WITHDRAWN, at=at)
    row = _put(patient, step, now.zone, question.strip(), asked_by=by.actor, by=by, at=at)
    for kind in SETTLED_BY_ASKING:
        reviewed(patient, kind, by=by, at=at)
    return Done(row, patient=patient, kind="ask", object_id=row.id)


def _put(
    patient: UUID, step: Rung, zone: Zone, question: str, chain: UUID | None = None, *,
    asked_by: UUID, by: Viewer, at: datetime,
) -> Ask:  # fmt: skip
    followed = following([patient], zone=by.zone, at=at).get(patient)
    if followed is None:
        raise NotAsked("followed")
    doctor, made = doctor_for(doctors_of(patient, zone=by.zone, at=at), step.ask), new_id()
    return Ask.objects.create(
        id=made,
        patient_id=patient,
        unit_id=followed.unit,
        zone=int(zone),
        rung=step.ask,
        of_id=doctor.person if doctor else None,
        question=question,
        asked_by_id=asked_by,
        asked_at=at,
        due_at=answer_due(step, zone, followed.hours, at),
        chain=chain or made,
    )


def doctor_for(doctors: Sequence[DoctorOf], rung: str) -> DoctorOf | None:
    """Who of the patient's doctors is meant: who acts as responsible, or the only one of that role
    who is there.

    Of several it is nobody: a question to one of twenty by the alphabet is a question to none.
    """
    role = ROLE_OF.get(Asked(rung))
    known = [one for one in doctors if one.role is role and one.away is None]
    return next((one for one in known if one.acting or len(known) == 1), None)


@action("answer-ask")
def answer(*, ask: UUID, text: str, how: str = How.HERE, by: Viewer, at: datetime) -> Done[Ask]:
    """What was answered, by the doctor here or as the nurse heard it; also when it is late.

    Nobody else is waited for then. A doctor's answer is work for whoever follows the patient, and
    as urgent as what was asked.
    """
    if not says_why(text):
        raise NotAsked("words")
    row = _held(ask)
    if by.role in DOCTORS:
        mine = asks_of(acts_for(by.actor, zone=by.zone, at=at), role=by.role, at=at)
        if row.id not in {one.id for one in mine}:
            raise NotAsked("gone")  # another doctor's
    row.answer, row.answered_by_id, row.how = text.strip(), by.actor, how
    _end(row, ANSWERED, at=at)
    others = Ask.objects.filter(patient_id=row.patient_id, chain=row.chain, state=WAITING)
    others.update(state=WITHDRAWN, ended_at=at)
    if by.role in DOCTORS:
        about = {"ask": str(row.id), "author": by.name, "excerpt": row.answer[:EXCERPT]}
        reason = NewReason("answer", min(row.zone, int(Zone.YELLOW)), about=about)
        red = row.zone == Zone.RED
        raise_work(row.patient_id, reason, zone=by.zone, at=at, due_at=_soon(row, by, at), now=red)
    return Done(row, patient=row.patient_id, kind="ask", object_id=row.id)


def answered_elsewhere(ask: UUID, text: str, *, by: Viewer, at: datetime) -> None:
    """Answered where it was put: it moves on to nobody."""
    row = _answerable().select_for_update(of=("self",)).filter(id=ask).first()
    if row is None:
        return
    row.answer, row.answered_by_id, row.how = text.strip(), by.actor, How.HERE
    _end(row, ANSWERED, at=at)


def _soon(row: Ask, by: Viewer, at: datetime) -> datetime | None:
    """An answer about a red is read within the goal of a red."""
    followed = following([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    red = row.zone == Zone.RED and followed is not None
    return due(Rank.RED, followed.hours, at) if red and followed else None


@action("ask-on")
def withdraw(*, ask: UUID, by: Viewer, at: datetime) -> Done[Ask]:
    """It is asked no more; what asking it was the doing of is to be done again."""
    row = _held(ask)
    if row.state != WAITING:
        raise NotAsked("gone")
    _end(row, WITHDRAWN, at=at)
    undo(row.patient_id, SETTLED_BY_ASKING, done_at=row.asked_at)
    return Done(row, patient=row.patient_id, kind="ask", object_id=row.id)


def _held(ask: UUID) -> Ask:
    """The question, held; one that waits, or that was moved on from and may be answered late."""
    patient = Ask.objects.filter(id=ask).values_list("patient_id", flat=True).first()
    if patient is None:
        raise NotAsked("gone")
    hold([patient])
    row = _answerable().select_for_update(of=("self",)).filter(id=ask).first()
    if row is None:
        raise NotAsked("gone")
    return row


def _answerable() -> QuerySet[Ask]:
    """What is open: of each patient's newest question, while nobody has answered it."""
    of_patient = Ask.objects.filter(patient_id=OuterRef("patient_id"))
    newest = of_patient.order_by("-asked_at", "-id").values("chain")[:1]
    answered = of_patient.filter(chain=OuterRef("chain"), state=ANSWERED)
    rows = Ask.objects.filter(state__in=(WAITING, UNANSWERED), chain=Subquery(newest))
    return rows.filter(~Exists(answered))


def _end(row: Ask, state: str, *, at: datetime) -> None:
    row.state, row.ended_at = state, at
    row.save()


@action("move-on")
def move_on(*, ask: UUID, by: Viewer, at: datetime) -> Done[bool]:
    """No answer came in time: the next is asked the same, and the service is told; whether it was.

    Of a patient who is neither yellow nor red any more nobody else is asked.
    """
    row = _held(ask)
    if row.state != WAITING or row.due_at > at:
        return Done(False, patient=row.patient_id, kind="ask", object_id=row.id)
    _end(row, UNANSWERED, at=at)
    now = standing(row.patient_id, at=at)
    ill = now.zone in (Zone.YELLOW, Zone.RED)
    step = now.next if ill else None
    told = False
    if step is not None:
        new = _put(row.patient_id, step, now.zone, row.question, row.chain,
                   asked_by=row.asked_by_id, by=by, at=at)  # fmt: skip
        told = new.of_id is not None
    about = {"rung": row.rung, "next": step.ask if step else "", "told": told, "ill": ill}
    reason = NewReason("unanswered", int(now.zone) if ill else 0, about=about)
    raise_work(row.patient_id, reason, zone=by.zone, at=at)
    return Done(True, patient=row.patient_id, kind="ask", object_id=row.id)


def asks_of(doctors: Collection[UUID], *, role: Role, at: datetime) -> Sequence[Ask]:
    """What these doctors may answer: what waits, and what was moved on from and is still open.

    It is theirs when they were asked, or answer now for one of whom a doctor of their `role` was.
    """
    rungs = [rung for rung, asked in ROLE_OF.items() if asked is role]
    mine = Q(of_id__in=list(doctors))
    mine |= Q(rung__in=rungs, of__isnull=False, patient_id__in=patients_of(doctors, at=at))
    rows = _answerable().filter(mine)
    return list(rows.select_related("patient", "asked_by").order_by("due_at"))


def hold_all(asks: Sequence[UUID]) -> None:
    """Everyone they are about at once, in the one order that all hold patients in."""
    hold(Ask.objects.filter(id__in=list(asks)).values_list("patient_id", flat=True))
