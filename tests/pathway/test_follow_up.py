"""What follows by itself, kept as tasks: raised once, seen coming, and withdrawn when done."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.people import Cast
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN, open_reasons
from varde.clock import tasks as clock
from varde.dialogue import actions as dialogue
from varde.measuring.models import Enrolment
from varde.pathway import closing
from varde.people.models import Person
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.contact import Contact
from varde.triage.models import Task

DAY = timedelta(days=1)
YELLOW = {**GREEN, "pulse": 110}


def reckon(them: Cast, days: float = 0) -> datetime:
    """The clock's round on a later day."""
    at = them.at + days * DAY
    clock.follow_up(at=at)
    clock.due_tasks(at=at)
    return at


def found(them: Cast, patient: Viewer) -> dict[str, Task]:
    with them.acting(them.nurse):
        return {task.kind: task for task in tasks.open_tasks(patient.actor)}


def listed(them: Cast, patient: Viewer) -> set[str]:
    return {one.about["task_kind"] for one in open_reasons(them, patient) if one.kind == "task"}


def contact(them: Cast, patient: Viewer, at: datetime) -> None:
    with them.acting(them.nurse, at=at) as by:
        said = Contact(uuid4(), patient.actor, ("phone-answered",))
        closing.record_contact(contact=said, by=by, at=at)


def test_a_new_patients_tasks_are_seen_coming_and_stand_on_the_list_on_their_day(
    them: Cast,
) -> None:
    patient = them.patient(began=them.at)
    reckon(them)
    coming = found(them, patient)
    assert set(coming) == {"new-patient", "goal-conversation", "review-limits"}
    assert coming["new-patient"].due_at.date() == (them.at + 7 * DAY).date()
    assert coming["goal-conversation"].due_at.date() == (them.at + 14 * DAY).date()
    assert coming["goal-conversation"].owner_id is None
    assert listed(them, patient) == set()
    reckon(them, 7)
    assert listed(them, patient) == {"new-patient"}
    reckon(them, 14)
    assert listed(them, patient) >= {"goal-conversation", "review-limits"}


def test_what_is_asked_once_is_not_asked_again(them: Cast) -> None:
    patient = them.patient(began=them.at)
    for days in (0, 0, 1, 2):
        reckon(them, days)
    with them.acting(them.nurse):
        assert Task.objects.filter(patient_id=patient.person).count() == 3


def test_two_at_once_raise_it_once(them: Cast) -> None:
    patient = them.patient(began=them.at)
    got = together(*[lambda: clock.follow_up(at=them.at)] * 3)
    assert not [one for one in got if isinstance(one, Exception)]
    with them.acting(them.nurse):
        assert Task.objects.filter(patient_id=patient.person).count() == 3


def test_who_was_called_is_not_to_be_called_and_the_list_says_so_at_once(them: Cast) -> None:
    patient = them.patient(began=them.at)
    reckon(them)
    at = reckon(them, 7)
    assert listed(them, patient) == {"new-patient"}
    contact(them, patient, at)
    assert "new-patient" not in found(them, patient)
    assert listed(them, patient) == set()
    with them.acting(them.nurse):
        row = Task.objects.get(patient_id=patient.person, kind="new-patient")
    assert (row.outcome, row.done_by_id) == ("withdrawn", them.nurse.person)


def test_yellow_for_long_asks_for_the_doctor_until_it_is_green(them: Cast) -> None:
    patient = them.patient()
    contact(them, patient, them.at)
    for days in range(3):
        them.report(patient, at=them.at + days * DAY, **YELLOW)
    reckon(them, 2.1)
    assert "yellow-long" in listed(them, patient)
    them.report(patient, at=them.at + 3 * DAY, **GREEN)
    reckon(them, 4)
    assert "yellow-long" not in found(them, patient)
    assert "yellow-long" not in listed(them, patient)


def test_only_green_is_contacted_each_month_and_a_message_counts(them: Cast) -> None:
    patient = them.patient(began=them.at - 60 * DAY)
    with them.acting(them.nurse, at=them.at) as by:
        dialogue.send_message(patient=patient.actor, text="Hvordan går det?", by=by, at=them.at)
    for days in range(31):
        them.report(patient, at=them.at + days * DAY, **GREEN)
    reckon(them, 15)
    assert "monthly-contact" not in found(them, patient)
    reckon(them, 17)
    assert "monthly-contact" in found(them, patient)
    assert listed(them, patient) == set()
    reckon(them, 30)
    assert listed(them, patient) == {"monthly-contact"}


def test_who_is_silent_for_two_weeks_is_asked_about_until_something_comes(them: Cast) -> None:
    patient = them.patient()
    contact(them, patient, them.at)
    them.report(patient, **GREEN)
    reckon(them, 13)
    assert "silent" not in found(them, patient)
    reckon(them, 14)
    assert "silent" in listed(them, patient)
    them.report(patient, at=them.at + 15 * DAY, **GREEN)
    reckon(them, 16)
    assert "silent" not in found(them, patient)


def test_unlikely_values_ask_whether_it_is_still_right(them: Cast) -> None:
    patient = them.patient()
    contact(them, patient, them.at)
    for hours in range(4):
        them.report(patient, at=them.at + timedelta(hours=hours), **{**GREEN, "systolic": 232})
    reckon(them, 1)
    assert "still-right" in found(them, patient)


def test_a_programme_that_gets_rules_does_not_ask_for_what_is_long_past(them: Cast) -> None:
    patient = them.patient(began=them.at - 200 * DAY)
    them.report(patient, **GREEN)
    contact(them, patient, them.at)
    reckon(them)
    assert found(them, patient) == {}


