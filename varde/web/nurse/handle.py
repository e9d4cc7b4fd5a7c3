"""Handling: the panel's form is sent here; done leads to the next one in the list."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.measuring.hours import hours_from
from varde.pathway.closing import close
from varde.people.queries import names, organisation
from varde.triage import queries
from varde.triage.handling import ACTS, ASSESSMENTS, NEXT_STEPS, Closing, NotClosed, TakenByOther
from varde.web.nurse.record import record_page
from varde.web.roles import for_roles


@for_roles(Role.NURSE)
@require_POST
def handle(request: Any, item: UUID) -> HttpResponse:
    """Close what was on the screen. What was typed comes back when it cannot be closed."""
    found = queries.item(request.viewer, item)
    if found is None:
        banners.warning(request, _("Den er alt lukket. Notatet ditt ble ikke lagret en gang til."))
        return redirect("/nurse/")
    if request.POST.get("patient") != str(found.patient_id):
        raise Http404
    try:
        closing = _closing(request, item)
    except (ValueError, KeyError):
        return HttpResponseBadRequest()
    following = queries.next_item(request.viewer, found)
    return _close(request, found, closing, following)


def _close(request: Any, found: Any, closing: Closing, following: Any) -> HttpResponse:
    here = f"/nurse/patient/{found.patient_id}"
    try:
        with transaction.atomic():
            closed = close(
                closing=closing,
                hours=hours_from(organisation(found.unit_id).hours, request.viewer.zone),
                call_at=_call_at(request),
                by=request.viewer,
                at=request.at,
            )
    except NotClosed:
        return record_page(request, found.patient, typed=_typed(request), status=422)
    except TakenByOther as taken:
        who = names({taken.person}).get(taken.person, "")
        banners.warning(request, _("%(who)s har den nå. Ingenting er lagret.") % {"who": who})
        return record_page(request, found.patient, typed=_typed(request), status=409)
    if closed.stays_open:
        text = _("%(who)s står fortsatt på lista: noe nytt kom mens du arbeidet.")
        banners.warning(request, text % {"who": found.patient.name})
        return redirect(here)
    banners.success(request, _("%(who)s er lukket.") % {"who": found.patient.name})
    return redirect(f"/nurse/patient/{following.patient_id}" if following else "/nurse/")


def _closing(request: Any, item: UUID) -> Closing:
    post = request.POST
    assessment = post["assessment"] if post.get("assessment") in ASSESSMENTS else ""
    if not assessment:
        raise ValueError("assessment")
    return Closing(
        item=item,
        reasons=tuple(UUID(one) for one in post.getlist("reason")),
        assessment=assessment,
        acts=tuple(act for act in post.getlist("act") if act in ACTS),
        next_steps=tuple(step for step in post.getlist("next") if step in NEXT_STEPS),
        note=post.get("note", "")[:8000],
        why=post.get("why", "")[:2000],
        heard_at=datetime.fromisoformat(post["heard_at"]),
    )


def _typed(request: Any) -> dict[str, Any]:
    """What the nurse had filled in, to be shown again as it was."""
    post = request.POST
    return {
        "assessment": post.get("assessment", ""),
        "acts": post.getlist("act"),
        "next": post.getlist("next"),
        "note": post.get("note", ""),
        "why": post.get("why", ""),
        "call_at": post.get("call_at", ""),
    }


def _call_at(request: Any) -> datetime | None:
    """The time typed for «ring igjen»: today, or tomorrow when it has passed."""
    try:
        wanted = time.fromisoformat(request.POST.get("call_at", ""))
    except ValueError:
        return None
    zone = ZoneInfo(request.viewer.zone)
    local = request.at.astimezone(zone)
    moment = datetime.combine(local.date(), wanted, zone)
    return moment if moment > request.at else moment + timedelta(days=1)
