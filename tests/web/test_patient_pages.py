"""The patient's pages without script: measure, be asked kindly, look over, and send."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.people import NOW, Cast
from tests.triage.test_concurrent import the_item
from varde.base.tenancy import acting
from varde.measuring.incoming import Flag
from varde.measuring.models import Observation, Report
from varde.people.viewer import Viewer
from varde.triage.worklist import Rank

CALM = {
    "spo2": "95", "pulse": "78", "systolic": "132", "diastolic": "80", "weight": "82,4",
    "breathing": "as-usual", "cough": "no", "sputum": "as-usual", "general": "well",
    "night": "as-usual", "swelling": "no", "dizzy": "no",
}  # fmt: skip


def said(answer: Any) -> str:
    """What stands on the page, as a person reads it."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    text = unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", re.sub(r"\s+([.,])", r"\1", text))


def main(answer: Any) -> str:
    return str(answer.content.decode().split("<main")[1].split("</main>")[0])


def fields(answer: Any) -> dict[str, str]:
    """The form's fields, with what stands in them."""
    inputs = re.findall(r"<input[^>]*>", main(answer))
    found = {}
    for one in inputs:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name:
            found.setdefault(name[1], unescape(value[1]) if value else "")
    return found


def walk(client: Client, typed: dict[str, str]) -> list[str]:
    """From «Mål nå» through every step to «Se over»; the steps that were asked."""
    steps, address = [], client.get("/patient/measure/")["Location"]
    while not address.endswith("look-over"):
        page = client.get(address)
        assert page.status_code == 200, address
        slug = address.rsplit("/", 1)[1]
        steps.append(slug)
        wanted = fields(page)
        if "answer" in wanted:
            sent = {"answer": typed[slug]}
        else:
            sent = {name: typed[name] for name in wanted if name in typed}
        answer = client.post(address, {"from": "", **sent})
        assert answer.status_code == 302, said(answer)
        address = answer["Location"]
        assert address.rsplit("/", 1)[1] not in steps, "the same step again"
    return steps


def look_over(client: Client) -> Any:
    return client.get("/patient/measure/look-over")


def send(client: Client, **more: str) -> Any:
    draft = fields(look_over(client))["draft"]
    return client.post("/patient/measure/send", {"draft": draft, "comment": "", **more})


def measure(client: Client, **typed: str) -> Any:
    """The whole way; the result page."""
    walk(client, {**CALM, **typed})
    answer = send(client)
    assert answer.status_code == 302, said(answer)
    page = client.get(answer["Location"])
    assert page.status_code == 200
    return page


def sent_by(patient: Viewer) -> tuple[int, int]:
    """How many reports and how many observations the patient has."""
    with acting(patient.frame(NOW)):
        return (
            Report.objects.filter(patient_id=patient.person).count(),
            Observation.objects.filter(patient_id=patient.person).count(),
        )


# The whole way


def test_copd_from_today_to_a_green_result(them: Cast) -> None:
    patient = them.patient(given="Solveig")
    client = them.browser(patient)
    with them.clock():
        assert "Solveig" in said(client.get("/patient/"))
        assert walk(client, CALM) == [
            "oxygen", "blood-pressure", "breathing", "cough", "sputum", "general",
        ]  # fmt: skip
        over = said(look_over(client))
        for words in ("95 %", "puls 78", "132 over 80", "Som vanlig for meg", "Bra"):
            assert words in over, words
        result = client.get(send(client)["Location"])
    assert "Grønn sone" in said(result)
    assert "Alt er som det pleier" in said(result)
    assert sent_by(patient) == (1, 4)
    assert the_item(them, patient).rank == Rank.GREEN


def test_heart_failure_from_today_to_a_red_result(them: Cast) -> None:
    """Up 2.4 kg in two days, by the web as by any other door."""
    patient = them.patient(programme="heart-failure")
    client = them.browser(patient)
    for day, kilos in ((0, "82,0"), (1, "82,3")):
        with them.clock(NOW + timedelta(days=day)):
            measure(client, weight=kilos)
    with them.clock(NOW + timedelta(days=2)):
        page = said(measure(client, weight="84,4", swelling="more"))
    assert "Rød sone" in page
    assert "Du har gått opp 2,4 kg på 2 døgn" in page
    assert "Mer hovne ankler" in page
    assert the_item(them, patient).rank == Rank.RED_CONTROL  # to be measured again


