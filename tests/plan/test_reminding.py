"""A plan that waits is asked about until it is answered, and is approved with what is shown."""

from __future__ import annotations

from datetime import timedelta

from tests.pathway.test_follow_up import found
from tests.people import Cast
from tests.plan.agreed import approve, proposed
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock
from varde.people.viewer import Viewer
from varde.triage import tasks

DAY = timedelta(days=1)


def test_what_waits_is_asked_about_again(them: Cast, patient: Viewer) -> None:
    """The nurse rings the practice and ticks the reminder off; nobody answers."""
    row = proposed(them, patient)
    first = found(them, patient)["plan-waits"]
    day = them.at + 3 * DAY
    with them.acting(them.nurse, at=day) as by:
        tasks.finish(task=first.id, by=by, at=day)
    for _twice in range(2):
        clock.plans(at=day + timedelta(hours=1))
    again = found(them, patient)["plan-waits"]
    assert again.id != first.id and again.due_at > day
    approve(them, patient, row)
    assert "plan-waits" not in found(them, patient)
    clock.plans(at=day + DAY)
    assert "plan-waits" not in found(them, patient)


def test_the_form_shows_what_is_approved_with_it(them: Cast, patient: Viewer) -> None:
    proposed(them, patient)
    with them.clock():
        page = them.browser(them.gp).get(f"/doctor/patient/{patient.person}/plan/edit")
    text = said(page)
    assert text.count("Målingene viser") == 3
    assert "Oksygenmetning under 88" in text or "SpO₂ under 88" in text
