"""The others: heart failure on the phone, the doctor, the coordinator, leader and office."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, SignIn
from tests.people import NOW, Cast, employ
from varde.core.access import Role

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_a_heart_failure_patient_weighs_too_much(them: Cast, sign_in: SignIn) -> None:
    # given a weight two days ago
    patient = them.patient(programme="heart-failure", given="Trygve", family="Hovdevik")
    before = them.at - timedelta(days=2)
    them.report(patient, at=before, weight=80.0, systolic=130, diastolic=80, pulse=70)
    them.expect_today()
    phone = sign_in(patient, PHONE)
    page = phone.page
    phone.follow("Mål nå")

    # when the blood pressure is typed, and then the weight in grams
    page.fill("[name=systolic]", "128")
    page.fill("[name=diastolic]", "78")
    page.fill("[name=pulse]", "72")
    phone.press("Neste")
    page.fill("[name=weight]", "82400")
    phone.press("Neste")
    expect(page.get_by_role("heading", name="82400 kg kan ikke stemme")).to_be_visible()
    expect(page.get_by_text("Mente du 82,4 kg?")).to_be_visible()
    phone.axe()
    phone.press("Ja, 82,4 kg")
    for answer in ("Som vanlig for meg", "Sov som vanlig", "Nei, som vanlig", "Nei"):
        page.get_by_text(answer, exact=True).click()
        phone.press("Neste")
    phone.press("Send")

    # then it is red, and why is said in kilos and days
    expect(page.get_by_text("Du har gått opp 2,4 kg på 2 døgn")).to_be_visible()
    phone.axe()
    for path in ("plan", "history", "history?kind=weight&days=90", "me", ""):
        phone.go(f"/patient/{path}")
        phone.axe()


@pytest.mark.parametrize("language", ["nn", "en", "se"])
def test_the_patient_reads_in_the_own_language(them: Cast, sign_in: SignIn, language: str) -> None:
    phone = sign_in(them.patient(), PHONE)
    phone.go("/patient/me")
    phone.page.select_option("#language", language)
    phone.page.locator("form[action='/language'] button").click()
    expect(phone.page.locator("html")).to_have_attribute("lang", language)
    for path in ("", "measure/oxygen", "measure/breathing", "plan", "history", "me"):
        phone.go(f"/patient/{path}")
        phone.axe()


def test_the_doctors_note_reaches_the_nurse(them: Cast, sign_in: SignIn) -> None:
    patient = them.patient(given="Nils", family="Breivold")
    them.report(patient, spo2=95, pulse=80, systolic=130, diastolic=80)
    doctor, nurse = sign_in(them.gp), sign_in(them.nurse)
    doctor.axe()
    doctor.follow("Nils Breivold")
    doctor.axe()
    doctor.page.fill("#text", "Ny dose fra i morgen.")
    doctor.press("Lagre notatet")
    expect(doctor.page.get_by_text("Notatet er lagret")).to_be_visible()
    row = nurse.page.locator("[data-item]", has_text="Nils Breivold")
    expect(row).to_contain_text("Ulest notat fra Marit Prøvestad", timeout=2000)


def test_coordinator_leader_and_office_see_what_is_theirs(them: Cast, sign_in: SignIn) -> None:
    patient = them.patient(given="Oda", family="Kvitberg")
    them.report(patient, spo2=85)
    coordinator = sign_in(them.coordinator)
    coordinator.axe()
    coordinator.follow("Oda Kvitberg")
    coordinator.axe()
    for role, name in ((Role.TEAM_LEADER, "Guro"), (Role.ADMINISTRATOR, "Eivind")):
        with them.acting(at=NOW - timedelta(days=9)):
            someone = employ(them, name, role, "service", NOW - timedelta(days=9))
        screen = sign_in(someone)
        expect(screen.page.get_by_text("Oda Kvitberg")).to_have_count(0)
        screen.axe()
