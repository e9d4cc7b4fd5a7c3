"""The journey: from a measurement at home to the nurse who acts on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import PHONE, Screen, SignIn
from tests.people import NOW, Cast

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def measure(phone: Screen, steps: list[dict[str, str]], answers: list[str]) -> None:
    """Through the steps to looking over; every screen checked."""
    for numbers in steps:
        for kind, value in numbers.items():
            phone.page.fill(f"[name={kind}]", value)
        phone.axe()
        phone.press("Neste")
    for answer in answers:
        phone.axe()
        phone.page.get_by_text(answer, exact=True).click()
        phone.press("Neste")
    expect(phone.page.get_by_role("heading", name="Se over før du sender")).to_be_visible()
    phone.axe()


AS_USUAL = ["Som vanlig for meg", "Nei, som vanlig", "Som vanlig, eller ikke noe", "Bra"]


def sends_a_red_report(phone: Screen) -> None:
    """An unlikely value is questioned before it is sent; the answer comes at once."""
    # when the patient measures: an unlikely value is questioned before it is sent
    expect(phone.page.get_by_text("Det er tid for å måle")).to_be_visible()
    phone.axe()
    phone.follow("Mål nå")
    phone.page.fill("[name=spo2]", "45")
    phone.page.fill("[name=pulse]", "88")
    phone.press("Neste")
    expect(phone.page.get_by_role("heading", name="Vi fikk 45 % – stemmer det?")).to_be_visible()
    phone.axe()
    phone.press("Mål en gang til")
    measure(
        phone,
        [{"spo2": "86", "pulse": "108"}, {"systolic": "146", "diastolic": "83"}],
        ["Tyngre enn vanlig", *AS_USUAL[1:]],
    )
    phone.page.fill("#comment", "Klarte ikke trappa i går kveld.")
    phone.press("Send")

    # then at once: the zone with reasons in words, what to do, and when somebody looks
    expect(phone.page.get_by_role("heading", name="Du trenger hjelp i dag")).to_be_visible()
    expect(phone.page.get_by_text("Oksygenet er 86 %")).to_be_visible()
    expect(phone.page.get_by_text("Under 88 % er rødt for deg.")).to_be_visible()
    expect(phone.page.get_by_text("Oppfølgingstjenesten er åpen nå").first).to_be_visible()
    phone.axe()


def acts_on_it(nurse: Screen, row: Locator) -> None:
    """Everything is on the page; a red is not closed without contact or a reason in words."""
    page = nurse.page
    # when she opens the page, everything is there
    row.get_by_role("link", name="Ragna Tindheim").click()
    for heading in ("Målinger og svar", "Siste svar", "Grenser", "Tidslinje"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_text("Klarte ikke trappa i går kveld.").first).to_be_visible()
    assert "SpO₂ 86 % (rød under 88)" in page.locator("#note").input_value().replace("\u00a0", " ")
    nurse.axe()

    # and a red is not closed without contact, but what was tried is kept
    page.get_by_label("Ringte, ikke svar").check()
    nurse.press("Lagre forsøket, behold på lista")
    expect(page.get_by_text("Forsøket er lagret.")).to_be_visible()
    expect(page.get_by_text("Forsøkt – ringte, ikke svar")).to_be_visible()
    page.get_by_label("Trolig forverring").check()
    page.get_by_label("Ring igjen", exact=True).check()
    nurse.press("Lukk og neste")
    expect(page.get_by_text("Rødt lukkes med kontakt")).to_be_visible()
    assert "Vurdert som: Trolig forverring." in page.locator("#note").input_value()
    nurse.axe()

    # when she records the contact, it is closed, and the list is empty for both
    page.get_by_label("Ringte, fikk svar").check()
    nurse.press("Lukk og neste")
    expect(page.get_by_text("Lukket. Ingen flere venter.")).to_be_visible()


def test_a_red_measurement_reaches_the_nurse_who_acts_on_it(them: Cast, sign_in: SignIn) -> None:
    # given a patient who is to measure today, and two nurses with the list before them
    patient = them.patient(given="Ragna", family="Tindheim", began=NOW - timedelta(days=3))
    them.expect_today()
    phone = sign_in(patient, PHONE)
    nurse, other = sign_in(them.nurse), sign_in(them.other_nurse)
    expect(nurse.page.get_by_text("Ingen venter.")).to_be_visible()
    nurse.axe()

    # when the patient measures
    began = nurse.page.evaluate("performance.timeOrigin")
    sends_a_red_report(phone)

    # and the nurses' lists show it within a second, without reload, with the reason on the row
    row = nurse.page.locator("[data-item]", has_text="Ragna Tindheim")
    expect(row).to_be_visible(timeout=1000)
    expect(row).to_contain_text("86 % rød under 88")
    assert nurse.page.evaluate("performance.timeOrigin") == began, "without reload"
    nurse.axe()

    # when one takes it, the other sees who has it
    row.get_by_role("button", name="Ta").click()
    expect(row).to_contain_text("Deg")
    theirs = other.page.locator("[data-item]", has_text="Ragna Tindheim")
    expect(theirs).to_contain_text("Inga Prøvestad", timeout=2000)

    # when she acts on it, it is closed, and the list is empty for both
    acts_on_it(nurse, row)
    expect(other.page.get_by_text("Ingen venter.")).to_be_visible(timeout=2000)

    # and the patient sees who has seen to it
    phone.go("/patient/")
    expect(phone.page.get_by_text("Sett av Inga Prøvestad")).to_be_visible()
    phone.axe()
    phone.follow("Sett av Inga Prøvestad")
    expect(phone.page.get_by_text("Inga Prøvestad ringte deg").first).to_be_visible()
    phone.axe()

    # and who has opened the record
    phone.go("/patient/me")
    expect(phone.page.get_by_text("Inga Prøvestad").first).to_be_visible()
    expect(phone.page.get_by_text("Åpnet pasientsiden din").first).to_be_visible()
    phone.axe()


def keys(phone: Screen, digits: str) -> None:
    for digit in digits:
        phone.page.get_by_role("button", name=digit, exact=True).click()


def test_the_keys_and_the_number_are_on_one_screen_and_no_step_stops_her(
    them: Cast, sign_in: SignIn
) -> None:
    # given a phone, and a cuff that does not work
    patient = them.patient(given="Ragna", family="Tindheim")
    them.expect_today()
    phone = sign_in(patient, PHONE)
    phone.follow("Mål nå")

    # then the number and all its keys are seen at once
    for place in ("[name=spo2]", ".v-pad"):
        box = phone.page.locator(place).bounding_box()
        assert box is not None
        assert box["y"] >= 0, place
        assert box["y"] + box["height"] <= PHONE["height"], place

    # when she writes by the keys, «Neste» goes to the other number of the meter first
    keys(phone, "93")
    phone.press("Neste")
    keys(phone, "80")
    expect(phone.page.locator("[name=spo2]")).to_have_value("93")
    expect(phone.page.locator("[name=pulse]")).to_have_value("80")
    phone.axe()
    phone.press("Neste")

    # and the cuff is gone past
    expect(phone.page.get_by_role("heading", name="Blodtrykk")).to_be_visible()
    phone.press("Jeg får det ikke til")
    for answer in AS_USUAL:
        phone.page.get_by_text(answer, exact=True).click()
        phone.press("Neste")
    expect(phone.page.get_by_text("Ikke målt")).to_be_visible()
    phone.axe()
    phone.press("Send")
    expect(phone.page.get_by_text("Oksygenet er 93 %")).to_be_visible()
    phone.axe()
