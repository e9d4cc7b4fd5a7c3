"""Components at the door: what else was measured is kept and judged; what is absent is said so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.exchange.machine import (
    FNR,
    Json,
    Machine,
    bundle,
    by_number,
    letter,
    loinc,
    number_of,
    observation,
    on_list,
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
from varde.triage.worklist import Rank

UNKNOWN = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}
    ]
}
NOT = [{"url": "urn:example:not-this-patient", "valueBoolean": True}]
Make = Callable[[Viewer], Json]


def part(code: str, value: float, unit: str, **more: Any) -> Json:
    return {"code": loinc(code), "valueQuantity": quantity(value, unit), **more}


def absent(code: str) -> Json:
    return {"code": loinc(code), "dataAbsentReason": UNKNOWN}


def beside(made: Json, *parts: Json) -> Json:
    """The same with these components after those it has."""
    return {**made, "component": [*made.get("component", []), *parts]}


def panel(patient: Viewer, *parts: Json, **more: Any) -> Json:
    """A panel with these components and no others."""
    return pressure(patient, component=list(parts), **more)


def kept(them: Cast, patient: Viewer) -> dict[int, float]:
    """What is kept, by the stored code of its kind."""
    return {row.kind: row.value for row in rows(them, patient)}


BEATS, MEAN = part("8867-4", 150, "/min"), part("8478-0", 96, "mm[Hg]")
FLOW = part("3151-8", 2, "L/min")
HIGH, LOW = part("8480-6", 130, "mm[Hg]"), part("8462-4", 80, "mm[Hg]")


# What else was measured


def test_a_pulse_and_a_mean_in_a_panel_are_kept_and_the_red_pulse_is_on_the_list(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    assert machine.post(beside(pressure(patient), BEATS, MEAN)).status == 201
    assert kept(them, patient) == {2: 150, 3: 130, 4: 80, 10: 96}
    row = on_list(them, patient)
    assert row is not None
    assert row.item.rank == Rank.RED
    assert zones_listed(them, patient)["pulse"] == Zone.RED
    assert restated(them).differed == 0


def test_each_of_them_is_found_by_its_own_code_beside_the_panel(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    whole = machine.post(beside(pressure(patient, 148, 84), BEATS, MEAN))
    (beats,) = machine.search(patient=patient, code="8867-4").resources
    (mean,) = machine.search(patient=patient, code="8478-0").resources
    (found,) = machine.search(patient=patient, code="85354-9").resources
    assert (beats["valueQuantity"]["value"], letter(beats)) == (150, "HH")
    assert mean["valueQuantity"] == quantity(96, "mm[Hg]")
    assert [c["valueQuantity"]["value"] for c in found["component"]] == [148, 84]
    assert found["id"] == whole.id
    assert len(machine.search(patient=patient).resources) == 3
    for one in (beats, mean, found):
        assert machine.get(f"Observation/{one['id']}").body == one


def test_an_oxygen_saturation_with_its_pulse_keeps_both(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    reply = machine.post(beside(observation(patient, 96), BEATS))
    assert (reply.status, reply.body["valueQuantity"]["value"]) == (201, 96)
    assert kept(them, patient) == {1: 96, 2: 150}
    assert zones_listed(them, patient) == {"pulse": Zone.RED}


def test_an_oxygen_saturation_with_the_flow_of_oxygen_is_taken(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    assert machine.post(beside(observation(patient, 86), FLOW)).status == 201
    assert kept(them, patient) == {1: 86}
    assert zones_listed(them, patient) == {"spo2": Zone.RED}


@pytest.mark.parametrize(
    "other",
    [
        FLOW,
        part("8861-1", 3, "/min"),
        {"code": loinc("3151-8"), "valueString": "two litres"},
        {"code": loinc("8361-8"), "valueCodeableConcept": {"text": "sitting"}},
        {"code": loinc("3151-8")},
        {"code": {"text": "Body position"}, "valueInteger": 3},
        {"code": {"coding": [{"system": "http://snomed.info/sct", "code": "8867-4"}]}},
    ],
    ids=["a flow", "a rate", "words", "a concept", "nothing", "a text", "another system"],
)
@pytest.mark.parametrize("make", [pressure, observation], ids=["in a panel", "in a reading"])
def test_a_component_that_is_not_known_is_passed_over(
    them: Cast, machine: Machine, make: Callable[..., Json], other: Json
) -> None:
    patient = them.patient()
    alone = make(patient)
    assert machine.post(beside(alone, other)).status == 201
    assert sorted(kept(them, patient)) == ([3, 4] if make is pressure else [1])
    assert reasons(them, patient, "refused") == []


def test_a_reading_with_components_is_there_once(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    for made in (beside(pressure(patient), BEATS), beside(observation(patient), BEATS)):
        first, second = machine.post(made), machine.post(made)
        assert (first.status, second.status, first.id) == (201, 200, second.id)
    assert sorted(row.kind for row in rows(them, patient)) == [1, 2, 2, 3, 4]


def test_another_pulse_under_the_same_identifier_is_a_conflict(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    made = pressure(patient, identifier="a-1")
    assert machine.post(beside(made, part("8867-4", 72, "/min"))).status == 201
    assert machine.post(beside(made, BEATS)).status == 409
    assert kept(them, patient) == {2: 72, 3: 130, 4: 80}


def test_a_panel_with_a_pulse_is_corrected_and_struck_whole(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    made = pressure(patient, identifier="a-1")
    machine.post(beside(made, BEATS))
    machine.post(beside({**made, "status": "corrected"}, part("8867-4", 72, "/min")))
    assert machine.search(patient=patient, code="8867-4").values == [72]
    machine.post(beside({**made, "status": "entered-in-error"}, BEATS))
    assert machine.search(patient=patient).resources == []


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_a_panel_with_a_pulse_in_a_bundle(them: Cast, machine: Machine, kind: str) -> None:
    patient = them.patient()
    made = bundle(kind, beside(pressure(patient), BEATS), pulse(patient, 72))
    assert machine.post(made).status == 200
    assert [row.value for row in rows(them, patient)] == [72, 150, 130, 80]
    assert zones_listed(them, patient)["pulse"] == Zone.RED


# What was not measured


def test_a_systolic_is_judged_where_the_diastolic_is_said_to_be_absent(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    reply = machine.post(panel(patient, part("8480-6", 190, "mm[Hg]"), absent("8462-4")))
    assert reply.status == 201
    assert kept(them, patient) == {3: 190}
    assert zones_listed(them, patient) == {"systolic": Zone.RED}
    (found,) = machine.search(patient=patient).resources
    assert (found["id"], letter(found)) == (reply.id, "HH")
    assert found["valueQuantity"] == quantity(190, "mm[Hg]")


def test_a_diastolic_is_judged_where_the_systolic_is_said_to_be_absent(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    reply = machine.post(panel(patient, absent("8480-6"), part("8462-4", 115, "mm[Hg]")))
    assert reply.status == 201
    assert zones_listed(them, patient) == {"diastolic": Zone.RED}
    assert machine.search(patient=patient, code="8462-4").values == [115]


def test_a_pulse_that_is_said_to_be_absent_is_passed_over(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    assert machine.post(panel(patient, HIGH, LOW, absent("8867-4"))).status == 201
    assert kept(them, patient) == {3: 130, 4: 80}


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ([HIGH], "Observation.component"),
        ([HIGH, BEATS], "Observation.component"),
        ([HIGH, {"code": loinc("8462-4")}], "Observation.component[1].valueQuantity.value"),
        ([absent("8480-6"), absent("8462-4")], "Observation.component"),
        ([absent("8480-6"), absent("8462-4"), BEATS], "Observation.component"),
    ],
    ids=["missing", "missing beside a pulse", "not said why", "both", "both but a pulse"],
)
def test_a_pressure_that_is_simply_missing_is_refused(
    them: Cast, machine: Machine, parts: list[Json], path: str
) -> None:
    patient = them.patient()
    reply = machine.post(panel(patient, *parts))
    assert (reply.status, reply.paths) == (422, [path])
    assert rows(them, patient) == []
    assert len(reasons(them, patient, "refused")) == 1


# What may change what the rest means

MODIFIED: dict[str, tuple[Make, str]] = {
    "a value said to be absent": (
        lambda p: observation(p, dataAbsentReason=UNKNOWN),
        "Observation.dataAbsentReason",
    ),
    "a part said to be absent": (
        lambda p: panel(p, HIGH, {**LOW, "dataAbsentReason": UNKNOWN}),
        "Observation.component[1].dataAbsentReason",
    ),
    "a modifier": (
        lambda p: observation(p, modifierExtension=NOT),
        "Observation.modifierExtension",
    ),
    "a modifier of a panel": (
        lambda p: pressure(p, modifierExtension=NOT),
        "Observation.modifierExtension",
    ),
    "a modifier of a part": (
        lambda p: panel(p, {**HIGH, "modifierExtension": NOT}, LOW),
        "Observation.component[0].modifierExtension",
    ),
    "a modifier of a part not known": (
        lambda p: panel(p, HIGH, LOW, {**FLOW, "modifierExtension": NOT}),
        "Observation.component[2].modifierExtension",
    ),
    "rules": (
        lambda p: observation(p, implicitRules="urn:example:all-values-are-negated"),
        "Observation.implicitRules",
    ),
}


@pytest.mark.parametrize("case", MODIFIED)
def test_what_may_change_the_meaning_is_refused_and_is_work(
    them: Cast, machine: Machine, case: str
) -> None:
    make, path = MODIFIED[case]
    patient = them.patient()
    reply = machine.post(make(patient))
    assert (reply.status, reply.paths) == (422, [path])
    assert rows(them, patient) == []
    (reason,) = reasons(them, patient)
    assert (reason.kind, reason.about["path"]) == ("refused", path)
    assert reason.about["sender"] == machine.name


@pytest.mark.parametrize("case", MODIFIED)
def test_it_is_work_too_where_the_patient_is_named_by_number(
    them: Cast, machine: Machine, case: str
) -> None:
    patient = them.patient()
    made = {**MODIFIED[case][0](patient), "subject": by_number(number_of(them, patient), FNR)}
    assert machine.post(bundle("batch", made)).status == 200
    assert rows(them, patient) == []
    assert len(reasons(them, patient, "refused")) == 1


def test_a_strike_with_a_modifier_strikes_nothing(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    made = observation(patient, 96, identifier="a-1")
    machine.post(made)
    struck = {**made, "status": "entered-in-error", "modifierExtension": NOT}
    assert machine.post(struck).status == 422
    assert machine.search(patient=patient).values == [96]
    assert len(reasons(them, patient, "refused")) == 1


# Units


@pytest.mark.parametrize(
    ("code", "sent", "unit", "value", "ours"),
    [
        ("8867-4", 72, "{beat}/min", 72, "/min"),
        ("8867-4", 72, "1/min", 72, "/min"),
        ("9279-1", 16, "{breaths}/min", 16, "/min"),
        ("33452-4", 390, "l/min", 390, "L/min"),
        ("33452-4", 6.5, "l/s", 390, "L/min"),
        ("15074-8", 90, "mg/dl", 4.996, "mmol/L"),
        ("20150-9", 1450, "ml", 1.45, "L"),
    ],
)
def test_a_unit_is_read_however_ucum_lets_it_be_written(
    them: Cast, machine: Machine, code: str, sent: float, unit: str, value: float, ours: str
) -> None:
    patient = them.patient()
    assert machine.post(observation(patient, sent, unit, code)).status == 201
    (found,) = machine.search(patient=patient, code=code).resources
    assert (found["valueQuantity"]["value"], found["valueQuantity"]["code"]) == (value, ours)


@pytest.mark.parametrize("unit", ["kg", "{beat}/s", "{beat}", "/h", "2/min", "{beat/min"])
def test_a_pulse_in_another_unit_is_still_refused(them: Cast, machine: Machine, unit: str) -> None:
    patient = them.patient()
    reply = machine.post(pulse(patient, 72, valueQuantity=quantity(72, unit)))
    assert (reply.status, reply.paths) == (422, ["Observation.valueQuantity.code"])
    assert rows(them, patient) == []
