"""Asking on: a question waits with somebody, is answered, or moves on by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.base.walls import end_relation
from tests.people import NOW, Cast, employ
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN, close, closing_of, open_reasons, the_item
from varde.clock import tasks as clock
from varde.core.access import Denied, Role
from varde.core.zones import Zone
from varde.people.actions import name_responsible
from varde.people.viewer import Viewer
from varde.triage import asks, tasks
from varde.triage.asks import NotAsked
from varde.triage.models import Ask
from varde.triage.worklist import Rank

HOUR = timedelta(hours=1)
RED = GREEN | {"spo2": 84}
YELLOW = GREEN | {"pulse": 110}
QUESTION = "Tungpust siden i går. Skal hun begynne på kuren?"


def ask(them: Cast, patient: Viewer, rung: str = "gp", *, at: datetime | None = None) -> Ask:
    moment = at or them.at
    with them.acting(them.nurse, at=moment) as by:
        return asks.ask(patient=patient.actor, rung=rung, question=QUESTION, by=by, at=moment)


def of(them: Cast, patient: Viewer) -> list[tuple[str, str]]:
    """Who has been asked, and what came of it, the first one first."""
    with them.acting(them.nurse):
        return [(one.rung, one.state) for one in reversed(asks.asked_about(patient.actor))]


def told(them: Cast, patient: Viewer, kind: str) -> list[dict[str, object]]:
    return [one.about for one in open_reasons(them, patient) if one.kind == kind]


def answer(them: Cast, by: Viewer, row: Ask, at: datetime, text: str = "Ja, begynn i dag") -> Ask:
    with them.acting(by, at=at) as viewer:
        return asks.answer(ask=row.id, text=text, by=viewer, at=at)


def test_who_is_asked_depends_on_how_long_it_has_lasted(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, at=them.at - timedelta(days=3), **RED)
    them.report(patient, **RED)
    assert steps(them, patient) == ["gp", "specialist", "admission", "out-of-hours"]
    other = them.patient()
    them.report(other, **RED)
    assert steps(them, other) == ["gp", "specialist", "out-of-hours"]
    with them.acting(them.nurse) as by, pytest.raises(NotAsked, match="rung"):
        asks.ask(patient=other.actor, rung="admission", question=QUESTION, by=by, at=them.at)


def test_a_red_that_stands_since_days_has_lasted_whatever_came_since(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, at=them.at - timedelta(days=3), **RED)
    them.report(patient, **GREEN)
    assert "admission" in steps(them, patient)


def steps(them: Cast, patient: Viewer) -> list[str]:
    with them.acting(them.nurse):
        return [rung.ask for rung in asks.standing(patient.actor, at=them.at).rungs]


def test_the_gp_sees_it_and_her_answer_is_on_the_list(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    row = ask(them, patient)
    assert (row.of_id, row.due_at) == (them.gp.actor, them.at + 2 * HOUR)
    with them.acting(them.gp):
        assert [
            one.question for one in asks.asks_of([them.gp.actor], role=them.gp.role, at=them.at)
        ] == [QUESTION]
    answer(them, them.gp, row, them.at + HOUR)
    (about,) = told(them, patient, "answer")
    assert about["excerpt"] == "Ja, begynn i dag"
    assert of(them, patient) == [("gp", "answered")]
    clock.unanswered(at=them.at + 3 * HOUR)
    assert of(them, patient) == [("gp", "answered")]
    with them.acting(them.gp):
        assert list(asks.asks_of([them.gp.actor], role=them.gp.role, at=them.at)) == []


def test_no_answer_moves_on_and_the_service_is_told_each_time(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    ask(them, patient)
    clock.unanswered(at=them.at + 2 * HOUR - timedelta(minutes=1))
    assert of(them, patient) == [("gp", "waiting")]
    clock.unanswered(at=them.at + 2 * HOUR)
    clock.unanswered(at=them.at + 2 * HOUR)
    assert of(them, patient) == [("gp", "unanswered"), ("specialist", "waiting")]
    (first,) = told(them, patient, "unanswered")
    assert first == {"rung": "gp", "next": "specialist", "told": False, "ill": True}
    clock.unanswered(at=them.at + 4 * HOUR)
    clock.unanswered(at=them.at + 5 * HOUR)
    assert of(them, patient)[-1] == ("out-of-hours", "unanswered")
    last = told(them, patient, "unanswered")[-1]
    assert (last["next"], last["ill"]) == ("", True)
    zones = {one.zone for one in open_reasons(them, patient) if one.kind == "unanswered"}
    assert zones == {int(Zone.RED)}


def test_a_hospital_doctor_who_has_a_place_here_is_asked_without_anybody_lifting_a_finger(
    them: Cast,
) -> None:
    with them.acting(at=NOW - timedelta(days=30)):
        lungs = employ(them, "Jon", Role.SPECIALIST, "practice", NOW - timedelta(days=30))
    patient = them.patient()
    them.report(patient, **RED)
    ask(them, patient)
    clock.unanswered(at=them.at + 2 * HOUR)
    assert told(them, patient, "unanswered")[0]["told"] is True
    with them.acting(lungs, at=them.at + 2 * HOUR):
        (waiting,) = asks.asks_of([lungs.actor], role=lungs.role, at=them.at)
        assert (waiting.question, waiting.asked_by_id) == (QUESTION, them.nurse.actor)
    with them.acting(them.gp):  # she may still answer, and then nobody else is waited for
        (late,) = asks.asks_of([them.gp.actor], role=them.gp.role, at=them.at)
    answer(them, them.gp, late, them.at + 3 * HOUR)
    assert of(them, patient) == [("gp", "answered"), ("specialist", "withdrawn")]


def test_who_is_well_again_is_asked_about_no_further(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    row = ask(them, patient)
    close(them, closing_of(them, patient))
    them.report(patient, at=them.at + HOUR, **GREEN)
    clock.unanswered(at=row.due_at)
    assert of(them, patient) == [("gp", "unanswered")]
    (about,) = told(them, patient, "unanswered")
    assert (about["ill"], about["next"]) == (False, "")


def test_a_red_that_still_stands_is_the_colour_whatever_was_measured_since(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    them.report(patient, at=them.at + HOUR / 2, **YELLOW)
    row = ask(them, patient, at=them.at + HOUR)
    assert (row.zone, row.due_at) == (Zone.RED, them.at + 3 * HOUR)


def test_asking_another_withdraws_what_waits(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    ask(them, patient)
    ask(them, patient, "specialist")
    assert of(them, patient) == [("gp", "withdrawn"), ("specialist", "waiting")]


@pytest.mark.parametrize(
    ("rung", "question", "code"),
    [("gp", " ? ", "words"), ("outreach-team", QUESTION, "rung"), ("", QUESTION, "rung")],
)
def test_what_is_no_question_is_not_asked(them: Cast, rung: str, question: str, code: str) -> None:
    patient = them.patient()
    with them.acting(them.nurse) as by, pytest.raises(NotAsked) as no:
        asks.ask(patient=patient.actor, rung=rung, question=question, by=by, at=them.at)
    assert no.value.code == code


def test_only_nurses_ask_and_a_doctor_of_another_practice_cannot_answer(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    row = ask(them, patient)
    for by in (them.gp, patient, them.coordinator):
        with them.acting(by) as viewer, pytest.raises(Denied):
            asks.ask(patient=patient.actor, rung="gp", question=QUESTION, by=viewer, at=them.at)
    with pytest.raises(NotAsked):
        answer(them, them.other_gp, row, them.at)
    assert of(them, patient) == [("gp", "waiting")]


def test_an_answer_that_comes_as_it_moves_on_is_kept_once(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    row = ask(them, patient)
    due = row.due_at
    together(lambda: answer(them, them.gp, row, due), lambda: clock.unanswered(at=due))
    ends = of(them, patient)
    assert ends[0] == ("gp", "answered")
    assert all(state == "withdrawn" for _, state in ends[1:])
    assert len(told(them, patient, "answer")) == 1


def test_two_nurses_who_ask_at_once_leave_one_question_waiting(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    together(lambda: ask(them, patient), lambda: ask(them, patient, "specialist"))
    assert sorted(state for _, state in of(them, patient)) == ["waiting", "withdrawn"]


def test_a_late_answer_to_an_old_question_does_not_touch_the_new(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    old = ask(them, patient)
    clock.unanswered(at=old.due_at)
    later = them.at + timedelta(days=30)
    them.report(patient, at=later, **RED)
    ask(them, patient, "specialist", at=later)
    with them.acting(them.gp, at=later):
        assert list(asks.asks_of([them.gp.actor], role=them.gp.role, at=them.at)) == []
    with pytest.raises(NotAsked):
        answer(them, them.gp, old, later)
    assert of(them, patient)[-1] == ("specialist", "waiting")


def test_of_several_doctors_none_is_asked_by_the_alphabet(them: Cast) -> None:
    patient = them.patient()
    with them.acting(at=NOW - timedelta(days=30)):
        lungs = [employ(them, name, Role.SPECIALIST, "practice", NOW - timedelta(days=30))
                 for name in ("Anne", "Berit")]  # fmt: skip
    them.report(patient, **RED)
    assert ask(them, patient, "specialist").of_id is None
    with them.acting() as by:
        name_responsible(patient=patient.actor, doctor=lungs[1].actor,
                         organisation=them.units["practice"], by=by, at=them.at)  # fmt: skip
    assert ask(them, patient, "specialist").of_id == lungs[1].actor


def test_an_answer_about_a_red_does_not_lie_below_the_yellows(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    row = ask(them, patient)
    close(them, closing_of(them, patient))
    answer(them, them.gp, row, them.at + HOUR, "Legg henne inn nå")
    item = the_item(them, patient)
    assert item is not None
    assert (item.rank, item.due_at) == (Rank.YELLOW, them.at + 3 * HOUR)


def test_one_that_cannot_be_moved_does_not_stop_the_others(them: Cast) -> None:
    gone, patient = them.patient(), them.patient()
    for one in (gone, patient):
        them.report(one, **RED)
        row = ask(them, one)
    end_relation(them, gone, "service")
    clock.unanswered(at=row.due_at)
    assert of(them, patient)[0] == ("gp", "unanswered")


def test_a_question_taken_back_is_a_task_again(them: Cast) -> None:
    patient = them.patient(began=them.at - timedelta(days=60))
    for n in (3, 2, 1):
        them.report(patient, at=them.at - timedelta(days=n), **YELLOW)
    clock.follow_up(at=them.at)

    def waits() -> bool:
        with them.acting(them.nurse):
            return "yellow-long" in {one.kind for one in tasks.open_tasks(patient.actor)}

    assert waits()
    row = ask(them, patient)
    assert not waits()
    with them.acting(them.nurse) as by:
        asks.withdraw(ask=row.id, by=by, at=them.at)
    assert waits()


def test_another_doctors_question_is_not_ones_own_to_answer(them: Cast) -> None:
    """Who reaches the patient, and was not asked, does not end it by its id."""
    patient = them.patient()
    them.report(patient, **RED)
    row = ask(them, patient)
    with them.acting(them.nurse):
        asked_of = Ask.objects.get(id=row.id).of_id
    assert asked_of == them.gp.person
    with them.acting(at=them.at - timedelta(days=9)):
        colleague = employ(them, "Astrid", Role.GP, "practice", them.at - timedelta(days=9))
    with pytest.raises(NotAsked, match="gone"):
        answer(them, colleague, row, them.at + HOUR)
    answer(them, them.gp, row, them.at + HOUR)
    assert of(them, patient)[0] == ("gp", "answered")
