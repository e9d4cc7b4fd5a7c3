"""Asking on, as a nurse and a doctor see it: asked on one page, answered on another."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.people import Cast
from tests.triage.test_concurrent import GREEN
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.people.viewer import Viewer

HOUR = timedelta(hours=1)
RED = GREEN | {"spo2": 84}


@pytest.fixture
def patient(them: Cast) -> Viewer:
    found = them.patient()
    them.report(found, **RED)
    return found


def ask(them: Cast, patient: Viewer, **more: str) -> Any:
    form = {"patient": str(patient.person), "rung": "gp", "text": "Skal hun begynne på kuren?"}
    url = f"/nurse/patient/{patient.person}/ask"
    return them.browser(them.nurse).post(url, form | more, follow=True)


def answer(them: Cast, patient: Viewer, text: str, at: datetime) -> Any:
    with them.clock(at):
        doctor = them.browser(them.gp)
        page = doctor.get(f"/doctor/patient/{patient.person}").content.decode()
        row = page.split('name="ask" value="')[1].split('"')[0]
        form = {"patient": str(patient.person), "ask": row, "text": text}
        return doctor.post(f"/doctor/patient/{patient.person}/answer", form, follow=True)


def test_the_question_is_begun_and_says_whom_and_by_when(them: Cast, patient: Viewer) -> None:
    with them.clock():
        page = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
        assert "Rød sone: SpO₂ 84 %" in page
        assert "Fastlegen (Marit Prøvestad) svar innen 2 åpningstimer" in page
        assert "Sykehuslegen svar innen 2 åpningstimer · spør selv" in page
        assert "Fristene er ikke signert av lege" in page
        asked = said(ask(them, patient))
    assert "Spørsmålet er stilt." in asked
    assert "Spurt: Fastlegen (Marit Prøvestad), svar innen i dag kl. 12" in asked


def test_the_doctor_finds_it_first_and_answers_and_the_nurse_reads_it_on_the_row(
    them: Cast, patient: Viewer
) -> None:
    with them.clock():
        ask(them, patient)
        page = said(them.browser(them.gp).get("/doctor/"))
        assert "Spørsmål om Ragna Tindheim" in page
        assert "Skal hun begynne på kuren?" in page
    told = said(answer(them, patient, "Ja, begynn i dag.", them.at + HOUR))
    assert "oppfølgingstjenesten ser det" in told
    assert "Du er spurt" not in told
    with them.clock(them.at + HOUR):
        nurse = them.browser(them.nurse)
        assert "Svar fra Marit Prøvestad: «Ja, begynn i dag.»" in said(nurse.get("/nurse/"))
        record = said(nurse.get(f"/nurse/patient/{patient.person}"))
        assert "Spurte Marit Prøvestad" in record
        assert "Svar fra Marit Prøvestad" in record


def test_no_answer_stands_on_the_row_with_whom_to_ask_next(them: Cast, patient: Viewer) -> None:
    with them.clock():
        ask(them, patient)
    clock.unanswered(at=them.at + 2.1 * HOUR)
    with them.clock(them.at + 2.1 * HOUR):
        row = said(them.browser(them.nurse).get("/nurse/"))
        assert "Fastlegen har ikke svart. Neste: Sykehuslegen. Spør selv" in row
        gp = said(them.browser(them.gp).get("/doctor/"))
        assert "Fristen er ute, og en annen er spurt." in gp
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
        assert "Svaret, slik du fikk det" in record


def test_an_answer_on_the_phone_is_written_down_by_the_nurse(them: Cast, patient: Viewer) -> None:
    with them.clock():
        page = ask(them, patient).content.decode()
        row = page.split('name="ask" value="')[1].split('"')[0]
        told = said(ask(them, patient, answer="1", ask=row, how="phone", text="Begynn på kuren"))
    assert "Svaret er lagret." in told
    assert "Svar fra Inga Prøvestad i dag 10:00: «Begynn på kuren»" in told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"text": "?\0"}, "Skriv det med ord. Ingenting er sendt."),
        ({"rung": "neighbour"}, "Velg hvem som skal spørres."),
        ({"answer": "1", "ask": "nonsense", "how": "phone"}, "besvart eller trukket av en annen"),
        ({"withdraw": "1", "ask": ""}, "besvart eller trukket av en annen"),
    ],
)
def test_what_cannot_be_done_says_so_and_keeps_what_was_typed(
    them: Cast, patient: Viewer, more: dict[str, str], told: str
) -> None:
    with them.clock():
        page = ask(them, patient, **{"text": "Noe å miste", **more})
    assert page.status_code == 422
    assert told in said(page)
    assert more.get("text", "Noe å miste").strip("\0") in page.content.decode()


def test_a_form_of_another_patient_is_refused(them: Cast, patient: Viewer) -> None:
    other = them.patient(given="Arvid")
    with them.clock():
        nurse = them.browser(them.nurse)
        form = {"patient": str(other.person), "rung": "gp", "text": "Skal vi vente?"}
        assert nurse.post(f"/nurse/patient/{patient.person}/ask", form).status_code == 400
        page = ask(them, patient).content.decode()
        row = page.split('name="ask" value="')[1].split('"')[0]
        form = {"patient": str(other.person), "ask": row, "withdraw": "1"}
        url = f"/nurse/patient/{other.person}/ask"
        assert "av en annen" in said(nurse.post(url, form))


def test_a_doctor_who_is_too_late_keeps_what_she_wrote(them: Cast, patient: Viewer) -> None:
    with them.clock():
        page = ask(them, patient).content.decode()
        row = page.split('name="ask" value="')[1].split('"')[0]
        doctor = them.browser(them.gp)
        ask(them, patient, withdraw="1", ask=row)
        form = {"patient": str(patient.person), "ask": row, "text": "Begynn på kuren"}
        late = doctor.post(f"/doctor/patient/{patient.person}/answer", form)
        assert late.status_code == 422
        assert "besvart eller trukket av en annen" in said(late)
        assert "«Begynn på kuren»" in said(late)


def test_who_has_turned_red_since_is_to_be_asked_about_anew(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **GREEN | {"pulse": 110})
    told = "Spør på nytt, så gjelder fristene for rød."
    with them.clock():
        assert told not in said(ask(them, patient))
    them.report(patient, at=them.at + HOUR, **RED)
    with them.clock(them.at + HOUR):
        page = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
        assert told in page
        assert told not in said(ask(them, patient))
