"""Restating: is what is stored what the facts say, and is every report that is not green listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from varde.base.tenancy import current_tenant
from varde.measuring.hours import hours_from
from varde.people.queries import organisation
from varde.people.viewer import Viewer
from varde.triage.worklist import NewReason, Rank, raise_work

RESTATED = "restated"


@dataclass(frozen=True)
class Found:
    looked: int
    differed: int
    raised: int

    def __str__(self) -> str:
        return f"{self.looked} patients, {self.differed} differed, {self.raised} raised"


_NEWEST = """
with newest as (
    select distinct on (j.patient_id) j.patient_id, j.zone, j.taken_at from (
        select patient_id, zone, taken_at, at from triage_judgement where tenant_id = %(tenant)s
    ) j order by j.patient_id, j.taken_at desc, j.at desc, j.zone desc
), readings as (
    select o.patient_id, max(o.taken_at) as taken_at from measuring_observation o
    where o.tenant_id = %(tenant)s group by o.patient_id
)
select s.patient_id, s.zone, coalesce(case when n.taken_at >= r.taken_at then n.zone end, 1)
from triage_state s
left join newest n on n.patient_id = s.patient_id
left join readings r on r.patient_id = s.patient_id
where s.tenant_id = %(tenant)s
"""

_UNLISTED = """
select j.patient_id, max(j.zone) from triage_judgement j
where j.tenant_id = %(tenant)s and j.zone >= 2
  and not exists (select 1 from triage_reason r
                  where r.tenant_id = j.tenant_id and r.judgement_id = j.id)
  and not exists (select 1 from triage_judgement k
                  where k.tenant_id = j.tenant_id and k.supersedes_id = j.id)
group by j.patient_id
"""


def restate(*, unit: UUID, zone: str, by: Viewer, at: datetime) -> Found:
    """A stored state milder than the facts, or a report nobody was shown, becomes work."""
    asked = {"tenant": current_tenant()}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, asked)
        rows = cursor.fetchall()
        cursor.execute(_UNLISTED, asked)
        unlisted = dict(cursor.fetchall())
    differed = {patient: facts for patient, stored, facts in rows if stored != facts}
    wrong = {**{p: z for p, z in differed.items() if z >= 2}, **unlisted}
    hours = hours_from(organisation(unit).hours, zone)
    for patient, worst in sorted(wrong.items(), key=lambda pair: str(pair[0])):
        reason = NewReason(RESTATED, int(worst))
        rank = Rank.RED if worst == 3 else Rank.YELLOW
        raise_work(patient, reason, unit=unit, hours=hours, at=at, rank=rank)
    return Found(len(rows), len(differed), len(wrong))
