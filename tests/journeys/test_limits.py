"""New limits: the nurse tries them, the doctor has ordered, another nurse verifies; or the doctor
alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, SignIn
from tests.people import Cast

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_from_a_draft_to_limits_that_another_has_verified(them: Cast, sign_in: SignIn) -> None:
    # given a patient whose saturation lies a little below the standard
    patient = them.patient(given="Arvid", family="Moen")
    for day in range(20, 0, -2):
        them.report(patient, at=them.at - timedelta(days=day), spo2=89 if day < 12 else 91)
    nurse = sign_in(them.nurse)
    nurse.go(f"/nurse/patient/{patient.person}")
    nurse.follow("Endre grensene")
    page = nurse.page
    nurse.axe()

    # when a lower bound is typed, it is tried at once, without a reload
    page.fill("[id='spo2.warning_low']", "88")
    page.fill("[id='spo2.alert_low']", "86")
    expect(page.get_by_text("5 dager skifter sone")).to_be_visible()
    expect(page.get_by_text("SpO₂, utkast")).to_be_visible()
    nurse.axe()
    page.get_by_role("radio", name="30 d").check()
    expect(page.get_by_text("10 måledager siste 30 dager")).to_be_visible()

    # and the doctor's order is entered
    page.fill("#reason", "Stabil på 88–91 % uten symptomer")
    page.select_option("#how", "dialogue")
    page.fill("#said", "Enig. Gul under 88, rød under 86.")
    page.fill("#clock", "08:15")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Sendt til kontroll.")).to_be_visible()
    expect(page.get_by_text("Du førte inn og kan ikke kontrollere selv.")).to_be_visible()
    expect(page.get_by_role("button", name="Stemmer med ordren")).to_have_count(0)
    nurse.axe()

    # then the other nurse has it on the list, and verifies it beside the doctor's words
    other = sign_in(them.other_nurse)
    row = other.page.locator("[data-item]", has_text="Arvid Moen")
    expect(row).to_contain_text("Nye grenser skal kontrolleres av en annen")
    row.get_by_role("link").first.click()
    other.follow("Se ordren")
    expect(other.page.get_by_text("«Enig. Gul under 88, rød under 86.»")).to_be_visible()
    other.axe()
    other.press("Stemmer med ordren, la dem gjelde")
    expect(other.page.get_by_text("Kontrollert. De nye grensene gjelder fra nå.")).to_be_visible()
    other.axe()

    # and what the patient sends now is judged by them
    phone = sign_in(patient, PHONE)
    phone.go("/patient/measure/oxygen?all=1")
    phone.page.fill("[name=spo2]", "88")
    other.go(f"/nurse/patient/{patient.person}")
    expect(other.page.get_by_text("Nye grenser skal kontrolleres")).to_have_count(0)
    expect(other.page.get_by_text("ført inn av").first).to_be_visible()


def test_a_doctor_orders_alone(them: Cast, sign_in: SignIn) -> None:
    patient = them.patient(given="Berit", family="Haug")
    them.report(patient, spo2=91, pulse=104)
    nurse = sign_in(them.nurse)
    nurse.go(f"/nurse/patient/{patient.person}/limits")
    nurse.page.fill("[id='pulse.warning_high']", "110")
    nurse.page.fill("#reason", "Kjent atrieflimmer, puls rundt 100")
    nurse.press("Spør legen i Varde")
    expect(nurse.page.get_by_text("Legen er spurt")).to_be_visible()

    doctor = sign_in(them.gp, PHONE)
    expect(doctor.page.get_by_role("heading", name="Venter på deg")).to_be_visible()
    doctor.axe()
    doctor.follow("Nye grenser for Berit Haug")
    expect(doctor.page.get_by_role("heading", name="Dette ber vi deg om")).to_be_visible()
    doctor.axe()
    doctor.page.get_by_role("link", name="Endre", exact=True).click()
    expect(doctor.page.locator("[id='pulse.warning_high']")).to_have_value("110")
    doctor.axe()
    doctor.press("Ordiner, gjelder fra nå")
    expect(doctor.page.get_by_text("De nye grensene gjelder fra nå.")).to_be_visible()
    expect(
        doctor.page.get_by_text("Puls: Gul under 51, rød under 41, gul over 110")
    ).to_be_visible()
