"""The watch: who sees to a unit's reds and missed reports while it is closed, and who has it now.

It is the unit's own until another has taken it, and the other's until it is ended: by the unit, at
any time, or given back while the unit is open. At no moment is it nobody's. What stands on the list
follows it (ADR 16).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from varde.core.access import Role
from varde.core.calendar import is_open, open_between
from varde.core.coded import Coded
from varde.measuring.hours import hours_for, hours_from
from varde.measuring.models import Enrolment
from varde.people.action import Done, action
from varde.people.covers import cover_of, held_cover, seen_by
from varde.people.models import Cover, Organisation
from varde.people.viewer import Viewer
from varde.triage.models import Item, Reason, Watch
from varde.triage.worklist import MISSING, Rank, due, tell

SETTLED = timedelta(days=1)  # so long after it ended what somebody held is still brought back


class NotWatched(Coded, ValueError):
    """`code`: none (nobody is to cover the unit), nobody (no patient of it is covered), stands (it
    is given already), gone (another has moved it on, or it is not this unit's to act on), closed
    (the unit is not there to get it)."""


@action("give-watch")
def give(*, unit: UUID, by: Viewer, at: datetime) -> Done[Watch]:
    """Offer the unit's watch to who covers it; until that is taken nothing has changed."""
    if by.role is not Role.SYSTEM and unit != by.seat:
        raise NotWatched("gone")
    cover = held_cover(unit)
    if cover is None:
        raise NotWatched("none")
    if standing(unit) is not None:
        raise NotWatched("stands")
    if not covers_anybody(unit, cover.by_id, at=at):
        raise NotWatched("nobody")
    row = Watch.objects.create(
        unit_id=unit, to_id=cover.by_id, offered_by_id=by.person, offered_at=at
    )
    _told(row)
    return Done(row, kind="watch", object_id=row.id)


@action("take-watch")
def take(*, watch: UUID, by: Viewer, at: datetime) -> Done[Watch]:
    """It is ours from now: reds and missed reports of the unit stand on our list. Taken twice it is
    taken once."""
    row = _locked(watch)
    if row.to_id != by.seat:
        raise NotWatched("gone")
    if row.taken_at is None:
        row.taken_by_id, row.taken_at = by.actor, max(at, row.offered_at)
        row.save(update_fields=["taken_by", "taken_at"])
        _told(row)
        _move(row, zone=by.zone, at=at)
    return Done(row, kind="watch", object_id=row.id)


@action("end-watch")
def end(*, watch: UUID, by: Viewer, at: datetime, taken: bool | None = None) -> Done[Watch]:
    """The unit has its watch again: taken back by it, or given back by the other while it is open.

    One that was not taken yet is withdrawn by the unit, or declined by the other. `taken` is as it
    was when one decided: what has been taken meanwhile is not withdrawn.
    """
    row = _locked(watch)
    if by.seat not in (row.unit_id, row.to_id):
        raise NotWatched("gone")
    if taken is not None and taken is not (row.taken_at is not None):
        raise NotWatched("gone")
    mine = row.unit_id == by.seat
    if not mine and row.taken_at is not None and not _is_open(row.unit, by.zone, at):
        raise NotWatched("closed")
    row.ended_by_id, row.ended_at = by.actor, max(at, row.taken_at or row.offered_at)
    row.save(update_fields=["ended_by", "ended_at"])
    _told(row)
    _move(row, zone=by.zone, at=at)
    return Done(row, kind="watch", object_id=row.id)


def _locked(watch: UUID) -> Watch:
    rows = Watch.objects.select_for_update(of=("self",)).select_related("unit", "to")
    row = rows.filter(id=watch, ended_at__isnull=True).first()
    if row is None:
        raise NotWatched("gone")
    return row


def _is_open(unit: Organisation, zone: str, at: datetime) -> bool:
    return is_open(hours_from(unit.hours, zone), at)


def covers_anybody(unit: UUID, to: UUID, *, at: datetime) -> bool:
    """Whether any patient whom the unit follows is seen by the other."""
    rows = Enrolment.objects.filter(unit_id=unit, period__contains=at)
    return rows.filter(patient_id__in=seen_by(to).values("patient_id")).exists()


def _told(row: Watch) -> None:
    """Both lists say who has the watch."""
    tell([(row.unit_id, row.id), (row.to_id, row.id)])


def standing(unit: UUID) -> Watch | None:
    """The unit's watch, offered to another or taken by it; None while it is just its own."""
    rows = Watch.objects.filter(unit_id=unit, ended_at__isnull=True)
    return rows.select_related("to", "taken_by", "offered_by").first()


def held_by(to: UUID) -> Sequence[Watch]:
    """The watches offered to this unit, or taken by it."""
    rows = Watch.objects.filter(to_id=to, ended_at__isnull=True)
    return list(rows.select_related("unit", "taken_by", "offered_by").order_by("offered_at"))


def past(unit: UUID, *, most: int = 14) -> Sequence[Watch]:
    """Whose it was lately, given by the unit or to it, the newest first."""
    rows = Watch.objects.filter(Q(unit_id=unit) | Q(to_id=unit), taken_at__isnull=False)
    rows = rows.select_related("unit", "to", "taken_by", "ended_by")
    return list(rows.order_by("-offered_at")[:most])


def watcher_of(patient: UUID, unit: UUID) -> Watch | None:
    """Who has the watch for this patient now, when it is another than the unit that follows."""
    rows = Watch.objects.filter(unit_id=unit, taken_at__isnull=False, ended_at__isnull=True)
    covered = seen_by(OuterRef("to_id")).filter(patient_id=patient)
    return rows.filter(Exists(covered)).select_related("to").first()


@action("move-watched")
def settle(*, unit: UUID, by: Viewer, at: datetime) -> Done[int]:
    """What the clock sees to: a closed unit's watch is offered, and what stands on the lists is
    where the watch is; how many places were moved."""
    cover, now = cover_of(unit), standing(unit)
    if cover is not None and now is None and _to_be_offered(cover, by.zone, at):
        now = give(unit=unit, by=by, at=at)
    ended = Watch.objects.filter(unit_id=unit, taken_at__isnull=False, ended_at__gt=at - SETTLED)
    here = now.to_id if now is not None and now.taken_at is not None else None
    home = {row.to_id: row for row in ended.exclude(to_id=here)}  # once each, and none that has it
    rows = [*home.values(), *([now] if now is not None else [])]
    return Done(sum(_move(row, zone=by.zone, at=at) for row in rows), kind="watch")


def _to_be_offered(cover: Cover, zone: str, at: datetime) -> bool:
    """Once each time the unit has closed: who takes the offer back has the watch that night."""
    hours = hours_from(cover.unit.hours, zone)
    if is_open(hours, at) or not covers_anybody(cover.unit_id, cover.by_id, at=at):
        return False
    last = Watch.objects.filter(unit_id=cover.unit_id).order_by("-offered_at").first()
    return last is None or bool(open_between(hours, last.offered_at, at))


def bring_home(unit: UUID, to: UUID, *, zone: str, at: datetime) -> int:
    """Every place of the unit's patients that stands with the other comes home, also what somebody
    holds: the other will not see it any more."""
    theirs = _theirs(Item.objects.filter(unit_id=to, open=True), unit, to, at)
    return _home(theirs, unit, zone, at)


def _move(row: Watch, *, zone: str, at: datetime) -> int:
    """Places go to who has the watch; one that somebody holds goes when it is let go."""
    if row.taken_at is None:
        return 0
    here, there = (row.to_id, row.unit_id) if row.ended_at else (row.unit_id, row.to_id)
    found = Item.objects.filter(unit_id=here, open=True, taken_by__isnull=True)
    theirs = _theirs(found, there, here, at) if row.ended_at else _watched(found, there)
    return _home(theirs, there, zone, at)


def _home(found: QuerySet[Item], there: UUID, zone: str, at: datetime) -> int:
    """Moved, and both lists told. What is due sooner than its colour asks for stays due then."""
    places = list(found.select_for_update(of=("self",)).order_by("patient_id"))
    theirs = [place.patient_id for place in places]
    old = {one: hours_for(one, theirs, zone=zone, at=at) for one in {p.unit_id for p in places}}
    new = hours_for(there, theirs, zone=zone, at=at)
    told = []
    for place in places:
        rank, was = Rank(place.awake_rank), place.unit_id
        sooner = place.due_at < due(rank, old[was][place.patient_id], place.since)
        limit = due(rank, new[place.patient_id], place.since)
        place.due_at = min(place.due_at, limit) if sooner else limit
        place.unit_id, place.version = there, place.version + 1
        place.taken_by_id = place.taken_at = place.touched_at = None
        place.save(update_fields=["unit", "version", "due_at", "taken_by", "taken_at",
                                  "touched_at"])  # fmt: skip
        told += [(was, place.id), (there, place.id)]
    tell(told)
    return len(places)


def _watched(found: QuerySet[Item], to: UUID) -> QuerySet[Item]:
    """Reds and missed reports of patients whom the other covers."""
    missed = Reason.objects.filter(item_id=OuterRef("id"), open=True, kind=MISSING)
    covered = seen_by(to).filter(patient_id=OuterRef("patient_id"))
    red = Q(rank__lte=Rank.RED_CONTROL)
    return found.filter(red | (Q(rank__lt=Rank.ASLEEP) & Exists(missed))).filter(Exists(covered))


def _theirs(found: QuerySet[Item], unit: UUID, to: UUID, at: datetime) -> QuerySet[Item]:
    """Of what stands with the other, that of the unit's own patients: it may cover several, and of
    a patient whom two of them follow have the watch of one still."""
    own = Enrolment.objects.filter(patient_id=OuterRef("patient_id"), period__contains=at)
    held = Watch.objects.filter(to_id=to, taken_at__isnull=False, ended_at__isnull=True)
    others = held.exclude(unit_id=unit).values("unit_id")
    return found.filter(Exists(own.filter(unit_id=unit))).exclude(
        Exists(own.filter(unit_id__in=others))
    )
