"""My plan: opened at today's zone, with what to do to tick off; without one, advice for all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from varde.catalogue.queries import signed
from varde.core.access import Role
from varde.core.plan import NotPlanned, decoded
from varde.core.signing import Part
from varde.core.zones import NAMED, Zone
from varde.people.openings import opened
from varde.plan import doing, queries, writing
from varde.plan.doing import NotDone
from varde.triage.queries import state_of
from varde.triage.tasks import before_admission
from varde.web.patient.common import (
    advice_of,
    programmes_of,
    signs_for_113,
    withdrawn_words,
)
from varde.web.patient.result import looks
from varde.web.patient.ticks import ticked
from varde.web.plan.measured import measured
from varde.web.plan.printed import sheet
from varde.web.plan.shown import approved_words, shown, usual_told
from varde.web.roles import for_roles
from varde.web.texts.numbers import day_month

ZONES = ("green", "yellow", "red")
RECENT = timedelta(days=14)  # so long a course that was started is told of
patient_only = for_roles(Role.PATIENT)


@patient_only
@require_GET
def plan(request: Any) -> HttpResponse:
    """Opened is logged (decisions 7.5)."""
    return _page(request)


def _page(request: Any, *, refused: str | None = None, status: int = 200) -> HttpResponse:
    """`refused`: what was typed to talk of, and is not sent."""
    viewer, at = request.viewer, request.at
    opened(viewer.person, by=viewer, at=at, what="plan")
    state = state_of(viewer.person)
    today = Zone(state.zone).slug if state else "grey"
    wanted = request.GET.get("zone", today)
    zone = wanted if wanted in ZONES else "green"
    programmes = programmes_of(request)
    held = queries.in_force(viewer.person)
    words = {
        "here": "plan",
        "zones": ZONES,
        "today": today,
        "measured_on": _measured_before(request, state),
        "not_judged": state is not None and today == "grey",
        "zone": zone,
        "before": "plan" in before_admission(viewer.person),
        "call_113_when": signs_for_113(programmes),
        **looks(request, Zone.RED),
        "seen": today != "red",  # nothing of now waits to be answered
        "written": queries.newest_input(viewer.person),
        **(
            _held(request, held, zone, programmes)
            if held is not None
            else _none(request, zone, programmes)
        ),
    }
    words["refused"] = refused
    return render(request, "patient/plan.html", words, status=status)


def _measured_before(request: Any, state: Any) -> str:
    """The day of the newest zone, when it is not today: it does not say where the patient is."""
    day = _day(request, state.taken_at) if state is not None else ""
    return "" if day == _day(request, request.at) else day


def _none(request: Any, zone: str, programmes: Any) -> dict[str, Any]:
    """Advice for all, until there is an own plan; and that one was withdrawn."""
    return {
        **advice_of(NAMED[zone], programmes),
        "signed": signed(programmes, Part.ADVICE),
        **withdrawn_words(request),
        "started": _started(request),
    }


def _held(request: Any, row: Any, zone: str, programmes: Any) -> dict[str, Any]:
    """The plan in force, at one zone; of a programme that it lacks, the advice for all."""
    content = decoded(row.content)
    there = {one.programme for one in content.sections}
    without = [one for one in programmes if one.key not in there]
    zone_shown = next(one for one in shown(row, at=request.at, plain=True) if one.zone == zone)
    return {
        "plan": row,
        "shown": zone_shown,
        **ticked(request, [zone_shown]),
        "common": advice_of(NAMED[zone], without)["do"] if without else [],
        "usual": usual_told(row, plain=True),
        "measured": measured(row.patient_id, zone=ZoneInfo(request.viewer.zone), at=request.at),
        "matters": content.matters,
        "goals": content.goals,
        "approved": approved_words(row, ZoneInfo(request.viewer.zone)),
        "review_on": day_month(row.review_on) if row.review_on else "",
        "started": _started(request),
        **_agreed(request, row),
    }


def _agreed(request: Any, row: Any) -> dict[str, Any]:
    one = queries.agreement(row.id)
    return {"agreed": one, "agreed_on": _day(request, one.at) if one is not None else ""}


def _started(request: Any) -> list[dict[str, Any]]:
    """What was started lately, so that a mistake can be taken back."""
    since = request.at.astimezone(ZoneInfo(request.viewer.zone)).date() - RECENT
    return [
        {"id": one.id, "drug": one.drug, "on": day_month(one.started_on)}
        for one in queries.courses(request.viewer.person)
        if one.started_on >= since
    ]


def _day(request: Any, at: Any) -> str:
    return day_month(at.astimezone(ZoneInfo(request.viewer.zone)).date())


@patient_only
@require_POST
def tick(request: Any) -> HttpResponse:
    """What is done of a zone's steps today; kept at once, and the nurse sees it."""
    post = request.POST
    try:
        plan_id = UUID(post.get("plan", ""))
        doing.tick(plan=plan_id, zone=post.get("zone", ""), done=post.getlist("step"),
                   day=date.fromisoformat(post.get("day", "")), by=request.viewer,
                   at=request.at)  # fmt: skip
    except ValueError:  # NotDone too: it was of another version than the one in force
        return HttpResponse(status=409) if _by_script(request) else redirect("/patient/plan")
    if _by_script(request):
        return HttpResponse(status=204)
    return redirect(f"/patient/plan?zone={post['zone']}")


