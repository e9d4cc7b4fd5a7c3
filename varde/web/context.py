"""What every page knows: who is signed in, the service's name, phone and hours."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from varde.core.access import Role
from varde.core.calendar import OpeningHours
from varde.measuring.hours import hours_among, hours_at
from varde.measuring.queries import enrolments
from varde.pathway.together.requests import DEPARTMENT
from varde.people.queries import organisation, organisations
from varde.people.viewer import Viewer
from varde.web.texts.numbers import phone
from varde.web.texts.opening import opening_words


def live_url(request: HttpRequest) -> str:
    """Where this page hears live updates: beside the host it was asked by, whose cookie it has."""
    name, _port = split_domain_port(request.get_host())
    return str(settings.LIVE_URL).replace("{host}", name)


def common(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    found: dict[str, Any] = {"viewer": viewer, "demo": settings.DEMO, "live_url": live_url(request)}
    found["languages"] = settings.LANGUAGES
    if viewer is None:
        return found
    seat = request.session.get("viewer", {})
    found |= {"where": seat.get("where", ""), "cooperation": seat.get("cooperation", "")}
    service, hours, own = _service(request, viewer)
    found["in_department"] = own is not None and own.kind == DEPARTMENT
    if service is not None and hours is not None:
        found |= {
            "service_name": service.name,
            "service_phone": phone(service.phone),
            "service_tel": service.phone.replace(" ", ""),
            "service_hours": opening_words(hours),
        }
    return found


def _service(request: Any, viewer: Viewer) -> tuple[Any, OpeningHours | None, Any]:
    """The unit that follows the patient, and when it sees to him; for others their own, or the
    cooperation's service; and where the viewer works."""
    if viewer.role is Role.PATIENT and viewer.person is not None:
        rows = enrolments([viewer.person], at=request.at).get(viewer.person, [])
        if rows:
            return rows[0].unit, hours_among(rows, viewer.zone), None
    own = found = organisation(viewer.unit) if viewer.unit is not None else None
    if found is None or found.kind != "service":
        found = next(iter(organisations("service")), None)
    return found, hours_at(found, (), viewer.zone) if found is not None else None, own
