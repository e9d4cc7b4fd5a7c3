"""What a meeting decides becomes what it is: a task, a draft, a request, a fact."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.hospital import Hospital, treated, treated_and_visited
from tests.pathway.met import (
    DAY,
    FRIDAY,
    begun,
    convened,
    decide,
    ended,
    gone_through,
    put,
    running,
)
from tests.pathway.test_requests import kept, work
from tests.people import NOW, OSLO, Cast
from tests.plan.agreed import approved, responsible
from tests.triage.at_once import together
from varde.clock import tasks as clock
from varde.core.access import Denied, Ground
from varde.core.meeting import CaseStage, Decided, NotMet
from varde.core.request import ControlState
from varde.core.thresholds import Limits
from varde.pathway.meeting import decided, deciding, meetings
from varde.pathway.meeting.deciding import Wanted
from varde.pathway.models import Case, Decision, Meeting, Request, RoutineControl
from varde.pathway.together import answering, routine, slots
from varde.people.viewer import Viewer
from varde.plan.models import Input
from varde.triage import ordered, ordering
from varde.triage.models import Order, Task

MINUTE = timedelta(minutes=1)
LIMITS = {"spo2": Limits(alert_low=85, warning_low=87)}


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
        assert decided.come_about([row]) == set()


def test_limits_without_the_doctors_answer_are_asked_about_on_the_day_that_was_said(
    them: Cast, there: Hospital
) -> None:
    case = running(them, there, them.patient())
    friday = FRIDAY.date() + timedelta(days=7)
    row = decide(them, case, them.nurse, Decided.LIMITS, "SpO₂ gul under 87", limits=LIMITS,
                 doctor=there.specialist.actor, due_on=friday)  # fmt: skip
    with them.acting(them.nurse, at=FRIDAY):
        due_at = Task.objects.get(kind="doctor-asked", done_at=None).due_at
    assert (row.due_on, due_at.astimezone(OSLO).date()) == (friday, friday)


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
        (now,) = decided.decisions_of([case.id])[case.id]
        assert decided.come_about([now]) == {now.id}


def controlled(them: Cast, there: Hospital) -> tuple[Viewer, RoutineControl, Case]:
    """A patient with a control at the department, in a meeting of it."""
    patient = them.patient()
    treated(them, patient)
    with them.acting(there.coordinator) as by:
        control = routine.plan(patient=patient.actor, name="Årskontroll", every_months=12, by=by,
                               at=NOW)  # fmt: skip
    return patient, control, running(them, there, patient)


def test_a_routine_control_is_dropped_and_back_when_struck(them: Cast, there: Hospital) -> None:
    patient, control, case = controlled(them, there)
    row = decide(them, case, there.specialist, Decided.CONTROL, "Følges hjemme",
                 control=control.id, state=ControlState.DROPPED)  # fmt: skip
    states = []
    with them.acting(there.specialist, at=FRIDAY) as by:
        states += [one.state for one in routine.controls_of(patient.actor, at=FRIDAY)]
        deciding.strike(decision=row.id, by=by, at=FRIDAY)
        states += [one.state for one in routine.controls_of(patient.actor, at=FRIDAY)]
    assert states == ["dropped", "running"]


def test_a_meeting_does_not_end_a_control(them: Cast, there: Hospital) -> None:
    """Whatever is posted."""
    _patient, control, case = controlled(them, there)
    with pytest.raises(NotMet) as no:
        decide(them, case, there.specialist, Decided.CONTROL, "Slutt", control=control.id,
               state=ControlState.ENDED)  # fmt: skip
    assert no.value.code == "what"


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
        assert decided.decisions_of([case.id]) == {case.id: []}


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


def struck(them: Cast, row: Decision, by: Viewer, at: datetime = FRIDAY) -> None:
    with them.acting(by, at=at):
        deciding.strike(decision=row.id, by=by, at=at)


# --- On whose word ---


def test_a_doctor_who_is_not_there_has_ordered_nothing(them: Cast, there: Hospital) -> None:
    """Of whom it is said is there; of another department, who treats the patient too, nobody is."""
    patient = them.patient()
    treated(them, patient, "heart")
    row = convened(them, there.coordinator)
    case = put(them, row, patient)
    begun(them, row, there.coordinator)
    with pytest.raises(NotMet) as no:
        decide(them, case, them.nurse, Decided.MEDICATION, doctor=there.other_specialist.actor)
    assert no.value.code == "absent"
    with pytest.raises(NotMet):  # what is refused enters nobody
        decide(them, case, them.nurse, Decided.MEDICATION, " ", doctor=there.specialist.actor)
    with them.acting(them.nurse, at=FRIDAY):
        assert there.specialist.actor not in {one.person_id for one in meetings.attendees(row)}
    decide(them, case, there.specialist, Decided.MEDICATION)  # who decides is there
    with them.acting(them.nurse, at=FRIDAY):
        found = {one.person_id for one in meetings.attendees(row)}
    assert {there.specialist.actor, there.coordinator.actor} <= found


def test_a_doctors_own_limits_are_drafted_to_that_doctor(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    row = decide(them, case, there.specialist, Decided.LIMITS, "Senk grensa", limits=LIMITS)
    with them.acting(there.specialist, at=FRIDAY):
        order = Order.objects.get()
        assert (order.stage, order.asked_id, row.order_id) == (
            "asked", there.specialist.actor, order.id,
        )  # fmt: skip


# --- Struck is taken back whole ---


def test_struck_limits_are_withdrawn_and_struck_once(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    row = decide(them, case, them.nurse, Decided.LIMITS, "Senk grensa",
                 doctor=there.specialist.actor, limits=LIMITS)  # fmt: skip
    with pytest.raises(NotMet) as no:
        struck(them, row, there.coordinator)  # who may not draft may not take a draft back
    assert no.value.code == "what"
    struck(them, row, them.nurse)
    with them.acting(them.nurse, at=FRIDAY):
        assert Order.objects.get().stage == "withdrawn"
        assert not Task.objects.filter(done_at=None).exists()
    with pytest.raises(NotMet):
        struck(them, row, them.nurse)


def test_a_booked_time_that_is_struck_is_free_and_the_patient_is_told(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    treated(them, patient)
    case = running(them, there, patient)
    slot = kept(them, there.coordinator, datetime(2026, 12, 3, 10, 0, tzinfo=OSLO))
    row = decide(them, case, there.specialist, Decided.APPOINTMENT, "Time 3.12", slot=slot.id)
    struck(them, row, there.specialist)
    with them.acting(there.coordinator, at=FRIDAY):
        assert Request.objects.get().stage == "withdrawn"
        assert [one.id for one in slots.free_of(them.units["lungs"], at=FRIDAY)] == [slot.id]
    with them.clock(FRIDAY + MINUTE):
        told = them.browser(patient).get("/patient/").content.decode()
    assert "3. desember kl. 10:00 er avlyst" in told


def test_only_the_newest_word_of_a_control_is_struck(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    with them.acting(there.coordinator) as by:
        control = routine.plan(patient=patient.actor, name="Kontroll", every_months=12, by=by,
                               at=NOW)  # fmt: skip
    case = running(them, there, patient)
    with them.acting(there.specialist, at=FRIDAY) as by:
        first = Wanted(Decided.CONTROL, "Avtalt", control=control.id)
        then = Wanted(Decided.CONTROL, "Avtalt", control=control.id, state=ControlState.RUNNING)
        one = deciding.decide(case=case.id, wanted=first, by=by, at=FRIDAY)
        again = deciding.decide(case=case.id, wanted=first, by=by, at=FRIDAY)
    assert again.id == one.id  # pressed twice
    second = FRIDAY + timedelta(seconds=20)
    with them.acting(there.specialist, at=second) as by:
        two = deciding.decide(case=case.id, wanted=then, by=by, at=second)  # the same words
        assert two.id != one.id
        assert [c.state for c in routine.controls_of(patient.actor, at=second)] == ["running"]
    with pytest.raises(NotMet) as no:
        struck(them, one, there.specialist, second)
    assert no.value.code == "gone"


def test_what_is_struck_is_not_in_the_next_plan(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    wrong = decide(them, case, there.specialist, Decided.MEDICATION, "Prednisolon 200 mg")
    decide(them, case, there.specialist, Decided.MEDICATION, "Prednisolon 20 mg")
    struck(them, wrong, there.specialist)
    gone_through(them, case, there.coordinator)
    with them.acting(there.coordinator, at=FRIDAY):
        row = Meeting.objects.get()
    ended(them, row, there.coordinator, {case.id: "Notat"})
    with them.acting(them.nurse, at=FRIDAY):
        assert list(Input.objects.values_list("text", flat=True)) == ["Prednisolon 20 mg"]


def test_gone_through_and_struck_it_waits_again(them: Cast, there: Hospital) -> None:
    case = running(them, there, them.patient())
    row = decide(them, case, there.specialist, Decided.STAY, "")
    gone_through(them, case, there.coordinator)
    struck(them, row, there.specialist)
    with them.acting(there.coordinator, at=FRIDAY):
        assert Case.objects.get(id=case.id).stage == CaseStage.WAITING


# --- Has it come about? ---


def test_a_no_is_not_done_and_comes_up_again(them: Cast, there: Hospital) -> None:
    patient = treated_and_visited(them)
    case = running(them, there, patient)
    row = decide(them, case, there.specialist, Decided.OXYGEN, "1 l/min")
    with them.acting(there.outreach, at=FRIDAY) as by:
        answering.decline(request=row.request_id, text="Ingen kapasitet", by=by, at=FRIDAY)
    gone_through(them, case, there.coordinator)
    with them.acting(there.coordinator, at=FRIDAY):
        met = Meeting.objects.get()
        assert decided.come_about(decided.decisions_of([case.id])[case.id]) == set()
    ended(them, met, there.coordinator, {case.id: "Notat"})
    clock.lists(at=FRIDAY + DAY)
    with them.acting(there.coordinator, at=FRIDAY + DAY):
        again = Case.objects.exclude(meeting=met).get()
        assert (again.patient_id, again.why) == (patient.actor, "last-time")


def test_what_nobody_sets_is_the_nurses_when_there_is_no_team(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    decide(them, case, there.specialist, Decided.OXYGEN, "1 l/min")
    clock.due_tasks(at=FRIDAY + 7 * DAY)
    kinds = [about["task_kind"] for kind, about in work(them, patient) if kind == "task"]
    assert "meeting-oxygen" in kinds


def test_limits_of_a_meeting_hold_when_the_doctor_has_ordered_them(
    them: Cast, there: Hospital
) -> None:
    """From the decision to what the next report is judged by."""
    patient = them.patient()
    case = running(them, there, patient)
    row = decide(them, case, there.specialist, Decided.LIMITS, "Senk grensa", limits=LIMITS)
    later = FRIDAY + MINUTE
    with them.acting(there.specialist, at=later) as by:
        waits = ordered.open_order(patient.actor)
        assert (
            waits is not None
            and decided.come_about(decided.decisions_of([case.id])[case.id]) == set()
        )
        draft = ordering.Draft(patient.actor, LIMITS, waits.reason, version=waits.version)
        ordering.order(draft, by=by, at=later)
        assert decided.come_about(decided.decisions_of([case.id])[case.id]) == {row.id}
        assert ordered.held(patient.actor, at=later + MINUTE)["spo2"] == LIMITS["spo2"]


def test_a_plan_change_is_a_task_until_a_plan_is_approved(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    responsible(them, patient)
    case = running(them, there, patient)
    row = decide(them, case, there.specialist, Decided.PLAN, "Legg inn prednisolonkur")
    with them.acting(them.nurse, at=FRIDAY):
        task = Task.objects.get(id=row.task_id)
        assert (task.kind, task.title) == ("meeting-plan", "Legg inn prednisolonkur")
    approved(them, patient, at=FRIDAY + DAY)
    clock.lists(at=FRIDAY + DAY + MINUTE)
    with them.acting(them.nurse, at=FRIDAY + 2 * DAY):
        assert Task.objects.get(id=row.task_id).done_at is not None
