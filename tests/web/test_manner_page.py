"""How it was measured, on the phone: said in one touch by who needs it, and seen by the nurse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from tests.people import NOW, Cast
from tests.triage.test_ordered_rules import order
from tests.web.test_patient_pages import fields, look_over, measure, said
from varde.core.quantities import BY_NAME
from varde.measuring.incoming import said_of
from varde.measuring.models import Observation
from varde.people.viewer import Viewer

WALK, OXYGEN = "copd:spo2-after-activity", "copd:spo2-on-oxygen"
LATER = NOW + timedelta(hours=1)


def step(client: Client, step: str = "oxygen", **typed: Any) -> Any:
    return client.post(f"/patient/measure/{step}", typed, follow=True)


def kept(them: Cast, patient: Viewer) -> dict[str, tuple[str, ...]]:
    codes = {kind.code: name for name, kind in BY_NAME.items()}
    with them.acting():
        rows = Observation.objects.filter(patient_id=patient.person)
        return {codes[row.kind]: said_of(row.flags) for row in rows}


def test_nothing_has_to_be_said(them: Cast) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        page = client.get("/patient/measure/oxygen")
        assert "Var noe annerledes da du målte?" in said(page)
        assert 'type="radio"' not in page.content.decode()
        assert "liter i minuttet" not in said(page)
        measure(client, spo2="95")
    assert set(kept(them, patient).values()) == {()}


def test_what_went_wrong_brings_advice_once_and_the_number_stands_if_she_wants(
    them: Cast,
) -> None:
    patient = them.patient()
    client = them.browser(patient)
    with them.clock():
        first = step(client, spo2="94", pulse="80", said=["cold-finger"])
        assert "Mål gjerne en gang til" in said(first)
        assert "Varm fingeren" in said(first)
        typed = fields(first)
        assert (typed["spo2"], typed["advised"]) == ("94", "1")
        assert 'value="cold-finger" checked' in first.content.decode()
        after = step(client, spo2="94", pulse="80", said=["cold-finger"], advised="1")
        assert after.wsgi_request.path == "/patient/measure/blood-pressure"
        measure(client, spo2="94", said=["cold-finger"], advised="1")
    assert kept(them, patient)["spo2"] == ("cold-finger",)


def test_she_sees_what_she_said_before_it_is_sent(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        step(client, spo2="94", pulse="80", said=["activity"])
        step(client, "blood-pressure", systolic="130", diastolic="80")
        for question in ("breathing", "cough", "sputum", "general"):
            answer = {"general": "well"}.get(question, "as-usual" if question != "cough" else "no")
            step(client, question, answer=answer)
        assert "94 %, puls 80, etter aktivitet" in said(look_over(client))


def test_what_is_said_stays_when_an_odd_number_is_asked_about(them: Cast) -> None:
    client = them.browser(them.patient())
    with them.clock():
        asked = step(client, spo2="69", pulse="80", said=["activity"])
        assert "stemmer det?" in said(asked)
        assert 'name="said" value="activity"' in asked.content.decode()


def test_for_whom_it_is_ordered_it_is_asked_outright(them: Cast) -> None:
    patient = them.patient()
    order(them, patient, WALK)
    client = them.browser(patient)
    with them.clock(LATER):
        page = client.get("/patient/measure/oxygen")
        body = page.content.decode()
        assert "Hvordan var det da du målte?" in said(page)
        assert 'type="radio" name="said" value="rest" checked' in body
        result = measure(client, spo2="84", said=["activity"])
    text = said(result)
    assert "Gul" in text
    assert "Oksygenet er 84 %, etter aktivitet" in text
    assert "Under 85 % etter aktivitet er gult for deg." in text
    with them.clock(LATER):
        listed = said(them.browser(them.nurse).get("/nurse/"))
    assert "SpO₂ 84 %, etter aktivitet" in listed
    assert "gul under 85 (egen grense etter aktivitet)" in listed


def test_for_whom_oxygen_matters_it_is_asked_for_beside_the_saturation(them: Cast) -> None:
    patient = them.patient()
    order(them, patient, OXYGEN)
    client = them.browser(patient)
    with them.clock(LATER):
        page = client.get("/patient/measure/oxygen")
        assert "Oksygen du får nå" in said(page)
        result = measure(client, **{"spo2": "94", "oxygen-flow": "2"})
    assert "Oksygenet er 94 %, med 2,0 l/min oksygen" in said(result)
    assert "Over 92 % med oksygen er gult for deg." in said(result)


def test_the_doctor_may_order_it_after_the_dry_run(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        page = said(them.browser(them.gp).get(f"/doctor/patient/{patient.person}/limits"))
    assert "SpO₂ etter aktivitet: gul under 85, rød under 80." in page
    assert "SpO₂ med oksygen: gul under 88, rød under 85, gul over 92." in page
