"""The list: greens together, what is held back, and a list that says when it is not live."""

from __future__ import annotations

import signal

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import House, SignIn
from tests.people import Cast
from varde.dialogue.actions import write_note

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def a_note_from_the_doctor(them: Cast, patient: object) -> None:
    with them.acting(them.gp):
        write_note(
            patient=patient.actor,  # type: ignore[attr-defined]
            text="Kan vi doble vanndrivende til mandag?",
            by=them.gp,
            at=them.at,
        )


def test_greens_are_acknowledged_together_just_those_seen(them: Cast, sign_in: SignIn) -> None:
    # given three greens, one of them with an unread note from the doctor
    quiet, noted, late = (
        them.patient(given=name, family="Grønås") for name in ("Else", "Olav", "Kari")
    )
    for patient in (quiet, noted):
        them.report(patient, spo2=95, pulse=80, systolic=130, diastolic=80)
    a_note_from_the_doctor(them, noted)
    nurse = sign_in(them.nurse)
    page = nurse.page
    green = page.locator('[data-group="green"]')
    expect(green).to_contain_text("Else Grønås")
    expect(green).not_to_contain_text("Olav Grønås")
    held = page.locator('[data-group="work"]')
    expect(held).to_contain_text("Ulest notat fra Marit Prøvestad")
    nurse.axe()

    # when another green comes in it is put in by itself, and all seen are acknowledged
    them.report(late, spo2=95, pulse=80, systolic=130, diastolic=80)
    expect(green).to_contain_text("Kari Grønås", timeout=2000)
    page.keyboard.press("g")  # shows what it would be
    page.keyboard.press("g")
    expect(page.get_by_text("2 grønne er kvittert ut.")).to_be_visible()

    # then only the one with the note is left
    expect(page.locator("[data-item]")).to_have_count(1)
    nurse.axe()


def test_new_rows_do_not_move_what_is_under_the_cursor(them: Cast, sign_in: SignIn) -> None:
    yellow, red = them.patient(given="Gul", family="Rad"), them.patient(given="Rød", family="Rad")
    them.report(yellow, spo2=89)
    nurse = sign_in(them.nurse)
    page = nurse.page
    page.keyboard.press("j")
    row = page.locator("[data-item]", has_text="Gul Rad")
    expect(row).to_have_attribute("aria-current", "true")
    before = row.bounding_box()

    # when a red comes in above it
    them.report(red, spo2=85)
    waits = page.get_by_role("button", name="1 ny rød")
    expect(waits).to_be_visible(timeout=10_000)
    expect(waits.locator('.v-shape[data-color="rod"]')).to_be_visible()
    nurse.axe()

    # then nothing moves until it is asked for
    assert row.bounding_box() == before
    page.keyboard.press("n")
    expect(page.locator("[data-item]").first).to_contain_text("Rød Rad")
    expect(row).to_have_attribute("aria-current", "true")
    nurse.axe()

    # and when one is taken, the numbers beside «Mine» and «Ledige» follow
    page.keyboard.press("t")
    expect(page.locator('[data-n="mine"]')).to_have_text("1")
    expect(page.locator('[data-n="free"]')).to_have_text("1")


def test_a_list_whose_live_connection_is_dead_says_so(
    them: Cast, sign_in: SignIn, house: House
) -> None:
    nurse = sign_in(them.nurse)
    page = nurse.page
    page.clock.install()
    nurse.go("/nurse/")
    expect(page.locator("[data-live-lost]")).to_be_hidden()
    live = next(child for child in house.group.children if child.name == "live")
    assert live.process is not None
    live.process.send_signal(signal.SIGKILL)
    try:
        # when a minute has gone without a sign of life, and nothing answers
        page.context.route("**/nurse/rows*", lambda route: route.abort())
        for _ in range(8):
            page.clock.run_for(10_000)
        # then it says so across the top, with the time of what is shown
        expect(page.locator("[data-live-lost]")).to_be_visible()
        expect(page.locator("[data-live-lost]")).to_contain_text("Vi når ikke Varde akkurat nå")
    finally:
        house.group._start(live)


def test_shortcuts_and_search(them: Cast, sign_in: SignIn) -> None:
    them.patient(given="Ragna", family="Tindheim")
    nurse = sign_in(them.nurse)
    page = nurse.page
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Snarveier")).to_be_visible()
    nurse.axe()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("tindh")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ragna Tindheim")).to_be_visible()
    nurse.go("/nurse/not-reported")
    nurse.axe()
