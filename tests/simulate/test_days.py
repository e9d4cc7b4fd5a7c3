"""The demo's days: at whatever time somebody opens it there is something of each colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from varde.audit.models import Opening
from varde.base.tenancy import acting
from varde.simulate.demo import live
from varde.simulate.founding import Founding
from varde.simulate.world import World
from varde.triage import queries
from varde.triage.models import Handling
from varde.triage.worklist import Rank

OSLO = ZoneInfo("Europe/Oslo")
TIMES = [
    datetime(2026, 11, day, hour, 30, tzinfo=OSLO)
    for day, hours in ((19, (8, 13, 16, 22)), (20, (3, 10)), (22, (4, 14)), (23, (9,)))
    for hour in hours
]
BEGIN = datetime(2026, 11, 17, 0, 0, tzinfo=OSLO)


@pytest.fixture(scope="module")
def world(migrated: None) -> Iterator[World]:
    yield Founding(seed="varde", key="days", today=TIMES[0].date()).build()


def colours(world: World, at: datetime) -> dict[str, int]:
    with acting(world.nurses[0].frame(at)):
        n = queries.counts(world.nurses[0])
    return {
        "red": n[Rank.RED] + n[Rank.RED_CONTROL],
        "yellow": n[Rank.YELLOW],
        "green": n[Rank.GREEN],
    }


def test_there_is_red_yellow_and_green_at_any_time(world: World) -> None:
    since, found = BEGIN, {}
    for at in TIMES:
        live(world, since=since, until=at, progress=lambda *_: None, lived=lambda _: None)
        since, found[at] = at, colours(world, at)
    lacking = {str(at): n for at, n in found.items() if not all(n.values())}
    assert lacking == {}
    with acting(world.nurses[0].frame(TIMES[-1])):
        done = Handling.objects.exclude(assessment="acknowledged")
        assert done.filter(assessment="attempted").exists()
        notes = " ".join(done.values_list("note", flat=True))
        assert Opening.objects.filter(what="record").exists()
    assert "Kald finger" in notes or "slim" in notes
