"""The list of patients that a unit reaches, for doctors and coordinators alike."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from varde.catalogue.queries import programme
from varde.core.zones import Zone
from varde.measuring.queries import enrolments
from varde.people.openings import listed
from varde.plan.queries import without_plan
from varde.triage.queries import how_many, standing, states, worst_first
from varde.web.texts.numbers import age, when
from varde.web.texts.words import said

SHOWN = 300


def rows(request: Any) -> list[dict[str, Any]]:
    """Each patient with zone and last report; red first, then yellow, then the rest by name.

    Where something worse still stands on the nurse's list, that is the zone, as on the patient's
    page, and the newest is said beside it.
    """
    viewer, at = request.viewer, request.at
    found = worst_first(viewer, at=at, limit=SHOWN)
    ids = [person.id for person in found]
    zones, programmes, on_list = states(ids), enrolments(ids, at=at), standing(ids)
    gap = without_plan(list(programmes))
    listed(ids, by=viewer, at=at)
    today = at.astimezone(ZoneInfo(viewer.zone)).date()
    made = []
    for person in found:
        state = zones.get(person.id)
        newest = Zone(state.zone) if state else Zone.NOT_JUDGED
        zone = max(newest, on_list.get(person.id, newest))
        names = [
            said(programme(r.programme, r.version).name) for r in programmes.get(person.id, [])
        ]
        made.append(
            {
                "person": person,
                "age": age(person.born, today),
                "zone": zone.slug,
                "newest": newest.slug if zone is not newest else "",
                "programmes": ", ".join(names),
                "without_plan": person.id in gap,
                "last": when(state.taken_at, at, viewer.zone) if state else "",
            }
        )
    return made


def told(request: Any, made: list[dict[str, Any]]) -> dict[str, Any]:
    """What is shown, and of how many: the worst are never among those left out."""
    n = how_many(request.viewer, at=request.at) if len(made) >= SHOWN else len(made)
    return {"rows": made, "n": n, "cut": n > len(made)}
