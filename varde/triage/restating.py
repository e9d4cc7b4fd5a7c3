"""Restating: is what is stored what the facts say, and is every report that is not green listed.

The reports of the last days are judged again from the readings and answers themselves
(`replaying`); the rest is held against the judgements that are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from varde.base.tenancy import current_tenant
from varde.core.verdict import SILENT
from varde.core.zones import Zone
from varde.triage.keeping import STANDING, TOGETHER
from varde.triage.models import Reason
from varde.triage.replaying import closed_by_nobody, replay
from varde.triage.worklist import NewReason, raise_work

RESTATED = "restated"
AT_ONCE = 50  # patients that are judged again; a report of theirs that comes meanwhile waits


@dataclass(frozen=True)
class Found:
    looked: int
    differed: int
    raised: int

    def __add__(self, other: Found) -> Found:
        """Of the same patients, looked at in two ways."""
        return Found(self.looked, self.differed + other.differed, self.raised + other.raised)

    def __str__(self) -> str:
        return f"{self.looked} patients, {self.differed} differed, {self.raised} raised"


# `Judgement.tells`, for a row called `j`: what no programme asks for says nothing of the zone.
_SILENT = ", ".join(f"'{rule}'" for rule in sorted(SILENT))
TELLS = f"""(j.zone > 0 or exists (select from jsonb_array_elements(j.reasons) r
    where r ->> 'rule' not in ({_SILENT})))"""

# The newest moment anything was taken, and the worst of what was taken together with it; where
# that is neither red nor yellow, what was judged of the newest, else green.
_NEWEST = f"""
with moments as (
    select patient_id, max(taken_at) as taken_at from (
        select patient_id, taken_at from triage_judgement j
        where tenant_id = %(tenant)s and {TELLS} and {STANDING}
        union all
        select patient_id, taken_at from measuring_observation
        where tenant_id = %(tenant)s and zone > 0
    ) every group by patient_id
)
select s.patient_id, s.zone, coalesce(
    (select max(j.zone) from triage_judgement j where j.tenant_id = s.tenant_id
       and j.patient_id = s.patient_id and j.zone >= 2 and j.taken_at >= m.taken_at - {TOGETHER}
       and {STANDING}),
    (select max(j.zone) from triage_judgement j where j.tenant_id = s.tenant_id
       and j.patient_id = s.patient_id and j.taken_at = m.taken_at and {TELLS}
       and {STANDING}), 1)
from triage_state s join moments m on m.patient_id = s.patient_id
where s.tenant_id = %(tenant)s
"""

_UNLISTED = f"""
select j.patient_id, max(j.zone) from triage_judgement j
where j.tenant_id = %(tenant)s and j.zone >= 2
  and not exists (select 1 from triage_reason r
                  where r.tenant_id = j.tenant_id and r.judgement_id = j.id)
  and {STANDING}
group by j.patient_id
"""


_MADE_RIGHT = """
update triage_state s set zone = u.zone
from unnest(%s::uuid[], %s::int2[]) u(patient, zone)
where s.tenant_id = %s and s.patient_id = u.patient and s.zone < u.zone
"""

# Reasons as `control` ranks them: a red that is being measured again comes last of the reds.
_RANKED = """
select r.item_id, min(case when r.zone = 3 then case when r.about ? 'control' then 1 else 0 end
                           when r.zone = 2 then 2 else 3 end) as rank
from triage_reason r where r.tenant_id = %(tenant)s and r.open group by r.item_id
"""

_RAISED = f"""
update triage_item i set rank = k.rank, version = i.version + 1,
    due_at = least(i.due_at, %(at)s), seen_at = null, snoozed_until = null, waking_rank = null
from ({_RANKED}) k
where i.tenant_id = %(tenant)s and i.id = k.item_id and i.open
  and coalesce(i.waking_rank, i.rank) > k.rank
returning i.patient_id
"""

_REOPENED = f"""
update triage_item i set open = true, closed_at = null, rank = k.rank, version = i.version + 1,
    due_at = least(i.due_at, %(at)s)
from ({_RANKED}) k
where i.tenant_id = %(tenant)s and i.id = k.item_id and not i.open
  and not exists (select 1 from triage_item o where o.tenant_id = i.tenant_id
                  and o.patient_id = i.patient_id and o.open)
returning i.patient_id
"""


def restate(*, zone: str, at: datetime) -> Found:
    """What is milder than the facts is made right, and is work; nothing is lowered.

    A stored zone worse than the facts is given to a person, once, and stays until then.
    """
    asked: dict[str, Any] = {"tenant": current_tenant(), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, asked)
        rows = cursor.fetchall()
        cursor.execute(_UNLISTED, asked)
        unlisted: dict[UUID, int] = dict(cursor.fetchall())
        differed = {p: (stored, facts) for p, stored, facts in rows if stored != facts}
        milder = {p: facts for p, (stored, facts) in differed.items() if facts > stored}
        cursor.execute(_MADE_RIGHT, [list(milder), list(milder.values()), current_tenant()])
        cursor.execute(_RAISED, asked)
        moved = {row[0] for row in cursor.fetchall()}
        cursor.execute(_REOPENED, asked)
        moved |= {row[0] for row in cursor.fetchall()}
    wrong = {p: max(pair) for p, pair in differed.items() if max(pair) >= Zone.YELLOW}
    wrong |= {patient: max(wrong.get(patient, 0), worst) for patient, worst in unlisted.items()}
    raised = _raise(wrong, zone=zone, at=at)
    return Found(len(rows), len(differed), len(raised | moved))


def recheck(patients: Sequence[UUID], *, zone: str, at: datetime) -> Found:
    """The same for some patients, from the readings themselves; each day everybody is looked at."""
    worse = replay(patients, zone=zone, at=at)
    raised = _raise(closed_by_nobody(patients, at=at), zone=zone, at=at)
    return Found(len(patients), worse + len(raised), worse + len(raised))


def _raise(wrong: dict[UUID, int], *, zone: str, at: datetime) -> set[UUID]:
    """Work for each, unless it already stands there as bad."""
    rows = Reason.objects.filter(patient_id__in=list(wrong), kind=RESTATED, open=True)
    there: dict[UUID, int] = {}
    for patient, standing in rows.values_list("patient_id", "zone"):
        there[patient] = max(standing, there.get(patient, 0))
    new = sorted(patient for patient in wrong if there.get(patient, -1) < wrong[patient])
    for patient in new:
        reason = NewReason(RESTATED, int(wrong[patient]))
        raise_work(patient, reason, zone=zone, at=at)
    return set(new)
