"""Tasks: one function raises them, from any context; the clock puts them on the list when due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from varde.core.coded import Coded
from varde.core.follow_up import HangsOn
from varde.core.zones import Zone
from varde.measuring.queries import ever_followed
from varde.people.action import Done, action
from varde.people.models import Responsibility
from varde.people.viewer import Viewer
from varde.triage.handling import resolve
from varde.triage.models import Item, Reason, Task
from varde.triage.worklist import NewReason, raise_work, tell

OWN = "own"  # the kind of what somebody has written
DONE, WITHDRAWN = "done", "withdrawn"
CONFLICT = "limits-conflict"  # the kind: a doctor is to say which of two programmes' limits hold
MOVED = "moved"  # in `about`: somebody chose another day
# Done by what they ask for alone: ticked off, nothing would ask again, and it would not be so.
DONE_BY_ACT = frozenset({"resume-control"})


class NotThisTask(Coded):
    """It is not there, is done, or is another person's; `code` says which: gone, taken; or it is
    red, and closed on the list: red; or done by what it asks for: act."""


@action("raise-work")
def raise_task(
    *,
    patient: UUID | None,
    unit: UUID,
    kind: str,
    due_at: datetime,
    about: dict[str, Any] | None = None,
    title: str = "",
    owner: UUID | None = None,
    occurrence: str = "",
    every_days: int | None = None,
    hangs_on: HangsOn = HangsOn.NOTHING,
    by: Viewer,
    at: datetime,
) -> Done[Task]:
    """Something to do by `due_at`, for a patient or for none; with an `occurrence` raised once."""
    content = {
        "unit_id": unit,
        "due_at": due_at,
        "raised_at": at,
        "about": about or {},
        "title": title,
        "owner_id": owner,
        "every_days": every_days,
        "hangs_on": hangs_on.value,
    }
    if occurrence:
        whose = {"patient_id": patient} if patient else {"patient": None, "unit_id": unit}
        row, _ = Task.objects.get_or_create(
            **whose, kind=kind, occurrence=occurrence, defaults=content
        )
    else:
        row = Task.objects.create(patient_id=patient, kind=kind, **content)
    return Done(row, patient=patient, kind="task", object_id=row.id)


def put_on_list(task: UUID, *, zone: str, at: datetime, now: bool = False) -> bool:
    """A task that is due becomes work on the patient's item, once; what is about no patient, or one
    who never was followed, has no place there. `now`: as `worklist.raise_work` says."""
    _hold_place(Task.objects.filter(id=task))
    row = Task.objects.select_for_update().filter(id=task, raised=False).first()
    if row is None or row.done_at is not None:
        return False
    if row.patient_id is not None and ever_followed(row.patient_id):
        about = {"task": str(row.id), "task_kind": row.kind, "due": row.due_at.isoformat()}
        about |= {**row.about, **({"title": row.title} if row.title else {})}
        reason = NewReason("task", int(row.about.get("zone", 0)), about=about)
        raise_work(row.patient_id, reason, zone=zone, at=at, now=now, of=row.unit_id)
    row.raised = True
    row.save(update_fields=["raised"])
    return True


@action("do-task")
def do_task(*, task: UUID, by: Viewer, at: datetime, outcome: str = DONE) -> Done[Task]:
    """It is done, or no longer asked for; what recurs is raised anew from its day, not from now."""
    row = _close(task, outcome, by=by, at=at)
    return Done(row, patient=row.patient_id, kind="task", object_id=row.id)


def _close(task: UUID, outcome: str, *, by: Viewer, at: datetime) -> Task:
    row = Task.objects.select_for_update().get(id=task)
    if row.done_at is None:
        row.done_at, row.done_by_id, row.outcome = at, by.person, outcome
        row.save(update_fields=["done_at", "done_by", "outcome"])
        if row.every_days and outcome == DONE:
            _again(row, by=by, at=at)
    return row


def _again(row: Task, *, by: Viewer, at: datetime) -> None:
    step = timedelta(days=row.every_days or 0)
    due_at = row.due_at + step
    while due_at <= at:  # what was slept through is asked for once
        due_at += step
    raise_task(
        patient=row.patient_id,
        unit=row.unit_id,
        kind=row.kind,
        due_at=due_at,
        about=row.about,
        title=row.title,
        owner=row.owner_id,
        every_days=row.every_days,
        hangs_on=HangsOn(row.hangs_on),
        by=by,
        at=at,
    )


def _open(task: UUID, by: Viewer) -> Task:
    """The open task, held; its patient's place first, as a closing holds them.

    What reminds of an order is done by verifying or withdrawing the order, and nothing else.
    """
    mine = Task.objects.filter(tenant_id=by.tenant, unit_id=by.seat, id=task)
    _hold_place(mine)
    row = mine.select_for_update().filter(done_at__isnull=True).first()
    if row is None or "order" in row.about:
        raise NotThisTask("gone")
    return row


def _demand_not_red(row: Task) -> None:
    """A red on the list is closed there, by contact, and never put off (decisions 3.6)."""
    if row.raised and row.about.get("zone") == Zone.RED:
        raise NotThisTask("red")


def _hold_place(tasks: QuerySet[Task]) -> None:
    patients = list(tasks.values_list("patient_id", flat=True))
    list(Item.objects.select_for_update().filter(patient_id__in=patients, open=True))


@action("do-task")
def finish(*, task: UUID, by: Viewer, at: datetime, outcome: str = DONE) -> Done[Task]:
    """Done from the page of tasks: its place on the list, if it has one, is closed by that. What
    stands there as red is closed there, as reds are."""
    row = _open(task, by)
    _demand_not_red(row)
    if row.kind in DONE_BY_ACT:
        raise NotThisTask("act")
    do_task(task=row.id, by=by, at=at, outcome=outcome)
    take_off_list(row, outcome=outcome, zone=by.zone, at=at)
    return Done(row, patient=row.patient_id, kind="task", object_id=row.id)


def of_a_unit(unit: UUID, kind: str) -> list[Task]:
    """What a unit is asked about no patient, and has not done; for itself alone to see."""
    return list(Task.objects.filter(unit_id=unit, kind=kind, patient=None, done_at=None))


def take_off_list(row: Task, *, outcome: str, zone: str, at: datetime) -> None:
    if row.patient_id is not None:
        about = {"task": str(row.id)}
        resolve(row.patient_id, "task", about=about, outcome=outcome, zone=zone, at=at)


@action("do-task")
def give(*, task: UUID, owner: UUID | None, by: Viewer, at: datetime) -> Done[Task]:
    """`owner` has it from now; None: it is the team's again."""
    row = _open(task, by)
    row.owner_id = owner
    row.save(update_fields=["owner"])
    return Done(row, patient=row.patient_id, kind="task", object_id=row.id)


