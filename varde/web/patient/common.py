"""What several of the patient's screens need."""

from __future__ import annotations

from typing import Any

from varde.catalogue.queries import programme
from varde.core.calendar import OpeningHours
from varde.core.programme import Programme
from varde.measuring.hours import hours_from
from varde.measuring.queries import enrolments


def programmes_of(request: Any) -> list[Programme]:
    """The patient's programmes now, as they were published."""
    rows = enrolments([request.viewer.person], at=request.at).get(request.viewer.person, [])
    return [programme(row.programme, row.version) for row in rows]


def hours_of(request: Any) -> OpeningHours | None:
    """The opening hours of the unit that follows the patient."""
    rows = enrolments([request.viewer.person], at=request.at).get(request.viewer.person, [])
    return hours_from(rows[0].unit.hours, request.viewer.zone) if rows else None
