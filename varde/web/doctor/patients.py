"""A doctor's own patients in follow-up, and one patient's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.core.access import Role
from varde.core.zones import Zone
from varde.people.queries import patient_for
from varde.plan.queries import asked_of as plans_asked_of
from varde.triage import asks
from varde.triage.asks import NotAsked, asks_of
from varde.triage.ordered import asked_of, unverified_of
from varde.triage.ordering import LONGEST_UNVERIFIED
from varde.triage.queries import standing
from varde.triage.tasks import conflicts_of
from varde.triage.worklist import EXCERPT
from varde.web.reached import rows, told
from varde.web.record.asking import LONGEST, for_doctor, named, refused
from varde.web.record.page import clinical_page
from varde.web.roles import for_roles
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import next_moment, when
from varde.web.texts.words import all_of

doctors = for_roles(Role.GP, Role.SPECIALIST)


@doctors
@require_GET
def patients(request: Any) -> HttpResponse:
    mine = asks_of(request.viewer.actor)
    worst = standing([one.patient_id for one in mine])
    words = {
        "here": "patients",
        "questions": [
            {
                "person": one.patient,
                "by": one.asked_by.name,
                "due": next_moment(one.due_at, request.at, request.viewer.zone),
                "late": one.due_at <= request.at,
                "zone": max(Zone(one.zone), worst.get(one.patient_id, Zone(one.zone))).slug,
                "question": one.question[:EXCERPT],
            }
            for one in mine
        ],
        "conflicts": [
            {
                "person": one.patient,
                "kinds": all_of([str(KIND_TEXTS[k].short) for k in one.about.get("kinds", [])]),
            }
            for one in conflicts_of(request.viewer.actor, at=request.at)
        ],
        **told(request, rows(request)),
        "base": "/doctor/patient/",
        "asked": [
            {
                "person": one.patient,
                "by": one.drafted_by.name,
                "at": when(one.asked_at, request.at, request.viewer.zone) if one.asked_at else "",
                "reason": one.reason,
            }
            for one in asked_of(request.viewer.actor)
        ],
        "plans": _plans(request),
        "unverified": [
            {
                "person": one.patient,
                "by": one.entered_by.name,
                "at": when(one.entered_at, request.at, request.viewer.zone),
                "red": request.at - one.entered_at >= LONGEST_UNVERIFIED,
            }
            for one in unverified_of(request.viewer.actor)
            if one.entered_by and one.entered_at
        ],
    }
    return render(request, "reached.html", words)


def _plans(request: Any) -> list[dict[str, Any]]:
    """What waits for the doctor's approval."""
    return [
        {
            "person": one.patient,
            "by": one.proposed_by.name if one.proposed_by else "",
            "at": when(one.proposed_at, request.at, request.viewer.zone) if one.proposed_at else "",
        }
        for one in plans_asked_of([request.viewer.actor])
    ]


@doctors
@require_GET
def record(request: Any, patient: UUID) -> HttpResponse:
    return _record(request, patient)


def _record(request: Any, patient: UUID, status: int = 200, **more: str) -> HttpResponse:
    asked = for_doctor(patient, request.viewer, request.at)
    words = {"asked": asked, **more}
    return clinical_page(request, patient, template="doctor/record.html", more=words, status=status)


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
        return _record(request, patient, 422, refused=refused(no.code), answered=text)
    banners.success(request, _("Svaret er lagret, og oppfølgingstjenesten ser det."))
    return redirect(f"/doctor/patient/{patient}")
