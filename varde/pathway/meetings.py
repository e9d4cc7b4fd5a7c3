"""The meeting itself: convened, moved, begun, gone through, ended; and the notes that go out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from varde.core.access import Ground, Role
from varde.core.meeting import (
    MOST_WEEKS,
    CaseStage,
    NotMet,
    Stage,
    Why,
    access_ends,
    demand_move,
    next_time,
)
from varde.dialogue.actions import send_letter
from varde.measuring.queries import following
from varde.pathway import listing
from varde.pathway.models import Attendee, Case, Decision, Meeting
from varde.people import sharing
from varde.people.action import Done, action
from varde.people.models import Assignment, Organisation
from varde.people.queries import reachable
from varde.people.viewer import Viewer
from varde.triage import tasks

LETTER = "meeting"
NOT_ENDED = "meeting-not-ended"  # the kind of task
LONGEST_NOTE = 8000
AHEAD = timedelta(days=365)


@action("convene")
def convene(
    *, starts_at: datetime, minutes: int, place: str, programmes: Collection[str],
    every_weeks: int, by: Viewer, at: datetime,
) -> Done[Meeting]:  # fmt: skip
    """A meeting of the viewer's department. Raises `NotMet`: when."""
    row = _new(
        Meeting(
            department_id=by.seat, starts_at=starts_at, minutes=minutes, place=place.strip()[:200],
            programmes=sorted(programmes), every_weeks=every_weeks, convened_by_id=by.actor, at=at,
        ),
        at,
    )  # fmt: skip
    return Done(row, kind="meeting", object_id=row.id)


def _new(row: Meeting, at: datetime) -> Meeting:
    right = 5 <= row.minutes <= 480 and 0 <= row.every_weeks <= MOST_WEEKS
    if not right or not at < row.starts_at <= at + AHEAD:
        raise NotMet("when")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise NotMet("when") from None
    return row


@action("convene")
def move(
    *, meeting: UUID, starts_at: datetime, place: str, by: Viewer, at: datetime
) -> Done[Meeting]:
    """To another time: what the list opens ends a day after that. Raises `NotMet`: gone, when."""
    row = held(meeting, by)
    if row.stage != Stage.CONVENED:
        raise NotMet("gone")
    if not at < starts_at <= at + AHEAD:
        raise NotMet("when")
    row.starts_at, row.place, row.edition = starts_at, place.strip()[:200], row.edition + 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NotMet("when") from None
    for one in _all_of(row):
        listing.settle_access(one.patient_id, row.department_id, by=by, at=at)
    return Done(row, kind="meeting", object_id=row.id)


@action("convene")
def call_off(*, meeting: UUID, by: Viewer, at: datetime) -> Done[Meeting]:
    """Not held: who was on the list goes to the next, and is seen by the list no more."""
    row = held(meeting, by)
    demand_move(row.stage, Stage.CALLED_OFF)
    row.stage, row.edition = Stage.CALLED_OFF, row.edition + 1
    row.save()
    then = _following_meeting(row, by, at)
    for one in _all_of(row):
        _carry(one, then, by, at)
        listing.settle_access(one.patient_id, row.department_id, by=by, at=at)
    return Done(row, kind="meeting", object_id=row.id)


@action("lead-meeting")
def start(*, meeting: UUID, by: Viewer, at: datetime) -> Done[Meeting]:
    """It has begun, with the first patient before everyone. Raises `NotMet`: gone."""
    row = held(meeting, by)
    demand_move(row.stage, Stage.RUNNING)
    first = next(iter(_all_of(row)), None)
    row.stage, row.started_at, row.current = Stage.RUNNING, at, first.id if first else None
    row.edition += 1
    row.save()
    _present(row, by.actor, at)
    return Done(row, kind="meeting", object_id=row.id)


@action("lead-meeting")
def attend(*, meeting: UUID, persons: Collection[UUID], by: Viewer, at: datetime) -> Done[Meeting]:
    """These are there: of the department, of those who follow, or of who is invited."""
    row = held(meeting, by)
    if row.stage != Stage.RUNNING:
        raise NotMet("gone")
    known = {one.person_id for one in who_may(row, by, at=at)}
    if not set(persons) <= known:
        raise NotMet("whom")
    for person in persons:
        _present(row, person, at)
    _seen_anew(row)
    return Done(row, kind="meeting", object_id=row.id)


def _present(row: Meeting, person: UUID, at: datetime) -> None:
    seat = Assignment.objects.filter(person_id=person, period__contains=at).order_by("id").first()
    if seat is not None:
        Attendee.objects.get_or_create(
            meeting=row, person_id=person,
            defaults={"role": seat.role, "unit_id": seat.organisation_id, "at": at},
        )  # fmt: skip


@action("lead-meeting")
def go_to(*, meeting: UUID, case: UUID, by: Viewer, at: datetime) -> Done[Meeting]:
    """This patient is before everyone."""
    row = held(meeting, by)
    if row.stage != Stage.RUNNING or case not in {one.id for one in _all_of(row)}:
        raise NotMet("gone")
    row.current, row.edition = case, row.edition + 1
    row.save()
    return Done(row, kind="meeting", object_id=row.id)


