"""The outreach team's shared patients: who is worst, when each was visited, who needs it less."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.core.zones import Zone
from varde.pathway.together import outreach
from varde.triage.queries import states
from varde.web.care.front import answered_us, next_meetings, put_to_us
from varde.web.care.unit_tasks import unit_tasks
from varde.web.plan.news import news
from varde.web.reached import rows, told
from varde.web.record.page import clinical_page
from varde.web.roles import HOME, for_roles
from varde.web.texts.numbers import full_date

team = for_roles(Role.OUTREACH)
CALM = timedelta(days=30)  # green for so long: the team may ask whether to come less; unsigned


@team
@require_GET
def patients(request: Any) -> HttpResponse:
    made = rows(request)
    ids = [row["person"].id for row in made]
    visited, zones = outreach.last_visits(ids), states(ids)
    today = request.at.astimezone(ZoneInfo(request.viewer.zone)).date()
    made = [
        {**row, "visits": _visits(visited.get(row["person"].id), today),
         "calm": _calm(zones.get(row["person"].id), request.at)}
        for row in made
    ]  # fmt: skip
    words = {
        "here": "patients",
        **told(request, made),
        "base": "/outreach/patient/",
        "home": HOME[Role.OUTREACH],
        "put_to_us": put_to_us(request),
        "answered_us": answered_us(request),
        "tasks": unit_tasks(request),
        "meetings": next_meetings(request),
        **news(request),
    }
    return render(request, "outreach/patients.html", words)


def _visits(found: tuple[date, date | None, int] | None, today: date) -> dict[str, Any]:
    if found is None:
        return {}
    last, following, n = found
    return {
        "last": full_date(last),
        "next": full_date(following) if following else "",
        "late": following is not None and following < today,
        "n": n,
    }


def _calm(state: Any, at: Any) -> bool:
    return state is not None and state.zone == Zone.GREEN and at - state.since >= CALM


@team
@require_GET
def record(request: Any, patient: UUID) -> HttpResponse:
    return clinical_page(request, patient, template="outreach/record.html")
