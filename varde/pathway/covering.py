"""Covering: who takes a unit's watch outside its hours, and that the patients can be seen there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from varde.catalogue.queries import programme
from varde.core.cover import CoverKind, needs_cover
from varde.core.programme import Programme
from varde.measuring.hours import hours_from
from varde.measuring.queries import followed_by
from varde.people import covers
from varde.people.covers import NotArranged
from varde.people.queries import organisation
from varde.people.viewer import Viewer
from varde.triage import watch


class NeedsCover(ValueError):
    """A programme needs somebody round the clock, and nobody would look outside opening hours."""


def arrange(*, unit: UUID, to: UUID | None, by: Viewer, at: datetime) -> int:
    """Who covers `unit` from now, None for nobody; how many patients that unit sees from now.

    Of the unit's patients those whose programme names such a unit. Raises `NotArranged`, also while
    the watch is given away, and `NeedsCover` when a patient would be without what is needed.
    """
    kind = organisation(to).kind if to else ""
    if kind and kind not in set(CoverKind):
        raise NotArranged("kind")
    rows = followed_by(unit, at=at)
    theirs = [(row.patient_id, programme(row.programme, row.version)) for row in rows]
    _demand((one for _patient, one in theirs), unit, kind, by.zone)
    before = covers.cover_of(unit)
    if before is not None and before.by_id != to:
        if watch.standing(unit) is not None:
            raise NotArranged("watch")
        covers.leave(patients={one for one, _ in theirs}, to=before.by_id, by=by, at=at)
    row = covers.arrange(unit=unit, to=to, by=by, at=at)
    if row is None:
        return 0
    seen = {patient for patient, one in theirs if kind in one.cover.by}
    return covers.reach(patients=seen, to=row.by_id, by=by, at=at)


def cover_new(
    patient: UUID, programmes: Sequence[Programme], *, unit: UUID, by: Viewer, at: datetime
) -> None:
    """Who begins is seen by who covers the unit; raises `NeedsCover`."""
    row = covers.cover_of(unit)
    kind = row.by.kind if row else ""
    _demand(programmes, unit, kind, by.zone)
    if row is not None and any(kind in one.cover.by for one in programmes):
        covers.reach(patients=[patient], to=row.by_id, by=by, at=at)


def _demand(programmes: Iterable[Programme], unit: UUID, kind: str, zone: str) -> None:
    hours = hours_from(organisation(unit).hours, zone)
    if needs_cover((one.cover for one in programmes), hours, kind):
        raise NeedsCover
