"""A meeting's list: who is on it and why, who is invited, and what it lets the department see."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F

from varde.core.access import Ground
from varde.core.meeting import (
    YELLOW_LONG,
    CaseStage,
    NotMet,
    Stage,
    Why,
    access_ends,
    demand_words,
)
from varde.core.zones import Zone
from varde.measuring.queries import enrolments, followed_now
from varde.pathway.models import Case, Decision, Meeting
from varde.pathway.requests import TREATING
from varde.people import sharing
from varde.people.action import Done, action
from varde.people.queries import grounds_of
from varde.people.viewer import Viewer
from varde.triage import queries, tasks
from varde.triage.keeping import hold

ASKED_FOR = "put-on-meeting"  # the kind of task that a nurse's next step makes
TALKED_OF = (Stage.CONVENED, Stage.RUNNING)


@action("put-on-meeting")
def put(
    *, meeting: UUID, patient: UUID, question: str, why: Why = Why.QUESTION,
    before: UUID | None = None, by: Viewer, at: datetime,
) -> Done[Case]:  # fmt: skip
    """On the list, with a question: the department sees the page until a day after the meeting.

    Raises `NotMet`: gone, listed, consent, words, long.
    """
    text = demand_words(question, needed=why is Why.QUESTION)
    hold([patient])
    row = Meeting.objects.select_for_update(of=("self",)).filter(id=meeting).first()
    if row is None or row.stage not in TALKED_OF:
        raise NotMet("gone")
    if sharing.refuses(patient):
        raise NotMet("consent")
    if _listed(row, patient):
        raise NotMet("listed")
    made = Case.objects.create(
        meeting=row, patient_id=patient, why=why, question=text, before=before,
        asked_by_id=by.person, asked_from_id=by.unit, at=at,
    )  # fmt: skip
    _changed(row)
    settle_access(patient, row.department_id, by=by, at=at)
    for one in tasks.open_tasks(patient, (ASKED_FOR,)):
        tasks.done_elsewhere(one, by=by, at=at)
    return Done(made, patient=patient, kind="case", object_id=made.id)


def _listed(row: Meeting, patient: UUID) -> bool:
    rows = Case.objects.filter(meeting=row, patient_id=patient)
    return rows.exclude(stage=CaseStage.REMOVED).exists()


@action("put-on-meeting")
def remove(*, case: UUID, by: Viewer, at: datetime) -> Done[Case]:
    """Not on the list after all, when nothing is decided; what the list opened is closed."""
    one = _held(case)
    if one.stage != CaseStage.WAITING or one.meeting.stage not in TALKED_OF:
        raise NotMet("gone")
    if Decision.objects.filter(case=one, struck_at=None).exists():
        raise NotMet("gone")
    one.stage, one.ended_by_id, one.ended_at = CaseStage.REMOVED, by.actor, at
    one.save()
    if one.meeting.current == one.id:
        Meeting.objects.filter(id=one.meeting_id).update(current=None)
    _changed(one.meeting)
    settle_access(one.patient_id, one.meeting.department_id, by=by, at=at)
    return Done(one, patient=one.patient_id, kind="case", object_id=one.id)


@action("invite-to-meeting")
def invite(*, case: UUID, by: Viewer, at: datetime) -> Done[Case]:
    """The patient's GP may be there for this patient. Raises `NotMet`: gone, whom."""
    one = _held(case)
    if one.meeting.stage not in TALKED_OF:
        raise NotMet("gone")
    gp = next(iter(grounds_of(one.patient_id, Ground.GP, at=at)), None)
    if gp is None:
        raise NotMet("whom")
    one.invited, one.invited_by_id = gp, by.actor
    one.save()
    _changed(one.meeting)
    return Done(one, patient=one.patient_id, kind="case", object_id=one.id)


def _held(case: UUID) -> Case:
    patient = Case.objects.filter(id=case).values_list("patient_id", flat=True).first()
    if patient is None:
        raise NotMet("gone")
    hold([patient])
    return Case.objects.select_for_update(of=("self",)).select_related("meeting").get(id=case)


def _changed(row: Meeting) -> None:
    Meeting.objects.filter(id=row.id).update(edition=F("edition") + 1)


def settle_access(patient: UUID, department: UUID, *, by: Viewer, at: datetime) -> None:
    """The department sees the page by its lists until a day after the last of the meetings that
    have the patient; when none has, no more."""
    rows = Case.objects.filter(patient_id=patient, meeting__department_id=department)
    rows = rows.exclude(stage=CaseStage.REMOVED).exclude(meeting__stage=Stage.CALLED_OFF)
    zone = ZoneInfo(by.zone)
    ends = [access_ends(one.meeting.starts_at, zone) for one in rows.select_related("meeting")]
    common = {"patient": patient, "organisation": department, "ground": Ground.MEETING}
    last = max(ends, default=at)
    if last > at:
        sharing.let_reach(**common, end=last, by=by, at=at)  # type: ignore[arg-type]
    else:
        sharing.end_reach(**common, by=by, at=at)  # type: ignore[arg-type]


