"""Bundles at the door: a batch answers entry by entry, a transaction is all or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.exchange.machine import (
    EARLIER,
    Json,
    Machine,
    Reply,
    bundle,
    observation,
    pressure,
    pulse,
    reasons,
    restated,
    rows,
    zones_listed,
)
from tests.people import Cast
from tests.triage.test_concurrent import together
from varde.core.zones import Zone
from varde.people.viewer import Viewer

KINDS = ("batch", "transaction")


def statuses(reply: Reply) -> list[int]:
    return [int(one["response"]["status"].split()[0]) for one in reply.body["entry"]]


def ids(reply: Reply) -> list[str]:
    found = (one["response"].get("location", "") for one in reply.body["entry"])
    return [text.removeprefix("Observation/").partition("/")[0] for text in found]


def five(patient: Viewer) -> list[Json]:
    """What a gateway sends of one morning, all with the same time."""
    return [
        observation(patient, 85),
        pulse(patient, 110),
        pressure(patient, 130, 80),
        observation(patient, 36.8, "Cel", "8310-5"),
        observation(patient, 82.4, "kg", "29463-7"),
    ]


# Taken


@pytest.mark.parametrize("kind", KINDS)
def test_five_readings_of_one_patient(them: Cast, machine: Machine, kind: str) -> None:
    patient = them.patient()
    reply = machine.post(bundle(kind, *five(patient)))
    assert (reply.status, reply.body["type"]) == (200, f"{kind}-response")
    assert reply.body["resourceType"] == "Bundle"
    assert statuses(reply) == [201] * 5
    assert [row.value for row in rows(them, patient)] == [85, 110, 130, 80, 82.4, 36.8]
    codes = []
    for one in ids(reply):
        found = machine.get(f"Observation/{one}").body
        codes.append(found["code"]["coding"][0]["code"])
    assert codes == ["59408-5", "8867-4", "85354-9", "8310-5", "29463-7"], "entries in order"
    assert zones_listed(them, patient) == {"spo2": Zone.RED, "pulse": Zone.YELLOW}
    assert restated(them).differed == 0


@pytest.mark.parametrize("kind", KINDS)
def test_again_it_is_the_same(them: Cast, machine: Machine, kind: str) -> None:
    made = bundle(kind, *five(them.patient()))
    first, second = machine.post(made), machine.post(made)
    assert (statuses(first), statuses(second)) == ([201] * 5, [200] * 5)
    assert ids(first) == ids(second)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_reading_twice_in_one_bundle_is_one(
    them: Cast, machine: Machine, kind: str
) -> None:
    patient = them.patient()
    made = [observation(patient), pressure(patient), observation(patient), pressure(patient)]
    reply = machine.post(bundle(kind, *made))
    assert statuses(reply) == [201, 201, 200, 200]
    first = ids(reply)
    assert first[:2] == first[2:]
    assert len(rows(them, patient)) == 3


def test_the_same_identifier_twice_in_one_batch_with_other_content_is_a_conflict(
    them: Cast, machine: Machine
) -> None:
    """Else a red reading is acknowledged and is nowhere."""
    patient = them.patient()
    made = [observation(patient, value, identifier="a-1") for value in (96, 80)]
    assert statuses(machine.post(bundle("batch", *made))) == [201, 409]
    assert [row.value for row in rows(them, patient)] == [96]
    assert len(reasons(them, patient, "refused")) == 1


def test_the_same_identifier_twice_in_one_transaction_with_other_content_keeps_nothing(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    made = [observation(patient, value, identifier="a-1") for value in (96, 80)]
    reply = machine.post(bundle("transaction", *made))
    assert reply.status == 409
    assert rows(them, patient) == []
    assert len(reasons(them, patient, "refused")) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "second",
    [
        lambda p: pressure(p, 210, 80, identifier="a-1"),
        lambda p: pressure(p, 130, 120, identifier="a-1"),
        lambda p: pressure(p, 130, 80, identifier="a-1", at=EARLIER + timedelta(minutes=5)),
        lambda p: pulse(p, 140, identifier="a-1"),
    ],
    ids=["other systolic", "other diastolic", "other time", "other kind"],
)
@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
def test_two_of_one_identifier_in_one_bundle_never_mix(
    them: Cast, machine: Machine, kind: str, second: Any, turned: bool
) -> None:
    """The first is kept whole, the other not at all and is work; or, all or nothing, neither."""
    patient = them.patient()
    made = [pressure(patient, 130, 80, identifier="a-1"), second(patient)]
    reply = machine.post(bundle(kind, *(reversed(made) if turned else made)))
    kept = [row.value for row in rows(them, patient)]
    if kind == "transaction":
        assert (reply.status, kept) == (409, [])
    else:
        assert statuses(reply) == [201, 409]
        first = made[1 if turned else 0]
        values = [part["valueQuantity"]["value"] for part in first.get("component", [first])]
        assert kept == values
    assert len(reasons(them, patient, "refused")) == 1
    assert restated(them).differed == 0


def test_many_patients_in_one_bundle(them: Cast, machine: Machine) -> None:
    patients = [them.patient() for _ in range(20)]
    made = [one for patient in patients for one in five(patient)]
    reply = machine.post(bundle("transaction", *made))
    assert statuses(reply) == [201] * 100
    assert len(set(ids(reply))) == 100
    for patient in patients:
        assert len(rows(them, patient)) == 6
        assert zones_listed(them, patient)["spo2"] == Zone.RED


def test_two_bundles_of_the_same_in_opposite_order_at_once_are_one(
    them: Cast, machine: Machine
) -> None:
    made = [one for patient in (them.patient(), them.patient()) for one in five(patient)]
    acts = [
        lambda order=order: machine.post(bundle("transaction", *made[::order]))
        for order in (1, -1, 1, -1)
    ]
    replies = together(*acts)
    assert {reply.status for reply in replies} == {200}
    told = [code for reply in replies for code in statuses(reply)]
    assert (told.count(201), told.count(200)) == (10, 30)


def test_an_empty_bundle_is_answered(them: Cast, machine: Machine) -> None:
    for kind in KINDS:
        reply = machine.post(bundle(kind))
        assert reply.status in (200, 400, 422)
        assert reply.body.get("entry") != [], "an array in FHIR is never empty"


# One bad entry


BAD: dict[str, Any] = {
    "out of range": lambda p: {"resource": observation(p, 900)},
    "a string": lambda p: {"resource": observation(p, "96")},
    "no code": lambda p: {"resource": observation(p, **{"effectiveDateTime": None})},
    "nobody": lambda p: {"resource": observation({"reference": "Patient/1"})},
    "another type": lambda p: {"resource": {"resourceType": "Patient"}},
    "no resource": lambda p: {},
    "null": lambda p: {"resource": None},
    "a number": lambda p: {"resource": 5},
    "a list": lambda p: {"resource": [observation(p)]},
    "a put": lambda p: {
        "resource": observation(p),
        "request": {"method": "PUT", "url": "Observation/1"},
    },
    "another address": lambda p: {
        "resource": observation(p),
        "request": {"method": "POST", "url": "Patient"},
    },
    "no request": lambda p: {"resource": observation(p), "request": None},
    "a request that is a string": lambda p: {"resource": observation(p), "request": "POST"},
    "a method that is a number": lambda p: {
        "resource": observation(p),
        "request": {"method": 5, "url": "Observation"},
    },
    "not an object": lambda p: "Observation",
}


def with_bad(kind: str, patient: Viewer, case: str) -> Json:
    made = bundle(kind, pulse(patient, 72), pulse(patient, 73), None, pulse(patient, 74))
    bad = BAD[case](patient)
    made["entry"][2] = {**made["entry"][0], "resource": None, **bad} if bad != str(bad) else bad
    return made


@pytest.mark.parametrize("case", BAD)
def test_one_bad_entry_does_not_sink_a_batch(them: Cast, machine: Machine, case: str) -> None:
    patient = them.patient()
    reply = machine.post(with_bad("batch", patient, case))
    assert reply.status == 200
    told = statuses(reply)
    assert [told[n] for n in (0, 1, 3)] == [201] * 3
    assert 400 <= told[2] < 500
    outcome = reply.body["entry"][2]["response"]["outcome"]
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["diagnostics"]
    assert "location" not in reply.body["entry"][2]["response"]
    assert [row.value for row in rows(them, patient)] == [72, 73, 74]


@pytest.mark.parametrize("case", BAD)
def test_one_bad_entry_sinks_a_transaction(them: Cast, machine: Machine, case: str) -> None:
    patient = them.patient()
    reply = machine.post(with_bad("transaction", patient, case))
    assert 400 <= reply.status < 500
    assert reply.faults
    for path in reply.faults:
        assert path.startswith("Bundle.entry[2]"), path
    assert rows(them, patient) == []
    assert not reasons(them, patient, "report")


def test_the_path_leads_to_what_was_wrong(them: Cast, machine: Machine) -> None:
    """A client can follow it, step by step, in what it sent."""
    patient = them.patient()
    wrong = pressure(patient, 130, 80)
    wrong["component"][1]["valueQuantity"]["code"] = "bar"
    made = bundle("transaction", pulse(patient), observation(patient, 900), wrong)
    reply = machine.post(made)
    assert reply.faults == [
        "Bundle.entry[1].resource.valueQuantity.value",
        "Bundle.entry[2].resource.component[1].valueQuantity.code",
    ]


def test_the_path_of_a_bad_request_is_the_entrys(them: Cast, machine: Machine) -> None:
    made = bundle("transaction", pulse(them.patient()))
    made["entry"][0]["request"]["method"] = "DELETE"
    (path,) = machine.post(made).paths
    assert path.startswith("Bundle.entry[0].request")


def test_every_bad_entry_of_a_transaction_is_named_and_no_good_one(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    made = [pulse(patient, value) for value in (72, 1, 73, 900)]
    reply = machine.post(bundle("transaction", *made))
    entries = [path.split(".")[1] for path in reply.paths]
    assert entries == ["entry[1]", "entry[3]"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_refused_reading_is_work(them: Cast, machine: Machine, kind: str) -> None:
    patient, other = them.patient(), them.patient()
    machine.post(bundle(kind, pulse(other, 72), pulse(patient, 1), pulse(patient, 2)))
    assert len(reasons(them, patient, "refused")) == 1
    assert reasons(them, other) == []
    assert len(rows(them, other)) == (1 if kind == "batch" else 0)


def test_a_conflict_sinks_a_transaction_and_is_work(them: Cast, machine: Machine) -> None:
    patient, other = them.patient(), them.patient()
    machine.post(pulse(patient, 72, identifier="a-1"))
    made = [observation(other, 85), pulse(patient, 140, identifier="a-1"), pulse(other, 140)]
    reply = machine.post(bundle("transaction", *made))
    assert reply.status == 409
    assert [path.split(".")[1] for path in reply.paths] == ["entry[1]"]
    assert [row.value for row in rows(them, patient)] == [72]
    assert rows(them, other) == []
    assert len(reasons(them, patient, "refused")) == 1
    assert reasons(them, other) == []


def test_a_conflict_in_a_batch_is_its_own_only(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pulse(patient, 72, identifier="a-1"))
    made = [observation(patient, 85), pulse(patient, 140, identifier="a-1"), pulse(patient, 110)]
    assert statuses(machine.post(bundle("batch", *made))) == [201, 409, 201]
    assert sorted(row.value for row in rows(them, patient)) == [72, 85, 110]


def test_after_a_refused_transaction_the_repaired_one_is_taken(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    made = [pulse(patient, 72, identifier="a-1"), pulse(patient, 7, identifier="a-2")]
    assert machine.post(bundle("transaction", *made)).status == 422
    made[1]["valueQuantity"]["value"] = 70
    assert statuses(machine.post(bundle("transaction", *made))) == [201, 201]


def test_one_far_off_time_does_not_sink_a_batch(them: Cast, machine: Machine) -> None:
    patient = them.patient(programme="heart-failure")
    made = [pulse(patient, 72), pulse(patient, 73, at="0001-01-01T00:00:00Z"), pulse(patient, 74)]
    reply = machine.post(bundle("batch", *made))
    assert (reply.status, statuses(reply)) == (200, [201, 422, 201])


@pytest.mark.parametrize(
    "kind", ["document", "collection", "searchset", "history", "message", "", "Batch"]
)
def test_other_bundles_are_refused(them: Cast, machine: Machine, kind: str) -> None:
    patient = them.patient()
    reply = machine.post(bundle(kind, pulse(patient)))
    assert (reply.status, reply.paths) == (422, ["Bundle.type"])
    assert rows(them, patient) == []


def test_ten_thousand_entries_are_refused_whole(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    minutes = (EARLIER - timedelta(minutes=n) for n in range(10_000))
    made = bundle("batch", *({"resourceType": "Observation", "at": str(at)} for at in minutes))
    made["entry"][0]["resource"] = pulse(patient)
    assert machine.post(made).status == 413
    assert rows(them, patient) == []
