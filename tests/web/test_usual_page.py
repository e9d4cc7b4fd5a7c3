"""What is usual for a patient: shown beside the limits, and a doctor's word changes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.people import Cast
from tests.web.test_patient_pages import said
from varde.core.quantities import BY_NAME
from varde.core.zones import Zone
from varde.measuring.habitual import NotUsual, learn_again
from varde.measuring.models import HabitualValue
from varde.paper.chart import Chart
from varde.pathway.usual import REVIEW, set_usual
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.models import Task
from varde.web.patient import history
from varde.web.record import page

HOUR = timedelta(hours=1)


@pytest.fixture
def patient(them: Cast) -> Viewer:
    """Three measurements of 96: a fall of 4 is worth a look."""
    found = them.patient()
    for n in range(3):
        them.report(found, at=them.at - timedelta(days=3 - n), spo2=96)
    return found


def send(them: Cast, who: Viewer, patient: Viewer, **form: str) -> Any:
    filled = {"patient": str(patient.person), "kind": "spo2", **form}
    with them.clock():
        address = f"/doctor/patient/{patient.person}/usual"
        return them.browser(who).post(address, filled, follow=True)


def test_it_says_where_it_is_known_from(them: Cast, patient: Viewer) -> None:
    with them.clock():
        text = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}/limits"))
    assert "96 % de tre første målingene" in text
    assert "Si noe annet" not in text


def test_a_doctors_word_is_what_the_next_report_is_held_against(
    them: Cast, patient: Viewer
) -> None:
    text = said(send(them, them.gp, patient, value="92", why="Ny habituell etter innleggelse"))
    assert "Fra neste innsending vurderes pasienten mot dette." in text
    assert f"92 % sagt av {them.gp.name}" in text
    outcome = them.report(patient, at=them.at + HOUR, spo2=91)
    assert outcome.judgement.zone is Zone.GREEN  # held against 96 it is a fall of five


def test_nothing_that_is_learnt_changes_it(them: Cast, patient: Viewer) -> None:
    send(them, them.gp, patient, value="92", why="Ny habituell etter innleggelse")
    with them.acting():
        learn_again([patient.actor], [BY_NAME["spo2"].code], at=them.at)
        (row,) = HabitualValue.objects.filter(patient_id=patient.person, until=None)
    assert (row.value, row.basis, row.by_id) == (92, "doctor", them.gp.person)


def test_it_is_what_an_admission_asks_for(them: Cast, patient: Viewer) -> None:
    with them.acting() as by:
        tasks.raise_task(
            patient=patient.actor, unit=them.units["service"], kind=REVIEW, due_at=them.at,
            by=by, at=them.at - HOUR,
        )  # fmt: skip
    send(them, them.gp, patient, value="92", why="Ny habituell etter innleggelse")
    with them.acting():
        (task,) = Task.objects.filter(patient_id=patient.person, kind=REVIEW)
    assert task.done_at is not None


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"value": "92", "why": ""}, "Skriv hvorfor"),
        ({"value": "nitti", "why": "Etter innleggelse"}, "Skriv et tall som er mulig."),
        ({"value": "192", "why": "Etter innleggelse"}, "Skriv et tall som er mulig."),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    them: Cast, patient: Viewer, form: dict[str, str], told: str
) -> None:
    assert told in said(send(them, them.gp, patient, **form))
    with them.acting():
        (row,) = HabitualValue.objects.filter(patient_id=patient.person)
    assert row.value == 96


def test_a_nurse_may_not(them: Cast, patient: Viewer) -> None:
    answer = send(them, them.nurse, patient, value="92", why="Etter innleggelse")
    assert answer.status_code in (403, 404)


def test_of_an_unknown_kind_nothing_is_said(them: Cast, patient: Viewer) -> None:
    assert send(them, them.gp, patient, kind="mood", value="4", why="Nei").status_code == 400


def test_what_was_usual_before_is_told_with_until_when(them: Cast, patient: Viewer) -> None:
    send(them, them.gp, patient, value="92", why="Ny habituell etter innleggelse")
    text = said(send(them, them.gp, patient, value="93", why="Litt bedre nå"))
    assert "Hva som har vært vanlig" in text
    assert "«Ny habituell etter innleggelse»" in text and "til 16.11." in text


def test_a_doctor_who_does_not_have_the_patient_says_nothing(them: Cast, patient: Viewer) -> None:
    with them.acting(them.other_gp) as by, pytest.raises(NotUsual, match="doctor"):
        set_usual(
            patient=patient.actor, kind=BY_NAME["spo2"], value=92, why="Ny habituell verdi",
            by=by, at=them.at,
        )  # fmt: skip


def _colours_where(chart: Chart, zone: Zone) -> set[str]:
    """The colours of the bands that the marks of a zone stand in."""
    return {
        rect.colour
        for mark in chart.marks
        if mark.zone == zone
        for rect in chart.rects
        if rect.x <= mark.x <= rect.x + rect.width + 0.1
        and rect.y - 0.1 <= mark.y <= rect.y + rect.height + 0.1
    }


def test_a_mark_stands_in_the_colour_that_the_fall_gave(
    them: Cast, patient: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """89 is seven below 96: red, and in the red band, though no limit is passed."""
    assert them.report(patient, spo2=89).judgement.zone is Zone.RED
    drawn: list[Any] = []

    def kept(make: Callable[..., Any]) -> Callable[..., Any]:
        def made(*asked: Any, **named: Any) -> Any:
            drawn.append(make(*asked, **named))
            return drawn[-1]

        return made

    monkeypatch.setattr(history, "chart", kept(history.chart))
    monkeypatch.setattr(page, "trend", kept(page.trend))
    with them.clock():
        them.browser(patient).get("/patient/history?kind=spo2")
        them.browser(them.nurse).get(f"/nurse/patient/{patient.person}")
    his, (theirs, _values, _sent) = drawn
    for chart in (his, next(one.chart for one in theirs.panels if one.series.unit == "%")):
        assert _colours_where(chart, Zone.RED) == {"rod"}
        assert _colours_where(chart, Zone.GREEN) == set()
