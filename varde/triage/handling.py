"""Handling: taking an item, seeing to it, closing exactly what was on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from varde.base.tenancy import current_tenant
from varde.core.access import Role
from varde.core.calendar import day_bounds
from varde.core.coded import Coded
from varde.core.unreachable import Tried, tried
from varde.core.zones import Zone
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.models import Control, Handling, Item, Reason, State
from varde.triage.worklist import CLOSED_ELSEWHERE, Rank, due_anew, rank_of, tell

IDLE = timedelta(minutes=30)  # decisions 4.4: a taken red nobody touches comes back

UNREACHABLE, UNDONE = "unreachable", "undone"
DONE = "done"  # of what has no colour: read, or done
ASSESSMENTS = (
    "worsening",
    "measuring-error",
    "equipment",
    "usual",
    "needs-doctor",
    "unreachable",
    "no-need",
    DONE,
)
ACTS = (
    "phone-answered",
    "phone-no-answer",
    "patient-called",
    "video",
    "video-no-answer",
    "wrote-message",
    "guided-by-plan",
    "asked-new-measurement",
    "told-next-of-kin",
    "told-home-care",
    "sent-to-doctor",
    "sent-to-out-of-hours",
    "sent-to-113",
)
TALKED = frozenset({"phone-answered", "patient-called", "video"})  # the patient was talked with
NEXT_STEPS = ("daily-until-green", "call-again", "to-gp", "to-meeting")
CLOSES_RED = frozenset(
    {
        "phone-answered",
        "patient-called",
        "video",
        "sent-to-doctor",
        "sent-to-out-of-hours",
        "sent-to-113",
    }
)


FEWEST_LETTERS = 5  # a mark is not a reason in words


class TakenByOther(Exception):
    """Another person has the item; carries who and since when."""

    def __init__(self, person: UUID, since: datetime) -> None:
        super().__init__("The item is taken by another person")
        self.person, self.since = person, since


class NotClosed(Coded):
    """The item may not be closed like this.

    `code` says why: red-needs-contact, why, unreachable, acted-on, sent-where, gone,
    red-may-not-wait, not-here.
    """


def locked(item: UUID, by: Viewer) -> Item:
    """The open item, held; one of another unit is as if it were not there."""
    mine = Item.objects.filter(tenant_id=by.tenant, unit_id=by.seat, id=item, open=True)
    found = mine.select_for_update().first()
    if found is None:
        raise NotClosed("gone")
    return found


def demand_mine(row: Item, by: Viewer) -> None:
    if row.taken_by_id not in (None, by.person) and row.taken_at:
        raise TakenByOther(row.taken_by_id, row.taken_at)


def changed(row: Item) -> None:
    """An item that is held says something else now: a new version, and the lists are told."""
    row.version += 1
    row.save(update_fields=["taken_by", "taken_at", "touched_at", "version"])
    tell([(row.unit_id, row.id)])


@action("take-item")
def take(*, item: UUID, by: Viewer, at: datetime) -> Done[Item]:
    """The item is `by`'s, unless another has it: `TakenByOther`."""
    row = locked(item, by)
    demand_mine(row, by)
    if row.taken_by_id != by.person:
        row.taken_at = at
    row.taken_by_id, row.touched_at = by.actor, at
    opened(row.patient_id, at=at)
    changed(row)
    return Done(row, patient=row.patient_id, kind="item", object_id=row.id)


def opened(patient: UUID, *, at: datetime) -> None:
    """A person has the place before them: what is measured again lowers nothing from now on."""
    asked = Control.objects.filter(patient_id=patient, state="asked", opened_at__isnull=True)
    asked.update(opened_at=at)


def touch(item: UUID, *, by: Viewer, at: datetime) -> bool:
    """Its holder is at work with it: a taken red does not come back meanwhile."""
    mine = Item.objects.filter(id=item, open=True, unit_id=by.seat, taken_by_id=by.actor)
    return mine.update(touched_at=at) > 0


@action("return-item")
def give_back(*, item: UUID, by: Viewer, at: datetime) -> Done[Item]:
    """The item is everybody's again. Only its holder, or the clock, gives it back."""
    row = locked(item, by)
    if by.role is not Role.SYSTEM:
        demand_mine(row, by)
    row.taken_by_id = row.taken_at = row.touched_at = None
    changed(row)
    return Done(row, patient=row.patient_id, kind="item", object_id=row.id)


def saw(item: UUID, *, at: datetime) -> None:
    """Someone has opened the patient's page: from now on nothing lowers the item by itself."""
    row = Item.objects.filter(id=item, open=True).first()
    if row is None:
        return
    Item.objects.filter(id=item, open=True, seen_at__isnull=True).update(seen_at=at)
    opened(row.patient_id, at=at)


@dataclass(frozen=True)
class Seen:
    """A green item as it was shown: its version, and when its patient was last heard."""

    item: UUID
    version: int
    heard_at: datetime


