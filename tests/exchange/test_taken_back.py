"""Taken back: what a struck reading had settled is asked for again, and what is usual relearnt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.exchange.machine import (
    EARLIER,
    Json,
    Machine,
    observation,
    pressure,
    pulse,
    zones_listed,
)
from tests.measuring.test_expectations import ANSWERS, TODAY, await_report, expectation
from tests.people import NOW, Cast
from varde.clock import tasks
from varde.core.zones import Zone
from varde.measuring.queries import habitual_values
from varde.people.viewer import Viewer


def oxygen(patient: Viewer, value: float, name: str = "a-1", **more: Any) -> Json:
    return observation(patient, value, identifier=name, **more)


def strike(machine: Machine, patient: Viewer, name: str = "a-1", **when: Any) -> None:
    taken = {"status": "entered-in-error", "valueQuantity": None, "effectiveDateTime": None}
    assert machine.post(observation(patient, identifier=name, **taken), **when).status == 200


def sent_all(them: Cast, machine: Machine, patient: Viewer) -> None:
    await_report(them, patient)
    machine.post(oxygen(patient, 96))
    machine.post(pulse(patient))
    machine.post(pressure(patient, 130, 80))
    them.report(patient, answers=ANSWERS)
    assert expectation(them, patient).state == "met"


def test_the_patient_is_asked_again_for_what_was_struck(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    sent_all(them, machine, patient)
    strike(machine, patient)
    awaited = expectation(them, patient)
    assert (awaited.state, "spo2" in awaited.came) == ("open", False)
    assert {"pulse", "systolic", "questions"} <= set(awaited.came), "the rest has come"
    with them.clock(NOW):
        page = them.browser(patient).get("/patient/").content.decode()
    assert "Det er tid for å måle" in page


def test_a_corrected_reading_still_meets_what_was_asked(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    sent_all(them, machine, patient)
    assert machine.post(oxygen(patient, 95, status="corrected")).status == 201
    assert expectation(them, patient).state == "met"


def test_another_reading_of_the_same_day_still_meets_it(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    sent_all(them, machine, patient)
    machine.post(oxygen(patient, 97, "a-2", at=EARLIER + timedelta(minutes=5)))
    strike(machine, patient)
    assert expectation(them, patient).state == "met"


def test_struck_after_the_deadline_it_has_been_missed(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    sent_all(them, machine, patient)
    strike(machine, patient, at=NOW + timedelta(days=3))
    assert expectation(them, patient, TODAY).state == "partly"


def test_what_nobody_sends_again_is_missed(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    sent_all(them, machine, patient)
    strike(machine, patient)
    tasks.overdue(at=NOW + timedelta(days=3))
    assert expectation(them, patient).state == "partly"


def three_readings(machine: Machine, patient: Viewer) -> None:
    for n, value in enumerate((90, 97, 97)):
        machine.post(oxygen(patient, value, f"a-{n}", at=EARLIER - timedelta(days=3 - n)))


def usual(them: Cast, patient: Viewer) -> float | None:
    with them.acting():
        found = habitual_values(patient.actor).get("spo2")
    return found.value if found else None


def test_with_fewer_than_three_that_stand_nothing_is_usual(them: Cast, machine: Machine) -> None:
    """97 was usual; a reading of another's finger is struck: 93 is no drop from anything."""
    patient = them.patient()
    three_readings(machine, patient)
    assert usual(them, patient) == 97
    strike(machine, patient, "a-2")
    assert usual(them, patient) is None
    machine.post(oxygen(patient, 93, "a-4"))
    assert zones_listed(them, patient).get("spo2") != Zone.YELLOW


def test_the_next_reading_makes_three_again(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    three_readings(machine, patient)
    strike(machine, patient, "a-2")
    machine.post(oxygen(patient, 92, "a-5"))
    assert usual(them, patient) == 92


def test_a_corrected_reading_corrects_what_is_usual(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    three_readings(machine, patient)
    at = EARLIER - timedelta(days=2)
    machine.post(oxygen(patient, 91, "a-1", at=at, status="corrected"))
    assert usual(them, patient) == 91


def test_what_is_usual_does_not_hang_on_what_came_first(them: Cast, machine: Machine) -> None:
    """The first of four was without coverage, and came last."""
    readings = [(4, 90), (3, 96), (2, 97), (1, 98)]
    learnt = []
    for order in (readings, [*readings[1:], readings[0]]):
        patient = them.patient()
        for days, value in order:
            at = EARLIER - timedelta(days=days)
            machine.post(oxygen(patient, value, f"{patient.person}-{days}", at=at))
        learnt.append(usual(them, patient))
    assert learnt == [96, 96]
