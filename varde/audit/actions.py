"""Writing of acts and openings; sealing is the clock's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from varde.audit.models import Opening
from varde.base.rows import new_id
from varde.base.tenancy import current

_RECORD = """
insert into audit_act (tenant_id, id, at, actor_id, unit_id, role, verb, patient_id, object_kind,
                       object_id, digest)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


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
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD,
            [frame.tenant, new_id(), at, frame.actor, frame.unit, role, verb, patient, kind,
             object_id, digest],
        )  # fmt: skip


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
