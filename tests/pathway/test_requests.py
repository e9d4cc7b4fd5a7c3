"""Requests: asked, answered, given a time, and never left with somebody who does not answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.hospital import Hospital, objects_to_sharing, reaches, treated
from tests.people import NOW, OSLO, Cast
from tests.plan.agreed import responsible
from tests.triage.at_once import together
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.clock import tasks as clock
from varde.core.access import Denied
from varde.core.request import NotRequested, Stage, What
from varde.pathway.models import Request, Slot
from varde.pathway.together import answering, requests, slots
from varde.pathway.together.requests import Wish
from varde.people.viewer import Viewer
from varde.triage import asks
from varde.triage.models import Ask, Reason, Task

SOON = datetime(2026, 11, 19, 10, 30, tzinfo=OSLO)
WHY = "Mer tungpust de siste to ukene"


def kept(them: Cast, by: Viewer, starts: datetime = SOON, how: str = "visit") -> Slot:
    with them.acting(by):
        return slots.keep(starts=[starts], minutes=30, how=how, by=by, at=NOW)[0]


def asked(them: Cast, patient: Viewer, by: Viewer, **more: object) -> Request:
    wish = Wish(patient.actor, What.APPOINTMENT, them.units["lungs"], WHY, **more)  # type: ignore[arg-type]
    with acting(by.frame(NOW)):
        return requests.ask_for(wish, by=by, at=NOW)


def stored(them: Cast, row: Request) -> Request:
    with them.acting(them.nurse):
        return Request.objects.select_related("slot").get(id=row.id)


def work(them: Cast, patient: Viewer) -> list[tuple[str, dict[str, str]]]:
    with them.acting():
        rows = Reason.objects.filter(patient_id=patient.actor, open=True).order_by("id")
        return [(row.kind, row.about) for row in rows]


def test_a_patient_asks_who_treats_her_and_the_nurse_knows(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    row = asked(them, patient, patient)
    assert (row.source, row.stage) == ("patient", "asked")
    assert [(kind, about["excerpt"]) for kind, about in work(them, patient)] == [("asked-for", WHY)]


def test_what_the_service_is_asked_stands_on_its_list_until_it_is_answered(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    treated(them, patient)
    wish = Wish(patient.actor, What.QUESTION, them.units["service"], "Hvordan går det hjemme?")
    with acting(there.specialist.frame(NOW)):
        row = requests.ask_for(wish, by=there.specialist, at=NOW)
    ((kind, about),) = work(them, patient)
    assert (kind, about["author"]) == ("asked-for", there.specialist.name)
    assert about["excerpt"] == "Hvordan går det hjemme?"
    clock.due_tasks(at=row.due_at + timedelta(minutes=1))  # and nobody has answered
    assert [kind for kind, _about in work(them, patient)] == ["asked-for", "task"]
    with acting(them.nurse.frame(NOW)):
        answering.answer(request=row.id, text="Bedre", by=them.nurse, at=NOW)
    assert work(them, patient) == []


def test_a_time_that_was_given_is_called_off_and_all_know_why(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    slot = kept(them, there.coordinator)
    row = asked(them, patient, patient)
    with acting(there.coordinator.frame(NOW)):
        answering.book(request=row.id, slot=slot.id, text="Velkommen", by=there.coordinator, at=NOW)
    with acting(patient.frame(NOW)):
        requests.read(request=row.id, slot=slot.id, by=patient, at=NOW)
    with acting(there.coordinator.frame(NOW)):
        answering.decline(request=row.id, text="Legen er syk", by=there.coordinator, at=NOW)
        assert [one.id for one in slots.free_of(them.units["lungs"], at=NOW)] == [slot.id]
    off = stored(them, row)
    assert (off.stage, off.seen_at, off.answer) == (Stage.DECLINED, None, "Legen er syk")
    assert off.slot is not None and off.slot.starts_at == SOON  # which time it was
    assert work(them, patient)[-1][1]["excerpt"] == "Legen er syk"
    with acting(them.nurse.frame(NOW)):
        assert not Task.objects.filter(kind="came-or-not", done_at=None).exists()


def test_a_time_that_has_been_is_not_called_off(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    slot = kept(them, there.coordinator)
    row = asked(them, patient, them.nurse, slot=slot.id)
    with acting(there.coordinator.frame(SOON)), pytest.raises(NotRequested) as no:
        answering.decline(request=row.id, text="Legen er syk", by=there.coordinator, at=SOON)
    assert no.value.code == "past"


def test_a_patient_asks_nobody_who_does_not_treat_her(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    with pytest.raises(NotRequested) as no:
        asked(them, patient, patient)
    assert no.value.code == "whom"


def test_asked_twice_it_is_one(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    assert asked(them, patient, patient).id == asked(them, patient, patient).id


def test_who_is_asked_sees_the_page_until_it_has_answered(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = asked(them, patient, them.nurse)
    later = NOW + timedelta(minutes=5)
    assert reaches(them, "lungs", patient.actor, later)
    with them.acting(there.coordinator, at=later):
        answering.decline(request=row.id, text="Vent til prøvene er tatt", by=there.coordinator,
                         at=later)  # fmt: skip
    assert not reaches(them, "lungs", patient.actor, later + timedelta(minutes=1))
    assert [kind for kind, _about in work(them, patient)] == ["request-answer"]


def test_a_patient_who_said_no_to_sharing_is_not_shown_to_another(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    objects_to_sharing(them, patient)
    with pytest.raises(NotRequested) as no:
        asked(them, patient, them.nurse)
    assert no.value.code == "consent"
    assert not reaches(them, "lungs", patient.actor, NOW + timedelta(minutes=5))


def test_a_time_is_given_and_the_page_is_open_a_month_after(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    row = asked(them, patient, them.nurse)
    with them.acting(there.coordinator):
        answering.book(request=row.id, slot=slot.id, text="Time torsdag", by=there.coordinator,
                      at=NOW)  # fmt: skip
    assert stored(them, row).stage == "booked"
    assert reaches(them, "lungs", patient.actor, SOON + timedelta(days=29))
    assert not reaches(them, "lungs", patient.actor, SOON + timedelta(days=31))


def test_a_nurse_takes_a_free_time_at_once(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    row = asked(them, patient, them.nurse, slot=slot.id)
    assert stored(them, row).stage == "booked"
    with them.acting(there.coordinator):
        assert slots.free_of(them.units["lungs"], at=NOW) == []


def test_of_two_who_take_the_same_time_one_is_first(them: Cast, there: Hospital) -> None:
    patients = [them.patient(), them.patient()]
    slot = kept(them, there.coordinator)
    rows = [asked(them, one, them.nurse) for one in patients]

    def give(row: Request) -> str:
        by = there.coordinator
        try:
            with acting(by.frame(NOW)):
                answering.book(request=row.id, slot=slot.id, text="Time", by=by, at=NOW)
        except NotRequested as no:
            return no.code
        return "booked"

    first, second = rows
    found = together(lambda: give(first), lambda: give(second))
    assert sorted(map(str, found)) == ["booked", "taken"]
    assert sorted(stored(them, row).stage for row in rows) == ["asked", "booked"]


def test_who_cannot_come_has_another_and_the_time_is_free(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    treated(them, patient)
    row = asked(them, patient, patient)
    with them.acting(there.coordinator):
        answering.book(request=row.id, slot=slot.id, text="Time", by=there.coordinator, at=NOW)
    with acting(patient.frame(NOW)):
        requests.cannot_come(request=row.id, text="Skal i begravelse", by=patient, at=NOW)
    assert stored(them, row).stage == "asked"
    with them.acting(there.coordinator):
        assert [one.id for one in slots.free_of(them.units["lungs"], at=NOW)] == [slot.id]
    assert "Skal i begravelse" in [about["excerpt"] for _kind, about in work(them, patient)]


def test_what_nobody_answers_is_the_services_again(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    asked(them, patient, them.nurse)
    clock.due_tasks(at=NOW + timedelta(days=3))
    kinds = [about.get("task_kind") for _kind, about in work(them, patient)]
    assert kinds == ["request-unanswered"]


def test_what_is_answered_is_not(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    row = asked(them, patient, them.nurse)
    with them.acting(there.coordinator):
        answering.book(request=row.id, slot=slot.id, text="Time", by=there.coordinator, at=NOW)
    clock.due_tasks(at=NOW + timedelta(days=3))
    assert "task" not in [kind for kind, _about in work(them, patient)]


def test_another_department_answers_nothing(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient, "heart")
    row = asked(them, patient, them.nurse)
    with pytest.raises(NotRequested), them.acting(there.other_coordinator) as by:
        answering.decline(request=row.id, text="Nei", by=by, at=NOW)
    assert stored(them, row).stage == "asked"


def ladder(them: Cast, patient: Viewer) -> Ask:
    """The ladder asks for a hastened appointment: yellow for nine days."""
    began = NOW - timedelta(days=9)
    them.report(patient, at=began, spo2=89)
    with them.acting(them.nurse):
        return asks.ask(patient=patient.actor, rung="hastened-appointment", question=WHY,
                        by=them.nurse, at=NOW)  # fmt: skip


def test_a_step_of_the_ladder_asks_the_clinic(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    one = ladder(them, patient)
    clock.asked_on(at=NOW)
    clock.asked_on(at=NOW)
    with them.acting(there.coordinator):
        row = Request.objects.get(patient_id=patient.actor)
    assert (row.source, row.what, row.due_at) == ("nurse", "appointment", one.due_at)
    assert row.asked_by_id == them.nurse.person
    slot = kept(them, there.coordinator)
    with them.acting(there.coordinator) as by:
        answering.book(request=row.id, slot=slot.id, text="Time torsdag", by=by, at=NOW)
    with them.acting(them.nurse):
        answered = Ask.objects.get(id=one.id)
    assert (answered.state, answered.answer) == ("answered", "Time torsdag")


def test_what_the_ladder_moves_on_to_a_clinic_is_asked_by_the_rule(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    treated(them, patient)
    one = ladder(them, patient)
    with them.acting(them.nurse):
        Ask.objects.filter(id=one.id).update(chain=new_id())  # as moved on from another
    clock.asked_on(at=NOW)
    with them.acting(there.coordinator):
        row = Request.objects.get(patient_id=patient.actor)
    assert (row.source, row.asked_by_id) == ("rule", None)


def test_whom_nobody_answered_about_gets_an_appointment_asked_for_by_the_clock(
    them: Cast, there: Hospital
) -> None:
    """Yellow for nine days: neither the GP nor the specialist answers in time."""
    patient = them.patient()
    treated(them, patient)
    responsible(them, patient)
    them.report(patient, at=NOW - timedelta(days=9), spo2=89)
    with them.acting(them.nurse):
        asks.ask(patient=patient.actor, rung="gp", question=WHY, by=them.nurse, at=NOW)
    at = NOW
    for _day in range(6):
        at += timedelta(days=1)
        clock.unanswered(at=at)
        clock.asked_on(at=at)
    with them.acting(there.coordinator, at=at):
        row = Request.objects.get(patient_id=patient.actor)
    assert (row.what, row.source, row.to_id) == ("appointment", "rule", them.units["lungs"])


def test_a_step_with_nobody_who_treats_stays_with_the_nurse(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    ladder(them, patient)
    clock.asked_on(at=NOW)
    with them.acting(them.nurse):
        assert not Request.objects.exists()


def test_what_the_nurse_takes_back_is_taken_back_at_the_clinic(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    one = ladder(them, patient)
    clock.asked_on(at=NOW)
    with them.acting(them.nurse) as by:
        asks.withdraw(ask=one.id, by=by, at=NOW)
    clock.asked_on(at=NOW)
    with them.acting(them.nurse):
        assert Request.objects.get(patient_id=patient.actor).stage == Stage.WITHDRAWN
        assert not Task.objects.filter(kind="request-unanswered", done_at=None).exists()


def test_who_did_not_come_is_called(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    row = asked(them, patient, them.nurse, slot=slot.id)
    with pytest.raises(NotRequested), them.acting(there.coordinator) as by:
        answering.come(request=row.id, came=False, by=by, at=NOW)
    later = SOON + timedelta(hours=1)
    with them.acting(there.coordinator, at=later) as by:
        answering.come(request=row.id, came=False, by=by, at=later)
    assert [about["stage"] for _kind, about in work(them, patient)] == ["missed"]


def test_a_patient_neither_answers_nor_keeps_times(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    row = asked(them, patient, patient)
    with acting(patient.frame(NOW)):
        for act in (
            lambda: answering.answer(request=row.id, text="Ja", by=patient, at=NOW),
            lambda: slots.keep(starts=[SOON], minutes=30, how="visit", by=patient, at=NOW),
        ):
            with pytest.raises(Denied):
                act()


def test_the_neighbours_request_is_not_there(them: Cast, there: Hospital) -> None:
    patient, other = them.patient(), them.patient()
    treated(them, patient)
    row: UUID = asked(them, patient, patient).id
    for act in (requests.withdraw, requests.read):
        with pytest.raises(NotRequested), acting(other.frame(NOW)):
            act(request=row, by=other, at=NOW)
