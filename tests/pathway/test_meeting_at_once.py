"""A meeting's list and its decisions with several at once, and what is asked already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.hospital import Hospital, treated
from tests.pathway.met import (
    DAY,
    FRIDAY,
    begun,
    convened,
    decide,
    ended,
    put,
    put_by,
    running,
)
from tests.people import NOW, Cast
from tests.triage.at_once import overlapping
from varde.base.tenancy import acting
from varde.core.meeting import CaseStage, Decided, NotMet
from varde.core.request import NotRequested
from varde.pathway.meeting import decided, deciding, filling, listing, meetings
from varde.pathway.meeting.deciding import Wanted
from varde.pathway.models import Case, Decision, Request
from varde.pathway.together import requests, slots
from varde.triage.models import Task

MINUTE = timedelta(minutes=1)


def test_one_decides_while_another_goes_on(
    them: Cast, there: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = running(them, there, them.patient())
    decide(them, case, there.specialist, Decided.STAY, "")
    plan = deciding.MADE[Decided.PLAN]

    def first(pause: Callable[[], None]) -> Decision:
        def slow(*args: Any) -> None:
            plan(*args)
            pause()

        monkeypatch.setitem(deciding.MADE, Decided.PLAN, slow)
        with acting(there.specialist.frame(FRIDAY)):
            return deciding.decide(case=case.id, wanted=Wanted(Decided.PLAN, "Ny plan"),
                                   by=there.specialist, at=FRIDAY)  # fmt: skip

    def second() -> Case | None:
        with acting(there.coordinator.frame(FRIDAY)):
            return meetings.gone_through(meeting=case.meeting_id, case=case.id,
                                         then=CaseStage.DONE, by=there.coordinator,
                                         at=FRIDAY)  # fmt: skip

    one, two = overlapping(first, second)
    assert isinstance(one, Decision) and two is None  # the last patient: nobody is next
    with them.acting(there.coordinator, at=FRIDAY):
        assert Case.objects.get(id=case.id).stage == CaseStage.DONE
        assert len(decided.decisions_of([case.id])[case.id]) == 2


def test_the_clock_fills_a_list_while_a_nurse_puts_one_there(
    them: Cast, there: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    patients = sorted([them.patient(), them.patient()], key=lambda one: one.actor)
    for patient in patients:
        put_by(them, patient)
    row, place = convened(them, there.coordinator), filling.put
    later, paused = NOW + 2 * MINUTE, []

    def first(pause: Callable[[], None]) -> int:
        def slow(**asked: Any) -> Case:
            made = place(**asked)
            if not paused:
                paused.append(True)
                pause()
            return made

        monkeypatch.setattr(filling, "put", slow)
        with them.acting(at=later) as by:
            return filling.fill(by.seat, by=by, at=later)

    def second() -> Case:
        with acting(them.nurse.frame(later)):
            return listing.put(meeting=row.id, patient=patients[1].actor, question="Hva nå?",
                               by=them.nurse, at=later)  # fmt: skip

    filled, refused = overlapping(first, second)
    assert filled == 2
    assert isinstance(refused, NotMet) and refused.code == "listed"


def test_the_clock_holds_all_it_fills_with_before_it_begins(
    them: Cast, there: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is left over and who is put by are held together: a nurse who has the one of them and
    waits for the meeting is not waited for."""
    left, new = them.patient(), them.patient()
    first_met = convened(them, there.coordinator, every_weeks=0)
    put(them, first_met, left)
    begun(them, first_met, there.coordinator)
    ended(them, first_met, there.coordinator, {})
    later = FRIDAY + DAY
    with them.acting(there.coordinator, at=later) as by:
        row = meetings.convene(starts_at=later + 7 * DAY, minutes=60, place="", every_weeks=0,
                               programmes=["copd"], by=by, at=later)  # fmt: skip
    put_by(them, new)
    place = filling.put

    def clock_fills(pause: Callable[[], None]) -> int:
        def slow(**asked: Any) -> Case:
            made = place(**asked)
            pause()
            return made

        monkeypatch.setattr(filling, "put", slow)
        with them.acting(at=later) as by:
            return filling.fill(by.seat, by=by, at=later)

    def nurse_puts() -> Case:
        with acting(them.nurse.frame(later)):
            return listing.put(meeting=row.id, patient=new.actor, question="Hva nå?",
                               by=them.nurse, at=later)  # fmt: skip

    filled, refused = overlapping(clock_fills, nurse_puts)
    assert filled == 2
    assert isinstance(refused, NotMet) and refused.code == "listed"


