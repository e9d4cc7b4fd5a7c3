"""A doctor's note: kept in the record, and work for the service until it is read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.dialogue.actions import write_note
from varde.measuring.queries import enrolments
from varde.people.queries import patient_for
from varde.web.roles import for_roles


@for_roles(Role.GP, Role.SPECIALIST)
@require_POST
def write(request: Any, patient: UUID) -> HttpResponse:
    person = patient_for(request.viewer, patient, at=request.at)
    text = request.POST.get("text", "").strip()[:8000]
    back = redirect(f"/doctor/patient/{person.id}")
    if not text:
        banners.warning(request, _("Notatet var tomt, og ble ikke lagret."))
        return back
    if not enrolments([person.id], at=request.at):
        banners.warning(request, _("Ingen følger opp pasienten nå. Notatet ble ikke lagret."))
        return back
    write_note(patient=person.id, text=text, by=request.viewer, at=request.at)
    banners.success(request, _("Notatet er lagret, og oppfølgingstjenesten ser det."))
    return back
