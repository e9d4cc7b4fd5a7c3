"""The meeting itself: convened, moved, called off, begun and gone through; and who sees it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from varde.core.access import Role
from varde.core.meeting import (
    MOST_WEEKS,
    CaseStage,
    NotMet,
    Stage,
    Why,
    demand_move,
    next_time,
)
from varde.measuring.queries import following
from varde.pathway.meeting import listing
from varde.pathway.models import Attendee, Case, Decision, Meeting
from varde.people import sharing
from varde.people.action import Done, action
from varde.people.models import Assignment
from varde.people.queries import reachable
from varde.people.viewer import Viewer
from varde.triage.keeping import hold

AHEAD = timedelta(days=365)
EARLIEST = timedelta(days=1)  # who begins it sooner has taken the wrong one


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
    _demand_right(row)
    if not at < row.starts_at <= at + AHEAD:
        raise NotMet("when")
    return _saved(row, force_insert=True)


def _demand_right(row: Meeting) -> None:
    if not (5 <= row.minutes <= 480 and 0 <= row.every_weeks <= MOST_WEEKS):
        raise NotMet("when")


def _saved(row: Meeting, *, force_insert: bool = False) -> Meeting:
    """Two of a department at one time are refused."""
    try:
        with transaction.atomic():
            row.save(force_insert=force_insert)
    except IntegrityError:
        raise NotMet("when") from None
    return row


@action("convene")
def move(
    *, meeting: UUID, starts_at: datetime, place: str, minutes: int | None = None,
    every_weeks: int | None = None, later: bool = False, by: Viewer, at: datetime,
) -> Done[Meeting]:  # fmt: skip
    """To another time: what the list opens ends a day after that. Those that follow keep the time
    of the series, or with `later` come at the new one. Raises `NotMet`: gone, when, early."""
    row = held(meeting, by, whole=True)
    if row.stage != Stage.CONVENED:
        raise NotMet("gone")
    if not at < starts_at <= at + AHEAD:
        raise NotMet("when")
    if starts_at > at + listing.LIST_OPENS and all_of(row):
        raise NotMet("early")  # what is on a list is not seen for longer than a list is
    if later:
        row.series_at = None
    elif starts_at != row.starts_at:
        row.series_at = row.series_at or row.starts_at
    row.starts_at, row.place, row.edition = starts_at, place.strip()[:200], row.edition + 1
    row.minutes = row.minutes if minutes is None else minutes
    row.every_weeks = row.every_weeks if every_weeks is None else every_weeks
    _demand_right(row)
    _saved(row)
    for one in all_of(row):
        listing.settle_access(one.patient_id, row.department_id, by=by, at=at)
    return Done(row, kind="meeting", object_id=row.id)


@action("convene")
def call_off(*, meeting: UUID, later: bool = False, by: Viewer, at: datetime) -> Done[Meeting]:
    """Not held: who was on the list goes to the next, and is seen by the list no more. With `later`
    the series ends with it; of whom there is no meeting then, the clock makes the nurse's task."""
    row = held(meeting, by, whole=True)
    demand_move(row.stage, Stage.CALLED_OFF)
    row.every_weeks = 0 if later else row.every_weeks
    called_off(row, by, at)
    return Done(row, kind="meeting", object_id=row.id)


def called_off(row: Meeting, by: Viewer, at: datetime) -> None:
    row.stage, row.edition = Stage.CALLED_OFF, row.edition + 1
    row.save()
    then = following_meeting(row, by, at)
    for one in all_of(row):
        carry(one, then, by, at)
        listing.settle_access(one.patient_id, row.department_id, by=by, at=at)


@action("lead-meeting")
def start(*, meeting: UUID, by: Viewer, at: datetime) -> Done[Meeting]:
    """It has begun, with the first patient before everyone. Raises `NotMet`: gone, day (it is not
    yet the day before)."""
    row = held(meeting, by)
    demand_move(row.stage, Stage.RUNNING)
    zone = ZoneInfo(by.zone)
    if at.astimezone(zone).date() < row.starts_at.astimezone(zone).date() - EARLIEST:
        raise NotMet("day")
    waiting = [one for one in all_of(row) if one.stage == CaseStage.WAITING]
    first = next(iter(waiting), None)
    row.stage, row.started_at, row.current = Stage.RUNNING, at, first.id if first else None
    row.edition += 1
    row.save()
    be_there(row, by, at)
    return Done(row, kind="meeting", object_id=row.id)


@action("lead-meeting")
def attend(*, meeting: UUID, persons: Collection[UUID], by: Viewer, at: datetime) -> Done[Meeting]:
    """These are there: of the department, of those who follow, or of who is invited."""
    row = held(meeting, by)
    if row.stage != Stage.RUNNING:
        raise NotMet("gone")
    known = _seats(row, by, at)
    if not set(persons) <= known.keys():
        raise NotMet("whom")
    for person in persons:
        _present(row, person, known[person].role, known[person].organisation_id, at)
    listing.changed(row)
    return Done(row, kind="meeting", object_id=row.id)


