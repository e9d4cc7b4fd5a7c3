"""Keeping of judgements and states, for many patients in one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection

from varde.base.rows import new_id
from varde.base.tenancy import current_tenant
from varde.core.judgement import Judgement

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Verdict:
    """One judged report. `id` is None for a plain green reading, whose row says it all."""

    id: UUID | None
    patient: UUID
    taken_at: datetime
    judgement: Judgement
    report: UUID | None = None
    comment: bool = False

    @property
    def kept(self) -> bool:
        return self.id is not None


_JUDGEMENTS = """
insert into triage_judgement
    (tenant_id, id, patient_id, report_id, taken_at, at, zone, reasons, supersedes_id)
select %s, u.id, u.patient, u.report, u.taken, %s, u.zone, u.reasons::jsonb,
    (select j.id from triage_judgement j where j.tenant_id = %s and j.patient_id = u.patient
       and j.taken_at = u.taken and j.report_id is not distinct from u.report
     order by j.at desc limit 1)
from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::int2[], %s::text[])
    u(id, patient, report, taken, zone, reasons)
"""


def keep_judgements(verdicts: Sequence[Verdict], *, at: datetime) -> None:
    """A new judgement supersedes the newest one of the same report; both stay."""
    if not verdicts:
        return
    columns: list[list[object]] = [[], [], [], [], [], []]
    for v in verdicts:
        reasons = _encode([reason.as_dict() for reason in v.judgement.reasons]).decode()
        row = (v.id, v.patient, v.report, v.taken_at, int(v.judgement.zone), reasons)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    tenant = current_tenant()
    with connection.cursor() as cursor:
        cursor.execute(_JUDGEMENTS, [tenant, at, tenant, *columns])


_STATES = """
insert into triage_state as s (tenant_id, id, patient_id, zone, since, taken_at, heard_at)
select %s, u.id, u.patient, u.zone, u.taken, u.taken, %s
from unnest(%s::uuid[], %s::uuid[], %s::int2[], %s::timestamptz[]) u(id, patient, zone, taken)
on conflict (tenant_id, patient_id) do update set
    heard_at = greatest(s.heard_at, excluded.heard_at),
    (zone, since, taken_at) = (
        select x.zone, x.since, x.taken_at from (values
            (excluded.zone, case when excluded.zone = s.zone then s.since else excluded.since end,
             excluded.taken_at), (s.zone, s.since, s.taken_at)) x(zone, since, taken_at)
        order by x.taken_at desc, x.zone desc limit 1)
"""


def keep_states(verdicts: Sequence[Verdict], *, at: datetime) -> None:
    """The patient's zone is the newest report's; of two at the same time, the worse."""
    newest: dict[UUID, Verdict] = {}
    for v in verdicts:
        before = newest.get(v.patient)
        if before is None or _order(v) > _order(before):
            newest[v.patient] = v
    if not newest:
        return
    states = [(new_id(), v.patient, int(v.judgement.zone), v.taken_at) for v in newest.values()]
    columns = [list(column) for column in zip(*sorted(states, key=lambda s: s[1]), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_STATES, [current_tenant(), at, *columns])


def _order(verdict: Verdict) -> tuple[datetime, int]:
    return verdict.taken_at, verdict.judgement.zone
