"""About me: who has looked in my record, my programme, language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.audit.queries import openings_of
from varde.core.access import Role
from varde.measuring.queries import source_names
from varde.people.queries import names, organisations, patient_for, responsible_doctor
from varde.web.patient.common import programmes_of
from varde.web.roles import for_roles
from varde.web.texts.numbers import when
from varde.web.texts.sentences import said
from varde.web.texts.statuses import GROUNDS, OPENED, ROLES

SHOWN = 60


@for_roles(Role.PATIENT)
@require_GET
def me(request: Any) -> HttpResponse:
    person = patient_for(request.viewer, request.viewer.person, at=request.at)
    doctor = responsible_doctor(person.id, at=request.at)
    words = {
        "here": "me",
        "person": person,
        "programmes": [said(programme.name) for programme in programmes_of(request)],
        "doctor": doctor.doctor.name if doctor else "",
        "doctor_at": doctor.organisation.name if doctor else "",
        "openings": _openings(request),
        "languages": settings.LANGUAGES,
    }
    return render(request, "patient/me.html", words)


def _openings(request: Any) -> list[dict[str, Any]]:
    rows = list(openings_of(request.viewer.person)[:SHOWN])
    ids = {row.person_id for row in rows if row.person_id}
    who = names(ids) | source_names(ids)
    where = {unit.id: unit.name for unit in organisations()}
    return [
        {
            "who": (who.get(row.person_id, "") if row.person_id else "")
            or ROLES.get(row.role, row.role),
            "role": ROLES.get(row.role, row.role),
            "where": (row.unit_id and where.get(row.unit_id)) or "",
            "what": OPENED.get(row.what, row.what),
            "ground": GROUNDS.get(row.ground, row.ground),
            "at": when(row.at, request.at, request.viewer.zone),
        }
        for row in rows
    ]
