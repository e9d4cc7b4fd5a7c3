"""The own party's patients, what is to be done, and one patient's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.core.access import Role
from varde.pathway import doctors
from varde.pathway.doctors import NotResponsible
from varde.people.doctors import doctors_of
from varde.people.queries import patient_for
from varde.web.care.front import answered_us, next_meetings, put_to_us
from varde.web.care.unit_tasks import unit_tasks
from varde.web.plan.news import news
from varde.web.reached import rows, told
from varde.web.record.page import clinical_page
from varde.web.roles import for_roles
from varde.web.texts.numbers import short_date

coordinators = for_roles(Role.COORDINATOR)


@coordinators
@require_GET
def patients(request: Any) -> HttpResponse:
    words = {
        "here": "patients",
        **told(request, rows(request)),
        "base": "/coordinator/patient/",
        "home": "/coordinator/",
        "put_to_us": put_to_us(request),
        "answered_us": answered_us(request),
        "meetings": next_meetings(request),
        "tasks": unit_tasks(request),
        **news(request),
    }
    return render(request, "coordinator/patients.html", words)


@coordinators
@require_GET
def record(request: Any, patient: UUID) -> HttpResponse:
    found = doctors_of(patient, zone=request.viewer.zone, at=request.at)
    more = {"doctors": [{"id": one.person, "name": one.name, "where": one.organisation,
                         "responsible": one.responsible, "by_rule": one.by_rule,
                         "away": short_date(one.away) if one.away else ""}
                        for one in found]}  # fmt: skip
    return clinical_page(request, patient, template="coordinator/record.html", more=more)


@coordinators
@require_POST
def responsible(request: Any, patient: UUID) -> HttpResponse:
    """Who answers for the patient from now."""
    patient_for(request.viewer, patient, at=request.at)
    if request.POST.get("patient") != str(patient):
        return HttpResponseBadRequest()
    try:
        doctor = UUID(request.POST.get("doctor", ""))
        doctors.name(patient=patient, doctor=doctor, by=request.viewer, at=request.at)
        banners.success(request, _("Lagret. Legen er ansvarlig fra nå."))
    except (NotResponsible, ValueError):
        banners.warning(request, _("Velg en lege som behandler pasienten. Ingenting er endret."))
    return redirect(f"/coordinator/patient/{patient}")
