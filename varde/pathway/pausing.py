"""Pausing: a patient is away for some days, comes back, and what that changes everywhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.access import Role
from varde.core.pause import Pause, demand_sound
from varde.measuring import pauses
from varde.measuring.models import Pause as Row
from varde.measuring.queries import following
from varde.pathway import follow_up
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.handling import resolve


@action("pause")
def begin(*, patient: UUID, pause: Pause, note: str = "", by: Viewer, at: datetime) -> Done[Row]:
    """From its first day nobody waits for reports, and what was missing in it is work no more.

    Raises `NotPaused`: order, far, overlaps.
    """
    demand_sound(pause.first, pause.last, today=_today(by, at))
    row = Row(
        patient_id=patient,
        why=pause.why,
        note=note.strip(),
        first=pause.first,
        last=pause.last,
        begun_by_id=by.person,
        begun_at=at,
    )
    if pause.last is not None:
        row.ended_by_id, row.ended_at = by.person, at
    pauses.keep(row)
    _cover(patient, pause, by=by, at=at)
    _anew(patient, by=by, at=at)
    return Done(row, patient=patient, kind="pause", object_id=row.id)


@action("end-pause")
def come_back(*, patient: UUID, by: Viewer, at: datetime) -> Done[Row | None]:
    """The patient is home: the pause of today ends with yesterday, or today where it began today.

    None when there is none: coming back twice changes nothing.
    """
    today = _today(by, at)
    now = next((row for row in pauses.rows_of(patient) if pauses.pause_of(row).holds(today)), None)
    if now is None:
        return Done(None, patient=patient, kind="pause")
    row = pauses.held(now.id)
    _ends(row, max(row.first, today - timedelta(days=1)), by=by, at=at)
    return Done(row, patient=patient, kind="pause", object_id=row.id)


@action("pause")
def set_end(*, pause: UUID, last: date | None, by: Viewer, at: datetime) -> Done[Row]:
    """Its last day, now that it is known, or another; None: it is not known after all."""
    row = pauses.held(pause)
    demand_sound(row.first, last, today=_today(by, at))
    _ends(row, last, by=by, at=at)
    return Done(row, patient=row.patient_id, kind="pause", object_id=row.id)


@action("pause")
def strike(*, pause: UUID, by: Viewer, at: datetime) -> Done[Row]:
    """It was entered in error. The row stays; what can still come in time is waited for again."""
    row = pauses.held(pause)
    row.struck_at = at
    pauses.keep(row)
    _open_again(row.patient_id, by=by, at=at)
    return Done(row, patient=row.patient_id, kind="pause", object_id=row.id)


def _ends(row: Row, last: date | None, *, by: Viewer, at: datetime) -> None:
    row.last, row.ended_by_id, row.ended_at = last, by.person, at
    pauses.keep(row)
    _cover(row.patient_id, pauses.pause_of(row), by=by, at=at)
    _open_again(row.patient_id, by=by, at=at)


def _cover(patient: UUID, pause: Pause, *, by: Viewer, at: datetime) -> None:
    for day in pauses.cover(patient, pause):
        about = {"day": day.isoformat()}
        resolve(patient, "missing", about=about, outcome="paused", zone=by.zone, at=at)


def _open_again(patient: UUID, *, by: Viewer, at: datetime) -> None:
    pauses.uncover(patient, pauses.pauses([patient]).get(patient, ()), at=at)
    _anew(patient, by=by, at=at)


def _anew(patient: UUID, *, by: Viewer, at: datetime) -> None:
    """What follows by itself is reckoned now, or by the clock where the patient said it."""
    if by.role is not Role.PATIENT:
        follow_up.settle([patient], by=by, at=at)
    elif followed := following([patient], zone=by.zone, at=at).get(patient):
        follow_up.begin([patient], followed.unit, today=_today(by, at))


def _today(by: Viewer, at: datetime) -> date:
    return at.astimezone(ZoneInfo(by.zone)).date()
