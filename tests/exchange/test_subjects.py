"""Whom it is about: our id and a national number side by side are one person, or it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.exchange.machine import (
    DNR,
    FNR,
    Json,
    Machine,
    a_number,
    bundle,
    by_number,
    number_of,
    observation,
    patient_with,
    pressure,
    reasons,
    reference,
    rows,
)
from tests.people import Cast
from varde.people.viewer import Viewer

OURS = "http://127.0.0.1:8000/fhir/R4/Patient/{}"
# how a gateway may name a patient: by our reference, and the number
Named = Callable[[Any, str], Json]
TAKEN: dict[str, Named] = {
    "a reference and the number": lambda p, n: reference(p) | by_number(n),
    "a reference and the number, spaced": lambda p, n: reference(p) | by_number(f"{n[:6]} {n[6:]}"),
    "an address and the number": lambda p, n: {"reference": OURS.format(p)} | by_number(n),
    "a reference and another's number of its own": lambda p, n: (
        reference(p) | by_number("P-99", "urn:gateway:patient")
    ),
    "a reference and a number without system": lambda p, n: reference(p) | by_number("99", ""),
    "a reference and a blank number": lambda p, n: reference(p) | by_number(""),
    "a reference of the gateway and the number": lambda p, n: (
        {"reference": "Patient/99"} | by_number(n)
    ),
    "an address of the gateway and the number": lambda p, n: (
        {"reference": "https://gateway.example/fhir/Patient/99"} | by_number(n)
    ),
    "a reference inside and the number": lambda p, n: {"reference": "#p1"} | by_number(n),
    "a reference to a version": lambda p, n: {"reference": f"Patient/{p}/_history/1"},
    "an address of a version": lambda p, n: {"reference": OURS.format(p) + "/_history/1"},
    "a version and the number": lambda p, n: (
        {"reference": f"Patient/{p}/_history/1"} | by_number(n)
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_a_patient_who_is_named_well_is_found(them: Cast, machine: Machine, case: str) -> None:
    patient = them.patient()
    subject = TAKEN[case](patient.person, number_of(them, patient))
    reply = machine.post(observation(subject, 86))
    assert reply.status == 201
    assert reply.body["subject"] == reference(patient)
    assert [row.value for row in rows(them, patient)] == [86]
    assert reasons(them, patient, "refused") == []


def test_a_reference_with_a_d_number_that_agrees_is_taken(them: Cast, machine: Machine) -> None:
    number = a_number("420358")
    patient = patient_with(them, number)
    subject = reference(patient) | by_number(number, DNR)
    assert machine.post(observation(subject)).status == 201


def test_named_in_two_ways_it_is_the_same_reading(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    number = number_of(them, patient)
    both = reference(patient) | by_number(number)
    subjects = [both, reference(patient), by_number(number)]
    told = [machine.post(observation(subject)).status for subject in subjects]
    assert told == [201, 200, 200]
    assert len(rows(them, patient)) == 1


@pytest.mark.parametrize("make", [observation, pressure], ids=["a reading", "a panel"])
def test_two_persons_in_one_subject_are_refused(
    them: Cast, machine: Machine, make: Callable[..., Json]
) -> None:
    """The number of one and our id of another: neither gets the reading."""
    one, other = them.patient(), them.patient()
    reply = machine.post(make(reference(one) | by_number(number_of(them, other))))
    assert (reply.status, reply.paths) == (422, ["Observation.subject"])
    assert rows(them, one) == rows(them, other) == []
    assert len(reasons(them, one, "refused")) == 1


def test_a_reference_beside_a_number_that_nobody_has_is_refused(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    for number in (a_number("020359"), "12345678901", "P-99"):
        reply = machine.post(observation(reference(patient) | by_number(number)))
        assert (reply.status, reply.paths) == (422, ["Observation.subject"])
    assert rows(them, patient) == []


@pytest.mark.parametrize("status", ["corrected", "entered-in-error"])
def test_two_persons_in_one_subject_correct_and_strike_nothing(
    them: Cast, machine: Machine, status: str
) -> None:
    one, other = them.patient(), them.patient()
    machine.post(observation(one, 96, identifier="a-1"))
    both = reference(one) | by_number(number_of(them, other))
    reply = machine.post(observation(both, 94, identifier="a-1", status=status))
    assert (reply.status, reply.paths) == (422, ["Observation.subject"])
    assert machine.search(patient=one).values == [96]


def test_two_persons_in_one_entry_sink_that_entry_only(them: Cast, machine: Machine) -> None:
    one, other = them.patient(), them.patient()
    both = reference(one) | by_number(number_of(them, other))
    reply = machine.post(bundle("batch", observation(one, 96), observation(both, 95)))
    told = [entry["response"]["status"][:3] for entry in reply.body["entry"]]
    assert told == ["201", "422"]
    assert [row.value for row in rows(them, one)] == [96]
    assert rows(them, other) == []


def wrong_kind(patient: Viewer) -> list[Json]:
    return [
        {"reference": f"Practitioner/{patient.person}"},
        {"reference": f"Group/{patient.person}"},
        {"reference": "Patient/99"},
        {"reference": "Patient/99"} | by_number("P-99", "urn:gateway:patient"),
    ]


def test_a_reference_that_is_not_to_one_of_our_patients_is_nobody(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    for subject in wrong_kind(patient):
        reply = machine.post(observation(subject))
        assert (reply.status, reply.issues[0]["code"]) == (422, "not-found")
    assert rows(them, patient) == []


def test_the_number_counts_where_the_reference_is_to_somebody_else_than_a_patient(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    subject = {"reference": "Device/99"} | by_number(number_of(them, patient), FNR)
    assert machine.post(observation(subject)).status == 201
