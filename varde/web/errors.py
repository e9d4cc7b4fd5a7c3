"""Error pages: what happened, what was saved, what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, title: str, what: str, then: str) -> HttpResponse:
    words = {"title": title, "what": what, "then": then}
    if status >= 500:  # the transaction may be lost: the page must not ask the database
        request.viewer = None  # type: ignore[attr-defined]
    return render(request, "public/error.html", words, status=status)


def denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(
        request,
        403,
        _("Du har ikke tilgang hit"),
        _("Rollen du er logget inn med, har ikke denne siden. Ingenting er endret."),
        _("Gå til forsiden, eller logg inn med en annen rolle."),
    )


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(
        request,
        404,
        _("Vi fant ikke siden"),
        _("Den finnes ikke, eller den gjelder noen du ikke følger opp."),
        _("Gå til forsiden og prøv derfra."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        _("Skjemaet var for gammelt"),
        _("Det du sendte, ble ikke lagret."),
        _("Gå tilbake, last siden på nytt og send igjen."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        500,
        _("Noe gikk galt hos oss"),
        _("Det du sendte nå, er ikke lagret."),
        _("Prøv igjen. Går det ikke, ring oppfølgingstjenesten."),
    )
