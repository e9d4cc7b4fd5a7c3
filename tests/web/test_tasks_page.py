"""The page of tasks, and what is coming on a patient's own: seen, done, given, moved, written."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from tests.people import NOW, Cast
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.models import Task

DAY = timedelta(days=1)


def the_task(them: Cast, patient: Viewer, kind: str) -> Task:
    with them.acting(them.nurse):
        return next(task for task in tasks.open_tasks(patient.actor) if task.kind == kind)


def sections(page: Any) -> dict[str, str]:
    """The page of tasks by its headings."""
    parts = re.split(r"<h2[^>]*>(.*?)</h2>", page.content.decode())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_what_follows_by_itself_is_seen_coming(them: Cast) -> None:
    patient = them.patient(began=them.at - 7 * DAY)
    clock.follow_up(at=them.at)
    with them.clock():
        client = them.browser(them.nurse)
        page = client.get("/nurse/tasks")
        record = said(client.get(f"/nurse/patient/{patient.person}"))
    found = sections(page)
    assert "Ring den nye pasienten" in found["I dag"]
    assert "Målsamtale" in found["De neste sju dagene"]
    assert "Ragna Tindheim" in said(page)
    assert "Det som kommer" in record
    assert "Målsamtale 23.11. · Teamets" in record


def test_a_task_is_taken_done_and_gone(them: Cast) -> None:
    patient = them.patient(began=them.at - 7 * DAY)
    clock.follow_up(at=them.at)
    task = the_task(them, patient, "new-patient")
    with them.clock():
        client = them.browser(them.nurse)
        assert "Ingen oppgaver." in said(client.get("/nurse/tasks?who=mine"))
        client.post(f"/nurse/tasks/{task.id}", {"mine": "1"})
        assert "Ring den nye pasienten" in said(client.get("/nurse/tasks?who=mine"))
        other = said(them.browser(them.other_nurse).get("/nurse/tasks"))
        assert "Inga Prøvestad" in other
        page = client.post(f"/nurse/tasks/{task.id}", {"done": "1"}, follow=True)
        assert "Oppgaven er gjort." in said(page)
        assert "Ring den nye pasienten" not in said(page)
        again = them.browser(them.other_nurse).post(
            f"/nurse/tasks/{task.id}", {"done": "1"}, follow=True
        )
        assert "Oppgaven er gjort av en annen." in said(again)


def test_a_task_is_moved_to_a_day_when_someone_is_there(them: Cast) -> None:
    patient = them.patient(began=them.at - 14 * DAY)
    clock.follow_up(at=them.at)
    task = the_task(them, patient, "goal-conversation")
    with them.clock():
        client = them.browser(them.nurse)
        for wrong in ("2026-11-15", "i morgen", "", "2030-01-01"):
            page = client.post(f"/nurse/tasks/{task.id}", {"day": wrong}, follow=True)
            assert "Velg en dag fra i dag av." in said(page)
        client.post(f"/nurse/tasks/{task.id}", {"day": "2026-11-21"})  # a Saturday
    moved = the_task(them, patient, "goal-conversation").due_at.astimezone(NOW.tzinfo)
    assert f"{moved:%Y-%m-%d %H:%M}" == "2026-11-23 09:00"


def write(client: Client, about: Viewer, **more: str) -> Any:
    sent = {"patient": str(about.person), "title": "Ring om ny mansjett", "day": "2026-11-18"}
    address = f"/nurse/patient/{about.person}/task"
    return client.post(address, {**sent, **more}, follow=True)


def test_a_task_that_somebody_writes(them: Cast) -> None:
    patient = them.patient()
    with them.clock():
        client = them.browser(them.nurse)
        page = said(write(client, patient, every="week", owner="mine"))
        assert "Oppgaven er lagret." in page
        assert "Ring om ny mansjett gjentas 18.11. · Din" in page
        for wrong in ({"title": " "}, {"day": "2026-11-01"}):
            assert "Oppgaven er ikke lagret." in said(write(client, patient, **wrong))
    kept = the_task(them, patient, tasks.OWN)
    assert (kept.every_days, kept.owner_id) == (7, them.nurse.person)
    clock.due_tasks(at=them.at + 3 * DAY)
    with them.clock(them.at + 3 * DAY):
        assert "Ring om ny mansjett" in said(client.get("/nurse/"))


def test_a_form_of_another_patient_writes_nothing(them: Cast) -> None:
    patient, other = them.patient(), them.patient()
    with them.clock():
        answer = write(them.browser(them.nurse), patient, patient=str(other.person))
    assert answer.status_code == 400


def test_another_units_nurse_sees_and_does_nothing(them: Cast) -> None:
    patient = them.patient(began=them.at - 7 * DAY)
    clock.follow_up(at=them.at)
    task = the_task(them, patient, "new-patient")
    with them.clock():
        assert them.browser(them.gp).get("/nurse/tasks").status_code == 403
        assert them.browser(them.gp).post(f"/nurse/tasks/{task.id}", {"done": 1}).status_code == 403
