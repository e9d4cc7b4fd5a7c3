"""What several of the patient's screens need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from varde.catalogue.queries import programme
from varde.core.calendar import OpeningHours
from varde.core.programme import Programme
from varde.core.zones import Zone
from varde.measuring.hours import hours_from
from varde.measuring.queries import enrolments, expectation_now
from varde.web.patient.steps import Step, lacking, steps_of
from varde.web.texts.sentences import said


def programmes_of(request: Any, *, at: datetime | None = None) -> list[Programme]:
    """The patient's programmes now, or at `at`, as they were published."""
    person = request.viewer.person
    rows = enrolments([person], at=at or request.at).get(person, [])
    return [programme(row.programme, row.version) for row in rows]


def steps_now(request: Any, content: Mapping[str, Any]) -> list[Step]:
    """The screens of the report that is asked for now, with `content` of it typed already."""
    due = expectation_now(request.viewer.person, at=request.at)
    return lacking(steps_of(programmes_of(request)), due.came if due else (), content)


def hours_of(request: Any) -> OpeningHours | None:
    """The opening hours of the unit that follows the patient."""
    rows = enrolments([request.viewer.person], at=request.at).get(request.viewer.person, [])
    return hours_from(rows[0].unit.hours, request.viewer.zone) if rows else None


def advice_of(zone: Zone, programmes: Sequence[Programme]) -> dict[str, Any]:
    """What to do in a zone, the first programme's words first; of several each adds what it has."""
    found = [programme.advice[zone.slug] for programme in programmes]
    return {
        "heading": said(found[0].heading) if found else "",
        "meaning": said(found[0].meaning) if found else "",
        "do": list(dict.fromkeys(said(one) for advice in found for one in advice.do)),
    }


def signs_for_113(programmes: Sequence[Programme]) -> list[str]:
    """When to call 113, of every programme the patient is in."""
    return list(dict.fromkeys(said(t) for one in programmes for t in one.call_113_when))
