"""What plan, requests and orders have asked for is ended by them: not by the round that reckons
the programme's rules each night, nor by whoever closes something else on the same patient."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.hospital import Hospital, treated
from tests.pathway.met import FRIDAY, decide, running
from tests.pathway.test_doctors import NO_DOCTOR
from tests.pathway.test_follow_up import contact, found, listed, reckon
from tests.pathway.test_requests import asked
from tests.people import Cast
from tests.plan.agreed import approve, approved, proposed, responsible
from tests.plan.test_doing import lower
from varde.clock import tasks as clock
from varde.core.follow_up import HangsOn
from varde.core.meeting import Decided
from varde.core.zones import Zone
from varde.measuring.models import Enrolment
from varde.pathway.meeting.decided import come_about
from varde.pathway.models import Decision
from varde.people.models import Person
from varde.people.viewer import Viewer
from varde.plan import approving, doing
from varde.plan.models import Plan
from varde.triage import tasks
from varde.triage.models import Task
from varde.triage.tasks import NotThisTask

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def patient(them: Cast) -> Viewer:
    one = them.patient()
    responsible(them, one)
    return one


def told(them: Cast, patient: Viewer, row: Plan, *, days_ago: int, at: datetime) -> None:
    with them.acting(patient, at=at):
        doing.start_course(
            patient=patient.actor, plan=row.id, medication="pred",
            started_on=at.date() - days_ago * DAY, asked=False, by=patient, at=at,
        )  # fmt: skip


def test_a_second_course_told_in_the_evening_stands_in_the_morning(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    evening = them.at + timedelta(hours=12)
    told(them, patient, row, days_ago=6, at=evening)
    told(them, patient, row, days_ago=0, at=evening)
    before = listed(them, patient)
    assert "course-started" in before
    reckon(them, days=1)
    assert "course-started" in listed(them, patient)
    contact(them, patient, them.at + 1.1 * DAY)  # about something else
    assert "course-started" in listed(them, patient)
    with them.acting(them.nurse):
        rows = Task.objects.filter(patient_id=patient.actor, kind="course-started", done_at=None)
        assert rows.count() == 2


def test_a_plan_that_waits_reminds_on_its_day(them: Cast, patient: Viewer) -> None:
    proposed(them, patient)
    contact(them, patient, them.at)
    for day in (1, 2, 3, 4):
        reckon(them, days=day)
    assert "plan-waits" in listed(them, patient)


def test_training_print_talk_and_a_withdrawal_are_asked_for_until_they_are_done(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient)
    second = proposed(them, patient)
    approve(them, patient, second)
    reckon(them, days=1)
    assert {"plan-train", "plan-print"} <= set(found(them, patient))
    reckon(them, days=4)
    assert {"plan-train", "plan-print"} <= listed(them, patient)
    later = them.at + 4 * DAY
    with them.acting(them.gp, at=later) as by:
        approving.withdraw(patient=patient.actor, plan=second.id, why="Feil dose", by=by, at=later)
    reckon(them, days=5)
    assert "plan-withdrawn" in listed(them, patient)
    assert "plan-train" not in found(them, patient)


def test_nobody_answering_is_told_on_its_day(them: Cast, there: Hospital, patient: Viewer) -> None:
    treated(them, patient)
    asked(them, patient, them.nurse)
    contact(them, patient, them.at)
    for day in (1, 2, 3):
        reckon(them, days=day)
    assert "request-unanswered" in listed(them, patient)


def test_it_goes_with_the_patient_and_what_is_anothers_stays(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    row = approved(them, patient)
    told(them, patient, row, days_ago=0, at=them.at)
    with them.acting(them.nurse):
        theirs = Task.objects.create(
            patient_id=patient.actor, unit_id=them.units["lungs"], kind="resume-control",
            due_at=them.at + 9 * DAY, raised_at=them.at, occurrence="x",
        )  # fmt: skip
        Enrolment.objects.filter(patient_id=patient.actor).update(unit_id=them.units["practice"])
        clock.follow_up(at=them.at + DAY)
    with them.acting(them.gp, at=them.at + DAY):
        units = dict(
            Task.objects.filter(patient_id=patient.actor, done_at=None).values_list("kind", "unit")
        )
        assert units["course-started"] == units["plan-train"] == them.units["practice"]
        assert units["resume-control"] == theirs.unit_id


def test_what_may_be_asked_many_times_goes_too(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    """A plan to be looked at, and what a meeting has decided."""
    approved(them, patient)
    lower(them, patient, to=88, at=them.at + HOUR)
    clock.plans(at=them.at + 2 * HOUR)
    decide(them, running(them, there, patient), there.specialist, Decided.MEDICATION)
    with them.acting(them.nurse):
        assert {"plan-look", "meeting-medication"} <= found(them, patient).keys()
        Enrolment.objects.filter(patient_id=patient.actor).update(unit_id=them.units["practice"])
    clock.follow_up(at=FRIDAY + DAY)
    with them.acting(them.gp, at=FRIDAY + DAY):
        units = dict(
            Task.objects.filter(patient_id=patient.actor, done_at=None).values_list("kind", "unit")
        )
    assert units["plan-look"] == units["meeting-medication"] == them.units["practice"]


def test_what_is_withdrawn_with_the_follow_up_is_not_told_as_done(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    made = decide(them, running(them, there, patient), there.specialist, Decided.PLAN, "Ny plan")
    with them.acting(them.nurse, at=FRIDAY):
        tasks.withdraw(made.task, by=them.nurse, at=FRIDAY)
        row = Decision.objects.select_related("task", "request", "order").get(id=made.id)
        assert come_about([row]) == set()


def test_of_who_has_died_nothing_is_looked_for(them: Cast, patient: Viewer) -> None:
    """Neither a doctor nor a plan."""
    approved(them, patient)
    lower(them, patient, to=88, at=them.at + HOUR)
    other = them.patient(relations=NO_DOCTOR)
    with them.acting():
        dead = [patient.actor, other.actor]
        Person.objects.filter(id__in=dead).update(died_at=them.at + HOUR)
    clock.plans(at=them.at + 2 * HOUR)
    assert "plan-look" not in found(them, patient) and found(them, other) == {}


def test_it_ends_when_follow_up_does(them: Cast, patient: Viewer) -> None:
    """Also when it was the last whom the unit followed."""
    approved(them, patient)
    reckon(them)
    with them.acting(them.nurse):
        period = Enrolment.objects.get(patient_id=patient.actor).period
        over = DateTimeTZRange(period.lower, them.at + DAY / 2)
        Enrolment.objects.filter(patient_id=patient.actor).update(period=over)
    reckon(them, days=1)
    assert found(them, patient) == {}


def test_what_stands_on_the_list_is_closed_there_also_when_follow_up_has_ended(
    them: Cast, patient: Viewer
) -> None:
    them.patient()
    row = approved(them, patient)
    reckon(them)
    told(them, patient, row, days_ago=0, at=them.at)
    with them.acting(them.nurse):
        period = Enrolment.objects.get(patient_id=patient.actor).period
        over = DateTimeTZRange(period.lower, them.at + DAY / 2)
        Enrolment.objects.filter(patient_id=patient.actor).update(period=over)
    reckon(them, days=1)
    assert listed(them, patient) == {"course-started"}


def test_a_red_is_not_ticked_off_where_tasks_are(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    told(them, patient, row, days_ago=6, at=them.at)
    told(them, patient, row, days_ago=0, at=them.at)  # the second is red
    with them.acting(them.nurse) as by:
        red = [one for one in tasks.open_tasks(patient.actor) if one.about.get("zone") == Zone.RED]
        assert red
        for act in (
            lambda one: tasks.finish(task=one, by=by, at=them.at),
            lambda one: tasks.move(task=one, due_at=them.at + DAY, by=by, at=them.at),
        ):
            with pytest.raises(NotThisTask) as no:
                act(red[0].id)
            assert no.value.code == "red"


def test_what_the_rules_ask_for_is_marked_as_theirs(them: Cast) -> None:
    patient = them.patient(began=them.at)
    reckon(them)
    assert {one.hangs_on for one in found(them, patient).values()} >= {HangsOn.RULE}
