"""Said otherwise: what senders write in their own way is read as they mean it, or refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.exchange.machine import (
    EARLIER,
    Json,
    Machine,
    bundle,
    observation,
    pulse,
    reasons,
    rows,
)
from tests.people import Cast
from tests.web.test_nurse_pages import get, row_of


def entries(reply: Any) -> list[str]:
    return [entry["response"]["status"][:3] for entry in reply.body["entry"]]


# A machine whose token is new is the same machine


def test_with_a_new_token_what_is_sent_again_is_here_already(them: Cast) -> None:
    patient = them.patient()
    old, new = Machine(them, name="gw"), Machine(them, name="gw")
    one = observation(patient, 93, identifier="r-1")
    assert (old.post(one).status, new.post(one).status) == (201, 200)
    assert len(rows(them, patient)) == 1


def test_with_a_new_token_what_was_wrong_is_struck(them: Cast) -> None:
    patient = them.patient()
    old, new = Machine(them, name="gw"), Machine(them, name="gw")
    one = observation(patient, 86, identifier="r-1")
    old.post(one)
    assert new.post({**one, "status": "entered-in-error"}).status == 200
    assert new.search(patient=patient).resources == []


def test_another_machine_is_another(them: Cast) -> None:
    patient = them.patient()
    one = observation(patient, 93, identifier="r-1")
    first, second = Machine(them, name="gw"), Machine(them, name="other")
    assert (first.post(one).status, second.post(one).status) == (201, 201)


# Conditional create


def test_what_is_here_is_not_created_again(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    first = machine.post(observation(patient, 93, identifier="r-1"))
    system = system_of(patient)
    again = machine.post(
        observation(patient, 94, identifier="r-2"),
        HTTP_IF_NONE_EXIST=f"identifier={system}|r-1",
    )
    assert (again.status, again.id) == (200, first.id)
    assert len(rows(them, patient)) == 1
    new = machine.post(
        observation(patient, 94, identifier="r-2"),
        HTTP_IF_NONE_EXIST=f"identifier={system}|r-2",
    )
    assert new.status == 201


def system_of(patient: Any) -> str:
    return str(observation(patient, 1, identifier="x")["identifier"][0].get("system", ""))


def test_a_condition_in_a_bundle_holds_for_its_entry(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    first = machine.post(observation(patient, 93, identifier="r-1"))
    system = system_of(patient)
    sent = bundle("transaction", observation(patient, 94, identifier="r-2"), pulse(patient))
    condition = {"ifNoneExist": f"identifier={system}|r-1"}
    sent["entry"][0]["request"] = {**sent["entry"][0]["request"], **condition}
    reply = machine.post(sent)
    assert entries(reply) == ["200", "201"]
    assert reply.body["entry"][0]["response"]["location"].endswith(first.id)


@pytest.mark.parametrize("condition", ["patient=1", "identifier=", "identifier=a|b&code=c"])
def test_a_condition_that_is_not_known_is_refused(
    them: Cast, machine: Machine, condition: str
) -> None:
    patient = them.patient()
    reply = machine.post(observation(patient), HTTP_IF_NONE_EXIST=condition)
    assert reply.status == 422
    assert rows(them, patient) == []


# Not a number


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity"])
def test_one_that_is_no_number_does_not_sink_the_batch(
    them: Cast, machine: Machine, written: str
) -> None:
    patient = them.patient()
    sent = bundle("batch", observation(patient, 96), observation(patient, 777001), pulse(patient))
    raw = json.dumps(sent).replace("777001", written).encode()
    reply = machine.send("POST", "", raw)
    assert entries(reply) == ["201", "422", "201"]
    wrong = reply.body["entry"][1]["response"]["outcome"]["issue"][0]
    assert "valueQuantity.value" in wrong["expression"][0]
    assert len(reasons(them, patient, "refused")) == 1, "a refused reading is work"


def test_alone_it_is_refused_and_is_work(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    raw = json.dumps(observation(patient, 777001)).replace("777001", "NaN").encode()
    reply = machine.send("POST", "Observation", raw)
    assert (reply.status, reply.paths) == (422, ["Observation.valueQuantity.value"])
    assert len(reasons(them, patient, "refused")) == 1


def test_the_word_in_a_text_is_a_text(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    raw = json.dumps({**observation(patient, 96), "note": [{"text": ": NaN"}]}).encode()
    assert machine.send("POST", "Observation", raw).status == 201


# Identifiers


def test_identifiers_in_another_order_are_the_same(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    one = observation(patient, 93, identifier="r-1")
    own = one["identifier"][0]
    other = {"system": "urn:other", "value": "17"}
    assert machine.post({**one, "identifier": [own, other]}).status == 201
    assert machine.post({**one, "identifier": [other, own]}).status == 200


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"status": "corrected", "identifier": []}, "nummeret på målingen"),
        ({"valueQuantity": {"value": 93, "unit": "stone", "code": "st"}}, "enhet"),
    ],
)
def test_the_list_says_what_was_wrong(
    them: Cast, machine: Machine, change: Json, told: str
) -> None:
    patient = them.patient(given="Ragna")
    assert machine.post({**observation(patient, 93), **change}).status == 422
    assert f"kunne ikke leses: {told}" in row_of(get(them), "Ragna")


# Searching


@pytest.fixture
def both(them: Cast, machine: Machine) -> Iterator[Any]:
    patient = them.patient()
    machine.post(observation(patient, 96, at=EARLIER - timedelta(days=1)))
    machine.post(pulse(patient))
    yield patient


def test_a_code_said_twice_must_be_both(both: Any, machine: Machine) -> None:
    assert machine.search(patient=both, code=["59408-5", "8867-4"]).resources == []
    assert len(machine.search(patient=both, code="59408-5,8867-4").resources) == 2
    assert len(machine.search(patient=both, code=["59408-5,8867-4", "8867-4"]).resources) == 1


def test_what_is_unknown_is_passed_over_for_the_lenient_only(both: Any, machine: Machine) -> None:
    query = f"patient={both.person}&_lastUpdated=gt2020-01-01"
    assert machine.send("GET", "Observation", query=query).status == 400
    lenient = machine.send("GET", "Observation", query=query, HTTP_PREFER="handling=lenient")
    assert (lenient.status, len(lenient.resources)) == (200, 2)


@pytest.mark.parametrize("when", ["le9999-12-31", "le9999", "ge0001-01-02"])
def test_the_first_and_the_last_day_there_are_can_be_asked_for(
    both: Any, machine: Machine, when: str
) -> None:
    assert len(machine.search(patient=both, date=when).resources) == 2
