"""Who may come in: tokens, what each may do, and what the door says of itself to anyone."""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.exchange.machine import Machine, bundle, observation, rows
from tests.people import Cast
from varde.exchange.fhir import access
from varde.people import actions as people
from varde.people.directory import Token

EVERY = [("POST", "Observation"), ("POST", ""), ("GET", "Observation"), ("GET", "Patient"),
         ("POST", "Observation/_search"), ("POST", "Patient/_search"), ("GET", "Observation/1"),
         ("GET", "Patient/1"), ("DELETE", "Observation/1"), ("GET", "nowhere")]  # fmt: skip


def refused(machine: Machine, method: str, path: str, **more: Any) -> None:
    reply = machine.send(method, path, **more)
    assert reply.status == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert reply.issues[0]["code"] in ("login", "security", "expired", "unknown")


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer ", "Bearer varde_nothing", "Basic dTpw", "Bearer \x00", "Bearer é",
     "Bearer " + "a" * 10_000],
    ids=["none", "empty", "no secret", "blank", "unknown", "basic", "nul", "latin", "long"],
)  # fmt: skip
def test_without_a_token_that_holds_nothing_is_told(machine: Machine, given: str | None) -> None:
    for method, path in EVERY:
        refused(machine, method, path, HTTP_AUTHORIZATION=given)


@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER"])
def test_the_word_bearer_is_read_in_any_case(them: Cast, machine: Machine, word: str) -> None:
    made = observation(them.patient())
    assert machine.post(made, HTTP_AUTHORIZATION=f"{word} {machine.token}").status == 201


def test_an_expired_token(them: Cast) -> None:
    machine = Machine(them, days=1)
    patient = them.patient()
    assert machine.post(observation(patient)).status == 201
    access._known.clear()
    later = them.at + timedelta(days=1, seconds=1)
    refused(machine, "POST", "Observation", body=observation(patient, 95), at=later)
    assert len(rows(them, patient)) == 1


def test_a_revoked_token(them: Cast, machine: Machine) -> None:
    people.revoke_tokens(name=machine.name, tenant=them.tenant, at=them.at)
    refused(machine, "GET", "Patient")


def test_a_revoked_token_that_was_just_used_holds_for_seconds_at_most(
    them: Cast, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine.search("Patient").status == 200
    people.revoke_tokens(name=machine.name, tenant=them.tenant, at=them.at)
    later = time.monotonic() + 10
    monkeypatch.setattr(access, "time", SimpleNamespace(monotonic=lambda: later))
    refused(machine, "GET", "Patient")


def test_a_token_that_may_only_read_writes_nothing(them: Cast) -> None:
    machine, patient = Machine(them, scope="read"), them.patient()
    for made in (observation(patient), bundle("batch", observation(patient))):
        assert machine.post(made).status == 403
    assert rows(them, patient) == []
    assert machine.search(patient=patient).status == 200
    assert machine.search(patient=patient, by_post=True).status == 200


def test_a_token_that_may_only_write_reads_nothing(them: Cast) -> None:
    machine, patient = Machine(them, scope="write"), them.patient()
    reply = machine.post(observation(patient))
    assert reply.status == 201
    for path in ("Patient", "Observation", f"Observation/{reply.id}", f"Patient/{patient.person}"):
        assert machine.send("GET", path, query=f"patient={patient.person}").status == 403
    assert machine.search(patient=patient, by_post=True).status == 403


def test_a_token_reaches_its_own_units_patients_only(them: Cast) -> None:
    machine = Machine(them, unit="other-municipality")
    patient = them.patient()
    assert machine.post(observation(patient)).status == 422
    assert machine.search("Patient").resources == []
    assert machine.search(patient=patient).resources == []


def test_a_token_is_kept_as_a_digest_only(machine: Machine) -> None:
    for row in Token.objects.filter(name=machine.name):
        assert machine.token.encode() not in bytes(row.digest)
        assert len(bytes(row.digest)) == 32


# What the door says of itself


def test_metadata_is_for_anyone_and_true(machine: Machine) -> None:
    reply = machine.send("GET", "metadata", HTTP_AUTHORIZATION=None)
    told = reply.body
    assert reply.status == 200
    assert (told["resourceType"], told["kind"], told["status"]) == (
        "CapabilityStatement",
        "instance",
        "active",
    )
    assert told["fhirVersion"] == "4.0.1"
    assert {"json", "application/fhir+json"} & set(told["format"])
    assert told["date"]
    assert told["implementation"]["description"]
    assert told["implementation"]["url"] == "http://127.0.0.1:8000/fhir/R4"
    assert told["software"]["name"] == "Varde"
    (rest,) = told["rest"]
    assert rest["mode"] == "server"
    assert {one["code"] for one in rest["interaction"]} == {"batch", "transaction"}


def test_metadata_names_what_can_be_done_and_asked(machine: Machine) -> None:
    (rest,) = machine.send("GET", "metadata").body["rest"]
    told = {one["type"]: one for one in rest["resource"]}
    can = {kind: {i["code"] for i in one["interaction"]} for kind, one in told.items()}
    assert can == {
        "Observation": {"create", "read", "search-type"},
        "Patient": {"read", "search-type"},
    }
    asked = {kind: {p["name"]: p["type"] for p in one["searchParam"]} for kind, one in told.items()}
    assert asked["Observation"].items() >= {
        "patient": "reference", "code": "token", "date": "date"
    }.items()  # fmt: skip
    assert asked["Patient"].items() >= {"identifier": "token"}.items()
