"""What the patient and a discharge say reaches the plan, also when a draft is on its way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.hospital import Hospital, treated
from tests.people import Cast
from tests.plan.agreed import approved, draft, proposed
from tests.web.forms import form_of
from tests.web.test_patient_pages import said
from tests.web.test_plan_page import address, get
from varde.clock import tasks as clock
from varde.core.access import Ground
from varde.core.plan import decoded
from varde.people.viewer import Viewer
from varde.plan import queries, writing
from varde.triage.models import Task
from varde.triage.tasks import finish

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


def save(
    them: Cast, patient: Viewer, page: Any, at: datetime, by: Viewer | None = None, **form: str
) -> Any:
    by = by or them.nurse
    with them.clock(at):
        return them.browser(by).post(
            address(by, patient, "/edit"), form_of(page) | {"do": "save"} | form, follow=True
        )


def test_what_came_while_it_was_written_is_not_read_by_being_saved(
    them: Cast, patient: Viewer
) -> None:
    draft(them, patient)
    page = get(them, them.nurse, patient, "/edit")
    discharged(them, patient, "Prednisolon 30 mg", them.at + LATER)
    saved = save(them, patient, page, them.at + 2 * LATER)
    assert CAME in said(saved)
    page = get(them, them.nurse, patient, "/edit", at=them.at + 3 * LATER)
    assert CAME not in said(save(them, patient, page, them.at + 4 * LATER))


@pytest.mark.parametrize("read", ["", "x", "\0", "2026-11-16", "9999-12-31T00:00:00+00:00"])
def test_a_time_that_cannot_be_says_at_the_most_now(them: Cast, patient: Viewer, read: str) -> None:
    draft(them, patient)
    page = get(them, them.nurse, patient, "/edit")
    assert save(them, patient, page, them.at, read=read).status_code == 200
    discharged(them, patient, "Prednisolon 30 mg", them.at + LATER)
    assert CAME in said(get(them, them.nurse, patient, "/edit", at=them.at + 2 * LATER))


def test_what_was_with_the_doctor_is_said_to_be_so_no_more(them: Cast, patient: Viewer) -> None:
    proposed(them, patient)
    saved = save(them, patient, get(them, them.nurse, patient, "/edit"), them.at + LATER)
    assert "Planen er hentet tilbake fra legen." in said(saved)
    again = save(them, patient, saved, them.at + 2 * LATER)
    assert "hentet tilbake" not in said(again)


def test_a_plan_is_not_approved_with_a_discharge_that_was_not_seen(
    them: Cast, patient: Viewer
) -> None:
    proposed(them, patient)
    browser = them.browser(them.gp)
    with them.clock():
        page = browser.get(f"/doctor/patient/{patient.actor}/plan")
    text = page.content.decode()
    shown = {name: text.split(f'name="{name}" value="')[1].split('"')[0]
             for name in ("patient", "plan", "edition", "seen")}  # fmt: skip
    discharged(them, patient, "Prednisolon 30 mg", them.at + LATER)
    with them.clock(them.at + 2 * LATER):
        form = shown | {"do": "approve"}
        answer = browser.post(f"/doctor/patient/{patient.actor}/plan", form)
    assert answer.status_code == 409
    assert "Det er kommet noe nytt til planen" in said(answer)
    assert "Prednisolon 30 mg" in said(answer)
    with them.acting():
        assert queries.in_force(patient.actor) is None


def test_what_comes_after_it_was_approved_asks_for_a_look(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    says(them, patient, "Å gå til fjells", them.at + LATER)
    with them.acting(them.nurse, at=them.at + 2 * LATER) as by:
        writing.said_in_meeting(patient.actor, "Furix", by.actor, by.role, at=them.at + 2 * LATER)
    later = them.at + 3 * LATER
    text = said(get(them, them.nurse, patient, at=later))
    assert "Pasienten har skrevet noe nytt om hva som er viktig" in text
    assert "Noe om medisin eller plan er bestemt i et møte" in text
    clock.plans(at=later)
    with them.acting(at=later):
        assert Task.objects.filter(
            patient_id=patient.actor, kind="plan-look", done_at=None
        ).exists()
    approved(them, patient, at=later + LATER)
    assert "bestemt i et møte" not in said(get(them, them.nurse, patient, at=later + 2 * LATER))


def test_what_comes_a_second_time_is_asked_about_too(them: Cast, patient: Viewer) -> None:
    approved(them, patient)
    for n in (1, 2):
        at = them.at + n * LATER
        says(them, patient, f"Å gå til fjells, {n}", at)
        clock.plans(at=at)
        with them.acting(at=at):
            tasks = Task.objects.filter(patient_id=patient.actor, kind="plan-look")
            (task,) = tasks.filter(done_at=None)
        with them.acting(them.nurse, at=at) as by:
            finish(task=task.id, by=by, at=at)
        clock.plans(at=at + timedelta(minutes=1))
        with them.acting(at=at):
            assert tasks.filter(done_at=None).count() == 0 and tasks.count() == n


def test_a_stale_save_leaves_the_task_of_a_summary(them: Cast, patient: Viewer) -> None:
    draft(them, patient)
    page = get(them, them.nurse, patient, "/edit")
    discharged(them, patient, "Prednisolon 30 mg", them.at + LATER)
    save(them, patient, page, them.at + 2 * LATER)
    with them.acting(at=them.at + 2 * LATER):
        assert Task.objects.filter(kind="plan-summary", done_at=None).exists()


def test_a_summary_by_who_may_not_draft_becomes_a_draft_and_the_services_task(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    treated(them, patient, "team", Ground.CARE_TEAM)
    with them.acting(there.outreach) as by:
        writing.take_in_summary(patient=patient.actor, text="Prednisolon 30 mg", of="Lunge",
                                dated=None, by=by, at=them.at)  # fmt: skip
    later = them.at + LATER
    with them.clock(later):
        tasks = said(them.browser(them.nurse).get("/nurse/tasks"))
    assert "Epikrise til planen: gå videre med utkastet" in tasks
    page = get(them, them.nurse, patient, "/edit", at=later)
    assert CAME in said(page) and "Prednisolon 30 mg" in said(page)
    save(them, patient, page, later + LATER)
    with them.acting(at=later + LATER):
        assert not Task.objects.filter(kind="plan-summary", done_at=None).exists()


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
    with them.acting(them.nurse) as by:
        writing.note_said(patient=patient.actor, kind="talk", text="Gå tur hver dag", by=by,
                          at=them.at)  # fmt: skip
    with them.acting(them.nurse, at=them.at + LATER) as by:
        said_there = (patient.actor, "Furix 40 mg × 2", by.actor, by.role)
        writing.said_in_meeting(*said_there, at=them.at + LATER)
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