def test_what_a_person_has_done_is_done(them: Cast) -> None:
    patient = them.patient(began=them.at - 14 * DAY)
    reckon(them)
    task = found(them, patient)["goal-conversation"]
    with them.acting(them.nurse) as by:
        tasks.finish(task=task.id, by=by, at=them.at)
    assert "goal-conversation" not in listed(them, patient)
    reckon(them, 1)
    assert "goal-conversation" not in found(them, patient)


def test_of_who_has_died_or_is_followed_no_more_nothing_is_asked(them: Cast) -> None:
    dead, ended = them.patient(began=them.at), them.patient(began=them.at)
    reckon(them)
    with them.acting(at=them.at + DAY):
        Person.objects.filter(id=dead.person).update(died_at=them.at + DAY)
        over = DateTimeTZRange(them.at, them.at + DAY)
        Enrolment.objects.filter(patient_id=ended.person).update(period=over)
    reckon(them, 2)
    for patient in (dead, ended):
        assert found(them, patient) == {}
        assert listed(them, patient) == set()


def test_tasks_go_with_the_patient_to_the_unit_that_follows_now(them: Cast) -> None:
    patient = them.patient(began=them.at)
    reckon(them)
    other = them.units["municipality"]
    with them.acting(at=them.at + DAY):
        Enrolment.objects.filter(patient_id=patient.person).update(unit_id=other)
    reckon(them, 1)
    with them.acting(at=them.at + DAY):
        tasks_now = Task.objects.filter(patient_id=patient.person, done_at__isnull=True)
        assert {task.unit_id for task in tasks_now} == {other}


def test_three_yellow_in_a_row_bring_forward_what_was_seen_coming(them: Cast) -> None:
    patient = them.patient()
    contact(them, patient, them.at)
    for days in range(3):
        them.report(patient, at=them.at + days * DAY, **YELLOW)
        reckon(them, days + 0.1)
    assert "yellow-long" in listed(them, patient)


def test_a_monthly_contact_that_is_done_is_asked_for_again_the_next_month(them: Cast) -> None:
    patient = them.patient(began=them.at - 60 * DAY)
    for days in range(62):
        them.report(patient, at=them.at + days * DAY, **GREEN)
    reckon(them, 1)
    task = found(them, patient)["monthly-contact"]
    with them.acting(them.nurse, at=them.at + DAY) as by:
        tasks.finish(task=task.id, by=by, at=them.at + DAY)
    reckon(them, 2)
    assert "monthly-contact" not in found(them, patient)
    reckon(them, 31)
    assert "monthly-contact" in listed(them, patient)


def test_what_reminds_of_an_order_is_not_done_here(them: Cast) -> None:
    patient = them.patient()
    with them.acting(them.nurse) as by:
        task = tasks.raise_task(
            patient=patient.actor, unit=by.seat, kind="verify-order", due_at=them.at,
            about={"order": "x", "zone": 3}, by=by, at=them.at,
        )  # fmt: skip
    clock.due_tasks(at=them.at)
    with them.acting(them.nurse) as by:
        assert tasks.tasks_of(them.nurse) == []
        for act in (
            lambda: tasks.finish(task=task.id, by=by, at=them.at),
            lambda: tasks.move(task=task.id, due_at=them.at + DAY, by=by, at=them.at),
        ):
            with pytest.raises(tasks.NotThisTask):
                act()
    assert listed(them, patient) == {"verify-order"}


# Tasks that somebody makes


def own(them: Cast, patient: Viewer, **more: object) -> Task:
    with them.acting(them.nurse) as by:
        return tasks.raise_task(
            patient=patient.actor, unit=by.seat, kind=tasks.OWN, title="Ring om ny mansjett",
            due_at=them.at + DAY, by=by, at=them.at, **more,  # type: ignore[arg-type]
        )  # fmt: skip


def test_what_recurs_comes_again_from_its_day(them: Cast) -> None:
    patient = them.patient()
    task = own(them, patient, every_days=7)
    at = them.at + 17 * DAY
    with them.acting(them.nurse, at=at) as by:
        tasks.finish(task=task.id, by=by, at=at)
    again = found(them, patient)[tasks.OWN]
    assert again.id != task.id
    assert again.due_at == them.at + 22 * DAY  # the 1st, 8th, 15th, 22nd: never twice for one
    assert again.title == task.title


def test_a_task_is_given_and_moved_and_stands_on_the_list_on_its_new_day(them: Cast) -> None:
    patient = them.patient()
    task = own(them, patient)
    clock.due_tasks(at=them.at + DAY)
    assert listed(them, patient) == {tasks.OWN}
    later = them.at + 5 * DAY
    with them.acting(them.nurse, at=them.at + DAY) as by:
        tasks.give(task=task.id, owner=them.other_nurse.person, by=by, at=by_at(them))
        tasks.move(task=task.id, due_at=later, by=by, at=by_at(them))
    assert listed(them, patient) == set()
    clock.due_tasks(at=later)
    assert listed(them, patient) == {tasks.OWN}
    assert found(them, patient)[tasks.OWN].owner_id == them.other_nurse.person


def by_at(them: Cast) -> datetime:
    return them.at + DAY


def test_another_units_task_is_not_there(them: Cast) -> None:
    patient = them.patient()
    task = own(them, patient)
    with them.acting(them.coordinator) as by, pytest.raises(tasks.NotThisTask):
        tasks.finish(task=task.id, by=by, at=them.at)
