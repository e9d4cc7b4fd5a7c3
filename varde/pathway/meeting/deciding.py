"""Deciding in a meeting: each decision becomes an order, a request, a task or a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.access import DOCTORS, PERMISSIONS
from varde.core.calendar import add_open, closing_time, next_opening
from varde.core.follow_up import HangsOn
from varde.core.meeting import ON_A_DOCTORS_WORD, CaseStage, Decided, NotMet, Stage, demand_words
from varde.core.ordering import Stage as OrderStage
from varde.core.ordering import differing
from varde.core.request import ControlState, Source, What
from varde.core.thresholds import Limits
from varde.measuring.queries import following_now
from varde.pathway.meeting import listing
from varde.pathway.meeting.decided import KINDS, come_about
from varde.pathway.meeting.meetings import attendees, be_there, come, takes_part, who_may
from varde.pathway.models import Case, Decision, RoutineControl
from varde.pathway.together import requests, routine
from varde.pathway.together.followed import hours_of_patient
from varde.pathway.together.requests import TEAM, Wish
from varde.people import sharing
from varde.people.action import A_MOMENT, Done, action
from varde.people.doctors import DoctorOf, doctors_of
from varde.people.viewer import Viewer
from varde.triage import ordered, ordering, tasks
from varde.triage.models import Order, Task
from varde.triage.ordering import Draft

LATEST = timedelta(days=366)  # a day further ahead is a slip of the keyboard


@dataclass(frozen=True)
class Wanted:
    """A decision as it is entered. `limits` are drafted and put to the doctor; `slot` is a free
    time; `control` and `state` say which routine control is dropped or resumed."""

    what: Decided
    text: str
    doctor: UUID | None = None
    due_on: date | None = None
    limits: Mapping[str, Limits] | None = None
    slot: UUID | None = None
    control: UUID | None = None
    state: ControlState = ControlState.DROPPED


@action("decide-in-meeting")
def decide(*, case: UUID, wanted: Wanted, by: Viewer, at: datetime) -> Done[Decision]:
    """Kept, with what it became; entered twice in a moment it is one. The doctor on whose word it
    is, is there.

    Raises `NotMet`, and `NotRequested` and `NotOrdered` of what it becomes: nothing is kept then.
    """
    one = _held(case, by)
    named = wanted.doctor
    if named is not None and named in {d.person for d in doctors_for(one, by, at=at)[1]}:
        come(one.meeting, named, by, at)
    text = demand_words(wanted.text, needed=wanted.what is not Decided.STAY)
    doctor = _doctor(one, wanted, by, at)
    today = at.astimezone(ZoneInfo(by.zone)).date()
    if wanted.due_on is not None and not today <= wanted.due_on <= today + LATEST:
        raise NotMet("due")
    before = _before(one, wanted, text, doctor, by, at)
    if before is not None:
        return Done(before, patient=one.patient_id, kind="decision", object_id=before.id)
    row = Decision(
        case=one, patient_id=one.patient_id, what=wanted.what, text=text, doctor_id=doctor,
        due_on=wanted.due_on, by_id=by.actor, at=at,
    )  # fmt: skip
    MADE[wanted.what](row, wanted, by, at)
    row.save(force_insert=True)
    listing.changed(one.meeting)
    return Done(row, patient=one.patient_id, kind="decision", object_id=row.id)


def _before(
    one: Case, wanted: Wanted, text: str, doctor: UUID | None, by: Viewer, at: datetime
) -> Decision | None:
    """The same, entered by the same a moment ago, and nothing of it changed since."""
    same = {"case": one, "what": wanted.what, "text": text, "doctor_id": doctor,
            "due_on": wanted.due_on, "control_id": wanted.control, "by_id": by.actor}  # fmt: skip
    rows = Decision.objects.filter(**same, struck_at=None, at__gt=at - A_MOMENT)
    row = rows.select_related("request", "order").order_by("-at").first()
    if row is None:
        return None
    slot = row.request.slot_id if row.request is not None else None
    other = wanted.slot is not None and slot != wanted.slot
    if row.control_id is not None:
        other = routine.newest([row.control_id])[row.control_id].state != wanted.state
    if wanted.limits:
        new = differing(ordered.held(one.patient_id, at=at), wanted.limits)
        drafted = row.order.limits if row.order is not None else {}
        other = {kind: list(limits.in_order()) for kind, limits in new.items()} != drafted
    return None if other else row


def _held(case: UUID, by: Viewer) -> Case:
    one = listing.held(case)
    if one.meeting.stage != Stage.RUNNING or not takes_part(one.meeting, by):
        raise NotMet("gone")
    if one.stage == CaseStage.REMOVED:
        raise NotMet("gone")
    return one


def _doctor(one: Case, wanted: Wanted, by: Viewer, at: datetime) -> UUID | None:
    """On whose word: a doctor's who is there and may order for the patient; a doctor's own is the
    own."""
    be_there(one.meeting, by, at)
    doctor = by.actor if by.role in DOCTORS else wanted.doctor
    if wanted.what not in ON_A_DOCTORS_WORD and doctor is None:
        return None
    if doctor not in {d.person for d in doctors_for(one, by, at=at)[0]}:
        raise NotMet("absent")
    return doctor


def doctors_for(one: Case, by: Viewer, *, at: datetime) -> tuple[list[DoctorOf], list[DoctorOf]]:
    """Who may order for the patient: those in the meeting, and those who may be there and are not
    said to be."""
    there = {row.person_id for row in attendees(one.meeting)}
    may = {row.person_id for row in who_may(one.meeting, by, at=at)} - there
    known = doctors_of(one.patient_id, zone=by.zone, at=at)
    return [d for d in known if d.person in there], [d for d in known if d.person in may]


def _due(row: Decision, by: Viewer, at: datetime) -> datetime:
    """Before closing on its day; without a day, today, or in the first hour that is open."""
    later = _said_day(row, by, at)
    if later is not None:
        return later
    hours = hours_of_patient(row.patient_id, by, at)
    closes = closing_time(hours, at)
    if closes is not None and closes - at > timedelta(minutes=45):
        return closes - timedelta(minutes=30)
    return add_open(hours, next_opening(hours, at if closes is None else closes),
                    timedelta(hours=1))  # fmt: skip


def _task(row: Decision, by: Viewer, at: datetime) -> Task:
    """What is to be done, by whoever follows the patient; of one whom nobody follows, by the
    department."""
    followed = following_now([row.patient_id], zone=by.zone, at=at).get(row.patient_id)
    who = followed.unit if followed is not None else row.case.meeting.department_id
    row.who_id = who
    return tasks.raise_task(
        patient=row.patient_id, unit=who, kind=KINDS[Decided(row.what)], title=row.text[:200],
        due_at=_due(row, by, at), about={"decision": str(row.id)},
        hangs_on=HangsOn.FOLLOW_UP if followed is not None else HangsOn.NOTHING, by=by, at=at,
    )  # fmt: skip


def _to_do(row: Decision, _wanted: Wanted, by: Viewer, at: datetime) -> None:
    """Somebody calls the patient, or writes the plan; for which it is there when the meeting has
    ended."""
    row.task = _task(row, by, at)


def _limits(row: Decision, wanted: Wanted, by: Viewer, at: datetime) -> None:
    """A draft that waits for the doctor; limits begin to hold when the doctor orders them, with the
    dry run on the screen. Without numbers it is a nurse's task."""
    if wanted.limits and by.role not in PERMISSIONS["draft-limits"]:
        raise NotMet("what")  # numbers are not lost unseen
    if not wanted.limits:
        row.task = _task(row, by, at)
        return
    if following_now([row.patient_id], zone=by.zone, at=at).get(row.patient_id) is None:
        raise NotMet("whom")  # nobody judges by them
    if row.doctor_id is not None:
        draft = Draft(row.patient_id, wanted.limits, row.text)
        due_at = _said_day(row, by, at)
        row.order = ordering.ask(draft, row.doctor_id, by=by, at=at, due_at=due_at)
    row.who_id = row.case.meeting.department_id


