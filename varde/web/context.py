"""What every page knows: who is signed in, the service's name, phone and hours."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from varde.people.queries import organisations
from varde.web.texts.numbers import phone


def common(request: HttpRequest) -> dict[str, Any]:
    viewer = getattr(request, "viewer", None)
    found: dict[str, Any] = {"viewer": viewer, "demo": settings.DEMO, "live_url": settings.LIVE_URL}
    found["languages"] = settings.LANGUAGES
    if viewer is not None:
        service = next(iter(organisations("service")), None)
        if service is not None:
            found |= {
                "service_name": service.name,
                "service_phone": phone(service.phone),
                "service_tel": service.phone.replace(" ", ""),
                "service_hours": _("Mandag–fredag 9–15"),
            }
    return found
