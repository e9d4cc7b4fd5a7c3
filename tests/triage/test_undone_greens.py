"""Greens acknowledged together are undone together, but for what has been touched since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import Cast
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN, RED, the_item
from tests.triage.test_handling import acknowledge, seen_greens
from varde.base.tenancy import acting
from varde.measuring.models import Report
from varde.measuring.queries import last_report
from varde.people.viewer import Viewer
from varde.triage import handling, passing, queries
from varde.triage.handling import NotClosed
from varde.triage.worklist import Rank

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def undo(them: Cast, seconds: int, *, by: Viewer | None = None) -> int:
    """Of what was acknowledged ten minutes past, so many seconds after."""
    closed = them.at + 10 * MINUTE
    at = closed + seconds * SECOND
    with them.acting(by or them.nurse, at=at) as who:
        return passing.undo_acknowledged(closed_at=closed, by=who, at=at)


def greens(them: Cast, n: int = 3) -> list[Viewer]:
    patients = [them.patient() for _ in range(n)]
    for patient in patients:
        them.report(patient, **GREEN)
    return patients


def test_they_stand_there_as_before_and_are_nobodys(them: Cast) -> None:
    patients = greens(them)
    before = {one.item for one in seen_greens(them)}
    acknowledge(them, seen_greens(them))
    assert undo(them, 30) == 3
    assert {one.item for one in seen_greens(them)} == before
    items = [the_item(them, patient) for patient in patients]
    assert {(one.rank, one.taken_by_id) for one in items if one} == {(Rank.GREEN, None)}


def test_once_and_by_who_did_it(them: Cast) -> None:
    greens(them)
    acknowledge(them, seen_greens(them))
    assert undo(them, 20, by=them.other_nurse) == 0
    assert undo(them, 30) == 3
    assert undo(them, 40) == 0


def test_not_when_the_minute_has_passed(them: Cast) -> None:
    greens(them)
    acknowledge(them, seen_greens(them))
    with pytest.raises(NotClosed, match="too-late"):
        undo(them, 120)
    assert seen_greens(them) == []


def test_one_who_has_reported_since_is_as_she_is(them: Cast) -> None:
    patient, *_others = greens(them)
    acknowledge(them, seen_greens(them))
    them.report(patient, at=them.at + 10 * MINUTE + 5 * SECOND, **RED)
    red = the_item(them, patient)
    assert undo(them, 30) == 2
    after = the_item(them, patient)
    assert (after.id, after.rank, after.version) == (red.id, Rank.RED, red.version)


def test_a_report_and_an_undo_at_once_leave_one_place_on_the_list(them: Cast) -> None:
    for _ in range(3):
        (patient,) = greens(them, 1)
        acknowledge(them, seen_greens(them))
        at = them.at + 10 * MINUTE + 5 * SECOND

        def back(at=at) -> None:  # type: ignore[no-untyped-def]
            with acting(them.nurse.frame(at)):
                passing.undo_acknowledged(closed_at=at - 5 * SECOND, by=them.nurse, at=at)

        together(back, lambda at=at, who=patient: them.report(who, at=at, **GREEN))
        assert the_item(them, patient) is not None
        acknowledge(them, seen_greens(them), minutes=20)


def test_the_patient_is_not_told_of_the_one_who_undid(them: Cast) -> None:
    (patient,) = greens(them, 1)
    acknowledge(them, seen_greens(them))
    undo(them, 30)
    sent = last_report_of(them, patient)
    with them.acting(them.other_nurse):
        assert queries.seen_to(patient.person, sent.id, received=sent.received_at) is None
    at = them.at + 30 * MINUTE
    with them.acting(them.other_nurse, at=at) as by:
        handling.acknowledge_greens(seen=seen_greens(them), by=by, at=at)
        found = queries.seen_to(patient.person, sent.id, received=sent.received_at)
    assert found is not None
    assert found.by_id == them.other_nurse.person


def last_report_of(them: Cast, patient: Viewer) -> Report:
    with them.acting(them.nurse):
        found = last_report(patient.person)
    assert found is not None
    return found
