"""Today: one screen, one thing to do now."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.core.expectation import next_due
from varde.core.zones import Zone
from varde.measuring.queries import enrolments, expectation_now, last_report
from varde.pathway.regime import agreed
from varde.people.queries import names
from varde.triage.queries import state_of
from varde.web.patient.common import programmes_of
from varde.web.patient.steps import steps_of
from varde.web.roles import for_roles
from varde.web.texts.numbers import day_month, long_date


@for_roles(Role.PATIENT)
@require_GET
def today(request: Any) -> HttpResponse:
    person, zone = request.viewer.person, ZoneInfo(request.viewer.zone)
    local = request.at.astimezone(zone)
    programmes = programmes_of(request)
    state = state_of(person)
    due = expectation_now(person, at=request.at)
    words = {
        "here": "today",
        "greeting": _greeting(local.hour),
        "first_name": names({person}).get(person, "").split(" ")[0],
        "date": _capital(long_date(local.date())),
        "due": due,
        "needs": [step for step in steps_of(programmes) if step.need],
        "minutes": max((p.minutes for p in programmes), default=5),
        "state": state,
        "zone": Zone(state.zone).slug if state else None,
        "measured": day_month(state.taken_at.astimezone(zone).date()) if state else "",
        "last": last_report(person),
        "next": "" if due else _next(request, local.date()),
        "followed": bool(programmes),
    }
    return render(request, "patient/today.html", words)


def _greeting(hour: int) -> str:
    if hour < 10:
        return _("God morgen")
    return _("God dag") if hour < 18 else _("God kveld")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _next(request: Any, day: Any) -> str:
    """When the next report is due, in words."""
    person = request.viewer.person
    rows = enrolments([person], at=request.at).get(person, [])
    state = state_of(person)
    green = state is None or state.zone not in (Zone.YELLOW, Zone.RED)
    zone = ZoneInfo(request.viewer.zone)
    days = [next_due(day, agreed(row, zone), green=green) for row in rows]
    return long_date(min(days)) if days else ""
