"""Passing on: given to a colleague, put off and woken, and a closing undone; nothing slips away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.people import Cast
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN, RED, close, closing_of, open_reasons, the_item
from varde.clock import tasks as clock
from varde.pathway import closing as pathway
from varde.people.viewer import Viewer
from varde.triage import handling, passing, queries, tasks
from varde.triage.handling import Closing, NotClosed, TakenByOther
from varde.triage.models import Handling, Item, Task
from varde.triage.only import Only
from varde.triage.restating import restate
from varde.triage.worklist import NewReason, Rank, raise_work

YELLOW = {**GREEN, "pulse": 110}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def item_of(them: Cast, patient: Viewer) -> Item:
    found = the_item(them, patient)
    assert found is not None
    return found


def on_the_list(them: Cast, whose: str = "all") -> set[object]:
    with them.acting(them.nurse):
        return {row.item.patient_id for row in queries.worklist(them.nurse, only=Only(whose))}


def snooze(
    them: Cast, patient: Viewer, span: timedelta = HOUR, *, by: Viewer | None = None
) -> None:
    with them.acting(by or them.nurse) as who:
        found = queries.open_item(patient.actor)
        assert found is not None
        passing.snooze(
            item=found.id, version=found.version, until=them.at + span, by=who, at=them.at
        )


def item_of_now(patient: Viewer) -> Any:
    found = queries.open_item(patient.actor)
    assert found is not None
    return found.id


# Put off


def test_what_is_put_off_comes_back_at_its_time_where_it_stood(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    before = item_of(them, patient)
    snooze(them, patient)
    assert on_the_list(them) == set()
    assert on_the_list(them, "asleep") == {patient.person}
    clock.wake(at=them.at + HOUR - MINUTE)
    assert on_the_list(them) == set()
    clock.wake(at=them.at + HOUR)
    after = item_of(them, patient)
    assert on_the_list(them) == {patient.person}
    assert (after.rank, after.since, after.due_at) == (before.rank, before.since, before.due_at)
    assert after.version > before.version


@pytest.mark.parametrize(
    ("values", "rank"), [(RED, Rank.RED), ({**GREEN, "pulse": 112}, Rank.YELLOW)]
)
def test_anything_new_wakes_it(them: Cast, values: dict[str, float], rank: Rank) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    snooze(them, patient, DAY)
    them.report(patient, at=them.at + MINUTE, **values)
    assert on_the_list(them) == {patient.person}
    assert item_of(them, patient).rank == rank


def test_a_message_wakes_a_yellow_as_a_yellow(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    snooze(them, patient, DAY)
    with them.acting(them.nurse) as by:
        raise_work(patient.actor, NewReason("message", about={"excerpt": "Hei"}), zone=by.zone,
                   at=them.at + MINUTE)  # fmt: skip
    found = item_of(them, patient)
    assert (found.rank, found.snoozed_until, found.waking_rank) == (Rank.YELLOW, None, None)


def test_a_plain_green_does_not_wake_it(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    snooze(them, patient, DAY)
    them.report(patient, at=them.at + MINUTE, **GREEN)
    assert on_the_list(them) == set()
    assert item_of(them, patient).waking_rank == Rank.YELLOW


def test_a_red_is_not_put_off(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    with pytest.raises(NotClosed, match="red-may-not-wait"):
        snooze(them, patient)
    assert on_the_list(them) == {patient.person}


def test_what_is_put_off_for_days_stands_there_when_the_service_closes(them: Cast) -> None:
    """So that it is on tomorrow's list, and with who has the watch if it is theirs to see."""
    patient = them.patient()
    them.report(patient, **YELLOW)
    snooze(them, patient, 9 * DAY)
    closes = them.at.replace(hour=15, minute=0)
    assert item_of(them, patient).snoozed_until == closes
    clock.wake(at=closes)
    assert on_the_list(them) == {patient.person}


@pytest.mark.parametrize("span", [timedelta(0), -HOUR])
def test_it_is_put_off_to_a_time_that_comes(them: Cast, span: timedelta) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    with pytest.raises(ValueError, match="put off"):
        snooze(them, patient, span)


