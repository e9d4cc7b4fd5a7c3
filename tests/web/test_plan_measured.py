"""What the plan says of measuring: what, and how often, as it is agreed with this patient."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.people import OSLO, Cast
from tests.plan.agreed import approved, responsible
from varde.core.expectation import Own, Rhythm
from varde.measuring.rhythm import set_rhythm
from varde.people.viewer import Viewer
from varde.web.plan.measured import measured

WORSE = ", og hver dag når det er gult eller rødt"


def told(them: Cast, patient: Viewer, **later: Any) -> str:
    with them.acting(them.nurse):
        return measured(patient.actor, zone=OSLO, at=them.at + timedelta(**later))


def test_each_week_on_the_day_that_is_agreed(them: Cast) -> None:
    assert told(them, them.patient(weekday=2)).endswith(f" – hver onsdag{WORSE}")


def test_in_the_trial_it_says_until_when(them: Cast) -> None:
    new = them.patient(began=them.at - timedelta(days=3))
    last = (them.at + timedelta(days=10)).astimezone(OSLO).day
    said = told(them, new)
    assert f" – hver dag til og med {last}. november, deretter hver mandag{WORSE}" in said
    assert told(them, new, days=11).endswith(f" – hver mandag{WORSE}")


def test_in_two_programmes_it_is_by_what_asks_most_often_and_named_once(them: Cast) -> None:
    said = told(them, them.both(heart_on=3))
    assert "hver dag til og med" in said and f"deretter hver mandag, torsdag{WORSE}" in said
    assert said.lower().count("blodtrykk") == 1 and said.startswith("Oksygen i blodet, ")


def test_what_is_agreed_with_the_patient_goes_before_the_programme(them: Cast) -> None:
    one = them.patient()
    for rhythm, said in ((Rhythm.WEEKDAYS, f"hver hverdag{WORSE}"), (Rhythm.DAILY, "hver dag")):
        own = Own(rhythm, 0, them.at.astimezone(OSLO).date())
        with them.acting(them.nurse) as by:
            set_rhythm(patient=one.actor, own=own, why="Passer bedre", by=by, at=them.at)
        assert told(them, one).endswith(f" – {said}")


def test_the_patient_reads_it_in_the_plan(them: Cast) -> None:
    one = them.patient(weekday=2)
    responsible(them, one)
    approved(them, one)
    with them.clock():
        page = them.browser(one).get("/patient/plan").content.decode()
    assert "Jeg måler" in page and f"hver onsdag{WORSE}" in page
