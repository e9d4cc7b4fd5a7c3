"""Expecting: what should come and by when; what has come of it, and what is still lacking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from varde.base.arrays import array, columns
from varde.base.rows import new_id
from varde.base.tenancy import current_tenant
from varde.core.expectation import Rhythm, days_due, window
from varde.core.programme import Programme
from varde.core.quantities import BY_CODE, BY_NAME
from varde.measuring.standing import STANDS

QUESTIONS = "questions"


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


# What has come already counts: the clock may be late, or have slept through the day.
_EXPECT = f"""
insert into measuring_expectation
    (tenant_id, id, patient_id, unit_id, day, opens_at, deadline, parts, came, state)
select %(tenant)s, u.id, u.patient, u.unit, u.day, u.opens, u.deadline, u.parts::varchar[], c.came,
       case when u.parts::varchar[] <@ c.came then 'met' else 'open' end
from unnest(%(id)s::uuid[], %(patient)s::uuid[], %(unit)s::uuid[], %(day)s::date[],
            %(opens)s::timestamptz[], %(deadline)s::timestamptz[], %(parts)s::text[])
     u(id, patient, unit, day, opens, deadline, parts)
cross join lateral (
  select coalesce(array_agg(p.part), '{{}}')::varchar[] as came
  from unnest(u.parts::varchar[]) p(part)
  left join unnest(%(names)s::varchar[], %(codes)s::int2[]) k(name, code) on k.name = p.part
  where (select true from measuring_observation o where o.tenant_id = %(tenant)s
           and o.patient_id = u.patient and o.kind = k.code and o.taken_at >= u.opens
           and o.taken_at < u.deadline and {STANDS} limit 1)
     or (p.part = '{QUESTIONS}' and (select true from measuring_report r
           where r.tenant_id = %(tenant)s and r.patient_id = u.patient and r.taken_at >= u.opens
             and r.taken_at < u.deadline and r.answers <> '{{}}' limit 1))
) c
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
    names = ("id", "patient", "unit", "day", "opens", "deadline", "parts")
    known: dict[str, Any] = {"tenant": current_tenant(), "names": array(BY_NAME),
             "codes": array(kind.code for kind in BY_NAME.values())}  # fmt: skip
    made = 0
    with connection.cursor() as cursor:
        for n in range(0, len(rows), AT_ONCE):
            asked = dict(zip(names, columns(rows[n : n + AT_ONCE], 7), strict=True))
            cursor.execute(_EXPECT, known | asked)
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


_AWAITING = """
select e.id, v.part from measuring_expectation e
join unnest(%s::uuid[], %s::timestamptz[], %s::varchar[]) v(patient, taken, part)
  on e.patient_id = v.patient and e.opens_at <= v.taken and v.taken < e.deadline
where e.tenant_id = %s and e.state <> 'met' order by e.id for update of e
"""

_MEET = """
update measuring_expectation e
set came = (select array_agg(distinct part) from unnest(e.came || m.parts) part),
    state = case when e.parts <@ (e.came || m.parts) then 'met'
                 when e.state = 'missed' then 'partly' else e.state end
from (select id, array_agg(distinct part) as parts
      from unnest(%s::uuid[], %s::varchar[]) v(id, part) group by id) m
where e.tenant_id = %s and e.id = m.id
"""


def meet(came: Sequence[tuple[UUID, datetime, str]]) -> None:
    """Parts that came (patient, taken_at, part) move the expectations they fall within.

    Those that were missed too: what was taken in time was not forgotten. The rows are held first,
    so that two doors at once both count.
    """
    if not came:
        return
    with connection.cursor() as cursor:
        cursor.execute(_AWAITING, [*columns(came, 3), current_tenant()])
        found = cursor.fetchall()
        if found:
            cursor.execute(_MEET, [*columns(found, 2), current_tenant()])


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
  state = case when e.state = 'paused' then e.state when e.deadline > %(now)s then 'open'
               when l.came = '{{}}' then 'missed' else 'partly' end
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
