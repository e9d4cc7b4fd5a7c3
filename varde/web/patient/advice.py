"""Advice: what to do in each zone, opened at today's, until an own plan is approved."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.catalogue.queries import signed
from varde.core.access import Role
from varde.core.signing import Part
from varde.core.zones import Zone
from varde.triage.queries import state_of
from varde.triage.tasks import before_admission
from varde.web.patient.common import advice_of, programmes_of, signs_for_113
from varde.web.patient.result import looks
from varde.web.roles import for_roles

ZONES = ("green", "yellow", "red")


@for_roles(Role.PATIENT)
@require_GET
def advice(request: Any) -> HttpResponse:
    programmes = programmes_of(request)
    state = state_of(request.viewer.person)
    today = Zone(state.zone).slug if state else "grey"
    shown = request.GET.get("zone", today)
    shown = shown if shown in ZONES else "green"
    zone = next(zone for zone in Zone if zone.slug == shown)
    words = {
        "here": "advice",
        "zones": ZONES,
        "today": today,
        "not_judged": state is not None and today == "grey",
        "zone": shown,
        **advice_of(zone, programmes),
        "signed": signed(programmes, Part.ADVICE),
        "before": "plan" in before_admission(request.viewer.person),
        "call_113_when": signs_for_113(programmes),
        **looks(request, Zone.RED),
        "seen": today != "red",  # nothing of now waits to be answered
    }
    return render(request, "patient/advice.html", words)
