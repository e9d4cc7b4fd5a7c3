"""What several of the patient's screens need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from varde.catalogue.queries import programme
from varde.core.calendar import OpeningHours
from varde.core.plan import decoded
from varde.core.programme import Programme
from varde.core.quantities import BY_NAME
from varde.core.zones import Zone
from varde.measuring import drafts
from varde.measuring.expecting import QUESTIONS
from varde.measuring.hours import hours_among
from varde.measuring.queries import enrolments, expectation_now, series
from varde.people.nurses import away, own_nurses, still_nurse
from varde.plan.queries import last_withdrawn
from varde.triage.queries import state_of
from varde.triage.watch import watcher_of
from varde.web.patient.manner import ordered
from varde.web.patient.steps import Step, lacking, steps_of
from varde.web.texts.numbers import day_month, phone
from varde.web.texts.words import said


def programmes_of(request: Any, *, at: datetime | None = None) -> list[Programme]:
    """The patient's programmes now, or at `at`, as they were published."""
    person = request.viewer.person
    rows = enrolments([person], at=at or request.at).get(person, [])
    return [programme(row.programme, row.version) for row in rows]


def steps_now(request: Any, whole: Sequence[Step], content: Mapping[str, Any]) -> list[Step]:
    """Of the screens of a `whole` report (`every_step`) those that are asked for now, with
    `content` of it typed already."""
    here = content["here"] if "here" in content else here_now(request)
    return lacking(whole, here, content)


def every_step(request: Any, programmes: Sequence[Programme]) -> list[Step]:
    """The screens of a whole report of this patient's."""
    asked = ordered(request, programmes)
    made = steps_of(programmes, more=asked.kinds)
    return [replace(one, placed=asked.after_activity) for one in made]


def here_now(request: Any) -> list[str]:
    """What of the report that is asked for now need not be asked for: it has come another way.

    Only what stands, is of the last hours and was plainly green, of a patient who is not ill: else
    calm answers given today would speak for a measurement that was not.
    """
    person, at = request.viewer.person, request.at
    due, state = expectation_now(person, at=at), state_of(person)
    if due is None or state is None or state.zone in (Zone.YELLOW, Zone.RED):
        return []
    kinds = [part for part in due.came if part in BY_NAME]
    start = max(due.opens_at, at - drafts.FRESH)
    found = series(person, kinds, start=start, end=at + timedelta(minutes=15)) if kinds else {}
    green = [kind for kind, points in found.items() if points and points[-1].zone == Zone.GREEN]
    return [*green, *(part for part in due.came if part == QUESTIONS)]


def hours_of(request: Any) -> OpeningHours | None:
    """When the unit that follows the patient sees to the programmes the patient is in there."""
    rows = enrolments([request.viewer.person], at=request.at).get(request.viewer.person, [])
    return hours_among(rows, request.viewer.zone) if rows else None


def watcher(request: Any) -> dict[str, str] | None:
    """Who has the watch of the patient's unit now and sees reds, with a number to call; None while
    it is the unit's own, also when it is offered and nobody has taken it."""
    person = request.viewer.person
    rows = enrolments([person], at=request.at).get(person, [])
    row = watcher_of(person, rows[0].unit_id) if rows else None
    if row is None:
        return None
    number = row.to.phone
    return {"name": row.to.name, "phone": phone(number), "tel": number.replace(" ", "")}


def advice_of(zone: Zone, programmes: Sequence[Programme]) -> dict[str, Any]:
    """What to do in a zone, the first programme's words first; of several each adds what it has."""
    found = [programme.advice[zone.slug] for programme in programmes]
    return {
        "heading": said(found[0].heading) if found else "",
        "meaning": said(found[0].meaning) if found else "",
        "do": list(dict.fromkeys(said(one) for advice in found for one in advice.do)),
    }


def withdrawn_words(request: Any) -> dict[str, Any]:
    """The plan that was withdrawn, when nothing has come in its place: what it allowed is to be
    started no more, wherever the patient looks first."""
    row = last_withdrawn(request.viewer.person)
    if row is None or row.ended_at is None:
        return {"withdrawn": None}
    local = row.ended_at.astimezone(ZoneInfo(request.viewer.zone))
    packs = [one for _s, _z, one in decoded(row.content).medications if one.on_the_list]
    return {"withdrawn": row, "withdrawn_on": day_month(local.date()), "withdrawn_packs": packs}


def signs_for_113(programmes: Sequence[Programme]) -> list[str]:
    """When to call 113, of every programme the patient is in."""
    return list(dict.fromkeys(said(t) for one in programmes for t in one.call_113_when))


def nurse_of(request: Any) -> dict[str, str]:
    """The patient's own nurse, and who sees to the patient while she is away; "" for nobody.

    One who works here no more is nobody's nurse, and one who is away stands in for nobody.
    """
    row = own_nurses([request.viewer.person]).get(request.viewer.person)
    if row is None or not still_nurse(row.nurse_id, at=request.at):
        return {"name": "", "away": ""}
    today = request.at.astimezone(ZoneInfo(request.viewer.zone)).date()
    gone = away([row.nurse_id], today).get(row.nurse_id)
    if gone is None:
        return {"name": row.nurse.name, "away": ""}
    words = {"who": row.nurse.given, "until": day_month(gone.last)}
    if gone.stands_in is None or away([gone.stands_in.id], today):
        told = _("%(who)s er borte til og med %(until)s. De andre sykepleierne ser til deg.")
    else:
        told = _("%(who)s er borte til og med %(until)s. %(other)s ser til deg.")
        words["other"] = gone.stands_in.given
    return {"name": row.nurse.name, "away": told % words}
