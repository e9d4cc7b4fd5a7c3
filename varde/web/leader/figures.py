"""Figures for the team leader: how many wait, of which colour; never a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.measuring.queries import followed_now
from varde.plan.overview import how_many_have
from varde.triage.queries import counts, zone_counts
from varde.triage.worklist import Rank
from varde.web.roles import for_roles


@for_roles(Role.TEAM_LEADER)
@require_GET
def figures(request: Any) -> HttpResponse:
    n = counts(request.viewer)
    patients = followed_now(request.viewer.seat, at=request.at)
    words = {
        "here": "figures",
        "followed": len(patients),
        "with_plan": how_many_have(patients),
        "zones": zone_counts(request.viewer, at=request.at),
        "waiting": {
            "red": n[Rank.RED] + n[Rank.RED_CONTROL],
            "yellow": n[Rank.YELLOW],
            "work": n[Rank.WORK],
            "green": n[Rank.GREEN],
        },
    }
    return render(request, "leader/figures.html", words)
