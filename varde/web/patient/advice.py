"""Advice: what to do in each zone, opened at today's, until an own plan is approved."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.core.zones import Zone
from varde.triage.queries import state_of
from varde.web.patient.common import programmes_of
from varde.web.roles import for_roles
from varde.web.texts.sentences import said

ZONES = ("green", "yellow", "red")


@for_roles(Role.PATIENT)
@require_GET
def advice(request: Any) -> HttpResponse:
    programmes = programmes_of(request)
    state = state_of(request.viewer.person)
    today = Zone(state.zone).slug if state and state.zone else "green"
    shown = request.GET.get("zone", today)
    shown = shown if shown in ZONES else today
    do = dict.fromkeys(said(one) for p in programmes for one in p.advice[shown].do)
    words = {
        "here": "advice",
        "zones": ZONES,
        "today": today,
        "zone": shown,
        "heading": said(programmes[0].advice[shown].heading) if programmes else "",
        "meaning": said(programmes[0].advice[shown].meaning) if programmes else "",
        "do": list(do),
        "signed": all(programme.signed for programme in programmes),
        "call_113_when": [said(t) for p in programmes[:1] for t in p.call_113_when],
    }
    return render(request, "patient/advice.html", words)
