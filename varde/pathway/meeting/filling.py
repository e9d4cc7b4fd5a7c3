"""What comes on a meeting's list by itself: nurses' questions, rules, what is left from before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from varde.core.follow_up import HangsOn
from varde.core.meeting import LONGEST, YELLOW_LONG, CaseStage, Decided, NotMet, Stage, Why
from varde.core.request import Stage as Asked
from varde.measuring.queries import enrolments, followed_now
from varde.pathway.follow_up import yellow_for_long
from varde.pathway.meeting.decided import come_about
from varde.pathway.meeting.listing import ASKED_FOR, coming, meeting_for, next_of, put, the_one
from varde.pathway.models import Case, Decision, Meeting
from varde.pathway.together.requests import TREATING
from varde.people import sharing
from varde.people.models import Relation
from varde.people.viewer import Viewer
from varde.triage import queries, tasks
from varde.triage.keeping import hold
from varde.triage.models import Task
from varde.triage.passing import UNDO

MARGIN = timedelta(seconds=5)  # after an undo is too late
LEFT_OVER = timedelta(days=60)  # so far back is looked for who was not gone through


@dataclass(frozen=True)
class Wanted:
    """A patient for a meeting's list, and how it came there."""

    meeting: Meeting
    patient: UUID
    why: Why
    question: str = ""
    before: UUID | None = None
    asked_by: UUID | None = None  # whose question it is


def fill(unit: UUID, *, by: Viewer, at: datetime) -> int:
    """The next lists, from what nurses have put by, from rules, and from last time; how many.

    A rule lets nobody in: who is yellow for long is put on the list of a department that treats her
    already, and is suggested to the nurse for another's. Who was not gone through, and for whom
    there is no meeting, is the nurse's task again.
    """
    followed = followed_now(unit, at=at)
    meetings = coming(at=at)
    left = _left_over(followed, at)
    wanted = list(_wanted(followed, meetings, by.zone, at)) if meetings else []
    hold({*(one.patient for one in wanted), *(one.patient_id for one in left)})  # in the one order
    n = sum(_not_lost(one, unit, meetings, by, at) for one in left)
    return n + sum(_put(one, by, at) for one in wanted)


def _wanted(
    followed: list[UUID], meetings: list[Meeting], zone: str, at: datetime
) -> Iterator[Wanted]:
    for task in tasks.open_of(followed, ASKED_FOR):
        row = meeting_for(task.patient_id, meetings, at=at) if task.patient_id else None
        if task.patient_id is None or row is None or at - task.raised_at <= UNDO + MARGIN:
            continue  # what is undone in a minute has let nobody in
        question, who = _question(task, task.patient_id, at)
        if any(one.isalnum() for one in question):
            yield Wanted(row, task.patient_id, Why.QUESTION, question[:LONGEST], asked_by=who)
        else:
            yield Wanted(row, task.patient_id, Why.RULE)
    known = set(Case.objects.filter(meeting__in=meetings, patient_id__in=followed)
                .values_list("patient_id", flat=True))  # fmt: skip
    others = [one for one in followed if one not in known]
    long = yellow_for_long(others, zone=zone, at=at)
    treats, terms = _treating(long, at), enrolments(long, at=at)
    for patient in long:
        mine = {one.programme for one in terms.get(patient, [])}
        row = the_one([one for one in meetings if one.department_id in treats[patient]], mine)
        if row is not None:
            yield Wanted(row, patient, Why.RULE)
    late = unfinished({one.department_id for one in meetings}, others, at=at)
    for case in late:
        row = next_of(case.meeting, meetings)
        if row is not None:
            yield Wanted(row, case.patient_id, Why.LAST_TIME, case.question, case.id,
                         case.asked_by_id)  # fmt: skip


def _treating(patients: list[UUID], at: datetime) -> dict[UUID, set[UUID]]:
    """Which organisations treat each."""
    found: dict[UUID, set[UUID]] = {one: set() for one in patients}
    rows = Relation.objects.filter(
        patient_id__in=patients, ground__in=TREATING, period__contains=at,
        organisation__isnull=False,
    )  # fmt: skip
    for patient, unit in rows.values_list("patient_id", "organisation_id"):
        if unit is not None:
            found[patient].add(unit)
    return found


def _put(one: Wanted, by: Viewer, at: datetime) -> int:
    """1 when the patient came on the list by this; once taken off it, a rule puts nobody back.

    What cannot be is left to the nurse, and stops nobody else's.
    """
    if sharing.refuses(one.patient):
        return 0
    known = Case.objects.filter(meeting=one.meeting, patient_id=one.patient)
    asked = one.why is Why.QUESTION
    if (known.exclude(stage=CaseStage.REMOVED) if asked else known).exists():
        if asked:
            for task in tasks.open_tasks(one.patient, (ASKED_FOR,)):
                tasks.done_elsewhere(task, by=by, at=at)
        return 0
    try:
        put(meeting=one.meeting.id, patient=one.patient, question=one.question, why=one.why,
            before=one.before, asked_by=one.asked_by, by=by, at=at)  # fmt: skip
    except NotMet:
        return 0
    return 1