_LOCK = """
select id from triage_item where tenant_id = %s and id = any(%s)
order by patient_id for no key update
"""

_ACKNOWLEDGE = """
update triage_item i set open = false, closed_at = %s, version = i.version + 1
from unnest(%s::uuid[], %s::int[], %s::timestamptz[]) seen(id, version, heard)
where i.tenant_id = %s and i.unit_id = %s and i.id = seen.id and i.version = seen.version
  and i.open and i.rank = %s
  and not exists (select 1 from triage_reason r where r.tenant_id = i.tenant_id
                  and r.item_id = i.id and r.open)
  and not exists (select 1 from triage_state s where s.tenant_id = i.tenant_id
                  and s.patient_id = i.patient_id and s.heard_at > seen.heard)
returning i.id, i.unit_id, i.patient_id
"""


@action("acknowledge-greens")
def acknowledge_greens(*, seen: Sequence[Seen], by: Viewer, at: datetime) -> Done[list[UUID]]:
    """Close just the green items that were seen, as they were seen; the ids that were closed.

    One that has changed since (a new report, a message, a note) stays open. The lock comes first
    and in a statement of its own: a report that held the item has committed when we look again.
    """
    columns = [[getattr(s, name) for s in seen] for name in ("item", "version", "heard_at")]
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [current_tenant(), columns[0]])
        cursor.execute(_ACKNOWLEDGE, [at, *columns, current_tenant(), by.seat, int(Rank.GREEN)])
        closed = cursor.fetchall()
    Handling.objects.bulk_create(
        Handling(
            patient_id=patient,
            item_id=item,
            by_id=by.actor,
            unit_id=unit,
            at=at,
            assessment="acknowledged",
        )
        for item, unit, patient in closed
    )
    for unit in {unit for _, unit, _ in closed}:
        tell([(unit, closed[0][0])])  # one word for all: the lists fetch themselves anew
    ids = sorted(item.bytes for item, *_ in closed)
    digest = sha256(b"".join(ids)).digest() if ids else None
    return Done([item for item, *_ in closed], kind="items", digest=digest)


@dataclass(frozen=True)
class Closing:
    """What the person judged, did and decided, and which reasons were on the screen."""

    item: UUID
    reasons: tuple[UUID, ...]
    assessment: str
    acts: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    note: str = ""
    why: str = ""  # asked for when a red is closed as «no need»
    heard_at: datetime | None = None  # when the patient was last heard, as shown


@action("handle-item")
def attempt(*, closing: Closing, by: Viewer, at: datetime) -> Done[Handling]:
    """Keep what was tried; nothing is closed, and the item stays with whoever tried."""
    row = locked(closing.item, by)
    demand_mine(row, by)
    handling = _write(row, (), replace(closing, assessment="attempted"), by=by, at=at)
    if row.taken_by_id is None:
        row.taken_by_id, row.taken_at = by.actor, at
    row.touched_at = at
    opened(row.patient_id, at=at)
    changed(row)
    return Done(handling, patient=row.patient_id, kind="handling", object_id=handling.id)


@dataclass(frozen=True)
class Closed:
    handling: Handling
    stays_open: bool  # something came after the screen was made


@action("handle-item")
def close(*, closing: Closing, by: Viewer, at: datetime) -> Done[Closed]:
    """Close the reasons that were on the screen; what came after keeps the item open.

    Raises `NotClosed("red-needs-contact")` when a red was among them without contact or sending
    on, `NotClosed("why")` when it was closed as no need without saying why in words (decisions
    3.6); `TakenByOther` when another person has the item.
    """
    row = locked(closing.item, by)
    demand_mine(row, by)
    shown = Reason.objects.filter(item_id=row.id, id__in=closing.reasons, open=True)
    seen = list(shown.exclude(CLOSED_ELSEWHERE))
    _demand_contact(row, seen, closing, zone=by.zone, at=at)
    _demand_act(closing)
    _close(seen, closing.assessment, at=at)
    handling = _write(row, seen, closing, by=by, at=at)
    heard_at = closing.heard_at
    newer = heard_at is not None and _heard_after(row.patient_id, heard_at)
    stays = _settle(row, newer=newer, zone=by.zone, at=at)
    tell([(row.unit_id, row.id)])
    value = Closed(handling, stays)
    return Done(value, patient=row.patient_id, kind="handling", object_id=handling.id)


# What was measured, or was not, is judged; what was written or asked for is read or done.
JUDGED = frozenset(
    {"report", "unjudged", "outside", "refused", "taken-back", "restated", "missing"}
)


def _close(seen: Sequence[Reason], assessment: str, *, at: datetime) -> None:
    """Each reason with its own outcome (decisions 3.6)."""
    for outcome, judged in ((assessment, True), (DONE, False)):
        ids = [reason.id for reason in seen if (reason.kind in JUDGED) is judged]
        rows = Reason.objects.filter(id__in=ids)
        rows.update(open=False, closed_at=at, outcome=outcome)


