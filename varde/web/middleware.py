"""Middleware: headers that keep a page to itself, and for whom each request acts."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from varde.base import clock
from varde.base.tenancy import acting
from varde.core.access import Denied
from varde.people.queries import NotFound, still_holds
from varde.people.viewer import Viewer
from varde.web import errors
from varde.web.context import live_url
from varde.web.viewers import viewer_of

Next = Callable[[HttpRequest], HttpResponse]


def _policy(live_url: str) -> str:
    live = f" {live_url}" if live_url else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        f" img-src 'self' data:; connect-src 'self'{live}; form-action 'self';"
        " manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def _live(request: HttpRequest) -> str:
    try:
        return live_url(request)
    except DisallowedHost:
        return ""


class SecurityHeaders:
    """A strict policy on every answer; no page of ours is kept by a shared cache."""

    def __init__(self, get_response: Next) -> None:
        self.next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.next(request)
        response.headers["Content-Security-Policy"] = _policy(_live(request))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()"
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        if settings.SECURE:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


class ActingViewer:
    """Opens the transaction of a signed-in request; a view without a viewer is public."""

    def __init__(self, get_response: Next) -> None:
        self.next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = clock.now()  # type: ignore[attr-defined]
        request.viewer = viewer = self._viewer(request)  # type: ignore[attr-defined]
        translation.activate(_language(request))
        try:
            if viewer is None:
                return self.next(request)
            with acting(viewer.frame(request.at)):  # type: ignore[attr-defined]
                if not still_holds(viewer, at=request.at):  # type: ignore[attr-defined]
                    request.session.flush()
                    return redirect("/")
                response = self.next(request)
                if getattr(response, "status_code", 200) >= 500 or _denied(request):
                    transaction.set_rollback(True)  # what went wrong half-way has written nothing
                return response
        finally:
            translation.deactivate()

    def _viewer(self, request: HttpRequest) -> Viewer | None:
        if request.path == "/healthz":  # answers also when the sessions' database does not
            return None
        return viewer_of(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Denied):
            request.denied = True  # type: ignore[attr-defined]
            return errors.denied(request)
        if isinstance(error, NotFound):
            request.denied = True  # type: ignore[attr-defined]
            return errors.not_found(request)
        return None


def _denied(request: HttpRequest) -> bool:
    return getattr(request, "denied", False)


def _language(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    if request.path == "/healthz":
        return settings.LANGUAGE_CODE
    wanted = request.session.get("language") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if wanted in known:
        return str(wanted)
    if request.session.get("viewer"):
        return settings.LANGUAGE_CODE
    accepted = translation.get_language_from_request(request)
    return accepted if accepted in known else settings.LANGUAGE_CODE
