"""Every page there is, by each role that may see it, on a phone and at a desk: no axe violation."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.hospital import Hospital, hospital, treated
from tests.journeys.conftest import DESK, PHONE, SignIn
from tests.pathway.met import FRIDAY, convened, decide, put
from tests.people import NOW, Cast, employ
from tests.plan.agreed import approved, proposed, responsible
from tests.repository.test_addresses import PAGES
from varde.base.rows import new_id
from varde.core.access import Ground, Role
from varde.core.meeting import Decided
from varde.core.request import What
from varde.pathway.meeting import listing, meetings
from varde.pathway.together import requests, routine, slots
from varde.pathway.together.requests import Wish
from varde.people.viewer import Viewer
from varde.plan.doing import start_course
from varde.plan.queries import in_force
from varde.triage.queries import open_item

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

STEPS = ("oxygen", "blood-pressure", "breathing", "look-over")


def people(them: Cast, patient: Viewer) -> dict[Role, Viewer]:
    began = NOW - timedelta(days=9)
    with them.acting(at=began):
        made = {
            Role.TEAM_LEADER: employ(them, "Guro", Role.TEAM_LEADER, "service", began),
            Role.ADMINISTRATOR: employ(them, "Eivind", Role.ADMINISTRATOR, "service", began),
            Role.PRIVACY_OFFICER: employ(them, "Pia", Role.PRIVACY_OFFICER, "service", began),
        }
    return {
        Role.PATIENT: patient,
        Role.NURSE: them.nurse,
        Role.GP: them.gp,
        **made,
    }


def together(them: Cast, patient: Viewer) -> tuple[Hospital, dict[str, str]]:
    """A department that treats the patient and meets of her, and a team that visits."""
    there = hospital(them)
    treated(them, patient)
    treated(them, patient, "team", Ground.CARE_TEAM)
    row = convened(them, there.coordinator, at=NOW + timedelta(hours=2))
    case = put(them, row, patient)
    with them.acting(them.nurse) as by:
        listing.invite(case=case.id, by=by, at=NOW)
        wish = Wish(patient.actor, What.APPOINTMENT, them.units["lungs"], "Se på henne")
        requests.ask_for(wish, by=by, at=NOW)
    with them.acting(there.specialist) as by:
        routine.plan(patient=patient.actor, name="Kontroll", every_months=6, by=by, at=NOW)
    with them.acting(there.coordinator) as by:
        slots.keep(starts=[FRIDAY], minutes=30, how="visit", by=by, at=NOW)
        meetings.start(meeting=row.id, by=by, at=NOW)
    decide(them, case, there.specialist, Decided.MEDICATION)
    return there, {"meeting": str(row.id), "case": str(case.id)}


def filled(route: str, known: dict[str, str]) -> list[str]:
    """The addresses of a route; KeyError for a part that nobody has given here."""
    slugs = STEPS if "measure/<slug:slug>" in route else ("",)
    addresses = []
    for slug in slugs:
        here = known | ({"slug": slug} if slug else {})
        addresses.append(re.sub(r"<\w+:(\w+)>", lambda part: here[part[1]], route))  # noqa: B023
    return addresses


@pytest.mark.parametrize("role", sorted({role for view in PAGES.values()
                                         for role in getattr(view, "roles", ())}))  # fmt: skip
def test_no_page_has_a_violation(them: Cast, sign_in: SignIn, role: Role) -> None:
    patient, report = them.patient(given="Solveig"), new_id()
    calm = them.patient(given="Una")  # about whom nothing stands on the list
    them.report(patient, report_id=report, answers={"breathing": "worse"}, comment="Tung",
                present=True, spo2=86, pulse=96, systolic=130, diastolic=80)  # fmt: skip
    them.report(them.patient(given="Dua"), spo2=95, pulse=80)
    them.expect_today()
    responsible(them, patient)
    approved(them, patient)
    proposed(them, patient)
    with them.acting(patient):
        held = in_force(patient.actor)
        assert held is not None
        started = start_course(patient=patient.actor, plan=held.id, medication="pred", asked=False,
                     started_on=them.at.date(), by=patient, at=them.at)  # fmt: skip
    with them.acting(them.nurse):
        item = open_item(patient.actor)
        assert item is not None
    there, met = together(them, patient)
    seats = people(them, patient)
    seats |= {one.role: one for one in (there.specialist, there.outreach, there.coordinator)}
    who = seats[role]
    known = {"report_id": str(report), "item": str(item.id), "programme": "copd",
             "unit": str(them.units["service"])}  # fmt: skip
    known |= {one: str(new_id()) for one in ("task", "note", "message", "row", "course")} | met
    known |= {"medication": "pred", "course": str(started.id)}  # only pressed
    visited = 0
    for size in (PHONE, DESK):
        screen = sign_in(who, size)
        for route, view in PAGES.items():
            if role not in getattr(view, "roles", ()) or route.endswith(".pdf"):
                continue
            both = "patient>" in route and role in (Role.NURSE, Role.GP)
            for about in (patient, calm) if both else (patient,):
                for address in filled(route, known | {"patient": str(about.person)}):
                    answer = screen.page.request.get(f"{screen.url}/{address}")
                    if answer.status == 405 or "<html" not in answer.text()[:400]:
                        continue  # only pressed; or a part of a page
                    assert answer.status == 200, (address, answer.status)
                    screen.go(f"/{address}")
                    screen.axe()
                    visited += 1
    assert visited >= 2


def test_no_page_for_everyone_has_a_violation(them: Cast, sign_in: SignIn) -> None:
    """The front, signing in, the choice of a seat, and what is not there or not allowed."""
    for size in (PHONE, DESK):
        screen = sign_in(them.nurse, size)
        for address in ("seat", "no-such-page", "doctor/", "sign-in", ""):
            screen.go(f"/{address}")
            screen.axe()
        screen.page.context.clear_cookies()
        for address in ("", "sign-in", "sign-in?next=/nurse/"):
            screen.go(f"/{address}")
            screen.axe()
