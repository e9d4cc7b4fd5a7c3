"""The administrator's overview: organisations, and whether the clock goes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.base.stamps import late_tasks
from varde.core.access import PERMISSIONS, Role
from varde.measuring.hours import hours_at
from varde.people.queries import organisations
from varde.web.roles import for_roles
from varde.web.texts.opening import opening_words


@for_roles(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)
@require_GET
def overview(request: Any) -> HttpResponse:
    words = {
        "here": "overview",
        "organisations": [_told(one, request.viewer.zone) for one in organisations()],
        "may": request.viewer.role in PERMISSIONS["set-up"],
        "late": late_tasks(at=request.at),
    }
    return render(request, "office/overview.html", words)


def _told(one: Any, zone: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "phone": one.phone,
        "orgnr": one.orgnr,
        "hours": opening_words(hours_at(one, (), zone)),
        "set": bool(one.hours),
        "own": len(one.programme_hours),
    }
