"""Keeping of judgements and states, for many patients in one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection

from varde.base.arrays import array, columns
from varde.base.rows import new_id
from varde.base.tenancy import current_tenant
from varde.core import reading
from varde.core.verdict import Judgement
from varde.core.zones import Zone

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Asked:
    """What a patient is asked to measure again, and by when."""

    until: datetime
    kinds: frozenset[str]


@dataclass(slots=True)
class Verdict:
    """One judged report. `id` is None for a plain green reading, whose row says it all."""

    id: UUID | None
    patient: UUID
    taken_at: datetime
    judgement: Judgement
    report: UUID | None = None
    comment: str = ""  # the beginning of what the patient wrote
    again: bool = False  # made anew by a late reading: it supersedes the one before
    asked: Asked | None = None  # the patient is asked to measure again

    @property
    def kept(self) -> bool:
        return self.id is not None


_JUDGEMENTS = """
insert into triage_judgement
    (tenant_id, id, patient_id, report_id, taken_at, at, zone, reasons, supersedes_id)
select %s, u.id, u.patient, u.report, u.taken, %s, u.zone, u.reasons::jsonb,
    (select j.id from triage_judgement j where j.tenant_id = %s and j.patient_id = u.patient
       and j.taken_at = u.taken and j.report_id is not distinct from u.report
       and u.again
     order by j.at desc limit 1)
from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[], %s::int2[], %s::text[],
            %s::bool[]) u(id, patient, report, taken, zone, reasons, again)
"""


def keep_judgements(verdicts: Sequence[Verdict], *, at: datetime) -> None:
    """A judgement made again supersedes the newest one of the same report; both stay."""
    if not verdicts:
        return
    rows = []
    for v in verdicts:
        reasons = _encode([reason.as_dict() for reason in v.judgement.reasons]).decode()
        rows.append(
            (v.id, v.patient, v.report, v.taken_at, int(v.judgement.zone), reasons, v.again)
        )
    tenant = current_tenant()
    with connection.cursor() as cursor:
        cursor.execute(_JUDGEMENTS, [tenant, at, tenant, *columns(rows, 7)])


@dataclass(frozen=True, slots=True)
class Wrote:
    """The observations that were new, and the patients with an open place on the list."""

    kept: set[UUID]
    listed: set[UUID]


TOGETHER = f"interval '{reading.TOGETHER.total_seconds():.0f} seconds'"


# A row `j` that no later judgement of the same report has taken the place of.
STANDING = """not exists (select from triage_judgement k where k.tenant_id = j.tenant_id
    and k.supersedes_id = j.id)"""


def _zone(red: str, yellow: str, taken: str, otherwise: str) -> str:
    """The worst of what was taken together with the newest, else the newest's own zone."""
    return f"""case when {red} >= {taken} - {TOGETHER} then {int(Zone.RED)}
        when {yellow} >= {taken} - {TOGETHER} then {int(Zone.YELLOW)} else {otherwise} end"""


_NEW_ZONE = _zone("u.red", "u.yellow", "u.taken", "u.zone")
_NOW_ZONE = _zone(
    "greatest(s.red_at, excluded.red_at)",
    "greatest(s.yellow_at, excluded.yellow_at)",
    "greatest(s.taken_at, excluded.taken_at)",
    """case when excluded.taken_at > s.taken_at then excluded.zone
        when excluded.taken_at < s.taken_at then s.zone
        else greatest(s.zone, excluded.zone) end""",
)
_ALL = f"""
with kept as (
    insert into measuring_observation
        (tenant_id, id, patient_id, source_id, taken_at, received_at, value, kind, zone, flags)
    select %(tenant)s, u.id, u.patient, %(source)s, u.taken, %(at)s, u.value, u.kind, u.zone,
           u.flags
    from unnest(%(ids)s::uuid[], %(patients)s::uuid[], %(taken)s::timestamptz[],
                %(values)s::float8[], %(kinds)s::int2[], %(zones)s::int2[], %(flags)s::int2[])
        u(id, patient, taken, value, kind, zone, flags)
    on conflict (tenant_id, id) do nothing
    returning id
), states as (
    insert into triage_state as s (tenant_id, id, patient_id, zone, since, taken_at, heard_at,
                                   red_at, yellow_at)
    select %(tenant)s, u.id, u.patient, {_NEW_ZONE}, u.taken, u.taken,
           coalesce(%(heard)s::timestamptz, u.taken), u.red, u.yellow
    from unnest(%(state_ids)s::uuid[], %(state_patients)s::uuid[], %(state_zones)s::int2[],
                %(state_taken)s::timestamptz[], %(deciders)s::uuid[],
                %(state_red)s::timestamptz[], %(state_yellow)s::timestamptz[])
        u(id, patient, zone, taken, decider, red, yellow)
    where u.decider is null or u.decider in (select id from kept)
    on conflict (tenant_id, patient_id) do update set
        heard_at = greatest(s.heard_at, excluded.heard_at),
        zone = {_NOW_ZONE},
        since = case when {_NOW_ZONE} <> s.zone then excluded.since else s.since end,
        taken_at = greatest(s.taken_at, excluded.taken_at),
        red_at = greatest(s.red_at, excluded.red_at),
        yellow_at = greatest(s.yellow_at, excluded.yellow_at)
), listed as (
    select patient_id from triage_item
    where tenant_id = %(tenant)s and patient_id = any(%(state_patients)s::uuid[]) and open
    order by patient_id for no key update
)
select (select array_agg(id) from kept), (select array_agg(patient_id) from listed)
"""


