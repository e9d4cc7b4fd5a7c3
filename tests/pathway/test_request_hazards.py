"""Requests when something goes wrong: refused half-way, taken back, forgotten, asked anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import psycopg
import pytest

from tests import database
from tests.hospital import Hospital, objects_to_sharing, reaches, treated
from tests.pathway.test_requests import SOON, WHY, asked, kept, stored, work
from tests.people import NOW, Cast
from tests.triage.at_once import overlapping
from varde.base.tenancy import acting
from varde.clock import tasks as clock
from varde.core.access import Ground
from varde.core.request import NotRequested, What
from varde.pathway.models import Request
from varde.pathway.together import answering, outreach, requests, slots
from varde.pathway.together.asked import put_to
from varde.pathway.together.requests import Wish
from varde.people.models import Person, Relation
from varde.people.viewer import Viewer
from varde.triage.models import Task

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
IN_A_YEAR = NOW + timedelta(days=360)


def wish(them: Cast, patient: Viewer, what: What, to: str, text: str = WHY) -> Wish:
    return Wish(patient.actor, what, them.units[to], text)


def ask(them: Cast, by: Viewer, wanted: Wish, at: Any = NOW) -> Request:
    with them.acting(by, at=at):
        return requests.ask_for(wanted, by=by, at=at)


# --- What is refused has done nothing ---


def test_nobody_who_has_died_is_given_a_time(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    row, slot = asked(them, patient, them.nurse), kept(them, there.coordinator)
    with them.acting():
        Person.objects.filter(id=patient.actor).update(died_at=NOW)
    with them.acting(there.coordinator, at=NOW + MINUTE) as by, pytest.raises(NotRequested) as no:
        answering.book(request=row.id, slot=slot.id, text="Velkommen", by=by, at=NOW + MINUTE)
    assert no.value.code == "dead"


def test_a_time_another_took_lets_nobody_in(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    asked(them, them.patient(), them.nurse, slot=slot.id)
    with pytest.raises(NotRequested) as no:
        asked(them, patient, them.nurse, slot=slot.id)
    assert no.value.code == "taken"
    assert not reaches(them, "lungs", patient.actor, NOW + MINUTE)
    with them.acting(them.nurse):
        assert not Request.objects.filter(patient_id=patient.actor).exists()
        assert not Task.objects.filter(patient_id=patient.actor).exists()


def test_moved_to_a_time_another_took_the_own_time_stands(them: Cast, there: Hospital) -> None:
    own, other = (kept(them, there.coordinator, SOON + n * timedelta(hours=1)) for n in (0, 1))
    row = asked(them, them.patient(), them.nurse, slot=own.id)
    asked(them, them.patient(), them.nurse, slot=other.id)
    with them.acting(there.coordinator) as by, pytest.raises(NotRequested):
        answering.book(request=row.id, slot=other.id, text="Flyttet", by=by, at=NOW)
    assert stored(them, row).slot_id == own.id
    with them.acting(there.coordinator):
        assert slots.free_of(them.units["lungs"], at=NOW) == []


def test_times_for_some_weeks_are_kept_all_or_none(them: Cast, there: Hospital) -> None:
    starts = [SOON + n * 7 * DAY for n in range(40)]  # the last ones are too far ahead
    with them.acting(there.coordinator) as by, pytest.raises(NotRequested):
        slots.keep(starts=starts, minutes=30, how="visit", by=by, at=NOW)
    with them.acting(there.coordinator):
        assert slots.kept_by(them.units["lungs"], at=NOW) == []


# --- Who sees the page by what is asked ---


def test_one_answer_leaves_what_else_is_asked(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = asked(them, patient, them.nurse)
    also = ask(them, them.nurse, wish(them, patient, What.QUESTION, "lungs"), NOW + MINUTE)
    later = NOW + 2 * MINUTE
    with them.acting(there.specialist, at=later) as by:
        answering.answer(request=also.id, text="Ja", by=by, at=later)
    assert reaches(them, "lungs", patient.actor, IN_A_YEAR)
    assert stored(them, row).stage == "asked"
    with them.acting(there.coordinator, at=later) as by:
        answering.decline(request=row.id, text="Ikke nå", by=by, at=later)
    assert not reaches(them, "lungs", patient.actor, later + MINUTE)


def test_a_no_to_the_patient_ends_no_other_way_in(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    row = asked(them, patient, patient)
    with them.acting(there.coordinator) as by:
        answering.decline(request=row.id, text="Ikke nå", by=by, at=NOW)
        grounds = set(Relation.objects.filter(patient_id=patient.actor, period__contains=IN_A_YEAR)
                      .values_list("ground", flat=True))  # fmt: skip
    assert Ground.SPECIALIST in grounds and Ground.REQUEST not in grounds
    assert reaches(them, "lungs", patient.actor, IN_A_YEAR)


def test_a_patient_takes_back_the_own_and_no_others(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    for by, stage in ((them.nurse, "asked"), (patient, "withdrawn")):
        row = asked(them, patient, by)
        with them.clock(NOW + MINUTE):
            said = {"do": "withdraw", "request": str(row.id)}
            them.browser(patient).post("/patient/appointment", said)
        assert stored(them, row).stage == stage
        with acting(them.nurse.frame(NOW + 2 * MINUTE)):
            if stage == "asked":
                requests.withdraw(request=row.id, by=them.nurse, at=NOW + 2 * MINUTE)


def test_a_team_that_shares_no_more_is_asked_for_nothing(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient, "team", Ground.CARE_TEAM)
    row = ask(them, them.nurse, wish(them, patient, What.VISIT, "team"))
    with them.acting(them.nurse, at=NOW + MINUTE) as by:
        outreach.unshare(patient=patient.actor, team=them.units["team"], by=by, at=NOW + MINUTE)
    assert stored(them, row).stage == "withdrawn"
    assert not reaches(them, "team", patient.actor, NOW + 2 * MINUTE)
    with them.acting(there.outreach, at=NOW + 2 * MINUTE) as by:
        assert put_to(by, at=NOW + 2 * MINUTE) == []


@pytest.mark.parametrize("what", ["practice", "lungs", "unknown"])
def test_only_a_team_is_shared_with_and_not_any_more(
    them: Cast, there: Hospital, what: str
) -> None:
    patient = them.patient()
    unit = them.units.get(what, patient.actor)
    with them.acting(them.nurse) as by:
        for act in (outreach.share, outreach.unshare):
            with pytest.raises(NotRequested) as no:
                act(patient=patient.actor, team=unit, by=by, at=NOW)
            assert no.value.code == "whom"
    with them.acting(them.gp):
        assert Person.objects.filter(id=patient.actor).exists()


def test_a_way_in_from_before_it_was_a_ground_of_its_own_ends_with_the_request(
    them: Cast, there: Hospital
) -> None:
    asked_of, referred = them.patient(), them.patient()
    row = asked(them, asked_of, them.nurse)
    treated(them, referred, ground=Ground.REFERRAL)
    with them.acting(them.nurse):
        Relation.objects.filter(ground=Ground.REQUEST).update(ground=Ground.REFERRAL)
    moved = import_module("varde.pathway.migrations.0009_asked_is_a_ground_of_its_own").MOVED
    with psycopg.connect(database.server().dsn("varde_owner", database.NAME)) as owner:
        owner.execute(moved)
    with them.acting(there.coordinator) as by:
        answering.decline(request=row.id, text="Ikke nå", by=by, at=NOW)
    assert not reaches(them, "lungs", asked_of.actor, NOW + MINUTE)
    assert reaches(them, "lungs", referred.actor, NOW + MINUTE)


def test_who_says_no_to_sharing_meanwhile_is_not_seen_for_ever(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    row = asked(them, patient, them.nurse)
    objects_to_sharing(them, patient)
    with them.acting(there.coordinator) as by:
        answering.book(request=row.id, slot=slot.id, text="Time", by=by, at=NOW)
    assert reaches(them, "lungs", patient.actor, SOON + 29 * DAY)
    assert not reaches(them, "lungs", patient.actor, SOON + 31 * DAY)


# --- Nobody is left with what others think is done ---


def test_a_booked_time_that_is_given_back_is_told_to_patient_and_clinic(
    them: Cast, there: Hospital
) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    treated(them, patient)
    row = asked(them, patient, them.nurse, slot=slot.id)
    with them.acting(them.nurse, at=NOW + MINUTE) as by:
        requests.withdraw(request=row.id, by=by, at=NOW + MINUTE)
    with them.clock(NOW + 2 * MINUTE):
        told = them.browser(patient).get("/patient/").content.decode()
        clinic = them.browser(there.coordinator).get("/coordinator/").content.decode()
    assert "Timen torsdag 19. november kl. 10:30 er avlyst" in told
    assert "trukket" in clinic
    with them.acting(there.coordinator):
        assert [one.id for one in slots.free_of(them.units["lungs"], at=NOW)] == [slot.id]


def test_a_time_of_which_nobody_said_who_came_is_the_services_to_ask(
    them: Cast, there: Hospital
) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    row = asked(them, patient, them.nurse)
    with them.acting(there.coordinator) as by:
        answering.book(request=row.id, slot=slot.id, text="Time", by=by, at=NOW)
    clock.due_tasks(at=SOON + MINUTE)
    assert [about.get("task_kind") for kind, about in work(them, patient) if kind == "task"] == []
    clock.due_tasks(at=SOON + 4 * DAY)
    assert [about["task_kind"] for kind, about in work(them, patient) if kind == "task"] == [
        "came-or-not"
    ]
    late = SOON + 4 * DAY
    with them.acting(them.nurse, at=late) as by:  # the nurse has called, and says it herself
        answering.come(request=row.id, came=True, by=by, at=late)
        assert not Task.objects.filter(kind="came-or-not", done_at=None).exists()
    assert stored(them, row).stage == "held"


def test_of_a_time_that_was_taken_at_once_it_is_asked_too(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    asked(them, patient, them.nurse, slot=slot.id)
    clock.due_tasks(at=SOON + 4 * DAY)
    assert "came-or-not" in [about.get("task_kind") for _kind, about in work(them, patient)]


def test_what_a_patient_writes_to_what_the_nurse_asked_is_not_lost(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    treated(them, patient)
    row = asked(them, patient, them.nurse)
    with them.clock(NOW + MINUTE):
        form = {"do": "ask", "to": str(them.units["lungs"]), "text": "Jeg hoster blod"}
        answer = them.browser(patient).post("/patient/appointment", form)
    assert answer.status_code == 302
    assert stored(them, row).question == f"{WHY}\nJeg hoster blod"
    assert [about["excerpt"] for _kind, about in work(them, patient)] == ["Jeg hoster blod"]


def test_a_patient_comes_to_the_time_that_was_on_the_screen(them: Cast, there: Hospital) -> None:
    first, then = (kept(them, there.coordinator, SOON + n * timedelta(hours=1)) for n in (0, 1))
    patient = them.patient()
    treated(them, patient)
    row = asked(them, patient, them.nurse, slot=first.id)
    with them.acting(there.coordinator) as by:
        answering.book(request=row.id, slot=then.id, text="Flyttet", by=by, at=NOW)
    said = {"do": "read", "request": str(row.id)}
    for slot, status in ((first, 422), (then, 302)):
        with them.clock(NOW + MINUTE):
            answer = them.browser(patient).post(
                "/patient/appointment", {**said, "slot": str(slot.id)}
            )
        assert answer.status_code == status
    assert stored(them, row).seen_at is not None


def test_who_cannot_come_is_waited_for_anew_and_as_yellow(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    treated(them, patient)
    them.report(patient, at=NOW - timedelta(hours=1), spo2=86)
    row = asked(them, patient, patient)
    with them.acting(there.coordinator) as by:
        answering.book(request=row.id, slot=slot.id, text="Time", by=by, at=NOW)
    with them.acting(patient, at=NOW + MINUTE) as by:
        requests.cannot_come(request=row.id, text="Er bortreist", by=by, at=NOW + MINUTE)
    now = stored(them, row)
    assert (now.answered_at, now.answered_by_id) == (None, None)
    with them.acting(them.nurse):
        again = Task.objects.filter(kind="request-unanswered", done_at=None).get()
    assert again.about["zone"] == 2


def test_what_is_taken_back_while_the_clinic_answers_is_told(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    row = asked(them, patient, them.nurse)

    def first(pause: Callable[[], None]) -> Request:
        with acting(them.nurse.frame(NOW + MINUTE)):
            made = requests.withdraw(request=row.id, by=them.nurse, at=NOW + MINUTE)
            pause()
            return made

    def second() -> Request:
        with acting(there.coordinator.frame(NOW + MINUTE)):
            return answering.book(request=row.id, slot=slot.id, text="Time", by=there.coordinator,
                                  at=NOW + MINUTE)  # fmt: skip

    withdrawn, booked = overlapping(first, second)
    assert isinstance(withdrawn, Request)
    assert isinstance(booked, NotRequested) and booked.code == "gone"


def test_another_unit_does_not_say_who_came(them: Cast, there: Hospital) -> None:
    slot = kept(them, there.coordinator)
    row = asked(them, them.patient(), them.nurse, slot=slot.id)
    for by in (there.other_coordinator, them.gp):
        with acting(by.frame(SOON + DAY)), pytest.raises(NotRequested) as no:
            answering.come(request=row.id, came=True, by=by, at=SOON + DAY)
        assert no.value.code == "gone"


def test_a_time_that_has_been_does_not_stop_a_new_one(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    first = asked(them, patient, them.nurse, slot=slot.id)
    late = SOON + 5 * DAY
    again = ask(them, them.nurse, wish(them, patient, What.APPOINTMENT, "lungs", "Verre"), late)
    assert again.id != first.id and again.stage == "asked"
    assert stored(them, first).stage == "unsaid"
    with them.acting(there.coordinator, at=late) as by:
        assert {one.id for one in put_to(by, at=late)} == {first.id, again.id}
        answering.come(request=first.id, came=True, by=by, at=late)


def test_asked_otherwise_what_is_open_it_is_told_and_not_swallowed(
    them: Cast, there: Hospital
) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    asked(them, patient, them.nurse)
    other = wish(them, patient, What.APPOINTMENT, "lungs", "Noe helt annet")
    with_time = Wish(patient.actor, What.APPOINTMENT, them.units["lungs"], WHY, slot=slot.id)
    for wanted in (other, with_time):
        with pytest.raises(NotRequested) as no:
            ask(them, them.nurse, wanted)
        assert no.value.code == "open"


def test_of_one_who_is_dead_nothing_is_asked(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    with them.acting(them.nurse):
        Person.objects.filter(id=patient.actor).update(died_at=NOW)
    with pytest.raises(NotRequested) as no:
        asked(them, patient, them.nurse)
    assert no.value.code == "dead"


def test_a_time_that_has_been_is_a_fact(them: Cast, there: Hospital) -> None:
    """Neither taken back by the patient nor moved by the clinic, from an old page."""
    patient, slot = them.patient(), kept(them, there.coordinator)
    treated(them, patient)
    row = asked(them, patient, patient)
    other = kept(them, there.coordinator, SOON + 9 * DAY)
    with acting(there.coordinator.frame(NOW)):
        answering.book(request=row.id, slot=slot.id, text="Velkommen", by=there.coordinator, at=NOW)
    late = SOON + timedelta(hours=2)
    with acting(patient.frame(late)), pytest.raises(NotRequested) as no:
        requests.withdraw(request=row.id, by=patient, at=late)
    assert no.value.code == "past"
    with acting(there.coordinator.frame(late)), pytest.raises(NotRequested) as no:
        answering.book(request=row.id, slot=other.id, text="Ny", by=there.coordinator, at=late)
    assert no.value.code == "past"


def test_a_question_takes_no_time(them: Cast, there: Hospital) -> None:
    patient, slot = them.patient(), kept(them, there.coordinator)
    treated(them, patient)
    hidden = Wish(patient.actor, What.QUESTION, them.units["lungs"], WHY, slot=slot.id)
    with pytest.raises(NotRequested) as no:
        ask(them, them.nurse, hidden)
    assert no.value.code == "whom"
