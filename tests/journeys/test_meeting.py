"""The weekly meeting in four browsers, from the list to the notes; nobody else gets in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.hospital import hospital, treated
from tests.journeys.conftest import DESK, PHONE, Screen, SignIn
from tests.people import NOW, Cast
from varde.people.viewer import Viewer

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
QUESTION = "Gul i to uker etter kuren. Skal vi trappe opp?"
DECIDED = "Ultibro i stedet for Spiriva fra i morgen"
FOLLOWS = 15_000  # ms; the pages ask every fourth second


def test_a_meeting_from_the_list_to_the_notes(them: Cast, sign_in: SignIn) -> None:
    there, patient = hospital(them), them.patient(given="Solveig", family="Tindheim")
    them.report(patient, spo2=89)
    other = them.patient(given="Arvid", family="Skogheim")
    coordinator, nurse = sign_in(there.coordinator, DESK), sign_in(them.nurse, DESK)
    doctor, stranger = sign_in(there.specialist, PHONE), sign_in(there.other_specialist, DESK)
    record = f"/doctor/patient/{patient.person}"

    _convened(coordinator)
    assert doctor.page.request.get(doctor.url + record).status == 404
    _listed(nurse, patient, QUESTION)
    assert doctor.page.request.get(doctor.url + record).status == 200
    assert stranger.page.request.get(stranger.url + record).status == 404

    _listed(nurse, other, "Stabil lenge. Droppe kontrollen?")

    coordinator.go("/coordinator/meetings")
    coordinator.follow("Enhet lungs")
    expect(coordinator.page.get_by_text(QUESTION)).to_be_visible()
    meeting = coordinator.page.url.rsplit("/", 1)[1]
    nurse.go(f"/nurse/meeting/{meeting}")
    assert stranger.page.request.get(f"{stranger.url}/doctor/meeting/{meeting}").status == 404
    coordinator.press("Start møtet")
    coordinator.page.wait_for_url(f"**/meeting/{meeting}/patient/**")
    coordinator.axe()
    nurse.page.wait_for_url(f"**/nurse/meeting/{meeting}/patient/**", timeout=FOLLOWS)

    case = coordinator.page.url.rsplit("/", 1)[1]
    _before_all(coordinator, nurse, "Arvid Skogheim", "Solveig Tindheim")
    doctor.go(f"/doctor/meeting/{meeting}/patient/{case}")
    _decided(doctor)
    for other in (coordinator, nurse):
        seen = other.page.locator(".p-decided")
        expect(seen).to_contain_text(DECIDED, timeout=FOLLOWS)
        expect(seen).to_contain_text("Jon Prøvestad ordinerer")
    assert stranger.page.request.get(
        f"{stranger.url}/doctor/meeting/{meeting}/patient/{case}"
    ).status == 404  # fmt: skip

    _gone_through(coordinator, nurse)
    _ended(coordinator, meeting)
    gp = sign_in(them.gp, PHONE)
    gp.go("/doctor/")
    gp.follow("Solveig Tindheim")
    expect(gp.page.locator("main")).to_contain_text(DECIDED)
    nurse.page.wait_for_url(f"**/nurse/meeting/{meeting}", timeout=FOLLOWS)  # to the minutes
    nurse.go("/nurse/tasks")
    expect(nurse.page.locator("main")).to_contain_text(DECIDED)


def _convened(coordinator: Screen) -> None:
    coordinator.go("/coordinator/meetings")
    coordinator.page.get_by_label("Dag").fill(NOW.date().isoformat())
    coordinator.page.get_by_label("Klokkeslett").fill("14:00")
    coordinator.page.get_by_label("Sted eller videorom").fill("Møterom 2")
    coordinator.page.get_by_label("KOLS").check()
    coordinator.press("Kall inn møtet")
    expect(coordinator.page.get_by_role("status").first).to_contain_text("Møtet er innkalt")
    coordinator.axe()


def _listed(nurse: Screen, patient: Viewer, question: str) -> None:
    nurse.go(f"/nurse/patient/{patient.person}/care")
    nurse.page.get_by_label("Spørsmålet til møtet").fill(question)
    nurse.axe()
    nurse.press("Sett på lista")
    expect(nurse.page.get_by_role("status").first).to_contain_text("til dagen etter møtet")


def _before_all(coordinator: Screen, nurse: Screen, *names: str) -> None:
    """One after the other; the nurse's screen follows."""
    for name in names:
        coordinator.page.locator(".p-meet-list").get_by_role("link", name=name).click()
        coordinator.press("Vis for alle")
        expect(nurse.page.locator("h2.p-h1")).to_have_text(name, timeout=FOLLOWS)


