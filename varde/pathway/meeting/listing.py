"""A meeting's list: who is on it and why, who is invited, and what it lets the department see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F

from varde.core.access import Ground, Role
from varde.core.meeting import (
    MOST_WEEKS,
    CaseStage,
    NotMet,
    Stage,
    Why,
    access_ends,
    demand_words,
)
from varde.measuring.queries import enrolments, following
from varde.pathway.models import Case, Decision, Meeting
from varde.pathway.together.requests import TREATING
from varde.people import sharing
from varde.people.action import Done, action
from varde.people.models import Person
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.keeping import hold
from varde.triage.worklist import EXCERPT, NewReason, raise_work

LIST_OPENS = timedelta(weeks=MOST_WEEKS)  # so long before a meeting may be put on its list
ASKED_FOR = "put-on-meeting"  # the kind of task that a nurse's next step makes
TALKED_OF = (Stage.CONVENED, Stage.RUNNING)


@action("put-on-meeting")
def put(
    *, meeting: UUID, patient: UUID, question: str, why: Why = Why.QUESTION,
    before: UUID | None = None, asked_by: UUID | None = None, by: Viewer, at: datetime,
) -> Done[Case]:  # fmt: skip
    """On the list, with a question: the department sees the page until a day after the meeting.
    `asked_by`: whose question it is, where another puts it there.

    Raises `NotMet`: gone, early, ground, listed, consent, words, long.
    """
    text = demand_words(question, needed=why is Why.QUESTION)
    hold([patient])
    row = Meeting.objects.select_for_update(of=("self",)).filter(id=meeting).first()
    if row is None or row.stage not in TALKED_OF or not alive(patient):
        raise NotMet("gone")
    if row.starts_at > at + LIST_OPENS:
        raise NotMet("early")
    if not sharing.may_pass_on(patient, by, at=at):
        raise NotMet("ground")
    if sharing.refuses(patient):
        raise NotMet("consent")
    if _listed(row, patient):
        raise NotMet("listed")
    made = Case.objects.create(
        meeting=row, patient_id=patient, why=why, question=text, before=before,
        asked_by_id=asked_by or by.person, asked_from_id=by.unit, at=at,
    )  # fmt: skip
    changed(row)
    settle_access(patient, row.department_id, by=by, at=at)
    for one in tasks.open_tasks(patient, (ASKED_FOR,)):
        tasks.done_elsewhere(one, by=by, at=at)
    return Done(made, patient=patient, kind="case", object_id=made.id)


def _listed(row: Meeting, patient: UUID) -> bool:
    rows = Case.objects.filter(meeting=row, patient_id=patient)
    return rows.exclude(stage=CaseStage.REMOVED).exists()


@action("put-on-meeting")
def remove(*, case: UUID, by: Viewer, at: datetime) -> Done[Case]:
    """Not on the list after all, when nothing is decided; what the list opened is closed, and
    whoever follows the patient is told when another took it off."""
    one = held(case)
    ours = one.meeting.department_id == by.unit or by.role is Role.NURSE
    if one.stage != CaseStage.WAITING or one.meeting.stage not in TALKED_OF:
        raise NotMet("gone")
    if not ours and one.asked_from_id != by.unit:
        raise NotMet("gone")
    if Decision.objects.filter(case=one, struck_at=None).exists():
        raise NotMet("gone")
    one.stage, one.ended_by_id, one.ended_at = CaseStage.REMOVED, by.actor, at
    one.save()
    if one.meeting.current == one.id:
        Meeting.objects.filter(id=one.meeting_id).update(current=None)
    changed(one.meeting)
    followed = following([one.patient_id], zone=by.zone, at=at).get(one.patient_id)
    if followed is not None and followed.unit != by.unit:  # while the patient is still seen
        about = {"stage": "off-list", "author": by.name, "excerpt": one.question[:EXCERPT]}
        raise_work(one.patient_id, NewReason("asked-for", about=about), zone=by.zone, at=at)
    settle_access(one.patient_id, one.meeting.department_id, by=by, at=at)
    return Done(one, patient=one.patient_id, kind="case", object_id=one.id)


@action("invite-to-meeting")
def invite(*, case: UUID, by: Viewer, at: datetime) -> Done[Case]:
    """The patient's GP may be there for this patient. Raises `NotMet`: gone, whom."""
    one = held(case)
    if one.meeting.stage not in TALKED_OF:
        raise NotMet("gone")
    gp = sharing.gp_to_write_to(one.patient_id, at=at)
    if gp is None:
        raise NotMet("whom")
    one.invited, one.invited_by_id = gp, by.actor
    one.save()
    changed(one.meeting)
    return Done(one, patient=one.patient_id, kind="case", object_id=one.id)


