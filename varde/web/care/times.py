"""Times that a department keeps for hastened appointments: those to come, new ones, taken away."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from varde.core.access import Role
from varde.core.request import NotRequested
from varde.pathway.together import slots
from varde.pathway.together.requests import DEPARTMENT
from varde.people.queries import organisation
from varde.web.care.words import SLOT_HOWS, refused, time_told
from varde.web.roles import for_roles

MOST_WEEKS = 12


@for_roles(Role.COORDINATOR, Role.SPECIALIST)
@require_http_methods(["GET", "POST"])
def times(request: Any) -> HttpResponse:
    if organisation(request.viewer.seat).kind != DEPARTMENT:
        return HttpResponseBadRequest()
    if request.method != "POST":
        return _shown(request)
    try:
        if request.POST.get("withdraw"):
            slots.withdraw(slot=UUID(request.POST["withdraw"]), by=request.viewer, at=request.at)
            banners.success(request, _("Tida er tatt bort."))
        else:
            n = _keep(request)
            banners.success(request, ngettext("%(n)s tid er lagt inn.", "%(n)s tider er lagt inn.",
                                              n) % {"n": n})  # fmt: skip
    except NotRequested as no:
        return _shown(request, typed=request.POST, refusal=refused(no.code))
    except (ValueError, KeyError, OverflowError):
        return _shown(request, typed=request.POST, refusal=refused("past"))
    return redirect(request.path)


def _keep(request: Any) -> int:
    """The time, and the same in the weeks that follow; how many."""
    post, zone = request.POST, ZoneInfo(request.viewer.zone)
    weeks = min(max(int(post.get("weeks") or 1), 1), MOST_WEEKS)
    day, clock = date.fromisoformat(post["day"]), time.fromisoformat(post["time"])
    starts = [datetime.combine(day + timedelta(weeks=n), clock, zone) for n in range(weeks)]
    slots.keep(starts=starts, minutes=int(post.get("minutes") or 30), how=post.get("how", ""),
               by=request.viewer, at=request.at)  # fmt: skip
    return weeks


def _shown(request: Any, *, typed: Any = None, refusal: str = "") -> HttpResponse:
    viewer = request.viewer
    tomorrow = request.at.astimezone(ZoneInfo(viewer.zone)).date() + timedelta(days=1)
    words = {
        "here": "times",
        "times": [
            {"id": one.id, "told": time_told(one, viewer.zone), "minutes": one.minutes,
             "taken": one.taken_at is not None}
            for one in slots.kept_by(viewer.seat, at=request.at)
        ],
        "hows": list(SLOT_HOWS.items()),
        "tomorrow": tomorrow.isoformat(),
        "typed": typed or {},
        "refused": refusal,
        "most": MOST_WEEKS,
    }  # fmt: skip
    return render(request, "care/times.html", words, status=422 if refusal else 200)
