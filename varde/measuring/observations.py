"""Observations as they are searched: one patient, some kinds, newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from varde.base.tenancy import current_tenant
from varde.core.quantities import DIASTOLIC, SYSTOLIC
from varde.measuring.incoming import id_from
from varde.measuring.standing import STANDS


@dataclass(frozen=True, slots=True)
class Kept:
    """One observation; for blood pressure `second` is the diastolic of the same reading."""

    id: UUID
    patient: UUID
    kind: int
    value: float
    taken_at: datetime
    received_at: datetime
    zone: int
    flags: int
    second: float | None
    second_zone: int | None
    second_flags: int | None


Cursor = tuple[datetime, UUID]

_COLUMNS = """
o.id, o.patient_id, o.kind, o.value, o.taken_at, o.received_at, o.zone, o.flags,
d.value, d.zone, d.flags
"""
_SECOND = """
left join lateral (
    select d.value, d.zone, d.flags from measuring_observation d
    where o.kind = %(systolic)s and d.tenant_id = o.tenant_id and d.patient_id = o.patient_id
      and d.kind = %(diastolic)s and d.taken_at = o.taken_at and d.source_id = o.source_id
    order by d.received_at desc limit 1) d on true
"""


def search(
    patient: UUID,
    kinds: Sequence[int],
    *,
    bounds: Sequence[tuple[str, datetime]] = (),
    newest_first: bool = True,
    after: Cursor | None = None,
    limit: int,
) -> list[Kept]:
    """`bounds` are (operator, time); `after` is where the page before ended."""
    order = "desc" if newest_first else "asc"
    where, asked = _where(bounds, after, newest_first)
    asked |= {
        "tenant": current_tenant(),
        "patient": patient,
        "kinds": [k for k in kinds if k != DIASTOLIC.code] or list(kinds),
        "limit": limit,
        "systolic": SYSTOLIC.code,
        "diastolic": DIASTOLIC.code,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from measuring_observation o {_SECOND}"
            " where o.tenant_id = %(tenant)s and o.patient_id = %(patient)s"
            f" and o.kind = any(%(kinds)s) and {STANDS} {where}"
            f" order by o.taken_at {order}, o.id {order} limit %(limit)s",
            asked,
        )
        return _paired([Kept(*row) for row in cursor.fetchall()])


def _paired(rows: list[Kept]) -> list[Kept]:
    """A machine's panel knows its diastolic by id; of two at one moment each keeps its own."""
    wanted = {id_from(row.id, DIASTOLIC.name): row.id for row in rows if row.second is not None}
    if not wanted:
        return rows
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, value, zone, flags from measuring_observation"
            " where tenant_id = %s and id = any(%s)",
            [current_tenant(), list(wanted)],
        )
        own = {wanted[row[0]]: row[1:] for row in cursor.fetchall()}
    return [_with_second(row, *own[row.id]) if row.id in own else row for row in rows]


def _with_second(row: Kept, value: float, zone: int, flags: int) -> Kept:
    return replace(row, second=value, second_zone=zone, second_flags=flags)


OPERATORS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}


def _where(
    bounds: Sequence[tuple[str, datetime]], after: Cursor | None, newest_first: bool
) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    asked: dict[str, Any] = {}
    for n, (operator, moment) in enumerate(bounds):
        parts.append(f"and o.taken_at {OPERATORS[operator]} %(bound{n})s")
        asked[f"bound{n}"] = moment
    if after is not None:
        sign = "<" if newest_first else ">"
        parts.append(f"and (o.taken_at, o.id) {sign} (%(at)s, %(id)s)")
        asked |= {"at": after[0], "id": after[1]}
    return " ".join(parts), asked


def by_id(observation: UUID) -> Kept | None:
    """One observation, struck ones too, that the acting unit may reach."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from measuring_observation o {_SECOND}"
            " where o.tenant_id = %(tenant)s and o.id = %(id)s",
            {
                "tenant": current_tenant(),
                "id": observation,
                "systolic": SYSTOLIC.code,
                "diastolic": DIASTOLIC.code,
            },
        )
        row = cursor.fetchone()
    return _paired([Kept(*row)])[0] if row else None


def is_struck(patient: UUID, observation: UUID) -> bool:
    """Whether the sender has said that it was entered in error."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from measuring_correction where tenant_id = %s and patient_id = %s"
            " and observation_id = %s and replaced_by is null limit 1",
            [current_tenant(), patient, observation],
        )
        return cursor.fetchone() is not None
