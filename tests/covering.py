"""A response centre beside the cast: it covers the follow-up service outside its hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.people import NOW, Cast, employ
from varde.core.access import Role
from varde.core.identifiers import make_orgnr
from varde.measuring.hours import ROUND_THE_CLOCK
from varde.pathway.covering import arrange
from varde.people import actions as people
from varde.people.viewer import Viewer
from varde.triage import watch
from varde.triage.models import Watch

FOUNDED = NOW - timedelta(days=365)
EVENING = NOW.replace(hour=18)  # a Monday; the service closed at three
MORNING = (NOW + timedelta(days=1)).replace(hour=9)


def response_centre(
    them: Cast, *, kind: str = "response-centre", hours: dict[str, Any] = ROUND_THE_CLOCK
) -> Viewer:
    """A nurse there; nothing is arranged yet."""
    with them.acting(at=FOUNDED) as by:
        row = people.add_organisation(
            name="Responssenteret", kind=kind, orgnr=make_orgnr(50), phone="55500116", by=by,
            at=FOUNDED, hours=hours,
        )  # fmt: skip
        them.units["cover"] = row.id
        return employ(them, "Aud", Role.NURSE, "cover", FOUNDED)


def arranged(them: Cast, at: datetime = FOUNDED) -> Viewer:
    """A nurse of the response centre that covers the service, where somebody is followed."""
    nurse = response_centre(them)
    with them.acting(at=at) as by:
        arrange(unit=them.units["service"], to=them.units["cover"], by=by, at=at)
    them.patient()
    return nurse


def given(them: Cast, at: datetime = EVENING) -> Watch:
    with them.acting(them.nurse, at=at) as by:
        return watch.give(unit=by.seat, by=by, at=at)


def taken(them: Cast, nurse: Viewer, at: datetime = EVENING) -> Watch:
    """Offered by the service, and taken by the response centre."""
    row = given(them, at)
    with them.acting(nurse, at=at) as by:
        return watch.take(watch=row.id, by=by, at=at)
