"""The clock's tasks: each claims ids as `varde_clock`, then handles them in a tenant's frame."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import OperationalError, connections

from varde.base.stamps import stamped
from varde.base.tenancy import acting
from varde.core.access import Role
from varde.measuring.hours import hours_from
from varde.measuring.queries import followed_now
from varde.pathway import doctors, regime, sending
from varde.pathway import follow_up as follow
from varde.pathway.meeting import decided, filling, minutes
from varde.pathway.together import laddering, routine
from varde.people.actions import forget_traces
from varde.people.queries import cooperations, organisation
from varde.people.viewer import Viewer
from varde.plan import approving, looking
from varde.triage import asks, handling, passing, repeating, restating, tasks, watch
from varde.triage.queries import taken_too_long

log = logging.getLogger("varde.clock")
BATCH = 1000
Units = dict[tuple[UUID, UUID], list[UUID]]


def _claimable(sql: str, *asked: Any) -> Units:
    """Ids by (tenant, unit), as the clock's own role sees them."""
    found: Units = defaultdict(list)
    with connections["clock"].cursor() as cursor:
        cursor.execute(sql, asked)
        for tenant, unit, row in cursor.fetchall():
            found[tenant, unit].append(row)
    return found


def _zones() -> dict[UUID, str]:
    return {one.id: one.zone for one in cooperations()}


class Faulty(Exception):
    """A unit could not be handled; the others were. The task is not stamped as done."""


def _each(
    units: Units,
    handle: Callable[[Viewer, list[UUID]], int],
    *,
    at: datetime,
    batch: int = BATCH,
) -> int:
    """`handle` for every unit, each in a transaction of its own; one that fails stops no other.

    Raises `Faulty` when all have been tried and one did not succeed.
    """
    zones, n, faults = _zones(), 0, set()
    for (tenant, unit), ids in units.items():
        for start in range(0, max(len(ids), 1), batch):
            by = Viewer(tenant, Role.SYSTEM, unit=unit, name="Varde", zone=zones[tenant])
            try:
                with acting(by.frame(at)):
                    n += handle(by, ids[start : start + batch])
            except OperationalError:  # the database itself: nobody else has it better
                raise
            except Exception as error:
                log.error("A unit could not be handled: %s", type(error).__name__)
                faults.add(type(error).__name__)
    if faults:
        raise Faulty(", ".join(sorted(faults)))
    return n


def _in_turn(units: Units, *handles: Callable[[Viewer, list[UUID]], int], at: datetime) -> int:
    """Each for all units, in transactions of its own: patients are held before all else in each. A
    unit that fails in one stops none of the others. Raises `Faulty` at the end."""
    n, faults = 0, []
    for handle in handles:
        try:
            n += _each(units, handle, at=at)
        except Faulty as fault:
            faults.append(str(fault))
    if faults:
        raise Faulty(", ".join(faults))
    return n


OVERDUE = """
select tenant_id, unit_id, id from measuring_expectation
where state = 'open' and deadline <= %s order by deadline limit 20000
"""


def overdue(*, at: datetime) -> int:
    """Reports that were not sent in time become work."""

    def missing(by: Viewer, ids: list[UUID]) -> int:
        return regime.raise_missing(ids, zone=by.zone, at=at)

    return _each(_claimable(OVERDUE, at), missing, at=at)


DUE = """
select tenant_id, unit_id, id from triage_task
where done_at is null and not raised and due_at <= %s order by due_at limit 20000
"""


def due_tasks(*, at: datetime) -> int:
    """Tasks that are due stand on the list: all at once also after the clock has stood still."""

    def put(by: Viewer, ids: list[UUID]) -> int:
        return sum(tasks.put_on_list(task, zone=by.zone, at=at) for task in ids)

    return _each(_claimable(DUE, at), put, at=at)


CONTROLS = """
select tenant_id, unit_id, id from triage_control where state = 'asked' and until < %s
order by until limit 2000
"""


