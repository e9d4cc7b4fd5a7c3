"""Reading of measurements, reports, enrolments and expectations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Max

from varde.base.rows import stored_json
from varde.base.tenancy import current_tenant
from varde.core.calendar import OpeningHours
from varde.core.quantities import BY_CODE
from varde.core.reading import Reading
from varde.measuring.hours import hours_of
from varde.measuring.incoming import Flag, said_of
from varde.measuring.models import (
    WITHDRAWN,
    Enrolment,
    Expectation,
    HabitualValue,
    Report,
    Source,
)
from varde.measuring.standing import STANDS


@dataclass(frozen=True, slots=True)
class Point:
    """One observation of a series, newest judgement aside."""

    id: UUID
    kind: str
    value: float
    taken_at: datetime
    received_at: datetime
    zone: int
    flags: int

    @property
    def reading(self) -> Reading:
        return Reading(self.kind, self.value, self.taken_at, said_of(self.flags))


_SERIES = f"""
select o.id, o.kind, o.value, o.taken_at, o.received_at, o.zone, o.flags
from measuring_observation o
where o.tenant_id = %s and o.patient_id = %s and o.kind = any(%s)
  and o.taken_at >= %s and o.taken_at < %s
  and {STANDS}
order by o.taken_at, o.id
"""


def series(
    patient: UUID, kinds: Sequence[str], *, start: datetime, end: datetime
) -> dict[str, list[Point]]:
    """Each kind's observations in [start, end), oldest first, struck ones left out."""
    codes = [kind.code for kind in BY_CODE.values() if kind.name in kinds]
    found: dict[str, list[Point]] = {kind: [] for kind in kinds}
    with connection.cursor() as cursor:
        cursor.execute(_SERIES, [current_tenant(), patient, codes, start, end])
        for id_, kind, *rest in cursor.fetchall():
            name = BY_CODE[kind].name
            found[name].append(Point(id_, name, *rest))
    return found


_LATEST = f"""
select w.patient, w.kind, l.value, l.taken_at, l.zone, l.id
from unnest(%s::uuid[], %s::int2[]) w(patient, kind)
cross join lateral (
    select o.value, o.taken_at, o.zone, o.id from measuring_observation o
    where o.tenant_id = %s and o.patient_id = w.patient and o.kind = w.kind
      and {STANDS}
    order by o.taken_at desc limit %s) l
"""


