"""Not reported: who has not sent what was expected, the longest silence first."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.measuring.queries import silent
from varde.people.openings import listed
from varde.people.queries import people
from varde.web.roles import for_roles
from varde.web.texts.numbers import full_date


@for_roles(Role.NURSE)
@require_GET
def not_reported(request: Any) -> HttpResponse:
    """Patients of the unit with reports missed in the last 14 days."""
    found = silent(request.viewer.unit, at=request.at, days=14)
    known = people([row.patient for row in found])
    listed(known, by=request.viewer, at=request.at)
    zone = ZoneInfo(request.viewer.zone)
    rows = [
        {
            "person": known[row.patient],
            "missed": row.missed,
            "last": full_date(row.last.astimezone(zone).date()) if row.last else "",
        }
        for row in found
        if row.patient in known
    ]
    return render(request, "nurse/not_reported.html", {"here": "not-reported", "rows": rows})
