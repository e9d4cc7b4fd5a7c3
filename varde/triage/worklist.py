"""The worklist: one open item a patient, with reasons; raised here, lowered only by being seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Q

from varde.base.arrays import array, columns
from varde.base.rows import new_id, stored_json
from varde.base.tenancy import current_tenant
from varde.core.calendar import OpeningHours, add_open, opening_day
from varde.core.verdict import HOLDS_BACK_GREEN
from varde.core.zones import Zone
from varde.measuring.hours import hours_for, hours_from
from varde.measuring.queries import following
from varde.triage.cases import Situation
from varde.triage.keeping import Verdict
from varde.triage.models import Item

PUT = "put"  # in a reason's `about`: the service itself is asked, by others than the patient
# Reasons that what they ask for closes, and no closing of the row: limits to verify or to undo, and
# what another asks the service, which is answered.
CLOSED_ELSEWHERE = (
    Q(kind="limits")
    | Q(kind="task", about__has_key="order")
    | Q(kind="asked-for", about__contains={"stage": PUT})  # never null, as a path may be
)
MISSING = "missing"  # the kind of reason that a report was not sent
EXCERPT = 240  # characters of what somebody wrote that stand on the list
_encode = msgspec.json.Encoder().encode


class Rank(IntEnum):
    """The order of the list (decisions 4.3). Stored; a lower number is seen to first."""

    RED = 0
    RED_CONTROL = 1
    YELLOW = 2
    WORK = 3
    GREEN = 4
    ASLEEP = 5  # put off until a time; any new reason wakes it


RANK_OF = {Zone.RED: Rank.RED, Zone.YELLOW: Rank.YELLOW, Zone.GREEN: Rank.GREEN}


def rank_of(zone: int) -> Rank:
    """The place that one reason asks for: by its colour, and work where it has none."""
    return RANK_OF[Zone(zone)] if zone > Zone.GREEN else Rank.WORK


# The response goals in opening time (decisions 4.2), not signed by a clinician.
RED_WITHIN = timedelta(hours=2)
OPENING_DAYS: Mapping[Rank, int] = {
    Rank.YELLOW: 1, Rank.WORK: 2, Rank.GREEN: 5, Rank.ASLEEP: 5
}  # fmt: skip


def goal(rank: Rank, hours: OpeningHours) -> timedelta:
    """How long what stands there may wait: opening time of who sees to it."""
    return OPENING_DAYS[rank] * opening_day(hours) if rank in OPENING_DAYS else RED_WITHIN


@dataclass(slots=True)
class Raise:
    """One patient's place on the list, and the reasons that raise it."""

    patient: UUID
    unit: UUID
    rank: Rank
    due_at: datetime
    reasons: list[NewReason] = field(default_factory=list)
    now: bool = False  # it does not wait for the unit to open where another has its watch


@dataclass(slots=True)
class NewReason:
    kind: str  # as `web.nurse.work.work_text` tells each
    zone: int = 0
    judgement: UUID | None = None
    about: dict[str, Any] = field(default_factory=dict)


def due(rank: Rank, hours: OpeningHours, at: datetime) -> datetime:
    """When the response goal of `rank` is used up, in opening time from `at`."""
    return add_open(hours, at, goal(rank, hours))


def due_anew(item: Item, *, zone: str, at: datetime) -> datetime:
    """When a place is due that got its rank otherwise than by being raised, by the hours of the
    programmes the patient is in at `at`."""
    hours = hours_for(item.unit_id, [item.patient_id], zone=zone, at=at)
    return due(Rank(item.rank), hours[item.patient_id], item.since)


def lift(
    verdicts: Sequence[Verdict],
    found: dict[UUID, Situation],
    listed: set[UUID],
    *,
    at: datetime,
) -> None:
    """Open the patient's item or raise the one that is open.

    A plain green changes nothing for those already `listed`, whose place the transaction holds.
    """
    raises: dict[UUID, Raise] = {}
    known = _said_outside(verdicts)
    for verdict in verdicts:
        situation = found[verdict.patient]
        if situation.unit is None or situation.hours is None:
            continue  # nobody follows this patient: the doors refuse such deliveries
        rank, new = _reasons(verdict, known)
        if rank is None or (not new and verdict.patient in listed):
            continue
        place = raises.get(verdict.patient)
        if place is None or rank < place.rank:
            reasons = place.reasons if place else []
            limit = due(rank, situation.hours, at)
            place = Raise(verdict.patient, situation.unit, rank, limit, reasons)
            raises[verdict.patient] = place
        place.reasons += new
    put(list(raises.values()), at=at)