@action("lead-meeting")
def gone_through(
    *, meeting: UUID, case: UUID, then: CaseStage, by: Viewer, at: datetime
) -> Done[Case | None]:
    """Decided, or put off until next time; the next that waits. Raises `NotMet`: gone, empty."""
    row = held(meeting, by)
    known = {one.id: one for one in _all_of(row)}
    one = known.get(case)
    possible = (CaseStage.DONE, CaseStage.NEXT_TIME, CaseStage.WAITING)
    if row.stage != Stage.RUNNING or one is None or then not in possible:
        raise NotMet("gone")
    decided = Decision.objects.filter(case_id=case, struck_at=None).exists()
    if then is CaseStage.DONE and not decided:
        raise NotMet("empty")
    one.stage, one.ended_by_id, one.ended_at = then, by.actor, at
    one.save()
    later = [other for other in known.values() if other.stage == CaseStage.WAITING]
    following_one = next((other for other in later if other.id != case), None)
    row.current = following_one.id if following_one else case
    row.edition += 1
    row.save()
    return Done(following_one, patient=one.patient_id, kind="case", object_id=one.id)


@action("lead-meeting")
def end(
    *, meeting: UUID, edition: int, notes: Mapping[UUID, str], by: Viewer, at: datetime
) -> Done[int]:
    """Ended: who was not gone through comes next time, and the notes go out; how many letters.

    By the department, as it stood when the notes were shown (`edition`). Raises `NotMet`: gone,
    seen, long.
    """
    row = held(meeting, by)
    demand_move(row.stage, Stage.ENDED)
    if row.department_id != by.seat:
        raise NotMet("gone")
    if row.edition != edition:
        raise NotMet("seen")
    row.stage, row.ended_at, row.ended_by_id, row.current = Stage.ENDED, at, by.actor, None
    row.edition += 1
    row.save()
    _not_asked_for(row, by, at)
    n = sum(_send(one, notes.get(one.id, ""), row, by, at) for one in _all_of(row))
    then = _following_meeting(row, by, at)
    for one in _all_of(row):
        if one.stage in (CaseStage.WAITING, CaseStage.NEXT_TIME):
            _carry(one, then, by, at)
    return Done(n, kind="meeting", object_id=row.id)


@action("send-letter")
def send_late(*, meeting: UUID, notes: Mapping[UUID, str], by: Viewer, at: datetime) -> Done[int]:
    """Notes that never went out, of the patients whom the viewer reaches; how many letters."""
    row = held(meeting, by)
    n = sum(_send(one, notes.get(one.id, ""), row, by, at) for one in _all_of(row))
    return Done(n, kind="meeting", object_id=row.id)


def _send(one: Case, text: str, row: Meeting, by: Viewer, at: datetime) -> int:
    """The note of one patient, to each that shall have it, once."""
    if one.stage != CaseStage.DONE or one.sent_at is not None or not text.strip():
        return 0
    if len(text) > LONGEST_NOTE:
        raise NotMet("long")
    whom = recipients(one.patient_id, row.department_id, by, at=at)
    for unit in whom:
        send_letter(patient=one.patient_id, to=unit.id, kind=LETTER, text=text, by=by, at=at)
    one.sent_at = at
    one.save(update_fields=["sent_at"])
    return len(whom)


def recipients(patient: UUID, department: UUID, by: Viewer, *, at: datetime) -> list[Organisation]:
    """Who has the note: GP, who follows, home care and the outreach team where the patient has
    them."""
    grounds = (Ground.GP, Ground.CARE_TEAM)
    found = {one.id: one for one in sharing.reaching(patient, grounds=grounds, at=at)}
    followed = following([patient], zone=by.zone, at=at).get(patient)
    if followed is not None:
        found[followed.unit] = Organisation.objects.get(id=followed.unit)
    return [one for key, one in found.items() if key != department]


def _not_asked_for(row: Meeting, by: Viewer, at: datetime) -> None:
    for one in tasks.tasks_of(by):
        if one.kind == NOT_ENDED and one.occurrence == str(row.id):
            tasks.done_elsewhere(one, by=by, at=at)


def _following_meeting(row: Meeting, by: Viewer, at: datetime) -> Meeting | None:
    """The next one of the department; made when it comes every so many weeks."""
    known = upcoming(row.department_id).exclude(id=row.id)
    found = known.filter(stage=Stage.CONVENED).first()
    if found is not None or not row.every_weeks:
        return found
    zone, starts = ZoneInfo(by.zone), row.starts_at
    while starts <= max(at, row.starts_at):
        starts = next_time(starts, row.every_weeks, zone)
    new = Meeting(
        department_id=row.department_id, starts_at=starts, minutes=row.minutes, place=row.place,
        programmes=row.programmes, every_weeks=row.every_weeks, convened_by_id=row.convened_by_id,
        at=at,
    )  # fmt: skip
    return _new(new, at)


