"""How often one patient reports, where something else is agreed than the programme says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from varde.core.expectation import Own, Rhythm
from varde.measuring.models import OwnRhythm
from varde.people.action import Done, action
from varde.people.viewer import Viewer


class Changed(Exception):
    """Another has changed it meanwhile."""


@action("set-rhythm")
def set_rhythm(
    *,
    patient: UUID,
    own: Own | None,
    why: str = "",
    by: Viewer,
    at: datetime,
) -> Done[OwnRhythm | None]:
    """From `own.since` on; None: as the programme says again. What held before stays in history.

    Raises `Changed` when another agrees on something else in the same moment.
    """
    _now(patient).update(ended_at=at)
    row = None
    if own is not None:
        row = _kept(patient, own, why, by=by, at=at)
    return Done(row, patient=patient, kind="rhythm")


def _kept(patient: UUID, own: Own, why: str, *, by: Viewer, at: datetime) -> OwnRhythm:
    try:
        with transaction.atomic():
            return OwnRhythm.objects.create(
                patient_id=patient, rhythm=own.rhythm, weekday=own.weekday, since=own.since,
                why=why[:200], by_id=by.actor, at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise Changed from error


def _now(patient: UUID) -> QuerySet[OwnRhythm]:
    list(OwnRhythm.objects.select_for_update().filter(patient_id=patient, ended_at=None))
    return OwnRhythm.objects.filter(patient_id=patient, ended_at=None)


def own_rhythms(patients: Iterable[UUID]) -> dict[UUID, Own]:
    """What is agreed with each of those with whom something else is agreed."""
    rows = OwnRhythm.objects.filter(patient_id__in=list(patients), ended_at=None)
    return {row.patient_id: Own(Rhythm(row.rhythm), row.weekday, row.since) for row in rows}


def perhaps_due(day: date) -> list[UUID]:
    """Those with an own rhythm that may ask for a report on `day`."""
    often = Q(rhythm=Rhythm.DAILY) | Q(rhythm=Rhythm.WEEKLY, weekday=day.weekday())
    if day.weekday() < 5:
        often |= Q(rhythm=Rhythm.WEEKDAYS)
    rows = OwnRhythm.objects.filter(often, ended_at=None, since__lte=day)
    return list(rows.values_list("patient_id", flat=True))


def current(patient: UUID) -> OwnRhythm | None:
    rows = OwnRhythm.objects.filter(patient_id=patient, ended_at=None)
    return rows.select_related("by").first()
