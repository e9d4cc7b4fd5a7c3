"""Times that a department keeps for hastened appointments: kept, taken, free again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from varde.core.request import NotRequested
from varde.pathway.models import Slot
from varde.people.action import Done, action
from varde.people.viewer import Viewer

HOWS = ("visit", "video", "phone")
AHEAD = timedelta(days=180)


@action("keep-times")
def keep(
    *, starts: Sequence[datetime], minutes: int, how: str, by: Viewer, at: datetime
) -> Done[list[Slot]]:
    """Times of the viewer's department, all or none. Raises `NotRequested`: past, taken, whom."""
    made = [_keep(one, minutes, how, by, at) for one in starts]
    return Done(made, kind="slot", object_id=made[0].id if made else None)


def _keep(starts_at: datetime, minutes: int, how: str, by: Viewer, at: datetime) -> Slot:
    if not at < starts_at <= at + AHEAD:
        raise NotRequested("past")
    if how not in HOWS or not 5 <= minutes <= 240:
        raise NotRequested("whom")
    row, new = Slot.objects.get_or_create(
        department_id=by.seat, starts_at=starts_at, how=how, withdrawn_at=None,
        defaults={"minutes": minutes, "by_id": by.actor, "at": at},
    )  # fmt: skip
    if not new and row.minutes != minutes:
        raise NotRequested("taken")
    return row


@action("keep-times")
def withdraw(*, slot: UUID, by: Viewer, at: datetime) -> Done[Slot]:
    """It is kept no more, when nobody has it. Raises `NotRequested("taken")`."""
    rows = Slot.objects.filter(id=slot, department_id=by.seat, taken_at=None, withdrawn_at=None)
    if not rows.update(withdrawn_at=at):
        raise NotRequested("taken")
    return Done(Slot.objects.get(id=slot), kind="slot", object_id=slot)


def take(slot: UUID, department: UUID, *, at: datetime) -> Slot:
    """Of two who take it one is first. Raises `NotRequested`: taken."""
    rows = _free(at).filter(id=slot, department_id=department)
    if not rows.update(taken_at=at):
        raise NotRequested("taken")
    return Slot.objects.get(id=slot)


def is_free(slot: UUID, *, at: datetime) -> bool:
    return _free(at).filter(id=slot).exists()


def _free(at: datetime) -> QuerySet[Slot]:
    """Still kept, to come, and nobody's."""
    return Slot.objects.filter(taken_at=None, withdrawn_at=None, starts_at__gt=at)


def free(slot: UUID) -> None:
    """Somebody else may have it."""
    Slot.objects.filter(id=slot).update(taken_at=None)


def free_of(department: UUID, *, at: datetime, most: int = 60) -> list[Slot]:
    return list(_free(at).filter(department_id=department).order_by("starts_at")[:most])


def find(slot: UUID) -> Slot:
    """Raises `NotRequested("taken")` for one that is not there."""
    row = Slot.objects.filter(id=slot, withdrawn_at=None).first()
    if row is None:
        raise NotRequested("taken")
    return row


def kept_by(department: UUID, *, at: datetime) -> list[Slot]:
    """The times to come, free and taken."""
    rows = Slot.objects.filter(department_id=department, withdrawn_at=None, starts_at__gt=at)
    return list(rows.order_by("starts_at")[:200])
