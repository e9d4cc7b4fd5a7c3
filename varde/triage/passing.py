"""Passing on: a place is given to a colleague, put off until a time, or opened again by an undo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from varde.base import outbox
from varde.core.access import Role
from varde.core.calendar import next_closing
from varde.measuring.hours import hours_for
from varde.people.action import Done, action
from varde.people.queries import staff
from varde.people.viewer import Viewer
from varde.triage.handling import UNDONE, NotClosed, changed, demand_mine, locked, opened
from varde.triage.keeping import hold
from varde.triage.models import Handling, Item, Reason, Task
from varde.triage.repeating import asks
from varde.triage.tasks import WITHDRAWN
from varde.triage.worklist import Rank, due_anew, tell

UNDO = timedelta(seconds=75)  # the minute that is shown, and the time to press (decisions 4.5)


@action("pass-item")
def hand_over(*, item: UUID, to: UUID, by: Viewer, at: datetime) -> Done[Item]:
    """A colleague of the same unit has it from now, and is told by the list.

    Raises `NotClosed("not-here")` for somebody who does not work there; a red that the colleague
    does not touch comes back to all like any other.
    """
    row = locked(item, by)
    demand_mine(row, by)
    if to not in staff(by.seat, Role.NURSE):
        raise NotClosed("not-here")
    row.taken_by_id, row.taken_at, row.touched_at = to, at, at
    opened(row.patient_id, at=at)
    changed(row)
    return Done(row, patient=row.patient_id, kind="item", object_id=row.id)


@action("pass-item")
def snooze(*, item: UUID, version: int, until: datetime, by: Viewer, at: datetime) -> Done[Item]:
    """Off the list until a time, until anything new comes, or until the unit closes: what is put
    off is not forgotten overnight (decisions 4.4). A red is not put off.

    Just what was on the screen: of another `version` it raises `NotClosed("changed")`. Raises
    `NotClosed("red-may-not-wait")`, and ValueError for a time that is past.
    """
    row = locked(item, by)
    demand_mine(row, by)
    if row.version != version:
        raise NotClosed("changed")
    if row.rank <= Rank.RED_CONTROL:
        raise NotClosed("red-may-not-wait")
    if until <= at:
        raise ValueError("A place is put off to a time that comes")
    hours = hours_for(row.unit_id, [row.patient_id], zone=by.zone, at=at)
    closes = next_closing(hours[row.patient_id], at)
    row.waking_rank, row.rank, row.snoozed_until = row.awake_rank, Rank.ASLEEP, min(until, closes)
    row.taken_by_id = row.taken_at = row.touched_at = None
    row.save(update_fields=["waking_rank", "rank", "snoozed_until"])
    changed(row)
    return Done(row, patient=row.patient_id, kind="item", object_id=row.id)


def wake(items: Sequence[UUID], *, at: datetime) -> int:
    """Those whose time has come stand where they stood, and have waited as long as they have."""
    rows = Item.objects.select_for_update().filter(id__in=list(items), snoozed_until__lte=at)
    n = 0
    for row in rows.filter(open=True).order_by("patient_id"):
        _wake(row)
        n += 1
    return n


def _wake(row: Item) -> None:
    row.wake()
    row.save(update_fields=["waking_rank", "rank", "snoozed_until"])
    changed(row)


@action("pass-item")
def wake_now(*, item: UUID, by: Viewer, at: datetime) -> Done[Item]:
    """Back on the list before its time."""
    row = locked(item, by)
    if row.waking_rank is not None:
        _wake(row)
    return Done(row, patient=row.patient_id, kind="item", object_id=row.id)


@action("undo-closing")
def undo(*, handling: UUID, by: Viewer, at: datetime) -> Done[Item]:
    """A closing of a moment ago is undone by who made it: the place is theirs again.

    What was closed stands open, what was done is to be done, what was decided or was to be sent is
    withdrawn; the note stays, and that it was undone. Raises `NotClosed("too-late")`, or «gone»
    when something has been done with the place since.
    """
    done = Handling.objects.filter(id=handling, by_id=by.actor, unit_id=by.seat).first()
    if done is None or done.item_id is None or done.assessment in (UNDONE, "attempted"):
        raise NotClosed("gone")
    if at - done.at > UNDO:
        raise NotClosed("too-late")
    row = Item.objects.select_for_update().get(id=done.item_id)
    if row.open:
        demand_mine(row, by)
    if row.unit_id != by.seat:  # another has the watch, and the place with it
        raise NotClosed("gone")
    if outbox.was_sent(done.id):
        raise NotClosed("too-late")
    later = Handling.objects.filter(item_id=row.id, at__gt=done.at).exists()
    another = Item.objects.filter(patient_id=row.patient_id, open=True).exclude(id=row.id).exists()
    if later or another:
        raise NotClosed("gone")
    with _or_something_came():
        Reason.objects.filter(id__in=done.reasons).update(open=True, closed_at=None, outcome="")
        _undo_tasks(done, by=by, at=at)
        outbox.withdraw(done.id, at=at)
        _open_again(row, by=by, at=at)
    _undone(done, by=by, at=at).save()
    return Done(row, patient=row.patient_id, kind="item", object_id=row.id)


@action("undo-closing")
def undo_acknowledged(*, closed_at: datetime, by: Viewer, at: datetime) -> Done[int]:
    """The greens that one acknowledged together a moment ago stand there again; how many.

    Those with which something has been done since are as they are. Raises
    `NotClosed("too-late")`.
    """
    if at - closed_at > UNDO:
        raise NotClosed("too-late")
    found = Handling.objects.filter(
        by_id=by.actor, unit_id=by.seat, at=closed_at, assessment="acknowledged"
    )
    done = {one.item_id: one for one in found}
    theirs = {one.patient_id for one in done.values()}
    hold(sorted(theirs))  # a report that comes now is before or after
    closed = Item.objects.select_for_update().filter(
        id__in=list(done), unit_id=by.seat, open=False, closed_at=closed_at
    )
    rows = list(closed.order_by("patient_id"))
    again = Item.objects.filter(patient_id__in=theirs, open=True)
    stand = set(again.values_list("patient_id", flat=True))
    rows = [row for row in rows if row.patient_id not in stand]
    for row in rows:
        row.open, row.closed_at, row.version = True, None, row.version + 1
    with _or_something_came():
        Item.objects.bulk_update(rows, ["open", "closed_at", "version"])
    Handling.objects.bulk_create(_undone(done[row.id], by=by, at=at) for row in rows)
    if rows:
        tell([(by.seat, rows[0].id)])  # one word for all
    return Done(len(rows), kind="items")


@contextmanager
def _or_something_came() -> Iterator[None]:
    """All of it, or nothing when the clock has put the patient on the list anew meanwhile."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise NotClosed("gone") from None


