"""Past a step: who cannot manage a measurement sends what she has, and says how she is."""

from __future__ import annotations

from tests.people import NOW, Cast
from tests.web.test_patient_pages import said
from varde.clock import tasks
from varde.measuring.models import Expectation
from varde.people.viewer import Viewer
from varde.triage import queries

STEPS = "/patient/measure/"


def state(them: Cast, patient: Viewer) -> tuple[str, set[str]]:
    with them.acting():
        one = Expectation.objects.get(patient_id=patient.person)
    return one.state, set(one.parts) - set(one.came)


def answer(browser, **first: str) -> None:  # type: ignore[no-untyped-def]
    for name, given in {"breathing": "much-worse", "cough": "no", "sputum": "as-usual",
                        "general": "well", **first}.items():  # fmt: skip
        sent = {"skip": "1"} if given == "skip" else {"answer": given}
        assert browser.post(f"{STEPS}{name}", sent).status_code == 302, name


def send(browser):  # type: ignore[no-untyped-def]
    page = browser.get(f"{STEPS}look-over")
    draft = page.content.decode().split('name="draft" value="')[1].split('"')[0]
    return page, browser.post(f"{STEPS}send", {"draft": draft}, follow=True)


def test_with_a_broken_cuff_she_still_says_that_breathing_is_heavy(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    with them.clock():
        browser = them.browser(patient)
        browser.post(f"{STEPS}oxygen", {"spo2": "95", "pulse": "80"})
        skipped = browser.post(f"{STEPS}blood-pressure", {"skip": "1"})
        assert skipped["Location"] == f"{STEPS}breathing"
        answer(browser)
        page, result = send(browser)
    assert "Blodtrykk Ikke målt" in said(page)
    assert "Rød" in said(result)
    assert state(them, patient) == ("open", {"systolic", "diastolic"})
    with them.acting(them.nurse):
        assert queries.open_item(patient.actor).rank == 0  # type: ignore[union-attr]


def test_what_she_did_manage_of_a_step_is_kept(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        browser = them.browser(patient)
        browser.post(f"{STEPS}oxygen", {"spo2": "93", "pulse": "", "skip": "1"})
        browser.post(f"{STEPS}blood-pressure", {"skip": "1"})
        answer(browser, breathing="skip")
        page, result = send(browser)
    assert "Oksygen i blodet 93 %" in said(page)
    assert "Hvordan er pusten din i dag? Ikke svart" in said(page) or "Ikke svart" in said(page)
    assert "93 %" in said(result)


def test_what_cannot_be_is_asked_about_though_the_rest_is_skipped(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        browser = them.browser(patient)
        sent = {"spo2": "45", "pulse": "", "skip": "1"}
        asked = browser.post(f"{STEPS}oxygen", sent, follow=True)
        assert "stemmer det?" in said(asked)
        assert 'name="skip" value="1"' in asked.content.decode(), "her «yes» goes past the pulse"
        wrong = browser.post(f"{STEPS}oxygen", {**sent, "spo2": "mye"}, follow=True)
    assert "Skriv tallet du ser på måleren." in said(wrong)


def test_with_nothing_at_all_there_is_nothing_to_send(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        browser = them.browser(patient)
        for name in ("oxygen", "blood-pressure", "breathing", "cough", "sputum", "general"):
            browser.post(f"{STEPS}{name}", {"skip": "1"})
        page, result = send(browser)
    for told in (said(page), said(result)):
        assert "ingenting å sende" in told
    with them.acting(them.nurse):
        assert queries.open_item(patient.actor) is None


def test_who_comes_back_to_a_step_measures_it_after_all(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        browser = them.browser(patient)
        browser.post(f"{STEPS}oxygen", {"skip": "1"})
        browser.post(f"{STEPS}oxygen", {"spo2": "95", "pulse": "80"})
        browser.post(f"{STEPS}blood-pressure", {"skip": "1"})
        answer(browser, breathing="as-usual")
        page, _result = send(browser)
    assert "Oksygen i blodet 95 %" in said(page)


def test_what_was_written_to_the_nurse_is_kept_on_the_way_back(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        browser = them.browser(patient)
        browser.post(f"{STEPS}oxygen", {"spo2": "95", "pulse": "80"})
        browser.post(f"{STEPS}blood-pressure", {"skip": "1"})
        answer(browser, breathing="as-usual")
        page = browser.get(f"{STEPS}look-over").content.decode()
        draft = page.split('name="draft" value="')[1].split('"')[0]
        last = page.split('form="send" name="change" value="')[1].split('"')[0]
        browser.post(f"{STEPS}send", {"draft": draft, "comment": "Sov dårlig", "change": last})
        again = browser.get(f"{STEPS}look-over").content.decode()
    assert last == "general"
    assert ">Sov dårlig</textarea>" in again
