"""What a clinic, a team or a municipality is itself asked to do, on its first page."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.triage import tasks
from varde.triage.tasks import NotThisTask
from varde.web.nurse.work import not_done, task_title
from varde.web.roles import HOME, for_roles
from varde.web.texts.numbers import short_date


def unit_tasks(request: Any) -> list[dict[str, Any]]:
    """The first to be done first."""
    zone = ZoneInfo(request.viewer.zone)
    return [
        {
            "id": one.id,
            "person": one.patient,
            "title": task_title(one.kind, one.title),
            "due": short_date(one.due_at.astimezone(zone).date()),
            "late": one.due_at <= request.at,
            "way": _way(one, HOME[request.viewer.role]),
            "ticked": one.kind not in tasks.DONE_BY_ACT,
        }
        for one in tasks.tasks_of(request.viewer)
    ]


def _way(one: Any, home: str) -> str:
    """Where it is done; "" where there is no page for it."""
    if one.kind in tasks.DONE_BY_ACT:
        return f"{home}patient/{one.patient_id}/care#controls-h"
    return f"{home}meeting/{one.about['meeting']}" if "meeting" in one.about else ""


@for_roles(Role.COORDINATOR, Role.SPECIALIST, Role.GP, Role.OUTREACH)
@require_POST
def done(request: Any, task: UUID) -> HttpResponse:
    """A task of the own party is done."""
    try:
        tasks.finish(task=task, by=request.viewer, at=request.at)
        banners.success(request, _("Gjort."))
    except NotThisTask as no:
        banners.warning(request, not_done(no, _("Oppgaven er alt gjort, eller er en annens.")))
    return redirect(HOME[request.viewer.role])