@action("do-task")
def move(*, task: UUID, due_at: datetime, by: Viewer, at: datetime) -> Done[Task]:
    """To another day; one that stood on the list stands there again when it is due."""
    row = _open(task, by)
    _demand_not_red(row)
    row.due_at, row.raised, row.about = due_at, False, {**row.about, MOVED: True}
    row.save(update_fields=["due_at", "raised", "about"])
    take_off_list(row, outcome="moved", zone=by.zone, at=at)
    return Done(row, patient=row.patient_id, kind="task", object_id=row.id)


def open_tasks(patient: UUID, kinds: Collection[str] = ()) -> list[Task]:
    """What is to be done for the patient, or of it what is of these kinds."""
    rows = Task.objects.filter(patient_id=patient, done_at__isnull=True)
    rows = rows.filter(kind__in=kinds) if kinds else rows
    return list(rows.select_related("owner").order_by("due_at"))


def open_of(patients: Collection[UUID], kind: str) -> list[Task]:
    """What of this kind is to be done for these patients."""
    rows = Task.objects.filter(patient_id__in=list(patients), kind=kind, done_at__isnull=True)
    return list(rows.order_by("patient_id"))


def is_reminder(task: Task) -> bool:
    """It reminds of an order that waits: done where the order is, not here."""
    return "order" in task.about


def withdraw(row: Task, *, by: Viewer, at: datetime) -> None:
    """It is asked for no more."""
    done_elsewhere(row, by=by, at=at, outcome=WITHDRAWN)


