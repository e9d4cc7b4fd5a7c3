"""Habitual values: what is usual for a patient, and where that is known from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from varde.base.arrays import columns
from varde.base.rows import new_id
from varde.base.tenancy import current_tenant
from varde.core.coded import Coded
from varde.core.judgement import habitual_value
from varde.core.quantities import BY_CODE, Kind
from varde.measuring.models import WITHDRAWN, HabitualValue
from varde.measuring.queries import first_values
from varde.people.action import Done, action
from varde.people.viewer import Viewer

FIRST_THREE, BY_DOCTOR = "first-three", "doctor"

_KNOW = """
insert into measuring_habitualvalue as h
    (tenant_id, id, patient_id, kind, value, basis, since, why)
select %s, u.id, u.patient, u.kind, u.value, %s, %s, ''
from unnest(%s::uuid[], %s::uuid[], %s::int2[], %s::float8[]) u(id, patient, kind, value)
on conflict (tenant_id, patient_id, kind) where until is null do update
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
class Held:
    """A value of one kind that was usual from `start` (None: always) until `end` (None: still)."""

    value: float
    start: datetime | None
    end: datetime | None


def usual_over_time(patient: UUID) -> dict[str, list[Held]]:
    """What readings are held against, by when they were taken; of several the last one holds.

    What is learnt is used of what was measured before it was known; a doctor's word from its day.
    """
    found: dict[str, list[Held]] = defaultdict(list)
    rows = HabitualValue.objects.filter(patient_id=patient).exclude(basis=WITHDRAWN)
    for row in rows.order_by("since"):
        start = row.since if row.basis == BY_DOCTOR else None
        found[BY_CODE[row.kind].name].append(Held(row.value, start, row.until))
    return found


class NotUsual(Coded, ValueError):
    """`code`: number (not possible), why (no reason in words), doctor (not the patient's)."""


@action("set-habitual")
def say_habitual(
    *, patient: UUID, kind: Kind, value: float, why: str, by: Viewer, at: datetime
) -> Done[HabitualValue]:
    """What is usual from now, on a doctor's word: it is what the patient is judged against.

    What was taken before is judged by what was known then, also when it comes late (decisions 3.3),
    and nothing learnt changes it. The patient is held by who calls. Raises `NotUsual`.
    """
    if not (kind.possible[0] <= value <= kind.possible[1]):
        raise NotUsual("number")
    if not why.strip():
        raise NotUsual("why")
    said = {"value": kind.rounded(value), "basis": BY_DOCTOR, "since": at, "by_id": by.actor,
            "why": why.strip()[:200]}  # fmt: skip
    HabitualValue.objects.filter(patient_id=patient, kind=kind.code, until__isnull=True).update(
        until=at
    )
    row = HabitualValue.objects.create(patient_id=patient, kind=kind.code, **said)
    return Done(row, patient=patient, kind="habitual-value", object_id=row.id)


def learn_again(patients: Iterable[UUID], kinds: Iterable[int], *, at: datetime) -> None:
    """What is usual is the median of the first three that stand; with fewer, nothing is known.

    What a mapping or a doctor has said is not touched; what was learnt before held until now.
    """
    rows = HabitualValue.objects.filter(
        patient_id__in=list(patients), kind__in=list(kinds), basis__in=(FIRST_THREE, WITHDRAWN),
        until__isnull=True,
    )  # fmt: skip
    by_kind: dict[int, list[HabitualValue]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    for kind, known in by_kind.items():
        first = first_values([row.patient_id for row in known], kind, 3)
        for row in known:
            _learn(row, habitual_value(first.get(row.patient_id, [])), at)


def _learn(row: HabitualValue, value: float | None, at: datetime) -> None:
    basis = WITHDRAWN if value is None else FIRST_THREE
    said = row.value if value is None else value
    if (row.value, row.basis) != (said, basis):
        HabitualValue.objects.filter(id=row.id).update(until=at)
        HabitualValue.objects.create(
            patient_id=row.patient_id, kind=row.kind, value=said, basis=basis, since=at
        )
