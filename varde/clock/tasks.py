"""The clock's tasks: each claims ids as `varde_clock`, then handles them in a tenant's frame."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connections

from varde.base.tenancy import Frame, acting
from varde.core.access import Role
from varde.measuring.hours import hours_from
from varde.pathway import regime
from varde.people.queries import cooperations, organisation, organisations
from varde.people.viewer import Viewer
from varde.triage import handling, tasks
from varde.triage.queries import taken_too_long

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


def _system(tenant: UUID, unit: UUID, zone: str) -> Viewer:
    return Viewer(tenant, Role.SYSTEM, unit=unit, name="Varde", zone=zone)


OVERDUE = """
select tenant_id, unit_id, id from measuring_expectation
where state = 'open' and deadline <= %s order by deadline limit 20000
"""


def overdue(*, at: datetime) -> int:
    """Reports that were not sent in time become work."""
    zones, n = _zones(), 0
    for (tenant, unit), ids in _claimable(OVERDUE, at).items():
        for start in range(0, len(ids), BATCH):
            with acting(_system(tenant, unit, zones[tenant]).frame(at)):
                part = ids[start : start + BATCH]
                n += regime.raise_missing(part, unit=unit, zone=zones[tenant], at=at)
    return n


DUE = """
select tenant_id, unit_id, id from triage_task
where done_at is null and not raised and due_at <= %s order by due_at limit 2000
"""


def due_tasks(*, at: datetime) -> int:
    """Tasks that are due stand on the list."""
    zones, n = _zones(), 0
    for (tenant, unit), ids in _claimable(DUE, at).items():
        with acting(_system(tenant, unit, zones[tenant]).frame(at)):
            hours = hours_from(organisation(unit).hours, zones[tenant])
            n += sum(tasks.put_on_list(task, hours=hours, at=at) for task in ids)
    return n


TAKEN = """
select tenant_id, unit_id, id from triage_item where open and taken_by_id is not null
"""


def idle(*, at: datetime) -> int:
    """A taken red that nobody touches for 30 minutes, and everything at closing, comes back."""
    zones, n = _zones(), 0
    for (tenant, unit), ids in _claimable(TAKEN).items():
        by = _system(tenant, unit, zones[tenant])
        with acting(by.frame(at)):
            hours = hours_from(organisation(unit).hours, zones[tenant])
            for item in taken_too_long(ids, hours=hours, at=at):
                with suppress(handling.NotClosed):  # closed while we waited for it
                    handling.give_back(item=item, by=by, at=at)
                    n += 1
    return n


def expect(*, at: datetime) -> int:
    """Today's expectations of every unit that follows patients."""
    n = 0
    for cooperation in cooperations():
        zone = ZoneInfo(cooperation.zone)
        day = at.astimezone(zone).date()
        with acting(Frame(cooperation.id, at)):
            units = [unit.id for unit in organisations("service")]
        for unit in units:
            with acting(_system(cooperation.id, unit, cooperation.zone).frame(at)):
                n += regime.expect_today(unit=unit, day=day, at=at, zone=zone)
    return n