@patient_only
@require_POST
def agree(request: Any) -> HttpResponse:
    """Agrees, or says what to talk of; what was typed and cannot be kept stands there again."""
    post = request.POST
    text, agrees = _lines(post.get("text", "")), post.get("agrees") == "yes"
    try:
        doing.agree(plan=UUID(post.get("plan", "")), agrees=agrees, text="" if agrees else text,
                    by=request.viewer, at=request.at)  # fmt: skip
    except ValueError as no:  # NotDone too: it was of another version than the one in force
        if isinstance(no, NotDone) and no.code == "words":
            return _page(request, refused=text, status=422)
        return redirect("/patient/plan")
    return redirect("/patient/plan#agree")


def _by_script(request: Any) -> bool:
    return bool(request.headers.get("X-Part") == "tick")


@patient_only
@require_GET
def pdf(request: Any) -> HttpResponse:
    """The plan on one A4 page, or in large letters."""
    held = queries.in_force(request.viewer.person)
    if held is None:
        raise Http404
    opened(request.viewer.person, by=request.viewer, at=request.at, what="pdf")
    return sheet(request, held, large=bool(request.GET.get("large")))


def _lines(text: str) -> str:
    """As it was typed: a browser sends two letters for a new line, and the database no NUL."""
    return text.replace("\0", "").replace("\r\n", "\n")


@patient_only
@require_http_methods(["GET", "POST"])
def goals(request: Any) -> HttpResponse:
    """What matters to the patient, in own words: what a plan begins with."""
    post, own = request.POST, queries.newest_input(request.viewer.person)
    typed = {"goals": own.goals if own else "", "needs": own.needs if own else ""}
    refused = ""
    if request.method == "POST":
        typed = {name: _lines(post.get(name, "")) for name in typed}
        try:
            writing.prepare(**typed, by=request.viewer, at=request.at)
            return redirect("/patient/plan")
        except NotPlanned as no:
            refused = no.code
    words = {"here": "plan", "typed": typed, "refused": refused}
    return render(request, "patient/plan_goals.html", words, status=422 if refused else 200)


@patient_only
@require_POST
def strike(request: Any, course: UUID) -> HttpResponse:
    """«Jeg trykket feil»: it counts no more, and what the service was told stays until seen."""
    doing.strike_course(
        course=course, patient=request.viewer.person, by=request.viewer, at=request.at
    )
    return redirect("/patient/plan")
