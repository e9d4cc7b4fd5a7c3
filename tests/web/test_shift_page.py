"""The shift: nothing is kept in one head; whoever is away, somebody sees to her patients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.base.walls import end_relation
from tests.people import Cast
from tests.triage.test_concurrent import GREEN
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.people.viewer import Viewer

DAY = timedelta(days=1)
RED = GREEN | {"spo2": 84}


def tell(them: Cast, text: str, patient: Viewer | None = None, by: Viewer | None = None) -> Any:
    form = {"text": text, "patient": str(patient.person) if patient else ""}
    return them.browser(by or them.nurse).post("/nurse/handover", form, follow=True)


def away(them: Cast, other: Viewer | None = None, **more: str) -> Any:
    form = {
        "first": them.at.date().isoformat(),
        "last": (them.at.date() + 7 * DAY).isoformat(),
        "stands_in": str(other.person) if other else "",
    }
    return them.browser(them.nurse).post("/nurse/absence", form | more, follow=True)


def own(them: Cast, patient: Viewer, nurse: Viewer | None, by: Viewer | None = None) -> Any:
    form = {"patient": str(patient.person), "nurse": str(nurse.person) if nurse else ""}
    url = f"/nurse/patient/{patient.person}/nurse"
    return them.browser(by or them.nurse).post(url, form, follow=True)


def test_the_others_see_it_first_until_each_has_read_it(them: Cast) -> None:
    with them.clock():
        assert "De andre ser det" in said(tell(them, "Skriveren er tom for papir"))
        mine = said(them.browser(them.nurse).get("/nurse/"))
        assert "Fra forrige vakt" not in mine
        other = them.browser(them.other_nurse)
        page = other.get("/nurse/")
        assert "«Skriveren er tom for papir» Fra Inga Prøvestad, i dag 10:00" in said(page)
        address = page.content.decode().split('action="/nurse/handover/')[1].split('"')[0]
        assert "Fra forrige vakt" not in said(other.post(f"/nurse/handover/{address}", follow=True))
        assert "Skriveren er tom for papir" in said(other.get("/nurse/shift"))


def test_about_a_patient_it_stands_in_the_record_too(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        tell(them, "Ring før lunsj, hun er alene", patient)
        page = said(them.browser(them.other_nurse).get("/nurse/"))
        assert "Ragna Tindheim" in page
        assert "«Ring før lunsj, hun er alene»" in page
        record = said(them.browser(them.gp).get(f"/doctor/patient/{patient.person}"))
        assert "Til neste vakt «Ring før lunsj, hun er alene» Inga Prøvestad" in record


def test_without_words_it_is_no_note_and_of_a_stranger_it_is_refused(them: Cast) -> None:
    stranger = them.patient()
    end_relation(them, stranger, "service")
    with them.clock():
        assert "Ingenting er lagret." in said(tell(them, "?"))
        form = {"text": "Ring henne", "patient": str(stranger.person)}
        assert them.browser(them.nurse).post("/nurse/handover", form).status_code == 404
        form["patient"] = "nonsense"
        assert them.browser(them.nurse).post("/nurse/handover", form).status_code == 400


def test_the_patient_sees_her_nurse_and_who_stands_in(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        phone = them.browser(patient)
        assert "Din sykepleier" not in said(phone.get("/patient/me"))
        assert "Pasienten ser hvem det er." in said(own(them, patient, them.nurse))
        assert "Din sykepleier er Inga Prøvestad." in said(phone.get("/patient/"))
        away(them, them.other_nurse)
        told = "Inga er borte til og med 23. november. Terje ser til deg."
        assert told in said(phone.get("/patient/"))
        assert told in said(phone.get("/patient/me"))
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
        assert "borte til og med 23.11., Terje Prøvestad ser til pasienten" in record
    with them.clock(them.at + 8 * DAY):
        assert "er borte" not in said(phone.get("/patient/"))


def test_my_patients_are_also_those_of_whom_i_stand_in_for(them: Cast) -> None:
    hers, his, nobodys = them.patient(given="Ada"), them.patient(given="Bo"), them.patient()
    for one in (hers, his, nobodys):
        them.report(one, **RED)
    with them.clock():
        own(them, hers, them.nurse)
        own(them, his, them.other_nurse)
        his_list = them.browser(them.other_nurse)
        found = said(his_list.get("/nurse/?who=own"))
        assert "Bo Tindheim" in found
        assert "Ada Tindheim" not in found
        away(them, them.other_nurse)
        found = said(his_list.get("/nurse/?who=own"))
        assert "Bo Tindheim" in found
        assert "Ada Tindheim" in found
        assert "Ragna Tindheim" not in found


def test_an_absent_persons_tasks_are_the_teams_until_she_is_back(them: Cast) -> None:
    patient = them.patient(began=them.at - 7 * DAY)
    clock.follow_up(at=them.at)
    with them.clock():
        nurse = them.browser(them.nurse)
        page = nurse.get("/nurse/tasks").content.decode()
        task = page.split('action="/nurse/tasks/')[1].split('"')[0]
        nurse.post(f"/nurse/tasks/{task}", {"mine": "1"})
        other = them.browser(them.other_nurse)
        assert "Inga Prøvestad" in said(other.get("/nurse/tasks"))
        away(them, them.other_nurse)
        assert "Teamets (Inga Prøvestad er borte)" in said(other.get("/nurse/tasks"))
        assert patient.name in said(other.get("/nurse/tasks?who=mine"))


def test_a_task_of_the_team_is_about_no_patient(them: Cast) -> None:
    with them.clock():
        nurse = them.browser(them.nurse)
        day = (them.at.date() + DAY).isoformat()
        form = {"title": "Bestill nye målere", "day": day, "every": "week", "owner": ""}
        page = said(nurse.post("/nurse/tasks/new", form, follow=True))
        assert "Bestill nye målere" in page
        assert "Gjelder ingen pasient" in page
    later = them.at + 2 * DAY
    clock.due_tasks(at=later)
    with them.clock(later):
        page = nurse.get("/nurse/tasks")
        assert "Forfalt" in said(page)
        task = page.content.decode().split('action="/nurse/tasks/')[1]
        task = task.split('"')[0] if "new" not in task[:5] else ""
        done = said(nurse.post(f"/nurse/tasks/{task}", {"done": "1"}, follow=True))
        assert "Oppgaven er gjort." in done
        assert "Bestill nye målere" in done, "it recurs"
        assert "Bestill nye målere" not in said(them.browser(them.coordinator).get("/coordinator/"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"last": "2026-11-01"}, "Siste dag er før første dag."),
        ({"first": "i dag"}, "Velg en dato."),
        ({"first": "9999-12-30", "last": "9999-12-31", "stands_in": "x"}, "Velg en dato."),
        ({"last": "9999-12-31"}, "Siste dag er før første dag."),
        ({"last": "2030-01-01"}, "Siste dag er før første dag."),
        ({"stands_in": "3b1f8a3e-0000-4000-8000-000000000000"}, "Velg en kollega i tjenesten."),
        ({"stands_in": "Terje"}, "Velg en dato."),
    ],
)
def test_what_cannot_be_meant_changes_nothing(them: Cast, more: dict[str, str], told: str) -> None:
    with them.clock():
        page = said(away(them, **more))
    assert told in page
    assert "Ingen er borte." in page


def test_a_refused_absence_keeps_what_was_typed(them: Cast) -> None:
    with them.clock():
        page = away(them, them.other_nurse, last="2026-11-01")
    text = page.content.decode()
    assert "Siste dag er før første dag" in text
    assert 'value="2026-11-01"' in text and f'value="{them.other_nurse.person}" selected' in text


@pytest.mark.parametrize("last", ["", "i morgen", "\0", "2026-13-40", "9" * 400])
def test_a_day_that_is_none_is_asked_for(them: Cast, last: str) -> None:
    with them.clock():
        page = away(them, last=last)
    assert page.status_code == 200 and "Velg en dato. Ingenting er endret." in said(page)


def test_an_absence_is_taken_back_by_its_owner_alone(them: Cast) -> None:
    with them.clock():
        page = away(them).content.decode()
        row = page.split('name="strike" value="')[1].split('"')[0]
        assert "Du har alt et fravær" in said(away(them))
        other = them.browser(them.other_nurse)
        assert "Inga Prøvestad" in said(other.post("/nurse/absence", {"strike": row}, follow=True))
        nurse = them.browser(them.nurse)
        assert "Ingen er borte." in said(nurse.post("/nurse/absence", {"strike": row}, follow=True))


def test_nobody_outside_the_unit_is_anybodys_own_nurse(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        assert "Velg en kollega i tjenesten." in said(own(them, patient, them.gp))
        form = {"patient": str(patient.person), "nurse": "nonsense"}
        url = f"/nurse/patient/{patient.person}/nurse"
        assert them.browser(them.nurse).post(url, form).status_code == 400
        own(them, patient, them.nurse)
        assert "Ingen er valgt." in said(own(them, patient, None))
