"""About me: who has looked in my record, my programme, language."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.audit.queries import openings_of
from varde.core.access import Role, demand
from varde.measuring.queries import source_names
from varde.people.queries import names, organisations, patient_for, responsible_doctor
from varde.triage.thresholds import in_force, limits_of
from varde.web.patient.common import nurse_of, programmes_of
from varde.web.record.grounds import in_words
from varde.web.roles import for_roles
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import day_month, when
from varde.web.texts.statuses import GROUNDS, OPENED, ROLES
from varde.web.texts.words import said

SHOWN, ALL = 60, 1000


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
        "nurse": nurse_of(request),
        "limits": _limits(request),
        **_openings(request),
        "languages": settings.LANGUAGES,
    }
    return render(request, "patient/me.html", words)


def _limits(request: Any) -> list[dict[str, str]]:
    """What the patient's own measurements are judged by, since when, and who set it."""
    viewer, at = request.viewer, request.at
    zone = ZoneInfo(viewer.zone)
    held = in_force(viewer.person, at=at)
    asked = dict.fromkeys(kind for one in programmes_of(request) for kind in one.kinds)
    return [
        {
            "name": str(KIND_TEXTS[kind].plain),
            "limits": in_words(limits_of(held[kind])),
            "by": held[kind].ordered_by.name if held[kind].ordered_by else "",
            "since": day_month(held[kind].period.lower.astimezone(zone).date()),
        }
        for kind in asked
        if kind in held
    ]


def _openings(request: Any) -> dict[str, Any]:
    """Who opened the record, one row each; being seen in lists, one row a day."""
    demand(request.viewer.role, "see-openings")
    most = ALL if request.GET.get("all") else SHOWN
    opened = list(openings_of(request.viewer.person).exclude(what="list")[: most + 1])
    listed = list(openings_of(request.viewer.person).filter(what="list")[:ALL])
    ids = {row.person_id for row in (*opened, *listed) if row.person_id}
    who = names(ids) | source_names(ids)
    where = {unit.id: unit.name for unit in organisations()}
    return {
        "openings": [_opening(request, row, who, where) for row in opened[:most]],
        "more": len(opened) > most,
        "listed": _by_day(request, listed, who),
    }


def _opening(
    request: Any, row: Any, who: dict[UUID, str], where: dict[UUID, str]
) -> dict[str, Any]:
    role = ROLES.get(row.role, row.role)
    return {
        "who": (row.person_id and who.get(row.person_id)) or role,
        "role": role,
        "where": (row.unit_id and where.get(row.unit_id)) or "",
        "what": OPENED.get(row.what, row.what),
        "ground": GROUNDS.get(row.ground, row.ground),
        "at": when(row.at, request.at, request.viewer.zone),
    }


def _by_day(request: Any, rows: list[Any], who: dict[UUID, str]) -> list[dict[str, str]]:
    """«23. november: Ingeborg Myrland, Sverre Haug», the last fortnight."""
    days: dict[date, dict[str, None]] = {}
    for row in rows:
        day = row.at.astimezone(ZoneInfo(request.viewer.zone)).date()
        name = (row.person_id and who.get(row.person_id)) or str(ROLES.get(row.role, row.role))
        days.setdefault(day, {})[name] = None
    return [{"day": day_month(day), "who": ", ".join(found)} for day, found in days.items()][:14]