def latest(
    wanted: Sequence[tuple[UUID, str]], *, n: int
) -> dict[tuple[UUID, str], list[tuple[datetime, float, int]]]:
    """The last `n` values (time, value, zone) of each (patient, kind), oldest first."""
    codes = {kind.name: kind.code for kind in BY_CODE.values()}
    patients, kinds = [p for p, _ in wanted], [codes[k] for _, k in wanted]
    found: dict[tuple[UUID, str], list[tuple[datetime, float, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [patients, kinds, current_tenant(), n])
        for patient, kind, value, taken_at, zone, _ in cursor.fetchall():
            found[patient, BY_CODE[kind].name].append((taken_at, value, zone))
    return {key: sorted(values) for key, values in found.items()}


def reports(patient: UUID, *, start: datetime, end: datetime) -> list[Report]:
    """What the patient sent in [start, end), oldest first."""
    rows = Report.objects.filter(patient_id=patient, taken_at__gte=start, taken_at__lt=end)
    return list(rows.order_by("taken_at", "id"))


def last_report(patient: UUID) -> Report | None:
    return Report.objects.filter(patient_id=patient).order_by("-taken_at").first()


def report(patient: UUID, report_id: UUID) -> Report | None:
    return Report.objects.filter(patient_id=patient, id=report_id).first()


def enrolments(patients: Iterable[UUID], *, at: datetime) -> dict[UUID, list[Enrolment]]:
    """Each patient's programmes at `at`; the unit of the first is the one that answers."""
    found: dict[UUID, list[Enrolment]] = defaultdict(list)
    rows = Enrolment.objects.filter(patient_id__in=list(patients), period__contains=at)
    longest = F("period__endswith").desc(nulls_first=True), "id"  # as FIRST_TERM says
    for row in rows.select_related("unit").order_by(*longest):
        found[row.patient_id].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Following:
    """The unit that answers for a patient, and when it is open for the programmes there."""

    unit: UUID
    hours: OpeningHours


# Of several programmes the one that lasts longest; of none now, the one that ended last.
FIRST_TERM = "e.period @> %(at)s desc, upper(e.period) desc nulls first, e.id"
_FOLLOWING = f"""
select distinct on (e.patient_id) e.patient_id, e.unit_id, o.hours, o.programme_hours,
  (select array_agg(p.programme) from measuring_enrolment p where p.tenant_id = e.tenant_id
     and p.patient_id = e.patient_id and p.unit_id = e.unit_id
     and (p.period @> %(at)s or p.id = e.id))
from measuring_enrolment e
join people_organisation o on o.tenant_id = e.tenant_id and o.id = e.unit_id
where e.tenant_id = %(tenant)s and e.patient_id = any(%(patients)s)
order by e.patient_id, {FIRST_TERM}
"""
_FOLLOWING_NOW = _FOLLOWING.replace("order by", "and e.period @> %(at)s order by")


def following(patients: Iterable[UUID], *, zone: str, at: datetime) -> dict[UUID, Following]:
    """Who follows each patient, or did last; those who have never been followed are left out."""
    return _units(_FOLLOWING, patients, zone, at)


def following_now(patients: Iterable[UUID], *, zone: str, at: datetime) -> dict[UUID, Following]:
    """Who follows each patient; those who are followed no more are left out too."""
    return _units(_FOLLOWING_NOW, patients, zone, at)


def _units(sql: str, patients: Iterable[UUID], zone: str, at: datetime) -> dict[UUID, Following]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant(), "patients": list(patients), "at": at})
        return {
            patient: Following(unit, hours_of(stored_json(hours), stored_json(own), among, zone))
            for patient, unit, hours, own, among in cursor.fetchall()
        }


def followed_by(unit: UUID, *, at: datetime) -> list[Enrolment]:
    """The programmes in which the unit follows somebody now."""
    return list(Enrolment.objects.filter(unit_id=unit, period__contains=at).order_by("id"))


def ever_enrolled(patient: UUID) -> list[Enrolment]:
    """Every programme and version the patient is or has been in, the newest first."""
    return list(Enrolment.objects.filter(patient_id=patient).order_by("-id"))


def ever_followed(patient: UUID) -> bool:
    return Enrolment.objects.filter(patient_id=patient).exists()