def controls(*, at: datetime) -> int:
    """A red that was to be measured again, and was not in time, is a plain red."""

    def end(_by: Viewer, ids: list[UUID]) -> int:
        return repeating.expire(ids, at=at)

    return _each(_claimable(CONTROLS, at), end, at=at)


UNANSWERED = """
select tenant_id, unit_id, id from triage_ask where state = 'waiting' and due_at <= %s
order by due_at limit 2000
"""


def unanswered(*, at: datetime) -> int:
    """A question nobody has answered in time moves on to the next."""

    def on(by: Viewer, ids: list[UUID]) -> int:
        asks.hold_all(ids)
        n = 0
        for one in ids:
            with suppress(asks.NotAsked):  # answered meanwhile, or nobody follows: the others move
                n += asks.move_on(ask=one, by=by, at=at)
        return n

    return _each(_claimable(UNANSWERED, at), on, at=at)


TAKEN = """
select tenant_id, unit_id, id from triage_item where open and taken_by_id is not null
"""


def idle(*, at: datetime) -> int:
    """A taken red that nobody touches for 30 minutes, and everything at closing, comes back."""

    def give_back(by: Viewer, ids: list[UUID]) -> int:
        hours, n = hours_from(organisation(by.seat).hours, by.zone), 0
        for item in taken_too_long(ids, hours=hours, at=at):
            with suppress(handling.NotClosed):  # closed while we waited for it
                handling.give_back(item=item, by=by, at=at)
                n += 1
        return n

    return _each(_claimable(TAKEN), give_back, at=at)


ASLEEP = """
select tenant_id, unit_id, id from triage_item where open and snoozed_until <= %s limit 2000
"""


def wake(*, at: datetime) -> int:
    """What was put off until now stands on the list again."""

    def up(_by: Viewer, ids: list[UUID]) -> int:
        return passing.wake(ids, at=at)

    return _each(_claimable(ASLEEP, at), up, at=at)


LONGEST_UNSENT = timedelta(days=2)
OUTGOING = """
select tenant_id, unit_id, id from base_outgoing
where sent_at is null and withdrawn_at is null and not_before <= %s
  and not_before > %s  -- what no unit reaches any more does not stand in the way of the others
order by not_before limit 2000
"""


def outbox(*, at: datetime) -> int:
    """What was decided and can no longer be undone is sent."""

    def send(by: Viewer, ids: list[UUID]) -> int:
        return sending.send_due(ids, by=by, at=at)

    return _each(_claimable(OUTGOING, at, at - LONGEST_UNSENT), send, at=at)


COVERED = "select tenant_id, unit_id, null::uuid from people_cover where period @> %s"


def watches(*, at: datetime) -> int:
    """A closed unit's watch is offered to who covers it, and places stand where the watch is."""

    def see_to(by: Viewer, _ids: list[UUID]) -> int:
        return watch.settle(unit=by.seat, by=by, at=at)

    return _each(_claimable(COVERED, at), see_to, at=at)


LONGEST_SLEEP = timedelta(days=14)
FOLLOWING = """
select distinct tenant_id, unit_id, null::uuid from measuring_enrolment where period @> %s
"""
FOLLOWED = """
select distinct tenant_id, unit_id, null::uuid from measuring_enrolment
where period && tstzrange(%s, %s, '[]')
"""


def _followed(at: datetime) -> Units:
    """The units that follow somebody, or did of late: what was theirs is ended too."""
    return _claimable(FOLLOWED, at - LONGEST_SLEEP, at)