def _left_over(followed: list[UUID], at: datetime) -> list[Case]:
    """Who was on a list and was not gone through, and has been on none of the department's since;
    also when the department could not see the patient any more."""
    later = Case.objects.filter(
        tenant_id=OuterRef("tenant_id"), patient_id=OuterRef("patient_id"),
        meeting__department_id=OuterRef("meeting__department_id"), at__gt=OuterRef("at"),
    )  # fmt: skip
    over = Q(meeting__stage=Stage.ENDED, meeting__ended_at__gt=at - LEFT_OVER)
    over |= Q(meeting__stage=Stage.CALLED_OFF, meeting__starts_at__gt=at - LEFT_OVER)
    rows = Case.objects.filter(
        over, ~Exists(later), patient_id__in=followed,
        stage__in=(CaseStage.WAITING, CaseStage.NEXT_TIME),
    )  # fmt: skip
    return list(rows.select_related("meeting").order_by("at", "id"))


def _not_lost(one: Case, unit: UUID, meetings: list[Meeting], by: Viewer, at: datetime) -> int:
    """On the next of the department, or the nurse's task; 1 when it came on a list."""
    row = next_of(one.meeting, meetings)
    if row is not None:
        wanted = Wanted(row, one.patient_id, Why.LAST_TIME, one.question, one.id, one.asked_by_id)
        return _put(wanted, by, at)
    who = {"asked_by": str(one.asked_by_id)} if one.asked_by_id else {}
    tasks.raise_task(
        patient=one.patient_id, unit=unit, kind=ASKED_FOR, due_at=at + YELLOW_LONG,
        about={"question": one.question, **who}, occurrence=str(one.id), hangs_on=HangsOn.FOLLOW_UP,
        by=by, at=at,
    )  # fmt: skip
    return 0


def _question(task: Task, patient: UUID, at: datetime) -> tuple[str, UUID | None]:
    """What the nurse wrote when it was put by for the meeting, and who she is; of what is left from
    a meeting what was asked there."""
    if task.about.get("question"):
        said_by = task.about.get("asked_by")
        return task.about["question"], UUID(said_by) if said_by else None
    rows = queries.handlings(patient, start=at - YELLOW_LONG * 4)
    named = [row for row in rows if "to-meeting" in row.next_steps and row.note.strip()]
    if not named:
        return "", None
    last = max(named, key=lambda row: row.at)
    return last.note.strip(), last.by_id


def suggested(row: Meeting, by: Viewer, *, at: datetime) -> list[UUID]:
    """Yellow for long, in a programme of the meeting, and on no list: for a nurse to put there."""
    ids = yellow_for_long(followed_now(by.seat, at=at), zone=by.zone, at=at)
    listed = set(Case.objects.filter(meeting=row).values_list("patient_id", flat=True))
    rows = enrolments(ids, at=at)
    return [
        one for one in ids
        if one not in listed and {e.programme for e in rows.get(one, [])} & set(row.programmes)
    ]  # fmt: skip


def unfinished(
    departments: Collection[UUID], patients: Collection[UUID], *, at: datetime
) -> list[Case]:
    """The cases of the departments' meetings of the last weeks of which something that was decided
    is late; or came to nothing, and the department has not had the patient before it since."""
    mine = {"meeting__department__in": departments, "patient_id__in": patients,
            "meeting__stage": Stage.ENDED, "stage": CaseStage.DONE,
            "meeting__ended_at__gt": at - LEFT_OVER}  # fmt: skip
    cases = {one.id: one for one in Case.objects.filter(**mine).select_related("meeting")}
    newest: dict[tuple[UUID, UUID], Case] = {}
    for case in sorted(cases.values(), key=lambda one: one.meeting.ended_at or one.at):
        newest[case.patient_id, case.meeting.department_id] = case
    rows = Decision.objects.filter(case__in=cases, struck_at=None)
    decided = list(rows.select_related("task", "request__slot", "order").order_by("at", "id"))
    done, found = come_about(decided), {}
    for one in decided:
        case = cases[one.case_id]
        last = newest[one.patient_id, case.meeting.department_id]
        trouble = None if one.id in done else _trouble(one, at)
        if trouble is None:
            continue
        seen = last.id != case.id and (last.meeting.ended_at or last.at) > trouble
        if not seen or _waits(one):
            found[one.patient_id, case.meeting.department_id] = case
    return list(found.values())


def _trouble(one: Decision, at: datetime) -> datetime | None:
    """Since when what was decided is late, or has come to nothing; None where it is neither."""
    since: datetime | None = None
    if one.request is not None:
        asked = one.request
        if _waits(one):
            since = asked.due_at if asked.due_at <= at else None
        elif asked.stage == Asked.MISSED and asked.slot is not None:
            since = asked.slot.starts_at
        elif asked.stage not in (Asked.BOOKED, Asked.UNSAID):
            since = asked.answered_at or one.at
    elif one.order is not None:
        since = one.order.ended_at or one.at
    elif one.task is not None and one.task.done_at is None and one.task.due_at <= at:
        since = one.task.due_at
    elif one.task is not None and one.task.outcome == tasks.WITHDRAWN:
        since = one.task.done_at  # with the follow-up, which is there again
    return since


def _waits(one: Decision) -> bool:
    """Whether somebody is still to do it, whatever another meeting has said since."""
    if one.request is not None:  # oxygen that is answered for is still to be set
        oxygen = one.what == Decided.OXYGEN
        return one.request.stage in (Asked.ASKED, *((Asked.ANSWERED, Asked.HELD) if oxygen else ()))
    return one.order is None or one.order.ended_at is None
