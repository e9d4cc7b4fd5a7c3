"""The clock's tasks: what is overdue, what is due, what comes back; each once, however many run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.people import NOW, Cast, cast
from tests.triage.test_concurrent import (
    GREEN,
    RED,
    closing_of,
    open_reasons,
    overlapping,
    the_item,
    together,
)
from varde.base import clock
from varde.base.stamps import ALLOWED, late_tasks, stamp, stamped
from varde.clock import tasks
from varde.clock.beat import Task as Scheduled
from varde.clock.beat import run, schedule
from varde.measuring.models import Expectation
from varde.pathway import regime
from varde.people.actions import count_attempt
from varde.people.directory import Attempt
from varde.people.viewer import Viewer
from varde.triage import handling
from varde.triage.models import Task
from varde.triage.tasks import do_task, raise_task
from varde.triage.worklist import Rank

YELLOW = {**GREEN, "pulse": 110}


def take(them: Cast, patient: Viewer, at: datetime) -> None:
    item = the_item(them, patient)
    with them.acting(them.nurse, at=at) as by:
        handling.take(item=item.id, by=by, at=at)


def holder(them: Cast, patient: Viewer) -> object:
    return the_item(them, patient).taken_by_id


# Tasks


def a_task(them: Cast, patient: Viewer, due_at: datetime) -> Task:
    with them.acting(them.nurse) as by:
        return raise_task(
            patient=patient.actor, unit=them.units["service"], kind="call-again",
            due_at=due_at, by=by, at=them.at,
        )  # fmt: skip


def test_a_task_stands_on_the_list_from_when_it_is_due_and_once(them: Cast) -> None:
    patient = them.patient()
    due = NOW + timedelta(hours=3)
    task = a_task(them, patient, due)
    tasks.due_tasks(at=due - timedelta(seconds=1))
    assert the_item(them, patient) is None
    got = together(*(lambda: tasks.due_tasks(at=due) for _ in range(3)))
    assert not [one for one in got if isinstance(one, Exception)]
    tasks.due_tasks(at=due + timedelta(minutes=1))
    (reason,) = open_reasons(them, patient)
    assert (reason.kind, reason.about["task"]) == ("task", str(task.id))


def test_a_task_that_is_done_never_comes_on_the_list(them: Cast) -> None:
    patient = them.patient()
    task = a_task(them, patient, NOW + timedelta(hours=1))
    with them.acting(them.nurse) as by:
        do_task(task=task.id, by=by, at=NOW)
    tasks.due_tasks(at=NOW + timedelta(hours=2))
    assert the_item(them, patient) is None


# What is taken comes back


def test_a_taken_red_that_nobody_touches_comes_back_after_thirty_minutes(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    take(them, patient, NOW)
    tasks.idle(at=NOW + timedelta(minutes=29))
    assert holder(them, patient) == them.nurse.person
    tasks.idle(at=NOW + timedelta(minutes=30))
    assert holder(them, patient) is None
    assert the_item(them, patient).rank == Rank.RED


def test_a_taken_yellow_is_kept_while_the_service_is_open(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    take(them, patient, NOW)
    tasks.idle(at=NOW + timedelta(hours=4))
    assert holder(them, patient) == them.nurse.person


@pytest.mark.parametrize(("hour", "minute", "days"), [(8, 50, 0), (15, 10, 1)])
def test_what_is_taken_while_closed_comes_back_at_the_next_closing(
    them: Cast, hour: int, minute: int, days: int
) -> None:
    """At 8:50, before opening, and at 15:10, after closing; staff are there both."""
    patient = them.patient()
    them.report(patient, **YELLOW)
    taken = NOW.replace(hour=hour, minute=minute)
    take(them, patient, taken)
    closing = NOW.replace(hour=15, minute=0) + timedelta(days=days)
    tasks.idle(at=closing - timedelta(minutes=1))
    assert holder(them, patient) == them.nurse.person
    tasks.idle(at=closing)
    assert holder(them, patient) is None


def test_everything_comes_back_at_closing(them: Cast) -> None:
    red, yellow = them.patient(), them.patient()
    them.report(red, **RED)
    them.report(yellow, **YELLOW)
    for patient in (red, yellow):
        take(them, patient, NOW.replace(hour=14, minute=55))
    tasks.idle(at=NOW.replace(hour=14, minute=59))
    assert holder(them, yellow) == them.nurse.person
    tasks.idle(at=NOW.replace(hour=15))
    assert (holder(them, red), holder(them, yellow)) == (None, None)


def test_what_is_taken_after_closing_is_kept_by_who_works_late(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    take(them, patient, NOW.replace(hour=16))
    tasks.idle(at=NOW.replace(hour=16, minute=10))
    assert holder(them, patient) == them.nurse.person


def test_what_was_taken_before_a_closing_the_clock_slept_through_comes_back(them: Cast) -> None:
    """A clock that stood from Monday to Tuesday: Monday's is not still in somebody's hands."""
    patient = them.patient()
    them.report(patient, **YELLOW)
    take(them, patient, NOW)
    tasks.idle(at=NOW + timedelta(days=1))
    assert holder(them, patient) is None


def test_a_night_without_touch_gives_a_late_taken_red_back(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    take(them, patient, NOW.replace(hour=16))
    tasks.idle(at=NOW.replace(hour=23))
    assert holder(them, patient) is None, "a red nobody touches for seven hours"


def test_two_clocks_at_once_give_back_once_and_neither_fails(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    take(them, patient, NOW)
    got = together(*(lambda: tasks.idle(at=NOW + timedelta(minutes=40)) for _ in range(3)))
    assert not [one for one in got if isinstance(one, Exception)]
    assert holder(them, patient) is None


# A dead clock is seen


def all_stamped(at: datetime) -> None:
    for task in ALLOWED:
        stamp(task, at)


def test_a_clock_that_goes_is_not_late(them: Cast) -> None:
    with clock.moved(NOW):
        all_stamped(NOW)
        assert late_tasks(at=NOW + timedelta(seconds=30)) == []


@pytest.mark.parametrize("dead", sorted(ALLOWED))
def test_each_task_that_stands_still_is_seen(them: Cast, dead: str) -> None:
    all_stamped(NOW + timedelta(minutes=20))
    stamp(dead, NOW + timedelta(minutes=20) - ALLOWED[dead] - timedelta(seconds=1))
    assert late_tasks(at=NOW + timedelta(minutes=20)) == [dead]
    with clock.moved(NOW + timedelta(minutes=20)):
        answer = them.browser(them.nurse).get("/healthz")
        page = them.browser(them.nurse).get("/nurse/").content.decode()
    assert (answer.status_code, dead in answer.json()["wrong"]["worker"]) == (503, True)
    assert "Klokka i Varde står." in page


def test_when_every_task_has_just_succeeded_health_and_list_are_calm(them: Cast) -> None:
    with clock.moved(NOW):
        all_stamped(NOW)
        assert them.browser(them.nurse).get("/healthz").status_code == 200
        page = them.browser(them.nurse).get("/nurse/").content.decode()
    assert "Klokka i Varde står." not in page


def test_every_task_of_the_beat_has_a_limit_for_its_silence() -> None:
    assert {task.name for task in schedule()} == set(ALLOWED)
    assert all(task.every < ALLOWED[task.name].total_seconds() for task in schedule())


def test_a_task_that_fails_is_not_stamped_and_the_beat_goes_on(them: Cast) -> None:
    def fails(*, at: datetime) -> int:
        raise RuntimeError("no")

    all_stamped(NOW)
    later = NOW + timedelta(hours=1)
    with clock.moved(later):
        assert run(Scheduled("overdue", fails, 15)) is False
        assert run(Scheduled("tasks", tasks.due_tasks, 15)) is True
        late = late_tasks(at=clock.now())
    assert ("overdue" in late, "tasks" in late) == (True, False)


def test_one_that_is_closed_while_the_clock_waits_for_it_does_not_stop_the_others(
    them: Cast,
) -> None:
    """Given two idle reds, when a nurse closes one just then, the other still comes back."""
    patients = [them.patient(), them.patient()]
    for patient in patients:
        them.report(patient, **RED)
        take(them, patient, NOW)
    closing = closing_of(them, patients[0])
    at = NOW + timedelta(minutes=40)

    def closes(pause: Callable[[], None]) -> None:
        with them.acting(them.nurse, at=at) as by:
            handling.close(closing=closing, by=by, at=at)
            pause()

    _, given_back = overlapping(closes, lambda: tasks.idle(at=at))
    assert not isinstance(given_back, Exception), repr(given_back)
    assert holder(them, patients[1]) is None


# One that fails, and what is forgotten


def test_a_cooperation_that_fails_stops_no_other(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a regime that cannot be read in one cooperation, the next one's is."""
    poisoned = cast()
    real = regime.expect_today

    def expect_today(*, unit: UUID, **more: Any) -> int:
        if unit == poisoned.units["service"]:
            raise KeyError("programme")
        return real(unit=unit, **more)

    monkeypatch.setattr(regime, "expect_today", expect_today)
    patient = them.patient()
    poisoned.patient()
    with pytest.raises(tasks.Faulty, match="KeyError"):
        tasks.expect(at=NOW)
    with them.acting():
        assert Expectation.objects.filter(patient_id=patient.person).exists()


def test_what_failed_in_part_is_not_stamped_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*, at: datetime) -> int:
        raise tasks.Faulty("KeyError")

    assert not run(Scheduled("a-task", fails, 1))
    assert stamped("a-task") is None


def test_traces_of_signing_in_are_forgotten_when_their_time_is_over(migrated: None) -> None:
    for at in (NOW - timedelta(days=2), NOW):
        count_attempt("a" * 64, at=at)
    tasks.forget(at=NOW)
    assert list(Attempt.objects.filter(key="a" * 64).values_list("minute", flat=True)) == [
        NOW.replace(second=0, microsecond=0)
    ]
