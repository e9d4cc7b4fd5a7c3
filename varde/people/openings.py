"""Openings: that somebody saw a patient is written down, with the ground it was seen on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.audit import actions as audit
from varde.audit.queries import opened_since
from varde.core.calendar import day_bounds
from varde.people.queries import grounds_for
from varde.people.viewer import Viewer


def opened(patient: UUID, *, by: Viewer, at: datetime, what: str = "record") -> None:
    """A record was opened: one row each time (decisions 7.5)."""
    _write([patient], by=by, at=at, what=what)


def listed(patients: Iterable[UUID], *, by: Viewer, at: datetime, what: str = "list") -> None:
    """Patients seen in a list or a search, or read by a machine: one row each a day and actor."""
    wanted = list(dict.fromkeys(patients))
    if not wanted:
        return
    zone = ZoneInfo(by.zone)
    start, _end = day_bounds(at.astimezone(zone).date(), zone)
    known = opened_since(by.who, wanted, what=what, since=start)
    _write([one for one in wanted if one not in known], by=by, at=at, what=what)


def _write(patients: list[UUID], *, by: Viewer, at: datetime, what: str) -> None:
    grounds = grounds_for(by, patients, at=at)
    for ground in dict.fromkeys(grounds.values()):
        some = [patient for patient in patients if grounds.get(patient) == ground]
        audit.opened(some, role=by.role, what=what, ground=ground, at=at)
