"""Which roles may see a page; where each role's own pages begin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from varde.core.access import Denied, Role
from varde.people.viewer import Viewer

HOME = {
    Role.PATIENT: "/patient/",
    Role.NURSE: "/nurse/",
    Role.GP: "/doctor/",
    Role.SPECIALIST: "/doctor/",
    Role.COORDINATOR: "/coordinator/",
    Role.OUTREACH: "/outreach/",
    Role.TEAM_LEADER: "/leader/",
    Role.ADMINISTRATOR: "/office/",
    Role.PRIVACY_OFFICER: "/office/",
}


class Request(HttpRequest):
    """What a view of a signed-in person gets: the middleware has set these."""

    viewer: Viewer
    at: datetime


View = Callable[..., HttpResponse]


def for_roles(*roles: Role) -> Callable[[View], View]:
    """Only these roles; others get 403, and someone not signed in is asked to sign in."""

    def wrap(view: View) -> View:
        @wraps(view)
        def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.viewer is None:
                return redirect(f"/sign-in?next={quote(request.path)}")
            if request.viewer.role not in roles:
                raise Denied(f"{request.viewer.role} may not see this page")
            return view(request, *args, **kwargs)

        wrapped.roles = roles  # type: ignore[attr-defined]
        return wrapped

    return wrap
