"""Starting a rescue pack: what the plan says of it, whom to ask first, and that it is started."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from varde.core.access import Role
from varde.core.plan import decoded
from varde.core.zones import Zone
from varde.plan import doing, queries
from varde.plan.doing import NotDone
from varde.web.patient.common import programmes_of, signs_for_113
from varde.web.patient.result import looks
from varde.web.roles import for_roles
from varde.web.texts.numbers import long_date
from varde.web.texts.plan import LEAVES_PLAIN, course_told, used_told


@for_roles(Role.PATIENT)
@require_http_methods(["GET", "POST"])
def start(request: Any, medication: str) -> HttpResponse:
    """What has been taken is never refused; what the plan says first stands above."""
    mine = request.viewer.person
    held = _shown_in(request) or queries.in_force(mine) or queries.last_withdrawn(mine)
    one = decoded(held.content).medication(medication) if held is not None else None
    if held is None or one is None or not one.on_the_list:
        raise Http404
    today = request.at.astimezone(ZoneInfo(request.viewer.zone)).date()
    counted = doing.counted(request.viewer.person, one, today)
    refused = ""
    if request.method == "POST":
        refused, made = _start(request, held, medication, asks=counted.asks_first)
        if not refused:
            return redirect(f"/patient/plan/started/{made}")
    words = {
        "here": "plan",
        "one": one,
        "plan": held.id,
        "stale": held.stage != "approved",
        "withdrawn": held.stage == "withdrawn",
        "earliest": (today - doing.EARLIEST).isoformat(),
        "today": today.isoformat(),
        "other": request.POST.get("other", ""),
        "bounds": course_told(one),
        "leave": LEAVES_PLAIN[counted.leave],
        "used": used_told(counted),
        "asks_first": counted.asks_first,
        "over": counted.over,
        "days": [_choice(today - timedelta(days=n)) for n in range(4)],
        "chosen": request.POST.get("day", today.isoformat()),
        "asked": request.POST.get("asked", ""),
        "refused": refused,
        "call_113_when": signs_for_113(programmes_of(request)),
        **looks(request, Zone.RED),
        "seen": True,
    }  # fmt: skip
    return render(request, "patient/course.html", words, status=422 if refused else 200)


def _choice(day: date) -> tuple[str, str]:
    return day.isoformat(), long_date(day)


def _shown_in(request: Any) -> Any:
    """The version that was on the screen when it was pressed: what is started is a fact, also when
    that version has been replaced or withdrawn meanwhile."""
    try:
        wanted = UUID(request.POST.get("plan", ""))
    except ValueError:
        return None
    return queries.version_with(request.viewer.person, wanted)


def _start(request: Any, held: Any, medication: str, *, asks: bool) -> tuple[str, Any]:
    """What was not answered (asked, day), or "" and the course."""
    post = request.POST
    if asks and post.get("asked") not in ("yes", "no"):
        return "asked", None
    day = post.get("other", "") if post.get("day") == "other" else post.get("day", "")
    try:
        made = doing.start_course(
            patient=request.viewer.person, plan=held.id, medication=medication,
            started_on=date.fromisoformat(day), asked=post.get("asked") == "yes",
            by=request.viewer, at=request.at,
        )  # fmt: skip
    except (NotDone, ValueError):
        return "day", None
    return "", made.id


@for_roles(Role.PATIENT)
@require_http_methods(["GET"])
def started(request: Any, course: UUID) -> HttpResponse:
    """The answer to what was started: who sees it, and when."""
    found = queries.course(request.viewer.person, course)
    if found is None:
        raise Http404
    zone = Zone(found.zone)
    words = {"here": "plan", "course": found, "zone": zone.slug, **looks(request, zone)}
    words["followed"] = bool(programmes_of(request))
    words["call_113_when"] = signs_for_113(programmes_of(request))
    words["seen"] = True
    return render(request, "patient/course_started.html", words)
