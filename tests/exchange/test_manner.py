"""How a machine's reading stands to exercise: taken from HL7's extension, and read back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.exchange.machine import Machine, observation, rows
from tests.people import Cast
from tests.triage.test_manner import WALK
from tests.triage.test_ordered_rules import order
from varde.core.zones import Zone
from varde.exchange.fhir.resources import EXERTION, exertion
from varde.measuring.incoming import said_of
from varde.triage.models import State

SNOMED = "http://snomed.info/sct"


def phase(*codes: str, system: str = SNOMED, url: str = EXERTION) -> dict[str, Any]:
    coding = [{"system": system, "code": code} for code in codes]
    return {"extension": [{"url": url, "valueCodeableConcept": {"coding": coding}}]}


def taken(them: Cast, machine: Machine, extension: dict[str, Any]) -> tuple[str, ...]:
    patient = them.patient()
    reply = machine.post(observation(patient, 95, "%", "59408-5") | extension)
    assert reply.status == 201
    (row,) = rows(them, patient)
    return said_of(row.flags)


@pytest.mark.parametrize(
    ("extension", "said"),
    [
        ({}, ()),
        (phase("263678003"), ("rest",)),
        (phase("255214003"), ("activity",)),  # after
        (phase("309604004"), ("activity",)),  # during
        (phase("307166007"), ()),  # before exercise is nothing that is judged here
        (phase("255214003", "263678003"), ("activity",)),
        (phase("255214003", system="urn:other"), ()),
        (phase("255214003", url="urn:other"), ()),
        ({"extension": [{"url": EXERTION, "valueString": "walking"}]}, ()),
        ({"extension": [{"url": EXERTION, "valueCodeableConcept": "walking"}]}, ()),
        ({"extension": [{"url": EXERTION}, 7, None]}, ()),
        ({"extension": [*phase("255214003")["extension"], 7, {"url": None}]}, ("activity",)),
        ({"extension": []}, ()),
        ({"extension": [{"url": "urn:other", "valueDecimal": 1.5, "extension": [{}]}]}, ()),
    ],
)
def test_what_is_said_of_exercise_is_kept_and_other_extensions_are_passed_over(
    them: Cast, machine: Machine, extension: dict[str, Any], said: tuple[str, ...]
) -> None:
    assert taken(them, machine, extension) == said


def test_it_is_read_back_as_it_was_said(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    sent = machine.post(observation(patient, 95, "%", "59408-5") | phase("255214003"))
    (found,) = machine.search(patient=patient, code="59408-5").resources
    for told in (sent.body, found):
        (extension,) = told["extension"]
        assert extension["url"] == EXERTION
        (coding,) = extension["valueCodeableConcept"]["coding"]
        assert (coding["system"], coding["code"]) == (SNOMED, "255214003")


def test_what_nothing_was_said_of_has_no_extension_and_no_note(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    told = machine.post(observation(patient, 95, "%", "59408-5")).body
    assert not {"extension", "note"} & told.keys()


def test_what_a_patient_says_of_the_technique_is_a_note(them: Cast, machine: Machine) -> None:
    from tests.triage.test_manner import sent

    patient = them.patient()
    sent(them, patient, "cold-finger", "moved", spo2=95)
    (found,) = machine.search(patient=patient, code="59408-5").resources
    text = "Reported of the measurement: cold finger, moved while measuring"
    assert found["note"] == [{"text": text}]


def test_slashes_that_are_escaped_are_slashes() -> None:
    """As JSON is written by PHP."""
    said = json.dumps(phase("255214003")["extension"]).replace("/", "\\/")
    assert exertion(msgspec.Raw(said.encode())) == {"255214003"}


def test_that_it_was_taken_at_rest_after_all_is_another_value(them: Cast, machine: Machine) -> None:
    """Sent as after activity, and put right: it is judged as what it is."""
    patient = them.patient()
    order(them, patient, WALK, at=them.at - timedelta(days=1))
    one = observation(patient, 86, "%", "59408-5", at=them.at - timedelta(hours=1), identifier="x1")
    assert machine.post(one | phase("255214003")).status == 201
    machine.post(one | phase("263678003") | {"status": "corrected"})
    assert ("rest",) in [said_of(row.flags) for row in rows(them, patient)]
    with them.acting():
        assert State.objects.get(patient_id=patient.person).zone == Zone.RED
