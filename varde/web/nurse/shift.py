"""The shift: what one tells the next, who is away and who stands in, and a patient's own nurse."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.core.access import Role
from varde.people import nurses
from varde.people.nurses import NotNamed
from varde.people.openings import listed
from varde.people.queries import names, patient_for, staff
from varde.triage import handover
from varde.triage.handover import NotHanded
from varde.web.away import refused, shown, typed
from varde.web.nurse.passing import colleagues
from varde.web.nurse.watch import arrangement
from varde.web.roles import for_roles
from varde.web.texts.numbers import short_date, when

nurse_only = for_roles(Role.NURSE)
LONGEST = 2000


@nurse_only
@require_GET
def page(request: Any) -> HttpResponse:
    """What nobody shall have to remember: notes to the next shift, and who is away."""
    viewer, today = request.viewer, _today(request)
    words = {
        "here": "shift",
        "notes": notes(request, all_of_them=True),
        "absences": shown(staff(viewer.seat, Role.NURSE), viewer, today),
        "colleagues": colleagues(viewer),
        "today": today.isoformat(),
        "absence": typed(request, today),
        **arrangement(viewer, request.at),
    }
    return render(request, "nurse/shift.html", words)


def notes(request: Any, *, all_of_them: bool = False) -> list[dict[str, Any]]:
    """What the viewer has not read; on the shift's own page also what has been."""
    viewer, at = request.viewer, request.at
    rows = handover.recent(viewer, at=at) if all_of_them else handover.unread(viewer, at=at)
    listed({row.patient_id for row in rows if row.patient_id}, by=viewer, at=at)
    return [
        {
            "id": row.id,
            "by": row.by.name,
            "at": when(row.at, at, viewer.zone),
            "text": row.text,
            "patient": row.patient,
            "unread": viewer.person not in row.read_by,
        }
        for row in rows
    ]


def _today(request: Any) -> date:
    day: date = request.at.astimezone(ZoneInfo(request.viewer.zone)).date()
    return day


@nurse_only
@require_POST
def tell(request: Any) -> HttpResponse:
    """A note to the next shift, about a patient when one is named."""
    viewer, at, post = request.viewer, request.at, request.POST
    try:
        patient = UUID(post["patient"]) if post.get("patient") else None
    except ValueError:
        return HttpResponseBadRequest()
    if patient is not None:
        patient_for(viewer, patient, at=at)
    text = post.get("text", "")[:LONGEST].replace("\0", "")
    try:
        handover.tell_next(text=text, patient=patient, by=viewer, at=at)
    except NotHanded:
        banners.warning(request, _("Skriv det med ord. Ingenting er lagret."))
    else:
        banners.success(request, _("De andre ser det øverst på arbeidslista."))
    return redirect(f"/nurse/patient/{patient}" if patient else "/nurse/shift")


@nurse_only
@require_POST
def read(request: Any, note: UUID) -> HttpResponse:
    handover.read(handover=note, by=request.viewer, at=request.at)
    back = request.POST.get("back", "")
    return redirect("/nurse/shift" if back == "shift" else "/nurse/")


@nurse_only
@require_POST
def name(request: Any, patient: UUID) -> HttpResponse:
    """Who is the patient's own nurse from now."""
    viewer, at, post = request.viewer, request.at, request.POST
    patient_for(viewer, patient, at=at)
    if post.get("patient") != str(patient):
        return HttpResponseBadRequest()
    try:
        nurse = UUID(post["nurse"]) if post.get("nurse") else None
        nurses.name_nurse(patient=patient, nurse=nurse, by=viewer, at=at)
    except NotNamed as no:
        banners.warning(request, refused(no.code))
    except ValueError:
        return HttpResponseBadRequest()
    else:
        banners.success(request, _("Lagret. Pasienten ser hvem det er."))
    return redirect(f"/nurse/patient/{patient}#nurse-h")


def own_nurse(patient: UUID, viewer: Any, at: datetime) -> dict[str, Any]:
    """For the patient's page: who it is, and who it may be."""
    today = at.astimezone(ZoneInfo(viewer.zone)).date()
    row = nurses.own_nurses([patient]).get(patient)
    gone = nurses.away([row.nurse_id], today).get(row.nurse_id) if row else None
    choices = names(set(staff(viewer.seat, Role.NURSE)))
    return {
        "id": row.nurse_id if row else None,
        "name": row.nurse.name if row else "",
        "until": short_date(gone.last) if gone else "",
        "stands_in": gone.stands_in.name if gone and gone.stands_in else "",
        "choices": sorted(choices.items(), key=lambda one: one[1]),
    }
