"""The own party's patients, with zone and last report, and one patient's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.web.reached import rows, told
from varde.web.record.page import clinical_page
from varde.web.roles import for_roles

coordinators = for_roles(Role.COORDINATOR)


@coordinators
@require_GET
def patients(request: Any) -> HttpResponse:
    words = {"here": "patients", **told(request, rows(request)), "base": "/coordinator/patient/"}
    return render(request, "reached.html", words)


@coordinators
@require_GET
def record(request: Any, patient: UUID) -> HttpResponse:
    return clinical_page(request, patient, template="coordinator/record.html")