def come(row: Meeting, person: UUID, by: Viewer, at: datetime) -> None:
    """One of those who may be there, is."""
    seat = _seats(row, by, at)[person]
    _present(row, person, seat.role, seat.organisation_id, at)


def _seats(row: Meeting, by: Viewer, at: datetime) -> dict[UUID, Assignment]:
    """Who may be there, each in the department's own seat before another."""
    known: dict[UUID, Assignment] = {}
    for one in who_may(row, by, at=at):
        if one.person_id not in known or one.organisation_id == row.department_id:
            known[one.person_id] = one
    return known


def be_there(row: Meeting, by: Viewer, at: datetime) -> None:
    """Who does something in the meeting is there, in the seat it is done from."""
    _present(row, by.actor, by.role, by.seat, at)


def _present(row: Meeting, person: UUID, role: str, unit: UUID, at: datetime) -> None:
    seen = {"role": role, "unit_id": unit, "at": at}
    one, _new = Attendee.objects.get_or_create(meeting=row, person_id=person, defaults=seen)
    if one.struck_at is not None:
        Attendee.objects.filter(id=one.id).update(struck_at=None)


@action("lead-meeting")
def was_not_there(*, meeting: UUID, person: UUID, by: Viewer, at: datetime) -> Done[Meeting]:
    """Entered by mistake, of whom nothing stands. Raises `NotMet`: gone, said (something is decided
    on that word, or was entered by that hand)."""
    row = held(meeting, by)
    if row.stage != Stage.RUNNING or row.department_id != by.seat:
        raise NotMet("gone")  # the department sees all that is decided
    theirs = Q(doctor_id=person) | Q(by_id=person)
    if Decision.objects.filter(theirs, case__meeting=row, struck_at=None).exists():
        raise NotMet("said")
    Attendee.objects.filter(meeting=row, person_id=person, struck_at=None).update(struck_at=at)
    listing.changed(row)
    return Done(row, kind="meeting", object_id=row.id)


@action("lead-meeting")
def go_to(*, meeting: UUID, case: UUID, by: Viewer, at: datetime) -> Done[Meeting]:
    """This patient is before everyone."""
    row = held(meeting, by)
    if row.stage != Stage.RUNNING or case not in {one.id for one in all_of(row)}:
        raise NotMet("gone")
    row.current, row.edition = case, row.edition + 1
    row.save()
    return Done(row, kind="meeting", object_id=row.id)


@action("lead-meeting")
def gone_through(
    *, meeting: UUID, case: UUID, then: CaseStage, by: Viewer, at: datetime
) -> Done[Case | None]:
    """Decided, or put off until next time; the next that waits. Raises `NotMet`: gone, empty."""
    hold(Case.objects.filter(id=case).values_list("patient_id", flat=True))
    row = held(meeting, by)
    known = {one.id: one for one in all_of(row)}
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
    goes_on = following_one is not None and then is not CaseStage.WAITING
    row.current = following_one.id if following_one is not None and goes_on else case
    row.edition += 1
    row.save()
    return Done(following_one, patient=one.patient_id, kind="case", object_id=one.id)


def following_meeting(row: Meeting, by: Viewer, at: datetime) -> Meeting | None:
    """The next one of the department and of the same programmes; made when it comes every so many
    weeks."""
    known = upcoming(row.department_id).filter(programmes=row.programmes, starts_at__gt=at)
    found = known.filter(stage=Stage.CONVENED).exclude(id=row.id).first()
    if found is not None or not row.every_weeks:
        return found
    zone = ZoneInfo(by.zone)
    starts = next_time(row.series_at or row.starts_at, row.every_weeks, zone)
    while starts <= max(at, row.starts_at):
        starts = next_time(starts, row.every_weeks, zone)
    new = Meeting(
        department_id=row.department_id, starts_at=starts, minutes=row.minutes, place=row.place,
        programmes=row.programmes, every_weeks=row.every_weeks, convened_by_id=row.convened_by_id,
        at=at,
    )  # fmt: skip
    taken = upcoming(row.department_id).filter(starts_at=starts).first()
    return taken if taken is not None else _new(new, at)


def carry(one: Case, then: Meeting | None, by: Viewer, at: datetime) -> None:
    """With the GP who was invited, or who is it now. Of one for whom there is no meeting the clock
    makes a task; who has said no to sharing, or is dead, is on no list."""
    known = Case.objects.filter(meeting=then, patient_id=one.patient_id)
    if then is None or known.exclude(stage=CaseStage.REMOVED).exists():
        return
    if then.starts_at > at + listing.LIST_OPENS:
        return  # too far ahead to be seen until then
    if sharing.refuses(one.patient_id) or not listing.alive(one.patient_id):
        return
    gp = sharing.gp_to_write_to(one.patient_id, at=at) if one.invited_id else None
    Case.objects.create(
        meeting=then, patient_id=one.patient_id, why=Why.LAST_TIME, question=one.question,
        asked_by_id=one.asked_by_id, asked_from_id=one.asked_from_id, at=at, before=one.id,
        invited=gp, invited_by_id=one.invited_by_id if gp is not None else None,
    )  # fmt: skip
    listing.settle_access(one.patient_id, then.department_id, by=by, at=at)


