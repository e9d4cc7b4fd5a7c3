"""A message written where one closes: sent after the minute, undone with it, never lost."""

from __future__ import annotations

from datetime import timedelta

from tests.people import NOW, Cast
from tests.web.test_nurse_closing import CALLED, a_red, record
from tests.web.test_nurse_pages import panel, submit
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock

TEXT = "Hvil i dag, og mål igjen i morgen."


def test_the_patient_finds_it_first_when_the_minute_has_passed(them: Cast) -> None:
    patient = a_red(them)
    submit(them, them.browser(them.nurse), panel(record(them, patient)), message=TEXT, **CALLED)
    for minutes, there in ((5, False), (7, True)):
        at = NOW + timedelta(minutes=minutes)
        clock.outbox(at=at)
        with them.clock(at):
            assert (TEXT in said(them.browser(patient).get("/patient/"))) is there


def test_what_was_typed_comes_back_when_the_closing_is_refused(them: Cast) -> None:
    patient = a_red(them)
    page = submit(them, them.browser(them.nurse), panel(record(them, patient)), message=TEXT)
    assert page.status_code == 422
    assert TEXT in said(page)
    clock.outbox(at=NOW + timedelta(hours=1))
    with them.clock(NOW + timedelta(hours=1)):
        assert TEXT not in said(them.browser(patient).get("/patient/"))


def test_the_form_says_when_it_is_sent(them: Cast) -> None:
    assert "Sendes ett minutt etter at du lukker" in said(record(them, a_red(them)))
