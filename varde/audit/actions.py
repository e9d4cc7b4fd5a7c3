"""Writing of acts and openings; sealing is the clock's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from varde.audit.models import Opening
from varde.base.arrays import columns
from varde.base.rows import new_id
from varde.base.tenancy import current

_RECORD = """
insert into audit_act (tenant_id, id, at, actor_id, unit_id, role, verb, patient_id, object_kind,
                       object_id, digest)
select %s, u.id, %s, %s, %s, %s, %s, u.patient, %s, u.object, u.digest
from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bytea[]) u(id, patient, object, digest)
"""


@dataclass(frozen=True, slots=True)
class About:
    """Whom an act was about, what was written, and the digest of more than one of them."""

    patient: UUID | None = None
    object_id: UUID | None = None
    digest: bytes | None = None


def record(
    verb: str, *, role: str, at: datetime, kind: str = "", about: Sequence[About] = (About(),)
) -> None:
    """An act of whoever the open transaction acts for: a row for each that it was about."""
    frame = current()
    rows = [(new_id(), one.patient, one.object_id, one.digest) for one in about]
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD,
            [frame.tenant, at, frame.actor, frame.unit, role, verb, kind, *columns(rows, 4)],
        )


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
