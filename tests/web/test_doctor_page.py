"""The doctor's page: what is asked of me, in one touch each; since last time; who stands in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.hospital import Hospital, hospital, treated
from tests.pathway.met import FRIDAY, decide, running
from tests.people import Cast
from tests.plan.agreed import approve, approved, colleague, proposed, responsible
from tests.web.test_patient_pages import said
from varde.core.access import Ground
from varde.core.meeting import Decided
from varde.core.ordering import How
from varde.core.request import What
from varde.core.thresholds import Limits
from varde.pathway.models import Support
from varde.pathway.together import outreach, requests
from varde.pathway.together.asked import requests_of
from varde.pathway.together.requests import Wish
from varde.people.nurses import say_absent
from varde.people.viewer import Viewer
from varde.plan import approving
from varde.plan import queries as plans
from varde.triage import asks, ordering
from varde.triage.ordered import held
from varde.triage.ordering import Draft, Word

DAY = timedelta(days=1)
LOWER = {"spo2": Limits(alert_low=84, warning_low=86)}


@pytest.fixture
def patient(them: Cast) -> Viewer:
    """Eight measured days, of which four are yellow and one red."""
    one = them.patient()
    responsible(them, one)
    for n, value in enumerate((91, 91, 91, 89, 89, 89, 89, 86)):
        them.report(one, at=them.at - timedelta(days=8 - n), spo2=value)
    return one


def wish(them: Cast, patient: Viewer, doctor: Viewer | None = None) -> None:
    doctor = doctor or them.gp
    with them.acting(them.nurse):
        ordering.ask(Draft(patient.actor, LOWER, "Stabil på 88–91 uten symptomer"), doctor.actor,
                     by=them.nurse, at=them.at)  # fmt: skip


def page(them: Cast, by: Viewer, patient: Viewer, at: Any = None) -> Any:
    with them.clock(at):
        return them.browser(by).get(f"/doctor/patient/{patient.person}")


def fields(answer: Any, action: str) -> dict[str, str]:
    form = answer.content.decode().split(f'action="{action}"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def press(them: Cast, by: Viewer, patient: Viewer, what: str, shown: Any, **more: str) -> Any:
    address = f"/doctor/patient/{patient.person}/{what}"
    with them.clock():
        return them.browser(by).post(address, {**fields(shown, address), **more}, follow=True)


def test_nothing_asked_is_said(them: Cast, patient: Viewer) -> None:
    assert "Ingenting venter på deg her" in said(page(them, them.gp, patient))


def test_limits_are_ordered_where_they_stand_after_seeing_the_patients_own_days(
    them: Cast, patient: Viewer
) -> None:
    wish(them, patient)
    shown = page(them, them.gp, patient)
    text = said(shown)
    assert "«Stabil på 88–91 uten symptomer»" in text
    assert "under 88 under 84" in text and "De siste 8 måledagene" in text
    assert "Varsler: 5 nå, 0 med forslaget." in text
    answer = said(press(them, them.gp, patient, "order", shown))
    assert "De nye grensene gjelder fra nå." in answer
    assert "Ingenting venter på deg her" in answer
    with them.acting():
        assert held(patient.actor, at=them.at + DAY)["spo2"] == LOWER["spo2"]


@pytest.mark.parametrize("change", [{"tried": "x"}, {"version": "9"}, {"seen": "x"}])
def test_limits_that_are_not_those_shown_are_not_ordered(
    them: Cast, patient: Viewer, change: dict[str, str]
) -> None:
    wish(them, patient)
    shown = page(them, them.gp, patient)
    press(them, them.gp, patient, "order", shown, **change)
    with them.acting():
        assert held(patient.actor, at=them.at + DAY)["spo2"].warning_low == 90


def test_a_plan_is_approved_where_it_stands(them: Cast, patient: Viewer) -> None:
    proposed(them, patient)
    shown = page(them, them.gp, patient)
    assert "Plan til godkjenning" in said(shown) and "Prednisolon: 20 mg × 1" in said(shown)
    answer = press(them, them.gp, patient, "plan", shown, do="approve")
    assert answer.redirect_chain[-1][0] == f"/doctor/patient/{patient.person}"
    with them.acting():
        assert plans.in_force(patient.actor) is not None


def test_since_last_time_is_told_in_days_calls_and_changes(them: Cast, patient: Viewer) -> None:
    page(them, them.gp, patient, them.at - 6 * DAY)
    approved(them, patient)
    text = said(page(them, them.gp, patient, them.at + timedelta(hours=1)))
    assert "Siden du så på pasienten 10.11." in text
    assert "ingen grønne, 4 gule og 1 rød dager" in text
    assert "16.11. Ny plan, versjon 1" in text


def test_the_same_visit_is_not_the_last_time(them: Cast, patient: Viewer) -> None:
    page(them, them.gp, patient, them.at - 6 * DAY)
    page(them, them.gp, patient)
    assert "Siden du så på pasienten 10.11." in said(page(them, them.gp, patient))


def test_the_list_says_what_waits_beside_each_patient(them: Cast, patient: Viewer) -> None:
    idle = them.patient(given="Kaja")
    them.report(idle, at=them.at - DAY, spo2=86)
    wish(them, patient)
    proposed(them, patient)
    with them.clock():
        rows = them.browser(them.gp).get("/doctor/").content.decode().split("<tr")[1:]
    (row,) = (one for one in rows if "Ragna" in one)
    (other,) = (one for one in rows if "Kaja" in one)
    assert ">plan<" in row and ">grenser<" in row
    assert ">plan<" not in other and ">grenser<" not in other
    assert rows.index(row) < rows.index(other)  # what waits goes before who is red


@pytest.mark.parametrize("role", ["gp", "specialist"])
def test_all_that_is_needed_stands_on_one_page(them: Cast, role: str) -> None:
    """Trend, zone, answers, plan and limits; and the specialist orders and approves there too."""
    there = hospital(them)
    doctor = them.gp if role == "gp" else there.specialist
    one = them.patient()
    treated(them, one)
    responsible(them, one, doctor, days=39)
    approve(them, one, proposed(them, one), by=doctor)
    for n in range(5, 0, -1):
        them.report(one, at=them.at - n * DAY, answers={"breathing": "worse"}, spo2=89)
    shown = page(them, doctor, one)
    html, text = shown.content.decode(), said(shown)
    assert 'class="v-chart' in html and "89 %" in text
    assert "Gul" in text and "Hvordan er pusten din i dag? Tyngre enn vanlig" in text
    assert "«Jeg vil til hytta i påsken»" in text and "Prednisolon" in text
    assert "88 til under 90" in text
    wish(them, one, doctor)
    proposed(them, one)
    assert "De nye grensene gjelder fra nå." in said(
        press(them, doctor, one, "order", page(them, doctor, one))
    )
    later, form = them.at + timedelta(minutes=5), f"/doctor/patient/{one.person}/plan"
    approves = fields(page(them, doctor, one, later), form)
    with them.clock(later):
        them.browser(doctor).post(form, {**approves, "do": "approve"})
    with them.acting():
        held_now = plans.in_force(one.actor)
    assert held_now is not None and (held_now.version, held_now.approved_role) == (2, role)


def test_who_stands_in_sees_what_waits_and_does_it(them: Cast, patient: Viewer) -> None:
    wish(them, patient)
    proposed(them, patient)
    with them.acting(them.nurse):
        asks.ask(patient=patient.actor, rung="gp", question="Skal vi øke?", by=them.nurse,
                 at=them.at)  # fmt: skip
    deputy = colleague(them)
    with them.clock():
        before = said(them.browser(deputy).get("/doctor/"))
        assert "Venter på deg" not in before
        form = {"first": "2026-11-16", "last": "2026-11-20", "stands_in": str(deputy.person)}
        told = said(them.browser(them.gp).post("/doctor/absence", form, follow=True))
        assert "går til stedfortrederen" in told and "Dag Prøvestad er stedfortreder" in told
        text = said(them.browser(deputy).get("/doctor/"))
    assert f"for {them.gp.name}" in text
    for what in ("Spørsmål om", "Plan til godkjenning for", "Nye grenser for"):
        assert f"{what} Ragna Tindheim" in text
    shown = page(them, deputy, patient)
    assert "«Skal vi øke?»" in said(shown)
    assert "De nye grensene gjelder fra nå." in said(press(them, deputy, patient, "order", shown))


def test_who_has_no_plan_is_seen_on_the_list(them: Cast, patient: Viewer) -> None:
    with them.clock():
        assert "uten plan" in said(them.browser(them.coordinator).get("/coordinator/"))
        assert "uten plan" in said(them.browser(them.gp).get("/doctor/"))
    approved(them, patient)
    with them.clock():
        assert "uten plan" not in said(them.browser(them.gp).get("/doctor/"))
        assert "uten plan" not in said(them.browser(them.coordinator).get("/coordinator/"))


def test_since_last_tells_what_a_meeting_decided_and_what_is_set(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    treated(them, patient)
    case = running(them, there, patient)
    decide(them, case, there.specialist, Decided.MEDICATION, "Ultibro i stedet")
    with them.acting(there.specialist, at=FRIDAY) as by:
        outreach.set_support(patient=patient.actor, kind="oxygen", typed={"rest": 1.5}, why="Lav",
                             doctor=by.actor, how="here", ordered_at=FRIDAY, since=FRIDAY, by=by,
                             at=FRIDAY)  # fmt: skip
    with them.clock(FRIDAY + timedelta(hours=1)):
        text = said(them.browser(them.gp).get(f"/doctor/patient/{patient.person}"))
    assert "20.11. Medisin: Ultibro i stedet" in text
    assert "20.11. Oksygen: " in text and "Oksygen avsluttet" not in text
    end = FRIDAY + timedelta(hours=2)
    with them.acting(there.specialist, at=end) as by:
        row = Support.objects.get(patient_id=patient.actor)
        outreach.end_support(support=row.id, why="Bedre", since=end, by=by, at=end)
    with them.clock(FRIDAY + timedelta(hours=3)):
        text = said(them.browser(them.gp).get(f"/doctor/patient/{patient.person}"))
    assert "20.11. Oksygen avsluttet" in text


def test_without_a_relation_there_is_no_page(them: Cast, patient: Viewer) -> None:
    wish(them, patient)
    assert page(them, them.other_gp, patient).status_code == 404
    with them.clock():
        form = {"patient": str(patient.person)}
        address = f"/doctor/patient/{patient.person}/order"
        assert them.browser(them.other_gp).post(address, form).status_code == 404
        assert "Ragna Tindheim" not in said(them.browser(them.other_gp).get("/doctor/"))


def test_the_coordinator_names_a_new_doctor_and_does_the_task(them: Cast, patient: Viewer) -> None:
    from varde.clock import tasks as clock_tasks

    today = them.at.date()
    with them.acting(them.gp):
        say_absent(first=today, last=today, stands_in=None, by=them.gp, at=them.at)
    other = colleague(them)
    clock_tasks.plans(at=them.at)
    with them.clock():
        browser = them.browser(them.coordinator)
        assert "Velg ansvarlig lege for pasienten" in said(browser.get("/coordinator/"))
        address = f"/coordinator/patient/{patient.person}"
        assert "borte til og med 16.11." in said(browser.get(address))
        bad = browser.post(f"{address}/responsible", {"patient": str(patient.person)}, follow=True)
        assert "Velg en lege" in said(bad)
        form = {"patient": str(patient.person), "doctor": str(other.person)}
        assert "Legen er ansvarlig fra nå." in said(
            browser.post(f"{address}/responsible", form, follow=True)
        )
        assert "Pasienten har ingen ansvarlig lege" not in said(browser.get("/coordinator/"))


def test_a_colleagues_limits_are_not_asked_of_another(them: Cast, patient: Viewer) -> None:
    wish(them, patient)
    other = colleague(them)
    assert "Ingenting venter på deg her" in said(page(them, other, patient))


def test_since_last_time_tells_of_a_withdrawn_plan_and_a_telephone_order(
    them: Cast, patient: Viewer
) -> None:
    page(them, them.gp, patient, them.at - 6 * DAY)
    row = approved(them, patient)
    with them.acting(them.gp):
        approving.withdraw(patient=patient.actor, plan=row.id, why="Tåles ikke", by=them.gp,
                           at=them.at)  # fmt: skip
    word = Word(them.gp.actor, How.PHONE, them.at, "Gul under 86")
    with them.acting(them.nurse):
        ordering.enter_emergency(Draft(patient.actor, LOWER, "Haster"), word, by=them.nurse,
                                 at=them.at)  # fmt: skip
    text = said(page(them, them.gp, patient, them.at + timedelta(hours=1)))
    assert "Planen er trukket tilbake: Tåles ikke" in text
    assert "Telefonordre om grenser, ikke kontrollert" in text


def test_what_another_unit_asks_is_asked_of_me_and_answered_there(
    them: Cast, patient: Viewer
) -> None:
    """The meeting's and the nurse's questions stand among the cards, and beside the patient."""
    wanted = Wish(patient.actor, What.QUESTION, them.units["practice"], "Kreatinin og kalium?")
    with them.acting(them.nurse) as by:
        row = requests.ask_for(wanted, by=by, at=them.at)
    told = said(page(them, them.gp, patient))
    assert "Dette ber vi deg om" in told and "Kreatinin og kalium?" in told
    with them.clock():
        assert "forespørsel" in said(them.browser(them.gp).get("/doctor/"))
        form = {"patient": str(patient.person), "request": str(row.id), "back": "record",
                "do": "answer", "text": "Tatt i dag"}  # fmt: skip
        after = them.browser(them.gp).post(f"/doctor/patient/{patient.person}/care", form,
                                           follow=True)  # fmt: skip
    assert "Ingenting venter på deg her" in said(after)
    with them.acting(them.nurse):
        assert requests_of(patient.actor)[0].answer == "Tatt i dag"


def test_what_is_set_on_my_word_is_confirmed_where_it_is_asked(them: Cast, patient: Viewer) -> None:
    there = hospital(them)
    treated(them, patient, "team", Ground.CARE_TEAM)
    with them.acting(there.outreach) as by:
        outreach.set_support(
            patient=patient.actor, kind="oxygen", typed={"rest": 1.5}, why="Lav metning",
            doctor=them.gp.actor, how="phone", ordered_at=them.at, since=them.at, by=by, at=them.at,
        )  # fmt: skip
    shown = page(them, them.gp, patient)
    assert "Bekreft: Oksygen" in said(shown) and "I hvile 1,5 l/min" in said(shown)
    with them.clock():
        assert "bekreftelse" in said(them.browser(them.gp).get("/doctor/"))
    after = press(them, them.gp, patient, "care", shown, do="support-confirm")
    assert "Ingenting venter på deg her" in said(after)
