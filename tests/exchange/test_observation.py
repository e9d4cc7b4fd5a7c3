"""One Observation at the door: taken with its code and unit, once, judged, and on the list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.exchange.machine import (
    DNR,
    EARLIER,
    FHN,
    FNR,
    LOINC,
    Machine,
    a_number,
    by_number,
    letter,
    loinc,
    number_of,
    observation,
    patient_with,
    pressure,
    pulse,
    reasons,
    restated,
    rows,
    zones_listed,
)
from tests.people import NOW, OSLO, Cast, cast
from tests.triage.test_concurrent import together
from varde.core.zones import Zone
from varde.people.models import Relation
from varde.people.viewer import Viewer

CODES = [
    ("59408-5", 96, "%"), ("2708-6", 96, "%"), ("8867-4", 72, "/min"), ("8310-5", 36.9, "Cel"),
    ("29463-7", 82.4, "kg"), ("8302-2", 171, "cm"), ("9279-1", 16, "/min"),
    ("15074-8", 5.6, "mmol/L"), ("8480-6", 130, "mm[Hg]"), ("8462-4", 80, "mm[Hg]"),
]  # fmt: skip


# Codes and units


@pytest.mark.parametrize(("code", "value", "unit"), CODES)
def test_each_code_is_taken_and_found_again(
    them: Cast, machine: Machine, code: str, value: float, unit: str
) -> None:
    patient = them.patient()
    reply = machine.post(observation(patient, value, unit, code))
    assert reply.status == 201
    assert reply.headers["Location"] == f"http://127.0.0.1:8000/fhir/R4/Observation/{reply.id}"
    found = machine.search(patient=patient, code=f"{LOINC}|{code}")
    assert (found.values, [one["id"] for one in found.resources]) == ([value], [reply.id])
    assert found.resources[0]["valueQuantity"]["code"] == unit
    assert machine.get(f"Observation/{reply.id}").body == found.resources[0]


@pytest.mark.parametrize(("code", "value", "unit"), CODES)
def test_what_is_found_says_the_code_that_was_asked_for(
    them: Cast, machine: Machine, code: str, value: float, unit: str
) -> None:
    """A client that asked for 2708-6 looks for 2708-6 in the answer, and the profile demands it."""
    patient = them.patient()
    machine.post(observation(patient, value, unit, code))
    for one in machine.search(patient=patient, code=code).resources:
        assert code in {coding["code"] for coding in one["code"]["coding"]}


def test_blood_pressure_is_a_panel_with_components(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    reply = machine.post(pressure(patient, 148, 84))
    assert reply.status == 201
    (found,) = machine.search(patient=patient, code="85354-9").resources
    assert (found["id"], found["code"]["coding"][0]["code"]) == (reply.id, "85354-9")
    assert "valueQuantity" not in found
    parts = {c["code"]["coding"][0]["code"]: c["valueQuantity"] for c in found["component"]}
    assert {code: (q["value"], q["code"]) for code, q in parts.items()} == {
        "8480-6": (148, "mm[Hg]"),
        "8462-4": (84, "mm[Hg]"),
    }


def test_two_panels_of_the_same_moment_keep_each_their_own_pair(
    them: Cast, machine: Machine
) -> None:
    """Two readings of a day without times are both taken at noon."""
    patient, day = them.patient(), "2026-11-15"
    machine.post(pressure(patient, 150, 90, at=day, identifier="first"))
    machine.post(pressure(patient, 120, 70, at=day, identifier="second"))
    found = machine.search(patient=patient, code="85354-9").resources
    pairs = [[c["valueQuantity"]["value"] for c in one["component"]] for one in found]
    assert sorted(pairs) == [[120, 70], [150, 90]]


def test_a_reading_of_today_without_a_time_is_not_in_the_future_before_noon(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    reply = machine.post(observation(patient, at="2026-11-16"))
    assert (reply.status, reply.body["effectiveDateTime"]) == (201, "2026-11-16T11:00:00Z")
    assert machine.post(observation(patient, at="2026-11-17")).status == 422
    machine.post(observation(patient, 86, at=EARLIER))
    assert zones_listed(them, patient) == {"spo2": Zone.RED}


@pytest.mark.parametrize(
    ("code", "sent", "unit", "value", "kept"),
    [
        ("29463-7", 82400, "g", 82.4, "kg"),
        ("29463-7", 82437, "g", 82.437, "kg"),
        ("29463-7", 180, "[lb_av]", 81.6466, "kg"),
        ("8310-5", 98.6, "[degF]", 37, "Cel"),
        ("8310-5", 100.4, "[degF]", 38, "Cel"),
        ("8310-5", 101.3, "[degF]", 38.5, "Cel"),
        ("8302-2", 1.71, "m", 171, "cm"),
        ("8302-2", 70, "[in_i]", 177.8, "cm"),
        ("8480-6", 16, "kPa", 120.01, "mm[Hg]"),
        ("15074-8", 90, "mg/dL", 4.996, "mmol/L"),
    ],
)
def test_other_units_are_converted_exactly(
    them: Cast, machine: Machine, code: str, sent: float, unit: str, value: float, kept: str
) -> None:
    patient = them.patient(programme="heart-failure")
    assert machine.post(observation(patient, sent, unit, code)).status == 201
    (found,) = machine.search(patient=patient, code=code).resources
    assert (found["valueQuantity"]["value"], found["valueQuantity"]["code"]) == (value, kept)


def test_a_panel_in_kilopascal(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    assert machine.post(pressure(patient, 16, 10, unit="kPa")).status == 201
    assert [row.value for row in rows(them, patient)] == [120.01, 75.01]


@pytest.mark.parametrize(("sent", "expected"), [(21.34, "N"), (21.4, "H")])
def test_a_converted_value_on_the_limit_belongs_to_the_milder_zone(
    them: Cast, machine: Machine, sent: float, expected: str
) -> None:
    """160.06 mm[Hg] is 160, which is not above 160; 160.51 is 161."""
    patient = them.patient()
    machine.post(pressure(patient, sent, 10, unit="kPa"))
    (found,) = machine.search(patient=patient, code="85354-9").resources
    assert letter(found["component"][0]) == expected


def test_translations_beside_the_code_do_no_harm(them: Cast, machine: Machine) -> None:
    codings = [
        {"system": "http://snomed.info/sct", "code": "431314004"},
        {"system": "urn:iso:std:iso:11073:10101", "code": "150456"},
        *loinc("2708-6")["coding"],
        *loinc("59408-5")["coding"],
    ]
    made = {**observation(them.patient()), "code": {"coding": codings}}
    assert machine.post(made).status == 201


@pytest.mark.parametrize(
    "kind",
    [
        "application/fhir+json; charset=utf-8",
        "application/fhir+json; fhirVersion=4.0",
        "application/json",
        "Application/FHIR+JSON",
    ],
)
def test_the_types_of_json_are_taken(them: Cast, machine: Machine, kind: str) -> None:
    made = observation(them.patient())
    assert machine.post(made, CONTENT_TYPE=kind).status == 201


# Whom it is about


@pytest.mark.parametrize(
    ("system", "start"),
    [(FNR, "020351"), (FNR, "028351"), (DNR, "420351"), (DNR, "428351"), (FHN, "812345")],
)
def test_a_subject_by_national_number(
    them: Cast, machine: Machine, system: str, start: str
) -> None:
    number = a_number(start)
    patient = patient_with(them, number)
    spaced = f"{number[:6]} {number[6:]}"
    for n, text in enumerate((number, spaced)):
        made = observation(by_number(text, system), 95 + n)
        assert machine.post(made).status == 201
    assert [row.value for row in rows(them, patient)] == [95, 96]


@pytest.mark.parametrize("shape", ["Patient/{}", "http://127.0.0.1:8000/fhir/R4/Patient/{}"])
def test_a_subject_by_reference(them: Cast, machine: Machine, shape: str) -> None:
    patient = them.patient()
    made = observation({"reference": shape.format(patient.person)})
    assert machine.post(made).status == 201
    assert len(rows(them, patient)) == 1


UNRELATED = a_number("020353")


def unrelated_patient(them: Cast) -> Viewer:
    """Of this cooperation, known to a municipality and not to the service."""
    return patient_with(them, UNRELATED, by=them.coordinator, followed=False)


def end_relation(them: Cast, patient: Viewer) -> None:
    """The service followed the patient once."""
    ended = DateTimeTZRange(them.at - timedelta(days=60), them.at - timedelta(days=1))
    with them.acting():
        Relation.objects.filter(
            patient_id=patient.person, organisation_id=them.units["service"]
        ).update(period=ended)


def test_nobody_somebody_elsewhere_and_somebody_not_yours_get_the_same_answer(
    them: Cast, machine: Machine
) -> None:
    other = cast()
    elsewhere, unrelated, former = other.patient(), unrelated_patient(them), them.patient()
    end_relation(them, former)
    subjects = [
        {"reference": f"Patient/{uuid4()}"},
        {"reference": f"Patient/{elsewhere.person}"},
        {"reference": f"Patient/{unrelated.person}"},
        {"reference": f"Patient/{former.person}"},
        {"reference": "Patient/1"},
        by_number(a_number("020352")),
        by_number(number_of(other, elsewhere)),
        by_number(UNRELATED),
    ]
    for make in (observation, pulse, pressure):
        replies = [machine.post(make(subject)) for subject in subjects]
        assert {reply.status for reply in replies} == {422}
        assert len({reply.raw for reply in replies}) == 1
        refused = [machine.post(make(subject, 900)) for subject in subjects[:4]]
        assert len({(reply.status, reply.raw) for reply in refused}) == 1
    assert rows(other, elsewhere) == rows(them, former) == []
    assert reasons(other, elsewhere) == reasons(them, former) == []


# Once


def test_the_same_content_again_is_the_same_observation(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    for made in (observation(patient), pressure(patient), pulse(patient, identifier="a-1")):
        first, second = machine.post(made), machine.post(made)
        assert (first.status, second.status) == (201, 200)
        assert first.id == second.id
        assert second.headers["Location"].endswith(f"Observation/{first.id}")
    assert len(rows(them, patient)) == 4


def test_what_makes_two_readings_different(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    device = {"device": {"display": "Oksymeter 2"}}
    made = [
        observation(patient, 95),
        observation(patient, 96),
        observation(patient, 95, at=EARLIER + timedelta(seconds=1)),
        observation(patient, 95, **device),
        observation(patient, 95, identifier="a-1"),
        observation(patient, 95, identifier="a-2"),
    ]
    assert [machine.post(one).status for one in made] == [201] * 6
    other = Machine(them)
    assert [other.post(one).status for one in made] == [201] * 6
    assert len(rows(them, patient)) == 12


def test_the_same_identifier_with_other_content_is_refused_and_is_work(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    first = machine.post(observation(patient, 95, identifier="a-1"))
    other = machine.post(observation(patient, 80, identifier="a-1"))
    assert (first.status, other.status) == (201, 409)
    assert other.paths == ["Observation.identifier"]
    assert [row.value for row in rows(them, patient)] == [95]
    (reason,) = reasons(them, patient, "refused")
    assert (reason.about["why"], reason.about["sender"]) == ("conflict", machine.name)


def test_a_conflict_of_another_kind_keeps_nothing_of_it(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pulse(patient, 72, identifier="a-1"))
    assert machine.post(pressure(patient, 210, 120, identifier="a-1")).status == 409
    assert [row.value for row in rows(them, patient)] == [72]
    assert restated(them).differed == 0


def test_the_same_post_from_eight_threads_is_one(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    for made, kept in ((observation(patient), 1), (pressure(patient), 3)):
        replies = together(*(lambda made=made: machine.post(made) for _ in range(8)))
        assert sorted(one.status for one in replies) == [200] * 7 + [201]
        assert len({one.id for one in replies}) == 1
        assert len(rows(them, patient)) == kept


def test_eight_threads_with_different_readings_of_one_patient_are_all_kept(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    acts = [lambda one=one: until_taken(machine, one) for one in different(patient)]
    assert together(*acts) == [201] * 8
    assert [row.value for row in rows(them, patient)] == [80 + n for n in range(8)]
    assert len(reasons(them, patient, "report")) == 8
    assert restated(them).differed == 0


def test_readings_of_one_patient_at_once_do_not_refuse_each_other(
    them: Cast, machine: Machine
) -> None:
    """503 is for a database that does not answer; this one does."""
    answers: list[int] = []
    for _ in range(3):
        acts = [lambda one=one: machine.post(one).status for one in different(them.patient())]
        answers += together(*acts)
    assert set(answers) == {201}


def different(patient: Viewer) -> list[Any]:
    minutes = (EARLIER + timedelta(minutes=n) for n in range(8))
    return [observation(patient, 80 + n, at=at) for n, at in enumerate(minutes)]


def until_taken(machine: Machine, made: Any) -> int:
    """As a client does: again after a 503."""
    answers = (machine.post(made).status for _ in range(20))
    return next((status for status in answers if status != 503), 503)


# Refused is work


def test_refused_readings_are_one_item_a_day_and_source(them: Cast, machine: Machine) -> None:
    patient, other = them.patient(), Machine(them)
    for n in range(3):
        assert machine.post(observation(patient, 1 + n)).status == 422
    assert len(reasons(them, patient, "refused")) == 1
    other.post(observation(patient, 1))
    assert len(reasons(them, patient, "refused")) == 2
    machine.post(observation(patient, 1), at=NOW + timedelta(days=1, minutes=1))
    assert len(reasons(them, patient, "refused")) == 3
    assert rows(them, patient) == []


def test_refused_by_eight_threads_at_once_is_one_item(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    acts = [lambda n=n: machine.post(observation(patient, 1 + n)) for n in range(8)]
    assert [one.status for one in together(*acts)] == [422] * 8
    assert len(reasons(them, patient, "refused")) == 1


# When it was taken


def taken(them: Cast, patient: Viewer) -> datetime:
    (row,) = rows(them, patient)
    return row.taken_at


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-15", datetime(2026, 11, 15, 12, tzinfo=OSLO)),
        ("2026-10-25", datetime(2026, 10, 25, 12, tzinfo=OSLO)),
        ("2026-11-16T08:15:00+01:00", datetime(2026, 11, 16, 8, 15, tzinfo=OSLO)),
        ("2026-11-16T07:15:00Z", datetime(2026, 11, 16, 8, 15, tzinfo=OSLO)),
        ("2026-11-16T07:15:00.250Z", datetime(2026, 11, 16, 8, 15, 0, 250000, tzinfo=OSLO)),
        ("2026-11-16T10:09:00+01:00", NOW + timedelta(minutes=9)),
    ],
)
def test_the_time_is_read(them: Cast, machine: Machine, text: str, expected: datetime) -> None:
    patient = them.patient()
    assert machine.post(observation(patient, at=text)).status == 201
    assert taken(them, patient) == expected


def test_an_instant_and_the_start_of_a_period_are_times_too(them: Cast, machine: Machine) -> None:
    text = EARLIER.isoformat()
    for more in ({"effectiveInstant": text}, {"effectivePeriod": {"start": text, "end": text}}):
        patient = them.patient()
        made = observation(patient, effectiveDateTime=None, **more)
        assert machine.post(made).status == 201
        assert taken(them, patient) == EARLIER


def test_the_answer_names_a_uuid(them: Cast, machine: Machine) -> None:
    assert UUID(machine.post(observation(them.patient())).id)
