"""The responsible doctor, and who acts for one who is away or works here no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.access import DOCTORS
from varde.people.models import Assignment, Responsibility
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
    if row is None:
        return None
    day = at.astimezone(ZoneInfo(zone)).date()
    gone = away([row.doctor_id], day).get(row.doctor_id)
    if gone is None and works(row.doctor_id, row.organisation_id, at=at):
        return Acting(row.doctor_id, row.doctor.name, row.organisation_id)
    deputy = gone.stands_in if gone is not None else None
    if deputy is None or not _there(deputy.id, row, day, at):
        return None
    return Acting(deputy.id, deputy.name, row.organisation_id, instead_of=row.doctor_id)


def works(doctor: UUID, organisation: UUID, *, at: datetime) -> bool:
    """Whether the person works as a doctor there now."""
    rows = Assignment.objects.filter(
        person_id=doctor, organisation_id=organisation, role__in=DOCTORS, period__contains=at
    )
    return rows.exists()


def _there(deputy: UUID, row: Responsibility, day: date, at: datetime) -> bool:
    return works(deputy, row.organisation_id, at=at) and not away([deputy], day)


def may_approve(doctor: UUID, patient: UUID, *, zone: str, at: datetime) -> bool:
    """The responsible doctor, also on a day away, and whoever acts for that doctor now."""
    row = responsible_doctor(patient, at=at)
    if row is not None and row.doctor_id == doctor and works(doctor, row.organisation_id, at=at):
        return True
    acting = acting_doctor(patient, zone=zone, at=at)
    return acting is not None and acting.person == doctor


def stands_in_for(doctor: UUID, *, zone: str, at: datetime) -> list[UUID]:
    """Whose patients are this doctor's to see to today, besides the own."""
    return [one for one in whose(doctor, at.astimezone(ZoneInfo(zone)).date()) if one != doctor]
