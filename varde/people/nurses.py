"""A patient's own nurse, and who stands in when somebody is away."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from varde.base.periods import until
from varde.core.access import DOCTORS, Role
from varde.core.coded import Coded
from varde.people.action import Done, action
from varde.people.models import Absence, Assignment, NamedNurse, Person
from varde.people.queries import staff
from varde.people.viewer import Viewer

LONGEST = timedelta(days=366)  # that anybody is away at a time


class NotNamed(Coded, ValueError):
    """`code`: nurse (not one of this unit), days (out of order, or too many), overlaps."""


@action("name-nurse")
def name_nurse(
    *, patient: UUID, nurse: UUID | None, by: Viewer, at: datetime
) -> Done[NamedNurse | None]:
    """The patient's own nurse from now, one of the unit's; None: nobody in particular."""
    if nurse is not None and nurse not in staff(by.seat, Role.NURSE):
        raise NotNamed("nurse")
    list(Person.objects.select_for_update(no_key=True).filter(id=patient))  # two at once leave one
    rows = NamedNurse.objects.select_for_update().filter(
        patient_id=patient, period__endswith__isnull=True
    )
    before = rows.first()
    if before is not None:
        if before.nurse_id == nurse:
            return Done(before, patient=patient, kind="named-nurse", object_id=before.id)
        before.period = until(before.period, at)
        before.save(update_fields=["period"])
    made = None
    if nurse is not None:
        period = DateTimeTZRange(at, None)
        made = NamedNurse.objects.create(patient_id=patient, nurse_id=nurse, period=period)
    return Done(made, patient=patient, kind="named-nurse")


@action("say-absent")
def say_absent(
    *, first: date, last: date, stands_in: UUID | None, by: Viewer, at: datetime
) -> Done[Absence]:
    """Who says so is away on these days; a colleague of the unit sees to what is theirs."""
    if last < first or last - first > LONGEST:
        raise NotNamed("days")
    if stands_in is not None and stands_in not in colleagues(by):
        raise NotNamed("nurse")
    list(
        Person.objects.select_for_update(no_key=True).filter(id=by.actor)
    )  # pressed twice it is one
    standing = Absence.objects.filter(person_id=by.actor, struck_at=None)
    if standing.filter(first__lte=last, last__gte=first).exists():
        raise NotNamed("overlaps")
    row = Absence.objects.create(
        person_id=by.actor, first=first, last=last, stands_in_id=stands_in,
        said_by_id=by.actor, said_at=at,
    )  # fmt: skip
    return Done(row, kind="absence", object_id=row.id)


def colleagues(viewer: Viewer) -> list[UUID]:
    """Who may stand in for the viewer: for a doctor another doctor there, else another nurse."""
    roles = DOCTORS if viewer.role in DOCTORS else {Role.NURSE}
    found = [one for role in sorted(roles) for one in staff(viewer.seat, role)]
    return [one for one in dict.fromkeys(found) if one != viewer.person]


@action("say-absent")
def take_back(*, absence: UUID, by: Viewer, at: datetime) -> Done[int]:
    """One's own, that is not so after all."""
    own = Absence.objects.filter(id=absence, person_id=by.actor, struck_at=None)
    return Done(own.update(struck_at=at), kind="absence", object_id=absence)


def own_nurses(patients: Iterable[UUID]) -> dict[UUID, NamedNurse]:
    """Each patient's own nurse now."""
    rows = NamedNurse.objects.filter(
        patient_id__in=list(patients), period__endswith__isnull=True
    ).select_related("nurse")
    return {row.patient_id: row for row in rows}


def still_nurse(person: UUID, *, at: datetime) -> bool:
    """Whether the person works as a nurse somewhere in the cooperation now."""
    rows = Assignment.objects.filter(person_id=person, role=Role.NURSE, period__contains=at)
    return rows.exists()


def away(persons: Collection[UUID], day: date) -> dict[UUID, Absence]:
    """Those of them who are away on that local day."""
    rows = Absence.objects.filter(
        person_id__in=list(persons), struck_at=None, first__lte=day, last__gte=day
    ).select_related("stands_in", "person")
    return {row.person_id: row for row in rows}


def absences(persons: Collection[UUID], day: date) -> list[Absence]:
    """Who of them is away on `day` or later, the first one first."""
    rows = Absence.objects.filter(
        person_id__in=list(persons), struck_at=None, last__gte=day
    ).select_related("stands_in", "person")
    return list(rows.order_by("first", "person_id"))


def whose(nurse: UUID, day: date) -> list[UUID]:
    """Whose patients are this nurse's to see to: the own, and those of whom the nurse stands in
    for that day."""
    rows = Absence.objects.filter(stands_in_id=nurse, struck_at=None, first__lte=day, last__gte=day)
    return [nurse, *rows.values_list("person_id", flat=True)]
