"""Openings: what a machine reads is on record, with the machine, the day and the ground."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from tests.base.test_isolation_filter import no_row_security
from tests.exchange.machine import (
    FNR,
    Machine,
    Reply,
    a_number,
    number_of,
    observation,
    patient_with,
    pressure,
)
from tests.people import NOW, OSLO, Cast
from varde.audit.models import Opening
from varde.base.tenancy import acting
from varde.core.access import Ground, Role
from varde.measuring import observations
from varde.measuring.models import Observation, Source
from varde.people.models import Relation
from varde.people.viewer import Viewer

Read = Callable[[Machine, Viewer, str, str], Reply]
# how a machine may see a patient: by our id, by number, by a reading
READS: dict[str, Read] = {
    "the patient": lambda m, p, number, reading: m.get(f"Patient/{p.person}"),
    "the patient by number": lambda m, p, number, reading: m.search(
        "Patient", identifier=f"{FNR}|{number}"
    ),
    "the patient by id": lambda m, p, number, reading: m.search("Patient", _id=str(p.person)),
    "a reading": lambda m, p, number, reading: m.get(f"Observation/{reading}"),
    "the readings": lambda m, p, number, reading: m.search(patient=p),
    "the readings by number": lambda m, p, number, reading: m.search(
        patient__identifier=number, by_post=True
    ),
    "how many readings": lambda m, p, number, reading: m.search(patient=p, _count="0"),
}
UNITS = {
    "service": Ground.FOLLOW_UP_SERVICE,
    "municipality": Ground.HOME_MUNICIPALITY,
    "practice": Ground.GP,
}


def openings(them: Cast, patient: Viewer) -> list[Opening]:
    with them.acting():
        return list(Opening.objects.filter(patient_id=patient.actor).order_by("at", "id"))


def source_id(them: Cast, machine: Machine) -> UUID:
    """The source that the machine's readings come from."""
    with them.acting():
        return Source.objects.get(kind="machine", name__startswith=f"{machine.name} ").id


def read_one(them: Cast, machine: Machine, case: str, patient: Viewer, reading: str) -> None:
    assert READS[case](machine, patient, number_of(them, patient), reading).status == 200


@pytest.mark.parametrize("case", READS)
def test_a_read_is_one_opening_a_day_by_the_machine(
    them: Cast, machine: Machine, case: str
) -> None:
    patient = them.patient()
    reading = machine.post(observation(patient)).id
    assert openings(them, patient) == []
    for _ in range(3):
        read_one(them, machine, case, patient, reading)
    (row,) = openings(them, patient)
    assert (row.person_id, row.unit_id) == (source_id(them, machine), them.units["service"])
    assert (row.role, row.what, row.ground) == (Role.MACHINE, "fhir", Ground.FOLLOW_UP_SERVICE)


def test_all_kinds_of_reads_of_one_day_are_one_opening(them: Cast, machine: Machine) -> None:
    patient, other = them.patient(), them.patient()
    reading = machine.post(observation(patient)).id
    for case in READS:
        read_one(them, machine, case, patient, reading)
    assert len(openings(them, patient)) == 1
    assert openings(them, other) == []


def test_the_next_day_it_is_another_opening(them: Cast, machine: Machine) -> None:
    """The day is local: half past midnight in Oslo is a new one, though not in UTC."""
    patient = them.patient()
    for hours in (0, 13, 14.5, 15, 38.5):  # 10:00, 23:00, 00:30, 01:00, and 00:30 again
        at = them.at + timedelta(hours=hours)
        assert machine.send("GET", f"Patient/{patient.person}", at=at).status == 200
    times = [row.at.astimezone(OSLO) for row in openings(them, patient)]
    assert [(at.day, at.hour) for at in times] == [(16, 10), (17, 0), (18, 0)]


@pytest.mark.parametrize("unit", UNITS)
def test_the_ground_is_that_of_the_machines_own_unit(them: Cast, unit: str) -> None:
    patient, sender, machine = them.patient(), Machine(them), Machine(them, unit=unit)
    reading = sender.post(observation(patient)).id
    for case in ("the patient", "a reading", "the readings"):
        read_one(them, machine, case, patient, reading)
    (row,) = openings(them, patient)
    assert (row.unit_id, row.ground) == (them.units[unit], UNITS[unit])