def _reasons(verdict: Verdict, known: set[tuple[UUID, str]]) -> tuple[Rank | None, list[NewReason]]:
    """The place a report asks for, and why; None when it asks for none.

    Green needs no reason of its own: its item is what is acknowledged. A kind outside the
    programme is work once for a patient, not once a reading (decisions 3.2).
    """
    if not verdict.kept:
        return Rank.GREEN, []
    judgement = verdict.judgement
    said = {"comment": verdict.comment} if verdict.comment else {}
    if judgement.zone in (Zone.RED, Zone.YELLOW):
        if verdict.asked is not None:
            said["control"] = verdict.asked.until.isoformat()
        reason = NewReason("report", int(judgement.zone), verdict.id, said)
        return (Rank.RED_CONTROL if verdict.asked else RANK_OF[judgement.zone]), [reason]
    held = sorted({r.subject for r in judgement.unjudged if r.rule in HOLDS_BACK_GREEN})
    outside = {r.subject for r in judgement.unjudged if r.rule not in HOLDS_BACK_GREEN}
    reasons = [NewReason("unjudged", 0, verdict.id, {"subjects": held})] if held else []
    for subject in sorted(outside):
        if (verdict.patient, subject) not in known:
            known.add((verdict.patient, subject))
            value = next(r.value for r in judgement.reasons if r.subject == subject)
            about = {"subjects": [subject], "value": value}
            reasons.append(NewReason("outside", 0, verdict.id, about))
    if verdict.comment:
        reasons.append(NewReason("comment", 0, verdict.id, said))
    if reasons:
        return Rank.WORK, reasons
    return (Rank.GREEN if judgement.zone is Zone.GREEN else None), []


_SAID = """
select patient_id, about -> 'subjects' ->> 0 from triage_reason
where tenant_id = %s and patient_id = any(%s) and kind = 'outside'
"""


def _said_outside(verdicts: Sequence[Verdict]) -> set[tuple[UUID, str]]:
    """Which kinds outside the programme a person has been told of, for each patient."""
    patients = {v.patient for v in verdicts if v.kept and v.judgement.unjudged}
    if not patients:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [current_tenant(), list(patients)])
        return {(patient, subject) for patient, subject in cursor.fetchall()}


_AWAKE = "coalesce(i.waking_rank, i.rank)"  # what it is when it is not put off
# It stays where it is with the one who has the watch, and with a nurse who holds it when another
# takes the watch; what she lets go follows then (`watch`).
_STAYS = """(i.unit_id = excluded.unit_id or exists (
    select 1 from triage_watch w
    join people_relation r on r.tenant_id = w.tenant_id and r.organisation_id = w.to_id
      and r.patient_id = i.patient_id and r.ground = 'cover' and upper(r.period) is null
    where w.tenant_id = i.tenant_id
      and w.taken_at is not null and w.ended_at is null
      and ((w.to_id = i.unit_id and w.unit_id = excluded.unit_id)
        or (w.unit_id = i.unit_id and w.to_id = excluded.unit_id
            and i.taken_by_id is not null))))"""
_PUT = f"""
insert into triage_item as i
    (tenant_id, id, patient_id, unit_id, rank, since, due_at, opened_at, version, open)
select %s, u.id, u.patient, u.unit, u.rank, %s, u.due, %s, 1, true
from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int2[], %s::timestamptz[])
    u(id, patient, unit, rank, due)
on conflict (tenant_id, patient_id) where open do update set
    unit_id = case when {_STAYS} then i.unit_id else excluded.unit_id end,
    taken_by_id = case when {_STAYS} then i.taken_by_id end,
    taken_at = case when {_STAYS} then i.taken_at end,
    rank = least({_AWAKE}, excluded.rank),
    since = case when excluded.rank < {_AWAKE} then excluded.since else i.since end,
    due_at = case when excluded.rank < {_AWAKE} then excluded.due_at
                  when excluded.rank = {_AWAKE} then least(i.due_at, excluded.due_at)
                  else i.due_at end,
    seen_at = case when excluded.rank >= {_AWAKE} then i.seen_at end,
    snoozed_until = null, waking_rank = null,
    version = i.version + 1
returning id, patient_id, unit_id, version, rank
"""

_REASONS = """
insert into triage_reason
    (tenant_id, id, item_id, patient_id, kind, zone, at, judgement_id, about, open, outcome)
select %s, u.id, u.item, u.patient, u.kind, u.zone, %s, u.judgement, u.about::jsonb, true, ''
from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::int2[], %s::uuid[], %s::text[])
    u(id, item, patient, kind, zone, judgement, about)
"""


