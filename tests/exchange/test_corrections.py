"""Corrections: replaced or struck by the sender; what was there stays, and never stands again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.exchange.machine import (
    EARLIER,
    Machine,
    bundle,
    letter,
    observation,
    on_list,
    pressure,
    pulse,
    reasons,
    restated,
    rows,
    zones_listed,
)
from tests.people import Cast
from tests.triage.at_once import together
from tests.triage.test_concurrent import close, closing_of
from varde.core.zones import Zone
from varde.measuring.queries import habitual_values, latest
from varde.people.viewer import Viewer
from varde.triage.worklist import Rank

REPLACING = ("amended", "corrected")


def version(patient: Viewer, value: float, status: str = "final", **more: Any) -> dict[str, Any]:
    return observation(patient, value, status=status, identifier="a-1", **more)


def standing(machine: Machine, patient: Viewer, code: str = "59408-5") -> list[float]:
    return machine.search(patient=patient, code=code).values


# Replaced


@pytest.mark.parametrize("status", REPLACING)
def test_a_correction_takes_the_place_of_what_was_sent(
    them: Cast, machine: Machine, status: str
) -> None:
    patient = them.patient()
    assert machine.post(version(patient, 96)).status == 201
    assert machine.post(version(patient, 94, status)).status in (200, 201)
    assert standing(machine, patient) == [94]
    assert len(rows(them, patient)) == 2, "what was there stays where it is"


@pytest.mark.parametrize("status", REPLACING)
def test_a_correction_again_is_the_same_correction(
    them: Cast, machine: Machine, status: str
) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    first, second = (machine.post(version(patient, 94, status)) for _ in range(2))
    assert (first.status, second.status, first.id) == (201, 200, second.id)
    assert standing(machine, patient) == [94]
    assert len(rows(them, patient)) == 2


def test_corrected_twice_only_the_newest_stands(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    for value, status in ((96, "final"), (94, "amended"), (93, "amended"), (92, "corrected")):
        machine.post(version(patient, value, status))
    assert standing(machine, patient) == [92]


@pytest.mark.parametrize("values", [(96, 86, 96), (96, 94, 92, 94), (96, 94, 96, 94)])
def test_corrected_back_to_what_it_was_is_a_correction_too(
    them: Cast, machine: Machine, values: tuple[float, ...]
) -> None:
    patient = them.patient()
    machine.post(version(patient, values[0]))
    for value in values[1:]:
        assert machine.post(version(patient, value, "amended")).status in (200, 201)
    assert standing(machine, patient) == [values[-1]]


@pytest.mark.parametrize("status", REPLACING)
def test_what_took_a_place_is_read_back_as_such(them: Cast, machine: Machine, status: str) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    reply = machine.post(version(patient, 94, status))
    assert reply.body["status"] == status
    assert machine.get(f"Observation/{reply.id}").body["status"] == status
    assert [one["status"] for one in machine.search(patient=patient).resources] == [status]


def test_of_corrections_at_once_one_stands(them: Cast, machine: Machine) -> None:
    """Two doors, one reading: neither is lost, and the list and the search agree on one."""
    patient, values = them.patient(), [80.0 + n for n in range(8)]
    machine.post(version(patient, 96))
    sent = [version(patient, value, "amended") for value in values]
    replies = together(*(lambda made=made: machine.post(made) for made in sent))
    assert {reply.status for reply in replies} == {201}
    assert len(rows(them, patient)) == 1 + len(values)
    (stands,) = standing(machine, patient)
    assert stands in values


def test_a_panel_that_was_one_number_leaves_nothing_behind(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pressure(patient, 148, 84, identifier="a-1"))
    machine.post(pulse(patient, 84, identifier="a-1", status="corrected"))
    (found,) = machine.search(patient=patient).resources
    assert found["valueQuantity"]["value"] == 84


def test_a_corrected_panel(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pressure(patient, 148, 84, identifier="a-1"))
    machine.post(pressure(patient, 138, 78, identifier="a-1", status="corrected"))
    (found,) = machine.search(patient=patient, code="85354-9").resources
    assert [part["valueQuantity"]["value"] for part in found["component"]] == [138, 78]


def test_a_panel_whose_diastolic_was_corrected(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pressure(patient, 148, 84, identifier="a-1"))
    machine.post(pressure(patient, 148, 94, identifier="a-1", status="corrected"))
    (found,) = machine.search(patient=patient, code="85354-9").resources
    assert [part["valueQuantity"]["value"] for part in found["component"]] == [148, 94]


def test_a_corrected_time(them: Cast, machine: Machine) -> None:
    patient, later = them.patient(), EARLIER + timedelta(minutes=20)
    machine.post(version(patient, 96))
    machine.post(version(patient, 96, "amended", at=later))
    (found,) = machine.search(patient=patient, code="59408-5").resources
    assert found["effectiveDateTime"] == "2026-11-16T08:20:00Z"


def test_a_correction_that_comes_before_the_first(them: Cast, machine: Machine) -> None:
    """The network may turn the order; the newest word of the sender stands."""
    patient = them.patient()
    assert machine.post(version(patient, 94, "amended")).status == 201
    machine.post(version(patient, 96))
    assert standing(machine, patient) == [94]


def test_a_correction_to_red_is_on_the_list(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    reply = machine.post(version(patient, 86, "corrected"))
    assert letter(reply.body) == "LL"
    assert zones_listed(them, patient) == {"spo2": Zone.RED}
    assert restated(them).differed == 0


def test_a_correction_to_green_lowers_nothing_unseen(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(version(patient, 86))
    machine.post(version(patient, 96, "corrected"))
    row = on_list(them, patient)
    assert row is not None
    assert row.item.rank == Rank.RED
    close(them, closing_of(them, patient))
    assert restated(them).raised == 0


def test_a_correction_to_another_patient_leaves_nothing_with_the_first(
    them: Cast, machine: Machine
) -> None:
    """A reading that was sent for the wrong person: refused and work, or no longer the first's."""
    wrong, right = them.patient(), them.patient()
    machine.post(version(wrong, 86))
    reply = machine.post(version(right, 86, "corrected"))
    refused = reply.status == 409 and bool(reasons(them, right, "refused"))
    assert refused or standing(machine, wrong) == []