def test_what_is_asked_already_is_decided_and_given_a_time(them: Cast, there: Hospital) -> None:
    """She is on the list because the nurse has asked: it is one request, with what was decided."""
    patient = them.patient()
    case = running(them, there, patient)
    wish = requests.Wish(patient.actor, requests.What.APPOINTMENT, them.units["lungs"], "Tungpust")
    with them.acting(them.nurse, at=FRIDAY - MINUTE) as by:
        before = requests.ask_for(wish, by=by, at=FRIDAY - MINUTE)
    with them.acting(there.coordinator, at=FRIDAY) as by:
        (slot,) = slots.keep(starts=[FRIDAY + 3 * DAY], minutes=30, how="visit", by=by, at=FRIDAY)
    row = decide(them, case, there.specialist, Decided.APPOINTMENT, "Time innen to uker",
                 slot=slot.id)  # fmt: skip
    with them.acting(them.nurse, at=FRIDAY):
        now = Request.objects.select_related("slot").get()
        assert not Task.objects.filter(kind="request-unanswered", done_at=None).exists()
    assert (row.request_id, now.id, now.stage) == (before.id, before.id, "booked")
    assert (now.question, now.decided) == ("Tungpust", "Time innen to uker") and now.slot == slot
    with pytest.raises(NotRequested) as no:  # and a meeting does not decide it twice
        decide(them, case, there.specialist, Decided.APPOINTMENT, "En annen dag")
    assert no.value.code == "open"
    with them.acting(there.specialist, at=FRIDAY + MINUTE) as by:
        deciding.strike(decision=row.id, by=by, at=FRIDAY + MINUTE)
    with them.acting(them.nurse, at=FRIDAY + MINUTE):
        now = Request.objects.get()
        assert (now.stage, now.slot_id, now.decided) == ("asked", None, "")
        assert Task.objects.filter(kind="request-unanswered", done_at=None).exists()
    with them.acting(there.coordinator, at=FRIDAY + MINUTE):
        assert slot.id in {one.id for one in slots.free_of(them.units["lungs"], at=FRIDAY)}


@pytest.mark.parametrize("kept", [True, False])
def test_a_time_that_was_moved_and_is_struck_is_the_former_again(
    them: Cast, there: Hospital, kept: bool
) -> None:
    """Where nobody else has it; else the clinic is asked for another."""
    patient = them.patient()
    treated(them, patient)
    case = running(them, there, patient)
    with them.acting(there.coordinator, at=FRIDAY - MINUTE) as by:
        starts = [FRIDAY + 3 * DAY, FRIDAY + 5 * DAY]
        former, other = slots.keep(
            starts=starts, minutes=30, how="visit", by=by, at=FRIDAY - MINUTE
        )
        wish = requests.Wish(patient.actor, requests.What.APPOINTMENT, them.units["lungs"],
                             "Tungpust", former.id)  # fmt: skip
    with them.acting(them.nurse, at=FRIDAY - MINUTE) as by:
        before = requests.ask_for(wish, by=by, at=FRIDAY - MINUTE)
    row = decide(them, case, there.specialist, Decided.APPOINTMENT, "Heller onsdag",
                 slot=other.id)  # fmt: skip
    with them.acting(there.coordinator, at=FRIDAY) as by:
        assert Request.objects.get().slot_id == other.id
        if not kept:
            slots.withdraw(slot=former.id, by=by, at=FRIDAY)
    with them.acting(there.specialist, at=FRIDAY + MINUTE) as by:
        deciding.strike(decision=row.id, by=by, at=FRIDAY + MINUTE)
    with them.acting(there.coordinator, at=FRIDAY + MINUTE):
        now = Request.objects.get()
        free = {one.id for one in slots.free_of(them.units["lungs"], at=FRIDAY)}
    assert now.id == before.id
    assert (now.stage, now.slot_id) == (("booked", former.id) if kept else ("asked", None))
    assert free == {other.id}
