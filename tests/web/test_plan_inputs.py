"""What the patient and a discharge say reaches the plan, also when a draft is on its way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.people import Cast
from tests.plan.agreed import approved, draft, proposed
from tests.web.forms import form_of
from tests.web.test_patient_pages import said
from tests.web.test_plan_page import address, get
from varde.core.plan import decoded
from varde.people.viewer import Viewer
from varde.plan import queries, writing

LATER = timedelta(minutes=7)
CAME = "kom etter at utkastet sist ble lagret"


@pytest.fixture
def patient(them: Cast) -> Viewer:
    return them.patient()


def says(them: Cast, patient: Viewer, goals: str, at: datetime) -> None:
    with them.acting(patient, at=at):
        writing.prepare(goals=goals, needs="", by=patient, at=at)


def discharged(them: Cast, patient: Viewer, text: str, at: datetime) -> None:
    with them.acting(them.gp, at=at) as by:
        writing.take_in_summary(
            patient=patient.actor, text=text, of="Lunge", dated=None, by=by, at=at
        )


def matters(them: Cast, patient: Viewer) -> str:
    with them.acting():
        row = queries.open_plan(patient.actor)
    assert row is not None
    return decoded(row.content).matters


def test_a_new_draft_begins_with_what_the_patient_said_last(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    says(them, patient, "Å gå til fjells", them.at + LATER)
    with them.acting(them.nurse, at=them.at + 2 * LATER) as by:
        writing.begin_draft(patient=patient.actor, by=by, at=them.at + 2 * LATER)
    assert matters(them, patient) == "Å gå til fjells"


def test_words_that_the_plan_was_made_from_do_not_write_over_it(
    them: Cast, patient: Viewer
) -> None:
    says(them, patient, "Å gå til fjells", them.at - LATER)
    held = decoded(approved(them, patient).content)
    with them.acting(them.nurse, at=them.at + LATER) as by:
        writing.begin_draft(patient=patient.actor, by=by, at=them.at + LATER)
    assert matters(them, patient) == held.matters != "Å gå til fjells"


def test_what_is_said_later_is_put_into_the_draft_with_one_touch(
    them: Cast, patient: Viewer
) -> None:
    draft(them, patient)
    says(them, patient, "Å synge i koret", them.at + LATER)
    page = get(them, them.nurse, patient, "/edit", at=them.at + 2 * LATER)
    assert CAME in said(page)
    form = form_of(page) | {"goals": "Gå tur"}
    with them.acting():
        wanted = str(queries.newest_said(patient.actor).id)
    with them.clock(them.at + 3 * LATER):
        answer = them.browser(them.nurse).post(
            address(them.nurse, patient, "/edit"), form | {"take": wanted}, follow=True
        )
    assert matters(them, patient) == "Å synge i koret"
    assert CAME not in said(answer) and "Bruk dette" not in said(answer)
    with them.acting():
        assert decoded(queries.open_plan(patient.actor).content).goals == ("Gå tur",)


@pytest.mark.parametrize("wanted", ["", "x", "\0", "0" * 32])
def test_what_is_not_there_writes_nothing_over(them: Cast, patient: Viewer, wanted: str) -> None:
    draft(them, patient)
    form = form_of(get(them, them.nurse, patient, "/edit")) | {"matters": "Hytta"}
    with them.clock():
        them.browser(them.nurse).post(
            address(them.nurse, patient, "/edit"), form | {"take": wanted, "do": "save"}
        )
    assert matters(them, patient) == "Hytta"


def test_the_doctor_who_is_to_approve_sees_the_discharge_that_came_since(
    them: Cast, patient: Viewer
) -> None:
    proposed(them, patient)
    with them.clock():
        assert CAME not in said(them.browser(them.gp).get(f"/doctor/patient/{patient.actor}"))
    discharged(them, patient, "Prednisolon 30 mg i fem dager", them.at + LATER)
    with them.clock(them.at + 2 * LATER):
        text = said(them.browser(them.gp).get(f"/doctor/patient/{patient.actor}"))
    assert CAME in text and "Prednisolon 30 mg i fem dager" in text


def test_what_a_meeting_decided_is_told_as_that_and_hides_no_talk(
    them: Cast, patient: Viewer
) -> None:
    for n, (kind, text) in enumerate((("talk", "Gå tur hver dag"), ("meeting", "Furix 40 mg × 2"))):
        with them.acting(them.nurse, at=them.at + n * LATER) as by:
            writing.note_said(patient=patient.actor, kind=kind, text=text, by=by,
                              at=them.at + n * LATER)  # fmt: skip
    draft(them, patient, at=them.at + 2 * LATER)
    for page in ("", "/edit"):
        text = said(get(them, them.nurse, patient, page, at=them.at + 3 * LATER))
        assert "Bestemt i møtet" in text and "Furix 40 mg × 2" in text
        assert "Fra målsamtalen" in text and "Enige om: «Gå tur hver dag»" in text


def test_who_writes_more_than_one_page_is_told(them: Cast, patient: Viewer) -> None:
    draft(them, patient)
    long = "\n".join(f"Linje {n}: jeg merker det slik, og slik, og slik " * 6 for n in range(12))
    much = {f"copd.{zone}.feels": long for zone in ("green", "yellow", "red")}
    for form, many in (({}, 0), (much, 1)):
        page = get(them, them.nurse, patient, "/edit")
        with them.clock():
            answer = them.browser(them.nurse).post(
                address(them.nurse, patient, "/edit"), form_of(page) | form | {"do": "save"},
                follow=True,
            )  # fmt: skip
        assert said(answer).count("Planen tar mer enn én side på papir") == many
