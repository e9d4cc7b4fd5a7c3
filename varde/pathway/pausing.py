"""Pausing: a patient is away for some days, comes back, and what that changes everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.access import Role
from varde.core.pause import Pause, Why, demand_sound
from varde.measuring import pauses
from varde.measuring.models import Pause as Row
from varde.measuring.pauses import PAUSED
from varde.measuring.queries import following
from varde.pathway import follow_up
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.handling import resolve
from varde.triage.keeping import hold
from varde.triage.models import Reason
from varde.triage.worklist import MISSING, NewReason, raise_work


@action("pause")
def begin(*, patient: UUID, pause: Pause, note: str = "", by: Viewer, at: datetime) -> Done[Row]:
    """From its first day nobody waits for reports, and what was missing in it is work no more.

    Raises `NotPaused`: order, far, overlaps.
    """
    demand_sound(pause.first, pause.last, today=_today(by, at))
    hold([patient])
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
    """The patient is home: the pause of today ends with yesterday. One that began today never was,
    but for an admission, which ends with today.

    None when there is none: coming back twice changes nothing.
    """
    today = _today(by, at)
    hold([patient])
    now = next((row for row in pauses.rows_of(patient) if pauses.pause_of(row).holds(today)), None)
    if now is None:
        return Done(None, patient=patient, kind="pause")
    row = pauses.held(now.id)
    if row.first == today and row.why != Why.ADMITTED:
        _strike(row, by=by, at=at)
    else:
        _ends(row, max(row.first, today - timedelta(days=1)), by=by, at=at)
    return Done(row, patient=patient, kind="pause", object_id=row.id)


@action("pause")
def set_end(*, pause: UUID, last: date | None, by: Viewer, at: datetime) -> Done[Row]:
    """Its last day, now that it is known, or another; None: it is not known after all."""
    row = _held(pause)
    demand_sound(row.first, last, today=_today(by, at))
    _ends(row, last, by=by, at=at)
    return Done(row, patient=row.patient_id, kind="pause", object_id=row.id)


@action("pause")
def strike(*, pause: UUID, by: Viewer, at: datetime) -> Done[Row]:
    """It was entered in error. The row stays; what can still come in time is waited for again, and
    what was missing, and left the list because of it, is missing again."""
    row = _held(pause)
    _strike(row, by=by, at=at)
    return Done(row, patient=row.patient_id, kind="pause", object_id=row.id)


def _held(pause: UUID) -> Row:
    """The pause, held after its patient."""
    hold(pauses.whose(pause))
    return pauses.held(pause)


def _strike(row: Row, *, by: Viewer, at: datetime) -> None:
    row.struck_at = at
    pauses.keep(row)
    _open_again(row.patient_id, by=by, at=at)


def _ends(row: Row, last: date | None, *, by: Viewer, at: datetime) -> None:
    row.last, row.ended_by_id, row.ended_at = last, by.person, at
    pauses.keep(row)
    _cover(row.patient_id, pauses.pause_of(row), by=by, at=at)
    _open_again(row.patient_id, by=by, at=at)


def _cover(patient: UUID, pause: Pause, *, by: Viewer, at: datetime) -> None:
    for day in pauses.cover(patient, pause):
        about = {"day": day.isoformat()}
        resolve(patient, MISSING, about=about, outcome=PAUSED, zone=by.zone, at=at)


def _open_again(patient: UUID, *, by: Viewer, at: datetime) -> None:
    missed = pauses.uncover(patient, pauses.pauses([patient]).get(patient, ()), at=at)
    for about in taken_off(patient, missed):
        raise_work(patient, NewReason(MISSING, about[0], about=about[1]), zone=by.zone, at=at)
    _anew(patient, by=by, at=at)


def taken_off(patient: UUID, days: Sequence[date]) -> list[tuple[int, dict[str, Any]]]:
    """What stood on the list of these days until a pause took it off: its colour and content."""
    rows = Reason.objects.filter(patient_id=patient, kind=MISSING, outcome=PAUSED, open=False)
    told = {row.about.get("day"): (row.zone, row.about) for row in rows.order_by("at")}
    return [told[day.isoformat()] for day in days if day.isoformat() in told]


def _anew(patient: UUID, *, by: Viewer, at: datetime) -> None:
    """What follows by itself is reckoned now, or by the clock where the patient said it."""
    if by.role is not Role.PATIENT:
        follow_up.settle([patient], by=by, at=at)
    elif followed := following([patient], zone=by.zone, at=at).get(patient):
        follow_up.begin([patient], followed.unit, today=_today(by, at))


def _today(by: Viewer, at: datetime) -> date:
    return at.astimezone(ZoneInfo(by.zone)).date()
