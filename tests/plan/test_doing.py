"""What is done by a plan: ticks, courses that are started, training, and plans to look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.people import Cast
from tests.plan.agreed import PACK, approved, responsible
from tests.triage.at_once import together
from varde.clock import tasks as clock_tasks
from varde.core.plan import Leave, decoded, steps
from varde.core.thresholds import Limits
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.plan import doing, queries
from varde.plan.doing import NotDone
from varde.plan.looking import needs_look
from varde.plan.models import Course, Plan, Tick
from varde.triage import ordering
from varde.triage.models import Item, Reason, Task
from varde.triage.ordering import Draft
from varde.triage.worklist import Rank

DAY = timedelta(days=1)


def start(them: Cast, patient: Viewer, row: Plan, *, days_ago: int = 0, by: Viewer | None = None,
          asked: bool = False, medication: str = "pred") -> Course:  # fmt: skip
    by = by or patient
    with them.acting(by):
        return doing.start_course(
            patient=patient.actor, plan=row.id, medication=medication,
            started_on=them.at.date() - days_ago * DAY, asked=asked, by=by, at=them.at,
        )  # fmt: skip


def on_list(them: Cast, patient: Viewer) -> list[tuple[int, dict[str, Any]]]:
    with them.acting():
        rows = Reason.objects.filter(patient_id=patient.actor, kind="task", open=True)
        return [(one.zone, one.about) for one in rows.order_by("at", "id")]


def test_what_is_ticked_is_seen_and_can_be_taken_back(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    step = steps(decoded(row.content).sections[0], "yellow")[0]
    said: dict[str, Any] = {"plan": row.id, "zone": "yellow", "day": them.at.date(),
                            "by": patient, "at": them.at}  # fmt: skip
    with them.acting(patient):
        doing.tick(**said, done=[step.key, step.key])
        doing.tick(**said, done=[step.key])
    with them.acting(them.nurse):
        (found,) = queries.ticks(patient.actor, since=them.at.date())
        assert (found.text, found.zone) == (step.text, 2)
    with them.acting(patient):
        doing.tick(**said, done=[])
    with them.acting(them.nurse):
        assert queries.ticks(patient.actor, since=them.at.date()) == []
        assert Tick.objects.filter(patient_id=patient.actor).count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [({"done": ["copd.yellow.activity.99"]}, "step"), ({"zone": "blue"}, "step"),
     ({"plan": "01a22477-0000-7000-8000-000000000000"}, "plan")],
)  # fmt: skip
def test_what_does_not_stand_in_the_plan_is_not_ticked(
    them: Cast, patient: Viewer, change: dict[str, str], code: str
) -> None:
    row = approved(them, patient)
    step = steps(decoded(row.content).sections[0], "yellow")[0].key
    said: dict[str, Any] = {"plan": row.id, "zone": "yellow", "done": [step],
                            "day": them.at.date(), **change}  # fmt: skip
    with pytest.raises(NotDone) as error, them.acting(patient):
        doing.tick(**said, by=patient, at=them.at)
    assert error.value.code == code


def test_a_rescue_pack_that_is_started_is_yellow_work_at_once(them: Cast, patient: Viewer) -> None:
    start(them, patient, approved(them, patient))
    ((zone, about),) = on_list(them, patient)
    assert (zone, about["task_kind"], about["number"]) == (Zone.YELLOW, "course-started", 1)
    with them.acting():
        item = Item.objects.get(patient_id=patient.actor, open=True)
        assert item.rank == Rank.YELLOW


def test_a_second_course_in_the_period_is_red(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    start(them, patient, row, days_ago=10)
    start(them, patient, row)
    assert [(zone, about["number"]) for zone, about in on_list(them, patient)] == [
        (Zone.YELLOW, 1), (Zone.RED, 2),
    ]  # fmt: skip


def test_one_that_should_have_been_asked_for_is_red_unless_it_was(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient, pack=replace(PACK, leave=Leave.ASK))
    assert start(them, patient, row, asked=False).zone == Zone.RED
    other = them.patient(given="Una")
    responsible(them, other)
    asked = approved(them, other, pack=replace(PACK, leave=Leave.ASK))
    assert start(them, other, asked, asked=True).zone == Zone.YELLOW


def test_told_twice_it_is_one_also_when_at_once(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    together(lambda: start(them, patient, row), lambda: start(them, patient, row))
    assert len(on_list(them, patient)) == 1
    with them.acting():
        assert Course.objects.filter(patient_id=patient.actor).count() == 1


def test_a_course_counts_in_the_next_version_too(them: Cast, patient: Viewer) -> None:
    start(them, patient, approved(them, patient), days_ago=3)
    with them.acting():
        Task.objects.filter(patient_id=patient.actor).exists()
    other = replace(PACK, id="another", drug="prednisolon ")
    row = approved(them, patient, pack=other)
    assert start(them, patient, row, medication="another").number == 2


def test_one_said_by_mistake_counts_no_more_and_what_was_told_stays(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    made = start(them, patient, row)
    with them.acting(patient):
        doing.strike_course(course=made.id, patient=patient.actor, by=patient, at=them.at)
    assert len(on_list(them, patient)) == 1
    again = start(them, patient, row)
    assert (again.number, again.id == made.id) == (1, False)


@pytest.mark.parametrize("days_ago", [-1, 15])
def test_a_start_is_of_today_or_the_last_days(them: Cast, patient: Viewer, days_ago: int) -> None:
    row = approved(them, patient)
    with pytest.raises(NotDone):
        start(them, patient, row, days_ago=days_ago)


def test_the_nurse_tells_of_it_for_one_who_calls(them: Cast, patient: Viewer) -> None:
    assert start(them, patient, approved(them, patient), by=them.nurse).role == "nurse"


def test_training_that_was_understood_ends_what_asked_for_it(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    said: dict[str, Any] = {"patient": patient.actor, "plan": row.id, "note": "", "at": them.at}
    with them.acting(them.nurse):
        doing.train(whom="patient", understood=False, by=them.nurse, **said)
        assert Task.objects.filter(patient_id=patient.actor, kind="plan-train", done_at=None)
        assert queries.untrained([row.id]) == {row.id}
    with them.acting(them.coordinator):
        doing.train(whom="both", understood=True, by=them.coordinator, **said)
    with them.acting():
        assert not Task.objects.filter(patient_id=patient.actor, kind="plan-train", done_at=None)
        assert queries.untrained([row.id]) == set()


def lower(them: Cast, patient: Viewer, *, to: float, at: Any) -> None:
    with them.acting(them.gp, at=at):
        limits = {"spo2": Limits(alert_low=to - 2, warning_low=to)}
        ordering.order(Draft(patient.actor, limits, reason="Stabil"), by=them.gp, at=at)


def own(them: Cast, patient: Viewer) -> None:
    """The programme's numbers, and a doctor's word: no longer judged against what is usual."""
    for n, to in ((2, 87), (1, 90)):
        lower(them, patient, to=to, at=them.at - n * DAY)


def looks(them: Cast, patient: Viewer, *, at: Any) -> int:
    clock_tasks.plans(at=at)
    with them.acting(at=at):
        rows = Task.objects.filter(patient_id=patient.actor, kind="plan-look", done_at=None)
        return rows.count()


def test_a_plan_needs_a_look_when_limits_are_others_and_not_when_they_are_back(
    them: Cast, patient: Viewer
) -> None:
    own(them, patient)
    row = approved(them, patient)
    assert looks(them, patient, at=them.at + DAY) == 0
    lower(them, patient, to=88, at=them.at + DAY)
    assert looks(them, patient, at=them.at + 2 * DAY) == 1
    assert looks(them, patient, at=them.at + 3 * DAY) == 1  # asked for once
    with them.acting():
        found = needs_look(row, at=them.at + 3 * DAY)
    assert found.limits == {"spo2": Limits(alert_low=86, warning_low=88)}
    lower(them, patient, to=90, at=them.at + 4 * DAY)
    assert looks(them, patient, at=them.at + 5 * DAY) == 0


def test_what_is_learnt_after_it_was_approved_is_no_reason_to_look(
    them: Cast, patient: Viewer
) -> None:
    approved(them, patient)
    for n in range(1, 4):
        them.report(patient, at=them.at + n * DAY, spo2=95)
    assert looks(them, patient, at=them.at + 5 * DAY) == 0
