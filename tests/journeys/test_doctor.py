"""The doctor in under a minute; a goal conversation that reaches the plan and the GP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, SignIn
from tests.people import Cast
from tests.plan.agreed import colleague, proposed, responsible
from varde.core.thresholds import Limits
from varde.triage import ordering
from varde.triage.ordering import Draft

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
LOWER = {"spo2": Limits(alert_low=84, warning_low=86)}


def test_all_that_is_asked_is_answered_from_one_page_on_a_phone(
    them: Cast, sign_in: SignIn
) -> None:
    patient = them.patient(given="Ragnhild", family="Moen")
    responsible(them, patient)
    for day in range(20, 0, -2):
        them.report(patient, at=them.at - timedelta(days=day), spo2=89 if day < 12 else 91)
    proposed(them, patient)
    with them.acting(them.nurse):
        ordering.ask(Draft(patient.actor, LOWER, "Stabil uten symptomer"), them.gp.actor,
                     by=them.nurse, at=them.at)  # fmt: skip

    doctor = sign_in(them.gp, PHONE)
    doctor.page.get_by_role("link", name="Plan til godkjenning for Ragnhild Moen").click()
    first = doctor.page.get_by_role("heading", name="Dette ber vi deg om")
    expect(first).to_be_in_viewport()  # three touches from here, on one page, without a search
    here = doctor.page.url
    doctor.axe()
    doctor.press("Ordiner grensene")
    expect(doctor.page.get_by_text("De nye grensene gjelder fra nå.")).to_be_visible()
    doctor.press("Godkjenn planen")
    expect(doctor.page.get_by_text("Planen er godkjent og gjelder fra nå.")).to_be_visible()
    expect(doctor.page.get_by_role("heading", name="Ingenting venter på deg her")).to_be_visible()
    assert doctor.page.url == here
    doctor.axe()
    mine = sign_in(patient, PHONE)
    mine.go("/patient/plan?zone=red")
    expect(mine.page.get_by_text("Oksygen under 84 %")).to_be_visible()


def test_what_waits_goes_to_the_deputy_while_the_doctor_is_away(
    them: Cast, sign_in: SignIn
) -> None:
    patient = them.patient(given="Torleif", family="Moen")
    responsible(them, patient)
    proposed(them, patient)
    deputy = colleague(them)
    doctor, other = sign_in(them.gp), sign_in(deputy)
    expect(other.page.get_by_text("Plan til godkjenning for Torleif Moen")).to_have_count(0)
    doctor.page.get_by_text("Jeg skal være borte").click()
    doctor.page.fill("#away-last", "2026-11-20")
    doctor.page.select_option("#away-in", label=deputy.name)
    doctor.axe()
    doctor.press("Lagre fraværet")
    expect(doctor.page.get_by_text("går til stedfortrederen")).to_be_visible()
    other.go("/doctor/")
    other.page.get_by_role("link", name="Plan til godkjenning for Torleif Moen").click()
    other.press("Godkjenn planen")
    expect(other.page.get_by_text("Planen er godkjent og gjelder fra nå.")).to_be_visible()
    mine = sign_in(patient, PHONE)
    mine.go("/patient/plan")
    expect(mine.page.get_by_text(f"Godkjent for {them.gp.name}, som var borte.")).to_be_visible()
    mine.axe()


def test_a_goal_conversation_feeds_the_plan_and_the_letter(them: Cast, sign_in: SignIn) -> None:
    patient = them.patient(given="Jenny", family="Moen")
    responsible(them, patient)
    for day in range(13, 0, -1):
        them.report(patient, at=them.at - timedelta(days=day), spo2=94, pulse=78)
    nurse = sign_in(them.nurse)
    nurse.go(f"/nurse/patient/{patient.person}")
    nurse.follow("Målsamtale")
    page = nurse.page
    expect(page.get_by_text("13 grønne, ingen gule og ingen røde dager").first).to_be_visible()
    page.get_by_label("Telefon", exact=True).check()
    page.get_by_label("Hva er viktig for deg?").fill("Jeg vil synge i koret")
    page.get_by_label("Dette ble vi enige om").fill("Gå tur hver dag")
    nurse.axe()
    nurse.press("Lagre og gå til planen")
    expect(page.get_by_text("Målsamtalen er lagret.")).to_be_visible()
    nurse.press("Lag et utkast")
    expect(page.get_by_label("Hva er viktig for deg?")).to_have_value("Jeg vil synge i koret")
    doctor = sign_in(them.gp)
    expect(doctor.page.get_by_role("heading", name="Nye brev")).to_be_visible()
    doctor.page.get_by_role("link", name="Jenny Moen").first.click()
    expect(doctor.page.get_by_text("De siste 14 dagene: 13 grønne").first).to_be_visible()
    doctor.axe()
