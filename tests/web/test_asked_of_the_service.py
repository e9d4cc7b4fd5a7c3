"""What another asks the service: it stands on the list until it is answered, whatever is closed."""

from __future__ import annotations

from datetime import timedelta

from tests.hospital import Hospital, treated
from tests.people import NOW, Cast
from tests.triage.test_concurrent import RED
from tests.web.test_care_page import send
from tests.web.test_nurse_pages import get, panel, submit
from tests.web.test_patient_pages import said
from varde.core.request import What
from varde.pathway.together import requests
from varde.pathway.together.requests import Wish
from varde.triage.models import Reason

HOUR = timedelta(hours=1)


def test_no_closing_of_the_row_answers_a_question(them: Cast, there: Hospital) -> None:
    """The red is closed by contact; the question stands, and the page says so and where."""
    patient = them.patient(given="Solveig")
    treated(them, patient)
    send(them, there.specialist, patient, "ask", what="question", to=them.units["service"],
         text="Hvordan går det hjemme?")  # fmt: skip
    them.report(patient, at=NOW + HOUR, **RED)
    address = f"/nurse/patient/{patient.person}"
    nurse = them.browser(them.nurse)
    page = get(them, address, minutes=62)
    assert "Svar på spørsmålet" in page.content.decode()
    submit(them, nurse, panel(page), minutes=63, assessment="worsening", act="phone-answered")
    with them.acting():
        left = Reason.objects.filter(patient_id=patient.person, open=True)
        assert [one.kind for one in left] == ["asked-for"]
    with them.clock(NOW + timedelta(minutes=64)):
        text = said(nurse.get(address))
    assert "Lagret. Pasienten står fortsatt på lista: " in text
    assert "spør oppfølgingstjenesten: «Hvordan går det hjemme?»" in text
    assert "noe nytt kom" not in text


def test_what_the_patient_asks_for_is_closed_with_the_row(them: Cast, there: Hospital) -> None:
    """It is the clinic's to answer; the nurse has seen it."""
    patient = them.patient(given="Solveig")
    treated(them, patient)
    with them.acting(patient) as by:
        wish = Wish(patient.actor, What.APPOINTMENT, them.units["lungs"], "Tungpust")
        requests.ask_for(wish, by=by, at=NOW)
    page = get(them, f"/nurse/patient/{patient.person}", minutes=2)
    assert "Svar på spørsmålet" not in page.content.decode()
    nurse = them.browser(them.nurse)
    submit(them, nurse, panel(page), minutes=3, assessment="no-need", act="phone-answered")
    with them.acting():
        assert not Reason.objects.filter(patient_id=patient.person, open=True).exists()
