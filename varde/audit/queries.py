"""Reading of the audit: who has opened a record, and whether the chain holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from varde.audit.models import Opening


def openings_of(patient: UUID) -> QuerySet[Opening]:
    """Newest first."""
    return Opening.objects.filter(patient_id=patient).order_by("-at")


def listed_today(person: UUID, patients: list[UUID], since: datetime) -> set[UUID]:
    """Which of `patients` this person has already been shown in a list since `since`."""
    rows = Opening.objects.filter(
        person_id=person, what="list", at__gte=since, patient_id__in=patients
    )
    return set(rows.values_list("patient_id", flat=True))


def unit_has_opened(patient: UUID, unit: UUID, *, what: str, since: datetime) -> bool:
    """Whether a machine of this unit has read the patient since then."""
    rows = Opening.objects.filter(patient_id=patient, unit_id=unit, what=what, at__gte=since)
    return rows.exists()
