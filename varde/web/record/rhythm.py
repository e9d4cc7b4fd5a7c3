"""How often the patient reports: as the programme says, or as is agreed with this patient."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import PERMISSIONS, Role
from varde.core.expectation import Own, Rhythm
from varde.measuring.rhythm import Changed, current, set_rhythm
from varde.people.queries import patient_for
from varde.plan.queries import in_force
from varde.triage.handling import says_why
from varde.web.roles import for_roles
from varde.web.texts.numbers import short_date, weekday_name

LATEST = timedelta(days=92)  # that it may begin from now


def rhythm_told(rhythm: Rhythm, day: int) -> str:
    """«hver mandag, daglig ved gul og rød»."""
    if rhythm is Rhythm.DAILY:
        return _("hver dag")
    if rhythm is Rhythm.WEEKDAYS:
        return _("hver hverdag, daglig ved gul og rød")
    return _("hver %(day)s, daglig ved gul og rød") % {"day": weekday_name(day)}


def shown_rhythm(patient: UUID, viewer: Any, at: datetime) -> dict[str, Any]:
    """What is agreed with this patient, and what may be agreed instead."""
    if viewer.role not in PERMISSIONS["set-rhythm"]:
        return {"may": False}
    row, today = current(patient), at.astimezone(ZoneInfo(viewer.zone)).date()
    told = rhythm_told(Rhythm(row.rhythm), row.weekday) if row else ""
    return {
        "may": True,
        "told": told,
        "since": short_date(row.since) if row else "",
        "by": row.by.name if row else "",
        "why": row.why if row else "",
        "chosen": _choice(row) if row else "",
        "choices": [
            *((f"weekly-{n}", _("hver %(day)s") % {"day": weekday_name(n)}) for n in range(7)),
            ("weekdays", _("hver hverdag")),
            ("daily", _("hver dag")),
        ],
        "today": today.isoformat(),
        "latest": (today + LATEST).isoformat(),
    }


def _choice(row: Any) -> str:
    return f"weekly-{row.weekday}" if row.rhythm == Rhythm.WEEKLY else str(row.rhythm)


@for_roles(Role.NURSE)
@require_POST
def rhythm(request: Any, patient: UUID) -> HttpResponse:
    """Agreed anew, or as the programme says again."""
    viewer, at, post = request.viewer, request.at, request.POST
    patient_for(viewer, patient, at=at)
    if post.get("patient") != str(patient):
        return HttpResponseBadRequest()
    why = post.get("why", "").replace("\0", "").strip()
    back = redirect(f"/nurse/patient/{patient}#rhythm-h")
    if "programme" in post:
        set_rhythm(patient=patient, own=None, by=viewer, at=at)
        banners.success(request, _("Pasienten måler som programmet sier."))
        _tell_of_paper(request, patient)
        return back
    own = _own(post, at.astimezone(ZoneInfo(viewer.zone)).date())
    if own is None:
        banners.warning(request, _("Velg hvor ofte, og en dag fra i dag av. Ingenting er endret."))
    elif not says_why(why):
        banners.warning(request, _("Skriv hvorfor, med noen ord. Ingenting er endret."))
    else:
        try:
            set_rhythm(patient=patient, own=own, why=why, by=viewer, at=at)
        except Changed:
            banners.warning(request, _("En annen har endret det samme nå. Se over."))
        else:
            banners.success(request, _("Lagret. Pasienten ser når neste måling er."))
            _tell_of_paper(request, patient)
    return back


def _tell_of_paper(request: Any, patient: UUID) -> None:
    """A plan on paper says how often, as it was when it was printed."""
    if in_force(patient) is not None:
        banners.info(request, _("Planen på papir sier hvor ofte. Gi pasienten en ny utskrift."))


def _own(post: Any, today: date) -> Own | None:
    """What was chosen; None for what is no choice, or no day from today on."""
    name, _dash, day = post.get("often", "").partition("-")
    try:
        often, since = Rhythm(name), date.fromisoformat(post.get("since", ""))
    except ValueError:
        return None
    if not today <= since <= today + LATEST or (often is Rhythm.WEEKLY) is (day == ""):
        return None
    if often is Rhythm.WEEKLY and day not in {str(n) for n in range(7)}:
        return None
    return Own(often, int(day) if often is Rhythm.WEEKLY else 0, since)