def put(raises: Sequence[Raise], *, at: datetime) -> dict[UUID, UUID]:
    """Write places and reasons, tell the lists that show them; patient → item."""
    if not raises:
        return {}
    theirs = _with_who_watches(raises, at=at)
    ordered = sorted(theirs, key=lambda r: r.patient)  # one order for all: no deadlock
    rows = [(new_id(), r.patient, r.unit, int(r.rank), r.due_at) for r in ordered]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [current_tenant(), at, at, *columns(rows, 5)])
        put_items = cursor.fetchall()
    items = {patient: item for item, patient, *_ in put_items}
    _write_reasons(ordered, items, at=at)
    loud = {r.patient for r in ordered if r.reasons}
    told = [(row[2], row[0]) for row in put_items if row[1] in loud or row[3] == 1]
    left = [old for old, new in zip(raises, theirs, strict=True) if old is not new]
    tell(told + [(one.unit, items[one.patient]) for one in left])
    return items


# Who has the watch for these patients now, of the units that follow them.
_WATCHED = """
select p.patient, w.to_id, o.hours, c.zone
from unnest(%s::uuid[], %s::uuid[]) p(patient, unit)
join triage_watch w on w.tenant_id = %s and w.unit_id = p.unit
  and w.taken_at is not null and w.ended_at is null
join people_organisation o on o.tenant_id = w.tenant_id and o.id = w.to_id
join people_cooperation c on c.id = w.tenant_id
where (select true from people_relation r where r.tenant_id = w.tenant_id
       and r.organisation_id = w.to_id and r.patient_id = p.patient and r.ground = 'cover'
       and r.period @> %s limit 1)
"""


def _with_who_watches(raises: Sequence[Raise], *, at: datetime) -> Sequence[Raise]:
    """Reds and missed reports stand with who has the watch, and are due by the hours there."""
    going = {r.patient: r.unit for r in raises if _goes(r)}
    if not going:
        return raises
    with connection.cursor() as cursor:
        cursor.execute(_WATCHED, [array(going), array(going.values()), current_tenant(), at])
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [_moved(r, *found[r.patient], at=at) if r.patient in found else r for r in raises]


def _goes(raised: Raise) -> bool:
    missed = any(reason.kind == MISSING for reason in raised.reasons)
    return raised.now or missed or raised.rank <= Rank.RED_CONTROL


def _moved(raised: Raise, to: UUID, hours: Any, zone: str, *, at: datetime) -> Raise:
    there = hours_from(stored_json(hours), zone)
    sooner = min(raised.due_at, due(raised.rank, there, at))
    return replace(raised, unit=to, due_at=sooner)


def _write_reasons(raises: Sequence[Raise], items: dict[UUID, UUID], *, at: datetime) -> None:
    rows = [
        (
            new_id(),
            items[place.patient],
            place.patient,
            reason.kind,
            reason.zone,
            reason.judgement,
            _encode(reason.about).decode(),
        )
        for place in raises
        for reason in place.reasons
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_REASONS, [current_tenant(), at, *columns(rows, 7)])


_NOTIFY = "select pg_notify('varde_worklist', told) from unnest(%s::text[]) told"


def tell(changed: Sequence[tuple[UUID, UUID]]) -> None:
    """Notify the live lists of each (unit, item), when the transaction commits. Ids only."""
    if changed:
        told = array([f"{current_tenant()}:{unit}:{item}" for unit, item in changed])
        with connection.cursor() as cursor:
            cursor.execute(_NOTIFY, [told])


def raise_work(
    patient: UUID,
    reason: NewReason,
    *,
    zone: str,
    at: datetime,
    due_at: datetime | None = None,
    now: bool = False,
    of: UUID | None = None,
) -> UUID:
    """The one way for every context to put work on a patient's item; the item's id.

    It stands with whoever follows the patient, as urgent as the reason's colour says, or until
    `due_at` where that is sooner. What cannot wait for the morning (`now`) stands with who has the
    watch; so does what is `of` another unit than the one that follows, which has promised it.
    Raises KeyError for a patient whom nobody follows or has followed.
    """
    followed, rank = following([patient], zone=zone, at=at)[patient], rank_of(reason.zone)
    limit = due(rank, followed.hours, at)
    limit = min(limit, due_at) if due_at else limit
    now = now or of not in (None, followed.unit)
    place = Raise(patient, followed.unit, rank, limit, [reason], now)
    return put([place], at=at)[patient]