def done_elsewhere(row: Task, *, by: Viewer, at: datetime, outcome: str = DONE) -> None:
    """Done by what was done where it is done, not where tasks are: it has no place left either.

    Part of another act, whose verb says who may: a patient's too.
    """
    _hold_place(Task.objects.filter(id=row.id))
    _close(row.id, outcome, by=by, at=at)
    take_off_list(row, outcome=outcome, zone=by.zone, at=at)


def remark(patient: UUID, kind: str, occurrence: str, more: Mapping[str, Any]) -> None:
    """What is known besides of something that was asked for, told where it stands."""
    for row in Task.objects.filter(patient_id=patient, kind=kind, occurrence=occurrence):
        Task.objects.filter(id=row.id).update(about={**row.about, **more})
        stands = Reason.objects.filter(patient_id=patient, kind="task", open=True)
        for one in stands.filter(about__contains={"task": str(row.id)}):
            Reason.objects.filter(id=one.id).update(about={**one.about, **more})
            tell([(row.unit_id, one.item_id)])


AGAIN = {"done_at": None, "done_by": None, "outcome": "", "raised": False}


def revive(row: Task, *, unit: UUID, due_at: datetime) -> None:
    """What was withdrawn is asked for again: the same task, nobody's, from its new day."""
    withdrawn = Task.objects.filter(id=row.id, outcome=WITHDRAWN)
    withdrawn.update(**AGAIN, owner=None, unit_id=unit, due_at=due_at)


def undo(patient: UUID, kinds: Collection[str], *, done_at: datetime) -> None:
    """What was done in that moment, by what has been taken back since, is to be done again."""
    rows = Task.objects.filter(patient_id=patient, kind__in=list(kinds), done_at=done_at)
    rows.update(**AGAIN)


def bring_forward(row: Task, *, due_at: datetime, later: bool = False) -> None:
    """Asked for sooner than it was, or `later` because of a pause or as agreed; what somebody has
    moved stays where it was put, and what stands on the list stays there."""
    if row.done_at is not None or row.about.get(MOVED):
        return
    if due_at < row.due_at or (later and not row.raised):
        Task.objects.filter(id=row.id).update(due_at=due_at)


def tasks_of(viewer: Viewer, *, owners: Collection[UUID] = (), most: int = 500) -> list[Task]:
    """The open tasks of the viewer's unit, those due first; only those of `owners` when named."""
    rows = Task.objects.filter(tenant_id=viewer.tenant, unit_id=viewer.unit, done_at__isnull=True)
    rows = rows.exclude(about__has_key="order")
    if owners:
        rows = rows.filter(owner_id__in=list(owners))
    return list(rows.select_related("patient", "owner").order_by("due_at", "id")[:most])


_SINCE_BEFORE = Q(occurrence__startswith="back-")  # asked for because of an admission


def before_admission(patient: UUID) -> set[str]:
    """What holds since before an admission and nobody has gone through since: limits, plan …"""
    rows = Task.objects.filter(_SINCE_BEFORE, patient_id=patient, done_at=None)
    return {kind.removeprefix("review-") for kind in rows.values_list("kind", flat=True)}


def reviewed(
    patient: UUID, kind: str, *, by: Viewer, at: datetime, said_at: datetime | None = None
) -> None:
    """What a task asks for has been done where it is done: the task is done by that.

    One that is not due yet stays, but for a conflict, and for what an admission asks for; and of
    that what was asked for only after it was said (`said_at`).
    """
    asked = (_SINCE_BEFORE & Q(raised_at__lte=said_at or at)) | (~_SINCE_BEFORE & Q(due_at__lte=at))
    asked |= Q(kind=CONFLICT)
    for row in Task.objects.filter(asked, patient_id=patient, kind=kind, done_at=None):
        done_elsewhere(row, by=by, at=at)


def conflicts_of(doctors: Collection[UUID], *, at: datetime) -> list[Task]:
    """Those of the doctors' patients of whose limits two programmes say different things."""
    mine = Responsibility.objects.filter(doctor_id__in=list(doctors), period__contains=at)
    rows = Task.objects.filter(
        kind=CONFLICT, done_at=None, patient_id__in=mine.values("patient_id")
    )  # fmt: skip
    return list(rows.select_related("patient").order_by("raised_at"))
