"""Alerts: the yellow and red reports of one unit, with what came of each, for the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from varde.base.rows import stored_json
from varde.base.tenancy import current_tenant
from varde.catalogue.queries import programme
from varde.core.calendar import open_between
from varde.core.ledger import LIMITS, Alert, Ledger, Rule, ledger
from varde.core.programme import Programme
from varde.core.verdict import Reason
from varde.core.zones import Zone
from varde.measuring.hours import hours_at
from varde.people.models import Organisation
from varde.people.queries import organisation
from varde.triage.keeping import STANDING

# The judgement a reason cites may be the one that a repetition made: it is what a person judged.
# A unit's alerts are those of the patients it followed then, whoever had its watch.
_ALERTS = f"""
select r.zone, r.outcome, r.at, r.closed_at, j.reasons, e.programmes, e.here
from triage_reason r
join lateral (select json_agg(json_build_array(p.programme, p.version) order by p.id) as programmes,
                array_agg(p.programme) filter (where p.unit_id = %s) as here
              from measuring_enrolment p where p.tenant_id = r.tenant_id
                and p.patient_id = r.patient_id and p.period @> r.at) e on e.here is not null
join triage_judgement j on j.tenant_id = r.tenant_id and j.id = r.judgement_id
where r.tenant_id = %s and r.kind = 'report' and r.zone >= 2
  and r.at >= %s and r.at < %s and {STANDING}
"""
_DAYS = """
select coalesce(sum(extract(epoch from
    least(coalesce(upper(d.period), %(end)s), %(end)s)
    - greatest(lower(d.period), %(start)s)) / 86400), 0)
from (select unnest(range_agg(e.period)) as period from measuring_enrolment e
      where e.tenant_id = %(tenant)s and e.unit_id = %(unit)s
        and e.period && tstzrange(%(start)s, %(end)s)
      group by e.patient_id) d
where d.period && tstzrange(%(start)s, %(end)s)
"""


def alerts_of(unit: UUID, *, zone: str, start: datetime, end: datetime) -> Ledger:
    """The unit's alerts that came in [start, end), and what came of them until now."""
    tenant, of = current_tenant(), organisation(unit)
    with connection.cursor() as cursor:
        cursor.execute(_ALERTS, [unit, tenant, start, end])
        found = [_alert(*row, of=of, local=zone) for row in cursor.fetchall()]
        cursor.execute(_DAYS, {"tenant": tenant, "unit": unit, "start": start, "end": end})
        (days,) = cursor.fetchone()
    return ledger(found, patient_days=round(float(days)))


def _alert(
    zone: int,
    outcome: str,
    at: datetime,
    closed_at: datetime | None,
    reasons: Any,
    programmes: Any,
    here: Sequence[str],
    *,
    of: Organisation,
    local: str,
) -> Alert:
    told: list[Mapping[str, Any]] = stored_json(reasons)
    known = [programme(key, version) for key, version in stored_json(programmes)]
    hours = hours_at(of, here, local)
    found = [one for one in map(Reason.from_dict, told) if one.zone == zone]
    rules = [Rule(_of(one.subject, known), one.subject, one.rule, one.zone) for one in found]
    beside = [
        Rule(_of(one.subject, known), one.subject, rule, one.zone)
        for one in found
        for rule in one.also
    ]
    limits = tuple(
        (rule, float(one.bound))
        for rule, one in zip(rules, found, strict=True)
        if one.bound is not None and one.rule in LIMITS
    )
    took: timedelta | None = open_between(hours, at, closed_at) if closed_at else None
    return Alert((*rules, *beside), Zone(zone), outcome, took, limits)


def _of(subject: str, programmes: Sequence[Programme]) -> str:
    """The first of the patient's programmes that the part is of, else the first."""
    own = (one.key for one in programmes if subject in one.subjects)
    return next(own, programmes[0].key if programmes else "")
