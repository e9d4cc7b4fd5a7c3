"""Taken back: what a reading had settled is open again once it is struck or corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from varde.base.arrays import columns
from varde.base.tenancy import current_tenant
from varde.core.judgement import habitual_value
from varde.core.quantities import BY_CODE
from varde.measuring.models import WITHDRAWN, HabitualValue
from varde.measuring.queries import first_values
from varde.measuring.standing import STANDS

FIRST_THREE = "first-three"

_AWAIT = f"""
with gone as (
  select e.id, array_agg(distinct v.part) as parts
  from unnest(%(kinds)s::int2[], %(parts)s::varchar[], %(taken)s::timestamptz[]) v(kind, part, at)
  join measuring_expectation e on e.patient_id = %(patient)s and v.part = any(e.came)
    and e.opens_at <= v.at and v.at < e.deadline
  where e.tenant_id = %(tenant)s and not exists (
    select 1 from measuring_observation o
    where o.tenant_id = %(tenant)s and o.patient_id = %(patient)s and o.kind = v.kind
      and o.taken_at >= e.opens_at and o.taken_at < e.deadline and {STANDS})
  group by e.id
), left_of as (
  select e.id, array(select part from unnest(e.came) part where part <> all(g.parts)) as came
  from measuring_expectation e join gone g on g.id = e.id where e.tenant_id = %(tenant)s
)
update measuring_expectation e set came = l.came,
  state = case when e.deadline > %(now)s then 'open' when l.came = '{{}}' then 'missed'
               else 'partly' end
from left_of l where e.tenant_id = %(tenant)s and e.id = l.id
"""


def await_again(patient: UUID, gone: Sequence[tuple[int, datetime]], *, at: datetime) -> None:
    """What no standing reading meets any more is asked for again, or has been missed.

    `gone` are (kind, taken_at) of what no longer stands. A deadline that has passed raises nothing
    by itself: the list of those who have not reported shows it.
    """
    if not gone:
        return
    kinds, parts, taken = columns([(k, BY_CODE[k].name, when) for k, when in gone], 3)
    with connection.cursor() as cursor:
        cursor.execute(
            _AWAIT,
            {
                "tenant": current_tenant(),
                "patient": patient,
                "now": at,
                "kinds": kinds,
                "parts": parts,
                "taken": taken,
            },
        )


def learn_again(patient: UUID, kinds: Iterable[int]) -> None:
    """What is usual is the median of the first three that stand; with fewer, nothing is known.

    What a mapping or a doctor has said is not touched.
    """
    rows = HabitualValue.objects.filter(
        patient_id=patient, kind__in=list(kinds), basis__in=(FIRST_THREE, WITHDRAWN)
    )
    for row in rows:
        value = habitual_value(first_values([patient], row.kind, 3).get(patient, []))
        basis = WITHDRAWN if value is None else FIRST_THREE
        said = row.value if value is None else value
        if (row.value, row.basis) != (said, basis):
            HabitualValue.objects.filter(id=row.id).update(value=said, basis=basis)
