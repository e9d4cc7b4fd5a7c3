"""Plans: who has none, what waits for a doctor, which need a look, who is not trained."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from varde.catalogue.queries import programme
from varde.core.access import Role
from varde.measuring.queries import enrolments
from varde.people.openings import listed
from varde.people.queries import people
from varde.plan.overview import GROUPS, PlanOf, plans_of
from varde.plan.queries import prepared_by
from varde.web.plan.words import PLAN_STAGES
from varde.web.roles import for_roles
from varde.web.texts.numbers import full_date, when
from varde.web.texts.words import said

GROUP_WORDS = {
    "without": _("Uten plan"),
    "draft": _("Utkast"),
    "proposed": _("Venter på legen"),
    "look": _("Bør ses på"),
    "untrained": _("Ikke lært"),
    "held": _("Har plan"),
}
MOST = 300


@for_roles(Role.NURSE)
@require_GET
def plans(request: Any) -> HttpResponse:
    """One group at a time, those without first: they are the gap to close."""
    found = plans_of(request.viewer.seat, at=request.at)
    wanted = request.GET.get("show", "")
    show = wanted if wanted in GROUPS else GROUPS[0]
    here = [one for one in found if show in one.groups]
    rows = _rows(request, here)
    words = {
        "here": "plans",
        "show": show,
        "groups": [
            (key, GROUP_WORDS[key], sum(key in one.groups for one in found)) for key in GROUPS
        ],
        "rows": rows[:MOST],
        "n": len(rows),
        "of": len(found),
    }
    return render(request, "nurse/plans.html", words)


def _rows(request: Any, here: list[PlanOf]) -> list[dict[str, Any]]:
    """Who waits for a plan and has prepared it first, then who has been followed longest."""
    viewer, at = request.viewer, request.at
    ids = [one.patient for one in here]
    known, terms = people(ids), enrolments(ids, at=at)
    wrote = prepared_by([one.patient for one in here if one.groups == {"without"}])
    listed(known, by=viewer, at=at)
    zone = ZoneInfo(viewer.zone)
    rows = [
        (terms[one.patient][0].period.lower, one)
        for one in here
        if one.patient in known and terms.get(one.patient)
    ]
    return [
        {
            "person": known[one.patient],
            "programmes": ", ".join(
                said(programme(row.programme, row.version).name) for row in terms[one.patient]
            ),
            "since": full_date(since.astimezone(zone).date()),
            "wrote": when(wrote[one.patient], at, viewer.zone) if one.patient in wrote else "",
            **_told(one, viewer, at),
        }
        for since, one in sorted(
            rows, key=lambda row: (row[1].patient not in wrote, row[0], str(row[1].patient))
        )
    ]


def _told(one: PlanOf, viewer: Any, at: Any) -> dict[str, Any]:
    """How far it has come, and with whom it waits."""
    held, way = one.held, one.on_its_way
    return {
        "version": held.version if held is not None else 0,
        "by": held.approved_by.name if held is not None and held.approved_by else "",
        "stage": PLAN_STAGES[way.stage] if way is not None else "",
        "with": way.asked.name if way is not None and way.asked else "",
        "waited": when(way.proposed_at, at, viewer.zone)
        if way is not None and way.proposed_at
        else "",
        "look": one.look,
        "untrained": held is not None and not one.trained,
    }