def test_heart_failure_asks_for_what_it_measures_and_nothing_else(them: Cast) -> None:
    """No oximeter was lent out, so nobody is told to put one on."""
    client = them.browser(them.patient(programme="heart-failure"))
    with them.clock():
        home = said(client.get("/patient/"))
        steps = walk(client, CALM)
        over = said(look_over(client))
    assert "Fingermåleren" not in home
    assert "oxygen" not in steps, "a patient without an oximeter is told to use it"
    assert "Oksygen" not in over


def test_a_yellow_result_says_why_and_what_to_do(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        page = said(measure(them.browser(patient), spo2="89", cough="more"))
    assert "Gul sone" in page
    assert "Oksygenet er 89 %" in page
    assert "Under 90 % er gult for deg." in page
    assert "Mer hoste enn vanlig" in page
    assert "Gjør dette nå" in page
    assert "Pulsen er" not in page, "what is green is not among the reasons"


def test_with_two_programmes_each_thing_is_asked_once(them: Cast) -> None:
    patient = them.both()
    client = them.browser(patient)
    with them.clock():
        steps = walk(client, CALM)
    assert len(steps) == len(set(steps))
    assert steps[:3] == ["oxygen", "blood-pressure", "weight"]
    assert steps.count("breathing") == 1


def test_words_to_the_nurse_are_sent_and_shown_as_words(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        walk(client, CALM)
        send(client, comment="<b>Svimmel</b> & kvalm")
        page = them.browser(them.nurse).get(f"/nurse/patient/{patient.person}")
    assert "<b>Svimmel</b>" not in page.content.decode()
    assert "<b>Svimmel</b> & kvalm" in unescape(page.content.decode())
    assert the_item(them, patient).rank == Rank.WORK


# Questioned kindly


def ask(client: Client, step: str, **typed: str) -> Any:
    """What is answered; what is asked about is led to a page of its own."""
    answer = client.post(f"/patient/measure/{step}", {"from": "", **typed})
    tried = answer["Location"] == f"/patient/measure/{step}?tried=1"
    return client.get(answer["Location"]) if tried else answer


def test_an_unlikely_value_is_questioned_and_not_kept_before_yes(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        asked = ask(client, "oxygen", spo2="45", pulse="80")
        assert (asked.status_code, "Vi fikk 45 % – stemmer det?" in said(asked)) == (200, True)
        assert look_over(client)["Location"] == "/patient/measure/oxygen"
        assert sent_by(patient) == (0, 0)
        again = ask(client, "oxygen", spo2="95", pulse="80")  # measured once more
    assert again.status_code == 302


def test_back_from_the_next_step_leads_to_a_page(them: Cast) -> None:
    """What the browser keeps is an address, not a form to send once more; looking keeps nothing."""
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        asked = ask(client, "oxygen", spo2="45", pulse="80")
        assert look_over(client)["Location"] == "/patient/measure/oxygen", "only asked about"
        client.post("/patient/measure/oxygen", fields(asked))
        back = client.get("/patient/measure/oxygen?tried=1")
    assert (back.status_code, fields(back)["spo2"]) == (200, "45")
    assert "stemmer det?" not in said(back)


def test_a_yes_to_an_unlikely_value_is_taken_judged_and_marked(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        yes = fields(ask(client, "oxygen", spo2="45", pulse="80"))
        assert yes["confirmed"] == "spo2=45"
        assert client.post("/patient/measure/oxygen", yes).status_code == 302
        walk(client, CALM)
        page = client.get(send(client)["Location"])
    assert "Rød sone" in said(page)
    with acting(patient.frame(NOW)):
        row = Observation.objects.get(patient_id=patient.person, kind=1)
        assert row.value == 45
        assert row.flags & Flag.CHECK


def test_a_yes_to_one_number_is_no_yes_to_another(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        answer = ask(client, "oxygen", spo2="44", pulse="80", confirmed="spo2=45")
    assert "stemmer det?" in said(answer)


@pytest.mark.parametrize("spo2", ["12", "0", "101", "999999"])
def test_an_impossible_value_is_never_taken_also_not_with_a_yes(them: Cast, spo2: str) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        for more in ({}, {"confirmed": f"spo2={spo2}"}):
            answer = ask(client, "oxygen", spo2=spo2, pulse="80", **more)
            assert (answer.status_code, "kan ikke stemme" in said(answer)) == (200, True)
            assert "confirmed" not in fields(answer)
        assert look_over(client)["Location"] == "/patient/measure/oxygen"
    assert sent_by(patient) == (0, 0)


def test_a_critical_value_is_questioned_once_and_then_red(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        asked = ask(client, "oxygen", spo2="79", pulse="80")
        assert "Ring 113 nå" in said(asked)
        assert client.post("/patient/measure/oxygen", fields(asked)).status_code == 302


@pytest.mark.parametrize(
    ("typed", "meant"), [("82400", "82,4 kg"), ("824", "82,4 kg"), ("8240", None)]
)
def test_grams_or_a_lost_comma_are_asked_about_and_never_converted_silently(
    them: Cast, typed: str, meant: str | None
) -> None:
    patient = them.patient(programme="heart-failure")
    client = them.browser(patient)
    with them.clock():
        answer = ask(client, "weight", weight=typed)
        assert answer.status_code == 200
        if meant:
            assert f"Mente du {meant}?" in said(answer)
            assert client.post("/patient/measure/weight", fields(answer)).status_code == 302
            page = client.get("/patient/measure/weight")
            assert fields(page)["weight"] == "82,4"


def test_a_weight_far_from_the_last_is_asked_about(them: Cast) -> None:
    """A guest on the scale: more than five kilos from last time."""
    patient = them.patient(programme="heart-failure")
    them.report(patient, weight=82.0)
    client = them.browser(patient)
    with them.clock(NOW + timedelta(days=1)):
        answer = ask(client, "weight", weight="87,1")
        assert "Er det du som har målt?" in said(answer)
        assert ask(client, "weight", weight="87,0").status_code == 302


def test_a_weight_in_pounds_is_asked_about(them: Cast) -> None:
    """192 is far from 86, and 87,1 kg in pounds: the scale may have been set otherwise."""
    patient = them.patient(programme="heart-failure")
    them.report(patient, weight=86.0)
    client = them.browser(patient)
    with them.clock(NOW + timedelta(days=1)):
        answer = ask(client, "weight", weight="192")
        assert "Mente du 87,1 kg?" in said(answer)
        guest = ask(client, "weight", weight="120")
    assert "Mente du" not in said(guest), "120 is neither"


def test_a_unit_that_was_written_is_shown_as_it_was(them: Cast) -> None:
    client = them.browser(them.patient(programme="heart-failure"))
    with them.clock():
        answer = said(ask(client, "weight", weight="83500 g"))
    assert ("83500 g" in answer, "83500 kg" in answer) == (True, False)


@pytest.mark.parametrize("typed", ["", "femti", "9 5", "95/80", "-95", "1e2"])
def test_what_is_no_number_is_said_and_comes_back_as_it_was_typed(them: Cast, typed: str) -> None:
    client = them.browser(them.patient())
    with them.clock():
        answer = ask(client, "oxygen", spo2=typed, pulse="80")
    assert (answer.status_code, "Skriv tallet du ser på måleren." in said(answer)) == (200, True)
    assert (fields(answer)["spo2"], fields(answer)["pulse"]) == (typed, "80")


@pytest.mark.parametrize("typed", ["95", " 95 ", "95 %", "95,0", "95.0"])
def test_a_number_is_read_as_people_write_it(them: Cast, typed: str) -> None:
    patient = them.patient()
    with them.clock():
        measure(them.browser(patient), spo2=typed)
    with acting(patient.frame(NOW)):
        assert Observation.objects.get(patient_id=patient.person, kind=1).value == 95


def test_a_question_left_out_is_asked_for(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        for answer in ("", "much-much-worse"):
            page = ask(client, "breathing", answer=answer)
            assert page.status_code == 200
            assert "Velg det svaret som passer best." in said(page)
