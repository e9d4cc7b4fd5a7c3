"""Bad input at the door: refused with where and why, nothing kept, and work if known whose."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.exchange.machine import (
    FNR,
    Json,
    Machine,
    bundle,
    by_number,
    loinc,
    observation,
    pressure,
    pulse,
    quantity,
    reasons,
    rows,
)
from tests.people import NOW, Cast
from varde.core.quantities import KINDS, Kind
from varde.people.viewer import Viewer

VALUE = "Observation.valueQuantity.value"
UNIT = "Observation.valueQuantity.code"
TIME = "Observation.effectiveDateTime"
Make = Callable[[Viewer], Json]


def of(**more: Any) -> Make:
    return lambda patient: observation(patient, **more)


def value(**parts: Any) -> Make:
    return of(valueQuantity={k: v for k, v in (quantity(96, "%") | parts).items() if v is not None})


def at(text: str) -> Make:
    return of(at=text)


def two_parts(high: Any, low: Any, **more: Any) -> Make:
    return lambda patient: pressure(patient, high, low, **more)


# name: what is sent, and where the answer must say that it was wrong ("" = anywhere)
REFUSED: dict[str, tuple[Make, str]] = {
    "a string": (value(value="96"), VALUE),
    "a word": (value(value="ninety"), VALUE),
    "true": (value(value=True), VALUE),
    "null": (value(value=None), VALUE),
    "a list": (value(value=[96]), VALUE),
    "an object": (value(value={"value": 96}), VALUE),
    "an empty quantity": (of(valueQuantity={}), "Observation.valueQuantity"),
    "huge": (value(value=1e300), VALUE),
    "huge and whole": (value(value=10**400), VALUE),
    "negative": (value(value=-96), VALUE),
    "nought": (value(value=0), VALUE),
    "no value": (of(valueQuantity=None), "Observation.value"),
    "absent": (of(valueQuantity=None, dataAbsentReason=loinc("x")), "Observation.value"),
    "two values": (of(valueString="96"), "Observation.value"),
    "a string instead": (of(valueQuantity=None, valueString="96"), "Observation.value"),
    "an integer instead": (of(valueQuantity=None, valueInteger=96), "Observation.value"),
    "a value and a component that says another": (
        of(component=[{"code": loinc("2708-6"), "valueQuantity": quantity(86, "%")}]),
        "Observation.component[0]",
    ),
    "a component with a wrong unit": (
        of(component=[{"code": loinc("8867-4"), "valueQuantity": quantity(70, "%")}]),
        "Observation.component[0].valueQuantity.code",
    ),
    "a comparator": (value(comparator="<"), "Observation.valueQuantity.comparator"),
    "another unit": (value(code="kg", unit="kg"), UNIT),
    "an unknown unit": (value(code="percent"), UNIT),
    "a unit in capitals": (of(value=37, unit="CEL", code="8310-5"), UNIT),
    "a unit without system": (value(system=None), "Observation.valueQuantity"),
    "a unit of another system": (value(system="urn:units"), "Observation.valueQuantity"),
    "a unit without code": (value(code=None), UNIT),
    "eleven minutes ahead": (at((NOW + timedelta(minutes=11)).isoformat()), TIME),
    "next year": (at("2027-11-16T10:00:00+01:00"), TIME),
    "the end of time": (at("9999-12-31T23:59:59-14:00"), TIME),
    "before birth": (at("1940-01-01T10:00:00+01:00"), TIME),
    "before birth, a day": (at("1940-01-01"), TIME),
    "the beginning of time": (at("0001-01-01T00:00:00+14:00"), TIME),
    "the first year": (at("0001-01-01T12:00:00Z"), TIME),
    "the first day": (at("0001-01-01"), TIME),
    "no zone": (at("2026-11-16T09:00:00"), TIME),
    "a year": (at("2026"), TIME),
    "a month": (at("2026-11"), TIME),
    "no such day": (at("2026-02-29"), TIME),
    "no such time": (at("2026-11-16T25:00:00Z"), TIME),
    "a number of seconds": (of(effectiveDateTime=1794823200), TIME),
    "a sentence": (at("this morning"), TIME),
    "empty time": (of(effectiveDateTime=""), TIME),
    "no time": (of(effectiveDateTime=None), TIME),
    "no code": (lambda p: _without(observation(p), "code"), ""),
    "an unknown code": (of(code="718-7"), "Observation.code"),
    "a known code of another system": (
        lambda p: {**observation(p), "code": {"coding": [{"system": "x", "code": "59408-5"}]}},
        "Observation.code",
    ),
    "two known codes": (
        lambda p: {
            **observation(p),
            "code": {"coding": [*loinc("59408-5")["coding"], *loinc("8867-4")["coding"]]},
        },
        "Observation.code",
    ),
    "a code in words": (lambda p: {**observation(p), "code": {"text": "SpO2"}}, "Observation.code"),
    "a code that is a string": (lambda p: {**observation(p), "code": "59408-5"}, "Observation"),
    "no status": (of(status=None), "Observation"),
    "an object as status": (of(status={}), "Observation.status"),
    "only systolic": (
        lambda p: _parts(pressure(p), slice(0, 1)),
        "Observation.component",
    ),
    "no components": (lambda p: _parts(pressure(p), slice(0, 0)), "Observation.component"),
    "systolic twice": (
        lambda p: {**pressure(p), "component": [pressure(p)["component"][0]] * 2},
        "Observation.component[1]",
    ),
    "upside down": (two_parts(80, 130), "Observation.component"),
    "equal": (two_parts(100, 100), "Observation.component"),
    "a part out of range": (two_parts(130, 5), "Observation.component[1].valueQuantity.value"),
    "a part that is a string": (
        two_parts("130", 80),
        "Observation.component[0].valueQuantity.value",
    ),
    "a part in another unit": (
        two_parts(130, 80, unit="bar"),
        "Observation.component[0].valueQuantity.code",
    ),
    "a panel with a value": (
        lambda p: {**pressure(p), "valueQuantity": quantity(100, "mm[Hg]")},
        "Observation.value",
    ),
}


def _without(made: Json, name: str) -> Json:
    return {key: part for key, part in made.items() if key != name}


def _parts(made: Json, some: slice) -> Json:
    return {**made, "component": made["component"][some]}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_where_and_nothing_kept(them: Cast, machine: Machine, case: str) -> None:
    make, path = REFUSED[case]
    patient = them.patient(programme="heart-failure")
    reply = machine.post(make(patient))
    assert 400 <= reply.status < 500
    if path:
        assert reply.paths
        assert reply.paths[0].startswith(path)
    assert rows(them, patient) == []


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_reading_of_a_known_patient_is_work(
    them: Cast, machine: Machine, case: str
) -> None:
    patient = them.patient()
    machine.post(REFUSED[case][0](patient))
    (reason,) = reasons(them, patient)
    assert (reason.kind, reason.about["sender"]) == ("refused", machine.name)


@pytest.mark.parametrize("side", ["low", "high"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_possible_range_has_two_ends(
    them: Cast, machine: Machine, kind: Kind, side: str
) -> None:
    patient = them.patient()
    edge, beyond = kind.possible[side == "high"], 0.01 if side == "high" else -0.01

    def post(number: float) -> int:
        return machine.post(observation(patient, number, kind.unit, kind.loinc[0])).status

    assert post(edge + beyond) == 422
    assert post(edge) == 201


def test_nine_minutes_ahead_is_taken(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    ahead = NOW + timedelta(minutes=9)
    assert machine.post(observation(patient, at=ahead.isoformat())).status == 201


# What is no JSON, or no JSON that can be one resource


def good(patient: Viewer) -> bytes:
    return json.dumps(observation(patient)).encode()


BODIES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda body: b"",
    "blank": lambda body: b"  \n",
    "words": lambda body: b"SpO2 96 %",
    "xml": lambda body: b"<Observation xmlns='http://hl7.org/fhir'/>",
    "an array": lambda body: b"[" + body + b"]",
    "a string": lambda body: json.dumps(body.decode()).encode(),
    "null": lambda body: b"null",
    "a number": lambda body: b"96",
    "truncated": lambda body: body[:-20],
    "two in a row": lambda body: body + body,
    "NaN": lambda body: body.replace(b": 96", b": NaN"),
    "Infinity": lambda body: body.replace(b": 96", b": -Infinity"),
    "1e999": lambda body: body.replace(b": 96", b": 1e999"),
    "a leading nought": lambda body: body.replace(b": 96", b": 096"),
    "single quotes": lambda body: body.replace(b'"', b"'"),
    "bytes that are no UTF-8": lambda body: body.replace(b"final", b"fin\xff\xfe"),
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "a mark of byte order": lambda body: b"\xef\xbb\xbf[" + body,
    "half a surrogate": lambda body: body.replace(b"final", rb"\ud800"),
    "deep arrays": lambda body: b"[" * 200_000,
    "deep and closed": lambda body: b"[" * 200_000 + b"]" * 200_000,
    "deep objects": lambda body: b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "deep inside": lambda body: body.replace(b": 96", b": " + b"[" * 200_000 + b"]" * 200_000),
    "deep reason": lambda body: body.replace(
        b'"status"', b'"dataAbsentReason":' + b"[" * 5_000 + b"]" * 5_000 + b',"status"'
    ),
    "another type": lambda body: body.replace(b'"Observation"', b'"Patient"'),
    "no type": lambda body: body.replace(b"resourceType", b"resource"),
    "a Bundle": lambda body: json.dumps(bundle("batch")).encode(),
}


@pytest.mark.parametrize(
    ("case", "path"),
    [*product(BODIES, ["Observation"]), *product([b for b in BODIES if b != "a Bundle"], [""])],
)
def test_what_is_no_resource_is_refused(them: Cast, machine: Machine, case: str, path: str) -> None:
    patient = them.patient()
    reply = machine.send("POST", path, BODIES[case](good(patient)))
    assert reply.status in (400, 413, 422)
    assert rows(them, patient) == []


def test_a_value_beyond_numbers_is_work(them: Cast, machine: Machine) -> None:
    """1e999 is JSON; whom it is about can be read."""
    patient = them.patient()
    machine.send("POST", "Observation", BODIES["1e999"](good(patient)))
    assert len(reasons(them, patient, "refused")) == 1


def test_of_a_name_that_stands_twice_what_is_kept_is_what_is_found(
    them: Cast, machine: Machine
) -> None:
    """JSON does not say which holds: refused, or one of them and no third."""
    patient = them.patient()
    twice = (
        good(patient)[:-1] + b',"valueQuantity":' + json.dumps(quantity(85, "%")).encode() + b"}"
    )
    reply = machine.send("POST", "Observation", twice)
    assert reply.status in (201, 400, 422)
    kept = [row.value for row in rows(them, patient)]
    assert kept == ([] if reply.status != 201 else machine.search(patient=patient).values)
    assert kept in ([], [85.0], [96.0])


NASTY = [
    "'; drop table measuring_observation; --",
    "' or '1'='1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "../../etc/passwd",
    "%s %(x)s {0} ${jndi:ldap://x}",
    "a\x00b",
    "a\r\nSet-Cookie: x=1",
    "\u202e\U0001f4a9ǅﷺ",
    "x" * 100_000,
]


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:12]))
def test_text_is_only_text(them: Cast, machine: Machine, text: str) -> None:
    """In every place that is read: taken as it is, or refused; never run, never a failure.

    FHIR's strings have no character below 32 but tab and line ends: NUL may be refused anywhere.
    """
    patient = them.patient()
    device = {"display": text, "reference": text, "identifier": {"system": text, "value": text}}
    made = observation(patient, identifier=text, device=device, note=[{"text": text}])
    told = [machine.post(made).status for _ in range(2)]
    assert told in ([201, 200], [400, 400] if "\x00" in text else [201, 200])
    kept = len(rows(them, patient))
    assert kept == told.count(201)
    for wrong in (
        observation(patient, status=text),
        observation(patient, code=text),
        observation(patient, unit=text),
        observation(patient, at=text),
        observation({"reference": text}),
        observation({"reference": f"Patient/{text}"}),
        observation(by_number(text)),
        observation(by_number("1", text)),
        {**observation(patient), "resourceType": text},
    ):
        assert machine.post(wrong).status in (400, 422)
    reply = machine.post({**bundle("batch", pulse(patient)), "type": text})
    assert 400 <= reply.status < 500
    assert len(rows(them, patient)) == kept


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:12]))
@pytest.mark.parametrize("by_post", [False, True], ids=["get", "post"])
def test_text_in_a_search_is_only_text(
    them: Cast, machine: Machine, text: str, by_post: bool
) -> None:
    patient = them.patient()
    machine.post(pulse(patient))
    for name in ("code", "date", "_sort", "_count", "_cursor", "category", text):
        reply = machine.search(patient=patient, by_post=by_post, **{name: text})
        assert reply.status in (200, 400), name
        assert reply.status == 400 or name in ("code", "category")
    for asked in ({"patient": text}, {"patient.identifier": text}, {"subject": f"Patient/{text}"}):
        reply = machine.search(by_post=by_post, **asked)
        assert (reply.status in (200, 400), reply.resources) == (True, []), asked
    for asked in ({"identifier": text}, {"identifier": f"{FNR}|{text}"}):
        reply = machine.search("Patient", by_post=by_post, **asked)
        assert (reply.status in (200, 400), reply.resources) == (True, []), asked
