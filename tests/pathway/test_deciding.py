"""What a meeting decides becomes what it is: a task, a draft, a request, a fact."""

from __future__ import annotations

import pytest

from tests.hospital import Hospital, hospital, treated
from tests.pathway.met import DAY, FRIDAY, begun, convened, decide, put, running
from tests.people import NOW, OSLO, Cast
from tests.triage.at_once import together
from varde.core.access import Denied, Ground
from varde.core.meeting import Decided, NotMet
from varde.core.request import ControlState
from varde.core.thresholds import Limits
from varde.pathway import answering, deciding, routine
from varde.pathway.models import Decision, Request
from varde.triage.models import Order, Task


@pytest.fixture
def there(them: Cast) -> Hospital:
    return hospital(them)


# --- What is decided ---------------------------------------------------------------------------


def test_medication_is_a_task_with_its_day(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    monday = (FRIDAY + 3 * DAY).date()
    row = decide(them, case, there.specialist, Decided.MEDICATION, due_on=monday)
    assert row.doctor_id == there.specialist.actor
    with them.acting(them.nurse):
        task = Task.objects.get(kind="meeting-medication")
    assert (task.title, task.unit_id) == ("Furix 40 mg × 2", them.units["service"])
    assert task.due_at.astimezone(OSLO).date() == monday


def test_nothing_is_ordered_on_nobodys_word(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    for doctor in (None, there.other_specialist.actor, them.nurse.actor):
        with pytest.raises(NotMet) as no:
            decide(them, case, them.nurse, Decided.MEDICATION, doctor=doctor)
        assert no.value.code == "absent"
    with them.acting(them.nurse):
        assert not Decision.objects.exists()


def test_limits_wait_for_the_doctor_and_hold_when_ordered(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    limits = {"spo2": Limits(alert_low=85, warning_low=87)}
    row = decide(them, case, them.nurse, Decided.LIMITS, "SpO₂ gul under 87",
                 doctor=there.specialist.actor, limits=limits)  # fmt: skip
    with them.acting(there.specialist, at=FRIDAY):
        order = Order.objects.get(patient_id=patient.actor)
        assert (order.stage, order.asked_id) == ("asked", there.specialist.actor)
        assert not deciding.done(row)


def test_an_appointment_is_a_request_to_the_department(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    decide(them, case, there.coordinator, Decided.APPOINTMENT, "Time innen to uker")
    with them.acting(there.coordinator, at=FRIDAY):
        row = Request.objects.get(patient_id=patient.actor)
    assert (row.source, row.to_id, row.stage) == ("meeting", them.units["lungs"], "asked")


def test_oxygen_is_the_teams_else_the_services(them: Cast, there: Hospital) -> None:
    with_team, without = them.patient(), them.patient()
    treated(them, with_team, "team", Ground.CARE_TEAM)
    row = convened(them, there.coordinator)
    cases = [put(them, row, one) for one in (with_team, without)]
    begun(them, row, there.coordinator)
    first, second = (decide(them, one, there.specialist, Decided.OXYGEN, "1 l/min i hvile")
                     for one in cases)  # fmt: skip
    assert (first.who_id, second.who_id) == (them.units["team"], them.nurse.unit)
    assert second.task_id is not None


def test_the_gp_is_asked_and_answers(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    row = decide(them, case, there.specialist, Decided.ASK_GP, "Kreatinin og kalium innen 27.11.")
    assert row.request_id is not None
    with them.acting(them.gp, at=FRIDAY) as by:
        answering.answer(request=row.request_id, text="Tatt i dag", by=by, at=FRIDAY)
    with them.acting(them.nurse, at=FRIDAY):
        (now,) = deciding.decisions_of([case.id])[case.id]
        assert deciding.done(now)


def test_a_routine_control_is_dropped_and_back_when_struck(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    with them.acting(there.coordinator) as by:
        control = routine.plan(patient=patient.actor, name="Årskontroll", every_months=12, by=by,
                               at=NOW)  # fmt: skip
    case = running(them, there, patient)
    row = decide(them, case, there.specialist, Decided.CONTROL, "Følges hjemme",
                 control=control.id, state=ControlState.DROPPED)  # fmt: skip
    states = []
    with them.acting(there.specialist, at=FRIDAY) as by:
        states += [one.state for one in routine.controls_of(patient.actor, at=FRIDAY)]
        deciding.strike(decision=row.id, by=by, at=FRIDAY)
        states += [one.state for one in routine.controls_of(patient.actor, at=FRIDAY)]
    assert states == ["dropped", "running"]


def test_what_is_struck_asks_nobody(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    rows = [
        decide(them, case, there.specialist, Decided.MEDICATION),
        decide(them, case, there.specialist, Decided.APPOINTMENT, "Time"),
    ]
    with them.acting(there.specialist, at=FRIDAY) as by:
        for row in rows:
            deciding.strike(decision=row.id, by=by, at=FRIDAY)
        assert not Task.objects.filter(done_at=None).exists()
        assert Request.objects.get().stage == "withdrawn"
        assert deciding.decisions_of([case.id]) == {case.id: []}


def test_entered_by_two_at_once_it_is_one(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    together(*(lambda: decide(them, case, there.specialist, Decided.MEDICATION),) * 2)
    with them.acting(them.nurse):
        assert Task.objects.filter(kind="meeting-medication").count() == 1


def test_nothing_is_decided_before_it_has_begun_or_by_a_gp(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = put(them, convened(them, there.coordinator), patient)
    with pytest.raises(NotMet):
        decide(them, case, there.specialist, Decided.STAY)
    with pytest.raises(Denied):
        decide(them, case, them.gp, Decided.STAY)
