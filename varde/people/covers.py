"""Covers: which unit may take another's watch outside its hours, and whom it may reach by that."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import OuterRef, QuerySet

from varde.base.periods import until
from varde.core.access import Ground
from varde.core.coded import Coded
from varde.people.action import Done, action
from varde.people.models import Cover, Organisation, Relation
from varde.people.viewer import Viewer


class NotArranged(Coded, ValueError):
    """`code`: same (a unit does not cover itself), kind (not a kind of unit that covers), hours (it
    is not there round the clock), watch (it is given away now: end that first)."""


@action("set-up")
def arrange(*, unit: UUID, to: UUID | None, by: Viewer, at: datetime) -> Done[Cover | None]:
    """Who covers the unit from now; None: nobody does."""
    if unit == to:
        raise NotArranged("same")
    before = held_cover(unit)
    if before is not None:
        if before.by_id == to:
            return Done(before, kind="cover", object_id=before.id)
        before.period = until(before.period, at)
        before.save(update_fields=["period"])
    made = None
    if to is not None:
        period = DateTimeTZRange(at, None)
        made = Cover.objects.create(unit_id=unit, by_id=to, period=period)
    return Done(made, kind="cover", object_id=made.id if made else None)


def cover_of(unit: UUID) -> Cover | None:
    """Who may take the unit's watch."""
    rows = Cover.objects.filter(unit_id=unit, period__endswith__isnull=True)
    return rows.select_related("by", "unit").first()


def held_cover(unit: UUID, to: UUID | None = None) -> Cover | None:
    """The same, held until we commit, with who is `to` cover: of two who change it, or the hours
    of either, or offer the watch, one is first."""
    held = [one for one in (unit, to) if one is not None]
    list(Organisation.objects.select_for_update(no_key=True).filter(id__in=held).order_by("id"))
    return cover_of(unit)


def covered_by(to: UUID) -> list[Cover]:
    """The units whose watch `to` may take."""
    rows = Cover.objects.filter(by_id=to, period__endswith__isnull=True)
    return list(rows.select_related("unit").order_by("unit__name"))


@action("enrol")
def reach(*, patients: Collection[UUID], to: UUID, by: Viewer, at: datetime) -> Done[int]:
    """Those of the patients whom the covering unit does not reach as such yet, it does from now."""
    lacking = sorted(set(patients) - covered(patients, to))
    period = DateTimeTZRange(at, None)
    Relation.objects.bulk_create(
        Relation(patient_id=one, organisation_id=to, ground=Ground.COVER, period=period)
        for one in lacking
    )
    return Done(len(lacking), kind="relation")


@action("enrol")
def leave(*, to: UUID, but: Collection[UUID], by: Viewer, at: datetime) -> Done[int]:
    """The unit that covered does not reach anybody as such any more, `but` those whom another unit
    that it covers follows."""
    rows = list(seen_by(to).exclude(patient_id__in=list(but)))
    for row in rows:
        row.period = until(row.period, at)
        row.save(update_fields=["period"])
    return Done(len(rows), kind="relation")


def seen_by(to: UUID | OuterRef) -> QuerySet[Relation]:
    """The relations by which a unit reaches patients because it covers."""
    return Relation.objects.filter(
        organisation_id=to, ground=Ground.COVER, period__endswith__isnull=True
    )


def covered(patients: Collection[UUID], to: UUID) -> set[UUID]:
    """Those of the patients whose reds the covering unit may have."""
    rows = seen_by(to).filter(patient_id__in=list(patients))
    return set(rows.values_list("patient_id", flat=True))