def _said_day(row: Decision, by: Viewer, at: datetime) -> datetime | None:
    """Before closing on the later day that was said; None where it is today, as the form has it,
    or none, and the usual time holds."""
    zone = ZoneInfo(by.zone)
    if row.due_on is None or row.due_on <= at.astimezone(zone).date():
        return None
    return datetime.combine(row.due_on, time(12), zone)


def _appointment(row: Decision, wanted: Wanted, by: Viewer, at: datetime) -> None:
    to = row.case.meeting.department_id
    wish = Wish(row.patient_id, What.APPOINTMENT, to, row.text, wanted.slot,
                source=Source.MEETING, due_at=_said_day(row, by, at),
                again=_again(row))  # fmt: skip
    row.request, row.who_id = requests.ask_for(wish, by=by, at=at), to


def _again(row: Decision) -> bool:
    """The same is decided of the patient in this meeting already."""
    same = Decision.objects.filter(case=row.case_id, what=row.what, struck_at=None)
    return same.exists()


def _oxygen(row: Decision, _wanted: Wanted, by: Viewer, at: datetime) -> None:
    """The team that comes home to the patient sets it; where there is none, somebody is to see that
    it is set."""
    team = next(iter(sharing.reaching(row.patient_id, kinds=(TEAM,), at=at)), None)
    if team is None:
        row.task = _task(row, by, at)
        return
    wish = Wish(row.patient_id, What.VISIT, team.id, row.text, source=Source.MEETING,
                due_at=_said_day(row, by, at), again=_again(row))  # fmt: skip
    row.request, row.who = requests.ask_for(wish, by=by, at=at), team


def _ask_gp(row: Decision, _wanted: Wanted, by: Viewer, at: datetime) -> None:
    gp = sharing.gp_to_write_to(row.patient_id, at=at)
    if gp is None:
        raise NotMet("whom")
    wish = Wish(row.patient_id, What.QUESTION, gp.id, row.text, source=Source.MEETING,
                due_at=_said_day(row, by, at), again=_again(row))  # fmt: skip
    row.request, row.who = requests.ask_for(wish, by=by, at=at), gp


def _control(row: Decision, wanted: Wanted, by: Viewer, at: datetime) -> None:
    if wanted.control is None or wanted.state not in (ControlState.DROPPED, ControlState.RUNNING):
        raise NotMet("what")  # ended or begun it is by the department, on its page
    held = RoutineControl.objects.filter(
        id=wanted.control, patient_id=row.patient_id,
        department_id=row.case.meeting.department_id,
    ).first()  # fmt: skip
    if held is None:
        raise NotMet("what")
    routine.decide(held, wanted.state, row.text, by, at)
    row.control = held


def _stay(_row: Decision, _wanted: Wanted, _by: Viewer, _at: datetime) -> None:
    """As it is: that it was talked of is the fact."""


MADE = {
    Decided.MEDICATION: _to_do,
    Decided.LIMITS: _limits,
    Decided.PLAN: _to_do,
    Decided.APPOINTMENT: _appointment,
    Decided.OXYGEN: _oxygen,
    Decided.ASK_GP: _ask_gp,
    Decided.CONTROL: _control,
    Decided.STAY: _stay,
}


@action("decide-in-meeting")
def strike(*, decision: UUID, by: Viewer, at: datetime) -> Done[Decision]:
    """Entered by mistake: what it became and nobody has done is taken back too.

    Raises `NotMet`: gone; what (a draft of limits is taken back by who may write one).
    """
    known = Decision.objects.filter(id=decision, struck_at=None).first()
    if known is None:
        raise NotMet("gone")
    one = _held(known.case_id, by)
    row = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("task", "request", "order", "control")
        .get(id=decision)
    )
    stands = row.id in come_about([row]) and row.what not in (Decided.STAY, Decided.CONTROL)
    if row.struck_at is not None or stands:
        raise NotMet("gone")
    if row.task is not None:
        tasks.withdraw(row.task, by=by, at=at)
    if row.request is not None and row.request.asked_at < row.at:  # asked before the meeting
        requests.not_decided(request=row.request.id, since=row.at, by=by, at=at)
    elif row.request is not None:
        requests.drop(row.request, by, at)
    if row.order is not None:
        _not_ordered(row.order, by, at)
    if row.control is not None:
        _as_it_was(row, row.control, by, at)
    row.struck_by_id, row.struck_at = by.actor, at
    row.save()
    if not Decision.objects.filter(case=one, struck_at=None).exists():
        Case.objects.filter(id=one.id, stage=CaseStage.DONE).update(stage=CaseStage.WAITING)
    listing.changed(one.meeting)
    return Done(row, patient=row.patient_id, kind="decision", object_id=row.id)


def _not_ordered(order: Order, by: Viewer, at: datetime) -> None:
    """The draft is withdrawn, when nobody has taken it further."""
    if order.stage == OrderStage.WITHDRAWN:
        return
    if by.role not in PERMISSIONS["draft-limits"]:
        raise NotMet("what")
    ordering.withdraw(order.patient_id, order.version, by=by, at=at)


def _as_it_was(row: Decision, control: RoutineControl, by: Viewer, at: datetime) -> None:
    """Dropped or resumed by this, it is the other again; what came after stands."""
    now = routine.newest([control.id])[control.id]
    if now.at != row.at:
        raise NotMet("gone")
    was_dropped = now.state == ControlState.DROPPED
    back = ControlState.RUNNING if was_dropped else ControlState.DROPPED
    routine.decide(control, back, row.text, by, at)
