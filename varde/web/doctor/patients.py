"""A doctor's own patients in follow-up, and one patient's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.core.access import Role
from varde.people.doctors import acts_for, patients_of
from varde.people.nurses import colleagues
from varde.people.queries import names, patient_for
from varde.triage import asks
from varde.triage.asks import NotAsked
from varde.web.away import shown, typed
from varde.web.care.front import answered_us, next_meetings
from varde.web.care.unit_tasks import unit_tasks
from varde.web.doctor.asked import cards
from varde.web.doctor.since import since_last
from varde.web.doctor.waiting import waiting
from varde.web.reached import rows, told
from varde.web.record import page
from varde.web.record.asking import LONGEST, for_doctor, named, refused
from varde.web.roles import for_roles

doctors = for_roles(Role.GP, Role.SPECIALIST)


@doctors
@require_GET
def patients(request: Any) -> HttpResponse:
    """What waits first, then the patients, each with what waits."""
    viewer = request.viewer
    found = waiting(request)
    waits = found.pop("waits")
    doctors = acts_for(viewer.actor, zone=viewer.zone, at=request.at)
    own = set(patients_of(doctors, at=request.at))
    made = [
        {**row, "waits": waits.get(row["person"].id, ()), "own": row["person"].id in own}
        for row in rows(request)
    ]
    made.sort(key=lambda row: not row["waits"])  # what waits first, and then the worst
    today = request.at.astimezone(ZoneInfo(viewer.zone)).date()
    others = colleagues(viewer)
    words = {
        "here": "patients",
        **found,
        **told(request, made),
        "base": "/doctor/patient/",
        "home": "/doctor/",
        "answered_us": answered_us(request),
        "tasks": unit_tasks(request),
        "meetings": next_meetings(request),
        "away": shown([viewer.actor, *others], viewer, today),
        "colleagues": sorted(names(set(others)).items(), key=lambda one: one[1]),
        "today": today.isoformat(),
        "absence": typed(request, today),
    }
    return render(request, "doctor/patients.html", words)


@doctors
@require_GET
def record(request: Any, patient: UUID) -> HttpResponse:
    return record_shown(request, patient)


def record_shown(request: Any, patient: UUID, status: int = 200, **more: str) -> HttpResponse:
    person = patient_for(request.viewer, patient, at=request.at)
    found = page.shown(request, person)
    words = {
        **found.words,
        "asked": for_doctor(patient, request.viewer, request.at),
        "cards": cards(request, person),
        "since": since_last(patient, found.care, request.viewer, request.at),
        **more,
    }
    return render(request, "doctor/record.html", words, status=status)


@doctors
@require_POST
def answer(request: Any, patient: UUID) -> HttpResponse:
    """The doctor's answer, here; the service has it at once."""
    viewer, at, post = request.viewer, request.at, request.POST
    patient_for(viewer, patient, at=at)
    if post.get("patient") != str(patient):
        return HttpResponseBadRequest()
    text = post.get("text", "").replace("\0", "")[:LONGEST]
    try:
        asks.answer(ask=named(patient, post), text=text, by=viewer, at=at)
    except NotAsked as no:
        return record_shown(request, patient, 422, refused=refused(no.code), answered=text)
    banners.success(request, _("Svaret er lagret, og oppfølgingstjenesten ser det."))
    return redirect(f"/doctor/patient/{patient}")