def last_followed(patients: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each was last followed, of those who are so no more."""
    rows = Enrolment.objects.filter(patient_id__in=list(patients), period__endswith__isnull=False)
    return dict(rows.values_list("patient_id").annotate(Max("period__endswith")))


def first_term(patient: UUID) -> datetime | None:
    """When the patient was first followed."""
    row = Enrolment.objects.filter(patient_id=patient).order_by("period").first()
    return row.period.lower if row else None


def expectation_now(patient: UUID, *, at: datetime) -> Expectation | None:
    """The newest open expectation whose window has opened and not passed."""
    rows = Expectation.objects.filter(
        patient_id=patient, state="open", opens_at__lte=at, deadline__gt=at
    )
    return rows.order_by("-opens_at").first()


def expected(day: date) -> set[UUID]:
    """The patients whose report of `day` is still awaited."""
    rows = Expectation.objects.filter(day=day, state="open")
    return set(rows.values_list("patient_id", flat=True))


def overdue(*, at: datetime, limit: int = 10_000) -> list[UUID]:
    """Open expectations past their deadline, those that waited longest first."""
    rows = Expectation.objects.filter(state="open", deadline__lte=at).order_by("deadline")
    return list(rows.values_list("id", flat=True)[:limit])


def next_expectation(patient: UUID, *, at: datetime) -> Expectation | None:
    rows = Expectation.objects.filter(patient_id=patient, state="open", opens_at__gt=at)
    return rows.order_by("opens_at").first()


def habitual_values(patient: UUID) -> dict[str, HabitualValue]:
    rows = HabitualValue.objects.filter(patient_id=patient, until__isnull=True)
    return {BY_CODE[row.kind].name: row for row in rows.exclude(basis=WITHDRAWN)}


def once_usual(patient: UUID) -> list[HabitualValue]:
    """What was usual before, the newest first."""
    rows = HabitualValue.objects.filter(patient_id=patient, until__isnull=False)
    return list(rows.exclude(basis=WITHDRAWN).order_by("-until", "kind"))


AT_REST = f"o.flags & {int(Flag.ACTIVITY)} = 0"


def first_values(patients: Sequence[UUID], kind: int, n: int) -> dict[UUID, list[float]]:
    """The first `n` values at rest of a kind for each patient, oldest first."""
    found: dict[UUID, list[float]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "select w.patient, l.value from unnest(%s::uuid[]) w(patient) cross join lateral"
            " (select o.value, o.taken_at from measuring_observation o where o.tenant_id = %s"
            f"  and o.patient_id = w.patient and o.kind = %s and {STANDS} and {AT_REST}"
            "  order by o.taken_at limit %s) l"
            " order by w.patient, l.taken_at",
            [list(patients), current_tenant(), kind, n],
        )
        for patient, value in cursor.fetchall():
            found[patient].append(value)
    return found


@dataclass(frozen=True)
class Silent:
    """A patient who has missed reports, wholly or in part, and how many."""

    patient: UUID
    missed: int


_SILENT = """
select e.patient_id, count(*) from measuring_expectation e
where e.tenant_id = %s and e.unit_id = %s and e.state in ('missed', 'partly') and e.day >= %s
  and exists (select 1 from measuring_enrolment n where n.tenant_id = e.tenant_id
              and n.patient_id = e.patient_id and n.period @> %s)
group by e.patient_id order by count(*) desc limit %s
"""


def silent(unit: UUID, *, at: datetime, days: int, most: int) -> list[Silent]:
    """Patients in follow-up by a unit who have missed reports in the last `days`."""
    since = (at - timedelta(days=days)).date()
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, [current_tenant(), unit, since, at, most])
        return [Silent(*row) for row in cursor.fetchall()]


def followed_now(unit: UUID, *, at: datetime) -> list[UUID]:
    """The living patients whom the unit follows."""
    rows = Enrolment.objects.filter(
        unit_id=unit, period__contains=at, patient__died_at__isnull=True
    ).order_by("id")
    return list(dict.fromkeys(rows.values_list("patient_id", flat=True)))


_SIGNALS = f"""
select w.patient,
  (select count(*) from measuring_expectation e where e.tenant_id = %(tenant)s
     and e.patient_id = w.patient and e.day >= %(since)s::date and e.state in ('missed', 'partly')),
  (select count(*) from measuring_observation o where o.tenant_id = %(tenant)s
     and o.patient_id = w.patient and o.kind = any(%(kinds)s::int2[]) and o.taken_at >= %(since)s
     and o.flags & %(odd)s > 0 and {STANDS})
from unnest(%(patients)s::uuid[]) w(patient)
"""


def signals(patients: Iterable[UUID], *, since: datetime) -> dict[UUID, tuple[int, int]]:
    """For each patient how many reports were missed, and how many unlikely values came."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "tenant": current_tenant(),
            "patients": list(patients),
            "since": since,
            "kinds": list(BY_CODE),
            "odd": int(Flag.CHECK),
        }
        cursor.execute(_SIGNALS, asked)
        return {patient: (missed, odd) for patient, missed, odd in cursor.fetchall()}


def source_names(sources: Iterable[UUID]) -> dict[UUID, str]:
    """What machines are called, as their token was named."""
    rows = Source.objects.filter(id__in=list(sources), kind="machine")
    return {row.id: row.name.removesuffix(f" {row.token_id}") for row in rows}


def source_of(token: UUID) -> UUID:
    """The source that a token's measurements come from."""
    return Source.objects.values_list("id", flat=True).get(token_id=token)
