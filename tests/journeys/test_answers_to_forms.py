"""What follows a touch: each button of the pages of plan, team and meeting is pressed with nothing
filled in, in the dark; the page that answers has no axe violation and no script error."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.hospital import hospital, treated
from tests.journeys.conftest import PHONE, Screen, SignIn
from tests.journeys.test_every_page import together
from tests.people import NOW, Cast
from tests.plan.agreed import PACK, approved, proposed, responsible
from varde.core.access import Role
from varde.pathway.meeting import minutes
from varde.pathway.models import Meeting
from varde.plan import approving
from varde.plan.doing import start_course
from varde.plan.queries import in_force

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OPEN_ALL = """() => {
  document.querySelectorAll('main form').forEach(form => { form.noValidate = true })
  document.querySelectorAll('main details').forEach(one => { one.open = true })
}"""
BUTTONS = "main form[method=post] button[type=submit]:visible"
OF_PATIENT = ("plan", "plan/edit", "care", "goals")
FRONTS = {Role.NURSE: "nurse", Role.GP: "doctor", Role.SPECIALIST: "doctor",
          Role.COORDINATOR: "coordinator", Role.OUTREACH: "outreach"}  # fmt: skip


def pressed(screen: Screen, address: str) -> int:
    """Each button of the page in turn, the page as it stands before each; how many there were."""
    n = 0
    while True:
        answer = screen.page.goto(screen.url + address)
        if answer is None or answer.status != 200:
            return n
        screen.page.evaluate(OPEN_ALL)
        buttons = screen.page.locator(BUTTONS)
        if n >= buttons.count():
            return n
        button = buttons.nth(n)
        with screen.page.expect_navigation() as came:
            button.evaluate("one => one.click()")  # also where a bar lies over it
        assert came.value.status < 500, (address, n)
        assert "<main" in screen.page.content(), (address, n, came.value.status)
        screen.axe()
        n += 1


@pytest.mark.parametrize("role", sorted(FRONTS))
def test_whatever_is_pressed_is_answered_by_a_whole_page(
    them: Cast, sign_in: SignIn, role: Role
) -> None:
    patient = them.patient(given="Solveig")
    responsible(them, patient)
    approved(them, patient)
    proposed(them, patient)
    there, met = together(them, patient)
    seats = {one.role: one for one in (them.nurse, them.gp, there.specialist, there.coordinator,
                                       there.outreach)}  # fmt: skip
    screen = sign_in(seats[role], PHONE)
    screen.page.emulate_media(color_scheme="dark")
    front = f"/{FRONTS[role]}"
    pages = [
        f"{front}/meetings", f"{front}/meeting/{met['meeting']}",
        f"{front}/meeting/{met['meeting']}/patient/{met['case']}",
        *(f"{front}/patient/{patient.person}/{part}" for part in OF_PATIENT),
    ]  # fmt: skip
    if role is not Role.NURSE:  # whose list and page have journeys of their own
        pages += [f"{front}/", f"{front}/patient/{patient.person}"]
    found = {page: pressed(screen, page) for page in pages}
    assert sum(found.values()) > 3, found


def test_what_the_patient_presses_is_answered_by_a_whole_page(them: Cast, sign_in: SignIn) -> None:
    patient = them.patient(given="Solveig")
    responsible(them, patient)
    hospital(them)
    treated(them, patient)
    approved(them, patient)
    with them.acting(patient):
        held = in_force(patient.actor)
        assert held is not None
        start_course(patient=patient.actor, plan=held.id, medication=PACK.id, asked=False,
                     started_on=them.at.date(), by=patient, at=them.at)  # fmt: skip
    screen = sign_in(patient, PHONE)
    screen.page.emulate_media(color_scheme="dark")
    pages = ("/patient/plan?zone=red", "/patient/plan/goals", f"/patient/plan/start/{PACK.id}",
             "/patient/appointment")  # fmt: skip
    found = {page: pressed(screen, page) for page in pages}
    assert sum(found.values()) > 3, found


def test_what_is_over_is_a_whole_page_too(them: Cast, sign_in: SignIn) -> None:
    """A plan that was withdrawn, and a meeting that has ended, for each who sees them."""
    patient = them.patient(given="Solveig")
    responsible(them, patient)
    row = approved(them, patient)
    there, met = together(them, patient)
    with them.acting(them.gp) as by:
        approving.withdraw(patient=patient.actor, plan=row.id, why="Ny medisin", by=by, at=NOW)
    meeting = UUID(met["meeting"])
    with them.acting(there.coordinator) as by:
        edition = Meeting.objects.get(id=meeting).edition
        minutes.end(meeting=meeting, edition=edition, notes={UUID(met["case"]): "Ny dose"}, by=by,
                    at=NOW)  # fmt: skip
    everyone = (them.nurse, them.gp, there.specialist, there.coordinator, there.outreach, patient)
    for who in everyone:
        screen = sign_in(who, PHONE)
        pages = ["/patient/plan"]
        if who is not patient:
            front = f"/{FRONTS[who.role]}"
            pages = [f"{front}/patient/{patient.person}/plan", f"{front}/meetings",
                     f"{front}/meeting/{meeting}"]  # fmt: skip
        seen = 0
        for page in pages:
            answer = screen.page.goto(screen.url + page)
            assert answer is not None
            for scheme in ("light", "dark") if answer.status == 200 else ():
                screen.page.emulate_media(color_scheme=scheme)
                screen.axe()
                seen += 1
        assert seen >= 2, who
