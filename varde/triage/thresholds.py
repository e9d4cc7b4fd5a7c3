"""Thresholds of a patient: the standard set copied at start; individual ones come with orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from varde.core.programme import Programme
from varde.core.quantities import BY_CODE, BY_NAME
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.keeping import hold
from varde.triage.models import Threshold


@action("enrol")
def copy_standard(
    *, patient: UUID, programmes: Sequence[Programme], by: Viewer, at: datetime
) -> Done:
    """The programme's set, citing set and version. A kind in two programmes gets the stricter.

    A kind that has thresholds already keeps them.
    """
    hold([patient])  # two at once would each find that there are none
    have = set(Threshold.objects.filter(patient_id=patient).values_list("kind", flat=True))
    rows: dict[int, Threshold] = {}
    for programme in programmes:
        for name, bounds in programme.standard.limits.items():
            kind = BY_NAME[name]
            if kind.code in have or name not in programme.kinds:
                continue  # a kind outside the programme is grey, whatever the set says of it
            row = Threshold(
                patient_id=patient,
                kind=kind.code,
                ground="standard",
                standard=programme.key,
                standard_version=programme.standard.version,
                period=DateTimeTZRange(at, None),
                alert_low=bounds.alert_low,
                warning_low=bounds.warning_low,
                warning_high=bounds.warning_high,
                alert_high=bounds.alert_high,
            )
            rows[kind.code] = stricter(rows[kind.code], row) if kind.code in rows else row
    Threshold.objects.bulk_create(rows.values())
    return Done(list(rows.values()), patient=patient, kind="threshold")


def stricter(one: Threshold, other: Threshold) -> Threshold:
    """Of two sets for one kind, the bound that is passed first on each side (decisions 3.8)."""
    for name in ("alert_low", "warning_low"):
        setattr(one, name, _pick(max, getattr(one, name), getattr(other, name)))
    for name in ("warning_high", "alert_high"):
        setattr(one, name, _pick(min, getattr(one, name), getattr(other, name)))
    return one


def _pick(choose: object, a: float | None, b: float | None) -> float | None:
    if a is None or b is None:
        return a if b is None else b
    return choose(a, b)  # type: ignore[operator,no-any-return]


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
