"""Home care has its patients, their plans and the notes while they are shared with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.hospital import Hospital
from tests.people import NOW, Cast
from tests.plan.agreed import approved, responsible
from tests.web.test_care_page import send
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.core.access import Denied
from varde.core.identifiers import make_orgnr
from varde.dialogue.actions import send_letter
from varde.pathway.together import outreach
from varde.people import actions as people
from varde.people.viewer import Viewer
from varde.triage.models import Reason

LATER = NOW + timedelta(hours=4)  # after all that is sent, each a second after the last


@pytest.fixture
def patient(them: Cast) -> Viewer:
    one = them.patient(given="Solveig", family="Tindheim")
    responsible(them, one)
    return one


def shown(them: Cast, by: Viewer, address: str = "/outreach/", at: Any = LATER) -> Any:
    with them.clock(at):
        return them.browser(by).get(address)


def test_shared_with_home_care_it_has_the_patient_and_the_plan(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    record = f"/outreach/patient/{patient.person}"
    assert shown(them, there.home_care, record).status_code == 404
    approved(them, patient)
    told = send(them, them.nurse, patient, "share", team=them.units["home-care"])
    assert "Enhet home-care ser pasienten fra nå." in told.content.decode()
    clock.plans(at=LATER - timedelta(minutes=5))
    front = said(shown(them, there.home_care))
    assert "Solveig Tindheim" in front and "Nye planer til orientering" in front
    assert f"godkjent av {them.gp.name}, i dag 10:00" in front  # and not when it was handed out
    plan = said(shown(them, there.home_care, f"{record}/plan"))
    assert "Prednisolon" in plan and "Enhet home-care" in plan
    assert "Nye planer til orientering" not in said(shown(them, there.home_care))
    send(them, them.nurse, patient, "unshare", team=them.units["home-care"])
    assert shown(them, there.home_care, record).status_code == 404
    assert "Solveig Tindheim" not in said(shown(them, there.home_care))


def test_the_meetings_note_is_a_new_letter_there(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    send(them, them.nurse, patient, "share", team=them.units["home-care"])
    with them.acting(them.nurse, at=LATER) as by:
        send_letter(patient=patient.actor, to=them.units["home-care"], kind="meeting",
                    text="Ultibro i stedet for Spiriva", by=by, at=LATER)  # fmt: skip
    at = LATER + timedelta(minutes=1)
    assert "Nye brev" in said(shown(them, there.home_care, at=at))
    record = said(shown(them, there.home_care, f"/outreach/patient/{patient.person}", at=at))
    assert "Ultibro i stedet for Spiriva" in record


def test_what_home_care_found_is_the_nurses_to_see(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    send(them, them.nurse, patient, "share", team=them.units["home-care"])
    answer = send(them, there.home_care, patient, "visit", how="home", on=NOW.date(),
                  text="Hovne legger. Har ikke veid seg.")  # fmt: skip
    assert answer.status_code == 200
    with them.acting(them.nurse, at=LATER):
        (reason,) = Reason.objects.filter(patient_id=patient.actor, kind="visit")
    assert reason.about["excerpt"] == "Hovne legger. Har ikke veid seg."
    row = said(shown(them, them.nurse, "/nurse/"))
    assert f"Besøk, {there.home_care.name}" in row


def test_home_care_does_not_set_oxygen(them: Cast, there: Hospital, patient: Viewer) -> None:
    send(them, them.nurse, patient, "share", team=them.units["home-care"])
    send(them, them.nurse, patient, "share", team=them.units["team"])
    address = f"/outreach/patient/{patient.person}/care"
    assert "Start: Oksygen" not in said(shown(them, there.home_care, address))
    assert "Start: Oksygen" in said(shown(them, there.outreach, address))
    with pytest.raises(Denied), them.acting(there.home_care) as by:
        outreach.set_support(patient=patient.actor, kind="oxygen", typed={"rest": 1.5}, why="Lav",
                             doctor=them.gp.actor, how="phone", ordered_at=NOW, since=NOW, by=by,
                             at=NOW)  # fmt: skip
    answer = send(them, there.home_care, patient, "support", kind="oxygen", rest="1,5", why="Lav",
                  doctor=them.gp.person, how="phone")  # fmt: skip
    assert answer.status_code == 403


def test_the_home_care_of_another_municipality_is_neither_offered_nor_let_in(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    with them.acting() as by:
        ours, theirs = (
            people.add_organisation(
                name=name, kind="home-care", orgnr=make_orgnr(n), phone="55500200",
                within=within, by=by, at=NOW,
            ).id
            for n, name, within in (
                (71, "Hjemmetjenesten her", them.units["municipality"]),
                (72, "Hjemmetjenesten der", them.units["service"]),
            )
        )  # fmt: skip
    offered = said(shown(them, them.nurse, f"/nurse/patient/{patient.person}/care"))
    assert "Hjemmetjenesten her" in offered and "Hjemmetjenesten der" not in offered
    no = send(them, them.nurse, patient, "share", team=theirs)
    assert no.status_code == 422
    yes = send(them, them.nurse, patient, "share", team=ours)
    assert "Hjemmetjenesten her ser pasienten fra nå." in yes.content.decode()
