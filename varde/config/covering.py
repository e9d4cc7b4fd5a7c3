"""Covering from the shell: who may take a unit's watch outside its opening hours."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from varde.base import clock
from varde.base.tenancy import acting
from varde.config import named
from varde.config.refused import Refused
from varde.core.access import Role
from varde.core.cover import CoverKind
from varde.pathway.covering import NeedsCover, arrange
from varde.people.covers import NotArranged, cover_of
from varde.people.queries import organisations
from varde.people.viewer import Viewer


def covered(asked: Namespace) -> list[str]:
    """What was arranged, or who covers whom; raises `Refused`."""
    at = clock.now()
    cooperation = named.cooperation(asked.cooperation)
    by = Viewer(cooperation.id, Role.SYSTEM, name="Varde", zone=cooperation.zone)
    with acting(by.frame(at)):
        unit = named.unit(asked.unit, option="--unit") if asked.unit or asked.by else None
        to = named.unit(asked.by, option="--by") if asked.by else None
        if to is None and not asked.nobody:
            return list(_told())
        unit = unit or named.unit(None, option="--unit")
    by = replace(by, unit=unit.id)
    with acting(by.frame(at)):
        return [_arranged(unit, to, by, at)]


def _told() -> Iterator[str]:
    for one in organisations():
        row = cover_of(one.id)
        if row is not None:
            yield f"{one.orgnr} {one.name}: {row.by.orgnr} {row.by.name}"


def _arranged(unit: Any, to: Any, by: Viewer, at: datetime) -> str:
    name = to.name if to else "nobody"
    try:
        n = arrange(unit=unit.id, to=to.id if to else None, by=by, at=at)
    except NeedsCover:
        raise Refused(
            "A patient of this unit is in a programme that needs somebody round the clock"
        ) from None
    except NotArranged as no:
        raise Refused(WHY[no.code]) from None
    return f"{unit.name}: {name} ({n} patients)"


WHY = {
    "same": "A unit does not cover itself",
    "kind": f"Who covers is one of: {', '.join(CoverKind)}",
    "hours": "Who covers is there round the clock, public holidays too",
    "watch": "The watch is given away now. End that on the page «Vakt» first",
}
