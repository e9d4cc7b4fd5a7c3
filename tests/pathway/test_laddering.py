"""The steps of the ladder that a clinic or the team answers: put to them, once, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.hospital import Hospital, treated
from tests.pathway.met import convened, put
from tests.pathway.test_requests import WHY, kept, stored
from tests.people import NOW, Cast
from tests.triage.at_once import overlapping
from varde.base.tenancy import acting
from varde.clock import tasks as clock
from varde.core.request import NotRequested
from varde.pathway.models import Request
from varde.pathway.together import answering, laddering, requests, slots
from varde.people import actions as people
from varde.people.viewer import Viewer
from varde.triage import asks
from varde.triage.models import Ask

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
IN_A_YEAR = NOW + timedelta(days=360)


def ladder(them: Cast, patient: Viewer, question: str = WHY) -> Ask:
    them.report(patient, at=NOW - timedelta(days=9), spo2=89)
    with them.acting(them.nurse):
        return asks.ask(patient=patient.actor, rung="hastened-appointment", question=question,
                        by=them.nurse, at=NOW)  # fmt: skip


def test_one_question_that_is_too_long_stops_no_others(them: Cast, there: Hospital) -> None:
    wordy, other = them.patient(), them.patient()
    for patient, text in ((wordy, "ord " * 600), (other, WHY)):
        treated(them, patient)
        ladder(them, patient, text)
    clock.asked_on(at=NOW)
    with them.acting(them.nurse):
        assert set(Request.objects.values_list("patient_id", flat=True)) == {
            wordy.actor, other.actor,
        }  # fmt: skip


def test_of_two_clinics_the_responsible_doctors_is_asked(them: Cast, there: Hospital) -> None:
    """Where none of them is that, the nurse chooses."""
    patient = them.patient()
    for where in ("heart", "lungs"):
        treated(them, patient, where)
    ladder(them, patient)
    clock.asked_on(at=NOW)
    with them.acting(them.nurse):
        assert not Request.objects.exists()
    with them.acting() as by:
        people.name_responsible(patient=patient.actor, doctor=there.specialist.actor,
                                organisation=them.units["lungs"], by=by, at=NOW)  # fmt: skip
    clock.asked_on(at=NOW + MINUTE)
    with them.acting(them.nurse):
        assert Request.objects.get().to_id == them.units["lungs"]


def test_a_meetings_list_makes_no_clinic_the_one_that_treats(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    met = put(them, convened(them, there.coordinator), patient)
    ladder(them, patient)
    clock.asked_on(at=NOW)
    with them.acting(them.nurse):
        assert not Request.objects.exists() and met.patient_id == patient.actor
    treated(them, patient, "heart")
    clock.asked_on(at=NOW + MINUTE)
    with them.acting(them.nurse):
        assert Request.objects.get().to_id == them.units["heart"]


def test_who_cannot_come_to_the_ladders_time_waits_for_another(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    ladder(them, patient)
    clock.asked_on(at=NOW)
    slot = kept(them, there.coordinator)
    with them.acting(there.coordinator, at=NOW + MINUTE) as by:
        row = Request.objects.get()
        answering.book(request=row.id, slot=slot.id, text="Velkommen", by=by, at=NOW + MINUTE)
    with them.acting(patient, at=NOW + 2 * MINUTE) as by:
        requests.cannot_come(request=row.id, text="Onsdag", by=patient, at=NOW + 2 * MINUTE)
    clock.asked_on(at=NOW + 4 * MINUTE)
    now = stored(them, row)
    assert (now.stage, now.slot, now.answer) == ("asked", None, "")


def test_answered_by_telephone_the_clinic_is_asked_no_more(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    one = ladder(them, patient)
    clock.asked_on(at=NOW)
    with them.acting(them.nurse, at=NOW + MINUTE) as by:
        asks.answer(ask=one.id, text="Kom på mandag", by=by, at=NOW + MINUTE)
    clock.asked_on(at=NOW + 2 * MINUTE)
    with them.acting(them.nurse):
        assert Request.objects.get().stage == "withdrawn"


def test_what_the_clinic_answers_meanwhile_is_not_taken_back(
    them: Cast, there: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    treated(them, patient)
    one = ladder(them, patient)
    clock.asked_on(at=NOW)
    with them.acting(them.nurse, at=NOW + MINUTE) as by:
        asks.withdraw(ask=one.id, by=by, at=NOW + MINUTE)
        row = Request.objects.get()
    later, drop = NOW + 2 * MINUTE, requests.drop

    def first(pause: Callable[[], None]) -> int:
        def slow(*args: Any) -> None:
            pause()
            drop(*args)

        monkeypatch.setattr(requests, "drop", slow)
        with them.acting(at=later) as by:
            return laddering.from_ladder(by.seat, by=by, at=later)

    def second() -> Request:
        with acting(there.coordinator.frame(later)):
            return answering.book(request=row.id, slot=slot.id, text="Time", by=there.coordinator,
                                  at=later)  # fmt: skip

    _dropped, booked = overlapping(first, second)
    now = stored(them, row)
    with them.acting(there.coordinator):
        free = [one.id for one in slots.free_of(them.units["lungs"], at=NOW)]
    assert isinstance(booked, NotRequested)  # whoever came last was told
    assert (now.stage, free) == ("withdrawn", [slot.id])