def test_two_machines_of_one_unit_each_have_their_own(them: Cast, machine: Machine) -> None:
    patient, other = them.patient(), Machine(them)
    reading = machine.post(observation(patient)).id
    for _ in range(2):
        for one in (machine, other):
            read_one(them, one, "a reading", patient, reading)
    first, second = openings(them, patient)
    sources = {source_id(them, machine), source_id(them, other)}
    assert {first.person_id, second.person_id} == sources


def test_a_listing_is_one_opening_of_a_list_for_each_who_is_shown(
    them: Cast, machine: Machine
) -> None:
    patients = [them.patient() for _ in range(3)]
    unfollowed = patient_with(them, a_number("020361"), followed=False)
    for _ in range(2):
        list(machine.pages(machine.search("Patient", _count="2")))
    for patient in patients:
        (row,) = openings(them, patient)
        assert (row.what, row.person_id) == ("list", source_id(them, machine))
        assert row.ground == Ground.FOLLOW_UP_SERVICE
    assert openings(them, unfollowed) == []


def test_a_listing_and_a_read_are_two_openings(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.search("Patient")
    machine.get(f"Patient/{patient.person}")
    machine.search("Patient")
    assert [row.what for row in openings(them, patient)] == ["list", "fhir"]


def test_only_those_on_the_page_are_seen(them: Cast, machine: Machine) -> None:
    patients = [them.patient() for _ in range(3)]
    shown = {one["id"] for one in machine.search("Patient", _count="2").resources}
    seen = {str(patient.person) for patient in patients if openings(them, patient)}
    assert seen == shown
    assert len(shown) == 2


def test_posting_is_no_opening(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    for _ in range(2):
        machine.post(observation(patient))
    assert openings(them, patient) == []


def test_somebody_not_followed_is_not_there_and_not_opened(them: Cast, machine: Machine) -> None:
    number = a_number("020362")
    patient = patient_with(them, number, followed=False)
    reply = machine.get(f"Patient/{patient.person}")
    assert (reply.status, reply.issues[0]["code"]) == (404, "not-found")
    assert machine.search("Patient", identifier=number).resources == []
    assert openings(them, patient) == []


def test_what_is_out_of_reach_is_not_opened(them: Cast, machine: Machine) -> None:
    patient, stranger = them.patient(), Machine(them, unit="other-practice")
    reading = machine.post(observation(patient)).id
    assert stranger.get(f"Observation/{reading}").status == 404
    assert stranger.get(f"Patient/{patient.person}").status == 404
    for case in ("the patient by number", "the readings"):
        read_one(them, stranger, case, patient, reading)
    assert openings(them, patient) == []


# The filter alone


def outsiders(them: Cast) -> list[Viewer]:
    return [them.other_gp, Viewer(them.tenant, Role.MACHINE, unit=them.units["other-practice"])]


@pytest.mark.parametrize("make", [observation, pressure], ids=["a reading", "a panel"])
def test_without_row_security_too_a_reading_is_hidden_from_another_unit(
    them: Cast, machine: Machine, make: Callable[[Viewer], dict[str, object]]
) -> None:
    patient, other = them.patient(), them.patient()
    wanted = UUID(machine.post(make(patient)).id)
    with no_row_security():
        for viewer in [*outsiders(them), other]:
            with acting(viewer.frame(NOW)):
                assert Observation.objects.filter(id=wanted).exists(), "truly away"
                assert observations.by_id(wanted) is None
        for viewer in (them.nurse, them.gp, patient):
            with acting(viewer.frame(NOW)):
                found = observations.by_id(wanted)
            assert found is not None
            assert found.patient == patient.person


def test_without_row_security_too_a_reading_is_hidden_when_the_relation_has_ended(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    wanted = UUID(machine.post(observation(patient)).id)
    with them.acting():
        Relation.objects.filter(
            patient_id=patient.person, organisation_id=them.units["practice"]
        ).update(period=(NOW - timedelta(days=60), NOW - timedelta(days=1)))
    with no_row_security(), acting(them.gp.frame(NOW)):
        assert Observation.objects.filter(id=wanted).exists(), "truly away"
        assert observations.by_id(wanted) is None


def test_without_row_security_too_the_door_does_not_show_another_units_reading(
    them: Cast, machine: Machine
) -> None:
    patient, stranger = them.patient(), Machine(them, unit="other-practice")
    reading = machine.post(observation(patient)).id
    with no_row_security():
        assert stranger.get(f"Observation/{reading}").status == 404
        assert machine.get(f"Observation/{reading}").status == 200