def _decided(doctor: Screen) -> None:
    doctor.page.locator("summary", has_text="Medisin").click()
    doctor.page.get_by_label("Hva er vedtatt").first.fill(DECIDED)
    doctor.axe()
    doctor.press("Legg til")
    expect(doctor.page.locator(".p-decided")).to_contain_text(DECIDED)


def _gone_through(coordinator: Screen, nurse: Screen) -> None:
    """The next is before all by itself; and is put off."""
    coordinator.press("Ferdig, neste pasient")
    for screen in (coordinator, nurse):
        shown = screen.page.locator("h2.p-h1")
        expect(shown).to_have_text("Arvid Skogheim", timeout=FOLLOWS)
    coordinator.press("Ta opp neste gang")
    expect(coordinator.page.get_by_role("status").first).to_contain_text("Alle er gått gjennom")


def _ended(coordinator: Screen, meeting: str) -> None:
    """All are gone through; what goes out is read, and goes out; the minutes stand."""
    coordinator.go(f"/coordinator/meeting/{meeting}")
    coordinator.page.locator("summary", has_text="Solveig Tindheim").click()
    expect(coordinator.page.locator(".p-quote")).to_contain_text(DECIDED)
    coordinator.axe()
    coordinator.press("Avslutt møtet og send notatene")
    expect(coordinator.page.get_by_role("status").first).to_contain_text("2 notater er sendt")
    minutes = coordinator.page.locator("main")
    for told in ("Referat", QUESTION, DECIDED, "Jon Prøvestad ordinerer", "Kari Prøvestad"):
        expect(minutes).to_contain_text(told)
    coordinator.axe()


def test_a_patient_asks_for_an_appointment_and_the_clinic_gives_it(
    them: Cast, sign_in: SignIn
) -> None:
    there, patient = hospital(them), them.patient(given="Solveig", family="Tindheim")
    treated(them, patient)
    them.report(patient, spo2=92)
    clinic, phone = sign_in(there.coordinator, DESK), sign_in(patient, PHONE)
    clinic.go("/coordinator/times")
    clinic.press("Legg inn")
    expect(clinic.page.get_by_role("status").first).to_contain_text("1 tid er lagt inn")

    phone.go("/patient/")
    phone.follow("Be om time")
    phone.page.get_by_label("Hva gjelder det?").fill("Har vondt for å sove på grunn av pusten")
    phone.axe()
    phone.press("Be om time")
    expect(phone.page.locator("main")).to_contain_text("Du har bedt om time")

    clinic.go("/coordinator/")
    clinic.follow("Framskyndet time: Solveig Tindheim")
    clinic.page.get_by_label("Til pasienten og de som spurte").first.fill("Velkommen")
    clinic.axe()
    clinic.press("Gi timen")
    expect(clinic.page.locator("main")).to_contain_text("time satt opp")

    phone.go("/patient/")
    phone.axe()
    expect(phone.page.locator("main")).to_contain_text("Time tirsdag 17. november kl. 10")
    phone.follow("Svar")
    phone.axe()
    phone.press("Jeg kommer")
    expect(phone.page.get_by_role("button", name="Jeg kommer")).to_have_count(0)
    nurse = sign_in(them.nurse, DESK)
    nurse.go("/nurse/")
    expect(nurse.page.locator("main")).to_contain_text("Har vondt for å sove")


def test_who_is_on_the_way_out_is_not_fetched_back_by_a_change(them: Cast, sign_in: SignIn) -> None:
    """The page follows the others; it does not take one's own click away."""
    there, patient = hospital(them), them.patient(given="Solveig", family="Tindheim")
    coordinator, nurse = sign_in(there.coordinator, DESK), sign_in(them.nurse, DESK)
    _convened(coordinator)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    coordinator.page.route("**/now", lambda route: route.abort())
    coordinator.page.route("**/coordinator/meetings", hold)
    _listed(nurse, patient, QUESTION)
    with coordinator.page.expect_request("**/coordinator/meetings"):
        coordinator.page.get_by_role("link", name="Til møtene").click(no_wait_after=True)
    coordinator.page.unroute("**/now")
    coordinator.page.wait_for_event("response", lambda told: told.url.endswith("/now"))
    held[0].continue_()  # the change was heard as she went
    coordinator.page.wait_for_url("**/coordinator/meetings")
    expect(coordinator.page.get_by_role("heading", level=1)).to_have_text("Tverrfaglige møter")
