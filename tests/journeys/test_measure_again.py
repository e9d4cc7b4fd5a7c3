"""The journey: a red is measured once more at home, and the nurse sees both values."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, SignIn
from tests.journeys.test_measurement_to_nurse import AS_USUAL, measure
from tests.people import Cast

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_a_cold_finger_is_measured_again_and_the_nurse_sees_both(
    them: Cast, sign_in: SignIn
) -> None:
    # given a nurse with the list before her, and a patient who sends a low saturation
    patient = them.patient()
    them.expect_today()
    nurse, phone = sign_in(them.nurse), sign_in(patient, PHONE)
    phone.follow("Mål nå")
    measure(
        phone, [{"spo2": "86", "pulse": "80"}, {"systolic": "130", "diastolic": "80"}], AS_USUAL
    )
    phone.press("Send")
    expect(phone.page.get_by_role("heading", name="Mål en gang til")).to_be_visible()
    expect(phone.page.get_by_role("heading", name="Du trenger hjelp i dag")).to_be_visible()
    phone.axe()

    # the nurse has it at once, red, and told that it is being measured again
    row = nurse.page.locator("[data-item]", has_text="Ragna Tindheim")
    expect(row.get_by_text("Bedt om ny måling, til kl.")).to_be_visible()
    nurse.axe()

    # when she warms her finger and measures again
    phone.follow("Mål igjen")
    expect(phone.page.get_by_text("Varm fingeren. Ta av neglelakk.")).to_be_visible()
    phone.axe()
    phone.page.fill("[name=spo2]", "mange")
    phone.press("Send ny måling")
    expect(phone.page.get_by_text("Skriv tallet du ser på måleren.")).to_be_visible()
    phone.axe()
    phone.page.fill("[name=spo2]", "94")
    phone.page.get_by_text("Fingeren var kald").click()
    phone.press("Send ny måling")

    # then it is yellow for both, and both values stand
    expect(phone.page.get_by_text("Oksygenet er 86 %")).to_be_visible()
    expect(phone.page.get_by_text("Da du målte en gang til, var det 94 %.")).to_be_visible()
    expect(phone.page.get_by_role("heading", name="Litt verre enn vanlig")).to_be_visible()
    phone.axe()
    row = nurse.page.locator("[data-item]", has_text="Ragna Tindheim")
    expect(row.get_by_text("teknikk? Ny måling 94 %")).to_be_visible()
    expect(row.get_by_text("Fingeren var kald")).to_be_visible()
    nurse.axe()
