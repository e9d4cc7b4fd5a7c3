"""A pause as people see it: begun by a nurse or a coordinator, ended by whoever knows first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.people import Cast
from tests.web.test_patient_pages import said
from varde.people.viewer import Viewer

DAY = timedelta(days=1)


def begin(them: Cast, patient: Viewer, by: Viewer | None = None, **more: str) -> Any:
    """What the page says when the form has been sent, as `by`."""
    viewer = by or them.nurse
    base = f"/{viewer.role}/patient/{patient.person}"
    form = {"begin": "1", "patient": str(patient.person), "why": "admitted",
            "first": them.at.date().isoformat(), "last": "", "note": "Lungeavdelingen"}  # fmt: skip
    return them.browser(viewer).post(f"{base}/pause", form | more, follow=True)


def test_the_nurse_begins_one_and_the_patient_sees_it_and_says_when_she_is_home(
    them: Cast,
) -> None:
    patient = them.patient(began=them.at - 3 * DAY)
    with them.clock():
        page = said(begin(them, patient))
        assert "Pausen er lagret." in page
        assert "Innlagt, fra 16. november til pasienten er hjemme" in page
        assert "«Lungeavdelingen»" in page
        assert "vurderes som ellers" in page
    with them.clock(them.at + 2 * DAY):
        phone = them.browser(patient)
        today = said(phone.get("/patient/"))
        assert "Du har pause fra målingene" in today
        assert "Vi har fått vite at du er innlagt." in today
        assert "Det er tid for å måle" not in today
        home = said(phone.post("/patient/home", follow=True))
        assert "Du har pause" not in home
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
        assert "Ingen pause." in record


def test_with_a_last_day_the_patient_knows_until_when(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        begin(them, patient, why="holiday", last=(them.at.date() + 9 * DAY).isoformat())
        today = said(them.browser(patient).get("/patient/"))
        assert "Pausen varer til og med 25. november." in today
        record = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}"))
        assert "Ferie, 16. november til 25. november" in record


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"last": "2026-11-10"}, "Siste dag er før første dag."),
        ({"first": "2026-01-01"}, "Dagene ligger for langt fram eller tilbake."),
        ({"first": "i morgen"}, "Velg en dato."),
        ({"why": "moon"}, "Velg en dato."),
        ({"last": "2026-13-40"}, "Velg en dato."),
    ],
)
def test_what_cannot_be_meant_changes_nothing_and_says_so(
    them: Cast, more: dict[str, str], told: str
) -> None:
    patient = them.patient()
    with them.clock():
        page = said(begin(them, patient, **more))
    assert told in page
    assert "Ingen pause." in page


def test_two_nurses_the_second_is_told(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        begin(them, patient)
        page = said(begin(them, patient, them.other_nurse))
    assert "Det er alt en pause i de dagene." in page


def test_the_coordinator_too_but_not_the_doctor_nor_another_municipality(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        assert "Innlagt, fra 16. november" in said(begin(them, patient, them.coordinator))
        gp = them.browser(them.gp)
        seen = said(gp.get(f"/doctor/patient/{patient.person}"))
        assert "Innlagt, fra 16. november" in seen
        assert "Lagre pausen" not in seen
        stranger = them.patient(relations=("service",))
        url = f"/coordinator/patient/{stranger.person}/pause"
        assert them.browser(them.coordinator).post(url, {}).status_code == 404


def test_a_pause_of_another_patient_is_not_ended_through_this_page(them: Cast) -> None:
    patient, other = them.patient(), them.patient(given="Arvid")
    with them.clock():
        begin(them, other)
        nurse = them.browser(them.nurse)
        page = nurse.get(f"/nurse/patient/{other.person}").content.decode()
        row = page.split('name="pause" value="')[1].split('"')[0]
        form = {"patient": str(patient.person), "pause": row, "strike": "1"}
        told = said(nurse.post(f"/nurse/patient/{patient.person}/pause", form, follow=True))
        assert "En annen har endret pausen. Ingenting er endret." in told
        assert "Innlagt" in said(nurse.get(f"/nurse/patient/{other.person}"))
        form["patient"] = str(other.person)
        url = f"/nurse/patient/{other.person}/pause"
        assert "tatt bort" in said(nurse.post(url, form, follow=True))


def test_after_an_admission_limits_and_advice_say_that_they_are_from_before(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        begin(them, patient)
    with them.clock(them.at + 3 * DAY):
        nurse = them.browser(them.nurse)
        form = {"patient": str(patient.person), "home": "1"}
        page = said(nurse.post(f"/nurse/patient/{patient.person}/pause", form, follow=True))
        assert "Pausen er over." in page
        assert "fra før innleggelsen" in page
        assert "Gå gjennom medisinene etter innleggelsen" in page
        advice = said(them.browser(patient).get("/patient/plan"))
        assert "Dette er fra før innleggelsen" in advice


def test_a_page_from_before_the_patient_came_home_does_not_undo_it(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        page = begin(them, patient).content.decode()
    with them.clock(them.at + 3 * DAY):
        them.browser(patient).post("/patient/home")
        nurse = them.browser(them.nurse)
        row = page.split('name="pause" value="')[1].split('"')[0]
        form = {"patient": str(patient.person), "pause": row, "was": "", "last": ""}
        told = said(nurse.post(f"/nurse/patient/{patient.person}/pause", form, follow=True))
        assert "En annen har endret pausen. Ingenting er endret." in told
        assert "Ingen pause." in told


@pytest.mark.parametrize("more", [{"note": "\0"}, {"first": "9999-12-31"}, {"last": "0001-01-01"}])
def test_hostile_pauses_break_nothing(them: Cast, more: dict[str, str]) -> None:
    patient = them.patient()
    with them.clock():
        assert begin(them, patient, **more).status_code == 200
