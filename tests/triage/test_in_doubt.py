"""A weight in doubt is not compared with: asked about, not borne out, or closed as an error."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import Cast
from tests.triage.test_concurrent import close, closing_of, open_reasons, the_item
from tests.triage.test_measure_again import again, control, place, send
from varde.clock import tasks
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.triage import passing
from varde.triage.worklist import Rank

CALLED = ("phone-answered",)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def patient(them: Cast) -> Viewer:
    """Weighs 82 each day; today 85, by the phone: a rise that is red."""
    found = them.patient(programme="heart-failure")
    for days in (3, 2, 1):
        them.report(found, at=them.at - days * DAY, weight=82.0)
    send(them, found, {"weight": 85.0})
    assert place(them, found) == (Rank.RED_CONTROL, Zone.RED)
    return found


def next_day(them: Cast, patient: Viewer, kilos: float = 82.0) -> tuple[Zone, str]:
    found = them.report(patient, at=them.at + DAY, weight=kilos).judgement
    assert found is not None
    return found.zone, found.reasons[0].rule


@pytest.mark.parametrize("kilos", [81.4, 82.0, 82.9])
def test_a_good_second_weighing_is_one_as_the_days_before_it(
    them: Cast, patient: Viewer, kilos: float
) -> None:
    outcome = again(them, patient, minutes=3, weight=kilos)
    assert outcome.judgement is not None and outcome.judgement.zone is Zone.GREEN
    assert place(them, patient) == (Rank.YELLOW, Zone.YELLOW)
    asked = control(them, patient)
    assert asked is not None and asked.state == "good"
    assert next_day(them, patient) == (Zone.GREEN, "within")
    assert next_day(them, patient, 85.0) == (Zone.RED, "rise")


@pytest.mark.parametrize("kilos", [83.0, 84.1, 85.2])
def test_a_second_weighing_that_shows_a_rise_too_leaves_it_red(
    them: Cast, patient: Viewer, kilos: float
) -> None:
    again(them, patient, minutes=3, weight=kilos)
    assert place(them, patient)[0] is Rank.RED


def test_nobody_weighs_again_and_it_counts_as_any_weight(them: Cast, patient: Viewer) -> None:
    tasks.controls(at=them.at + HOUR)
    assert next_day(them, patient) == (Zone.YELLOW, "fall")


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        ("measuring-error", (Zone.GREEN, "within")),
        ("equipment", (Zone.GREEN, "within")),
        ("usual", (Zone.YELLOW, "fall")),
    ],
)
def test_a_weight_closed_as_an_error_is_not_compared_with(
    them: Cast, patient: Viewer, outcome: str, found: tuple[Zone, str]
) -> None:
    tasks.controls(at=them.at + HOUR)
    close(them, closing_of(them, patient, assessment=outcome, acts=CALLED), minutes=120)
    assert next_day(them, patient) == found


def test_undone_it_counts_again(them: Cast, patient: Viewer) -> None:
    tasks.controls(at=them.at + HOUR)
    later = them.at + 2 * HOUR
    closing = closing_of(them, patient, assessment="measuring-error", acts=CALLED)
    done = close(them, closing, minutes=120)
    with them.acting(them.nurse, at=later) as by:
        passing.undo(handling=done.handling.id, by=by, at=later)
    assert the_item(them, patient).rank == Rank.RED
    assert 3 in {one.zone for one in open_reasons(them, patient)}
    assert next_day(them, patient) == (Zone.YELLOW, "fall")
