"""Replaying: the reports of the last days are judged again from the facts, by what held then.

What comes out worse than what is kept is judged anew and stands on the list; nothing is lowered. So
is a red or yellow report whose place was closed by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from varde.base.arrays import array
from varde.base.tenancy import current_tenant
from varde.triage.cases import situations
from varde.triage.late import judge_again

LOOK_BACK = timedelta(days=30)  # older reports are not judged anew: nobody acts on them now

_MOMENTS = """
select distinct patient_id, taken_at from (
    select patient_id, taken_at from measuring_observation
    where tenant_id = %(tenant)s and patient_id = any(%(patients)s::uuid[])
      and taken_at >= %(since)s and taken_at <= %(at)s
    union all
    select patient_id, taken_at from measuring_report
    where tenant_id = %(tenant)s and patient_id = any(%(patients)s::uuid[])
      and taken_at >= %(since)s and taken_at <= %(at)s) every
"""
_CLOSED_BY_NOBODY = """
select r.patient_id, max(r.zone) from triage_reason r
where r.tenant_id = %(tenant)s and r.patient_id = any(%(patients)s::uuid[])
  and r.kind = 'report' and r.zone >= 2 and not r.open and r.at >= %(since)s
  and not exists (select from triage_handling h where h.tenant_id = r.tenant_id
                  and h.patient_id = r.patient_id and h.reasons ? r.id::text)
  and not exists (select from triage_reason x where x.tenant_id = r.tenant_id
                  and x.patient_id = r.patient_id and x.kind = 'restated' and not x.open
                  and x.at >= r.at and x.zone >= r.zone)
group by r.patient_id
"""


def replay(patients: Sequence[UUID], *, zone: str, at: datetime) -> int:
    """How many reports of these patients came out worse than what is kept of them."""
    since = at - LOOK_BACK
    moments = _asked(_MOMENTS, patients, since, at)
    if not moments:
        return 0
    found = situations(patients, first=since, last=at, zone=zone)
    for situation in found.values():
        situation.as_it_was()
    reached = [(patient, taken_at) for patient, taken_at in moments if patient in found]
    return judge_again(reached, found, at=at, only_worse=True)


def closed_by_nobody(patients: Sequence[UUID], *, at: datetime) -> dict[UUID, int]:
    """The patients with a yellow or red report whose reason no handling closed; its zone."""
    return dict(_asked(_CLOSED_BY_NOBODY, patients, at - LOOK_BACK, at))


def _asked(statement: str, patients: Sequence[UUID], since: datetime, at: datetime) -> Any:
    asked: dict[str, Any] = {"tenant": current_tenant(), "patients": array(patients)}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked | {"since": since, "at": at})
        return cursor.fetchall()
