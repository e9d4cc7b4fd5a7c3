"""Every write of measurements, enrolments and expectations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from varde.base.arrays import array, columns
from varde.base.rows import new_id
from varde.base.tenancy import current_tenant
from varde.core.expectation import Rhythm, days_due, window
from varde.core.programme import Programme
from varde.measuring.incoming import Delivery, Taken
from varde.measuring.models import WITHDRAWN, Correction, Enrolment, Source
from varde.measuring.standing import STANDS
from varde.people.action import Done, action
from varde.people.viewer import Viewer

QUESTIONS = "questions"


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


def keep_reports(
    deliveries: Sequence[Delivery], *, source: UUID, at: datetime, encode: object
) -> set[UUID]:
    """Insert the reports that persons sent; the ids that were new."""
    if not deliveries:
        return set()
    rows = [
        (d.report_id, d.patient, d.taken_at, encode(d.answers), d.comment, f"\\x{d.digest().hex()}")  # type: ignore[operator]
        for d in deliveries
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_REPORT, [current_tenant(), source, at, *columns(rows, 6)])
        return {row[0] for row in cursor.fetchall()}


def already_kept(ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, int, float, datetime]]:
    """What stands under these ids: (patient, kind, value, taken_at)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, patient_id, kind, value, taken_at from measuring_observation"
            " where tenant_id = %s and id = any(%s)",
            [current_tenant(), list(ids)],
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


def compare(delivery: Delivery, kept: dict[UUID, tuple[UUID, int, float, datetime]]) -> Taken:
    """Whether a delivery, all of whose ids may be here already, is the same as what is here."""
    same = all(
        kept.get(v.id) == (delivery.patient, v.kind.code, v.value, delivery.taken_at)
        for v in delivery.values
    )
    return Taken.DUPLICATE if same else Taken.CONFLICT


_AWAITING = """
select e.id, v.part from measuring_expectation e
join unnest(%s::uuid[], %s::timestamptz[], %s::varchar[]) v(patient, taken, part)
  on e.patient_id = v.patient and e.opens_at <= v.taken and v.taken < e.deadline
where e.tenant_id = %s and e.state = 'open' order by e.id for update of e
"""

_MEET = """
update measuring_expectation e
set came = (select array_agg(distinct part) from unnest(e.came || m.parts) part),
    state = case when e.parts <@ (e.came || m.parts) then 'met' else e.state end
from (select id, array_agg(distinct part) as parts
      from unnest(%s::uuid[], %s::varchar[]) v(id, part) group by id) m
where e.tenant_id = %s and e.id = m.id and e.state = 'open'
"""


def meet(came: Sequence[tuple[UUID, datetime, str]]) -> None:
    """Parts that came (patient, taken_at, part) move the open expectations they fall within.

    The rows are held first, so that two doors at once both count.
    """
    if not came:
        return
    with connection.cursor() as cursor:
        cursor.execute(_AWAITING, [*columns(came, 3), current_tenant()])
        found = cursor.fetchall()
        if found:
            cursor.execute(_MEET, [*columns(found, 2), current_tenant()])


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
) -> Done:
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


@dataclass(frozen=True)
class Plan:
    """What is expected of one enrolment, and how often."""

    patient: UUID
    unit: UUID
    parts: tuple[str, ...]
    rhythm: Rhythm
    weekday: int


def parts_of(programme: Programme) -> tuple[str, ...]:
    return (*programme.kinds, QUESTIONS) if programme.questions else programme.kinds


_EXPECT = """
insert into measuring_expectation
    (tenant_id, id, patient_id, unit_id, day, opens_at, deadline, parts, came, state)
select %s, u.id, u.patient, u.unit, u.day, u.opens, u.deadline, u.parts::varchar[], '{}', 'open'
from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::date[], %s::timestamptz[], %s::timestamptz[],
            %s::text[]) u(id, patient, unit, day, opens, deadline, parts)
on conflict (tenant_id, patient_id, day) do nothing
"""
AT_ONCE = 5000


def expect(plans: Sequence[Plan], *, start: date, end: date, zone: ZoneInfo) -> int:
    """Expectations for every due day in [start, end), and how many; a day that has one keeps it."""
    span, parts = cache(partial(window, zone=zone)), cache(array)
    rows = [
        (new_id(), plan.patient, plan.unit, day, one.opens, one.deadline, parts(plan.parts))
        for plan in plans
        for day in days_due(start, end, plan.rhythm, plan.weekday)
        for one in (span(day, plan.rhythm),)
    ]
    made = 0
    with connection.cursor() as cursor:
        for n in range(0, len(rows), AT_ONCE):
            cursor.execute(_EXPECT, [current_tenant(), *columns(rows[n : n + AT_ONCE], 7)])
            made += cursor.rowcount
    return made


_CLAIM = """
update measuring_expectation
set state = case when came = '{}' then 'missed' else 'partly' end
where tenant_id = %s and id = any(%s) and state = 'open' and deadline <= %s
returning id, patient_id, unit_id, day, deadline, parts, came
"""


@dataclass(frozen=True)
class Overdue:
    """An expectation that was not met: what was expected, and what came of it."""

    id: UUID
    patient: UUID
    unit: UUID
    day: date
    deadline: datetime
    parts: list[str]
    came: list[str]


def claim_overdue(ids: Sequence[UUID], *, at: datetime) -> list[Overdue]:
    """Close those still open past their deadline; a claim is never made twice."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [current_tenant(), list(ids), at])
        return [Overdue(*row) for row in cursor.fetchall()]


_KNOW = """
insert into measuring_habitualvalue as h (tenant_id, id, patient_id, kind, value, basis, since)
select %s, u.id, u.patient, u.kind, u.value, %s, %s
from unnest(%s::uuid[], %s::uuid[], %s::int2[], %s::float8[]) u(id, patient, kind, value)
on conflict (tenant_id, patient_id, kind) do update
set value = excluded.value, basis = excluded.basis, since = excluded.since
where h.basis = %s
"""


def know_habitual(
    values: Sequence[tuple[UUID, int, float]], *, basis: str, since: datetime
) -> None:
    """What is usual (patient, kind, value); one that is known already stays."""
    rows = [(new_id(), *value) for value in values]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_KNOW, [current_tenant(), basis, since, *columns(rows, 4), WITHDRAWN])


@dataclass(frozen=True, slots=True)
class Version:
    """One row of a reading that has been corrected or struck, or may be."""

    id: UUID
    kind: int
    value: float
    taken_at: datetime
    received_at: datetime
    stands: bool

    @property
    def content(self) -> tuple[UUID, int, float, datetime]:
        return (self.id, self.kind, self.value, self.taken_at)


_VERSIONS = f"""
with family as (
    select unnest(%(ids)s::uuid[]) as id
    union select c.replaced_by from measuring_correction c
    where c.tenant_id = %(tenant)s and c.patient_id = %(patient)s
      and c.observation_id = any(%(ids)s) and c.replaced_by is not null)
select o.id, o.kind, o.value, o.taken_at, o.received_at,
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
