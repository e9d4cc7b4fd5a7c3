"""Prepare: make the demo where there is none, and live the days that have passed since."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from varde.base import clock
from varde.base.stamps import DEMO, stamp, stamped
from varde.base.tenancy import acting
from varde.core.access import Role
from varde.measuring.actions import source
from varde.measuring.queries import enrolments
from varde.people.queries import by_national_id, cooperations, names, organisations, staff
from varde.people.viewer import Viewer
from varde.simulate.demo import Progress, live
from varde.simulate.founding import Founding, look_again
from varde.simulate.people import PRACTICES, patients
from varde.simulate.together import stand_ready
from varde.simulate.world import ZONE, World

KEY = "demo"
FOUNDED = "founded"  # when, and from which seed: the same people are known again by both


class NotEmpty(Exception):
    """There is a real cooperation in this database: people one can be with a known password do
    not belong beside it."""


class OtherSeed(Exception):
    """The demo that stands was made from another seed, or by a version that did not say which."""


def prepare(*, seed: str, progress: Progress, until: datetime | None = None) -> bool:
    """Whether the demo stands, lived until now. False: it was cut off while being founded."""
    now = until or clock.now()
    with connection.cursor() as cursor:  # days that can be lived again need not wait for the disk
        cursor.execute("set synchronous_commit to off")
    cooperation = next((one for one in cooperations() if one.key == KEY), None)
    if cooperation is None and cooperations():
        raise NotEmpty
    lived, founded = stamped(DEMO), stamped(f"{FOUNDED} {seed}")
    if lived is not None and founded is None:
        raise OtherSeed
    if cooperation is not None and lived is None:
        return False
    if cooperation is None or lived is None:
        founding = Founding(seed=seed, key=KEY, today=now.astimezone(ZoneInfo(ZONE)).date())
        world, lived = founding.build(), founding.at
        stamp(f"{FOUNDED} {seed}", now)
        stamp(DEMO, lived)
    else:
        world = _known(cooperation.id, seed, now, founded or now)
    days = count()

    def lived_until(at: datetime) -> None:
        stamp(DEMO, at)
        if next(days) in GROWN:
            look_again()

    live(world, since=lived, until=now, progress=progress, lived=lived_until)
    stand_ready(world, at=now)
    return True


GROWN = (0, 6, 30, 90)  # after these days the tables are so much larger that plans are made anew


def _known(tenant: UUID, seed: str, now: datetime, founded: datetime) -> World:
    """The world of a demo that was founded earlier."""
    zone = ZoneInfo(ZONE)
    with acting(Viewer(tenant, Role.SYSTEM, zone=ZONE).frame(now)):
        service = organisations("service")[0]
        kept = source("app", "Varde")
        nurses = _viewers(tenant, service.id, Role.NURSE)
        practice = next(one for one in organisations("gp-practice") if one.name == PRACTICES[0])
        (gp, *_) = _viewers(tenant, practice.id, Role.GP)
    made = patients(seed, founded.astimezone(zone).date())
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
    return World(seed, tenant, service.id, kept.id, nurses, gp, known)


def _viewers(tenant: UUID, unit: UUID, role: Role) -> tuple[Viewer, ...]:
    ids = staff(unit, role)
    called = names(set(ids))
    return tuple(Viewer(tenant, role, one, unit, called.get(one, ""), ZONE) for one in ids)
