"""Observations as they are searched: one patient, some kinds, newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from varde.base.tenancy import current, current_tenant
from varde.core.quantities import DIASTOLIC, SYSTOLIC
from varde.measuring.incoming import Flag, id_from
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
    second: float | None = None
    second_zone: int | None = None
    second_flags: int | None = None


Cursor = tuple[datetime, UUID]

_COLUMNS = "o.id, o.patient_id, o.kind, o.value, o.taken_at, o.received_at, o.zone, o.flags"
_REACHED = """(o.patient_id = %(self)s or (
    select true from people_relation r where r.tenant_id = o.tenant_id
      and r.patient_id = o.patient_id and r.organisation_id = %(unit)s and r.period @> %(now)s
    limit 1))"""
# A pair is told by its systolic; what is of no pair by itself.
_TOLD = """case when o.flags & %(paired)s = 0 then o.kind = any(%(kinds)s)
    else %(panels)s and o.kind = %(systolic)s end"""


def search(
    patient: UUID,
    kinds: Sequence[int],
    *,
    panels: bool,
    bounds: Sequence[tuple[str, datetime]] = (),
    newest_first: bool = True,
    after: Cursor | None = None,
    limit: int,
) -> list[Kept]:
    """Readings of `kinds`, and pairs of blood pressure when `panels`.

    `bounds` are (operator, time); `after` is where the page before ended.
    """
    order = "desc" if newest_first else "asc"
    where, asked = _where(bounds, after, newest_first)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from measuring_observation o"
            f" where {_OF} {where} order by o.taken_at {order}, o.id {order} limit %(limit)s",
            asked | _about(patient, kinds, panels) | {"limit": limit},
        )
        return _paired([Kept(*row) for row in cursor.fetchall()])


def total(
    patient: UUID,
    kinds: Sequence[int],
    *,
    panels: bool,
    bounds: Sequence[tuple[str, datetime]] = (),
) -> int:
    """How many readings `search` would find in all its pages."""
    where, asked = _where(bounds, None, True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) from measuring_observation o where {_OF} {where}",
            asked | _about(patient, kinds, panels),
        )
        return int(cursor.fetchone()[0])


_OF = f"""o.tenant_id = %(tenant)s and o.patient_id = %(patient)s and o.kind = any(%(wide)s)
  and {_TOLD} and {STANDS}"""


def _about(patient: UUID, kinds: Sequence[int], panels: bool) -> dict[str, Any]:
    wide = {*kinds, SYSTOLIC.code} if panels else kinds
    return {
        "tenant": current_tenant(),
        "patient": patient,
        "kinds": list(kinds),
        "wide": list(wide),
        "panels": panels,
        "systolic": SYSTOLIC.code,
        "paired": int(Flag.PAIRED),
    }


def _paired(rows: list[Kept]) -> list[Kept]:
    """The systolic of a pair knows its diastolic by id."""
    wanted = {
        id_from(row.id, DIASTOLIC.name): row.id
        for row in rows
        if row.kind == SYSTOLIC.code and row.flags & Flag.PAIRED
    }
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
    """One observation, struck ones too, of a patient that the acting unit reaches."""
    frame = current()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from measuring_observation o"
            f" where o.tenant_id = %(tenant)s and o.id = %(id)s and {_REACHED}",
            {
                "tenant": frame.tenant,
                "id": observation,
                "self": frame.patient,
                "unit": frame.unit,
                "now": frame.at,
            },
        )
        row = cursor.fetchone()
    return _paired([Kept(*row)])[0] if row else None


@dataclass(frozen=True, slots=True)
class Fate:
    """What has become of an observation: struck, or replaced by another, or neither."""

    struck: bool = False
    replaced_by: UUID | None = None

    @property
    def stands(self) -> bool:
        return not self.struck and self.replaced_by is None


def fate(patient: UUID, observation: UUID) -> Fate:
    """A strike holds over a replacement: both stay on record."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select replaced_by from measuring_correction where tenant_id = %s"
            " and patient_id = %s and observation_id = %s order by at desc, id desc",
            [current_tenant(), patient, observation],
        )
        found = [row[0] for row in cursor.fetchall()]
    return Fate(None in found, next((one for one in found if one), None))
