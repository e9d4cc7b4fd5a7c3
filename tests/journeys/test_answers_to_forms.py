"""What follows a touch: each button of the pages of plan, team and meeting is pressed with nothing
filled in, in the dark; the page that answers has no axe violation and no script error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from playwright.sync_api import Locator

from tests.hospital import Hospital, treated
from tests.journeys.conftest import PHONE, Screen, SignIn
from tests.journeys.test_every_page import together
from tests.people import NOW, Cast
from tests.plan.agreed import PACK, approved, proposed, responsible
from varde.core.access import Ground, Role
from varde.core.request import What
from varde.pathway.meeting import listing, minutes
from varde.pathway.models import Meeting
from varde.pathway.together import requests, routine
from varde.pathway.together.requests import Wish
from varde.people.viewer import Viewer
from varde.plan import approving

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OPEN_ALL = """() => {
  document.querySelectorAll('main form').forEach(form => { form.noValidate = true })
  document.querySelectorAll('main details').forEach(one => { one.open = true })
}"""
# also what is folded away, and what belongs to a form that stands elsewhere
BUTTONS = "main :is(form[method=post] button, button[form])[type=submit]:not([hidden])"
FRONTS = {Role.NURSE: "nurse", Role.GP: "doctor", Role.SPECIALIST: "doctor",
          Role.COORDINATOR: "coordinator", Role.OUTREACH: "outreach"}  # fmt: skip
# Buttons that are there to be pressed, of who may: what each page must have at the least.
OF_PATIENT = {
    "plan": {Role.NURSE: 3, Role.GP: 3, Role.SPECIALIST: 1, Role.COORDINATOR: 1, Role.OUTREACH: 1},
    "plan/edit": {Role.NURSE: 2, Role.GP: 2, Role.SPECIALIST: 2},
    "care": {Role.NURSE: 2, Role.GP: 2, Role.SPECIALIST: 2, Role.COORDINATOR: 1, Role.OUTREACH: 2},
    "goals": {Role.NURSE: 1},
    "": {Role.GP: 1, Role.SPECIALIST: 1},  # the nurse's has journeys of its own
}
LEAST = {
    Role.PATIENT: 2,
    Role.NURSE: 6,
    Role.GP: 4,
    Role.SPECIALIST: 6,
    Role.COORDINATOR: 6,
    Role.OUTREACH: 2,
}  # of what is over: pages, each light and dark
OF_MEETING = {
    Role.COORDINATOR: {"see", "attend", "invite", "remove", "end"},
    Role.NURSE: {"see", "attend", "invite", "remove"},
    Role.SPECIALIST: {"see", "attend", "invite", "remove", "end"},
}
# Pages that are nobody's own: what is pressed there is the less the more has been pressed.
OF_UNIT = {
    Role.GP: {"": 1},
    Role.SPECIALIST: {"": 1},
    Role.COORDINATOR: {"meetings": 1, "times": 1},
}


def press(screen: Screen, button: Locator, which: object) -> None:
    """A whole page answers, whatever lies over the button."""
    with screen.page.expect_navigation() as came:
        button.evaluate("one => one.click()")
    assert came.value.status < 500, which
    assert "<main" in screen.page.content(), (which, came.value.status)
    screen.axe()


def pressed(screen: Screen, fresh: Callable[[], str]) -> int:
    """Each button of the page as it is at first; before each all is `fresh` (an address). How many
    there were."""
    n = many = 0
    while n == 0 or n < many:
        address = fresh()
        buttons = buttons_of(screen, address)
        assert screen.page.url.split("?")[0] == f"{screen.url}{address}".split("?")[0], address
        many = many or buttons.count()
        if many == 0:
            return 0
        assert buttons.count() == many, (address, n)
        press(screen, buttons.nth(n), (address, n))
        n += 1
    return n


def buttons_of(screen: Screen, address: str) -> Locator:
    """The page's buttons, with nothing folded away and nothing asked for."""
    answer = screen.page.goto(screen.url + address)
    assert answer is not None and answer.status == 200, (address, answer and answer.status)
    screen.page.evaluate(OPEN_ALL)
    return screen.page.locator(BUTTONS)


def pressed_in_turn(screen: Screen, address: str) -> int:
    """Each button of the page as it then is; how many."""
    n = 0
    while True:
        buttons = buttons_of(screen, address)
        if n >= buttons.count():
            return n
        press(screen, buttons.nth(n), (address, n))
        n += 1


ENDS = ("remove", "end", "call-off")  # after these the rest is not there


