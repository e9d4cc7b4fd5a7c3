"""An order by telephone that cannot wait: it holds at once, and is seen until it is verified."""

from __future__ import annotations

from tests.people import Cast
from tests.triage.test_concurrent import open_reasons, the_item
from tests.triage.test_ordering import (
    HOUR,
    LOWER,
    STANDARD,
    WHY,
    act,
    draft,
    ground_of,
    limits_now,
    refused,
    said_by,
    work,
)
from varde.clock import tasks
from varde.core.thresholds import Limits
from varde.pathway import closing as pathway
from varde.people.viewer import Viewer
from varde.triage import ordered, ordering, queries
from varde.triage.handling import Closing
from varde.triage.models import Order, Task


def in_emergency(them: Cast, patient: Viewer) -> Order:
    return act(them, them.nurse, ordering.enter_emergency, draft(patient), said_by(them.gp, them))


def test_an_emergency_holds_at_once_and_is_to_be_verified_before_closing(them: Cast) -> None:
    patient = them.patient()
    in_emergency(them, patient)
    assert limits_now(them, patient, hours=1) == LOWER
    now = ground_of(them, patient)
    assert (now.ground, now.verified_by_id) == ("emergency", None)
    assert work(them, patient) == ["limits"]
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
    assert item is not None
    assert item.due_at == them.at.replace(hour=15)


def test_an_emergency_that_is_verified_holds_on_that_word(them: Cast) -> None:
    patient = them.patient()
    row = in_emergency(them, patient)
    assert refused(them, them.nurse, ordering.verify, patient.actor, row.version) == "own"
    act(them, them.other_nurse, ordering.verify, patient.actor, row.version, hours=2)
    assert limits_now(them, patient, hours=3) == LOWER
    assert ground_of(them, patient).ground == "verified"
    assert work(them, patient) == []
    with them.acting(them.gp):
        assert ordered.unverified_of([them.gp.actor]) == []


def test_an_emergency_that_was_not_ordered_ends_and_the_old_hold_again(them: Cast) -> None:
    patient = them.patient()
    row = in_emergency(them, patient)
    act(them, them.other_nurse, ordering.refuse, patient.actor, row.version, WHY, hours=2)
    assert limits_now(them, patient, hours=1) == LOWER
    assert limits_now(them, patient, hours=2) == STANDARD
    again = ground_of(them, patient)
    assert (again.ground, again.standard) == ("standard", "copd")
    assert work(them, patient) == ["limits-refused"]
    with them.acting():
        assert ordered.open_order(patient.actor) is None


def test_an_emergency_that_nobody_verifies_is_red_after_72_hours(them: Cast) -> None:
    patient = them.patient()
    row = in_emergency(them, patient)
    for hours, found in ((71, ["limits"]), (73, ["limits", "task"])):
        tasks.due_tasks(at=them.at + hours * HOUR)
        assert work(them, patient) == found
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
        assert item is not None
        assert item.rank == 0
    with them.acting(them.gp):
        (mine,) = ordered.unverified_of([them.gp.actor])
    assert mine.id == row.id
    assert limits_now(them, patient, hours=73) == LOWER  # nothing lapses by itself
    act(them, them.gp, ordering.verify, patient.actor, row.version, hours=74)
    assert work(them, patient) == []


def test_closing_the_place_does_not_take_the_red_reminder_away(them: Cast) -> None:
    """Nothing lapses silently: it is done by verifying the order, or undoing it."""
    patient = them.patient()
    in_emergency(them, patient)
    at = them.at + 73 * HOUR
    tasks.due_tasks(at=at)
    with them.acting(them.nurse, at=at) as by:
        closing = Closing(
            the_item(them, patient).id,
            tuple(one.id for one in open_reasons(them, patient)),
            "worsening",
            acts=("phone-answered",),
        )
        pathway.close(closing=closing, by=by, at=at)
    assert work(them, patient) == ["limits", "task"]
    assert the_item(them, patient).rank == 0
    with them.acting():
        (task,) = Task.objects.filter(patient_id=patient.actor, kind="verify-order")
        assert task.done_at is None


def test_an_emergency_asks_for_the_doctors_words_and_is_not_withdrawn(them: Cast) -> None:
    patient = them.patient()
    silent = said_by(them.gp, them, said="")
    assert refused(them, them.nurse, ordering.enter_emergency, draft(patient), silent) == "reason"
    assert limits_now(them, patient) == STANDARD
    row = in_emergency(them, patient)
    assert refused(them, them.nurse, ordering.withdraw, patient.actor, row.version) == "gone"
    again = draft(patient, Limits(alert_low=80, warning_low=85), row.version)
    assert refused(them, them.nurse, ordering.save_draft, again) == "gone"
