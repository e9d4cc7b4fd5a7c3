"""Alerts: the yellow and red reports of one unit, with what came of each, for the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from varde.base.rows import stored_json
from varde.base.tenancy import current_tenant
from varde.core.calendar import OpeningHours, open_between
from varde.core.ledger import Alert, Ledger, Rule, ledger
from varde.core.verdict import Reason
from varde.core.zones import Zone
from varde.triage.keeping import STANDING

# The judgement a reason cites may be the one that a repetition made: it is what a person judged.
_ALERTS = f"""
select r.zone, r.outcome, r.at, r.closed_at, j.reasons,
  (select e.programme from measuring_enrolment e where e.tenant_id = r.tenant_id
     and e.patient_id = r.patient_id and e.period @> r.at order by e.id limit 1)
from triage_reason r
join triage_item i on i.tenant_id = r.tenant_id and i.id = r.item_id
join triage_judgement j on j.tenant_id = r.tenant_id and j.id = r.judgement_id
where r.tenant_id = %s and i.unit_id = %s and r.kind = 'report' and r.zone >= 2
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


def alerts_of(unit: UUID, *, hours: OpeningHours, start: datetime, end: datetime) -> Ledger:
    """The unit's alerts that came in [start, end), and what came of them until now."""
    tenant = current_tenant()
    with connection.cursor() as cursor:
        cursor.execute(_ALERTS, [tenant, unit, start, end])
        found = [_alert(*row, hours=hours) for row in cursor.fetchall()]
        cursor.execute(_DAYS, {"tenant": tenant, "unit": unit, "start": start, "end": end})
        (days,) = cursor.fetchone()
    return ledger(found, patient_days=round(float(days)))


def _alert(
    zone: int,
    outcome: str,
    at: datetime,
    closed_at: datetime | None,
    reasons: Any,
    programme: str | None,
    *,
    hours: OpeningHours,
) -> Alert:
    told: list[Mapping[str, Any]] = stored_json(reasons)
    rules = tuple(
        Rule(programme or "", one.subject, one.rule, one.zone)
        for one in map(Reason.from_dict, told)
        if one.zone == zone
    )
    took: timedelta | None = open_between(hours, at, closed_at) if closed_at else None
    return Alert(rules, Zone(zone), outcome, took)
