"""Stamps: every task of the clock says when it last succeeded, so that a dead clock is seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from varde.base.models import Stamp

ALLOWED = {  # how long each task may be silent before it is seen (decisions 4.6, 1.6)
    "overdue": timedelta(minutes=3),
    "expect": timedelta(minutes=10),
    "tasks": timedelta(minutes=3),
    "controls": timedelta(minutes=3),
    "unanswered": timedelta(minutes=3),
    "idle": timedelta(minutes=3),
    "outbox": timedelta(minutes=3),
    "watches": timedelta(minutes=3),
    "wake": timedelta(minutes=3),
    "follow-up": timedelta(minutes=10),
    "plans": timedelta(hours=1),
    "asked-on": timedelta(minutes=10),
    "lists": timedelta(minutes=30),
    "departments": timedelta(hours=3),
    "seal": timedelta(seconds=30),
    "forget": timedelta(hours=3),
    "recheck": timedelta(hours=3),
}
DEMO = "demo"  # until when the demo's days have been lived


def stamp(task: str, at: datetime) -> None:
    """`task` has succeeded at `at`."""
    Stamp.objects.update_or_create(task=task, defaults={"succeeded_at": at})


def stamped(task: str) -> datetime | None:
    row = Stamp.objects.filter(task=task).first()
    return row.succeeded_at if row else None


def late_tasks(*, at: datetime) -> list[str]:
    """The tasks whose last success is too old, or that have never succeeded."""
    stamps = dict(Stamp.objects.values_list("task", "succeeded_at"))
    return [
        task
        for task, allowed in ALLOWED.items()
        if task not in stamps or at - stamps[task] > allowed
    ]
