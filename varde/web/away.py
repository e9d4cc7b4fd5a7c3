"""Away: who of the staff is away, who stands in, and that one says so of oneself."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import DOCTORS, Role
from varde.people import nurses
from varde.people.nurses import NotNamed
from varde.people.viewer import Viewer
from varde.web.roles import HOME, for_roles
from varde.web.texts.numbers import short_date

KEPT = "absence"  # where the session has what was typed


def shown(persons: Collection[UUID], viewer: Viewer, today: date) -> list[dict[str, Any]]:
    """Who of them is away now or later."""
    return [
        {
            "id": row.id,
            "who": row.person.name,
            "days": f"{short_date(row.first)}–{short_date(row.last)}",
            "stands_in": row.stands_in.name if row.stands_in else "",
            "own": row.person_id == viewer.person,
            "now": row.first <= today,
        }
        for row in nurses.absences(persons, today)
    ]


def typed(request: Any, today: date) -> dict[str, Any]:
    """The form as it was filled in when it was refused just now, else for one day from today."""
    sent = request.session.pop(KEPT, None)
    filled = sent or {"first": today.isoformat(), "last": "", "stands_in": ""}
    return {"refused": sent is not None, **filled}


@for_roles(Role.NURSE, Role.GP, Role.SPECIALIST)
@require_POST
def absent(request: Any) -> HttpResponse:
    """Who is signed in says when she is away, or that it is not so."""
    viewer, at, post = request.viewer, request.at, request.POST
    doctor = viewer.role in DOCTORS
    page = HOME[viewer.role] if doctor else "/nurse/shift"
    try:
        if "strike" in post:
            nurses.take_back(absence=UUID(post["strike"]), by=viewer, at=at)
            banners.success(request, _("Fraværet er tatt bort."))
        else:
            first, last = date.fromisoformat(post["first"]), date.fromisoformat(post["last"])
            other = UUID(post["stands_in"]) if post.get("stands_in") else None
            nurses.say_absent(first=first, last=last, stands_in=other, by=viewer, at=at)
            told = _("Fraværet er lagret. Det som venter på deg, går til stedfortrederen.")
            nurse = _("Fraværet er lagret. Pasientene dine ser hvem som ser til dem.")
            banners.success(request, told if doctor else nurse)
    except NotNamed as no:
        banners.warning(request, refused(no.code))
        _keep(request)
    except (ValueError, KeyError):
        banners.warning(request, _("Velg en dato. Ingenting er endret."))
        _keep(request)
    return redirect(page)


def _keep(request: Any) -> None:
    """What was typed, for the form to be shown with once more."""
    if "strike" not in request.POST:
        names = ("first", "last", "stands_in")
        request.session[KEPT] = {name: request.POST.get(name, "")[:40] for name in names}


def refused(code: str) -> str:
    return {
        "days": _("Siste dag er før første dag. Ingenting er endret."),
        "overlaps": _("Du har alt et fravær i de dagene. Ingenting er endret."),
        "nurse": _("Velg en kollega i tjenesten."),
    }[code]
