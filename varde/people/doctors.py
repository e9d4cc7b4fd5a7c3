"""The responsible doctor, and who acts for one who is away or works here no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from varde.audit.queries import opened_by
from varde.core.access import DOCTORS, PASSING, Ground, Role
from varde.core.responsible import Meant, Place
from varde.people.models import Assignment, Relation, Responsibility
from varde.people.nurses import away, whose
from varde.people.queries import responsible_doctor


@dataclass(frozen=True)
class Acting:
    """Who acts as the patient's responsible doctor now; `instead_of` whom, for a deputy."""

    person: UUID
    name: str
    organisation: UUID
    instead_of: UUID | None = None


def acting_doctor(patient: UUID, *, zone: str, at: datetime) -> Acting | None:
    """The responsible doctor, or the deputy of one who is away; None when there is nobody.

    A doctor without an active role where the responsibility lies, and whom nobody stands in for,
    is nobody (decisions 7.3).
    """
    row = responsible_doctor(patient, at=at)
    if row is None or not _reached(row, at):
        return None
    day = at.astimezone(ZoneInfo(zone)).date()
    gone = away([row.doctor_id], day).get(row.doctor_id)
    if gone is None and works(row.doctor_id, row.organisation_id, at=at):
        return Acting(row.doctor_id, row.doctor.name, row.organisation_id)
    deputy = gone.stands_in if gone is not None else None
    if deputy is None or not _there(deputy.id, row, day, at):
        return None
    return Acting(deputy.id, deputy.name, row.organisation_id, instead_of=row.doctor_id)


def doctor_to_name(patient: UUID, *, zone: str, at: datetime) -> Acting | None:
    """Who is named as the doctor on paper: who acts, else the responsible one who works there and
    is away while nobody stands in."""
    found = acting_doctor(patient, zone=zone, at=at)
    row = responsible_doctor(patient, at=at) if found is None else None
    if row is None:
        return found
    there = _reached(row, at) and works(row.doctor_id, row.organisation_id, at=at)
    return Acting(row.doctor_id, row.doctor.name, row.organisation_id) if there else None


@dataclass(frozen=True)
class DoctorOf:
    """A doctor who works where the patient is reached from. `acting`: who acts as responsible
    today; `away`: until when, of one who is away."""

    person: UUID
    name: str
    organisation: str
    role: Role
    responsible: bool
    acting: bool = False
    by_rule: bool = False  # nobody has said so
    away: date | None = None


def doctors_of(patient: UUID, *, zone: str, at: datetime) -> list[DoctorOf]:
    """The doctors who may order for the patient now: who acts as responsible first, then those who
    are there, then those who are away."""
    reached = Relation.objects.filter(patient_id=patient, period__contains=at)
    reached = reached.exclude(ground=Ground.COVER)  # who has the watch treats nobody by that
    rows = Assignment.objects.filter(
        role__in=DOCTORS,
        period__contains=at,
        organisation_id__in=reached.values("organisation_id"),
    ).select_related("person", "organisation")
    first, acting = responsible_doctor(patient, at=at), acting_doctor(patient, zone=zone, at=at)
    gone = away([row.person_id for row in rows], at.astimezone(ZoneInfo(zone)).date())
    found = [
        DoctorOf(
            row.person_id, row.person.name, row.organisation.name, Role(row.role),
            first is not None and first.doctor_id == row.person_id,
            acting is not None and acting.person == row.person_id,
            first is not None and first.doctor_id == row.person_id and not first.chosen,
            gone[row.person_id].last if row.person_id in gone else None,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.acting, one.away is not None, one.name))


def workplace_of(doctor: UUID, patient: UUID, *, zone: str, at: datetime) -> UUID | None:
    """Where the doctor works who may order for the patient; None for one who may not."""
    if doctor not in {one.person for one in doctors_of(patient, zone=zone, at=at)}:
        return None
    reached = Relation.objects.filter(patient_id=patient, period__contains=at)
    lasting = reached.exclude(ground__in=PASSING)  # who is asked or meets does not follow
    rows = Assignment.objects.filter(
        person_id=doctor, role__in=DOCTORS, period__contains=at,
        organisation_id__in=lasting.values("organisation_id"),
    )  # fmt: skip
    return rows.order_by("id").values_list("organisation_id", flat=True).first()