def test_a_correction_of_nothing_that_can_be_named_does_not_pass_for_one(
    them: Cast, machine: Machine
) -> None:
    """It replaces by identifier: without one it is refused, or only the newest stands."""
    patient = them.patient()
    machine.post(observation(patient, 86))
    reply = machine.post(observation(patient, 96, status="corrected"))
    assert reply.status == 422 or standing(machine, patient) == [96]


def test_a_refused_correction_leaves_what_stood(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    assert machine.post(version(patient, 1, "amended")).status == 422
    assert standing(machine, patient) == [96]
    assert len(reasons(them, patient, "refused")) == 1


def test_a_correction_in_a_bundle_with_what_it_corrects(them: Cast, machine: Machine) -> None:
    for kind in ("batch", "transaction"):
        patient = them.patient()
        made = [version(patient, 96), version(patient, 94, "amended")]
        for one in made:
            one["identifier"][0]["value"] = f"{kind}-1"
        assert machine.post(bundle(kind, *made)).status == 200
        assert standing(machine, patient) == [94]


# Struck


def test_what_was_entered_in_error_is_no_longer_found(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    first = machine.post(version(patient, 96))
    assert machine.post(version(patient, 96, "entered-in-error")).status == 200
    assert standing(machine, patient) == []
    assert machine.get(f"Observation/{first.id}").status == 410
    assert len(rows(them, patient)) == 1, "what was there stays where it is"


def test_what_is_struck_is_not_drawn_on_the_nurses_row_nor_counted_as_usual(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    for hours, value in enumerate((95, 60, 94, 96)):
        at = EARLIER - timedelta(hours=10 - hours)
        machine.post(observation(patient, value, at=at, identifier=f"a-{hours}"))
        if value == 60:
            wrong = observation(
                patient, value, at=at, identifier=f"a-{hours}", status="entered-in-error"
            )
            machine.post(wrong)
    with them.acting(them.nurse):
        drawn = latest([(patient.person, "spo2")], n=7)[patient.person, "spo2"]
        usual = habitual_values(patient.person)["spo2"].value
    assert [value for _, value, _ in drawn] == [95, 94, 96]
    assert usual == 95


def test_struck_twice_is_struck_once(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    for _ in range(2):
        assert machine.post(version(patient, 96, "entered-in-error")).status == 200
    assert standing(machine, patient) == []


def test_without_an_identifier_the_same_content_strikes(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(observation(patient, 96))
    machine.post(observation(patient, 97))
    assert machine.post(observation(patient, 96, status="entered-in-error")).status == 200
    assert standing(machine, patient) == [97]


def test_a_corrected_reading_is_struck_whole(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    machine.post(version(patient, 94, "amended"))
    machine.post(version(patient, 93, "corrected"))
    machine.post(version(patient, 93, "entered-in-error"))
    assert standing(machine, patient) == []


def test_a_struck_panel_is_struck_in_both_parts(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pressure(patient, identifier="a-1"))
    machine.post(pressure(patient, identifier="a-1", status="entered-in-error"))
    for code in ("85354-9", "8480-6", "8462-4"):
        assert machine.search(patient=patient, code=code).resources == []


def test_what_is_struck_does_not_come_back_when_sent_again(them: Cast, machine: Machine) -> None:
    """A late retry of the first post must not undo the strike."""
    patient = them.patient()
    machine.post(version(patient, 96))
    machine.post(version(patient, 96, "entered-in-error"))
    machine.post(version(patient, 96))
    assert standing(machine, patient) == []


def test_a_late_correction_of_what_is_struck_does_not_bring_it_back(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    machine.post(version(patient, 94, "amended"))
    machine.post(version(patient, 94, "entered-in-error"))
    assert machine.post(version(patient, 94, "amended")).status == 200
    assert standing(machine, patient) == []


def test_a_new_value_for_what_is_struck_is_judged(them: Cast, machine: Machine) -> None:
    """The sender has the last word; a red that comes after a strike is not lost."""
    patient = them.patient()
    machine.post(version(patient, 96))
    machine.post(version(patient, 96, "entered-in-error"))
    machine.post(version(patient, 86, "corrected"))
    assert standing(machine, patient) == [86]
    assert zones_listed(them, patient) == {"spo2": Zone.RED}


def test_nothing_there_to_strike_is_said(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    assert machine.post(version(patient, 96, "entered-in-error")).status == 404
    assert rows(them, patient) == []


def test_nobody_strikes_what_another_sent(them: Cast, machine: Machine) -> None:
    patient, other = them.patient(), Machine(them)
    machine.post(version(patient, 96))
    assert other.post(version(patient, 96, "entered-in-error")).status == 404
    assert standing(machine, patient) == [96]


def test_a_strike_that_names_another_patient_is_not_said_to_be_done(
    them: Cast, machine: Machine
) -> None:
    patient, other = them.patient(), them.patient()
    machine.post(version(patient, 86))
    reply = machine.post(version(other, 86, "entered-in-error"))
    assert reply.status >= 400 or standing(machine, patient) == []


def test_a_strike_lowers_nothing_unseen(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(version(patient, 86))
    machine.post(version(patient, 86, "entered-in-error"))
    row = on_list(them, patient)
    assert row is not None
    assert row.item.rank == Rank.RED


def test_a_struck_weight_is_not_compared_with(them: Cast, machine: Machine) -> None:
    patient = them.patient(programme="heart-failure")

    def weight(kilograms: float, days: int, **more: Any) -> dict[str, Any]:
        at = EARLIER - timedelta(days=days)
        return observation(patient, kilograms, "kg", "29463-7", at=at, **more)

    machine.post(weight(82.0, 2))
    machine.post(weight(62.0, 1, identifier="wrong"))
    machine.post(weight(62.0, 1, identifier="wrong", status="entered-in-error"))
    assert letter(machine.post(weight(82.2, 0)).body) == "N"


# Not taken


@pytest.mark.parametrize(
    "status", ["preliminary", "registered", "unknown", "cancelled", "", "Final", "done"]
)
def test_other_statuses_are_refused_and_are_work(them: Cast, machine: Machine, status: str) -> None:
    patient = them.patient()
    reply = machine.post(observation(patient, status=status))
    assert (reply.status, reply.paths) == (422, ["Observation.status"])
    assert rows(them, patient) == []
    assert len(reasons(them, patient, "refused")) == 1


def test_a_struck_part_of_a_transaction_that_fails_is_not_struck(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    machine.post(version(patient, 96))
    made = bundle(
        "transaction",
        version(patient, 96, "entered-in-error"),
        pulse(patient, 72),
        pulse(patient, 1),
    )
    assert machine.post(made).status == 422
    assert standing(machine, patient) == [96]
    assert len(rows(them, patient)) == 1
