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
from varde.catalogue.queries import newest
from varde.clock import tasks
from varde.clock.beat import Task as Scheduled
from varde.clock.beat import run, schedule
from varde.measuring import actions as measuring
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
ANSWERS = {"breathing": "as-usual", "cough": "no", "sputum": "as-usual", "general": "well"}
WEEKLY_DEADLINE = datetime.fromisoformat("2026-11-18T00:00:00+01:00")  # 24 h after Monday


def expected(them: Cast, patient: Viewer) -> list[Expectation]:
    with them.acting():
        return list(Expectation.objects.filter(patient_id=patient.person).order_by("day"))


def take(them: Cast, patient: Viewer, at: datetime) -> None:
    item = the_item(them, patient)
    with them.acting(them.nurse, at=at) as by:
        handling.take(item=item.id, by=by, at=at)


def holder(them: Cast, patient: Viewer) -> object:
    return the_item(them, patient).taken_by_id


# What is expected, and what is overdue


def test_todays_report_is_expected_once_however_often_the_clock_looks(them: Cast) -> None:
    patient = them.patient()
    together(*(lambda: tasks.expect(at=NOW) for _ in range(2)))
    tasks.expect(at=NOW + timedelta(hours=1))
    (one,) = expected(them, patient)
    assert (one.day, one.deadline) == (NOW.date(), WEEKLY_DEADLINE)
    assert set(one.parts) == {"spo2", "pulse", "systolic", "diastolic", "questions"}


def test_whoever_follows_the_patient_the_report_is_expected_and_missed(them: Cast) -> None:
    """Any unit can follow up: home care of the municipality, a department, a practice."""
    patient = them.patient(followed_by="municipality")
    tasks.expect(at=NOW)
    tasks.overdue(at=WEEKLY_DEADLINE)
    assert [one.state for one in expected(them, patient)] == ["missed"]
    assert the_item(them, patient).unit_id == them.units["municipality"]


def test_of_two_programmes_the_earlier_deadline_holds(them: Cast) -> None:
    """The heart is in its trial, daily; the lungs are weekly, and their programme came last."""
    patient = them.patient(programme="heart-failure", began=NOW - timedelta(days=5))
    with them.acting() as by:
        measuring.enrol(
            patient=patient.actor, programme=newest("copd"), unit=them.units["service"],
            service_model=1, weekday=0, by=by, at=NOW - timedelta(days=60),
        )  # fmt: skip
    tasks.expect(at=NOW)
    (one,) = expected(them, patient)
    assert one.deadline == datetime.fromisoformat("2026-11-17T12:00:00+01:00")
    assert {"weight", "spo2"} <= set(one.parts)


def test_who_is_due_on_another_day_is_not_expected_today(them: Cast) -> None:
    patient = them.patient(weekday=3)
    tasks.expect(at=NOW)
    assert expected(them, patient) == []


def test_who_is_yellow_is_expected_each_day_until_green(them: Cast) -> None:
    patient = them.patient(weekday=3)
    them.report(patient, **YELLOW)
    tasks.expect(at=NOW + timedelta(days=1))
    assert [one.day for one in expected(them, patient)] == [NOW.date() + timedelta(days=1)]


def test_a_report_that_never_came_is_work_and_says_that_all_of_it_lacks(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    tasks.overdue(at=WEEKLY_DEADLINE)
    (reason,) = open_reasons(them, patient)
    assert (the_item(them, patient).rank, reason.kind) == (Rank.WORK, "missing")
    assert reason.about["day"] == "2026-11-16"
    assert set(reason.about["lacks"]) == {"spo2", "pulse", "systolic", "diastolic", "questions"}
    assert expected(them, patient)[0].state == "missed"


def test_before_its_deadline_nothing_is_overdue(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    tasks.overdue(at=WEEKLY_DEADLINE - timedelta(seconds=1))
    assert the_item(them, patient) is None
    assert expected(them, patient)[0].state == "open"


def test_a_report_in_part_is_partly_and_names_what_lacks(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    them.report(patient, spo2=95, pulse=80)
    tasks.overdue(at=WEEKLY_DEADLINE)
    (reason,) = open_reasons(them, patient)
    assert expected(them, patient)[0].state == "partly"
    assert reason.about["lacks"] == ["systolic", "diastolic", "questions"]


def test_a_whole_report_is_never_raised(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    them.report(patient, answers=ANSWERS, **GREEN)
    tasks.overdue(at=WEEKLY_DEADLINE)
    assert expected(them, patient)[0].state == "met"
    assert open_reasons(them, patient) == []


def test_two_clocks_at_once_raise_each_missing_report_once(them: Cast) -> None:
    patients = [them.patient() for _ in range(6)]
    tasks.expect(at=NOW)
    got = together(*(lambda: tasks.overdue(at=WEEKLY_DEADLINE) for _ in range(3)))
    assert not [one for one in got if isinstance(one, Exception)]
    for patient in patients:
        assert [reason.kind for reason in open_reasons(them, patient)] == ["missing"]
    assert tasks.overdue(at=WEEKLY_DEADLINE) == 0


def test_a_missing_report_never_lowers_a_red(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    them.report(patient, spo2=86)
    tasks.overdue(at=WEEKLY_DEADLINE)
    item = the_item(them, patient)
    assert (item.rank, item.since) == (Rank.RED, NOW)
    assert [reason.kind for reason in open_reasons(them, patient)] == ["report", "missing"]


def test_the_nurse_reads_what_lacks(them: Cast) -> None:
    patient = them.patient(given="Gudrun")
    tasks.expect(at=NOW)
    them.report(patient, answers=ANSWERS, spo2=95, pulse=80, systolic=130)
    tasks.overdue(at=WEEKLY_DEADLINE)
    with them.clock(WEEKLY_DEADLINE + timedelta(hours=9)):
        page = them.browser(them.nurse).get("/nurse/").content.decode()
    assert "Delvis rapportert 16.11., mangler Blodtrykk, nedre" in page


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
