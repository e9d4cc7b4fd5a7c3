"""Opening hours: when a unit is there, and when it sees to one programme's patients."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from varde.catalogue.queries import newest_of_each
from varde.core.access import Role
from varde.measuring.hours import HOLIDAY, WEEKDAYS_9_TO_15
from varde.measuring.opening import NotHours
from varde.pathway.covering import NeedsCover, set_hours
from varde.people.covers import NotArranged
from varde.people.queries import organisations
from varde.web.roles import for_roles
from varde.web.texts.numbers import weekday_name
from varde.web.texts.words import said

DAYS = (*map(str, range(7)), HOLIDAY)
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
WHY = {
    "times": gettext_lazy("Skriv både når det åpner og når det stenger, og åpner før stenger."),
    "never": gettext_lazy("Minst én ukedag må være åpen."),
    "wider": gettext_lazy("Tidene for et program må ligge innenfor enhetens egne."),
    "narrower": gettext_lazy(
        "Et program har tider som ikke ville ligge innenfor disse. Endre dem først."
    ),
    "cover": gettext_lazy("Programmet, eller et som noen her er i, trenger noen hele døgnet."),
    "hours": gettext_lazy("Enheten har vakt for en annen, og må være der hele døgnet."),
}


@for_roles(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def hours(request: Any, unit: UUID, programme: str = "") -> HttpResponse:
    """The form, and what it says; a refused one keeps what was typed."""
    found = next((one for one in organisations() if one.id == unit), None)
    named = {one.key: said(one.name) for one in newest_of_each()}
    if found is None or (programme and programme not in named):
        raise Http404
    if request.method == "GET":
        return _page(request, found, programme, named, _stored(found, programme))
    typed, own = request.POST, "as-unit" not in request.POST
    try:
        given = _read(typed) if own else None
        set_hours(unit=unit, hours=given, programme=programme, by=request.viewer, at=request.at)
    except (NotHours, NotArranged) as no:
        why = WHY[no.code]
    except NeedsCover:
        why = WHY["cover"]
    else:
        banners.success(request, _("Lagret. Det gjelder fra nå."))
        return redirect(f"/office/hours/{unit}")
    banners.warning(request, _("%(why)s Ingenting er endret.") % {"why": why})
    return _page(request, found, programme, named, typed, status=422)


def _read(typed: Mapping[str, str]) -> dict[str, list[str]]:
    """The times as they are kept; a day with neither is closed. Raises `NotHours`."""
    kept = {}
    for day in DAYS:
        times = [typed.get(f"{end}-{day}", "").strip() for end in ("opens", "closes")]
        if not any(times):
            continue
        if not all(map(_TIME.fullmatch, times)):
            raise NotHours("times")
        kept[day] = times
    return kept


def _stored(found: Any, programme: str) -> dict[str, str]:
    """What the form shows first: the programme's own times, or else the unit's."""
    kept = found.programme_hours.get(programme) or found.hours or WEEKDAYS_9_TO_15
    ends = {f"{end}-{day}": at for day in kept
            for end, at in zip(("opens", "closes"), kept[day], strict=True)}  # fmt: skip
    return ends


def _page(
    request: Any,
    found: Any,
    programme: str,
    named: Mapping[str, str],
    typed: Mapping[str, str],
    *,
    status: int = 200,
) -> HttpResponse:
    words = {
        "here": "overview",
        "unit": found,
        "programme": named.get(programme, ""),
        "own": programme in found.programme_hours,
        "days": [
            {
                "key": day,
                "name": _("Helligdag") if day == HOLIDAY else weekday_name(int(day)),
                "opens": typed.get(f"opens-{day}", ""),
                "closes": typed.get(f"closes-{day}", ""),
            }
            for day in DAYS
        ],
        "programmes": [
            {"key": key, "name": name, "own": key in found.programme_hours}
            for key, name in named.items()
        ],
    }
    return render(request, "office/hours.html", words, status=status)
