"""Requests that cannot be answered, and whatever else may come: never a failure of ours.

`Machine` looks every answer over: what is refused is an OperationOutcome.
"""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.machine import (
    LOINC,
    UCUM,
    Machine,
    bundle,
    by_number,
    number_of,
    observation,
    pressure,
    pulse,
    rows,
)
from tests.people import Cast
from varde.exchange.fhir.door import MOST_BYTES
from varde.people.viewer import Viewer


@pytest.fixture
def patient(them: Cast) -> Viewer:
    return them.patient()


def good(patient: Viewer) -> bytes:
    return json.dumps(observation(patient)).encode()


# What is no request that can be answered


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("PUT", "Observation/1", 405), ("DELETE", "Observation/1", 405), ("PATCH", "Observation", 405),
     ("POST", "Patient", 405), ("POST", "Observation/1", 405), ("PUT", "", 405),
     ("GET", "Encounter", 404), ("GET", "", 404), ("GET", "Observation/1/_history", 404),
     ("GET", "../pages", 404), ("POST", "Encounter/_search", 404), ("TRACE", "Observation", 405)],
)  # fmt: skip
def test_wrong_methods_and_paths(machine: Machine, method: str, path: str, expected: int) -> None:
    assert machine.send(method, path).status == expected


def test_a_wrong_method_is_told_which_are_right(machine: Machine) -> None:
    """RFC 9110, 15.5.6: a 405 says what is allowed."""
    assert "POST" in machine.send("PUT", "Observation").headers["Allow"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/fhir+xml", "multipart/form-data", "x",
             "application/x-www-form-urlencoded"]
)  # fmt: skip
def test_other_types_of_content(them: Cast, machine: Machine, kind: str) -> None:
    assert machine.post(observation(them.patient()), CONTENT_TYPE=kind).status == 415


@pytest.mark.parametrize(
    "host", [None, "", "evil.example", "127.0.0.1.evil.example", "evil.example:8000", "127.0.0.1@x",
             "localhost/x", "localhost:80:80", "*"]
)  # fmt: skip
def test_another_host(them: Cast, machine: Machine, host: str | None) -> None:
    patient = them.patient()
    reply = machine.post(observation(patient), HTTP_HOST=host)
    assert reply.status in (400, 421)
    assert rows(them, patient) == []
    assert machine.send("GET", "metadata", HTTP_HOST=host).status in (400, 421)


class Untouched:
    """A body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize("path", ["Observation", "", "Observation/_search"])
@pytest.mark.parametrize("length", [MOST_BYTES + 1, 10_000_000, 10**15])
def test_ten_megabytes_are_refused_unread(machine: Machine, path: str, length: int) -> None:
    body = {"CONTENT_LENGTH": str(length), "wsgi.input": Untouched()}
    reply = machine.send("POST", path, **body)
    assert reply.status == 413


@pytest.mark.parametrize("length", ["abc", "-1", "1.5", "²", "0x10", "9" * 5000])
def test_a_length_that_is_none(machine: Machine, length: str) -> None:
    body = {"CONTENT_LENGTH": length, "wsgi.input": Untouched()}
    assert machine.send("POST", "Observation", **body).status in (400, 411, 413)


def test_a_body_that_is_cut_off(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    for short in (good(patient)[:-30], good(patient)):
        length = {"CONTENT_LENGTH": str(len(good(patient)) + 10)}
        assert machine.send("POST", "Observation", short, **length).status == 400
    assert rows(them, patient) == []


def test_a_query_with_hundreds_of_fields(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    asked = urlencode([("patient", str(patient.person))] * 500)
    assert machine.send("GET", "Observation", query=asked).status in (200, 400)
    assert machine.send("POST", "Observation/_search", asked.encode()).status in (200, 400)


# Whatever it is


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from([LOINC, UCUM, "59408-5", "8867-4", "85354-9", "%", "final", "amended",
                       "entered-in-error", "Observation", "2026-11-16", "2026-11-16T09:00:00Z"])
)  # fmt: skip
names = st.sampled_from(
    ["resourceType", "status", "code", "coding", "system", "value", "subject", "reference", "unit",
     "identifier", "effectiveDateTime", "valueQuantity", "component", "device", "entry", "type",
     "resource", "request", "method", "url", "text"]
) | st.text(string.printable, max_size=8)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5),
    max_leaves=15,
)


def places(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a resource."""
    inside = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    return [here, *(way for key, part in inside for way in places(part, (*here, key)))]


def put(node: Any, way: tuple[Any, ...], part: Any) -> Any:
    if not way:
        return part
    made = dict(node) if isinstance(node, dict) else list(node)
    made[way[0]] = put(node[way[0]], way[1:], part)
    return made


FUZZ = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(body=anything, path=st.sampled_from(["", "Observation"]))
def test_any_json_is_answered(machine: Machine, body: Any, path: str) -> None:
    assert machine.send("POST", path, body).status < 500


@FUZZ
@given(data=st.data())
def test_a_good_resource_with_any_part_exchanged_is_answered(
    them: Cast, machine: Machine, patient: Viewer, data: st.DataObject
) -> None:
    number = by_number(number_of(them, patient))
    samples = [observation(patient), observation(number), pressure(patient, identifier="a")]
    whole: Any = data.draw(st.sampled_from(samples))
    if data.draw(st.booleans()):
        whole = bundle(data.draw(st.sampled_from(["batch", "transaction"])), whole, pulse(patient))
    for _ in range(data.draw(st.integers(1, 3))):
        whole = put(whole, data.draw(st.sampled_from(places(whole))), data.draw(anything))
    for path in ("", "Observation"):
        assert machine.send("POST", path, whole).status < 500


@FUZZ
@given(body=st.binary(max_size=200), path=st.sampled_from(["", "Observation"]))
def test_any_bytes_are_answered(machine: Machine, body: bytes, path: str) -> None:
    assert 400 <= machine.send("POST", path, body).status < 500


dates = st.from_regex(r"(eq|ge|le|gt|lt|)\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", fullmatch=True)
extremes = st.sampled_from(["²", "\x00", "9999-12-31", "0001-01-01", "le9999-12-31"])
params = st.dictionaries(
    st.sampled_from(["patient", "subject", "patient.identifier", "identifier", "code", "date",
                     "_sort", "_count", "_cursor", "_id", "_format", "category", "x"]),
    st.text(max_size=30) | dates | extremes | st.integers().map(str),
    max_size=5,
)  # fmt: skip


@FUZZ
@given(asked=params, path=st.sampled_from(["Observation", "Patient"]), known=st.booleans())
def test_any_search_is_answered(
    machine: Machine, patient: Viewer, asked: dict[str, str], path: str, known: bool
) -> None:
    if known and path == "Observation":
        asked = {**asked, "patient": str(patient.person)}
    query = urlencode(asked)
    assert machine.send("GET", path, query=query).status < 500
    assert machine.send("POST", f"{path}/_search", query.encode()).status < 500


@FUZZ
@given(query=st.text(string.printable, max_size=60), path=st.text(string.printable, max_size=30))
def test_any_address_is_answered(machine: Machine, query: str, path: str) -> None:
    assert machine.send("GET", path, query=query).status < 500