def pressed_by_name(screen: Screen, address: str, *, but: Sequence[str]) -> set[str]:
    """Each kind of button of the page once, what ends it last; which."""
    values = buttons_of(screen, address).evaluate_all("all => all.map(one => one.value)")
    found = {value.split(" ")[0]: value for value in values if value.split(" ")[0] not in but}
    for name in sorted(found, key=lambda one: (one in ENDS, one)):
        buttons_of(screen, address)
        button = screen.page.locator(f'main button[value="{found[name]}"]').first
        assert button.count(), name
        press(screen, button, name)
    return set(found)


def treated_with_a_plan(them: Cast, there: Hospital) -> Viewer:
    """A patient whom all may press something about."""
    patient = them.patient(given="Solveig")
    responsible(them, patient)
    treated(them, patient)
    treated(them, patient, "team", Ground.CARE_TEAM)
    approved(them, patient)
    proposed(them, patient)
    with them.acting(there.specialist) as by:
        routine.plan(patient=patient.actor, name="Kontroll", every_months=6, by=by, at=NOW)
    with them.acting(them.nurse) as by:
        for what, to in ((What.APPOINTMENT, "lungs"), (What.VISIT, "team"),
                         (What.QUESTION, "practice")):  # fmt: skip
            wish = Wish(patient.actor, what, them.units[to], "Se på henne")
            requests.ask_for(wish, by=by, at=NOW)
    return patient


@pytest.mark.parametrize("role", sorted(FRONTS))
def test_whatever_is_pressed_is_answered_by_a_whole_page(
    them: Cast, there: Hospital, sign_in: SignIn, role: Role
) -> None:
    seats = {one.role: one for one in (them.nurse, them.gp, there.specialist, there.coordinator,
                                       there.outreach)}  # fmt: skip
    screen = sign_in(seats[role], PHONE)
    screen.page.emulate_media(color_scheme="dark")
    front = f"/{FRONTS[role]}"
    for part, least in OF_PATIENT.items():
        if role not in least:
            continue

        def about(part: str = part) -> str:
            patient = treated_with_a_plan(them, there)
            return f"{front}/patient/{patient.person}/{part}".rstrip("/")

        assert pressed(screen, about) >= least[role], (role, part)


@pytest.mark.parametrize("role", sorted(OF_MEETING))
def test_whatever_is_pressed_in_a_meeting_is_answered_by_a_whole_page(
    them: Cast, sign_in: SignIn, role: Role
) -> None:
    """One meeting; what is pressed about it is another time the same. Off its list is taken the
    last, whom nothing else is pressed of."""
    patient = them.patient(given="Solveig")
    responsible(them, patient)
    there, met = together(them, patient)
    seats = {one.role: one for one in (them.nurse, there.specialist, there.coordinator)}
    screen = sign_in(seats[role], PHONE)
    screen.page.emulate_media(color_scheme="dark")
    meeting = f"/{FRONTS[role]}/meeting/{met['meeting']}"
    with them.acting(them.nurse) as by:
        listing.put(meeting=UUID(met["meeting"]), patient=them.patient(given="Arvid").actor,
                    question="Hva nå?", by=by, at=NOW)  # fmt: skip
    before = pressed_by_name(screen, meeting, but=("end", "call-off"))
    assert pressed_in_turn(screen, f"{meeting}/patient/{met['case']}") >= 1
    after = pressed_by_name(screen, meeting, but=("see", "attend"))
    assert before | after >= OF_MEETING[role], (before, after)


@pytest.mark.parametrize("role", sorted(OF_UNIT))
def test_whatever_is_pressed_on_a_front_page_is_answered_by_a_whole_page(
    them: Cast, there: Hospital, sign_in: SignIn, role: Role
) -> None:
    treated_with_a_plan(them, there)
    seats = {one.role: one for one in (them.gp, there.specialist, there.coordinator)}
    screen = sign_in(seats[role], PHONE)
    screen.page.emulate_media(color_scheme="dark")
    for part, least in OF_UNIT[role].items():
        address = f"/{FRONTS[role]}/{part}"
        assert pressed_in_turn(screen, address) >= least, address


def test_what_the_patient_presses_is_answered_by_a_whole_page(
    them: Cast, there: Hospital, sign_in: SignIn
) -> None:
    patient = them.patient(given="Solveig")
    responsible(them, patient)
    treated(them, patient)
    approved(them, patient)
    screen = sign_in(patient, PHONE)
    screen.page.emulate_media(color_scheme="dark")
    addresses = "/patient/plan/goals", f"/patient/plan/start/{PACK.id}", "/patient/appointment"
    for address in addresses:
        buttons = buttons_of(screen, address)
        assert buttons.count() >= 1, address
        press(screen, buttons.first, address)


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
        assert seen >= LEAST[who.role], who
