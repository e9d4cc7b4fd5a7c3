"""Subjects: patients as a machine names them, by our id or by national identity number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from varde.base.tenancy import current


@dataclass(frozen=True)
class Subject:
    """A patient as a machine may know one: born when, and followed by anyone now."""

    id: UUID
    born: date | None
    followed: bool


_SUBJECTS = """
select p.id, p.national_id, p.born, exists (
    select 1 from measuring_enrolment e where e.tenant_id = p.tenant_id and e.patient_id = p.id
      and e.period @> %s)
from people_person p
where p.tenant_id = %s and p.{column} = any(%s)
  and exists (select 1 from people_relation r where r.tenant_id = p.tenant_id
              and r.patient_id = p.id and r.organisation_id = %s and r.period @> %s)
"""
_BY_ID, _BY_NUMBER = (_SUBJECTS.format(column=name) for name in ("id", "national_id"))


def subjects(named: set[UUID | str]) -> dict[UUID | str, Subject]:
    """The patients that the acting unit reaches, under the names they were asked for by."""
    ids = [one for one in named if isinstance(one, UUID)]
    numbers = [one for one in named if isinstance(one, str)]
    found: dict[UUID | str, Subject] = {}
    for statement, wanted in ((_BY_ID, ids), (_BY_NUMBER, numbers)):
        for row in _read(statement, wanted) if wanted else ():
            found[row[0]] = found[row[1]] = Subject(row[0], row[2], row[3])
    return found


def _read(statement: str, wanted: list[Any]) -> list[tuple[Any, ...]]:
    frame = current()
    with connection.cursor() as cursor:
        cursor.execute(statement, [frame.at, frame.tenant, wanted, frame.unit, frame.at])
        return list(cursor.fetchall())


def how_many() -> int:
    """How many patients in follow-up the acting unit reaches."""
    frame = current()
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY, [frame.tenant, frame.unit, frame.at, frame.at])
        return int(cursor.fetchone()[0])


_HOW_MANY = """
select count(distinct r.patient_id) from people_relation r
where r.tenant_id = %s and r.organisation_id = %s and r.period @> %s
  and exists (select 1 from measuring_enrolment e where e.tenant_id = r.tenant_id
              and e.patient_id = r.patient_id and e.period @> %s)
"""
