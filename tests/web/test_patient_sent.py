"""What the patient sends: not lost, not sent twice, and a result that stays."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from tests.people import NOW, OSLO, Cast
from tests.triage.test_concurrent import open_reasons, together
from tests.web.test_patient_pages import (
    CALM,
    ask,
    fields,
    look_over,
    main,
    measure,
    said,
    send,
    sent_by,
    walk,
)
from varde.base.tenancy import acting
from varde.measuring import queries as measured
from varde.measuring.drafts import open_draft
from varde.measuring.models import Enrolment

SATURDAY = datetime(2026, 11, 21, 11, 0, tzinfo=OSLO)

# Nothing typed is lost, nothing is sent twice


def test_what_was_typed_waits_for_the_patient(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        ask(them.browser(patient), "oxygen", spo2="93", pulse="80")
    with them.clock(NOW + timedelta(minutes=45)):
        client = them.browser(patient)  # signed in again
        assert client.get("/patient/measure/")["Location"] == "/patient/measure/blood-pressure"
        assert fields(client.get("/patient/measure/oxygen"))["spo2"] == "93"
    with them.clock(NOW + timedelta(hours=5)):
        client = them.browser(patient)
        assert client.get("/patient/measure/")["Location"] == "/patient/measure/oxygen"
        assert fields(client.get("/patient/measure/oxygen"))["spo2"] == ""


def test_a_number_that_is_changed_when_looking_over_leads_back_there(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        walk(client, CALM)
        answer = client.post(
            "/patient/measure/oxygen", {"from": "look-over", "spo2": "94", "pulse": "80"}
        )
        assert answer["Location"] == "/patient/measure/look-over"
        assert "94 %" in said(look_over(client))


def test_a_half_report_is_not_sent(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        ask(client, "oxygen", spo2="86", pulse="80")
        with acting(patient.frame(NOW)):
            draft = open_draft(patient.actor, at=NOW)
        answer = client.post("/patient/measure/send", {"draft": str(draft.id)})
        assert answer["Location"] == "/patient/measure/"
    assert sent_by(patient) == (0, 0)


def test_two_presses_of_send_give_one_report_and_the_same_result(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        walk(client, {**CALM, "spo2": "86"})
        draft = {"draft": fields(look_over(client))["draft"], "comment": ""}
        first = client.post("/patient/measure/send", draft)
        second = client.post("/patient/measure/send", draft)
    assert first["Location"] == second["Location"] == f"/patient/result/{draft['draft']}"
    assert sent_by(patient) == (1, 4)
    assert len(open_reasons(them, patient)) == 1


def test_two_presses_at_the_same_moment_give_one_report_and_the_same_result(them: Cast) -> None:
    for _ in range(2):
        patient = them.patient()
        clients = [them.browser(patient) for _ in range(3)]
        with them.clock():
            walk(clients[0], {**CALM, "spo2": "86"})
            draft = {"draft": fields(look_over(clients[0]))["draft"], "comment": ""}

        def press(client: Client, draft: dict[str, str] = draft) -> str:
            with them.clock():
                return str(client.post("/patient/measure/send", draft)["Location"])

        got = together(*(lambda client=client: press(client) for client in clients))
        assert got == [f"/patient/result/{draft['draft']}"] * 3
        assert sent_by(patient) == (1, 4)
        assert len(open_reasons(them, patient)) == 1


def test_a_page_that_has_grown_old_is_not_sent_and_leads_on(them: Cast) -> None:
    """Left open over night: its numbers are not today's, and the patient is not sent astray."""
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        walk(client, CALM)
        draft = {"draft": fields(look_over(client))["draft"], "comment": ""}
    with them.clock(NOW + timedelta(hours=14)):
        answer = client.post("/patient/measure/send", draft, follow=True)
    assert sent_by(patient) == (0, 0)
    assert answer.status_code == 200, "the patient is led to a page that does not exist"


@pytest.mark.parametrize("draft", ["", "x", "01a20209-32d0-751b-83a9-4a60e1a3f8f4"])
def test_a_draft_that_is_none_of_ones_own_sends_nothing(them: Cast, draft: str) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        walk(client, CALM)
        answer = client.post("/patient/measure/send", {"draft": draft})
        assert answer.status_code == 302
    assert sent_by(patient) == (0, 0)


