"""Responsible doctors: who is named from now, and that a patient without one is somebody's task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from varde.core.access import Ground
from varde.core.calendar import in_opening_days
from varde.core.coded import Coded
from varde.core.responsible import by_default
from varde.measuring.hours import hours_from
from varde.measuring.queries import enrolments, followed_now
from varde.pathway.models import Look
from varde.people import actions as people
from varde.people.doctors import nobody_chosen, places_of, without_doctor, workplace_of
from varde.people.models import Responsibility
from varde.people.queries import home_units, organisation
from varde.people.viewer import Viewer
from varde.plan.approving import ask_anew
from varde.triage import tasks

MISSING = "doctor-missing"  # the task's kind
AT_ONCE = 50  # so many are named by the rule in one round
SEVERAL = "several"  # the occurrence of what is asked once


class NotResponsible(Coded, ValueError):
    """`code`: doctor (none who may order for the patient), same (is it already)."""


def name(*, patient: UUID, doctor: UUID, by: Viewer, at: datetime) -> Responsibility:
    """Who answers for the patient from now; what asked for a doctor is done by that."""
    place = workplace_of(doctor, patient, zone=by.zone, at=at)
    if place is None:
        raise NotResponsible("doctor")
    row = people.name_responsible(patient=patient, doctor=doctor, organisation=place, by=by, at=at)
    _goes_on(patient, by=by, at=max(at, row.period.lower))
    return row


@dataclass(frozen=True)
class Left:
    """Whom the rule has not named: those who `wait` for the next round, and those of whom a
    hospital follows now and has `several` who may be meant, with another meant so far."""

    wait: list[UUID]
    several: list[UUID]


def name_by_default(patients: Sequence[UUID], *, by: Viewer, at: datetime) -> Left:
    """Of whom no person has said who answers: that is whom the rule means (3.9), also when it means
    another than before. At the most `AT_ONCE` at a time."""
    so_far = nobody_chosen(patients)
    places = places_of(list(so_far), at=at) if so_far else {}
    meant = {one: by_default(places.get(one, ())) for one in so_far}
    new = sorted(one for one, who in meant.items() if who is not None and who != so_far[one])
    for patient in new[:AT_ONCE]:
        who = meant[patient]
        assert who is not None
        row = people.name_by_rule(
            patient=patient, doctor=who.doctor, organisation=who.organisation, by=by, at=at
        )
        if row is not None:
            _goes_on(patient, by=by, at=at)
    several = []
    for patient, before in so_far.items():
        follows = {p.organisation for p in places.get(patient, ()) if p.ground is Ground.SPECIALIST}
        if before is not None and meant[patient] is None and follows - {before.organisation}:
            several.append(patient)
    return Left(new[AT_ONCE:], several)


def _goes_on(patient: UUID, *, by: Viewer, at: datetime) -> None:
    """What asked for a doctor is done, and what waits for one waits for the new."""
    ask_anew(patient, zone=by.zone, at=at)
    for one in tasks.open_tasks(patient, (MISSING,)):
        tasks.done_elsewhere(one, by=by, at=at)


def sweep(unit: UUID, *, by: Viewer, at: datetime) -> int:
    """Of the unit's patients those for whom no doctor acts today, nobody being meant by the rule:
    the day's task to the coordinator of the home municipality (decisions 7.3), or to the unit where
    there is none. Where a hospital has come with several who may be meant, it is asked once.

    Not done by its day it stands on the unit's list. How many were raised.
    """
    followed = followed_now(unit, at=at)
    left = name_by_default(followed, by=by, at=at)
    nobody = without_doctor(followed, zone=by.zone, at=at)
    missing = [one for one in nobody if one not in set(left.wait)]
    looked_at = Look.objects.filter(unit_id=unit).values_list("patient_id", flat=True)
    asked = tasks.open_of({*followed, *looked_at}, MISSING)
    known = {one.patient_id: one for one in asked if one.patient_id is not None}
    others = enrolments(known.keys() - set(followed), at=at)
    elsewhere = {one for one, rows in others.items() if any(row.unit_id != unit for row in rows)}
    for patient, one in known.items():
        if patient not in {*missing, *left.several, *elsewhere}:
            tasks.withdraw(one, by=by, at=at)  # somebody acts again, or nobody follows any more
    new = {one: "" for one in missing if one not in known}
    several = [one for one in left.several if one not in {*missing, *known}]
    new |= dict.fromkeys(several[:AT_ONCE], SEVERAL)
    homes = home_units(list(new), at=at)
    due = {place: _tomorrow(place, by, at) for place in {*homes.values(), unit}} if new else {}
    for patient, occurrence in new.items():
        place = homes.get(patient, unit)
        tasks.raise_task(patient=patient, unit=place, kind=MISSING, due_at=due[place],
                         occurrence=occurrence, by=by, at=at)  # fmt: skip
    return len(new)


def _tomorrow(unit: UUID, by: Viewer, at: datetime) -> datetime:
    """When the unit has been open for a day."""
    hours = hours_from(organisation(unit).hours, by.zone)
    return in_opening_days(hours, at)
