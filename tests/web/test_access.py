"""Who may see what on the pages, what is logged of it, and what every page carries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from tests.people import NOW, Cast, cast, employ
from varde.audit.models import Opening
from varde.core.access import Role
from varde.measuring.queries import reports
from varde.people.models import Assignment
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.web.nurse import worklist

NOBODY = "01a20209-32d0-751b-83a9-4a60e1a3f8f4"
PAGES = {
    Role.PATIENT: (
        "/patient/", "/patient/measure/oxygen", "/patient/plan", "/patient/history",
        "/patient/me", "/patient/result/",
    ),
    Role.NURSE: ("/nurse/", "/nurse/rows", "/nurse/search?q=Tindheim", "/nurse/not-reported"),
    Role.GP: ("/doctor/",),
    Role.COORDINATOR: ("/coordinator/",),
    Role.TEAM_LEADER: ("/leader/",),
    Role.ADMINISTRATOR: ("/office/",),
}  # fmt: skip


def everyone(them: Cast, patient: Viewer) -> dict[Role, Viewer]:
    with them.acting():
        leader = employ(them, "Guro", Role.TEAM_LEADER, "service", them.at)
        administrator = employ(them, "Eivind", Role.ADMINISTRATOR, "service", them.at)
    return {
        Role.PATIENT: patient,
        Role.NURSE: them.nurse,
        Role.GP: them.gp,
        Role.COORDINATOR: them.coordinator,
        Role.TEAM_LEADER: leader,
        Role.ADMINISTRATOR: administrator,
    }


def get(them: Cast, viewer: Viewer, address: str) -> Any:
    with them.clock():
        return them.browser(viewer).get(address)


def openings(them: Cast, patient: Viewer) -> list[tuple[UUID, str]]:
    with them.acting():
        rows = Opening.objects.filter(patient_id=patient.person).order_by("id")
        return [(row.person_id, row.what) for row in rows]


def report_of(them: Cast, patient: Viewer) -> UUID:
    with them.acting():
        start, end = NOW - timedelta(days=1), NOW + timedelta(days=1)
        (one,) = reports(patient.actor, start=start, end=end)
        return one.id


# Each role its own pages


@pytest.mark.parametrize("role", list(PAGES))
def test_a_role_sees_its_own_pages_and_is_refused_every_others(them: Cast, role: Role) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    viewer = everyone(them, patient)[role]
    for owner, pages in PAGES.items():
        for page in pages:
            status = get(them, viewer, page).status_code
            assert status in ((200, 302) if owner is role else (403,)), (page, status)


def test_one_who_is_not_signed_in_is_asked_to_sign_in(them: Cast) -> None:
    with them.clock():
        for pages in PAGES.values():
            for page in pages:
                answer = Client().get(page)
                assert answer.status_code == 302, page
                assert answer["Location"].startswith("/sign-in?next=/"), page


def test_a_refused_page_tells_nothing_and_changes_nothing(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
        assert item is not None
    acts = ("/nurse/take/{}", "/nurse/give-back/{}", "/nurse/handle/{}")
    with them.clock():
        for viewer in (patient, them.gp, them.coordinator):
            for act in acts:
                answer = them.browser(viewer).post(act.format(item.id))
                assert answer.status_code == 403
                assert "Tindheim" not in answer.content.decode()
    with them.acting(them.nurse):
        after = queries.open_item(patient.actor)
        assert after is not None
    assert (after.version, after.taken_by_id) == (item.version, None)


def test_whose_role_has_ended_is_out_though_the_session_lives(them: Cast) -> None:
    """Access needs a role and a relation; the role ended while the page was open."""
    with them.clock():
        client = them.browser(them.nurse)
        assert client.get("/nurse/").status_code == 200
        with them.acting():
            ended = DateTimeTZRange(NOW - timedelta(days=365), NOW - timedelta(seconds=1))
            Assignment.objects.filter(person_id=them.nurse.person).update(period=ended)
        assert client.get("/nurse/").status_code in (302, 403)


# The same answer for what exists and what does not


def test_out_of_reach_and_not_there_are_the_same_answer(them: Cast) -> None:
    patient, other = them.patient(), them.patient(given="Arvid")
    them.report(patient, spo2=86)
    stranger = cast()
    record, report = patient.person, report_of(them, patient)
    for viewer, address, there in (
        (them.other_gp, "/doctor/patient/{}", record),
        (stranger.nurse, "/nurse/patient/{}", record),
        (stranger.gp, "/doctor/patient/{}", record),
        (stranger.coordinator, "/coordinator/patient/{}", record),
        (other, "/patient/result/{}", report),
    ):
        known = get(them, viewer, address.format(there))
        unknown = get(them, viewer, address.format(uuid4()))
        assert known.status_code == unknown.status_code == 404, address
        assert known.content == unknown.content, address
        assert known.headers == unknown.headers, address


@pytest.mark.parametrize("act", ["take", "give-back", "handle"])
def test_an_item_out_of_reach_and_none_at_all_are_the_same_answer(them: Cast, act: str) -> None:
    patient, stranger = them.patient(), cast()
    them.report(patient, spo2=86)
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
        assert item is not None
    got = []
    with them.clock():
        for id_ in (item.id, uuid4()):
            client = stranger.browser(stranger.nurse)
            client.raise_request_exception = False
            answer = client.post(f"/nurse/{act}/{id_}", {"patient": str(patient.person)})
            shown = client.get("/nurse/").content.decode()
            got.append((answer.status_code, answer.headers.get("Location"), "Tindheim" in shown))
    assert got[0] == got[1]
    assert got[0] == (302, "/nurse/", False), "an item that is gone is told, never an error page"


def test_a_report_of_ones_own_is_not_anothers(them: Cast) -> None:
    patient, other = them.patient(), them.patient()
    them.report(patient, spo2=86)
    address = f"/patient/result/{report_of(them, patient)}"
    assert get(them, patient, address).status_code == 200
    assert get(them, other, address).status_code == 404


# Openings


def test_an_opened_record_is_logged_and_the_patient_sees_who(them: Cast) -> None:
    patient = them.patient()
    assert get(them, them.nurse, f"/nurse/patient/{patient.person}").status_code == 200
    assert get(them, them.gp, f"/doctor/patient/{patient.person}").status_code == 200
    assert openings(them, patient) == [
        (them.nurse.person, "record"),
        (them.gp.person, "record"),
    ]
    page = get(them, patient, "/patient/me").content.decode()
    assert "Åpnet pasientsiden din" in page
    for words in ("Inga Prøvestad", "Marit Prøvestad", "Sykepleier", "Fastlege", "følger deg opp",
                  "fastlegen din", "Enhet service", "Enhet practice"):  # fmt: skip
        assert words in page, words


def test_a_record_that_an_answer_to_a_form_shows_is_opened_too(them: Cast) -> None:
    """What could not be saved comes back on the patient's page, and that page is the record."""
    patient = them.patient(given="Hemming")
    browser = them.browser(them.nurse)
    with them.clock():
        empty = browser.post(f"/nurse/contact/{patient.person}", {"contact": str(uuid4())})
        gone = browser.post(f"/nurse/handle/{uuid4()}", {"patient": str(patient.person)})
    for answer in (empty, gone):
        assert "Hemming" in answer.content.decode()
    assert openings(them, patient) == [(them.nurse.person, "record")] * 2