def test_one_who_is_not_followed_is_told_so_and_sends_nothing(them: Cast) -> None:
    patient = them.patient()
    with them.acting():
        ended = DateTimeTZRange(NOW - timedelta(days=60), NOW - timedelta(days=1))
        Enrolment.objects.filter(patient_id=patient.person).update(period=ended)
    client = them.browser(patient)
    client.raise_request_exception = False
    with them.clock():
        assert "Du er ikke i oppfølging nå" in said(client.get("/patient/"))
        begun = client.get("/patient/measure/", follow=True)
        assert begun.status_code < 500
        with acting(patient.frame(NOW)):
            draft = open_draft(patient.actor, at=NOW)
        assert client.post("/patient/measure/send", {"draft": str(draft.id)}).status_code < 500
    assert sent_by(patient) == (0, 0)


# The result, when nobody is there

SEEN = re.compile(
    r"sykepleier (?:ser|følger|har)|har (?:sett|lest) (?:det|dette|målingen)|følger med på|"
    r"er mottatt av|tar kontakt|ringer deg|(?:vi|de) ser (?:på )?(?:det|dette|deg) nå",
    re.IGNORECASE,
)


def red_result(them: Cast, at: datetime) -> Any:
    with them.clock(at):
        return measure(them.browser(them.patient()), spo2="86", breathing="much-worse")


def first_call(answer: Any) -> str:
    found = re.search(r'href="(tel:[^"]*)"', main(answer))
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("at", "looks"),
    [
        (SATURDAY, "mandag 23. november kl. 9"),
        (datetime(2026, 11, 20, 15, 0, tzinfo=OSLO), "mandag 23. november kl. 9"),
        (datetime(2026, 11, 17, 23, 30, tzinfo=OSLO), "onsdag 18. november kl. 9"),
        (datetime(2026, 11, 17, 6, 30, tzinfo=OSLO), "i dag kl. 9"),
        (datetime(2026, 12, 24, 16, 0, tzinfo=OSLO), "mandag 28. desember kl. 9"),
        (datetime(2026, 5, 16, 12, 0, tzinfo=OSLO), "mandag 18. mai kl. 9"),
    ],
)
def test_red_outside_opening_hours_says_when_and_whom_to_call_first(
    them: Cast, at: datetime, looks: str
) -> None:
    founded = datetime(2026, 3, 1, tzinfo=OSLO)
    with them.clock(at):
        patient = them.patient(began=founded)
        page = measure(them.browser(patient), spo2="86", breathing="much-worse")
    text = said(page)
    assert "Rød sone" in text
    assert first_call(page) == "tel:116117"
    assert main(page).index("tel:116117") < main(page).index("Derfor er det rødt")
    assert "Oppfølgingstjenesten er stengt. Ingen har svart på dette ennå." in text
    assert looks in text
    assert "Jeg har lest" in text
    assert "Ring 113 med en gang hvis du" in text


def test_red_outside_opening_hours_never_sounds_as_if_someone_has_seen_it(them: Cast) -> None:
    text = said(red_result(them, SATURDAY)).replace("Ingen har sett dette ennå", "")
    found = SEEN.search(text)
    assert found is None, found


def test_red_in_opening_hours_says_to_call_the_service(them: Cast) -> None:
    page = red_result(them, NOW)
    assert first_call(page) == "tel:55500100"
    assert "Ring oss 55 50 01 00" in said(page)
    assert "stengt" not in said(page)


def test_every_number_to_call_can_be_pressed(them: Cast) -> None:
    """A tel: link with a space, of any kind, is not dialled by every phone."""
    for at in (NOW, SATURDAY):
        page = red_result(them, at).content.decode()
        for number in re.findall(r'href="tel:([^"]*)"', page):
            assert re.fullmatch(r"\+?\d{3,12}", unescape(number)), repr(number)


def test_the_result_is_found_again_from_today_and_from_its_address(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        client = them.browser(patient)
        measure(client, spo2="86")
        newest = client.get("/patient/result/")["Location"]
        assert "Rød sone" in said(client.get(newest))
        assert newest in client.get("/patient/").content.decode()


def test_what_was_sent_stands_in_the_history_with_its_zone(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        client = them.browser(patient)
        measure(client, spo2="86")
        page = said(client.get("/patient/history?kind=spo2&days=14"))
    assert ("86 %" in page, "Rød" in page) == (True, True)


def test_an_old_result_shows_what_it_was_judged_as_then(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        client = them.browser(patient)
        walk(client, {**CALM, "spo2": "86"})
        first = send(client)["Location"]
    with them.clock(NOW + timedelta(hours=5)):
        measure(client, spo2="95")
        assert "Rød sone" in said(client.get(first))
        assert "Grønn sone" in said(client.get("/patient/result/", follow=True))
    with acting(patient.frame(NOW)):
        assert measured.report(patient.actor, UUID(first.rsplit("/", 1)[1])) is not None
