"""Around the resource: versions and times in answers, one bad entry, and what HTTP asks for."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.exchange.machine import (
    Json,
    Machine,
    Reply,
    bundle,
    by_number,
    number_of,
    observation,
    pressure,
    pulse,
    reasons,
    rows,
)
from tests.people import Cast
from varde.people.viewer import Viewer

KINDS = ["batch", "transaction"]
FIRST = 'W/"1"'


def statuses(reply: Reply) -> list[int]:
    return [int(one["response"]["status"].split()[0]) for one in reply.body["entry"]]


def moment(text: str) -> datetime:
    """An instant as FHIR writes it, in UTC."""
    assert text.endswith("Z")
    return datetime.fromisoformat(text)


# Versions and times


@pytest.mark.parametrize("make", [observation, pressure], ids=["a reading", "a panel"])
def test_an_answer_says_which_version_it_is_and_since_when(
    them: Cast, machine: Machine, make: Callable[[Viewer], Json]
) -> None:
    """Also a day later, when the same is sent again, and where it is read."""
    made = make(them.patient())
    first = machine.post(made)
    again = machine.post(made, at=them.at + timedelta(days=1))
    read = machine.get(f"Observation/{first.id}")
    assert [one.status for one in (first, again, read)] == [201, 200, 200]
    assert [one.headers["ETag"] for one in (first, again, read)] == [FIRST] * 3
    (found,) = machine.search(patient=made["subject"]["reference"]).resources
    for told in (first.body, again.body, read.body, found):
        assert told["meta"] == {"versionId": "1", "lastUpdated": told["issued"]}
        assert told["issued"] == first.body["issued"]
    assert them.at <= moment(first.body["issued"]) < them.at + timedelta(hours=1)


@pytest.mark.parametrize("kind", KINDS)
def test_each_answer_of_a_bundle_says_so_too(them: Cast, machine: Machine, kind: str) -> None:
    patient = them.patient()
    made = bundle(kind, observation(patient), pressure(patient))
    first, again = machine.post(made), machine.post(made)
    for entry in first.body["entry"]:
        assert entry["response"]["etag"] == FIRST
        read = machine.get(entry["response"]["location"]).body
        assert entry["response"]["lastModified"] == read["meta"]["lastUpdated"]
    for entry in again.body["entry"]:
        assert entry["response"]["status"] == "200 OK"
        assert entry["response"]["etag"] == FIRST
        assert "lastModified" not in entry["response"]


def test_a_refused_entry_has_no_version(them: Cast, machine: Machine) -> None:
    reply = machine.post(bundle("batch", pulse(them.patient(), 900)))
    (entry,) = reply.body["entry"]
    assert entry["response"].keys() == {"status", "outcome"}


# One bad entry


def with_second(patient: Viewer, **entry: Any) -> Json:
    """A batch of three, whose second entry is made otherwise."""
    made = bundle("batch", pulse(patient, 72), pulse(patient, 73), pulse(patient, 74))
    made["entry"][1] |= entry
    return made


def raw(made: Json, **exchanged: bytes) -> bytes:
    """As JSON, with words exchanged for bytes that no JSON may hold."""
    body = json.dumps(made).encode()
    for word, text in exchanged.items():
        assert body.count(word.encode()) == 1
        body = body.replace(word.encode(), text)
    return body


WRONG_BYTES: dict[str, Json] = {
    "in the url": {"request": {"method": "POST", "url": "Observation/HERE"}},
    "in the method": {"request": {"method": "POSTHERE", "url": "Observation"}},
    "in the full url": {"fullUrl": "urn:uuid:HERE"},
}


@pytest.mark.parametrize("case", WRONG_BYTES)
def test_an_entry_whose_address_is_no_utf8_is_refused_alone(
    them: Cast, machine: Machine, case: str
) -> None:
    patient = them.patient()
    made = with_second(patient, **WRONG_BYTES[case])
    reply = machine.send("POST", "", raw(made, HERE=b"\xff\xfe"))
    assert (reply.status, statuses(reply)) == (200, [201, 422, 201])
    assert [row.value for row in rows(them, patient)] == [72, 74]
    assert len(reasons(them, patient, "refused")) == 1


def test_an_entry_with_a_nul_is_refused_alone_and_is_work(them: Cast, machine: Machine) -> None:
    patient, other = them.patient(), them.patient()
    bad = pulse(patient, 140, identifier="a\0b")
    reply = machine.post(bundle("batch", pulse(other, 72), bad, pulse(other, 74)))
    assert (reply.status, statuses(reply)) == (200, [201, 400, 201])
    assert rows(them, patient) == []
    assert [row.value for row in rows(them, other)] == [72, 74]
    assert len(reasons(them, patient, "refused")) == 1
    assert reasons(them, other, "refused") == []


def test_a_nul_in_one_entry_sinks_a_transaction_and_is_said_where(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    bad = pulse(patient, 140, identifier="a\0b")
    reply = machine.post(bundle("transaction", pulse(patient, 72), bad))
    assert (reply.status, reply.faults) == (400, ["Bundle.entry[1].resource"])
    assert rows(them, patient) == []
    assert len(reasons(them, patient, "refused")) == 1


def test_a_nul_in_one_reading_is_work(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    reply = machine.post(pulse(by_number(number_of(them, patient)), identifier="a\0b"))
    assert reply.status == 400
    assert len(reasons(them, patient, "refused")) == 1


def test_what_only_looks_like_a_nul_is_taken(them: Cast, machine: Machine) -> None:
    """A backslash and a word: in JSON the backslash stands there twice."""
    patient = them.patient()
    made = pulse(patient, 72, identifier="C:\\u0000")
    assert machine.post(made).status == 201
    assert statuses(machine.post(bundle("batch", made))) == [200]


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "PUT", "url": "Observation/1"},
        {"method": "DELETE", "url": "Observation/1"},
        {"method": "POST", "url": "Patient"},
        {"method": "PUT", "url": "Observation?identifier=a-1"},
        None,
    ],
    ids=["put", "delete", "another type", "a conditional put", "none"],
)
def test_an_entry_that_asks_for_something_else_is_refused_and_is_work(
    them: Cast, machine: Machine, request_: Json | None
) -> None:
    patient, other = them.patient(), them.patient()
    made = bundle("batch", pulse(other, 72), pulse(patient, 140), pulse(other, 74))
    made["entry"][1]["request"] = request_
    reply = machine.post(made)
    assert statuses(reply) == [201, 422, 201]
    assert rows(them, patient) == []
    (reason,) = reasons(them, patient)
    assert (reason.kind, reason.about["sender"]) == ("refused", machine.name)
    assert reasons(them, other, "refused") == []


# What is missing, and what is no Observation


@pytest.mark.parametrize("name", ["code", "status"])
def test_what_is_missing_is_named(them: Cast, machine: Machine, name: str) -> None:
    patient = them.patient()
    made = {key: part for key, part in observation(patient).items() if key != name}
    reply = machine.post(made)
    assert (reply.status, reply.paths) == (422, [f"Observation.{name}"])
    whole = machine.post(bundle("transaction", pulse(patient), made))
    assert (whole.status, whole.faults) == (422, [f"Bundle.entry[1].resource.{name}"])
    assert rows(them, patient) == []
    assert len(reasons(them, patient, "refused")) == 1


def test_what_is_missing_in_a_component_is_named(them: Cast, machine: Machine) -> None:
    made = pressure(them.patient())
    del made["component"][1]["code"]
    reply = machine.post(made)
    assert (reply.status, reply.paths) == (422, ["Observation.component[1].code"])


OTHERS: dict[str, Callable[[Viewer], Json]] = {
    "a patient": lambda p: {"resourceType": "Patient", "id": str(p.person)},
    "a condition": lambda p: {"resourceType": "Condition", "subject": {"reference": "Patient/1"}},
    "a report": lambda p: {**observation(p), "resourceType": "DiagnosticReport"},
    "a question": lambda p: {"resourceType": "QuestionnaireResponse", "status": "completed"},
    "another code": lambda p: {"resourceType": "Encounter", "code": "x", "status": 5},
    "a bundle": lambda p: bundle("batch", observation(p)),
    "in small letters": lambda p: {**observation(p), "resourceType": "observation"},
}


@pytest.mark.parametrize("case", OTHERS)
def test_another_type_is_said_to_be_the_fault(them: Cast, machine: Machine, case: str) -> None:
    """And not what an Observation would have had."""
    patient = them.patient()
    made = OTHERS[case](patient)
    reply = machine.send("POST", "Observation", made)
    assert (reply.status, reply.paths) == (422, ["resourceType"])
    assert reply.issues[0]["code"] == "not-supported"
    whole = machine.post(bundle("transaction", pulse(patient), made))
    assert whole.faults == ["Bundle.entry[1].resource.resourceType"]
    assert rows(them, patient) == []


# What HTTP asks for


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+xml",
        "application/xml, text/xml",
        "application/fhir+xml;q=0.9, text/html",
        "text/turtle",
    ],
)
@pytest.mark.parametrize("path", ["metadata", "Patient", "Observation"])
def test_whoever_takes_only_another_format_is_told(
    them: Cast, machine: Machine, accept: str, path: str
) -> None:
    assert machine.send("GET", path, HTTP_ACCEPT=accept).status == 406


def test_nothing_is_kept_for_whoever_takes_only_another_format(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    reply = machine.post(observation(patient), HTTP_ACCEPT="application/fhir+xml")
    assert reply.status == 406
    assert rows(them, patient) == []


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/*",
        "application/fhir+json",
        "application/json",
        "Application/FHIR+JSON; fhirVersion=4.0",
        "application/fhir+xml, application/fhir+json;q=0.5",
        "text/html, */*;q=0.1",
    ],
)
def test_whoever_takes_json_gets_it(machine: Machine, accept: str | None) -> None:
    assert machine.send("GET", "Patient", HTTP_ACCEPT=accept).status == 200


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, identity"])
@pytest.mark.parametrize("path", ["Observation", "", "Observation/_search"])
def test_a_packed_body_is_said_not_to_be_taken(
    them: Cast, machine: Machine, path: str, coding: str
) -> None:
    patient = them.patient()
    made = bundle("batch", observation(patient)) if path == "" else observation(patient)
    packed = gzip.compress(json.dumps(made).encode())
    reply = machine.send("POST", path, packed, HTTP_CONTENT_ENCODING=coding)
    assert (reply.status, reply.issues[0]["code"]) == (415, "not-supported")
    assert rows(them, patient) == []


def test_a_body_that_says_it_is_not_packed_is_taken(them: Cast, machine: Machine) -> None:
    made = observation(them.patient())
    assert machine.post(made, HTTP_CONTENT_ENCODING="identity").status == 201


@pytest.mark.parametrize("host", ["LOCALHOST", "LocalHost:8000", "localhost.", "TestServer:80"])
def test_a_host_is_read_in_any_case(them: Cast, machine: Machine, host: str) -> None:
    made = observation(them.patient())
    assert machine.post(made, HTTP_HOST=host).status == 201


@pytest.mark.parametrize("path", ["Observation/{}/_search", "Patient/{}/_search", "Observation/{}"])
def test_one_resource_is_not_searched_by_post(them: Cast, machine: Machine, path: str) -> None:
    patient = them.patient()
    reading = machine.post(observation(patient)).id
    form: Json = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    asked = f"patient={patient.person}".encode()
    reply = machine.send("POST", path.format(reading), asked, **form)
    assert reply.status == 405
    assert "POST" in reply.headers["Allow"]
