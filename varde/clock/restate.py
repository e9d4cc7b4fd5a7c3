"""Restate: recompute every patient's state from the facts; raise what is worse, lower nothing."""

from __future__ import annotations

from varde.audit import actions as audit
from varde.audit.actions import About
from varde.base import clock
from varde.base.tenancy import Frame, acting
from varde.core.access import Role
from varde.measuring.queries import followed_now
from varde.people.queries import cooperations, organisations
from varde.people.viewer import Viewer
from varde.triage.restating import AT_ONCE, recheck, restate


def restate_all(*, cooperation: str | None = None) -> str:
    """One line a cooperation: how many were looked at, how many differed, how many were raised."""
    at, lines = clock.now(), []
    for one in cooperations():
        if cooperation not in (None, one.key):
            continue
        with acting(Frame(one.id, at)):
            units = [unit.id for unit in organisations()]
        for unit in units:
            by = Viewer(one.id, Role.SYSTEM, unit=unit, name="Varde", zone=one.zone)
            with acting(by.frame(at)):
                patients = followed_now(unit, at=at)
                if not patients:
                    continue
                found = restate(zone=one.zone, at=at)
                audit.record(
                    "restate", role=by.role, at=at, kind="unit", about=[About(object_id=unit)]
                )
            for n in range(0, len(patients), AT_ONCE):
                with acting(by.frame(at)):
                    found += recheck(patients[n : n + AT_ONCE], zone=one.zone, at=at)
            lines.append(f"{one.key}: {found}")
    return "\n".join(lines)
