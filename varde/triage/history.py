"""History in short: when patients were last talked with, and for how long a colour has lasted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max

from varde.base.tenancy import current_tenant
from varde.triage.handling import TALKED
from varde.triage.keeping import STANDING
from varde.triage.models import Task

_TALKED = """
select w.patient, (select h.at from triage_handling h where h.tenant_id = %s
    and h.patient_id = w.patient and h.assessment <> 'acknowledged' and h.acts ?| %s::text[]
    and not exists (select from triage_handling u where u.tenant_id = h.tenant_id
      and u.patient_id = h.patient_id and u.assessment = 'undone'
      and u.reasons @> jsonb_build_array(h.id::text))
  order by h.at desc limit 1)
from unnest(%s::uuid[]) w(patient)
"""


def last_talked(patients: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each patient was last talked with."""
    with connection.cursor() as cursor:
        cursor.execute(_TALKED, [current_tenant(), sorted(TALKED), list(patients)])
        return {patient: at for patient, at in cursor.fetchall() if at is not None}


_ALIKE = f"""
select s.patient_id, count(distinct date_bin('30 minutes', j.taken_at, s.since)) from triage_state s
join triage_judgement j on j.tenant_id = s.tenant_id and j.patient_id = s.patient_id
  and j.zone = s.zone and j.taken_at >= s.since
where s.tenant_id = %s and s.patient_id = any(%s::uuid[]) and s.zone >= 2 and {STANDING}
group by s.patient_id
"""


def alike(patients: Sequence[UUID]) -> dict[UUID, int]:
    """How many reports in a row have had the colour that each ill patient has now."""
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [current_tenant(), list(patients)])
        return dict(cursor.fetchall())


def last_done(patients: Sequence[UUID], kinds: Sequence[str]) -> dict[UUID, datetime]:
    """When a task of these kinds was last done for each patient, by a person."""
    rows = Task.objects.filter(patient_id__in=list(patients), kind__in=list(kinds), outcome="done")
    return dict(rows.values_list("patient_id").annotate(Max("done_at")))
