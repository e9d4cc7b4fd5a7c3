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
where p.tenant_id = %s and (p.id = any(%s) or p.national_id = any(%s))
  and exists (select 1 from people_relation r where r.tenant_id = p.tenant_id
              and r.patient_id = p.id and r.organisation_id = %s and r.period @> %s)
"""


def subjects(named: set[UUID | str]) -> dict[UUID | str, Subject]:
    """The patients that the acting unit reaches, under the names they were asked for by."""
    frame = current()
    ids = [one for one in named if isinstance(one, UUID)]
    numbers = [one for one in named if isinstance(one, str)]
    found: dict[UUID | str, Subject] = {}
    with connection.cursor() as cursor:
        asked: list[Any] = [frame.at, frame.tenant, ids, numbers, frame.unit, frame.at]
        cursor.execute(_SUBJECTS, asked)
        for person, number, born, followed in cursor.fetchall():
            found[person] = found[number] = Subject(person, born, followed)
    return found
