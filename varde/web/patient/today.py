"""Today: one screen, one thing to do now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.core.access import Ground, Role
from varde.core.expectation import next_due
from varde.core.ordering import Stage
from varde.core.pause import holding
from varde.core.reading import TOGETHER
from varde.core.request import ControlState
from varde.core.zones import Zone
from varde.dialogue.actions import read_message
from varde.dialogue.queries import unread_by_patient
from varde.measuring import drafts
from varde.measuring.queries import (
    enrolments,
    expectation_now,
    last_report,
    next_expectation,
    series,
)
from varde.measuring.rhythm import own_rhythms
from varde.pathway import pausing
from varde.pathway.regime import agreed, away
from varde.pathway.together.routine import changes, facts_of
from varde.people.queries import grounds_of, names
from varde.plan.queries import in_force as in_force_plan
from varde.triage.ordered import orders
from varde.triage.queries import open_item, state_of
from varde.triage.worklist import Rank
from varde.web.patient.appointment import appointments, clinics
from varde.web.patient.common import (
    every_step,
    nurse_of,
    programmes_of,
    steps_now,
    withdrawn_words,
)
from varde.web.patient.result import looks, seen_words
from varde.web.roles import for_roles
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import day_month, long_date, when
from varde.web.texts.statuses import ZONE_WORDS
from varde.web.texts.words import all_of, value_of


@for_roles(Role.PATIENT)
@require_GET
def today(request: Any) -> HttpResponse:
    person, zone = request.viewer.person, ZoneInfo(request.viewer.zone)
    local = request.at.astimezone(zone)
    programmes = programmes_of(request)
    state = state_of(person)
    due = expectation_now(person, at=request.at)
    whole = every_step(request, programmes)
    lacks = steps_now(request, whole, {})
    due = due if lacks else None  # all that anybody asks for now has come
    last = last_report(person)
    ill = bool(state and state.zone in (Zone.YELLOW, Zone.RED))
    seen = seen_words(request, last)
    words = {
        "here": "today",
        "greeting": _greeting(local.hour),
        "first_name": names({person}).get(person, "").split(" ")[0],
        "date": _capital(long_date(local.date())),
        "due": due,
        "pause": _pause(request, local.date()),
        "draft": drafts.begun(person, at=request.at),
        "needs": [step for step in lacks if step.need],
        "got": _got([one for one in whole if one not in lacks]) if due else "",
        "minutes": max((p.minutes for p in programmes), default=5),
        "state": state,
        "zone": Zone(state.zone).slug if state else None,
        "measured": day_month(state.taken_at.astimezone(zone).date()) if state else "",
        "ill": ill,
        "seen": seen,
        "alarm": looks(request, Zone.RED) if state and _unseen_red(state) else None,
        **_sent(request, state, last),
        "next": "" if due else _next(request, local.date()),
        "followed": bool(programmes),
        **withdrawn_words(request),
        "nurse": nurse_of(request),
        "covered_by": _covered_by(request),
        **_told(request),
        "appointments": appointments(request),
        "clinics": clinics(request),
    }
    return render(request, "patient/today.html", words)


def _covered_by(request: Any) -> str:
    """Who may have the watch of the patient's unit when it is closed; "" for nobody."""
    grounds = grounds_of(request.viewer.person, Ground.COVER, at=request.at)
    return grounds[0].name if grounds else ""


def _pause(request: Any, day: date) -> dict[str, str] | None:
    """Why nothing is asked for today, and until when."""
    person = request.viewer.person
    now = holding(away([person], day).get(person, ()), day)
    if now is None:
        return None
    return {"why": now.why.value, "last": day_month(now.last) if now.last else ""}


@for_roles(Role.PATIENT)
@require_POST
def home(request: Any) -> HttpResponse:
    """The patient says that she is home: the pause is over, and measuring goes on."""
    pausing.come_back(patient=request.viewer.person, by=request.viewer, at=request.at)
    return redirect("/patient/")


NEW_FOR = timedelta(days=14)  # so long new limits are told of on the first page


