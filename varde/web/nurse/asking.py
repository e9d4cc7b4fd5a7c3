"""Asking on, from the nurse's page: asked, answered elsewhere, or withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.core.ordering import ELSEWHERE
from varde.people.queries import patient_for
from varde.triage import asks
from varde.triage.asks import NotAsked
from varde.web.nurse.record import record_page
from varde.web.record.asking import LONGEST, named, refused
from varde.web.roles import for_roles


@for_roles(Role.NURSE)
@require_POST
def ask(request: Any, patient: UUID) -> HttpResponse:
    """What was pressed; what was typed stands in the form again when nothing comes of it."""
    viewer, at, post = request.viewer, request.at, request.POST
    person = patient_for(viewer, patient, at=at)
    if post.get("patient") != str(patient):
        return HttpResponseBadRequest()
    text = post.get("text", "").replace("\0", "")[:LONGEST]
    by: dict[str, Any] = {"by": viewer, "at": at}
    try:
        if "answer" in post:
            how = post.get("how", "")
            if how not in {one.value for one in ELSEWHERE}:
                return HttpResponseBadRequest()
            asks.answer(ask=named(patient, post), text=text, how=how, **by)
            told = _("Svaret er lagret.")
        elif "withdraw" in post:
            asks.withdraw(ask=named(patient, post), **by)
            told = _("Spørsmålet er trukket.")
        else:
            asks.ask(patient=patient, rung=post.get("rung", ""), question=text, **by)
            told = _("Spørsmålet er stilt.")
    except NotAsked as no:
        field = "answered" if "answer" in post else "question"
        asked = {"refused": refused(no.code), field: text}
        return record_page(request, person, asked=asked, status=422)
    banners.success(request, told)
    return redirect(f"/nurse/patient/{patient}#ask-h")
