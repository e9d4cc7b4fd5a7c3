"""A doctor's note: kept in the record, and work for the service until it is read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.dialogue.actions import write_note
from varde.measuring.queries import enrolments
from varde.people.queries import patient_for
from varde.web.doctor.patients import record_shown
from varde.web.roles import for_roles

LONGEST = 8000  # characters


@for_roles(Role.GP, Role.SPECIALIST)
@require_POST
def write(request: Any, patient: UUID) -> HttpResponse:
    person = patient_for(request.viewer, patient, at=request.at)
    if request.POST.get("patient") != str(person.id):
        return HttpResponseBadRequest()
    text = request.POST.get("text", "").replace("\0", "").strip()
    back = redirect(f"/doctor/patient/{person.id}")
    if not text:
        banners.warning(request, _("Notatet var tomt, og ble ikke lagret."))
        return back
    if len(text) > LONGEST:
        too_long = _("Notatet er for langt, og er ikke lagret. Kort det ned.")
        return record_shown(request, patient, 422, refused=too_long, noted=text)
    if not enrolments([person.id], at=request.at):
        banners.warning(request, _("Ingen følger opp pasienten nå. Notatet ble ikke lagret."))
        return back
    write_note(patient=person.id, text=text, by=request.viewer, at=request.at)
    banners.success(request, _("Notatet er lagret, og oppfølgingstjenesten ser det."))
    return back
