"""What a unit is asked by others, on its first page: the first to be answered first."""

from __future__ import annotations

from typing import Any

from varde.core.access import Role
from varde.core.zones import Zone
from varde.pathway.meeting import meetings
from varde.pathway.together import asked, outreach
from varde.people.doctors import acts_for
from varde.web.care.section import request_told
from varde.web.care.words import SUPPORTS, setting_told
from varde.web.meeting.words import MEETING_STAGES
from varde.web.texts.numbers import next_moment, when


def put_to_us(request: Any) -> list[dict[str, Any]]:
    """Requests to the viewer's unit."""
    viewer, at = request.viewer, request.at
    return [
        {**request_told(row, viewer, at), "person": row.patient,
         "zone": Zone(row.zone).slug if row.zone >= Zone.YELLOW else ""}
        for row in asked.put_to(viewer, at=at)
    ]  # fmt: skip


def answered_us(request: Any) -> list[dict[str, Any]]:
    """What others have answered the viewer's unit in the last days."""
    viewer, at = request.viewer, request.at
    return [
        {**request_told(row, viewer, at), "person": row.patient}
        for row in asked.answered_for(viewer, at=at)
    ]


def to_confirm(request: Any) -> list[dict[str, Any]]:
    """Breathing support that was set on this doctor's word, or on that of whom the doctor stands in
    for."""
    viewer, at = request.viewer, request.at
    return [
        {"person": row.patient, "name": SUPPORTS[row.kind],
         "told": setting_told(row.kind, row.settings), "by": row.entered_by.name,
         "at": when(row.entered_at, at, viewer.zone), "id": row.id}
        for row in outreach.unconfirmed_of(acts_for(viewer.actor, zone=viewer.zone, at=at))
    ]  # fmt: skip


def next_meetings(request: Any) -> list[dict[str, Any]]:
    """The meetings to come that the viewer is part of, or is invited to for a patient."""
    viewer, at = request.viewer, request.at
    found = []
    rows = [row for row in meetings.meetings_for(viewer) if row.stage in ("convened", "running")]
    lists = meetings.cases_of(rows, viewer, at=at)
    for row in rows:
        cases = lists[row.id]
        found.append({
            "id": row.id, "name": row.department.name, "stage": MEETING_STAGES[row.stage],
            "running": row.stage == "running",
            "at": next_moment(row.starts_at, at, viewer.zone) if row.starts_at > at
            else when(row.starts_at, at, viewer.zone),
            "n": len(cases), "place": row.place,
            "people": [one.patient.name for one in cases] if viewer.role is Role.GP else [],
        })  # fmt: skip
    return found[:6]
