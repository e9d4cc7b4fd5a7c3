"""The administrator's overview: organisations, and whether the clock goes."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.base.stamps import late_tasks
from varde.core.access import Role
from varde.people.queries import organisations
from varde.web.roles import for_roles


@for_roles(Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)
@require_GET
def overview(request: Any) -> HttpResponse:
    words = {
        "here": "overview",
        "organisations": organisations(),
        "late": late_tasks(at=request.at),
    }
    return render(request, "office/overview.html", words)
