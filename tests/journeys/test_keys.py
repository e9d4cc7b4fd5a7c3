"""The keyboard all the way: a nurse goes through a day without touching the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignIn
from tests.people import Cast

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
RED = {"spo2": 86, "pulse": 80, "systolic": 130, "diastolic": 80}


def test_a_red_is_taken_closed_and_undone_by_keys_alone(them: Cast, sign_in: SignIn) -> None:
    them.report(them.patient(given="Ragna", family="Tindheim"), **RED)
    nurse = sign_in(them.nurse)
    page, keys = nurse.page, nurse.page.keyboard
    keys.press("j")
    keys.press("t")
    expect(page.get_by_text("Deg").first).to_be_visible()
    keys.press("a")
    expect(page.get_by_role("heading", name="Ragna Tindheim")).to_be_visible()
    expect(page.locator("#handle input[type=radio]").first).to_be_focused()
    keys.press("Space")
    keys.press("Tab")
    expect(page.get_by_label("Ringte, fikk svar")).to_be_focused()
    keys.press("Space")
    keys.press("Control+Enter")
    expect(page.get_by_text("Lukket. Ingen flere venter.")).to_be_visible()
    keys.press("u")
    expect(page.get_by_text("Angret. Pasienten er din igjen, og notatet står.")).to_be_visible()
    nurse.axe()


def test_the_parts_of_the_patients_page_have_keys(them: Cast, sign_in: SignIn) -> None:
    patient = them.patient(given="Ragna", family="Tindheim")
    them.report(patient, **RED)
    nurse = sign_in(them.nurse)
    page, keys = nurse.page, nurse.page.keyboard
    for key, label in (("p", "Hva spør du om"), ("o", "Hva skal gjøres"),
                       ("v", "Det neste vakt må vite"), ("s", "Kollega")):  # fmt: skip
        nurse.go(f"/nurse/patient/{patient.person}")
        keys.press(key)
        expect(page.get_by_label(label).first).to_be_visible()
        expect(page.locator(f"[data-key={key}] :focus")).to_have_count(1)
    keys.press("Escape")
    keys.press("e")
    expect(page.get_by_role("heading", name="Grenser for Ragna Tindheim")).to_be_visible()


def test_the_menu_the_filters_and_the_tasks_have_keys(them: Cast, sign_in: SignIn) -> None:
    nurse = sign_in(them.nurse)
    page, keys = nurse.page, nurse.page.keyboard
    for key, title in (("2", "Oppgaver"), ("6", "Vakt"), ("4", "Hva varslene førte til"),
                       ("1", "Arbeidsliste")):  # fmt: skip
        keys.press(key)
        expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    keys.press("f")
    assert page.evaluate("document.activeElement.name") == "who"
    keys.press("?")
    expect(page.get_by_role("heading", name="Snarveier")).to_be_visible()
    nurse.axe()


def test_keys_of_one_letter_can_be_turned_off_for_every_page(them: Cast, sign_in: SignIn) -> None:
    nurse = sign_in(them.nurse)
    page, keys = nurse.page, nurse.page.keyboard
    keys.press("?")
    page.get_by_label("Bruk snarveier med én tast").uncheck()
    keys.press("Escape")
    nurse.go("/nurse/tasks")
    keys.press("6")
    expect(page.get_by_role("heading", name="Oppgaver", exact=True, level=1)).to_be_visible()
    keys.press("?")
    expect(page.get_by_role("heading", name="Snarveier")).to_be_visible()
