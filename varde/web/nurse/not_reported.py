"""Not reported: who has not sent what was expected, the longest silence first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.core.zones import Zone
from varde.measuring.queries import silent
from varde.people.openings import listed
from varde.people.queries import people
from varde.triage.queries import states
from varde.web.roles import for_roles
from varde.web.texts.numbers import full_date

MOST = 200


@for_roles(Role.NURSE)
@require_GET
def not_reported(request: Any) -> HttpResponse:
    """Patients of the unit with reports missed in the last 14 days."""
    found = silent(request.viewer.unit, at=request.at, days=14, most=MOST)
    known = people([row.patient for row in found])
    listed(known, by=request.viewer, at=request.at)
    zone = ZoneInfo(request.viewer.zone)
    newest = states([row.patient for row in found])
    last = {patient: state.taken_at for patient, state in newest.items()}
    never = datetime.min.replace(tzinfo=UTC)
    rows = [
        {
            "person": known[row.patient],
            "missed": row.missed,
            "zone": Zone(newest[row.patient].zone).slug if row.patient in newest else "",
            "last": full_date(last[row.patient].astimezone(zone).date())
            if row.patient in last
            else "",
        }
        for row in sorted(found, key=lambda one: (last.get(one.patient, never), -one.missed))
        if row.patient in known
    ]
    words = {"here": "not-reported", "rows": rows, "most": len(found) >= MOST}
    return render(request, "nurse/not_reported.html", words)
