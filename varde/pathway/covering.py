"""Covering: who takes a unit's watch outside its hours, that the patients can be seen there, and
that hours are not changed away from under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from varde.catalogue.queries import newest
from varde.core.calendar import OpeningHours
from varde.core.cover import CoverKind, always_open, needs_cover
from varde.core.programme import Programme
from varde.measuring import opening
from varde.measuring.hours import hours_from
from varde.measuring.opening import parsed
from varde.measuring.queries import followed_by
from varde.people import covers
from varde.people.covers import NotArranged
from varde.people.models import Cover
from varde.people.queries import organisation
from varde.people.viewer import Viewer
from varde.triage import watch


class NeedsCover(ValueError):
    """A programme needs somebody round the clock, and nobody would look outside opening hours."""


def arrange(*, unit: UUID, to: UUID | None, by: Viewer, at: datetime) -> int:
    """Who covers `unit` from now, None for nobody; how many patients that unit sees from now.

    Of the unit's patients those whose programme names such a unit, in its newest version: it is
    about the service, not about what is judged. Raises `NotArranged`, also while
    the watch is given away, and `NeedsCover` when a patient would be without what is needed.
    """
    before = covers.held_cover(unit, to)
    kind = _kind(to, zone=by.zone) if to else ""
    theirs = [(row.patient_id, newest(row.programme)) for row in followed_by(unit, at=at)]
    _demand((one for _patient, one in theirs), _hours(unit, by.zone), kind)
    if before is not None and before.by_id != to:
        _end(before, by=by, at=at)
    row = covers.arrange(unit=unit, to=to, by=by, at=at)
    if row is None:
        return 0
    seen = {patient for patient, one in theirs if kind in one.cover.by}
    return covers.reach(patients=seen, to=row.by_id, by=by, at=at)


def _kind(to: UUID, *, zone: str) -> str:
    """Who covers is of a kind that does, and there round the clock: what it is for."""
    found = organisation(to)
    if found.kind not in set(CoverKind):
        raise NotArranged("kind")
    if not always_open(hours_from(found.hours, zone)):
        raise NotArranged("hours")
    return found.kind


def _end(before: Cover, *, by: Viewer, at: datetime) -> None:
    """What stands with who covered comes home first, also what somebody there holds."""
    unit, to = before.unit_id, before.by_id
    if watch.standing(unit) is not None:
        raise NotArranged("watch")
    watch.bring_home(unit, to, zone=by.zone, at=at)
    others = [one.unit_id for one in covers.covered_by(to) if one.unit_id != unit]
    still = {row.patient_id for other in others for row in followed_by(other, at=at)}
    covers.leave(to=to, but=still, by=by, at=at)


def uncovered(unit: UUID, *, at: datetime) -> int:
    """How many of the unit's patients are not seen by who covers it: theirs stay with the unit."""
    row = covers.cover_of(unit)
    theirs = {one.patient_id for one in followed_by(unit, at=at)}
    return len(theirs - covers.covered(theirs, row.by_id)) if row else 0


def cover_new(
    patient: UUID, programmes: Sequence[Programme], *, unit: UUID, by: Viewer, at: datetime
) -> None:
    """Who begins is seen by who covers the unit; raises `NeedsCover`."""
    row = covers.cover_of(unit)
    kind = row.by.kind if row else ""
    _demand(programmes, _hours(unit, by.zone), kind)
    own = organisation(unit).programme_hours
    if any(one.cover.round_the_clock and one.key in own for one in programmes):
        raise NeedsCover  # a watch goes by the unit's hours: nobody would look between
    if row is not None and any(kind in one.cover.by for one in programmes):
        covers.reach(patients=[patient], to=row.by_id, by=by, at=at)


def set_hours(
    *,
    unit: UUID,
    hours: Mapping[str, Sequence[str]] | None,
    programme: str = "",
    by: Viewer,
    at: datetime,
) -> None:
    """The unit's hours, or those of a programme there: see `measuring.opening.set_hours`.

    Raises `NotHours`; `NeedsCover` where a patient would be without somebody round the clock; and
    `NotArranged` where the unit covers another, which it does round the clock.
    """
    row = covers.held_cover(unit)
    if programme and hours is not None and newest(programme).cover.round_the_clock:
        raise NeedsCover
    if not programme and hours is not None:
        whole = parsed(hours, by.zone)
        if covers.covered_by(unit) and not always_open(whole):
            raise NotArranged("hours")
        theirs = (newest(one.programme) for one in followed_by(unit, at=at))
        _demand(theirs, whole, row.by.kind if row else "")
    opening.set_hours(unit=unit, hours=hours, programme=programme, by=by, at=at)


def _hours(unit: UUID, zone: str) -> OpeningHours:
    return hours_from(organisation(unit).hours, zone)


def _demand(programmes: Iterable[Programme], hours: OpeningHours, kind: str) -> None:
    if needs_cover((one.cover for one in programmes), hours, kind):
        raise NeedsCover