def without_doctor(patients: Sequence[UUID], *, zone: str, at: datetime) -> list[UUID]:
    """Those of them for whom no doctor acts today, the responsible nor a deputy."""
    rows = Responsibility.objects.filter(patient_id__in=list(patients), period__contains=at)
    held = {row.patient_id: (row.doctor_id, row.organisation_id) for row in rows}
    at_work = set(
        Assignment.objects.filter(role__in=DOCTORS, period__contains=at).values_list(
            "person_id", "organisation_id"
        )
    )
    related = Relation.objects.filter(
        patient_id__in=list(held), organisation_id__in={place for _who, place in held.values()},
        period__contains=at,
    ).exclude(ground=Ground.COVER)  # fmt: skip
    reached = set(related.values_list("patient_id", "organisation_id"))
    day = at.astimezone(ZoneInfo(zone)).date()
    gone = away({doctor for doctor, _place in held.values()}, day)
    deputies = {row.stands_in_id for row in gone.values() if row.stands_in_id is not None}
    gone_too = away(deputies, day)

    def acts(patient: UUID) -> bool:
        doctor, place = held.get(patient, (None, None))
        if doctor is None or (patient, place) not in reached:
            return False
        absence = gone.get(doctor)
        who = doctor if absence is None else absence.stands_in_id
        return (
            who is not None and (who, place) in at_work and (absence is None or who not in gone_too)
        )

    return [one for one in patients if not acts(one)]


def nobody_chosen(patients: Sequence[UUID]) -> dict[UUID, Meant | None]:
    """Those of them of whom no person has said who answers, with whom the rule means so far."""
    rows = Responsibility.objects.filter(
        patient_id__in=list(patients), period__endswith__isnull=True
    )
    known = {row.patient_id: row for row in rows}
    return {
        one: Meant(known[one].doctor_id, known[one].organisation_id) if one in known else None
        for one in patients
        if one not in known or not known[one].chosen
    }


def places_of(patients: Sequence[UUID], *, at: datetime) -> dict[UUID, list[Place]]:
    """Where each is treated, and the doctors there; whoever is away is among them."""
    relations = list(
        Relation.objects.filter(
            patient_id__in=list(patients), period__contains=at, organisation__isnull=False
        ).values_list("patient_id", "organisation_id", "ground")
    )
    places = {place for _patient, place, _ground in relations}
    staff: dict[UUID, set[tuple[UUID, Role]]] = defaultdict(set)
    for doctor, place, role in Assignment.objects.filter(
        role__in=DOCTORS, period__contains=at, organisation_id__in=places
    ).values_list("person_id", "organisation_id", "role"):
        staff[place].add((doctor, Role(role)))
    found: dict[UUID, list[Place]] = defaultdict(list)
    for patient, place, ground in relations:
        found[patient].append(Place(place, Ground(ground), frozenset(staff[place])))
    return found


def newly_responsible(
    doctor: UUID, *, since: datetime, at: datetime, most: int = 20
) -> list[Responsibility]:
    """Of those the doctor answers for since then the ones whose record the doctor has not opened
    after that, the newest first."""
    opened = opened_by(doctor, since="period__startswith", what="record")
    rows = Responsibility.objects.filter(
        doctor_id=doctor, period__contains=at, period__startswith__gte=since
    )
    rows = rows.exclude(opened).select_related("patient").order_by("-period__startswith", "id")
    return list(rows[:most])


def patients_of(doctors: Collection[UUID], *, at: datetime) -> QuerySet[Responsibility, UUID]:
    """The patients these doctors answer for, for a query to be among."""
    rows = Responsibility.objects.filter(doctor_id__in=list(doctors), period__contains=at)
    return rows.values_list("patient_id", flat=True)


def works(doctor: UUID, organisation: UUID, *, at: datetime) -> bool:
    """Whether the person works as a doctor there now."""
    rows = Assignment.objects.filter(
        person_id=doctor, organisation_id=organisation, role__in=DOCTORS, period__contains=at
    )
    return rows.exists()


def _reached(row: Responsibility, at: datetime) -> bool:
    """Whether where the doctor works still treats the patient."""
    rows = Relation.objects.filter(
        patient_id=row.patient_id, organisation_id=row.organisation_id, period__contains=at
    )
    return rows.exclude(ground=Ground.COVER).exists()


def _there(deputy: UUID, row: Responsibility, day: date, at: datetime) -> bool:
    return works(deputy, row.organisation_id, at=at) and not away([deputy], day)


def may_approve(doctor: UUID, patient: UUID, *, zone: str, at: datetime) -> bool:
    """The responsible doctor, also on a day away, and whoever acts for that doctor now."""
    row = responsible_doctor(patient, at=at)
    if row is not None and row.doctor_id == doctor:
        return works(doctor, row.organisation_id, at=at) and _reached(row, at)
    acting = acting_doctor(patient, zone=zone, at=at)
    return acting is not None and acting.person == doctor


def acts_for(doctor: UUID, *, zone: str, at: datetime) -> list[UUID]:
    """Whose patients are this doctor's to see to today: the own, and those of whom the doctor
    stands in for."""
    return whose(doctor, at.astimezone(ZoneInfo(zone)).date())
