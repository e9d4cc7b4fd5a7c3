"""The order: messages and tasks that have waited past their goal stand among the yellows."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.people import OSLO, Cast
from tests.triage.test_concurrent import GREEN, RED, the_item
from tests.triage.test_worklist import YELLOW, message
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.only import Only
from varde.triage.worklist import NewReason, raise_work

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=OSLO)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
NOW = WEDNESDAY.replace(hour=13)  # a message of Monday 10:00 has used 15 of its 12 hours


def names(them: Cast, *, page: int = 0, size: int = 60, whose: str = "all") -> list[str]:
    with them.acting(them.nurse, at=NOW):
        rows = queries.worklist(them.nurse, page=page, size=size, only=Only(whose))
        return [row.item.patient.given for row in rows]


def following(them: Cast, patient: Viewer, by: Viewer) -> str:
    """Whose turn it is after this patient."""
    item = the_item(them, patient)
    assert item is not None
    with them.acting(by, at=NOW):
        found = queries.next_item(by, item)
        return found.patient.given if found else ""


def a_list(them: Cast) -> dict[str, Viewer]:
    """Someone at every place; yellows on both sides of what is late."""
    made = {}
    for name, at, values in (
        ("green", MONDAY, GREEN),
        ("fresh work", TUESDAY, None),
        ("late work", MONDAY, None),
        ("yellow, half used", WEDNESDAY, YELLOW),
        ("yellow, far over", TUESDAY, YELLOW),
        ("red", NOW - timedelta(minutes=5), RED),
    ):
        made[name] = them.patient(given=name)
        if values is None:
            message(them, made[name], at)
        else:
            them.report(made[name], at=at, **values)
    return made


IN_ORDER = ["red", "yellow, far over", "late work", "yellow, half used", "fresh work", "green"]


def test_late_work_stands_among_the_yellows_by_how_much_of_its_goal_is_used(them: Cast) -> None:
    a_list(them)
    assert names(them) == IN_ORDER


def test_of_late_work_the_longest_waiting_is_first_and_before_a_yellow_with_time_left(
    them: Cast,
) -> None:
    """Thursday's message and Monday's, both over: the one that has waited the longest first."""
    for name, at in (("later", MONDAY), ("earlier", MONDAY - timedelta(days=4))):
        message(them, them.patient(given=name), at)
    them.report(them.patient(given="yellow"), at=TUESDAY.replace(hour=14), **YELLOW)
    assert names(them) == ["earlier", "later", "yellow"]


def test_late_work_never_goes_before_a_red(them: Cast) -> None:
    message(them, them.patient(given="work"), MONDAY - timedelta(days=14))
    them.report(them.patient(given="red"), at=NOW, **RED)
    assert names(them) == ["red", "work"]


def test_work_that_is_exactly_at_its_goal_is_late(them: Cast) -> None:
    """Monday 13:00 and twelve opening hours: Wednesday 13:00. A minute later is not yet."""
    message(them, them.patient(given="at its goal"), MONDAY.replace(hour=13))
    message(them, them.patient(given="not yet"), MONDAY.replace(hour=13, minute=1))
    them.report(them.patient(given="yellow"), at=WEDNESDAY, **YELLOW)
    assert names(them) == ["at its goal", "yellow", "not yet"]


def test_the_next_one_is_the_first_of_the_list_that_is_not_this_one(them: Cast) -> None:
    made = a_list(them)
    for name in IN_ORDER[:-1]:
        expected = next(other for other in IN_ORDER if other != name)
        assert following(them, made[name], them.nurse) == expected


def test_the_next_one_passes_by_what_another_has_late_or_not(them: Cast) -> None:
    made = a_list(them)
    for name, expected in (
        ("red", "yellow, far over"),
        ("yellow, far over", "late work"),
        ("late work", "yellow, half used"),
        ("yellow, half used", "fresh work"),
        ("fresh work", ""),
    ):
        item = the_item(them, made[name])
        assert item is not None
        with them.acting(them.other_nurse, at=NOW) as by:
            handling.take(item=item.id, by=by, at=NOW)
        assert following(them, made["green"], them.nurse) == expected


def test_late_work_that_i_have_is_next_for_me_and_not_for_another(them: Cast) -> None:
    made = a_list(them)
    for name in ("red", "yellow, far over", "late work"):
        item = the_item(them, made[name])
        assert item is not None
        with them.acting(them.nurse, at=NOW) as by:
            handling.take(item=item.id, by=by, at=NOW)
    assert following(them, made["red"], them.nurse) == "yellow, far over"
    assert following(them, made["red"], them.other_nurse) == "yellow, half used"
    assert names(them, whose="mine") == ["red", "yellow, far over", "late work"]
    assert names(them, whose="free") == ["yellow, half used", "fresh work", "green"]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 20])
def test_pages_with_late_work_leave_nobody_out_and_name_nobody_twice(them: Cast, size: int) -> None:
    everyone: set[UUID] = set()
    for n in range(4):
        for at, values in (
            (NOW - timedelta(minutes=n), RED),
            (TUESDAY + timedelta(hours=n * 8), YELLOW),
            (MONDAY - timedelta(hours=n), None),
            (TUESDAY + timedelta(hours=n), None),
        ):
            patient = them.patient()
            everyone.add(patient.actor)
            if values is None:
                message(them, patient, at)
            else:
                them.report(patient, at=at, **values)
    with them.acting(them.nurse, at=NOW):
        whole = [row.item.patient_id for row in queries.worklist(them.nurse)]
        paged = [
            row.item.patient_id
            for page in range(-(-len(everyone) // size))
            for row in queries.worklist(them.nurse, page=page, size=size)
        ]
        beyond = queries.worklist(them.nurse, page=-(-len(everyone) // size), size=size)
    assert paged == whole
    assert (set(whole), len(whole), beyond) == (everyone, len(everyone), [])


def test_no_late_work_vanishes_however_much_there_is(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given more late messages than are ranked among the yellows, the rest stand after them."""
    monkeypatch.setattr(queries, "PAGE", 2)
    at = them.at + timedelta(days=14)
    patients = [them.patient() for _ in range(6)]
    with them.acting(them.nurse) as by:
        for patient in patients:
            raise_work(
                patient.actor, NewReason("missing", about={"day": "2026-11-16", "lacks": []}),
                zone=by.zone, at=them.at,
            )  # fmt: skip
    with them.acting(them.nurse, at=at):
        rows = queries.worklist(them.nurse, size=60)
    assert {row.item.patient_id for row in rows} >= {patient.actor for patient in patients}
