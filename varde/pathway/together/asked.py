"""Reading of requests: of a patient, put to a unit, and answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from varde.core.request import OPEN, Stage, What
from varde.pathway.models import Request
from varde.people.viewer import Viewer

ANSWERS_STAND = timedelta(days=7)


def requests_of(patient: UUID, *, what: What | None = None, most: int = 40) -> list[Request]:
    """The newest first."""
    rows = Request.objects.filter(patient_id=patient)
    rows = rows.filter(what=what) if what is not None else rows
    rows = rows.select_related("to", "slot", "asked_by", "asked_from", "answered_by")
    return list(rows.order_by("-asked_at", "-id")[:most])


def is_of(request: UUID, patient: UUID) -> bool:
    return Request.objects.filter(id=request, patient_id=patient).exists()


def open_of(patient: UUID, unit: UUID) -> list[Request]:
    """What is asked of the unit about the patient, and has not come about."""
    rows = Request.objects.filter(patient_id=patient, to_id=unit, stage__in=OPEN)
    return list(rows.select_related("to", "slot"))


def put_to(by: Viewer, *, at: datetime) -> list[Request]:
    """What the viewer's unit is asked and has not answered, the times it has given of which nobody
    has said whether the patient came, and those to come that were given back; what is due first
    stands first."""
    stands = Q(stage__in=[*OPEN, Stage.UNSAID])
    stands |= Q(stage=Stage.WITHDRAWN, slot__starts_at__gt=at)
    rows = Request.objects.filter(stands, to_id=by.seat)
    rows = rows.select_related("patient", "slot", "to", "asked_by", "asked_from", "answered_by")
    return sorted(rows, key=lambda row: (row.stage != Stage.ASKED, row.due_at))


def answered_for(by: Viewer, *, at: datetime) -> list[Request]:
    """What others have answered the viewer's unit in the last days, the newest first."""
    rows = Request.objects.filter(asked_from_id=by.seat, answered_at__gt=at - ANSWERS_STAND)
    rows = rows.select_related("patient", "slot", "to", "asked_by", "asked_from", "answered_by")
    return list(rows.order_by("-answered_at")[:20])
