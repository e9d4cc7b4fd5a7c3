"""Asked: which pressures a code means, one patient at a time, how many there are, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import pytest

from tests.exchange.machine import (
    EARLIER,
    FNR,
    LOINC,
    Json,
    Machine,
    Reply,
    a_number,
    bundle,
    number_of,
    observation,
    pressure,
    pulse,
    reasons,
    rows,
)
from tests.people import NOW, Cast
from varde.base.rows import new_id
from varde.core.quantities import DIASTOLIC, SYSTOLIC
from varde.measuring.incoming import Delivery, rows_of_report
from varde.people.viewer import Viewer
from varde.triage.intake import receive

WAYS = pytest.mark.parametrize("by_post", [False, True], ids=["get", "post"])
PANEL, HIGH, LOW = "85354-9", "8480-6", "8462-4"


def systolic(patient: Viewer, value: float, **more: Any) -> Json:
    return observation(patient, value, "mm[Hg]", HIGH, **more)


def diastolic(patient: Viewer, value: float, **more: Any) -> Json:
    return observation(patient, value, "mm[Hg]", LOW, **more)


def told(reply: Reply) -> list[Any]:
    """Each reading found: the value, or the pair of a panel; in a settled order."""

    def one(found: Json) -> Any:
        parts = [part["valueQuantity"]["value"] for part in found.get("component", ())]
        return tuple(parts) or found["valueQuantity"]["value"]

    return sorted((one(found) for found in reply.resources), key=str)


# Which pressures


def test_a_lone_diastolic_is_found_without_a_code_and_by_its_own(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    reply = machine.post(diastolic(patient, 84))
    ways: list[Json] = [{}, {"code": LOW}, {"combo-code": f"{LOINC}|{LOW}"}]
    for asked in ways:
        assert told(machine.search(patient=patient, **asked)) == [84]
    assert machine.get(f"Observation/{reply.id}").body["valueQuantity"]["value"] == 84


@WAYS
def test_the_codes_of_pressure_mean_what_they_say(
    them: Cast, machine: Machine, by_post: bool
) -> None:
    """A lone systolic, a lone diastolic and a panel of the very same moment are what they were."""
    patient = them.patient()
    machine.post(systolic(patient, 150))
    machine.post(pressure(patient, 130, 80))
    machine.post(diastolic(patient, 90))

    def found(**asked: Any) -> list[Any]:
        return told(machine.search(patient=patient, by_post=by_post, **asked))

    assert found() == [(130, 80), 150, 90]
    assert found(code=HIGH) == [150]
    assert found(code=LOW) == [90]
    assert found(code=PANEL) == [(130, 80)]
    assert found(code=f"{PANEL},{LOW}") == [(130, 80), 90]
    assert found(**{"combo-code": HIGH}) == [(130, 80), 150]
    assert found(**{"combo-code": LOW}) == [(130, 80), 90]
    assert found(**{"combo-code": PANEL}) == [(130, 80)]
    assert found(**{"combo-code": "8867-4"}) == found(code=f"|{PANEL}") == []
    assert found(code=f"{LOINC}|") == [(130, 80), 150, 90]


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_of_one_bundle_too_each_is_read_at_its_own_address_as_it_was(
    them: Cast, machine: Machine, kind: str
) -> None:
    patient = them.patient()
    made = [systolic(patient, 150), pressure(patient, 130, 80), diastolic(patient, 90)]
    entries = machine.post(bundle(kind, *made)).body["entry"]
    read = [machine.get(one["response"]["location"]).body for one in entries]
    assert [len(one.get("component", ())) for one in read] == [0, 2, 0]
    assert [one["code"]["coding"][0]["code"] for one in read] == [HIGH, PANEL, LOW]
    assert read[1]["component"][1]["valueQuantity"]["value"] == 80


def test_a_lone_diastolic_is_not_taken_for_that_of_a_lone_systolic(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    machine.post(systolic(patient, 150))
    machine.post(diastolic(patient, 90))
    assert told(machine.search(patient=patient)) == [150, 90]
    assert told(machine.search(patient=patient, code=PANEL)) == []


def test_the_pressures_of_a_report_from_the_phone_are_a_panel(them: Cast, machine: Machine) -> None:
    patient, report = them.patient(), new_id()
    values = rows_of_report(report, [(SYSTOLIC, 148), (DIASTOLIC, 84)])
    sent = Delivery(patient.actor, EARLIER, values, report_id=report)
    with them.acting(patient):
        receive([sent], source=them.source, by=patient, at=them.at)
    ways: list[Json] = [{"code": PANEL}, {"combo-code": LOW}, {}]
    for asked in ways:
        assert told(machine.search(patient=patient, **asked)) == [(148, 84)]
    assert told(machine.search(patient=patient, code=LOW)) == []


def test_pages_of_pressures_lose_and_repeat_nothing(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    for n in range(3):
        at = EARLIER - timedelta(minutes=n)
        made = [pressure(patient, 130 + n, 80, at=at), diastolic(patient, 90 + n, at=at)]
        machine.post(bundle("batch", *made))
    first = machine.search(patient=patient, _count="2")
    seen = [one["id"] for page in machine.pages(first) for one in page.resources]
    assert len(seen) == len(set(seen)) == 6


# One patient at a time


@WAYS
def test_several_patients_are_refused(them: Cast, machine: Machine, by_post: bool) -> None:
    one, other = them.patient(), them.patient()
    ids, numbers = [str(one.person), str(other.person)], [number_of(them, p) for p in (one, other)]
    severally: list[dict[str, Any]] = [
        {"patient": ",".join(ids)},
        {"patient": ids},
        {"patient": f"{ids[0]},"},
        {"subject": [f"Patient/{text}" for text in ids]},
        {"patient": ids[0], "subject": f"Patient/{ids[1]}"},
        {"patient": ids[0], "patient.identifier": numbers[0]},
        {"patient": ids[0], "subject:identifier": numbers[1]},
        {"patient.identifier": ",".join(numbers)},
        {"patient.identifier": numbers},
        {"patient.identifier": numbers[0], "subject.identifier": numbers[1]},
    ]
    for asked in severally:
        reply = machine.search(by_post=by_post, **asked)
        assert (reply.status, reply.issues[0]["code"]) == (400, "not-supported"), asked


def test_several_numbers_in_a_search_for_patients_are_refused(them: Cast, machine: Machine) -> None:
    patients = [them.patient(), them.patient()]
    for name, values in (
        ("identifier", [number_of(them, patient) for patient in patients]),
        ("_id", [str(patient.person) for patient in patients]),
    ):
        for several in (values, ",".join(values)):
            asked: Json = {name: several}
            reply = machine.search("Patient", **asked)
            assert (reply.status, reply.paths) == (400, [name])


@WAYS
@pytest.mark.parametrize(
    "name",
    ["patient.identifier", "subject.identifier", "patient:identifier", "subject:identifier",
     "subject:Patient.identifier"],
)  # fmt: skip
def test_the_patient_by_number_however_it_is_asked(
    them: Cast, machine: Machine, by_post: bool, name: str
) -> None:
    patient, other = them.patient(), them.patient()
    machine.post(observation(patient, 96))
    machine.post(observation(other, 95))
    asked = {name: f"{FNR}|{number_of(them, patient)}"}
    found = machine.search(by_post=by_post, **asked)
    assert (found.status, found.values) == (200, [96])
    assert number_of(them, patient) not in (found.link("self") or "")


def test_the_same_patient_said_twice_is_one(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(observation(patient, 96))
    one = str(patient.person)
    ways: list[Json] = [{"patient": [one, one]}, {"patient": one, "subject": one}]
    for asked in ways:
        assert machine.search(**asked).values == [96]


@WAYS
def test_a_blank_identifier_asks_for_everybody(them: Cast, machine: Machine, by_post: bool) -> None:
    expected = {str(them.patient().person) for _ in range(5)}
    first = machine.search("Patient", identifier="", _count="2", by_post=by_post)
    seen = [one["id"] for page in machine.pages(first) for one in page.resources]
    assert len(seen) == len(expected)
    assert set(seen) == expected


def join(machine: Machine, query: dict[str, str], body: dict[str, str]) -> Reply:
    form: Json = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    asked = urlencode(body).encode()
    return machine.send("POST", "Observation/_search", asked, query=urlencode(query), **form)


def test_a_posted_search_joins_what_the_address_and_the_body_ask(
    them: Cast, machine: Machine
) -> None:
    patient, other = them.patient(), them.patient()
    for day in range(4):
        at = EARLIER - timedelta(days=day)
        machine.post(observation(patient, 96 - day, at=at))
        machine.post(pulse(patient, 70 + day, at=at))
    whom = {"patient": str(patient.person)}
    assert join(machine, {"code": "8867-4"}, whom).values == [70, 71, 72, 73]
    assert join(machine, whom, {"code": "8867-4"}).values == [70, 71, 72, 73]
    found = join(
        machine, {"code": "8867-4", "date": "ge2026-11-14"}, whom | {"date": "lt2026-11-16"}
    )
    assert found.values == [71, 72]
    assert join(machine, whom, {"patient": str(other.person)}).status == 400


# How many


def three(machine: Machine, patient: Viewer) -> None:
    for made in (observation(patient), pressure(patient), diastolic(patient, 90)):
        assert machine.post(made).status == 201


@WAYS
@pytest.mark.parametrize(
    "asked", [{"_count": "0"}, {"_summary": "count"}], ids=["count", "summary"]
)
def test_only_the_number_of_readings(
    them: Cast, machine: Machine, by_post: bool, asked: dict[str, str]
) -> None:
    """A panel is one; what was struck is none."""
    patient = them.patient()
    three(machine, patient)
    machine.post(observation(patient, 80, identifier="a-1"))
    machine.post(observation(patient, 80, identifier="a-1", status="entered-in-error"))
    for more, n in (({}, 3), ({"code": PANEL}, 1), ({"code": "8867-4"}, 0), ({"date": "2025"}, 0)):
        reply = machine.search(patient=patient, by_post=by_post, **asked, **more)
        assert (reply.status, reply.body["total"]) == (200, n), more
        assert "entry" not in reply.body
        assert reply.link("next") is None


def test_the_number_beside_what_is_found(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    three(machine, patient)
    first = machine.search(patient=patient, _total="accurate", _count="2")
    pages = list(machine.pages(first))
    assert [(page.body["total"], len(page.resources)) for page in pages] == [(3, 2), (3, 1)]
    assert "total" not in machine.search(patient=patient, _count="2").body


@WAYS
def test_what_finds_nothing_says_so_and_where_it_is(
    them: Cast, machine: Machine, by_post: bool
) -> None:
    patient, nobody = them.patient(), str(uuid4())
    three(machine, patient)
    one = str(patient.person)
    for kind, asked in (
        ("Observation", {"patient": nobody}),
        ("Observation", {"patient": one, "code": "1234-5"}),
        ("Observation", {"patient": one, "category": "laboratory"}),
        ("Patient", {"_id": nobody}),
        ("Patient", {"identifier": f"urn:oid:1.2.3|{number_of(them, patient)}"}),
    ):
        reply = machine.search(kind, by_post=by_post, **asked)
        assert (reply.status, reply.body["total"], reply.resources) == (200, 0, []), asked
        here = urlsplit(reply.link("self") or "")
        assert here.path == f"/fhir/R4/{kind}"
        assert "identifier" not in here.query
        kept = {name: [text] for name, text in asked.items() if name != "identifier"}
        assert parse_qs(here.query) == (kept or {"_id": [str(UUID(int=0))]})


# When


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026", [4, 3, 2, 1]), ("2025", [0]), ("ge2026", [4, 3, 2, 1]), ("lt2026", [0]),
        ("2026-11", [4, 3, 2]), ("2026-10", [1]), ("gt2026-10", [4, 3, 2]), ("le2026-10", [1, 0]),
        ("sa2026-11-14", [4]), ("sa2026-11", []), ("sa2026-10", [4, 3, 2]),
        ("eb2026-11-14", [2, 1, 0]), ("eb2026-11", [1, 0]), ("eb2026", [0]),
        ("sa2026-11-14T09:00:00+01:00", [4]), ("eb2026-11-14T09:00:00+01:00", [2, 1, 0]),
    ],
)  # fmt: skip
def test_a_year_a_month_and_what_is_wholly_before_or_after(
    them: Cast, machine: Machine, date: str, expected: list[int]
) -> None:
    """In local time: the first reading of November was still October in UTC."""
    patient = them.patient()
    times = ["2025-12-31T22:59:59Z", "2026-10-31T22:59:59Z", "2026-10-31T23:00:00Z",
             "2026-11-14T09:00:00+01:00", "2026-11-16T09:00:00+01:00"]  # fmt: skip
    for n, at in enumerate(times):
        assert machine.post(observation(patient, 90 + n, at=at)).status == 201
    found = machine.search(patient=patient, date=date)
    assert [value - 90 for value in found.values] == expected


NO_TIMES = [
    "20261116", "2026-W47-1", "2026W471", "20261116T090000Z", "2026-11-16T09Z", "2026-11-16T0900Z",
    "2026-320", "2026-11-16T09:00:00,5Z", "2026-11-16T09:00:00+0100", "2026-1-1", "٢٠٢٦-11-16",
]  # fmt: skip


@pytest.mark.parametrize("text", [*NO_TIMES, "2026-13", "202"])
def test_what_is_no_time_in_fhir_is_refused_in_a_search(
    them: Cast, machine: Machine, text: str
) -> None:
    patient = them.patient()
    for prefix in ("", "ge", "sa"):
        reply = machine.search(patient=patient, date=f"{prefix}{text}")
        assert (reply.status, reply.paths) == (400, ["date"])


@pytest.mark.parametrize("text", [*NO_TIMES, "2026-11-15 09:00:00+01:00"])
def test_what_is_no_time_in_fhir_is_no_time_of_a_reading(
    them: Cast, machine: Machine, text: str
) -> None:
    patient = them.patient()
    reply = machine.post(observation(patient, at=text))
    assert (reply.status, reply.paths) == (422, ["Observation.effectiveDateTime"])
    assert rows(them, patient) == []
    assert len(reasons(them, patient, "refused")) == 1


@pytest.mark.parametrize("cursor", ["x", "eHh8eHg=", "1", str(NOW)])
def test_a_page_of_patients_that_is_none_is_refused(
    them: Cast, machine: Machine, cursor: str
) -> None:
    them.patient()
    reply = machine.search("Patient", _cursor=cursor)
    assert (reply.status, reply.paths) == (400, ["_cursor"])


def test_how_many_patients_there_are_is_told_without_them(them: Cast, machine: Machine) -> None:
    patients = [them.patient() for _ in range(3)]
    for asked in ({"_count": "0"}, {"_summary": "count"}):
        reply = machine.get("Patient", **asked)
        assert (reply.status, reply.body["total"], reply.resources) == (200, 3, [])
    number = number_of(them, patients[0])
    for asked in ({"_count": "0"}, {"_count": "5"}):
        assert machine.get("Patient", identifier=f"{FNR}|{number}", **asked).body["total"] == 1


def test_nothing_found_says_none_whether_one_is_nobody_or_has_nothing(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    for one in (str(patient.person), str(uuid4())):
        assert machine.get("Observation", patient=one).body["total"] == 0


@pytest.mark.parametrize("date", ["2026-00", "2026-11-00", "2026-13", "0000"])
def test_a_date_that_is_none_is_refused(them: Cast, machine: Machine, date: str) -> None:
    assert machine.get("Observation", patient=str(them.patient().person), date=date).status == 400


def test_the_self_link_of_an_unknown_number_finds_nobody(them: Cast, machine: Machine) -> None:
    them.patient()
    reply = machine.get("Patient", identifier=f"{FNR}|{a_number('020355')}")
    (link,) = [one["url"] for one in reply.body["link"] if one["relation"] == "self"]
    assert "identifier" not in link
    assert f"_id={UUID(int=0)}" in link
