"""Passing on: a place given to a colleague, put off, woken, or a closing undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.people.queries import names, staff
from varde.triage import passing
from varde.triage.handling import NotClosed, TakenByOther
from varde.web.roles import for_roles
from varde.web.texts.numbers import next_moment

nurse_only = for_roles(Role.NURSE)


def colleagues(viewer: Any) -> list[tuple[UUID, str]]:
    """The other nurses of the unit, by name."""
    others = [one for one in staff(viewer.seat, Role.NURSE) if one != viewer.person]
    return sorted(names(set(others)).items(), key=lambda one: one[1])


@nurse_only
@require_POST
def give(request: Any, item: UUID) -> HttpResponse:
    try:
        to = UUID(request.POST.get("to", ""))
    except ValueError:
        return HttpResponseBadRequest()
    try:
        passing.hand_over(item=item, to=to, by=request.viewer, at=request.at)
    except (NotClosed, TakenByOther) as no:
        banners.warning(request, _refused(no))
        return redirect("/nurse/")
    banners.success(request, _("%(who)s har den nå.") % {"who": names({to}).get(to, "")})
    return redirect("/nurse/")


@nurse_only
@require_POST
def snooze(request: Any, item: UUID) -> HttpResponse:
    """For an hour or two, at the longest until the unit closes."""
    span, at = HOURS.get(request.POST.get("until", "")), request.at
    if span is None:
        return HttpResponseBadRequest()
    try:
        version = int(request.POST.get("version", "0")[:9] or 0)
        row = passing.snooze(item=item, version=version, until=at + span, by=request.viewer, at=at)
    except ValueError:
        return HttpResponseBadRequest()
    except (NotClosed, TakenByOther) as no:
        banners.warning(request, _refused(no))
    else:
        told = next_moment(row.snoozed_until or at, at, request.viewer.zone)
        banners.success(
            request, _("Utsatt til %(when)s, eller til noe nytt kommer.") % {"when": told}
        )
    return redirect("/nurse/")


HOURS = {"hour": timedelta(hours=1), "two": timedelta(hours=2), "closing": timedelta(days=14)}


@nurse_only
@require_POST
def wake(request: Any, item: UUID) -> HttpResponse:
    try:
        passing.wake_now(item=item, by=request.viewer, at=request.at)
    except NotClosed as no:
        banners.warning(request, _refused(no))
    return redirect("/nurse/")


@nurse_only
@require_POST
def undo(request: Any) -> HttpResponse:
    """The closing of a moment ago: back to the patient, who is the nurse's again; or the greens
    that were acknowledged then, by that moment."""
    what = request.POST.get("handling", "")
    try:
        if "T" in what:
            return _undo_greens(request, datetime.fromisoformat(what))
        handling = UUID(what)
    except ValueError:
        return HttpResponseBadRequest()
    try:
        row = passing.undo(handling=handling, by=request.viewer, at=request.at)
    except NotClosed as no:
        banners.warning(request, _refused(no))
        return redirect("/nurse/")
    banners.success(request, _("Angret. Pasienten er din igjen, og notatet står."))
    return redirect(f"/nurse/patient/{row.patient_id}")


def _undo_greens(request: Any, closed_at: datetime) -> HttpResponse:
    try:
        n = passing.undo_acknowledged(closed_at=closed_at, by=request.viewer, at=request.at)
    except (NotClosed, TypeError) as no:  # a time without a zone is none of ours
        banners.warning(request, _refused(no))
    else:
        banners.success(request, _("Angret. %(n)s står på lista igjen.") % {"n": n})
    return redirect("/nurse/")


def _refused(no: Exception) -> str:
    if isinstance(no, TakenByOther):
        return _("En annen har tatt den.")
    return {
        "red-may-not-wait": _("Rødt kan ikke utsettes. Gi den til en kollega, eller håndter den."),
        "changed": _("Noe nytt har kommet om pasienten. Ingenting er utsatt."),
        "not-here": _("Velg en kollega i tjenesten."),
        "too-late": _("Det er for sent å angre. Skriv en kontakt i stedet."),
    }.get(
        no.code if isinstance(no, NotClosed) else "", _("Den er lukket, eller noe er gjort siden.")
    )
