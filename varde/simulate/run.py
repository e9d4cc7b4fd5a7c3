"""Prepare: make the demo where there is none, and live the days that have passed since."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from varde.base import clock
from varde.base.stamps import DEMO, stamp, stamped
from varde.base.tenancy import acting
from varde.core.access import Role
from varde.measuring.actions import source
from varde.measuring.queries import enrolments
from varde.people.queries import by_national_id, cooperations, organisations, staff
from varde.people.viewer import Viewer
from varde.simulate.demo import ZONE, Progress, World, live
from varde.simulate.founding import Founding
from varde.simulate.people import patients

KEY = "demo"


def prepare(*, seed: str, progress: Progress, until: datetime | None = None) -> bool:
    """Whether the demo stands, lived until now. False: it was cut off while being founded."""
    now = until or clock.now()
    with connection.cursor() as cursor:  # days that can be lived again need not wait for the disk
        cursor.execute("set synchronous_commit to off")
    cooperation = next((one for one in cooperations() if one.key == KEY), None)
    lived = stamped(DEMO)
    if cooperation is not None and lived is None:
        return False
    if cooperation is None or lived is None:
        founding = Founding(seed=seed, key=KEY, today=now.astimezone(ZoneInfo(ZONE)).date())
        world, lived = founding.build(), founding.at
        stamp(DEMO, lived)
    else:
        world = _known(cooperation.id, seed, now)
    live(world, since=lived, until=now, progress=progress, lived=lambda at: stamp(DEMO, at))
    return True


def _known(tenant: UUID, seed: str, now: datetime) -> World:
    """The world of a demo that was founded earlier."""
    zone = ZoneInfo(ZONE)
    with acting(Viewer(tenant, Role.SYSTEM, zone=ZONE).frame(now)):
        service = organisations("service")[0]
        kept = source("app", "Varde")
        nurses = tuple(staff(service.id, Role.NURSE))
    made = patients(seed, now.date())
    by = Viewer(tenant, Role.SYSTEM, unit=service.id, zone=ZONE)
    with acting(by.frame(now)):
        people = by_national_id([one.national_id for one in made])
        began = {
            person: rows[0].period.lower.astimezone(zone).date()
            for person, rows in enrolments(people.values(), at=now).items()
        }
    known = tuple(
        (one, people[one.national_id], began[people[one.national_id]])
        for one in made
        if people.get(one.national_id) in began
    )
    return World(seed, tenant, service.id, kept.id, nurses, known)