def test_closing_ends_it(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    snooze(them, patient)
    close(them, closing_of(them, patient, assessment="usual", acts=()))
    assert the_item(them, patient) is None
    clock.wake(at=them.at + 2 * HOUR)
    assert the_item(them, patient) is None


def test_restating_leaves_it_asleep_and_the_doctor_still_sees_its_colour(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    them.report(patient, at=them.at + HOUR, **GREEN)
    snooze(them, patient, DAY)
    at = them.at + 2 * HOUR
    with them.acting(at=at) as by:
        assert restate(zone=by.zone, at=at).raised == 0
    assert on_the_list(them) == set()
    with them.acting(them.gp):
        assert queries.standing([patient.actor])[patient.actor] == 2


def test_back_before_its_time(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    snooze(them, patient, DAY)
    with them.acting(them.nurse) as by:
        passing.wake_now(item=item_of_now(patient), by=by, at=them.at)
    assert item_of(them, patient).rank == Rank.YELLOW


def test_only_what_was_on_the_screen_is_put_off(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    before = item_of(them, patient)
    them.report(patient, at=them.at + MINUTE, **{**YELLOW, "pulse": 113})
    with them.acting(them.nurse) as by, pytest.raises(NotClosed, match="changed"):
        passing.snooze(item=before.id, version=before.version, until=them.at + HOUR, by=by,
                       at=them.at)  # fmt: skip
    assert on_the_list(them) == {patient.person}


def closed_with_a_message_left(them: Cast) -> tuple[Viewer, Handling]:
    """A red that was closed while a message had come: the place is open still."""
    patient = them.patient()
    them.report(patient, **RED)
    found = closing_of(them, patient)
    with them.acting(them.nurse) as by:
        raise_work(patient.actor, NewReason("message", about={"excerpt": "Hei"}), zone=by.zone,
                   at=them.at)  # fmt: skip
        return patient, pathway.close(closing=found, by=by, at=them.at).handling


def test_an_undo_of_what_was_put_off_since_is_awake(them: Cast) -> None:
    patient, done = closed_with_a_message_left(them)
    snooze(them, patient)
    undo(them, done, at=them.at + MINUTE)
    after = item_of(them, patient)
    assert (after.rank, after.waking_rank, after.snoozed_until) == (Rank.RED, None, None)


def test_an_undo_takes_nothing_from_a_colleague(them: Cast) -> None:
    patient, done = closed_with_a_message_left(them)
    with them.acting(them.other_nurse) as by:
        handling.take(item=item_of_now(patient), by=by, at=them.at)
    with pytest.raises(TakenByOther):
        undo(them, done, at=them.at + MINUTE)


# Given


def test_a_colleague_has_it_from_then(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    with them.acting(them.nurse) as by:
        passing.hand_over(item=item_of_now(patient), to=them.other_nurse.actor, by=by, at=them.at)
        with pytest.raises(TakenByOther):
            handling.take(item=item_of_now(patient), by=by, at=them.at)
    assert item_of(them, patient).taken_by_id == them.other_nurse.person


@pytest.mark.parametrize("who", ["gp", "coordinator"])
def test_only_a_colleague_of_the_unit_is_given_it(them: Cast, who: str) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    with them.acting(them.nurse) as by, pytest.raises(NotClosed, match="not-here"):
        to = getattr(them, who).actor
        passing.hand_over(item=item_of_now(patient), to=to, by=by, at=them.at)


def test_a_red_that_the_colleague_does_not_touch_comes_back_to_all(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    with them.acting(them.nurse) as by:
        to = them.other_nurse.actor
        passing.hand_over(item=item_of_now(patient), to=to, by=by, at=them.at)
    clock.idle(at=them.at + 31 * MINUTE)
    assert item_of(them, patient).taken_by_id is None


def test_two_who_take_and_give_at_once_leave_one_holder(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    item = item_of(them, patient).id

    def take() -> Any:
        with them.acting(them.other_nurse) as by:
            return handling.take(item=item, by=by, at=them.at)

    def give() -> Any:
        with them.acting(them.nurse) as by:
            return passing.hand_over(item=item, to=them.nurse.actor, by=by, at=them.at)

    got = together(take, give)
    assert sum(isinstance(one, TakenByOther) for one in got) == 1


# Undone


def closed(them: Cast, patient: Viewer, **more: Any) -> Handling:
    found: Closing = closing_of(them, patient, **more)
    with them.acting(them.nurse) as by:
        return pathway.close(closing=found, by=by, at=them.at).handling


def undo(them: Cast, done: Handling, *, at: datetime, by: Viewer | None = None) -> None:
    with them.acting(by or them.nurse, at=at) as who:
        passing.undo(handling=done.id, by=who, at=at)


def test_a_closing_is_undone_and_the_place_is_the_nurses_again(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    before = item_of(them, patient)
    done = closed(them, patient, next_steps=("call-again",))
    undo(them, done, at=them.at + MINUTE)
    after = item_of(them, patient)
    assert (after.id, after.rank, after.since) == (before.id, before.rank, before.since)
    assert after.taken_by_id == them.nurse.person
    (reason,) = open_reasons(them, patient)
    assert (reason.outcome, reason.closed_at) == ("", None)
    with them.acting(them.nurse):
        promised = Task.objects.get(patient_id=patient.person, kind="call-again")
        assert promised.outcome == tasks.WITHDRAWN
        told = Handling.objects.filter(patient_id=patient.person).order_by("at")
        assert [one.assessment for one in told] == ["worsening", "undone"]


def test_a_task_that_was_done_is_to_be_done_again(them: Cast) -> None:
    patient = them.patient()
    with them.acting(them.nurse) as by:
        task = tasks.raise_task(patient=patient.actor, unit=by.seat, kind="call-again",
                                due_at=them.at, by=by, at=them.at - HOUR)  # fmt: skip
    clock.due_tasks(at=them.at)
    done = closed(them, patient, assessment="done", acts=())
    undo(them, done, at=them.at + MINUTE)
    with them.acting(them.nurse):
        assert [one.id for one in tasks.open_tasks(patient.actor) if not one.occurrence] == [
            task.id
        ]


def test_a_red_that_comes_in_the_middle_of_an_undo_stands_and_nothing_is_half_undone(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    done, real = closed(them, patient), passing._undo_tasks

    def meanwhile(*given: Any, **more: Any) -> None:
        red = {"at": them.at + MINUTE, **RED}
        (came,) = together(lambda: them.report(patient, **red))
        assert not isinstance(came, Exception)
        real(*given, **more)

    monkeypatch.setattr(passing, "_undo_tasks", meanwhile)
    with pytest.raises(NotClosed, match="gone"):
        undo(them, done, at=them.at + MINUTE)
    assert item_of(them, patient).rank == Rank.RED
    assert len(open_reasons(them, patient)) == 1


@pytest.mark.parametrize("seconds", [76, 3600])
def test_after_the_minute_it_is_too_late(them: Cast, seconds: int) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    done = closed(them, patient)
    with pytest.raises(NotClosed, match="too-late"):
        undo(them, done, at=them.at + timedelta(seconds=seconds))
    assert the_item(them, patient) is None


def test_what_has_been_done_with_since_is_not_undone(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    done = closed(them, patient)
    them.report(patient, at=them.at + timedelta(seconds=20), **YELLOW)
    with pytest.raises(NotClosed, match="gone"):
        undo(them, done, at=them.at + MINUTE)
    assert item_of(them, patient).rank == Rank.YELLOW


def test_nobody_undoes_anothers_and_not_twice(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    done = closed(them, patient)
    with pytest.raises(NotClosed, match="gone"):
        undo(them, done, at=them.at + MINUTE, by=them.other_nurse)
    undo(them, done, at=them.at + MINUTE)
    with pytest.raises(NotClosed, match="gone"):
        undo(them, done, at=them.at + MINUTE)


# Not reached


@pytest.mark.parametrize(
    ("earlier", "acts", "ok"),
    [
        ([], ("phone-no-answer",), False),
        ([("phone-no-answer",), ("phone-no-answer",)], ("phone-no-answer",), False),
        ([("phone-no-answer",), ("wrote-message",)], ("phone-no-answer",), False),
        ([("phone-no-answer",), ("wrote-message",)],
         ("phone-no-answer", "told-next-of-kin"), True),
        ([("phone-no-answer", "wrote-message")], ("video-no-answer", "told-home-care"), True),
        ([("phone-no-answer",), ("phone-no-answer", "told-next-of-kin")],
         ("phone-no-answer",), False),
    ],
)  # fmt: skip
def test_a_red_is_closed_unreached_only_by_the_procedure(
    them: Cast, earlier: list[tuple[str, ...]], acts: tuple[str, ...], ok: bool
) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    for n, each in enumerate(earlier):
        at = them.at + n * MINUTE
        with them.acting(them.nurse, at=at) as by:
            handling.attempt(closing=Closing(item_of_now(patient), (), "", each), by=by, at=at)
    final = closing_of(them, patient, assessment="unreachable", acts=acts)
    if ok:
        close(them, final)
        assert the_item(them, patient) is None
    else:
        with pytest.raises(NotClosed, match="unreachable"):
            close(them, final)
        assert item_of(them, patient).rank == Rank.RED


def test_yesterdays_attempts_do_not_count(them: Cast) -> None:
    patient = them.patient()
    yesterday = them.at - DAY
    them.report(patient, at=yesterday, **RED)
    for act in ("phone-no-answer", "wrote-message"):
        with them.acting(them.nurse, at=yesterday) as by:
            sent = Closing(item_of_now(patient), (), "", (act,))
            handling.attempt(closing=sent, by=by, at=yesterday)
    final = closing_of(
        them, patient, assessment="unreachable", acts=("phone-no-answer", "told-next-of-kin")
    )
    with pytest.raises(NotClosed, match="unreachable"):
        close(them, final)
