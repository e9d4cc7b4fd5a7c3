"""An appointment at the clinic sooner than planned: asked for, seen, or another time instead."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from varde.core.access import Role
from varde.core.request import ControlState, NotRequested, What
from varde.core.zones import Zone
from varde.pathway.together import asked, requests, routine
from varde.pathway.together.requests import DEPARTMENT, TREATING, Wish
from varde.people import sharing
from varde.triage.queries import state_of
from varde.web.patient.common import programmes_of, signs_for_113
from varde.web.patient.result import looks
from varde.web.roles import for_roles
from varde.web.texts.numbers import clock_time, long_date, when

SHOWN = ("asked", "booked", "declined", "withdrawn")


@for_roles(Role.PATIENT)
@require_http_methods(["GET", "POST"])
def appointment(request: Any) -> HttpResponse:
    """The form, and what has come of what was asked. What was typed stands when it is refused."""
    refused = ""
    if request.method == "POST":
        try:
            _act(request)
            return redirect("/patient/appointment")
        except NotRequested as no:
            refused = no.code
    where, mine = clinics(request), appointments(request)
    kept = controls(request)
    if not where and not mine and not kept:
        raise Http404
    state = state_of(request.viewer.person)
    open_to = {one["to"] for one in mine if one["stage"] in ("asked", "booked")}
    if refused and request.POST.get("do") == "ask":
        open_to = set()  # what was typed stands in its form
    words = {
        "here": "today",
        "mine": mine,
        "controls": kept,
        "where": [one for one in where if one.id not in open_to],
        "typed": request.POST,
        "refused": refused,
        "red": state is not None and state.zone == Zone.RED,
        "call_113_when": signs_for_113(programmes_of(request)),
        **looks(request, Zone.RED),
        "seen": True,
    }
    return render(request, "patient/appointment.html", words, status=422 if refused else 200)


def _act(request: Any) -> None:
    post, by = request.POST, {"by": request.viewer, "at": request.at}
    text = post.get("text", "").replace("\0", "").replace("\r\n", "\n")
    do = post.get("do", "")
    try:
        if do == "ask":
            wish = Wish(request.viewer.actor, What.APPOINTMENT, UUID(post.get("to", "")), text)
            requests.ask_for(wish, **by)
        elif do == "cannot":
            requests.cannot_come(request=UUID(post.get("request", "")), text=text, **by)
        elif do == "withdraw":
            requests.withdraw(request=UUID(post.get("request", "")), **by)
        else:
            slot = UUID(post["slot"]) if post.get("slot") else None
            requests.read(request=UUID(post.get("request", "")), slot=slot, **by)
    except ValueError as error:
        if isinstance(error, NotRequested):
            raise
        raise NotRequested("gone") from None


def controls(request: Any) -> list[dict[str, Any]]:
    """The routine controls that go as planned, and those that are dropped for the follow-up."""
    zone = ZoneInfo(request.viewer.zone)
    return [
        {
            "name": one.control.name,
            "where": one.control.department.name,
            "months": one.control.every_months,
            "dropped": one.state == ControlState.DROPPED,
            "on": long_date(one.fact.at.astimezone(zone).date()),
        }
        for one in routine.controls_of(request.viewer.actor, at=request.at)
    ]


def clinics(request: Any) -> list[Any]:
    """The departments that treat the patient: those that may be asked."""
    return sharing.reaching(
        request.viewer.actor, kinds=(DEPARTMENT,), grounds=TREATING, at=request.at
    )


def appointments(request: Any) -> list[dict[str, Any]]:
    """What was asked for and stands: it waits, has a time to come, was said no to lately, or the
    time that was given is called off."""
    zone, at = request.viewer.zone, request.at
    found = []
    for row in asked.requests_of(request.viewer.actor, what=What.APPOINTMENT):
        lately = row.answered_at is not None and (at - row.answered_at).days < 14
        if row.stage not in SHOWN:
            continue
        if row.stage == "withdrawn" and (row.slot is None or row.seen_at is not None):
            continue
        if row.stage == "declined" and (not lately or row.seen_at is not None):
            continue
        if row.slot is not None and row.slot.starts_at <= at:
            continue
        found.append(_told(row, zone, at))
    return found


def _told(row: Any, zone: str, at: Any) -> dict[str, Any]:
    starts = row.slot.starts_at if row.slot is not None else None
    return {
        "id": row.id,
        "slot": row.slot_id or "",
        "stage": row.stage,
        "to": row.to_id,
        "where": row.to.name,
        "phone": row.to.phone,
        "question": row.question,
        "asked": when(row.asked_at, at, zone),
        "mine": row.source == "patient",
        "day": long_date(starts.astimezone(ZoneInfo(zone)).date()) if starts else "",
        "time": clock_time(starts, zone) if starts else "",
        "how": row.slot.how if row.slot is not None else "",
        "answer": row.answer,
        "by": row.answered_by.name if row.answered_by else "",
        "seen": row.seen_at is not None,
    }
