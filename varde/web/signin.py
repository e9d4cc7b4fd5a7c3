"""Sign in: the demo's people on one page, a local password, choosing a seat, signing out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from varde.audit import actions as audit
from varde.base.tenancy import Frame, acting
from varde.core.access import Role
from varde.people.actions import speak
from varde.people.queries import (
    Seat,
    cooperation_of,
    identities,
    is_patient,
    language_of,
    names,
    password_holds,
    seats_of,
)
from varde.web.limits import too_many
from varde.web.personas import PERSONAS
from varde.web.roles import HOME
from varde.web.viewers import viewer_of

ISSUER = "varde:local"
MOST_FOR_NAME, MOST_FROM_ADDRESS = 10, 200


@require_GET
def front(request: Any) -> HttpResponse:
    """The front page: the demo's people, or the way to sign in."""
    if request.viewer is not None:
        return redirect(HOME[request.viewer.role])
    if not settings.DEMO:
        return redirect("/sign-in")
    return render(request, "public/personas.html", {"personas": PERSONAS})


@require_POST
def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """In the demo only: sign in as one of its people with one touch."""
    if not settings.DEMO or username not in {persona.username for persona in PERSONAS}:
        raise Http404
    return _enter(request, username)


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """A local password; the same answer for an unknown name and a wrong password."""
    if request.method == "GET":
        return render(request, "public/sign_in.html", {"next": request.GET.get("next", "")})
    username = request.POST.get("username", "").strip().lower()
    if _too_many(request, username):
        return _again(request, username, _("For mange forsøk. Vent ett minutt og prøv igjen."), 429)
    if not password_holds(username, request.POST.get("password", "")):
        return _again(request, username, _("Brukernavnet eller passordet stemmer ikke."), 422)
    return _enter(request, username)


def _too_many(request: Any, username: str) -> bool:
    """So many a minute for one name from one address, and for all names from it together."""
    address, at = _address(request), request.at
    every = too_many(f"sign-in:{address}", at=at, most=MOST_FROM_ADDRESS)
    return too_many(f"sign-in:{username}:{address}", at=at, most=MOST_FOR_NAME) or every


def _again(request: HttpRequest, username: str, error: str, status: int) -> HttpResponse:
    words = {"username": username, "error": error, "next": request.POST.get("next", "")}
    return render(request, "public/sign_in.html", words, status=status)


def _address(request: HttpRequest) -> str:
    """Who knocks; behind a proxy of ours the last address that the proxy has added."""
    if settings.BEHIND_PROXY:
        return str(request.headers.get("X-Forwarded-For", "")).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _enter(request: HttpRequest, username: str) -> HttpResponse:
    """The one seat the person has, or a choice between several."""
    found = identities(ISSUER, username)
    choices = [choice for identity in found for choice in _seats(request, identity)]
    if not choices:
        return _again(request, username, _("Du har ingen rolle i Varde nå."), 403)
    request.session.flush()
    if len(choices) == 1:
        return _sit(request, choices[0])
    request.session["choices"] = choices
    return redirect("/seat")


def _seats(request: Any, identity: Any) -> list[dict[str, str]]:
    cooperation = cooperation_of(identity.tenant_id)
    person = identity.person_id
    with acting(Frame(identity.tenant_id, request.at, patient=person, actor=person)):
        name = names({person}).get(person, "")
        found = seats_of(person, at=request.at)
        own = is_patient(person)
        spoken = language_of(person)
    if settings.PASSWORD_ROLES is not None:
        found = [seat for seat in found if seat.role in settings.PASSWORD_ROLES]
        own = own and Role.PATIENT in settings.PASSWORD_ROLES
    seats = found + ([Seat(Role.PATIENT, UUID(int=0), cooperation.name)] if own else [])
    return [
        {
            "tenant": str(identity.tenant_id),
            "person": str(person),
            "role": seat.role,
            "unit": "" if seat.role is Role.PATIENT else str(seat.organisation),
            "where": seat.organisation_name,
            "cooperation": cooperation.name,
            "name": name,
            "zone": cooperation.zone,
            "language": spoken,
        }
        for seat in seats
    ]


def _sit(request: HttpRequest, seat: dict[str, str]) -> HttpResponse:
    spoken = seat.pop("language", "")
    if spoken in dict(settings.LANGUAGES):
        request.session["language"] = spoken
    request.session["viewer"] = seat
    request.session.pop("choices", None)
    _write_down(request, seat)
    request.session.cycle_key()
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return redirect(wanted)
    return redirect(HOME[Role(seat["role"])])


def _write_down(request: Any, seat: dict[str, str]) -> None:
    viewer = viewer_of(request)
    assert viewer is not None
    with acting(viewer.frame(request.at)):
        audit.record("sign-in", role=seat["role"], at=request.at)


@require_http_methods(["GET", "POST"])
def choose_seat(request: HttpRequest) -> HttpResponse:
    """Which role, in which organisation and cooperation, this session is for."""
    choices = request.session.get("choices")
    if not choices:
        return redirect("/")
    if request.method == "POST":
        chosen = request.POST.get("seat", "")
        if chosen.isdecimal() and len(chosen) < 4 and int(chosen) < len(choices):
            return _sit(request, choices[int(chosen)])
    return render(request, "public/seat.html", {"choices": choices})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    request.session.flush()
    response = redirect("/")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # the next one may speak another
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The reader's language, for this session and the next visit."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    if wanted in dict(settings.LANGUAGES):
        request.session["language"] = wanted
        if request.viewer is not None:  # type: ignore[attr-defined]
            speak(wanted, by=request.viewer)  # type: ignore[attr-defined]
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=365 * 86400,
            samesite="Lax",
            secure=settings.SECURE,
            httponly=True,
        )
    return response