def test_a_refused_opening_is_not_shown_as_one(them: Cast) -> None:
    patient = them.patient()
    get(them, them.other_gp, f"/doctor/patient/{patient.person}")
    assert openings(them, patient) == []


def test_each_opening_of_a_record_is_logged(them: Cast) -> None:
    patient = them.patient()
    for _ in range(3):
        get(them, them.nurse, f"/nurse/patient/{patient.person}")
    assert openings(them, patient) == [(them.nurse.person, "record")] * 3


def test_a_list_is_logged_once_for_each_user_patient_and_day(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    for address in ("/nurse/", "/nurse/rows", "/nurse/", "/nurse/search?q=Tindheim"):
        get(them, them.nurse, address)
    assert openings(them, patient) == [(them.nurse.person, "list")]
    get(them, them.other_nurse, "/nurse/")
    assert openings(them, patient)[1:] == [(them.other_nurse.person, "list")]
    with them.clock(NOW.replace(hour=23, minute=50)):
        them.browser(them.nurse).get("/nurse/")
    assert len(openings(them, patient)) == 2
    with them.clock(NOW.replace(hour=0, minute=10) + timedelta(days=1)):
        them.browser(them.nurse).get("/nurse/")
    assert openings(them, patient)[2:] == [(them.nurse.person, "list")]


def test_a_doctors_and_a_coordinators_list_is_logged_too(them: Cast) -> None:
    patient = them.patient()
    for viewer, address in ((them.gp, "/doctor/"), (them.coordinator, "/coordinator/")):
        for _ in range(2):
            assert "Tindheim" in get(them, viewer, address).content.decode()
    assert openings(them, patient) == [
        (them.gp.person, "list"),
        (them.coordinator.person, "list"),
    ]
    page = get(them, patient, "/patient/me").content.decode()
    assert "Hvem har sett navnet ditt i en liste" in page


def test_the_leader_sees_numbers_and_never_a_person(them: Cast) -> None:
    patient = them.patient(given="Oddfrid")
    them.report(patient, spo2=86)
    leader = everyone(them, patient)[Role.TEAM_LEADER]
    page = get(them, leader, "/leader/").content.decode()
    assert ("Oddfrid" in page, "Tindheim" in page) == (False, False)
    assert openings(them, patient) == []


# What every page carries

EVERY = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'",
    "base-uri 'none'", "frame-ancestors 'none'",
]  # fmt: skip
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=\"|\son[a-z]+=\"|javascript:", re.IGNORECASE
)


