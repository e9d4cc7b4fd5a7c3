"""A meeting's end: it is ended, its notes go out, and what nobody ended or held is found again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from varde.core.access import Ground
from varde.core.calendar import in_opening_days
from varde.core.follow_up import HangsOn
from varde.core.meeting import CaseStage, Decided, NotMet, Stage, demand_move
from varde.dialogue.actions import send_letter
from varde.measuring.hours import hours_from
from varde.measuring.queries import following_now
from varde.pathway.meeting.meetings import (
    all_of,
    attendees,
    called_off,
    carry,
    following_meeting,
    held,
)
from varde.pathway.models import Case, Decision, Meeting
from varde.people import sharing
from varde.people.action import Done, action
from varde.people.models import Organisation
from varde.people.queries import organisation
from varde.people.viewer import Viewer
from varde.plan.writing import said_in_meeting
from varde.triage import tasks
from varde.triage.keeping import hold

LETTER = "meeting"
NOT_ENDED = "meeting-not-ended"  # the kind of task
NOT_HELD = "meeting-not-held"
NOTE = "meeting-note"  # the nurse's: a note of her patient that did not go out
OVER = timedelta(hours=12)  # so long after it began or should have
LONGEST_NOTE = 100_000  # some dozens of the longest decisions


@action("lead-meeting")
def end(
    *, meeting: UUID, edition: int, notes: Mapping[UUID, str], by: Viewer, at: datetime
) -> Done[int]:
    """Ended: who was not gone through comes next time, and the notes go out; how many letters.

    By the department, as it stood when the notes were shown (`edition`). What was decided of
    medication and plan stands from now when the plan is written next. Raises `NotMet`: gone, seen,
    long.
    """
    row = held(meeting, by, whole=True)
    demand_move(row.stage, Stage.ENDED)
    if row.department_id != by.seat:
        raise NotMet("gone")
    if row.edition != edition:
        raise NotMet("seen")
    cases = all_of(row)
    _over(row, cases, by.actor, at)
    n = sum(_send(one, notes.get(one.id, ""), row, by, at) for one in cases)
    _go_on(row, cases, by, at)
    return Done(n, kind="meeting", object_id=row.id)


def _over(row: Meeting, cases: list[Case], who: UUID | None, at: datetime) -> None:
    """What was decided of medication and plan is for the next plan; `who`: None where nobody has
    ended it."""
    row.stage, row.ended_at, row.ended_by_id, row.current = Stage.ENDED, at, who, None
    row.edition += 1
    row.save()
    known = Decision.objects.filter(case__in=cases, struck_at=None)
    roles = {one.person_id: one.role for one in attendees(row)}
    for made in known.filter(what__in=(Decided.MEDICATION, Decided.PLAN)).order_by("at", "id"):
        role = roles.get(made.by_id, "")
        said_in_meeting(made.patient_id, made.text, made.by_id, role, at=at)


def _go_on(row: Meeting, cases: list[Case], by: Viewer, at: datetime) -> None:
    """Who was not gone through comes next time."""
    then = following_meeting(row, by, at)
    for one in cases:
        if one.stage in (CaseStage.WAITING, CaseStage.NEXT_TIME):
            carry(one, then, by, at)


@action("send-letter")
def send_late(*, meeting: UUID, notes: Mapping[UUID, str], by: Viewer, at: datetime) -> Done[int]:
    """Notes that never went out, of the patients whom the viewer reaches; how many letters."""
    row = held(meeting, by, whole=True)
    if row.stage != Stage.ENDED:
        raise NotMet("gone")
    n = sum(_send(one, notes.get(one.id, ""), row, by, at) for one in all_of(row))
    if not owed(list(Case.objects.filter(meeting=row))):
        _not_asked_for(row, by, at)
    return Done(n, kind="meeting", object_id=row.id)


def _send(one: Case, text: str, row: Meeting, by: Viewer, at: datetime) -> int:
    """The note of one patient, to each that shall have it, once; also of one who was put off, when
    something was decided (`text` is empty when nothing was)."""
    if one.sent_at is not None or not text.strip():
        return 0
    if len(text) > LONGEST_NOTE:
        raise NotMet("long")
    whom = recipients([one.patient_id], row.department_id, by, at=at)[one.patient_id]
    for unit in whom:
        send_letter(patient=one.patient_id, to=unit.id, kind=LETTER, text=text, by=by, at=at)
    one.sent_at = at
    one.save(update_fields=["sent_at"])
    for task in tasks.open_tasks(one.patient_id, (NOTE,)):
        if task.occurrence == str(one.id):
            tasks.done_elsewhere(task, by=by, at=at)
    return len(whom)


def recipients(
    patients: Collection[UUID], department: UUID, by: Viewer, *, at: datetime
) -> dict[UUID, list[Organisation]]:
    """Who has the note of each: GP, all who follow, home care and the outreach team where the
    patient has them; who follows alone where the patient has said no to sharing."""
    grounds = (Ground.GP, Ground.CARE_TEAM, Ground.FOLLOW_UP_SERVICE)
    agree = set(patients) - sharing.refusing(patients)
    shared = sharing.reaching_each(agree, grounds=grounds, at=at)
    followed = {one: now.unit for one, now in following_now(patients, zone=by.zone, at=at).items()}
    units = Organisation.objects.in_bulk(set(followed.values()))
    found = {}
    for patient in patients:
        known = {one.id: one for one in shared.get(patient, ())}
        if patient in followed:
            known[followed[patient]] = units[followed[patient]]
        found[patient] = [one for key, one in known.items() if key != department]
    return found


def owed(cases: Collection[Case]) -> set[UUID]:
    """Those of the cases that something was decided of, and of which no note has gone out."""
    ids = [one.id for one in cases if one.sent_at is None]
    rows = Decision.objects.filter(case_id__in=ids, struck_at=None)
    return set(rows.values_list("case_id", flat=True))


def _not_asked_for(row: Meeting, by: Viewer, at: datetime) -> None:
    for one in tasks.of_a_unit(row.department_id, NOT_ENDED):
        if one.occurrence == str(row.id):
            tasks.done_elsewhere(one, by=by, at=at)


def sweep(department: UUID, *, by: Viewer, at: datetime) -> int:
    """A meeting that nobody has ended is ended half a day after, while its patients are seen: who
    was not gone through comes next time, and the notes that have not gone out are the department's
    task, and each the nurse's. One that nobody has begun was not held: its list goes to the
    next. How many."""
    late = Meeting.objects.filter(
        department_id=department,
        starts_at__lte=at - OVER,
        stage__in=(Stage.RUNNING, Stage.CONVENED),
    )
    hold(Case.objects.filter(meeting__in=late).values_list("patient_id", flat=True))
    _sent_since(department, by, at)
    rows = list(late.order_by("starts_at"))
    for row in rows:
        if row.stage == Stage.CONVENED:
            called_off(row, by, at)
            _ask_department(row, NOT_HELD, by, at)
        else:
            _ended_by_nobody(row, by, at)
    return len(rows)


def _sent_since(department: UUID, by: Viewer, at: datetime) -> None:
    """What others have sent, or the department sees no more, is not its to send; each of those
    notes is its nurse's."""
    for one in tasks.of_a_unit(department, NOT_ENDED):
        if not owed(list(Case.objects.filter(meeting_id=one.occurrence))):
            tasks.withdraw(one, by=by, at=at)


def _ended_by_nobody(row: Meeting, by: Viewer, at: datetime) -> None:
    cases = all_of(row)
    _over(row, cases, None, at)
    _go_on(row, cases, by, at)
    left = owed(cases)
    if left:
        _ask_department(row, NOT_ENDED, by, at)
    followed = following_now([one.patient_id for one in cases], zone=by.zone, at=at)
    for one in cases:
        now = followed.get(one.patient_id)
        if one.id in left and now is not None:
            tasks.raise_task(
                patient=one.patient_id, unit=now.unit, kind=NOTE,
                due_at=in_opening_days(now.hours, at), about={"meeting": str(row.id)},
                occurrence=str(one.id), hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
            )  # fmt: skip


def _ask_department(row: Meeting, kind: str, by: Viewer, at: datetime) -> None:
    hours = hours_from(organisation(row.department_id).hours, by.zone)
    tasks.raise_task(
        patient=None, unit=row.department_id, kind=kind, due_at=in_opening_days(hours, at),
        about={"meeting": str(row.id)}, occurrence=str(row.id), by=by, at=at,
    )  # fmt: skip
