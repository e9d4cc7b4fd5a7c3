"""Result: the zone, why, what to do now, when somebody looks, and whom to call otherwise."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.core.calendar import is_open, next_look
from varde.core.judgement import Reason
from varde.core.programme import Advice, Programme
from varde.core.zones import Zone
from varde.measuring.queries import last_report, report
from varde.triage.queries import judgement_of
from varde.triage.thresholds import in_force
from varde.web.patient.common import hours_of, programmes_of
from varde.web.patient.gauge import gauge
from varde.web.roles import for_roles
from varde.web.texts.numbers import next_moment
from varde.web.texts.sentences import for_patient, said

patient_only = for_roles(Role.PATIENT)


@patient_only
@require_GET
def newest(request: Any) -> HttpResponse:
    """The result of the last report."""
    found = last_report(request.viewer.person)
    return redirect(f"/patient/result/{found.id}" if found else "/patient/")


@patient_only
@require_GET
def result(request: Any, report_id: UUID) -> HttpResponse:
    person = request.viewer.person
    sent, judged = report(person, report_id), judgement_of(person, report_id)
    if sent is None or judged is None:
        raise Http404
    zone = Zone(judged.zone)
    programmes = programmes_of(request)
    reasons = [Reason.from_dict(one) for one in judged.reasons]
    words = {
        "zone": zone.slug,
        "sent": sent,
        "why": _why(request, zone, reasons, programmes, sent.taken_at),
        "advice": _advice(zone, programmes),
        "signed": all(programme.signed for programme in programmes),
        "call_113_when": [said(t) for p in programmes[:1] for t in p.call_113_when],
        **_looks(request),
    }
    return render(request, "patient/result.html", words)


def _why(
    request: Any, zone: Zone, reasons: list[Reason], programmes: list[Programme], taken_at: Any
) -> list[dict[str, Any]]:
    limits = in_force(request.viewer.person, at=taken_at)
    told = []
    for reason in reasons:
        if zone in (Zone.YELLOW, Zone.RED) and reason.zone < Zone.YELLOW:
            continue
        what, against = for_patient(reason, programmes)
        drawn = gauge(reason, limits.get(reason.subject))
        told.append({"zone": reason.zone.slug, "what": what, "against": against, "gauge": drawn})
    return told


def _advice(zone: Zone, programmes: list[Programme]) -> dict[str, Any]:
    """The programme's advice for the zone; of several programmes, each adds what it has."""
    if zone is Zone.NOT_JUDGED:
        return {
            "heading": _("Takk, vi har fått det"),
            "meaning": _("Noe kunne ikke vurderes av seg selv. En sykepleier ser på det."),
            "do": [],
        }
    found: list[Advice] = [programme.advice[zone.slug] for programme in programmes]
    do = dict.fromkeys(said(one) for advice in found for one in advice.do)
    return {
        "heading": said(found[0].heading) if found else "",
        "meaning": said(found[0].meaning) if found else "",
        "do": list(do),
    }


def _looks(request: Any) -> dict[str, Any]:
    """When somebody next looks, and whether anyone is there now."""
    hours = hours_of(request)
    if hours is None:
        return {"open_now": False, "looks": ""}
    moment = next_look(hours, request.at)
    looks = next_moment(moment, request.at, request.viewer.zone)
    return {"open_now": is_open(hours, request.at), "looks": looks}