def held(case: UUID) -> Case:
    """The case, with the patient, the meeting and itself held in that order. Raises
    `NotMet("gone")`."""
    found = Case.objects.filter(id=case).values_list("patient_id", "meeting_id").first()
    if found is None:
        raise NotMet("gone")
    hold([found[0]])
    meeting = Meeting.objects.select_for_update(of=("self",)).get(id=found[1])
    rows = Case.objects.select_for_update(of=("self",)).select_related("patient")
    one = rows.filter(id=case).first()
    if one is None:  # seen no more since it was found
        raise NotMet("gone")
    one.meeting = meeting
    return one


def may_join(patient: UUID, *, at: datetime) -> bool:
    """Whether the patient may come up in a meeting of a hospital that treats her, for the GP to be
    told that joining is possible."""
    if sharing.refuses(patient):
        return False
    treats = sharing.reaching(patient, grounds=TREATING, at=at)
    rows = Meeting.objects.filter(department__in=[one.id for one in treats])
    return rows.filter(stage=Stage.CONVENED, starts_at__gt=at).exists()


def alive(patient: UUID) -> bool:
    return not Person.objects.filter(id=patient, died_at__isnull=False).exists()


def changed(row: Meeting) -> None:
    """The screens that show the meeting are to show it anew."""
    Meeting.objects.filter(id=row.id).update(edition=F("edition") + 1)


def settle_access(patient: UUID, department: UUID, *, by: Viewer, at: datetime) -> None:
    """The department sees the page by its lists until a day after the last of the meetings that
    have the patient; when none has, or the patient has said no to sharing, no more."""
    rows = Case.objects.filter(patient_id=patient, meeting__department_id=department)
    rows = rows.exclude(stage=CaseStage.REMOVED).exclude(meeting__stage=Stage.CALLED_OFF)
    zone = ZoneInfo(by.zone)
    ends = [access_ends(one.meeting.starts_at, zone) for one in rows.select_related("meeting")]
    common = {"patient": patient, "organisation": department, "ground": Ground.MEETING}
    last = max(ends, default=at)
    if last > at and not sharing.refuses(patient):
        sharing.let_reach(**common, end=last, by=by, at=at)  # type: ignore[arg-type]
    else:
        sharing.end_reach(**common, by=by, at=at)  # type: ignore[arg-type]


def listed_now(patient: UUID) -> list[Case]:
    """Where the patient waits to be talked of, the first meeting first; for those who see her."""
    rows = Case.objects.filter(
        patient_id=patient, stage=CaseStage.WAITING, meeting__stage__in=TALKED_OF
    )
    return list(rows.select_related("meeting__department").order_by("meeting__starts_at"))


def coming(*, at: datetime) -> list[Meeting]:
    """The next meeting of each department that has not begun, and has a list by now; of one that
    has several series the next of each."""
    rows = Meeting.objects.filter(
        stage=Stage.CONVENED, starts_at__gt=at, starts_at__lte=at + LIST_OPENS
    )
    first: dict[tuple[UUID, frozenset[str]], Meeting] = {}
    for row in rows.select_related("department").order_by("starts_at"):
        first.setdefault((row.department_id, frozenset(row.programmes)), row)
    return list(first.values())


def meeting_for(patient: UUID, meetings: list[Meeting], *, at: datetime) -> Meeting | None:
    """The one that talks of the patient: of who treats her, else of who takes her programme."""
    treats = {one.id for one in sharing.reaching(patient, grounds=TREATING, at=at)}
    mine = {row.programme for row in enrolments([patient], at=at).get(patient, [])}
    of_treating = [one for one in meetings if one.department_id in treats]
    if of_treating:
        return the_one(of_treating, mine)
    return next((one for one in meetings if mine & set(one.programmes)), None)


def the_one(meetings: list[Meeting], programmes: Collection[str]) -> Meeting | None:
    """The first that takes one of the programmes; where none does, the first."""
    theirs = [one for one in meetings if set(programmes) & set(one.programmes)]
    return next(iter(theirs or meetings), None)


def next_of(before: Meeting, meetings: list[Meeting]) -> Meeting | None:
    """Of the coming meetings the one that goes on with what that one began."""
    same = [one for one in meetings if one.department_id == before.department_id]
    return the_one(same, before.programmes)
