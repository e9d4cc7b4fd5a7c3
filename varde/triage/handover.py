"""Handing over between shifts: what one tells the next, about a patient or about none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.handling import says_why
from varde.triage.models import Handover

SHOWN = timedelta(days=7)  # so long what everybody has read stands on the shift's page
UNREAD = timedelta(days=60)


class NotHanded(ValueError):
    """There are no words in it."""


@action("hand-over")
def tell_next(
    *,
    text: str,
    patient: UUID | None = None,
    unit: UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Done[Handover]:
    """The unit's others see it first on their list, each until they have read it; of `unit`, who
    takes the watch or gets it back, everybody does."""
    if not says_why(text):
        raise NotHanded
    row = Handover.objects.create(
        unit_id=unit or by.seat, patient_id=patient, text=text.strip(), by_id=by.actor, at=at,
        read_by=[by.actor],
    )  # fmt: skip
    return Done(row, patient=patient, kind="handover", object_id=row.id)


@action("hand-over")
def read(*, handover: UUID, by: Viewer, at: datetime) -> Done[Handover | None]:
    """The viewer has read it; read twice is read once."""
    rows = Handover.objects.select_for_update().filter(id=handover, unit_id=by.seat)
    row = rows.first()
    if row is not None and by.actor not in row.read_by:
        row.read_by = [*row.read_by, by.actor]
        row.save(update_fields=["read_by"])
    return Done(row, patient=row.patient_id if row else None, kind="handover")


def recent(viewer: Viewer, *, at: datetime) -> Sequence[Handover]:
    """What the unit has been told lately, the newest first."""
    return list(_of_unit(viewer).filter(at__gt=at - SHOWN)[:50])


def unread(viewer: Viewer, *, at: datetime) -> Sequence[Handover]:
    """What the viewer has not read; not what was told long before she came."""
    rows = _of_unit(viewer).filter(at__gt=at - UNREAD)
    return list(rows.exclude(read_by__contains=[viewer.actor])[:20])


def _of_unit(viewer: Viewer) -> QuerySet[Handover]:
    rows = Handover.objects.filter(tenant_id=viewer.tenant, unit_id=viewer.seat)
    return rows.select_related("by", "patient").order_by("-at", "-id")


def told_about(patient: UUID, *, since: datetime) -> Sequence[Handover]:
    """What has been told from shift to shift about a patient."""
    rows = Handover.objects.filter(patient_id=patient, at__gte=since)
    return list(rows.select_related("by").order_by("-at"))