def _undone(done: Handling, *, by: Viewer, at: datetime) -> Handling:
    """That it was taken back, written as it was."""
    return Handling(
        patient_id=done.patient_id, item_id=done.item_id, by_id=by.actor, unit_id=done.unit_id,
        at=at, assessment=UNDONE, reasons=[str(done.id)],
    )  # fmt: skip


def _undo_tasks(done: Handling, *, by: Viewer, at: datetime) -> None:
    """What the closing made is withdrawn; what it did, or made needless, is to be done again."""
    theirs = Task.objects.filter(patient_id=done.patient_id)
    made = theirs.filter(raised_at=done.at, done_at__isnull=True, occurrence="")
    theirs.filter(done_at=done.at, outcome=WITHDRAWN).update(raised=False)
    theirs.filter(done_at=done.at).update(done_at=None, done_by=None, outcome="")
    made.update(done_at=at, done_by_id=by.person, outcome=WITHDRAWN)


def _open_again(row: Item, *, by: Viewer, at: datetime) -> None:
    row.wake()
    left = list(Reason.objects.filter(item_id=row.id, open=True))
    ranks = {reason.id: asks(reason) for reason in left}
    row.rank = min(ranks.values(), default=Rank.GREEN)
    row.since = min((one.at for one in left if ranks[one.id] == row.rank), default=row.since)
    row.due_at = due_anew(row, zone=by.zone, at=at)
    row.open, row.closed_at = True, None
    row.taken_by_id, row.taken_at, row.touched_at = by.actor, at, at
    row.version += 1
    row.save()
    tell([(row.unit_id, row.id)])
