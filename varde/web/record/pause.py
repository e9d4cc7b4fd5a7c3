"""The pause on a patient's page: begun, given its last day, ended, or taken back as an error."""

from __future__ import annotations

from collections.abc import Sequence
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
from varde.core.pause import LONGEST_AHEAD, NotPaused, Pause, Why
from varde.measuring import pauses
from varde.pathway import pausing
from varde.people.queries import patient_for
from varde.web.roles import HOME, for_roles
from varde.web.texts.numbers import day_month
from varde.web.texts.statuses import PAUSES

LONGEST = 200  # letters of a note
LATELY = timedelta(days=30)  # so long one that is over may be taken back as an error


def shown_pause(patient: UUID, rows: Sequence[Any], viewer: Any, at: datetime) -> dict[str, Any]:
    """What the page says of pauses, and whether the viewer may change them."""
    today = at.astimezone(ZoneInfo(viewer.zone)).date()
    now = next((row for row in rows if pauses.pause_of(row).holds(today)), None)
    ahead = [row for row in rows if row.first > today]
    over = [row for row in rows if row.last and today - LATELY <= row.last < today]
    return {
        "now": _line(now) if now else None,
        "ahead": [_line(row) for row in reversed(ahead)],
        "struckable": [_line(row) for row in (*reversed(ahead), *over)],
        "may": viewer.role in PERMISSIONS["pause"],
        "url": f"{HOME[viewer.role]}patient/{patient}/pause",
        "whys": [(why.value, PAUSES[why]) for why in Why],
        "today": today.isoformat(),
        "first": (today - timedelta(days=LONGEST_AHEAD)).isoformat(),
        "latest": (today + timedelta(days=LONGEST_AHEAD)).isoformat(),
    }


def _line(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "told": pause_told(pauses.pause_of(row)),
        "note": row.note,
        "by": row.begun_by.name if row.begun_by else "",
        "last": row.last.isoformat() if row.last else "",
        "first": row.first.isoformat(),
    }


def pause_told(pause: Pause) -> str:
    """«Innlagt, 12. november til 20. november»; «Ferie, fra … til pasienten er hjemme»."""
    words = {"why": str(PAUSES[pause.why]), "first": day_month(pause.first)}
    if pause.last is None:
        return _("%(why)s, fra %(first)s til pasienten er hjemme") % words
    return _("%(why)s, %(first)s til %(last)s") % {**words, "last": day_month(pause.last)}


@for_roles(Role.NURSE, Role.COORDINATOR)
@require_POST
def pause(request: Any, patient: UUID) -> HttpResponse:
    """What was pressed: begin, last day, home again, or an error."""
    viewer, at, post = request.viewer, request.at, request.POST
    patient_for(viewer, patient, at=at)
    if post.get("patient") != str(patient):
        return HttpResponseBadRequest()
    try:
        told = _do(patient, post, viewer, at)
    except NotPaused as no:
        banners.warning(request, _refused(no.code))
    except ValueError:
        banners.warning(request, _("Velg en dato. Ingenting er endret."))
    else:
        banners.success(request, told)
    return redirect(f"{HOME[viewer.role]}patient/{patient}#pause-h")


def _do(patient: UUID, post: Any, viewer: Any, at: datetime) -> str:
    """ValueError for what is no date, or no pause."""
    by: dict[str, Any] = {"by": viewer, "at": at}
    if "home" in post:
        pausing.come_back(patient=patient, **by)
        return _("Pausen er over.")
    last = date.fromisoformat(post["last"]) if post.get("last") else None
    if "begin" in post:
        new = Pause(Why(post.get("why", "")), date.fromisoformat(post.get("first", "")), last)
        pausing.begin(patient=patient, pause=new, note=_note(post), **by)
        return _("Pausen er lagret. Pasienten ser den på sin side.")
    row = UUID(post.get("pause", ""))
    known = {one.id: one for one in pauses.rows_of(patient)}
    if row not in known:
        raise NotPaused("gone")
    if "strike" in post:
        pausing.strike(pause=row, **by)
        return _("Pausen er tatt bort. Den står i historikken som ført feil.")
    was = known[row].last
    if post.get("was", "") != (was.isoformat() if was else ""):  # the page was of before
        raise NotPaused("gone")
    pausing.set_end(pause=row, last=last, **by)
    return _("Siste dag er lagret.")


def _note(post: Any) -> str:
    return str(post.get("note", "")).replace("\0", "")[:LONGEST]


def _refused(code: str) -> str:
    return {
        "order": _("Siste dag er før første dag. Ingenting er endret."),
        "far": _("Dagene ligger for langt fram eller tilbake. Ingenting er endret."),
        "overlaps": _("Det er alt en pause i de dagene. Ingenting er endret."),
        "gone": _("En annen har endret pausen. Ingenting er endret."),
    }[code]
