"""Writing of acts and openings; sealing is the clock's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from varde.audit.models import Act, Opening
from varde.base.tenancy import current


def record(
    verb: str,
    *,
    role: str,
    at: datetime,
    patient: UUID | None = None,
    kind: str = "",
    object_id: UUID | None = None,
    digest: bytes | None = None,
) -> None:
    """One act of whoever the open transaction acts for."""
    frame = current()
    Act(
        at=at,
        actor_id=frame.actor,
        unit_id=frame.unit,
        role=role,
        verb=verb,
        patient_id=patient,
        object_kind=kind,
        object_id=object_id,
        digest=digest,
    ).save()


def opened(patients: Iterable[UUID], *, role: str, what: str, ground: str, at: datetime) -> None:
    """The openings of `patients`' records by whoever the transaction acts for."""
    frame = current()
    Opening.objects.bulk_create(
        Opening(
            at=at,
            person_id=frame.actor,
            unit_id=frame.unit,
            role=role,
            patient_id=patient,
            what=what,
            ground=ground,
        )
        for patient in patients
    )