def _told(request: Any) -> dict[str, Any]:
    """What the service has written and is not read, and that a doctor has set new limits."""
    person, at, zone = request.viewer.person, request.at, request.viewer.zone
    told = [
        {"id": one.id, "by": one.author.name, "at": when(one.at, at, zone), "text": one.text}
        for one in unread_by_patient(person)
    ]
    new = next((one for one in orders(person) if one.stage == Stage.IN_FORCE), None)
    lately = new is not None and new.ended_at is not None and new.ended_at > at - NEW_FOR
    return {
        "messages_unread": told,
        "plan_on": _new_plan(person, at, zone),
        "controls": _controls(person, at, zone),
        "limits_by": new.ordered_by.name if lately and new and new.ordered_by else "",
        "limits_on": day_month(new.ended_at.astimezone(ZoneInfo(zone)).date())
        if lately and new and new.ended_at
        else "",
    }


def _controls(person: UUID, at: datetime, zone: str) -> list[dict[str, Any]]:
    """Routine controls that were dropped lately, so that the patient does not wait for one, and
    those that are back."""
    local, now = ZoneInfo(zone), {one.control_id: one for one in changes(facts_of(person))}
    return [
        {"name": one.control.name, "dropped": one.state == ControlState.DROPPED,
         "on": day_month(one.at.astimezone(local).date())}
        for one in now.values()
        if one.state != ControlState.ENDED and one.at > at - NEW_FOR
    ]  # fmt: skip


def _new_plan(person: UUID, at: datetime, zone: str) -> str:
    """When a plan came into force lately; "" when none did."""
    row = in_force_plan(person)
    if row is None or row.approved_at is None or row.approved_at <= at - NEW_FOR:
        return ""
    return day_month(row.approved_at.astimezone(ZoneInfo(zone)).date())


@for_roles(Role.PATIENT)
@require_POST
def read(request: Any, message: UUID) -> HttpResponse:
    """«Jeg har lest»: the service sees that it is."""
    try:
        read_message(message=message, by=request.viewer, at=request.at)
    except ObjectDoesNotExist:
        raise Http404 from None
    return redirect("/patient/")


def _got(steps: list[Any]) -> str:
    """«oksygenet og pulsen»: what is asked for now and has come another way."""
    words = [str(KIND_TEXTS[one.kind].plain) for step in steps for one in step.fields]
    return all_of([word[:1].lower() + word[1:] for word in words])


def _greeting(hour: int) -> str:
    if hour < 10:
        return _("God morgen")
    return _("God dag") if hour < 18 else _("God kveld")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _unseen_red(state: Any) -> bool:
    """Red, and nobody has closed it: the first thing on the screen is whom to call."""
    item = open_item(state.patient_id)
    return bool(state.zone == Zone.RED and item is not None and item.rank <= Rank.RED_CONTROL)


def _sent(request: Any, state: Any, last: Any) -> dict[str, Any]:
    """The numbers that were taken last, whichever way they came, and where the answer is."""
    if state is None:
        return {"sent": []}
    start, end = state.taken_at - TOGETHER, state.taken_at + timedelta(seconds=1)
    kinds = tuple(dict.fromkeys(k for p in programmes_of(request) for k in p.kinds))
    found = series(request.viewer.person, kinds, start=start, end=end)
    rows = [
        {
            "kind": KIND_TEXTS[kind].plain,
            "value": value_of(kind, points[-1].value),
            "zone": Zone(points[-1].zone).slug,
            "word": ZONE_WORDS[Zone(points[-1].zone).slug],
        }
        for kind, points in found.items()
        if points
    ]
    newest = last is not None and last.taken_at >= start
    zone = request.viewer.zone
    return {
        "sent": rows,
        "sent_at": when(state.taken_at, request.at, zone),
        "result": last.id if newest else None,
    }


def _next(request: Any, day: Any) -> str:
    """When the next report is due, in words: as planned, or as a nurse has asked for."""
    person = request.viewer.person
    rows = enrolments([person], at=request.at).get(person, [])
    state = state_of(person)
    green = state is None or state.zone not in (Zone.YELLOW, Zone.RED)
    zone = ZoneInfo(request.viewer.zone)
    gone = away([person], day).get(person, ())
    own = own_rhythms([person]).get(person)
    found = [next_due(day, agreed(row, zone, gone, own), green=green) for row in rows]
    days = [one for one in found if one is not None]
    asked = next_expectation(person, at=request.at)
    days += [asked.day] if asked else []
    return long_date(min(days)) if days else ""
