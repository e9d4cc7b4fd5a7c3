"""Two programmes for one patient: the stricter limits hold, and a doctor is asked which shall."""

from __future__ import annotations

import pytest

from tests.people import NOW, Cast
from tests.triage.test_thresholds_db import with_oxygen
from tests.web.test_patient_pages import said
from varde.core.programme import Programme
from varde.core.thresholds import Limits
from varde.pathway import actions as pathway
from varde.people import actions as people
from varde.people.viewer import Viewer
from varde.triage import ordering
from varde.triage.models import Task
from varde.triage.ordering import Draft
from varde.triage.tasks import CONFLICT
from varde.triage.thresholds import in_force


def begun(them: Cast, patient: Viewer, *programmes: Programme) -> None:
    with them.acting() as by:
        pathway.start_follow_up(
            patient=patient.actor, programmes=programmes, unit=them.units["service"],
            service_model=1, weekday=0, by=by, at=NOW,
        )  # fmt: skip


def asked(them: Cast, patient: Viewer) -> list[Task]:
    with them.acting():
        return list(Task.objects.filter(patient_id=patient.person, kind=CONFLICT, done_at=None))


@pytest.fixture
def patient(them: Cast) -> Viewer:
    """Followed for COPD; a heart programme with an oxygen limit of its own is begun too."""
    found = them.patient()
    with them.acting() as by:
        people.name_responsible(
            patient=found.actor, doctor=them.gp.actor, organisation=them.units["practice"],
            by=by, at=NOW,
        )  # fmt: skip
    begun(them, found, with_oxygen(them, warning_low=94, alert_low=92))
    return found


def test_the_stricter_holds_and_the_doctor_is_asked(them: Cast, patient: Viewer) -> None:
    with them.acting():
        held = in_force(patient.actor, at=NOW)["spo2"]
    assert (held.warning_low, held.alert_low) == (94, 92)
    (task,) = asked(them, patient)
    assert task.about["kinds"] == ["spo2"]
    with them.clock():
        text = said(them.browser(them.gp).get("/doctor/"))
    assert "To programmer har ulike grenser for Ragna Tindheim" in text
    assert "de strengeste gjelder til du sier noe annet" in text


def test_a_doctors_order_answers_it(them: Cast, patient: Viewer) -> None:
    draft = Draft(patient.actor, {"spo2": Limits(88, 90, None, None)}, "Lungene går foran")
    with them.acting(them.gp) as by:
        ordering.order(draft, by=by, at=NOW)
    assert asked(them, patient) == []


def test_programmes_that_agree_ask_nobody(them: Cast) -> None:
    found = them.patient()
    begun(them, found, with_oxygen(them, warning_low=90, alert_low=88))
    assert asked(them, found) == []
