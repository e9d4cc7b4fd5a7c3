"""Every write of measurements, enrolments and expectations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from varde.base.arrays import columns
from varde.base.tenancy import current_tenant
from varde.core.programme import Programme
from varde.measuring.incoming import ANY_SAID, Delivery, Taken
from varde.measuring.models import Correction, Enrolment, Source
from varde.measuring.standing import STANDS
from varde.people.action import Done, action
from varde.people.viewer import Viewer

_encode = msgspec.json.Encoder().encode


def source(kind: str, name: str, token: UUID | None = None) -> Source:
    """The source with this name, made when it is new."""
    row, _ = Source.objects.get_or_create(kind=kind, name=name, defaults={"token_id": token})
    return row


_KEEP_REPORT = """
insert into measuring_report
    (tenant_id, id, patient_id, source_id, taken_at, received_at, answers, comment, digest)
select %s, u.id, u.patient, %s, u.taken, %s, u.answers::jsonb, u.comment, u.digest
from unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[], %s::text[], %s::bytea[])
    u(id, patient, taken, answers, comment, digest)
on conflict (tenant_id, id) do nothing
returning id
"""


def keep_reports(deliveries: Sequence[Delivery], *, source: UUID, at: datetime) -> set[UUID]:
    """Insert the reports that persons sent; the ids that were new."""
    if not deliveries:
        return set()
    rows = [
        (d.report_id, d.patient, d.taken_at, _encode(d.answers).decode(), d.comment, d.digest())
        for d in deliveries
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_REPORT, [current_tenant(), source, at, *columns(rows, 6)])
        return {row[0] for row in cursor.fetchall()}


Content = tuple[UUID, int, float, datetime, int]


def already_kept(ids: Iterable[UUID]) -> dict[UUID, Content]:
    """What stands under these ids: (patient, kind, value, taken_at, what was said of it)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, patient_id, kind, value, taken_at, flags & %s from measuring_observation"
            " where tenant_id = %s and id = any(%s)",
            [ANY_SAID, current_tenant(), list(ids)],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def reports_kept(ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The digests of the reports that stand under these ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, digest from measuring_report where tenant_id = %s and id = any(%s)",
            [current_tenant(), list(ids)],
        )
        return {row[0]: bytes(row[1]) for row in cursor.fetchall()}


def compare(delivery: Delivery, kept: dict[UUID, Content]) -> Taken:
    """Whether a delivery, all of whose ids may be here already, is the same as what is here."""
    same = all(
        kept.get(v.id)
        == (delivery.patient, v.kind.code, v.value, delivery.taken_at, v.flags & ANY_SAID)
        for v in delivery.values
    )
    return Taken.DUPLICATE if same else Taken.CONFLICT


@action("enrol")
def enrol(
    *,
    patient: UUID,
    programme: Programme,
    unit: UUID,
    service_model: int,
    weekday: int,
    by: Viewer,
    at: datetime,
) -> Done[Enrolment]:
    row = Enrolment.objects.create(
        patient_id=patient,
        programme=programme.key,
        version=programme.version,
        unit_id=unit,
        service_model=service_model,
        weekday=weekday,
        period=DateTimeTZRange(at, None),
    )
    return Done(row, patient=patient, kind="enrolment", object_id=row.id)


@dataclass(frozen=True, slots=True)
class Version:
    """One row of a reading that has been corrected or struck, or may be."""

    id: UUID
    kind: int
    value: float
    taken_at: datetime
    received_at: datetime
    zone: int
    flags: int
    stands: bool

    @property
    def content(self) -> tuple[UUID, int, float, datetime, int]:
        return (self.id, self.kind, self.value, self.taken_at, self.flags & ANY_SAID)


_VERSIONS = f"""
with family as (
    select unnest(%(ids)s::uuid[]) as id
    union select c.replaced_by from measuring_correction c
    where c.tenant_id = %(tenant)s and c.patient_id = %(patient)s
      and c.observation_id = any(%(ids)s) and c.replaced_by is not null)
select o.id, o.kind, o.value, o.taken_at, o.received_at, o.zone, o.flags,
       {STANDS}
from family join measuring_observation o
  on o.tenant_id = %(tenant)s and o.id = family.id and o.patient_id = %(patient)s
"""


def versions_of(patient: UUID, ids: Sequence[UUID]) -> list[Version]:
    """The rows with these ids that are this patient's, and everything that has replaced them."""
    with connection.cursor() as cursor:
        cursor.execute(
            _VERSIONS, {"tenant": current_tenant(), "patient": patient, "ids": list(ids)}
        )
        return [Version(*row) for row in cursor.fetchall()]


def mark_corrected(
    patient: UUID,
    pairs: Sequence[tuple[UUID, UUID | None]],
    *,
    source: UUID,
    at: datetime,
) -> None:
    """Each observation is replaced by another, or struck when that is None; both rows stay."""
    known = set(
        Correction.objects.filter(
            patient_id=patient, observation_id__in=[old for old, _ in pairs]
        ).values_list("observation_id", "replaced_by")
    )
    Correction.objects.bulk_create(
        Correction(observation_id=old, patient_id=patient, replaced_by=new, at=at, source_id=source)
        for old, new in pairs
        if (old, new) not in known
    )
