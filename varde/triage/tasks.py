"""Tasks: one function raises them, from any context; the clock puts them on the list when due."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.models import Task
from varde.triage.worklist import NewReason, raise_work


@action("raise-work")
def raise_task(
    *,
    patient: UUID,
    unit: UUID,
    kind: str,
    due_at: datetime,
    about: dict[str, Any] | None = None,
    by: Viewer,
    at: datetime,
) -> Done[Task]:
    """Something to do for a patient by `due_at`."""
    row = Task.objects.create(
        patient_id=patient,
        unit_id=unit,
        kind=kind,
        due_at=due_at,
        raised_at=at,
        about=about or {},
    )
    return Done(row, patient=patient, kind="task", object_id=row.id)


def put_on_list(task: UUID, *, zone: str, at: datetime) -> bool:
    """A task that is due becomes work on the patient's item, once."""
    row = Task.objects.select_for_update().filter(id=task, raised=False).first()
    if row is None or row.done_at is not None:
        return False
    about = {"task": str(row.id), "task_kind": row.kind, "due": row.due_at.isoformat(), **row.about}
    reason = NewReason("task", int(row.about.get("zone", 0)), about=about)
    raise_work(row.patient_id, reason, zone=zone, at=at)
    row.raised = True
    row.save(update_fields=["raised"])
    return True


@action("do-task")
def do_task(*, task: UUID, by: Viewer, at: datetime) -> Done[Task]:
    row = Task.objects.get(id=task)
    row.done_at, row.done_by_id = at, by.person
    row.save(update_fields=["done_at", "done_by"])
    return Done(row, patient=row.patient_id, kind="task", object_id=row.id)


def open_tasks(patient: UUID) -> list[Task]:
    rows = Task.objects.filter(patient_id=patient, done_at__isnull=True)
    return list(rows.order_by("due_at"))