# What a patient's `id` is held by, here and in `cases`: two that differ would hold nothing.
HOLD_KEY = "('x' || substr(replace(id::text, '-', ''), 17))::bit(64)::bigint"
_HOLD = f"""
select pg_advisory_xact_lock(k) from (
    select {HOLD_KEY} as k from unnest(%s::uuid[]) id order by 1) one_by_one
"""


def hold(patients: Iterable[UUID]) -> None:
    """One report of a patient at a time, until we commit; in one order for all: no deadlock.

    `cases.situations` holds in the statement that looks the patients up, by the same key.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [array(patients)])


_HEARD = f"""
insert into triage_state as s (tenant_id, id, patient_id, zone, since, taken_at, heard_at)
select %s, u.id, u.patient, {int(Zone.NOT_JUDGED)}, u.taken, u.taken, %s
from unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) u(id, patient, taken)
on conflict (tenant_id, patient_id) do update set
    heard_at = greatest(s.heard_at, excluded.heard_at)
"""


def hear(came: Iterable[tuple[UUID, datetime]], *, at: datetime) -> None:
    """Something (patient, taken_at) has come that says nothing of the zone, which stays.

    What was shown before it is older; who has sent nothing else is not judged.
    """
    newest: dict[UUID, datetime] = {}
    for patient, taken_at in came:
        newest[patient] = max(taken_at, newest.get(patient, taken_at))
    if newest:
        rows = [(new_id(), patient, newest[patient]) for patient in sorted(newest)]
        with connection.cursor() as cursor:
            cursor.execute(_HEARD, [current_tenant(), at, *columns(rows, 3)])


Row = tuple[UUID, UUID, datetime, float, int, int, int]
StateRow = tuple[
    UUID, UUID, int, datetime, UUID | None, datetime | None, datetime | None
]  # id, patient, zone, taken_at, the observation it hangs on, newest red, newest yellow


def keep_all(
    rows: Sequence[Row],
    states: Sequence[StateRow],
    *,
    source: UUID | None,
    at: datetime,
    heard: bool = True,
) -> Wrote:
    """Observations (id, patient, taken_at, value, kind, zone, flags) and states, in one statement.

    A state is written only when the observation that decides it was new. The open places are
    locked so that they cannot be closed, as if nothing had come, before this is seen. Nobody was
    `heard` from where it is only judged again.
    """
    names = ("ids", "patients", "taken", "values", "kinds", "zones", "flags")
    state_names = ("state_ids", "state_patients", "state_zones", "state_taken", "deciders",
                   "state_red", "state_yellow")  # fmt: skip
    asked: dict[str, object] = {"tenant": current_tenant(), "source": source, "at": at}
    asked["heard"] = at if heard else None
    asked |= dict(zip(names, columns(rows, len(names)), strict=True))
    asked |= dict(zip(state_names, columns(states, len(state_names)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_ALL, asked)  # type: ignore[arg-type]
        kept, listed = cursor.fetchone()
    return Wrote(set(kept or ()), set(listed or ()))


def newest_states(
    found: Iterable[tuple[UUID, int, datetime, UUID | None]],
) -> list[StateRow]:
    """What each patient's state is made from: the newest report, the newest red and yellow.

    `found` is (patient, zone, taken_at, the observation that must be new for it to count).
    """
    newest: dict[UUID, tuple[int, datetime, UUID | None]] = {}
    last: dict[tuple[UUID, int], datetime] = {}
    for patient, zone, taken_at, decider in found:
        before = newest.get(patient)
        if before is None or (taken_at, zone) > (before[1], before[0]):
            newest[patient] = (zone, taken_at, decider)
        if zone >= Zone.YELLOW:
            last[patient, zone] = max(taken_at, last.get((patient, zone), taken_at))
    return [
        (new_id(), patient, *newest[patient],
         last.get((patient, Zone.RED)), last.get((patient, Zone.YELLOW)))
        for patient in sorted(newest)
    ]  # fmt: skip