def _carry(one: Case, then: Meeting | None, by: Viewer, at: datetime) -> None:
    known = Case.objects.filter(meeting=then, patient_id=one.patient_id)
    if then is None or known.exclude(stage=CaseStage.REMOVED).exists():
        return
    Case.objects.create(
        meeting=then, patient_id=one.patient_id, why=Why.LAST_TIME, question=one.question,
        asked_by_id=one.asked_by_id, asked_from_id=one.asked_from_id, at=at, before=one.id,
    )  # fmt: skip
    listing.settle_access(one.patient_id, then.department_id, by=by, at=at)


def held(meeting: UUID, by: Viewer) -> Meeting:
    """The meeting, held, for those who take part. Raises `NotMet("gone")`."""
    row = Meeting.objects.select_for_update(of=("self",)).filter(id=meeting).first()
    if row is None or not takes_part(row, by):
        raise NotMet("gone")
    return row


def takes_part(row: Meeting, by: Viewer) -> bool:
    """The department's own, and the nurses of those who follow."""
    return row.department_id == by.unit or by.role is Role.NURSE


def _all_of(row: Meeting) -> list[Case]:
    """The list, those gone through too; whom the viewer does not reach is not on it."""
    rows = Case.objects.filter(meeting=row).exclude(stage=CaseStage.REMOVED)
    return list(rows.select_related("patient", "asked_by", "invited").order_by("at", "id"))


def cases_for(row: Meeting, by: Viewer, *, at: datetime) -> list[Case]:
    """The list as this viewer may see it: of whom the own unit reaches; of a GP, where invited."""
    reached = set(reachable(by, at=at).values_list("patient_id", flat=True)
                  .filter(patient_id__in=[one.patient_id for one in _all_of(row)]))  # fmt: skip
    found = [one for one in _all_of(row) if one.patient_id in reached]
    if by.role is Role.GP:
        found = [one for one in found if one.invited_id == by.unit]
    return found if takes_part(row, by) or by.role is Role.GP else []


def upcoming(department: UUID) -> QuerySet[Meeting]:
    """What is convened or runs, the first one first."""
    rows = Meeting.objects.filter(
        department_id=department, stage__in=(Stage.CONVENED, Stage.RUNNING)
    )
    return rows.order_by("starts_at")


def meetings_for(by: Viewer, *, at: datetime, most: int = 40) -> list[Meeting]:
    """The meetings that this viewer takes part in, the newest last; a GP those invited to."""
    rows = Meeting.objects.exclude(stage=Stage.CALLED_OFF).select_related("department")
    if by.role is Role.GP:
        mine = Case.objects.filter(invited_id=by.seat).exclude(stage=CaseStage.REMOVED)
        rows = rows.filter(id__in=mine.values("meeting_id"))
    elif by.role is not Role.NURSE:
        rows = rows.filter(department_id=by.seat)
    return sorted(rows.order_by("-starts_at")[:most], key=lambda one: one.starts_at)


def attendees(row: Meeting) -> list[Attendee]:
    found = Attendee.objects.filter(meeting=row).select_related("person", "unit")
    return list(found.order_by("at"))


def who_may(row: Meeting, by: Viewer, *, at: datetime) -> list[Assignment]:
    """Who may be there: the department's, those of the units that follow its patients, the GPs who
    are invited."""
    cases = _all_of(row)
    follow = following([one.patient_id for one in cases], zone=by.zone, at=at)
    units = {row.department_id, *(one.unit for one in follow.values())}
    units |= {one.invited_id for one in cases if one.invited_id is not None}
    roles = (Role.NURSE, Role.SPECIALIST, Role.COORDINATOR, Role.GP, Role.OUTREACH)
    rows = Assignment.objects.filter(
        organisation_id__in=units, role__in=roles, period__contains=at
    ).select_related("person", "organisation")
    return list(rows.order_by("organisation__name", "person__search_name"))


def _seen_anew(row: Meeting) -> None:
    Meeting.objects.filter(id=row.id).update(edition=F("edition") + 1)


def sweep(department: UUID, *, by: Viewer, at: datetime) -> int:
    """A meeting that nobody has ended by the day after is the department's task: its notes have not
    gone out."""
    n = 0
    for row in Meeting.objects.filter(department_id=department, stage=Stage.RUNNING):
        if row.starts_at + timedelta(hours=12) > at:
            continue
        tasks.raise_task(
            patient=None, unit=department, kind=NOT_ENDED,
            due_at=access_ends(row.starts_at, ZoneInfo(by.zone)), occurrence=str(row.id), by=by,
            at=at,
        )  # fmt: skip
        n += 1
    return n


def last_meeting_of(patient: UUID, *, but: UUID) -> Sequence[Case]:
    """The patient's cases in meetings that have ended, the newest first."""
    rows = Case.objects.filter(patient_id=patient, meeting__stage=Stage.ENDED).exclude(
        stage=CaseStage.REMOVED
    )
    return list(rows.exclude(meeting_id=but).select_related("meeting").order_by("-at")[:3])