def held(meeting: UUID, by: Viewer, *, whole: bool = False) -> Meeting:
    """The meeting, held, for those who take part; `whole`: with all patients on its list, who are
    held before it. Raises `NotMet("gone")`."""
    if whole:
        hold(Case.objects.filter(meeting_id=meeting).values_list("patient_id", flat=True))
    row = Meeting.objects.select_for_update(of=("self",)).filter(id=meeting).first()
    if row is None or not takes_part(row, by):
        raise NotMet("gone")
    if row.department_id != by.unit and not all_of(row):
        raise NotMet("gone")  # a nurse none of whose patients is on it
    return row


def takes_part(row: Meeting, by: Viewer) -> bool:
    """The department's own, and the nurses of those who follow."""
    return row.department_id == by.unit or by.role is Role.NURSE


def all_of(row: Meeting) -> list[Case]:
    """The list, those gone through too; whom the viewer does not reach is not on it."""
    rows = Case.objects.filter(meeting=row).exclude(stage=CaseStage.REMOVED)
    return list(rows.select_related("patient", "asked_by", "invited").order_by("at", "id"))


def cases_for(row: Meeting, by: Viewer, *, at: datetime) -> list[Case]:
    """The list as this viewer may see it: of whom the own unit reaches; of a GP, where invited."""
    return cases_of([row], by, at=at)[row.id]


def cases_of(rows: Collection[Meeting], by: Viewer, *, at: datetime) -> dict[UUID, list[Case]]:
    """The same of each of these meetings."""
    known = Case.objects.filter(meeting__in=rows).exclude(stage=CaseStage.REMOVED)
    known = known.select_related("patient", "asked_by", "invited").order_by("at", "id")
    if by.role is Role.GP:
        known = known.filter(invited_id=by.unit)
    whom = {one.patient_id for one in known}
    reached = set(
        reachable(by, at=at).filter(patient_id__in=whom).values_list("patient_id", flat=True)
    )
    found: dict[UUID, list[Case]] = {row.id: [] for row in rows}
    seen = {row.id for row in rows if takes_part(row, by) or by.role is Role.GP}
    for one in known:
        if one.patient_id in reached and one.meeting_id in seen:
            found[one.meeting_id].append(one)
    return found


def upcoming(department: UUID) -> QuerySet[Meeting]:
    """What is convened or runs, the first one first."""
    rows = Meeting.objects.filter(
        department_id=department, stage__in=(Stage.CONVENED, Stage.RUNNING)
    )
    return rows.order_by("starts_at")


def meetings_for(by: Viewer, *, only: UUID | None = None, most: int = 40) -> list[Meeting]:
    """The meetings that this viewer takes part in, the newest last; a GP those invited to."""
    rows = Meeting.objects.exclude(stage=Stage.CALLED_OFF).select_related("department")
    rows = rows.filter(id=only) if only is not None else rows
    if by.role is Role.GP:
        mine = Case.objects.filter(invited_id=by.seat).exclude(stage=CaseStage.REMOVED)
        rows = rows.filter(id__in=mine.values("meeting_id"))
    elif by.role is not Role.NURSE:
        rows = rows.filter(department_id=by.seat)
    return sorted(rows.order_by("-starts_at")[:most], key=lambda one: one.starts_at)


def attendees(row: Meeting) -> list[Attendee]:
    found = Attendee.objects.filter(meeting=row, struck_at=None)
    found = found.select_related("person", "unit")
    return list(found.order_by("at"))


def who_may(row: Meeting, by: Viewer, *, at: datetime) -> list[Assignment]:
    """Who may be there: the department's, those of the units that follow its patients, the GPs who
    are invited."""
    cases = all_of(row)
    follow = following([one.patient_id for one in cases], zone=by.zone, at=at)
    units = {row.department_id, *(one.unit for one in follow.values())}
    units |= {one.invited_id for one in cases if one.invited_id is not None}
    roles = (Role.NURSE, Role.SPECIALIST, Role.COORDINATOR, Role.GP, Role.OUTREACH)
    rows = Assignment.objects.filter(
        organisation_id__in=units, role__in=roles, period__contains=at
    ).select_related("person", "organisation")
    return list(rows.order_by("organisation__name", "person__search_name"))


def last_meeting_of(patient: UUID, *, but: UUID) -> Sequence[Case]:
    """The patient's cases in meetings that have ended, the newest first."""
    rows = Case.objects.filter(patient_id=patient, meeting__stage=Stage.ENDED).exclude(
        stage=CaseStage.REMOVED
    )
    return list(rows.exclude(meeting_id=but).select_related("meeting").order_by("-at")[:3])
