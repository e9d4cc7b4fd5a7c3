"""A doctor's own patients in follow-up, and one patient's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.core.zones import Zone
from varde.triage.asks import asks_of
from varde.triage.ordered import asked_of, unverified_of
from varde.triage.ordering import LONGEST_UNVERIFIED
from varde.triage.worklist import EXCERPT
from varde.web.reached import rows, told
from varde.web.record.asking import for_doctor
from varde.web.record.page import clinical_page
from varde.web.roles import for_roles
from varde.web.texts.numbers import next_moment, when

doctors = for_roles(Role.GP, Role.SPECIALIST)


@doctors
@require_GET
def patients(request: Any) -> HttpResponse:
    words = {
        "here": "patients",
        "questions": [
            {
                "person": one.patient,
                "by": one.asked_by.name,
                "due": next_moment(one.due_at, request.at, request.viewer.zone),
                "late": one.due_at <= request.at,
                "zone": Zone(one.zone).slug,
                "question": one.question[:EXCERPT],
            }
            for one in asks_of(request.viewer.actor)
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


@doctors
@require_GET
def record(request: Any, patient: UUID) -> HttpResponse:
    asked = for_doctor(patient, request.viewer, request.at)
    return clinical_page(request, patient, template="doctor/record.html", more={"asked": asked})
