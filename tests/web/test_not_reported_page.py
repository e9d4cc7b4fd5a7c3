"""Who has not reported: gone through every second week, with a message that is begun."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.base.walls import end_relation
from tests.people import Cast
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.core.follow_up import fortnight
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.models import Task

DAY = timedelta(days=1)


@pytest.fixture
def silent(them: Cast) -> Viewer:
    """Daily in the trial, and nothing has come today."""
    patient = them.patient(began=them.at - 5 * DAY)
    them.expect_today()
    them.at += DAY
    clock.overdue(at=them.at.replace(hour=13))
    them.at = them.at.replace(hour=14)
    return patient


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 11, 16), date(2026, 11, 16)),
        (date(2026, 11, 22), date(2026, 11, 16)),
        (date(2026, 11, 29), date(2026, 11, 16)),
        (date(2026, 11, 30), date(2026, 11, 30)),
    ],
)
def test_a_fortnight_begins_on_a_monday(today: date, monday: date) -> None:
    assert fortnight(today) == monday
    assert monday.weekday() == 0


def test_the_list_is_a_task_of_the_team_once_a_fortnight(them: Cast, silent: Viewer) -> None:
    for n in (0, 1):
        clock.follow_up(at=them.at + n * DAY)
    with them.acting(them.nurse):
        (row,) = Task.objects.filter(kind="not-reported")
        assert (row.patient_id, row.unit_id) == (None, them.units["service"])
        assert [one.id for one in tasks.tasks_of(them.nurse) if one.patient_id is None] == [row.id]
    with them.clock(them.at):
        page = them.browser(them.nurse).get("/nurse/tasks")
        assert "Gå gjennom lista over dem som ikke har rapportert" in said(page)
        assert 'href="/nurse/not-reported"' in page.content.decode()


def test_nobody_silent_no_task(them: Cast) -> None:
    them.patient()
    clock.follow_up(at=them.at)
    with them.acting(them.nurse):
        assert not Task.objects.filter(kind="not-reported").exists()


def test_the_message_is_begun_and_the_patient_finds_it_and_has_read_it(
    them: Cast, silent: Viewer
) -> None:
    with them.clock(them.at):
        nurse = them.browser(them.nurse)
        page = said(nurse.get("/nurse/not-reported"))
        assert "Hei Ragna. Vi har ikke fått målinger fra deg ennå." in page
        form = {"patient": str(silent.person), "text": "Er alt i orden?\nRing oss."}
        url = f"/nurse/patient/{silent.person}/message"
        sent = said(nurse.post(url, form, follow=True))
        assert "Meldingen er sendt til Ragna Tindheim." in sent
        phone = them.browser(silent)
        today = phone.get("/patient/").content.decode()
        assert "Melding til deg" in today
        assert "Er alt i orden?<br>Ring oss." in today
        address = today.split('action="/patient/message/')[1].split('"')[0]
        read = said(phone.post(f"/patient/message/{address}", follow=True))
        assert "Melding til deg" not in read


def test_another_patient_does_not_read_it_for_her(them: Cast, silent: Viewer) -> None:
    other = them.patient(given="Arvid")
    with them.clock(them.at):
        nurse = them.browser(them.nurse)
        form = {"patient": str(silent.person), "text": "Er alt i orden?"}
        nurse.post(f"/nurse/patient/{silent.person}/message", form)
        today = them.browser(silent).get("/patient/").content.decode()
        address = today.split('action="/patient/message/')[1].split('"')[0]
        assert them.browser(other).post(f"/patient/message/{address}").status_code == 404
        assert "Melding til deg" in said(them.browser(silent).get("/patient/"))


def test_empty_or_to_a_stranger_it_is_not_sent(them: Cast, silent: Viewer) -> None:
    with them.clock(them.at):
        nurse = them.browser(them.nurse)
        url = f"/nurse/patient/{silent.person}/message"
        form = {"patient": str(silent.person), "text": " \0 "}
        assert "ble ikke sendt" in said(nurse.post(url, form, follow=True))
        assert nurse.post(url, {"text": "Hei"}).status_code == 400
    end_relation(them, silent, "service")
    with them.clock(them.at):
        assert nurse.post(url, form | {"text": "Hei"}).status_code == 404


def test_a_view_is_saved_opened_and_forgotten_and_is_ones_own(them: Cast) -> None:
    with them.clock():
        nurse = them.browser(them.nurse)
        asks = "who=free&programme=copd&weekday=2&nonsense=1"
        saved = nurse.post("/nurse/view", {"name": "Onsdagene", "asks": asks}, follow=True)
        assert "Visningen er lagret." in said(saved)
        page = saved.content.decode()
        assert 'href="/nurse/?who=free&amp;programme=copd&amp;weekday=2"' in page
        assert nurse.get("/nurse/?who=free&programme=copd&weekday=2").status_code == 200
        assert "Onsdagene" not in said(them.browser(them.other_nurse).get("/nurse/"))
        row = page.split('name="forget" value="')[1].split('"')[0]
        them.browser(them.other_nurse).post("/nurse/view", {"forget": row})
        assert "Onsdagene" in said(nurse.get("/nurse/"))
        assert "Onsdagene" not in said(nurse.post("/nurse/view", {"forget": row}, follow=True))


@pytest.mark.parametrize(
    ("form", "status"),
    [({"name": " "}, 200), ({"forget": "nonsense"}, 400), ({"name": "x" * 500, "asks": "\0"}, 200)],
)
def test_a_view_that_is_none(them: Cast, form: dict[str, str], status: int) -> None:
    with them.clock():
        answer = them.browser(them.nurse).post("/nurse/view", form, follow=True)
    assert answer.status_code == status


def test_at_most_twelve_views(them: Cast) -> None:
    with them.clock():
        nurse = them.browser(them.nurse)
        for n in range(12):
            nurse.post("/nurse/view", {"name": f"Visning {n}", "asks": "who=free"})
        told = said(nurse.post("/nurse/view", {"name": "En til", "asks": ""}, follow=True))
        assert "Du har tolv visninger alt." in told
        again = said(nurse.post("/nurse/view", {"name": "Visning 3", "asks": ""}, follow=True))
        assert "Visningen er lagret." in again
