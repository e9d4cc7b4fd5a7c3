"""Measuring again on the phone: what is asked, what is refused kindly, and what is told after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import NOW, Cast
from tests.triage.test_concurrent import GREEN, the_item
from tests.web.test_patient_pages import measure, said, sent_by
from varde.clock import tasks
from varde.core.thresholds import Limits
from varde.triage import handling, ordering
from varde.triage.ordering import Draft
from varde.triage.worklist import Rank

MINUTE = timedelta(minutes=1)
ASK = "Mål igjen, innen kl. 10.10"


def asked(client: Client) -> str:
    """The way to measuring again after a red report."""
    page = measure(client, spo2="86")
    address = page.wsgi_request.path
    assert ASK in said(page)
    assert f'href="{address}/again"' in page.content.decode()
    return f"{address}/again"


def test_only_what_was_red_is_asked_for_with_what_goes_wrong_first(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        page = client.get(asked(client))
    text = said(page)
    assert "Varm fingeren" in text
    assert "Fingeren var kald" in text
    assert "mansjetten" not in text
    assert 'name="spo2"' in page.content.decode()
    assert 'name="pulse"' not in page.content.decode()


def test_a_good_repetition_turns_the_result_yellow_and_says_both(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        address = asked(client)
    with them.clock(NOW + 5 * MINUTE):
        answer = client.post(address, {"spo2": "94", "technique": ["cold-finger", "made-up"]})
        assert answer.status_code == 302
        text = said(client.get(answer["Location"]))
    assert "Oksygenet er 86 %" in text
    assert "Da du målte en gang til, var det 94 %." in text
    assert ASK not in text
    item = the_item(them, patient)
    assert item is not None
    assert item.rank == Rank.YELLOW
    with them.clock(NOW + 6 * MINUTE):
        listed = said(them.browser(them.nurse).get("/nurse/"))
    assert "teknikk? Ny måling 94 %" in listed
    assert "Om første gang: «Fingeren var kald»" in listed


def test_a_red_that_stays_red_is_told_so_and_nothing_is_asked_again(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        address = asked(client)
        listed = said(them.browser(them.nurse).get("/nurse/"))
        assert "Bedt om ny måling, til kl. 10:10" in listed
    with them.clock(NOW + 5 * MINUTE):
        page = client.post(address, {"spo2": "85"}, follow=True)
        assert "Du har målt en gang til" in said(page)
        assert ASK not in said(page)
        assert client.get(address).status_code == 302
    item = the_item(them, patient)
    assert item is not None
    assert item.rank == Rank.RED
    with them.clock(NOW + 6 * MINUTE):
        assert "Målte igjen: SpO₂ 85 %" in said(them.browser(them.nurse).get("/nurse/"))


def test_pressed_twice_it_is_sent_once(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        address = asked(client)
        before = sent_by(patient)
        for _ in range(2):
            client.post(address, {"spo2": "94"})
    assert sent_by(patient) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Skriv tallet du ser på måleren."),
        ("mange", "Skriv tallet du ser på måleren."),
        ("940", "940 % kan ikke stemme."),
        ("45", "Vi fikk 45 %. Stemmer det, så send en gang til."),
    ],
)
def test_an_odd_number_is_asked_about_and_kept(them: Cast, typed: str, told: str) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        address = asked(client)
        before = sent_by(patient)
        page = client.post(address, {"spo2": typed, "technique": "cold-finger"})
    assert told in said(page)
    assert f'value="{typed}"' in page.content.decode()
    assert 'value="cold-finger" checked' in page.content.decode()
    assert sent_by(patient) == before


def test_an_odd_number_that_is_right_may_be_sent(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        address = asked(client)
        page = client.post(address, {"spo2": "75"})
        assert 'name="confirmed" value="spo2=75"' in page.content.decode()
        assert client.post(address, {"spo2": "75", "confirmed": "spo2=75"}).status_code == 302
    item = the_item(them, patient)
    assert item is not None
    assert item.rank == Rank.RED


@pytest.mark.parametrize("how", ["time", "clock"])
def test_when_the_time_has_gone_the_page_leads_back_and_what_was_typed_is_kept(
    them: Cast, how: str
) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        address = asked(client)
    if how == "clock":
        tasks.controls(at=NOW + 11 * MINUTE)
    with them.clock(NOW + 11 * MINUTE):
        answer: Any = client.get(address)
        assert answer["Location"] == address.removesuffix("/again")
        assert ASK not in said(client.get(answer["Location"]))
        assert client.post(address, {"spo2": "78", "confirmed": "spo2=78"}).status_code == 302
    item = the_item(them, patient)
    assert item is not None
    assert item.rank == Rank.RED
    with them.clock(NOW + 12 * MINUTE):  # what was typed has come, though it came late
        assert "SpO₂ 78 %" in said(them.browser(them.nurse).get("/nurse/"))


def test_after_a_nurse_has_opened_it_both_stand_and_it_stays_red(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        address = asked(client)
        item = the_item(them, patient)
        assert item is not None
        with them.acting(them.nurse):
            handling.saw(item.id, at=NOW)
        page = client.post(address, {"spo2": "94"}, follow=True)
    assert "rødt gjelder til noen har sett på det" in said(page)


def test_another_patients_report_is_not_there(them: Cast) -> None:
    with them.clock():
        address = asked(them.browser(them.patient()))
        assert them.browser(them.patient()).get(address).status_code == 404
        assert them.browser(them.patient()).post(address, {"spo2": "94"}).status_code == 404


def test_a_green_report_asks_for_nothing(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        page = measure(client)
        assert "Mål igjen" not in said(page)
        assert client.get(f"{page.wsgi_request.path}/again").status_code == 404


def test_the_litres_that_were_red_are_asked_for_again(them: Cast) -> None:
    """They have a field only where a doctor has ordered limits for them: also on this page."""
    patient = them.patient()
    limits = {"oxygen-flow": Limits(None, None, 2.0, 3.0)}
    with them.acting(them.gp) as by:
        ordering.order(Draft(patient.actor, limits, "Skal ikke over tre liter"), by=by, at=them.at)
    at = them.at + timedelta(hours=1)
    sent = them.report(patient, at=at, present=True, **{**GREEN, "oxygen-flow": 5})
    with them.clock(at + timedelta(minutes=1)):
        page = them.browser(patient).get(f"/patient/result/{sent.delivery.report_id}/again")
    assert 'name="oxygen-flow"' in page.content.decode()