def expect(*, at: datetime) -> int:
    """Today's expectations of every unit that follows patients, and those slept through.

    Any unit may follow; days since this last succeeded are made up for.
    """
    since = max(stamped("expect") or at, at - LONGEST_SLEEP)

    def today(by: Viewer, _ids: list[UUID]) -> int:
        zone = ZoneInfo(by.zone)
        day, last, n = since.astimezone(zone).date(), at.astimezone(zone).date(), 0
        while day < last:
            n += regime.expect_past(unit=by.seat, day=day, zone=zone)
            day += timedelta(days=1)
        return n + regime.expect_today(unit=by.seat, day=last, at=at, zone=zone)

    return _each(_claimable(FOLLOWING, at), today, at=at)


def follow_up(*, at: datetime) -> int:
    """What follows by itself is reckoned for each patient once a day."""

    def look(by: Viewer, _ids: list[UUID]) -> int:
        return follow.look(unit=by.seat, by=by, at=at)

    return _each(_followed(at), look, at=at)


def plans(*, at: datetime) -> int:
    """A plan that was approved with other limits than hold now needs a look; who has come to treat
    the patient has the plan; a patient for whom no doctor acts needs one."""

    def hand_out(by: Viewer, _ids: list[UUID]) -> int:
        return approving.hand_out_anew(by.seat, at=at)

    def look(by: Viewer, _ids: list[UUID]) -> int:
        return looking.sweep(by.seat, by=by, at=at) + approving.remind_again(by.seat, by=by, at=at)

    def name(by: Viewer, _ids: list[UUID]) -> int:
        return doctors.sweep(by.seat, by=by, at=at)

    return _in_turn(_followed(at), hand_out, look, name, at=at)


def asked_on(*, at: datetime) -> int:
    """What the ladder asks of a clinic or of the team is put to them."""

    def put(by: Viewer, _ids: list[UUID]) -> int:
        return laddering.from_ladder(by.seat, by=by, at=at)

    return _each(_claimable(FOLLOWING, at), put, at=at)


def lists(*, at: datetime) -> int:
    """The lists of the meetings that come are filled, and what was decided and has come about is
    asked for no more."""

    def put(by: Viewer, _ids: list[UUID]) -> int:
        return filling.fill(by.seat, by=by, at=at) + decided.settle(by.seat, by=by, at=at)

    return _each(_claimable(FOLLOWING, at), put, at=at)


DEPARTMENTS = """
select tenant_id, department_id, null::uuid from pathway_routinecontrol
union select tenant_id, department_id, null::uuid from pathway_meeting
where stage <> 'called-off'
"""


def departments(*, at: datetime) -> int:
    """Controls that were dropped for a follow-up that has ended, and meetings nobody ended."""

    def controlled(by: Viewer, _ids: list[UUID]) -> int:
        return routine.sweep(by.seat, by=by, at=at)

    def met(by: Viewer, _ids: list[UUID]) -> int:
        return minutes.sweep(by.seat, by=by, at=at)

    return _in_turn(_claimable(DEPARTMENTS), controlled, met, at=at)


HOURS = 24  # a patient's reports are judged again in the hour that the id says


def recheck(*, at: datetime) -> int:
    """Each hour some of the patients, and those of hours slept through: what is kept of the last
    days is what the facts say."""
    before = stamped("recheck") or at
    gone = min(int((at - before) / timedelta(hours=1)) + 1, HOURS)
    turn = {(at - timedelta(hours=n)).hour for n in range(gone + 1)}
    found: Units = {}

    def whom(by: Viewer, _ids: list[UUID]) -> int:
        found[by.tenant, by.seat] = [
            one for one in followed_now(by.seat, at=at) if one.int % HOURS in turn
        ]
        return 0

    _each(_claimable(FOLLOWING, at), whom, at=at)
    units = {unit: ids for unit, ids in found.items() if ids}

    def look(by: Viewer, ids: list[UUID]) -> int:
        return restating.recheck(ids, zone=by.zone, at=at).raised

    return _each(units, look, at=at, batch=restating.AT_ONCE)


def forget(*, at: datetime) -> int:
    """Traces of signing in are deleted when their time is over; how many."""
    return forget_traces(at=at)
