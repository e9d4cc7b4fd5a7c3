"""Struck and corrected: an identifier is enough, and every answer says what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.exchange.machine import (
    EARLIER,
    Json,
    Machine,
    bundle,
    by_number,
    letter,
    loinc,
    number_of,
    observation,
    pressure,
    pulse,
    quantity,
    reasons,
    restated,
    rows,
    zones_listed,
)
from tests.people import Cast
from varde.core.zones import Zone
from varde.people.viewer import Viewer


def version(patient: Viewer, value: float, status: str = "final", **more: Any) -> Json:
    return observation(patient, value, status=status, identifier="a-1", **more)


def bare_strike(subject: Viewer | Json, **more: Any) -> Json:
    """Whose it is and its identifier, and nothing of what was measured."""
    made = {"status": "entered-in-error", "valueQuantity": None, "effectiveDateTime": None, **more}
    return observation(subject, identifier="a-1", **made)


def weight(patient: Viewer, kilograms: float, days: int, **more: Any) -> Json:
    at = EARLIER - timedelta(days=days)
    return observation(patient, kilograms, "kg", "29463-7", **{"at": at, **more})


# Struck by its identifier alone


def test_a_strike_needs_neither_value_nor_time(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    first = machine.post(version(patient, 96))
    struck = machine.post(bare_strike(patient))
    assert (struck.status, struck.id, struck.body["status"]) == (200, first.id, "entered-in-error")
    gone = machine.get(f"Observation/{first.id}")
    assert (gone.status, gone.issues[0]["code"]) == (410, "deleted")
    assert machine.search(patient=patient).resources == []
    assert len(rows(them, patient)) == 1, "what was there stays where it is"
    assert reasons(them, patient, "refused") == []


def test_a_strike_by_national_number_needs_no_more(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    assert machine.post(bare_strike(by_number(number_of(them, patient)))).status == 200
    assert machine.search(patient=patient).resources == []


@pytest.mark.parametrize(
    "more",
    [
        {"effectiveDateTime": "this morning"},
        {"effectiveDateTime": "2027-11-16"},
        {"valueQuantity": {"value": 900, "unit": "stone"}},
        {"dataAbsentReason": {"text": "entered in error"}},
        {"component": [{"code": {"text": "whatever"}, "valueString": "x"}]},
    ],
    ids=["a time that is none", "next year", "a value that is none", "absent", "a component"],
)
def test_whatever_else_stands_in_a_strike_it_strikes(
    them: Cast, machine: Machine, more: Json
) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    assert machine.post(bare_strike(patient, **more)).status == 200
    assert machine.search(patient=patient).resources == []


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_strike_without_more_in_a_bundle(them: Cast, machine: Machine, kind: str) -> None:
    patient = them.patient()
    machine.post(pressure(patient, identifier="a-1"))
    reply = machine.post(bundle(kind, bare_strike(patient), pulse(patient, 72)))
    told = [one["response"]["status"][:3] for one in reply.body["entry"]]
    assert told == ["200", "201"]
    assert machine.search(patient=patient).values == [72]


def test_a_strike_without_more_of_nothing_is_not_found(them: Cast, machine: Machine) -> None:
    patient, other, third = them.patient(), them.patient(), Machine(them)
    machine.post(version(patient, 96))
    for sender, subject in ((third, patient), (machine, other)):
        reply = sender.post(bare_strike(subject))
        assert (reply.status, reply.paths) == (404, ["Observation.identifier"])
    assert machine.search(patient=patient).values == [96]


def test_without_an_identifier_a_strike_needs_what_it_was(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(observation(patient, 96))
    bare = bare_strike(patient)
    del bare["identifier"]
    reply = machine.post(bare)
    assert (reply.status, reply.paths) == (422, ["Observation.effectiveDateTime"])
    assert machine.search(patient=patient).values == [96]


def test_a_corrected_reading_is_struck_by_its_identifier(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    made = [machine.post(version(patient, 96)), machine.post(version(patient, 94, "amended"))]
    struck = machine.post(bare_strike(patient))
    assert (struck.status, struck.body["status"]) == (200, "entered-in-error")
    assert [machine.get(f"Observation/{one.id}").status for one in made] == [410, 410]
    assert machine.search(patient=patient).resources == []


# What became of it is said


def test_what_is_struck_and_sent_again_is_said_to_be_struck(them: Cast, machine: Machine) -> None:
    """A late retry gets no answer that passes for «kept»."""
    patient = them.patient()
    first = machine.post(version(patient, 96))
    machine.post(bare_strike(patient))
    again = machine.post(version(patient, 96))
    assert (again.status, again.id, again.body["status"]) == (200, first.id, "entered-in-error")
    assert machine.search(patient=patient).resources == []


def test_a_struck_panel_sent_again_is_said_to_be_struck(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pressure(patient, identifier="a-1"))
    machine.post(bare_strike(patient))
    again = machine.post(pressure(patient, identifier="a-1"))
    assert (again.status, again.body["status"]) == (200, "entered-in-error")


def test_what_was_replaced_names_what_stands_in_its_place(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    first = machine.post(version(patient, 96))
    second = machine.post(version(patient, 94, "corrected"))
    gone = machine.get(f"Observation/{first.id}")
    assert (gone.status, gone.issues[0]["code"]) == (410, "deleted")
    assert f"Observation/{second.id}" in gone.issues[0]["diagnostics"]
    assert machine.get(f"Observation/{second.id}").status == 200


def test_what_was_replaced_twice_names_the_newest(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    first, second, third = (
        machine.post(version(patient, value, status))
        for value, status in ((96, "final"), (94, "amended"), (92, "corrected"))
    )
    for old in (first, second):
        gone = machine.get(f"Observation/{old.id}")
        assert gone.status == 410
        assert f"Observation/{third.id}" in gone.issues[0]["diagnostics"]


def test_each_reading_of_a_replaced_panel_names_its_own(them: Cast, machine: Machine) -> None:
    patient = them.patient()

    def sent(high: float, beats: float, **more: Any) -> dict[str, str]:
        beside = {"code": loinc("8867-4"), "valueQuantity": quantity(beats, "/min")}
        made = pressure(patient, high, identifier="a-1", **more)
        whole = machine.post({**made, "component": [*made["component"], beside]})
        (found,) = machine.search(patient=patient, code="8867-4").resources
        return {"panel": whole.id, "pulse": found["id"]}

    old, new = sent(148, 72), sent(138, 74, status="corrected")
    for name, one in old.items():
        gone = machine.get(f"Observation/{one}")
        assert gone.status == 410
        assert f"Observation/{new[name]}" in gone.issues[0]["diagnostics"]


def test_a_late_correction_of_what_is_struck_is_said_to_be_struck(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    corrected = machine.post(version(patient, 94, "corrected"))
    machine.post(bare_strike(patient))
    again = machine.post(version(patient, 94, "corrected"))
    assert (again.status, again.id) == (200, corrected.id)
    assert again.body["status"] == "entered-in-error"


# What was wrong is nothing to compare with


def test_the_day_after_a_corrected_weight_is_compared_with_the_right_one(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient(programme="heart-failure")
    machine.post(weight(patient, 80.0, 2))
    wrong = machine.post(weight(patient, 180, 1, identifier="w"))
    right = machine.post(weight(patient, 80.0, 1, identifier="w", status="corrected"))
    after = machine.post(weight(patient, 80.2, 0))
    assert [letter(one.body) for one in (wrong, right, after)] == ["HH", "N", "N"]
    assert restated(them).differed == 0


def test_a_correction_is_not_compared_with_what_it_corrects(them: Cast, machine: Machine) -> None:
    """Also where the time was wrong too: 80 is no fall from 180."""
    patient, hour = them.patient(programme="heart-failure"), timedelta(hours=1)
    machine.post(weight(patient, 80.0, 2))
    machine.post(weight(patient, 180, 1, identifier="w"))
    right = weight(patient, 80.0, 1, identifier="w", status="corrected")
    right["effectiveDateTime"] = (EARLIER - timedelta(days=1) + hour).isoformat()
    assert letter(machine.post(right).body) == "N"
    assert letter(machine.post(weight(patient, 80.2, 0)).body) == "N"
    assert restated(them).differed == 0


def test_a_correction_that_makes_a_later_reading_red_is_on_the_list(
    them: Cast, machine: Machine
) -> None:
    """What came after is judged again, against what stands now."""
    patient = them.patient(programme="heart-failure")
    machine.post(weight(patient, 82.0, 2, identifier="w"))
    assert letter(machine.post(weight(patient, 82.2, 0)).body) == "N"
    machine.post(weight(patient, 79.0, 2, identifier="w", status="corrected"))
    assert zones_listed(them, patient) == {"weight": Zone.RED}


def test_a_late_reading_judges_those_after_it_without_the_wrong_one(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient(programme="heart-failure")
    machine.post(weight(patient, 80.0, 3))
    machine.post(weight(patient, 60, 2, identifier="w"))
    machine.post(weight(patient, 80.1, 2, identifier="w", status="corrected"))
    newest = machine.post(weight(patient, 80.3, 0))
    late = machine.post(weight(patient, 80.2, 1))
    assert [letter(newest.body), letter(late.body)] == ["N", "N"]
    found = machine.search(patient=patient, code="29463-7").resources
    assert [letter(one) for one in found[:3]] == ["N", "N", "N"]
    assert restated(them).differed == 0


def test_a_replaced_reading_that_is_sent_again_is_answered_with_what_stands(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    first = observation(patient, 96, identifier="again")
    machine.post(first)
    machine.post({**first, "status": "corrected", "valueQuantity": quantity(94, "%")})
    reply = machine.post(first)
    assert (reply.status, reply.body["status"]) == (200, "corrected")
    assert reply.body["valueQuantity"]["value"] == 94
