"""Reading of the audit: who has opened a record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from varde.audit.models import Opening


def openings_of(patient: UUID) -> QuerySet[Opening]:
    """Newest first."""
    return Opening.objects.filter(patient_id=patient).order_by("-at")


def first_openings(patient: UUID, *, since: datetime, what: Sequence[str]) -> dict[UUID, Opening]:
    """The first time somebody of each organisation opened one of `what` since then."""
    rows = Opening.objects.filter(patient_id=patient, at__gte=since, unit_id__isnull=False)
    found: dict[UUID, Opening] = {}
    for row in rows.filter(what__in=what).order_by("at"):
        if row.unit_id is not None:
            found.setdefault(row.unit_id, row)
    return found


def opened_there(unit: UUID, *, since: str, what: Sequence[str]) -> Exists:
    """Of rows with a `patient`: whether somebody of the unit has opened one of `what` since the
    time in the row's column `since`."""
    return _opened(since, what, unit_id=unit)


def opened_by(actor: UUID, *, since: str, what: str) -> Exists:
    """Of rows with a `patient`: whether this person has opened `what` since the time in `since`."""
    return _opened(since, (what,), person_id=actor)


def _opened(since: str, what: Sequence[str], **whom: UUID) -> Exists:
    return Exists(
        Opening.objects.filter(
            tenant_id=OuterRef("tenant_id"), patient_id=OuterRef("patient_id"), what__in=what,
            at__gte=OuterRef(since), **whom,
        )
    )  # fmt: skip


def last_opened(actor: UUID, patient: UUID, *, before: datetime) -> datetime | None:
    """When this person last opened the record itself, not only a part of it, before then."""
    rows = Opening.objects.filter(person_id=actor, patient_id=patient, what="record", at__lt=before)
    return rows.order_by("-at").values_list("at", flat=True).first()


def opened_since(actor: UUID, patients: Sequence[UUID], *, what: str, since: datetime) -> set[UUID]:
    """Which of `patients` this person, or machine, has `what` (a list, a read) on record since."""
    rows = Opening.objects.filter(
        person_id=actor, what=what, at__gte=since, patient_id__in=patients
    )
    return set(rows.values_list("patient_id", flat=True))