def coming(*, at: datetime) -> list[Meeting]:
    """The next meeting of each department that has not begun."""
    rows = Meeting.objects.filter(stage=Stage.CONVENED, starts_at__gt=at)
    first: dict[UUID, Meeting] = {}
    for row in rows.select_related("department").order_by("starts_at"):
        first.setdefault(row.department_id, row)
    return list(first.values())


def meeting_for(patient: UUID, meetings: list[Meeting], *, at: datetime) -> Meeting | None:
    """The one that talks of the patient: of who treats her, else of who takes her programme."""
    treats = {one.id for one in sharing.reaching(patient, grounds=TREATING, at=at)}
    of_treating = [one for one in meetings if one.department_id in treats]
    if of_treating:
        return of_treating[0]
    mine = {row.programme for row in enrolments([patient], at=at).get(patient, [])}
    return next((one for one in meetings if mine & set(one.programmes)), None)


def fill(unit: UUID, *, by: Viewer, at: datetime) -> int:
    """The next lists, from what nurses have put by, from rules, and from last time; how many.

    A rule lets nobody in: who is yellow for long is put on the list of a department that treats her
    already, and is suggested to the nurse for another's.
    """
    meetings = coming(at=at)
    if not meetings:
        return 0
    n, followed = 0, followed_now(unit, at=at)
    known = set(Case.objects.filter(meeting__in=meetings, patient_id__in=followed)
                .values_list("patient_id", flat=True))  # fmt: skip
    for task in tasks.open_of(followed, ASKED_FOR):
        if task.patient_id is not None:
            row = meeting_for(task.patient_id, meetings, at=at)
            n += _filled(row, task.patient_id, Why.QUESTION, _question(task.patient_id, at), by, at)
    for patient in yellow_long([one for one in followed if one not in known], at=at):
        treated = {one.id for one in sharing.reaching(patient, grounds=TREATING, at=at)}
        row = next((one for one in meetings if one.department_id in treated), None)
        n += _filled(row, patient, Why.RULE, "", by, at)
    for row in meetings:
        again = [one for one in unfinished(row, at=at) if one.patient_id in set(followed) - known]
        n += sum(
            _filled(row, one.patient_id, Why.LAST_TIME, one.question, by, at, one.id)
            for one in again
        )
    return n


def _filled(
    row: Meeting | None, patient: UUID, why: Why, question: str, by: Viewer, at: datetime,
    before: UUID | None = None,
) -> int:  # fmt: skip
    """1 when the patient came on the list by this; once taken off it, a rule puts nobody back."""
    if row is None or sharing.refuses(patient):
        return 0
    known = Case.objects.filter(meeting=row, patient_id=patient)
    if (known if why is not Why.QUESTION else known.exclude(stage=CaseStage.REMOVED)).exists():
        if why is Why.QUESTION:
            for one in tasks.open_tasks(patient, (ASKED_FOR,)):
                tasks.done_elsewhere(one, by=by, at=at)
        return 0
    asked = why if question or why is not Why.QUESTION else Why.RULE
    put(meeting=row.id, patient=patient, question=question, why=asked, before=before, by=by, at=at)
    return 1


def _question(patient: UUID, at: datetime) -> str:
    """What the nurse wrote when it was put by for the meeting."""
    rows = queries.handlings(patient, start=at - YELLOW_LONG * 4)
    named = [row for row in rows if "to-meeting" in row.next_steps and row.note.strip()]
    return max(named, key=lambda row: row.at).note.strip()[:1000] if named else ""


def yellow_long(patients: list[UUID], *, at: datetime) -> list[UUID]:
    """Those who have been yellow for seven days or more (decisions 4.2, unsigned)."""
    return [
        patient
        for patient, state in queries.states(patients).items()
        if state.zone == Zone.YELLOW and at - state.since >= YELLOW_LONG
    ]


def suggested(row: Meeting, by: Viewer, *, at: datetime) -> list[UUID]:
    """Yellow for long, in a programme of the meeting, and on no list: for a nurse to put there."""
    ids = yellow_long(followed_now(by.seat, at=at), at=at)
    listed = set(Case.objects.filter(meeting=row).values_list("patient_id", flat=True))
    rows = enrolments(ids, at=at)
    return [
        one for one in ids
        if one not in listed and {e.programme for e in rows.get(one, [])} & set(row.programmes)
    ]  # fmt: skip


def unfinished(row: Meeting, *, at: datetime) -> list[Case]:
    """Of the department's last meeting those of whom something that was decided is not done."""
    before = Meeting.objects.filter(
        department_id=row.department_id, stage=Stage.ENDED, starts_at__lt=row.starts_at
    ).order_by("-starts_at").first()  # fmt: skip
    if before is None:
        return []
    open_ones = Decision.objects.filter(case__meeting=before, struck_at=None)
    late = open_ones.filter(task__done_at=None, task__due_at__lte=at, task__isnull=False)
    waits = open_ones.filter(request__stage="asked", request__due_at__lte=at)
    ids = {*late.values_list("case_id", flat=True), *waits.values_list("case_id", flat=True)}
    return list(Case.objects.filter(id__in=ids, stage=CaseStage.DONE))