def pages_of_everyone(them: Cast) -> list[tuple[str, Any]]:
    patient = them.patient()
    them.report(patient, spo2=86, comment="Tung i pusten")
    found = [
        (page, get(them, viewer, page))
        for role, viewer in everyone(them, patient).items()
        for page in PAGES[role]
    ]
    record = patient.person
    report = report_of(them, patient)
    found += [
        (f"/nurse/patient/{record}", get(them, them.nurse, f"/nurse/patient/{record}")),
        (f"/doctor/patient/{record}", get(them, them.gp, f"/doctor/patient/{record}")),
        (f"/patient/result/{report}", get(them, patient, f"/patient/result/{report}")),
        ("403", get(them, patient, "/nurse/")),
        ("404", get(them, patient, "/nowhere")),
    ]
    with them.clock():
        found += [
            (page, Client().get(page))
            for page in ("/sign-in", "/", "/nurse/", "/healthz", "/nowhere")
        ]
        found.append(("question", them.browser(patient).post(
            "/patient/measure/oxygen", {"spo2": "45", "pulse": "80"}
        )))  # fmt: skip
    return found


def test_every_page_has_the_strict_policy_and_nothing_that_it_would_stop(them: Cast) -> None:
    for page, answer in pages_of_everyone(them):
        policy = answer.headers["Content-Security-Policy"]
        assert all(part in policy for part in EVERY), page
        assert "unsafe" not in policy, page
        assert answer.headers["X-Content-Type-Options"] == "nosniff", page
        assert answer.headers["Cache-Control"] == "no-store", page
        found = INLINE.search(answer.content.decode())
        assert found is None, (page, found)


def test_every_page_is_in_norwegian_and_says_so(them: Cast) -> None:
    for page, answer in pages_of_everyone(them):
        if answer.status_code != 302 and page not in {"/healthz", "/nurse/rows"}:
            assert '<html lang="nb"' in answer.content.decode(), page


def test_without_its_token_no_form_is_taken(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
        assert item is not None
    posts = (
        (them.nurse, f"/nurse/take/{item.id}", {}),
        (them.nurse, f"/nurse/give-back/{item.id}", {}),
        (them.nurse, "/nurse/acknowledge", {}),
        (them.nurse, f"/nurse/handle/{item.id}", {"patient": str(patient.person)}),
        (them.gp, f"/doctor/patient/{patient.person}/note", {"patient": str(patient.person)}),
        (patient, "/patient/measure/oxygen", {"spo2": "95", "pulse": "80"}),
        (patient, "/patient/measure/send", {"draft": str(uuid4())}),
        (patient, "/sign-out", {}),
        (patient, "/language", {"language": "nn"}),
    )
    for viewer, address, sent in posts:
        client = Client(enforce_csrf_checks=True)
        client.cookies = them.browser(viewer).cookies
        with them.clock():
            answer = client.post(address, sent)
        assert answer.status_code == 403, address
        assert "ble ikke lagret" in answer.content.decode(), address
    with them.clock():
        sign_in = Client(enforce_csrf_checks=True).post("/sign-in", {"username": "x"})
    assert sign_in.status_code == 403
    with them.acting(them.nurse):
        after = queries.open_item(patient.actor)
        assert after is not None
    assert after.version == item.version


def test_nothing_is_changed_by_following_a_link(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
        assert item is not None
    for viewer, address in (
        (them.nurse, f"/nurse/take/{item.id}"),
        (them.nurse, f"/nurse/give-back/{item.id}"),
        (them.nurse, f"/nurse/handle/{item.id}"),
        (them.nurse, "/nurse/acknowledge"),
        (them.gp, f"/doctor/patient/{patient.person}/note"),
        (patient, "/patient/measure/send"),
    ):
        assert get(them, viewer, address).status_code == 405, address


@pytest.mark.parametrize(
    ("method", "address", "sent"),
    [
        ("get", "/nurse/?page=99999999999999999999", {}),
        ("get", "/nurse/search?q=a%00b", {}),
        ("get", "/nurse/patient/not-an-id", {}),
        ("post", "/nurse/acknowledge", {"seen": "x"}),
        ("post", "/nurse/acknowledge", {"seen": f"{NOBODY}|99999999999|2026-11-16T10:00:00Z"}),
        ("post", "/nurse/acknowledge", {"seen": f"{NOBODY}|1|yesterday"}),
    ],
)
def test_what_nobody_would_type_is_answered_and_never_an_error_of_ours(
    them: Cast, method: str, address: str, sent: dict[str, str]
) -> None:
    client = them.browser(them.nurse)
    client.raise_request_exception = False
    with them.clock():
        answer = (
            getattr(client, method)(address, sent) if sent else getattr(client, method)(address)
        )
    assert answer.status_code < 500


def test_when_the_database_refuses_a_page_says_so_in_words(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of an error must not need the database that has just failed."""

    def breaks(*_asked: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1 / 0")

    monkeypatch.setattr(worklist, "counts", breaks)
    client = them.browser(them.nurse)
    client.raise_request_exception = False
    with them.clock():
        answer = client.get("/nurse/")
    assert answer.status_code == 500
    assert "Noe gikk galt hos oss" in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers
