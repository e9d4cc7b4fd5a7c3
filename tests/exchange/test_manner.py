"""How a machine's reading stands to exercise: taken from HL7's extension, and read back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.machine import Machine, observation, rows
from tests.people import Cast
from varde.exchange.fhir.resources import EXERTION
from varde.measuring.incoming import said_of

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
