"""Doing: what the patient ticks off, what is started, and training in the plan."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.access import Role
from varde.core.coded import Coded
from varde.core.course import Count, count, zone_of
from varde.core.follow_up import HangsOn
from varde.core.plan import Content, Medication, Section, Stage, Step, decoded, steps
from varde.core.zones import NAMED, Zone
from varde.measuring.queries import following
from varde.people.action import A_MOMENT, Done, action
from varde.people.viewer import Viewer
from varde.plan.approving import TRAIN
from varde.plan.models import Agreement, Course, Plan, Tick, Training
from varde.plan.queries import agreement, courses, in_force
from varde.plan.writing import hold
from varde.triage.tasks import done_elsewhere, open_tasks, put_on_list, raise_task, remark
from varde.triage.worklist import EXCERPT

STARTED = "course-started"  # the task's kind
NOT_AGREED = "plan-not-agreed"  # the task's kind: the patient wants to talk of the plan
MOST_SAID = 2000  # characters
WHOM = ("patient", "kin", "both")
EARLIEST = timedelta(days=14)  # a start may be told of this long after


class NotDone(Coded, ValueError):
    """`code`: plan (none in force, or another than shown), step, day, medication, whom,
    words."""


def _in_force(patient: UUID, plan: UUID) -> tuple[Plan, Content]:
    row = in_force(patient)
    if row is None or row.id != plan:
        raise NotDone("plan")
    return row, decoded(row.content)


@action("tick-plan")
def tick(
    *, plan: UUID, zone: str, done: Collection[str], day: date, by: Viewer, at: datetime
) -> Done[int]:
    """What of the zone's steps the patient has done today, all of it: what was ticked and is not
    now, was not done after all. How many are done.

    Raises `NotDone`: plan, step, day (the page was of another day than today).
    """
    patient = by.actor
    hold(patient)
    row, content = _in_force(patient, plan)
    known = {one.key: one for section in content.sections for one in _steps(section, zone)}
    if not set(done) <= set(known):
        raise NotDone("step")
    today = at.astimezone(ZoneInfo(by.zone)).date()
    if day != today:
        raise NotDone("day")
    held = Tick.objects.filter(patient_id=patient, day=today, undone_at=None, step__in=known)
    held.exclude(step__in=list(done)).update(undone_at=at)
    before = set(held.values_list("step", flat=True))
    Tick.objects.bulk_create(
        Tick(plan=row, patient_id=patient, day=today, zone=int(NAMED[zone]), step=key,
             text=known[key].text[:700], at=at)
        for key in dict.fromkeys(done)
        if key not in before
    )  # fmt: skip
    return Done(len(set(done)), patient=patient, kind="tick", object_id=row.id)


def _steps(section: Section, zone: str) -> list[Step]:
    if zone not in NAMED:
        raise NotDone("step")
    return steps(section, zone)


def counted(patient: UUID, one: Medication, day: date, *, but: Course | None = None) -> Count:
    """Which course a start on `day` would be, by the medication or another of the same drug."""
    name = one.drug.strip().casefold()
    alike = [
        each.started_on
        for each in courses(patient)
        if (each.medication == one.id or each.drug.strip().casefold() == name) and each != but
    ]
    return count(one, alike, day)


@action("start-course")
def start_course(
    *,
    patient: UUID,
    plan: UUID,
    medication: str,
    started_on: date,
    asked: bool,
    by: Viewer,
    at: datetime,
) -> Done[Course]:
    """It was started: an event, and work for the service at once. Told twice it is one, and the
    more urgent of the two.

    What has been taken is never refused because of what the plan says; it hastens more, and so it
    does when the plan that was on the screen holds no more.

    Raises `NotDone`: plan, medication, day.
    """
    hold(patient)
    row = Plan.objects.filter(id=plan, patient_id=patient, version__isnull=False).first()
    if row is None:
        raise NotDone("plan")
    one = decoded(row.content).medication(medication)
    if one is None or not one.on_the_list:
        raise NotDone("medication")
    today = at.astimezone(ZoneInfo(by.zone)).date()
    if not today - EARLIEST <= started_on <= today:
        raise NotDone("day")
    before = Course.objects.filter(
        patient_id=patient, medication=medication, started_on=started_on, struck_at=None
    ).first()
    which = counted(patient, one, started_on, but=before)
    stale = row.stage != Stage.APPROVED
    zone = Zone.RED if stale else zone_of(one, which, asked=asked)
    if before is not None:
        if before.zone >= zone:
            return Done(before, patient=patient, kind="course", object_id=before.id)
        _strike(before, by=by, at=at)
    made = Course.objects.create(
        plan=row, patient_id=patient, medication=medication, drug=one.drug, use=one.use,
        started_on=started_on, number=which.number, zone=int(zone), asked=asked,
        by_id=by.actor, role=by.role, at=at,
    )  # fmt: skip
    _raise(made, which, stale=stale, by=by, at=at)
    return Done(made, patient=patient, kind="course", object_id=made.id)


def _raise(made: Course, which: Count, *, stale: bool, by: Viewer, at: datetime) -> None:
    followed = following([made.patient_id], zone=by.zone, at=at).get(made.patient_id)
    if followed is None:
        return
    about = {
        "zone": made.zone, "drug": made.drug[:120], "number": made.number, "most": which.most,
        "since": which.since.isoformat(), "asked": made.asked, "first": which.asks_first,
        "use": made.use, "stale": stale,
    }  # fmt: skip
    task = raise_task(
        patient=made.patient_id, unit=followed.unit, kind=STARTED, due_at=at, about=about,
        occurrence=str(made.id), hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
    )  # fmt: skip
    put_on_list(task.id, zone=by.zone, at=at, now=made.zone == Zone.RED)


@action("start-course")
def strike_course(*, course: UUID, patient: UUID, by: Viewer, at: datetime) -> Done[int]:
    """Said by mistake: it counts no more, and stays in the history; how many were struck.

    What the service was told stays on the list until somebody has seen it, and says so. A patient
    takes back what was lately said; older ones are the nurse's to strike.
    """
    hold(patient)
    row = Course.objects.filter(id=course, patient_id=patient, struck_at=None).first()
    if row is None or (by.role is Role.PATIENT and at - row.at > EARLIEST):
        return Done(0, patient=patient, kind="course", object_id=course)
    _strike(row, by=by, at=at)
    return Done(1, patient=patient, kind="course", object_id=course)


def _strike(row: Course, *, by: Viewer, at: datetime) -> None:
    Course.objects.filter(id=row.id).update(struck_at=at, struck_by=by.actor)
    remark(row.patient_id, STARTED, str(row.id), {"struck": by.role})


@action("agree-to-plan")
def agree(*, plan: UUID, agrees: bool, text: str, by: Viewer, at: datetime) -> Done[Agreement]:
    """The patient agrees to the version in force, or wants to talk of it, which is the service's to
    take up; what is in force stays so until a doctor says otherwise. Said twice it is once.

    Raises `NotDone`: plan, words (too long, or nothing to talk of).
    """
    patient, words = by.actor, text.strip()
    if len(words) > MOST_SAID or not (agrees or words):
        raise NotDone("words")
    hold(patient)
    row, _content = _in_force(patient, plan)
    before = agreement(row.id)
    if before is not None and (before.agrees, before.text) == (agrees, words):
        return Done(before, patient=patient, kind="agreement", object_id=before.id)
    made = Agreement.objects.create(plan=row, patient_id=patient, agrees=agrees, text=words, at=at)
    followed = following([patient], zone=by.zone, at=at).get(patient)
    if not agrees and followed is not None:
        task = raise_task(
            patient=patient, unit=followed.unit, kind=NOT_AGREED, due_at=at,
            about={"author": by.name, "excerpt": words[:EXCERPT]}, occurrence=str(made.id),
            hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
        )  # fmt: skip
        put_on_list(task.id, zone=by.zone, at=at)
    return Done(made, patient=patient, kind="agreement", object_id=made.id)


@action("train-plan")
def train(
    *,
    patient: UUID,
    plan: UUID,
    whom: str,
    understood: bool,
    note: str,
    by: Viewer,
    at: datetime,
) -> Done[Training]:
    """The patient, or somebody near, was taught the plan in force; its task is done by that when
    they could tell what to do in each zone."""
    hold(patient)
    row, _content = _in_force(patient, plan)
    if whom not in WHOM:
        raise NotDone("whom")
    same = {"plan": row, "patient_id": patient, "whom": whom, "understood": understood,
            "note": note.strip()[:1000], "by_id": by.actor}  # fmt: skip
    before = Training.objects.filter(**same, at__gt=at - A_MOMENT).first()
    if before is not None:  # pressed twice
        return Done(before, patient=patient, kind="training", object_id=before.id)
    made = Training.objects.create(**same, at=at)
    if understood:
        for task in open_tasks(patient, (TRAIN,)):
            done_elsewhere(task, by=by, at=at)
    return Done(made, patient=patient, kind="training", object_id=made.id)
