"""Thresholds of a patient: the standard set copied at start; individual ones come with orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from varde.base.rows import new_id
from varde.core.programme import Programme
from varde.core.quantities import BY_CODE, BY_NAME
from varde.core.thresholds import SIDES, Limits
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.keeping import hold
from varde.triage.models import Order, Threshold
from varde.triage.ordered_rules import begin_rules, end_now, restore_rules


@dataclass(frozen=True)
class Copied:
    """What holds from now, and the kinds of which two sets say different things."""

    rows: Sequence[Threshold]
    conflicting: Sequence[str]


@action("enrol")
def copy_standard(
    *, patient: UUID, programmes: Sequence[Programme], by: Viewer, at: datetime
) -> Done[Copied]:
    """The programme's set, citing set and version. A kind in two programmes gets the stricter.

    Of a kind that has a standard set in force from before, the stricter of both holds from now;
    what a doctor has ordered for this patient is kept.
    """
    hold([patient])  # two at once would each find that there are none
    current = {
        row.kind: row for row in Threshold.objects.filter(patient_id=patient, period__endswith=None)
    }
    rows: dict[int, Threshold] = {}
    conflicting: dict[str, None] = {}
    for programme in programmes:
        for name, bounds in programme.copied.items():
            new = _standard(programme, name, bounds, patient=patient, at=at)
            before = rows.get(new.kind) or current.get(new.kind)
            if before is not None and limits_of(before) != bounds:
                conflicting[name] = None
            if before is None:
                rows[new.kind] = new
            elif before.ground == "standard" and limits_of(stricter(before, new)) != limits_of(
                before
            ):
                rows[new.kind] = stricter(before, new)
    _end([current[kind] for kind in rows if kind in current], at=at)
    Threshold.objects.bulk_create(rows.values())
    copied = Copied(list(rows.values()), list(conflicting))
    return Done(copied, patient=patient, kind="threshold")


def _standard(
    programme: Programme, name: str, bounds: Limits, *, patient: UUID, at: datetime
) -> Threshold:
    return Threshold(
        patient_id=patient,
        kind=BY_NAME[name].code,
        ground="standard",
        standard=programme.key,
        standard_version=programme.standard.version,
        period=DateTimeTZRange(at, None),
        **{side: getattr(bounds, side) for side in SIDES},
    )


def _end(rows: Sequence[Threshold], *, at: datetime) -> None:
    for row in rows:
        row.period = DateTimeTZRange(row.period.lower, at)
        row.save(update_fields=["period"])


LOW, HIGH = ("alert_low", "warning_low"), ("warning_high", "alert_high")


def _sides(row: Threshold) -> tuple[float | None, ...]:
    return tuple(getattr(row, side) for side in SIDES)


def limits_of(row: Threshold) -> Limits:
    """The four bounds of a row, as what judges reads them."""
    return Limits(*_sides(row))


def stricter(one: Threshold, other: Threshold) -> Threshold:
    """Of two sets for one kind, the bound that is passed first on each side (decisions 3.8).

    From when the `other` began; it cites both where it takes from both.
    """
    both = Threshold(
        patient_id=other.patient_id,
        kind=other.kind,
        ground="standard",
        standard=f"{one.standard}+{other.standard}"[:40],
        standard_version=other.standard_version,
        period=other.period,
        **{side: _pick(max, getattr(one, side), getattr(other, side)) for side in LOW},
        **{side: _pick(min, getattr(one, side), getattr(other, side)) for side in HIGH},
    )
    return other if _sides(both) == _sides(other) else both


def _pick(choose: object, a: float | None, b: float | None) -> float | None:
    if a is None or b is None:
        return a if b is None else b
    return choose(a, b)  # type: ignore[operator,no-any-return]


def begin(row: Order, ground: str, *, at: datetime) -> None:
    """What held of these kinds ends and the new begins, in the same moment; rules likewise."""
    moment = _stop(row, at=at)
    Threshold.objects.bulk_create(
        Threshold(
            patient_id=row.patient_id,
            kind=BY_NAME[kind].code,
            ground=ground,
            ordered_by_id=row.ordered_by_id,
            entered_by_id=row.entered_by_id,
            verified_by_id=row.verified_by_id,
            order=row,
            period=DateTimeTZRange(moment, None),
            **dict(zip(SIDES, bounds, strict=True)),
        )
        for kind, bounds in row.limits.items()
    )
    begin_rules(row, ground, at=at)


def _stop(row: Order, *, at: datetime) -> datetime:
    codes = [BY_NAME[kind].code for kind in row.limits]
    return end_now(Threshold.objects.filter(patient_id=row.patient_id, kind__in=codes), at=at)


def restore(row: Order, *, at: datetime) -> None:
    """What this order put an end to holds again, on the word it held on."""
    mine = list(Threshold.objects.filter(order=row, period__endswith__isnull=True))
    before = Threshold.objects.filter(
        patient_id=row.patient_id,
        kind__in=[one.kind for one in mine],
        period__endswith__in=[one.period.lower for one in mine],
    )
    again = list(before)
    moment = _stop(row, at=at)
    for one in again:
        one.pk, one._state.adding = new_id(), True
        one.period = DateTimeTZRange(moment, None)
    Threshold.objects.bulk_create(again)
    restore_rules(row, at=at)


def in_force(patient: UUID, *, at: datetime) -> dict[str, Threshold]:
    """The thresholds of each kind at `at`."""
    rows = Threshold.objects.filter(patient_id=patient, period__contains=at)
    found = rows.select_related("ordered_by", "entered_by", "verified_by")
    return {BY_CODE[row.kind].name: row for row in found}


def over_time(patient: UUID, *, start: datetime, end: datetime) -> dict[str, list[Threshold]]:
    """Every version that held in [start, end), oldest first: bands follow these."""
    rows = Threshold.objects.filter(
        patient_id=patient, period__overlap=DateTimeTZRange(start, end)
    ).order_by("period")
    found: dict[str, list[Threshold]] = {}
    for row in rows:
        found.setdefault(BY_CODE[row.kind].name, []).append(row)
    return found