def says_why(text: str) -> bool:
    """Whether a reason is given in words."""
    return len(re.findall(r"[^\W\d_]", text)) >= FEWEST_LETTERS


def tried_today(patient: UUID, acts: Sequence[str], *, zone: str, at: datetime) -> Tried:
    """What has been tried today to reach the patient, `acts` with it."""
    local = ZoneInfo(zone)
    start = day_bounds(at.astimezone(local).date(), local)[0]
    rows = list(Handling.objects.filter(patient_id=patient, at__gte=start, at__lte=at))
    undone = undone_of(rows)
    return tried([*(row.acts for row in rows if str(row.id) not in undone), acts])


def undone_of(rows: Iterable[Handling]) -> set[str]:
    """The ids of the closings that the undoings among these have taken back."""
    return {one for row in rows if row.assessment == UNDONE for one in row.reasons}


ACTED_ON = frozenset({"worsening", "needs-doctor"})  # judged so, something is done about it
SENT = frozenset({"sent-to-doctor", "sent-to-out-of-hours", "sent-to-113"})
SENT_NEXT = frozenset({"to-gp", "to-meeting"})


def _demand_act(closing: Closing) -> None:
    """What was acted on says what was done, and who needs a doctor is sent to one."""
    acts, steps = set(closing.acts), set(closing.next_steps)
    if closing.assessment == "needs-doctor" and not (SENT & acts or SENT_NEXT & steps):
        raise NotClosed("sent-where")
    if closing.assessment in ACTED_ON and not (acts or steps):
        raise NotClosed("acted-on")


def _demand_contact(
    row: Item, seen: Sequence[Reason], closing: Closing, *, zone: str, at: datetime
) -> None:
    red = any(reason.zone == Zone.RED for reason in seen)
    if closing.assessment == UNREACHABLE:
        if not tried_today(row.patient_id, closing.acts, zone=zone, at=at).enough(red=red):
            raise NotClosed("unreachable")
        return
    if not red or CLOSES_RED & set(closing.acts):
        return
    if closing.assessment != "no-need":
        raise NotClosed("red-needs-contact")
    if not says_why(closing.why):
        raise NotClosed("why")


def _write(
    row: Item, seen: Sequence[Reason], closing: Closing, *, by: Viewer, at: datetime
) -> Handling:
    note = f"{closing.note.strip()}\n{closing.why.strip()}".strip()
    handling = Handling(
        patient_id=row.patient_id,
        item_id=row.id,
        by_id=by.actor,
        unit_id=row.unit_id,
        at=at,
        assessment=closing.assessment,
        acts=list(closing.acts),
        next_steps=list(closing.next_steps),
        note=note,
        reasons=[str(reason.id) for reason in seen],
    )
    handling.save()
    return handling


def _settle(row: Item, *, newer: bool, zone: str, at: datetime) -> bool:
    """Close the item, or lower it to what is left and what is `newer`; whether it stays open."""
    left = list(Reason.objects.filter(item_id=row.id, open=True).order_by("at"))
    row.version += 1
    row.taken_by_id = row.taken_at = row.touched_at = None
    row.wake()
    if not left and not newer:
        row.open, row.closed_at = False, at
    else:
        ranks = {reason: rank_of(reason.zone) for reason in left}
        row.rank = min(ranks.values(), default=Rank.GREEN)
        row.since = min((r.at for r, rank in ranks.items() if rank == row.rank), default=at)
        row.due_at = due_anew(row, zone=zone, at=at)
        row.seen_at = None
    row.save()
    return row.open


def resolve(
    patient: UUID, kind: str, *, about: dict[str, str], outcome: str, zone: str, at: datetime
) -> None:
    """What reasons of this kind about this asked for is done, or no longer asked: closed by that.

    What else stands there stays. An item with nothing left is a green again when something has
    come since it was opened, which somebody is still to see.
    """
    row = Item.objects.select_for_update().filter(patient_id=patient, open=True).first()
    if row is None:
        return
    asked = Reason.objects.filter(item_id=row.id, kind=kind, open=True, about__contains=about)
    if asked.update(open=False, closed_at=at, outcome=outcome):
        last = Handling.objects.filter(item_id=row.id).order_by("-at").first()
        since = last.at if last else row.opened_at
        came = State.objects.filter(patient_id=patient, heard_at__gte=since).exists()
        holder = row.taken_by_id, row.taken_at, row.touched_at
        if _settle(row, newer=came, zone=zone, at=at):
            row.taken_by_id, row.taken_at, row.touched_at = holder
            row.save(update_fields=["taken_by", "taken_at", "touched_at"])
        tell([(row.unit_id, row.id)])


def _heard_after(patient: UUID, shown: datetime) -> bool:
    return State.objects.filter(patient_id=patient, heard_at__gt=shown).exists()
