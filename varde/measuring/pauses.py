"""Pauses of patients: what is kept of them, and what becomes of the reports they cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from varde.core.pause import DAILY_AFTER, NotPaused, Pause, Why
from varde.measuring.models import Expectation
from varde.measuring.models import Pause as Row

PAUSED = "paused"  # the state of an expectation that a pause covers


def rows_of(patient: UUID) -> list[Row]:
    """Every pause that was not struck, the newest first."""
    return list(_standing([patient]).select_related("begun_by", "ended_by").order_by("-first"))


def pauses(patients: Iterable[UUID], *, since: date | None = None) -> dict[UUID, tuple[Pause, ...]]:
    """Each patient's pauses, oldest first; with `since` those that reach that day or later."""
    found: dict[UUID, list[Pause]] = defaultdict(list)
    rows = _standing(patients)
    if since is not None:
        rows = rows.exclude(last__lt=since)
    for row in rows.order_by("first"):
        found[row.patient_id].append(pause_of(row))
    return {patient: tuple(several) for patient, several in found.items()}


def pause_of(row: Row) -> Pause:
    return Pause(Why(row.why), row.first, row.last)


def back_lately(day: date) -> QuerySet[Row]:
    """The admissions after which patients report every day on `day`."""
    since = day - timedelta(days=DAILY_AFTER)
    return Row.objects.filter(why=Why.ADMITTED, struck_at=None, last__gte=since, last__lt=day)


def _standing(patients: Iterable[UUID]) -> QuerySet[Row]:
    return Row.objects.filter(patient_id__in=list(patients), struck_at=None)


def keep(row: Row) -> None:
    """Raises `NotPaused("overlaps")` where another pause covers one of its days."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NotPaused("overlaps") from error


def held(pause: UUID) -> Row:
    """The standing pause, held until we commit. Raises `NotPaused("gone")`."""
    row = Row.objects.select_for_update(of=("self",)).filter(id=pause, struck_at=None).first()
    if row is None:
        raise NotPaused("gone")
    return row


def cover(patient: UUID, pause: Pause) -> Sequence[date]:
    """Nobody waits any more for what was expected on its days; those days that were waited for."""
    days = Expectation.objects.filter(patient_id=patient, day__gte=pause.first)
    if pause.last is not None:
        days = days.filter(day__lte=pause.last)
    rows = list(days.filter(state__in=("open", "partly", "missed")).select_for_update())
    for row in rows:
        row.state = PAUSED
    Expectation.objects.bulk_update(rows, ["state"])
    return [row.day for row in rows]


def uncover(patient: UUID, standing: Iterable[Pause], *, at: datetime) -> list[date]:
    """What no pause covers any more is waited for again while it can come in time; the days of
    what cannot, and is missing."""
    left, late = list(standing), []
    for row in Expectation.objects.filter(patient_id=patient, state=PAUSED).select_for_update():
        if any(one.holds(row.day) for one in left):
            continue
        if row.deadline > at:
            row.state = "open"
        else:
            row.state = "partly" if row.came else "missed"
            late.append(row.day)
        row.save(update_fields=["state"])
    return late


def whose(pause: UUID) -> list[UUID]:
    """The patient whom a pause is of."""
    return list(Row.objects.filter(id=pause).values_list("patient_id", flat=True))


def set_paused(expectations: Sequence[UUID]) -> None:
    """Nobody waits for these."""
    if expectations:
        Expectation.objects.filter(id__in=list(expectations)).update(state=PAUSED)
