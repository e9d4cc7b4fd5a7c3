"""Searching at the door: by patient, code and date, in pages that lose and repeat nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests.exchange.machine import (
    DNR,
    EARLIER,
    FHN,
    FNR,
    LOINC,
    Machine,
    Reply,
    a_number,
    bundle,
    number_of,
    observation,
    patient_with,
    pressure,
    pulse,
)
from tests.people import Cast, cast
from varde.audit.models import Opening
from varde.people.viewer import Viewer

WAYS = pytest.mark.parametrize("by_post", [False, True], ids=["get", "post"])


def morning(machine: Machine, patient: Viewer, *, days: int = 1) -> None:
    """Oxygen, pulse and pressure at nine on each of the last days."""
    made = []
    for day in range(days):
        at = EARLIER - timedelta(days=day)
        made += [observation(patient, 96 - day, at=at), pulse(patient, 70 + day, at=at)]
        made.append(pressure(patient, at=at))
    assert machine.post(bundle("transaction", *made)).status == 200


def codes(reply: Reply) -> list[str]:
    return sorted(one["code"]["coding"][0]["code"] for one in reply.resources)


# Whose


@WAYS
def test_by_patient(them: Cast, machine: Machine, by_post: bool) -> None:
    patient, other = them.patient(), them.patient()
    morning(machine, patient)
    morning(machine, other)
    number = number_of(them, patient)
    for asked in (
        {"patient": str(patient.person)},
        {"patient": f"Patient/{patient.person}"},
        {"subject": f"Patient/{patient.person}"},
        {"patient__identifier": f"{FNR}|{number}"},
        {"subject__identifier": f"{FNR}|{number}"},
    ):
        reply = machine.search(by_post=by_post, **asked)
        assert (reply.status, reply.body["type"]) == (200, "searchset")
        assert len(reply.resources) == 3
        for entry in reply.body["entry"]:
            told = entry["resource"]
            assert told["subject"]["reference"] == f"Patient/{patient.person}"
            assert entry["fullUrl"].endswith(f"/fhir/R4/Observation/{told['id']}")
            assert entry["search"]["mode"] == "match"


@WAYS
def test_nobody_somebody_elsewhere_and_somebody_not_yours_are_found_alike(
    them: Cast, machine: Machine, by_post: bool
) -> None:
    other = cast()
    elsewhere = other.patient()
    Machine(other).post(observation(elsewhere))
    unrelated = patient_with(them, a_number("020354"), by=them.coordinator, followed=False)
    people = (elsewhere.person, unrelated.person, uuid4(), "1", "Patient/1")
    numbers = (number_of(other, elsewhere), a_number("020355"))
    replies = [machine.search(by_post=by_post, patient=str(one)) for one in people]
    replies += [
        machine.search(by_post=by_post, patient__identifier=f"{FNR}|{one}") for one in numbers
    ]
    assert {reply.status for reply in replies} == {200}
    said = [{key: value for key, value in r.body.items() if key != "link"} for r in replies]
    assert all(one == {"resourceType": "Bundle", "type": "searchset", "total": 0} for one in said)
    assert replies[0].resources == []
    found = [machine.get(f"Patient/{one}") for one in people[:3]]
    assert {reply.status for reply in found} == {404}
    assert len({reply.raw for reply in found}) == 1


def test_one_observation_elsewhere_is_not_there(them: Cast, machine: Machine) -> None:
    other = cast()
    theirs = Machine(other).post(observation(other.patient()))
    gone, never = machine.get(f"Observation/{theirs.id}"), machine.get(f"Observation/{uuid4()}")
    assert (gone.status, gone.raw) == (404, never.raw)
    assert machine.get("Observation/1").status == 404


def test_without_a_patient_is_refused(them: Cast, machine: Machine) -> None:
    for asked in ({}, {"code": "59408-5"}, {"patient": ""}):
        reply = machine.search(**asked)
        assert (reply.status, reply.paths) == (400, ["patient"])


@pytest.mark.parametrize(
    "asked",
    [{"foo": "1"}, {"patient:missing": "true"}, {"_sort": "code"},
     {"_count": "-1"}, {"_count": "many"}, {"_count": "²"}, {"_count": "9" * 5000},
     {"_cursor": "x"}, {"_cursor": "eHh8eHg="}, {"date": "soon"}, {"date": "xx2026-11-16"},
     {"date": "2026-13-01"}, {"date": ""}],
    ids=lambda asked: "-".join(f"{k}={v[:12]}" for k, v in asked.items()),
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(
    them: Cast, machine: Machine, asked: dict[str, str]
) -> None:
    reply = machine.search(patient=them.patient(), **asked)
    assert reply.status == 400


@pytest.mark.parametrize(
    "date", ["ge0001-01-01", "le0001-01-01T00:00:00+14:00", "le9999-12-31", "gt9999-12-31"]
)
def test_the_ends_of_time_can_be_asked_for(them: Cast, machine: Machine, date: str) -> None:
    """«Until the end of time» is how some clients say «everything»."""
    assert machine.search(patient=them.patient(), date=date).status in (200, 400)


def test_an_opening_is_written_once_a_day(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    for _ in range(3):
        machine.search(patient=patient)
    with them.acting():
        assert Opening.objects.filter(patient_id=patient.person, what="fhir").count() == 1


# What and when


@WAYS
def test_by_code(them: Cast, machine: Machine, by_post: bool) -> None:
    patient = them.patient()
    morning(machine, patient)

    def found(code: str) -> list[str]:
        return codes(machine.search(patient=patient, code=code, by_post=by_post))

    assert found("8867-4") == found(f"{LOINC}|8867-4") == ["8867-4"]
    assert len(found("59408-5")) == len(found("2708-6")) == 1
    assert found("85354-9") == found(f"{LOINC}|85354-9") == ["85354-9"]
    assert found(f"8867-4,{LOINC}|85354-9") == ["85354-9", "8867-4"]
    assert found("1234-5") == found("urn:other|8867-4") == []


def test_by_category(them: Cast, machine: Machine) -> None:
    """All that is here are vital signs; whoever asks for something else gets nothing."""
    patient = them.patient()
    morning(machine, patient)
    assert len(machine.search(patient=patient, category="vital-signs").resources) == 3
    assert machine.search(patient=patient, category="laboratory").resources == []


@WAYS
@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-11-15", [95]),
        ("eq2026-11-15", [95]),
        ("ge2026-11-15", [96, 95]),
        ("gt2026-11-15", [96]),
        ("le2026-11-15", [95, 94, 93]),
        ("lt2026-11-15", [94, 93]),
        ("2026-11-12", []),
        ("ge2026-11-15T09:00:00+01:00", [96, 95]),
        ("ge2026-11-15T08:00:00Z", [96, 95]),
        ("gt2026-11-15T09:00:00+01:00", [96]),
        ("le2026-11-15T09:00:00+01:00", [95, 94, 93]),
        ("lt2026-11-15T09:00:00+01:00", [94, 93]),
        ("eq2026-11-15T09:00:00+01:00", [95]),
        ("eq2026-11-15T09:00:00Z", []),
        (["ge2026-11-14", "le2026-11-15"], [95, 94]),
        (["ge2026-11-14T09:00:00+01:00", "lt2026-11-15T09:00:00+01:00"], [94]),
    ],
)
def test_by_date(
    them: Cast, machine: Machine, by_post: bool, date: Any, expected: list[int]
) -> None:
    patient = them.patient()
    morning(machine, patient, days=4)
    reply = machine.search(patient=patient, code="59408-5", date=date, by_post=by_post)
    assert reply.values == expected


def test_a_day_is_local(them: Cast, machine: Machine) -> None:
    """Half past midnight in Oslo is still yesterday in UTC."""
    patient = them.patient()
    machine.post(observation(patient, 95, at="2026-11-15T23:30:00Z"))
    machine.post(observation(patient, 94, at="2026-11-15T22:30:00Z"))
    assert machine.search(patient=patient, date="2026-11-16").values == [95]
    assert machine.search(patient=patient, date="2026-11-15").values == [94]


def test_a_moment_is_as_long_as_it_is_written(them: Cast, machine: Machine) -> None:
    """FHIR R4 search: 09:00:00 is that second, 09:00 that minute."""
    patient = them.patient()
    machine.post(observation(patient, 95, at="2026-11-15T09:00:00.250+01:00"))
    for moment in ("2026-11-15T09:00:00+01:00", "2026-11-15T09:00+01:00"):
        assert machine.search(patient=patient, date=f"eq{moment}").values == [95]
        assert machine.search(patient=patient, date=f"le{moment}").values == [95]


# Order and pages


@WAYS
def test_in_order(them: Cast, machine: Machine, by_post: bool) -> None:
    patient = them.patient()
    morning(machine, patient, days=3)
    for sort, expected in (("-date", [96, 95, 94]), ("date", [94, 95, 96]), (None, [96, 95, 94])):
        asked = {"_sort": sort} if sort else {}
        reply = machine.search(patient=patient, code="59408-5", by_post=by_post, **asked)
        assert reply.values == expected


@WAYS
@pytest.mark.parametrize("sort", ["-date", "date"])
def test_following_the_links_gives_everything_once_while_new_ones_come(
    them: Cast, machine: Machine, by_post: bool, sort: str
) -> None:
    patient = them.patient()
    for n in range(3):  # many of the same second: the order is still one order
        times = [EARLIER - timedelta(minutes=n // 5) for n in range(20)]
        made = [observation(patient, 90 + n, at=at, identifier=str(uuid4())) for at in times]
        machine.post(bundle("transaction", *made))
    there = {one["id"] for one in machine.search(patient=patient, _count="1000").resources}
    first = machine.search(patient=patient, _count="7", _sort=sort, by_post=by_post)
    seen: list[str] = []
    times: list[str] = []
    for n, page in enumerate(machine.pages(first)):
        assert len(page.resources) <= 7
        seen += [one["id"] for one in page.resources]
        times += [one["effectiveDateTime"] for one in page.resources]
        machine.post(observation(patient, 80, at=EARLIER - timedelta(minutes=2, seconds=n)))
        machine.post(observation(patient, 81, at=EARLIER + timedelta(minutes=n)))
    assert len(there) == 60
    assert there <= set(seen)
    assert len(seen) == len(set(seen))
    assert times == sorted(times, reverse=sort == "-date")


def test_a_full_last_page_has_no_next(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    morning(machine, patient)
    assert machine.search(patient=patient, _count="3").link("next") is None
    more = machine.search(patient=patient, _count="2").link("next")
    assert more is not None
    last = machine.follow(more)
    assert (len(last.resources), last.link("next")) == (1, None)


def test_links_keep_what_was_asked(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    morning(machine, patient, days=4)
    reply = machine.search(
        patient=patient, code="8867-4", date=["ge2026-11-13", "le2026-11-15"], _count="1"
    )
    asked = parse_qs(urlsplit(reply.link("self") or "").query)
    assert asked["code"] == ["8867-4"]
    assert asked["date"] == ["ge2026-11-13", "le2026-11-15"]
    assert [page.values for page in machine.pages(reply)] == [[71], [72], [73]]


@WAYS
def test_no_link_holds_a_national_number(them: Cast, machine: Machine, by_post: bool) -> None:
    """Addresses are logged on the way: ours name the patient by our id."""
    patient = them.patient()
    number = number_of(them, patient)
    morning(machine, patient, days=3)
    first = machine.search(patient__identifier=f"{FNR}|{number}", _count="2", by_post=by_post)
    found = list(machine.pages(first))
    assert len([value for page in found for value in page.resources]) > 4
    found.append(machine.search("Patient", identifier=f"{FNR}|{number}", by_post=by_post))
    links = [link["url"] for page in found for link in page.body["link"]]
    assert not [url for url in links if number in url]
    assert machine.follow(links[-1]).resources == found[-1].resources


def test_no_more_than_a_thousand_at_once(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    reply = machine.search(patient=patient, _count="1000000")
    assert reply.status == 200


# Patients


@WAYS
@pytest.mark.parametrize(("system", "start"), [(FNR, "020351"), (DNR, "420351"), (FHN, "812345")])
def test_a_patient_by_identifier(
    them: Cast, machine: Machine, by_post: bool, system: str, start: str
) -> None:
    number = a_number(start)
    patient = patient_with(them, number)
    for asked in (f"{system}|{number}", number):
        reply = machine.search("Patient", identifier=asked, by_post=by_post)
        (told,) = reply.resources
        assert (told["resourceType"], told["id"]) == ("Patient", str(patient.person))
        assert told["identifier"] == [{"system": system, "value": number}]
        assert told["name"] == [{"family": "Prøvestad", "given": ["Aud"]}]
        assert told["birthDate"] == "1951-03-02"
        assert machine.get(f"Patient/{told['id']}").body == told


def test_an_identifier_of_another_system_is_nobodys(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    number = number_of(them, patient)
    machine.post(observation(patient))
    wrong = f"urn:oid:1.2.3|{number}"
    assert machine.search("Patient", identifier=wrong).resources == []
    assert machine.search(patient__identifier=wrong).resources == []


def test_a_patient_by_id(them: Cast, machine: Machine) -> None:
    patient, _ = them.patient(), them.patient()
    found = machine.search("Patient", _id=str(patient.person)).resources
    assert [one["id"] for one in found] == [str(patient.person)]


@WAYS
def test_all_that_the_token_may_post_for_in_pages(
    them: Cast, machine: Machine, by_post: bool
) -> None:
    expected = {str(them.patient().person) for _ in range(7)}
    patient_with(them, a_number("020356"), by=them.coordinator, followed=False)
    first = machine.search("Patient", _count="3", by_post=by_post)
    seen = [one["id"] for page in machine.pages(first) for one in page.resources]
    assert len(seen) == len(set(seen))
    assert set(seen) == expected


def test_whoever_is_listed_can_be_posted_for(them: Cast, machine: Machine) -> None:
    them.patient()
    patient_with(them, a_number("020357"), followed=False)
    for one in machine.search("Patient").resources:
        reply = machine.post(observation({"reference": f"Patient/{one['id']}"}))
        assert reply.status == 201


def test_a_staff_member_is_no_patient(them: Cast, machine: Machine) -> None:
    number = number_of(them, them.nurse)
    assert machine.search("Patient", identifier=number).resources == []
    assert machine.get(f"Patient/{them.nurse.person}").status == 404


def test_what_is_read_now_stands_at_its_own_address(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    morning(machine, patient)
    for entry in machine.search(patient=patient).body["entry"]:
        assert machine.follow(entry["fullUrl"]).body == entry["resource"]
