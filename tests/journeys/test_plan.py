"""The plan, with several people at once in several browsers: written, approved, seen, done by."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, Screen, SignIn
from tests.people import Cast
from tests.plan.agreed import approved, draft, proposed, responsible

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_the_nurse_drafts_the_doctor_approves_on_a_phone_and_the_patient_sees(
    them: Cast, sign_in: SignIn
) -> None:
    # given a patient who has written what matters
    patient = them.patient(given="Solveig", family="Moen")
    responsible(them, patient)
    mine = sign_in(patient, PHONE)
    mine.go("/patient/plan")
    expect(mine.page.get_by_text("Du har ikke fått en egen plan ennå")).to_be_visible()
    mine.page.get_by_role("link", name="Skriv hva som er viktig for deg").click()
    mine.page.fill("#goals", "Jeg vil til hytta i påsken")
    mine.axe()
    mine.press("Lagre")

    # when the nurse drafts from the template, with a medicine more
    nurse = sign_in(them.nurse)
    drafted(nurse)

    # then the patient sees nothing of it yet
    mine.go("/patient/plan?zone=red")
    expect(mine.page.get_by_text("Doksysyklin")).to_have_count(0)

    # and the doctor approves on a phone
    doctor = sign_in(them.gp, PHONE)
    doctor.page.get_by_role("link", name="Plan til godkjenning for Solveig Moen").click()
    expect(doctor.page.get_by_text("Doksysyklin: 100 mg × 1").first).to_be_visible()
    doctor.axe()
    doctor.press("Godkjenn planen")
    expect(doctor.page.get_by_text("Planen er godkjent og gjelder fra nå.")).to_be_visible()
    doctor.axe()

    # and the patient has it at once, in large print too
    mine.go("/patient/plan?zone=red")
    expect(mine.page.get_by_text("Doksysyklin: 100 mg × 1")).to_be_visible()
    mine.axe()
    answer = mine.page.request.get(f"{mine.url}/patient/plan.pdf?large=1")
    assert answer.status == 200 and answer.body()[:5] == b"%PDF-"
    nurse.go(f"/nurse/patient/{patient.person}/plan")
    expect(nurse.page.get_by_role("heading", name="Planen som gjelder")).to_be_visible()
    nurse.axe()


def drafted(nurse: Screen) -> None:
    """From the list of who has none to what is sent to the doctor."""
    nurse.go("/nurse/plans")
    nurse.axe()
    nurse.page.get_by_role("link", name="Solveig Moen").click()
    nurse.press("Lag et utkast")
    expect(nurse.page.get_by_label("Hva er viktig for deg?")).to_have_value(
        "Jeg vil til hytta i påsken"
    )
    for dose in nurse.page.get_by_label("Dose").all():
        drug = dose.evaluate("e => e.closest('fieldset').querySelector('input[name$=drug]').value")
        if drug:
            dose.fill("2 drag")
    red = nurse.page.locator("fieldset.p-plan-zone").nth(2)
    red.get_by_role("button", name="Enda en medisin").click()
    red.get_by_label("Medisin", exact=True).last.fill("Doksysyklin")
    red.get_by_label("Dose").last.fill("100 mg × 1")
    nurse.axe()
    nurse.press("Lagre og send til")
    expect(nurse.page.get_by_text("Sendt til legen.")).to_be_visible()
    nurse.axe()


def test_what_the_patient_ticks_and_starts_reaches_the_nurse_while_she_looks(
    them: Cast, sign_in: SignIn
) -> None:
    patient = them.patient(given="Harald", family="Moen")
    responsible(them, patient)
    approved(them, patient)
    them.report(patient, spo2=95, pulse=80)
    nurse, mine = sign_in(them.nurse), sign_in(patient, PHONE)

    # a tick is kept at once
    mine.go("/patient/plan?zone=yellow")
    mine.page.get_by_label("Pust ut med spisse lepper").check()
    expect(mine.page.get_by_text("Lagret. Sykepleieren ser det.")).to_be_visible()
    mine.go("/patient/plan?zone=yellow")
    expect(mine.page.get_by_label("Pust ut med spisse lepper")).to_be_checked()

    # and a pack that is started stands on the nurse's list without a reload
    mine.go("/patient/plan?zone=red")
    mine.page.get_by_role("link", name="Jeg starter Prednisolon").click()
    mine.axe()
    mine.press("Ja, jeg har startet")
    expect(mine.page.get_by_role("heading", name="Du har startet Prednisolon")).to_be_visible()
    mine.axe()
    row = nurse.page.locator("[data-item]", has_text="Harald Moen")
    expect(row).to_contain_text("Startet Prednisolon")
    row.get_by_role("link").first.click()
    expect(nurse.page.get_by_text("i dag: Pust ut med spisse lepper")).to_be_visible()
    nurse.axe()


def test_a_plan_changed_while_the_doctor_reads_is_not_approved_unseen(
    them: Cast, sign_in: SignIn
) -> None:
    patient = them.patient(given="Mona", family="Moen")
    responsible(them, patient)
    proposed(them, patient)
    doctor, nurse = sign_in(them.gp, PHONE), sign_in(them.nurse)
    doctor.go(f"/doctor/patient/{patient.person}/plan")

    nurse.go(f"/nurse/patient/{patient.person}/plan/edit")
    nurse.page.get_by_label("Dose").nth(0).fill("40 mg den første uka")
    nurse.press("Lagre utkastet")
    doctor.press("Godkjenn planen")
    expect(doctor.page.get_by_role("alert")).to_contain_text(
        "Noen andre har endret utkastet etter at du åpnet det."
    )
    expect(doctor.page.get_by_text("40 mg den første uka").first).to_be_visible()
    doctor.axe()
    doctor.press("Godkjenn planen")  # as it is shown now
    expect(doctor.page.get_by_text("Planen er godkjent og gjelder fra nå.")).to_be_visible()


def test_two_nurses_in_one_draft_lose_nothing(them: Cast, sign_in: SignIn) -> None:
    patient = them.patient(given="Knut", family="Moen")
    responsible(them, patient)
    first, second = sign_in(them.nurse), sign_in(them.other_nurse)
    first.go(f"/nurse/patient/{patient.person}/plan")
    first.press("Lag et utkast")
    second.go(f"/nurse/patient/{patient.person}/plan/edit")
    first.page.get_by_label("Mål, ett på hver linje").fill("Gå tur")
    first.press("Lagre utkastet")
    second.page.get_by_label("Hva er viktig for deg?").fill("Hytta")
    second.press("Lagre utkastet")
    expect(second.page.get_by_role("alert")).to_contain_text("Inga Prøvestad lagret")
    expect(second.page.get_by_label("Hva er viktig for deg?")).to_have_value("Hytta")
    second.axe()


def test_what_the_patient_said_is_put_in_and_enter_saves_what_is_typed(
    them: Cast, sign_in: SignIn
) -> None:
    patient = them.patient(given="Ester")
    draft(them, patient)
    mine, nurse = sign_in(patient, PHONE), sign_in(them.nurse)
    mine.go("/patient/plan/goals")
    mine.page.locator("textarea").first.fill("Å synge i koret")
    mine.page.locator("main form button[type=submit]").first.click()
    nurse.go(f"/nurse/patient/{patient.person}/plan/edit")
    matters = nurse.page.get_by_label("Hva er viktig for deg?")
    matters.fill("Hytta ved fjorden")
    drug = nurse.page.locator('input[name$=".dose"]').first
    drug.press("Enter")
    expect(nurse.page.get_by_text("Utkastet er lagret.")).to_be_visible()
    expect(matters).to_have_value("Hytta ved fjorden")
    nurse.press("Bruk dette som det som er viktig")
    expect(matters).to_have_value("Å synge i koret")
    nurse.axe()
    nurse.page.get_by_role("button", name="Lagre utkastet").click()
    expect(matters).to_have_value("Å synge i koret")
    responsible(them, patient)
    doctor = sign_in(them.gp)
    doctor.go(f"/doctor/patient/{patient.person}/plan/edit")
    doctor.page.locator('input[name$=".dose"]').first.press("Enter")  # saves, and approves nothing
    expect(doctor.page.get_by_text("Utkastet er lagret.")).to_be_visible()


def test_a_plan_that_is_withdrawn_is_gone_for_the_patient_who_looks(
    them: Cast, sign_in: SignIn
) -> None:
    patient = them.patient(given="Alf")
    responsible(them, patient)
    approved(them, patient)
    mine, doctor, nurse = sign_in(patient, PHONE), sign_in(them.gp), sign_in(them.nurse)
    mine.go("/patient/plan?zone=red")
    expect(mine.page.get_by_text("Prednisolon").first).to_be_visible()
    doctor.go(f"/doctor/patient/{patient.person}/plan")
    doctor.page.get_by_text("Trekk planen tilbake").first.click()
    doctor.page.locator('textarea[name="why"]').last.fill("Har fått nye medisiner")
    doctor.page.locator('button[value="withdraw"]').click()
    expect(doctor.page.get_by_text("Planen gjelder ikke lenger.").first).to_be_visible()
    mine.page.reload()
    expect(mine.page.get_by_text("20 mg")).to_have_count(0)
    expect(mine.page.get_by_text("Har du alt startet Prednisolon? Si fra")).to_be_visible()
    mine.axe()
    nurse.go("/nurse/")
    expect(nurse.page.get_by_text("Alf Tindheim").first).to_be_visible()
