"""A series of meetings: moved, changed and ended; and what goes along to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.hospital import Hospital
from tests.pathway.met import DAY, FRIDAY, WHY, convened, decide, ended, gone_through, put, put_by
from tests.pathway.test_meetings import running
from tests.people import NOW, Cast
from varde.clock import tasks as clock
from varde.core.access import Ground
from varde.core.meeting import Decided, NotMet, Stage, Why
from varde.dialogue.models import Letter
from varde.pathway.meeting import listing, meetings
from varde.pathway.models import Case, Meeting
from varde.people import sharing
from varde.triage.models import Task


def moved(them: Cast, there: Hospital, row: Meeting, **more: Any) -> Meeting:
    with them.acting(there.coordinator) as by:
        return meetings.move(meeting=row.id, starts_at=FRIDAY + DAY, place="Møterom 2", by=by,
                             at=NOW, **more)  # fmt: skip


def following(them: Cast, there: Hospital, row: Meeting) -> Meeting | None:
    """The one that is made when this is called off."""
    with them.acting(there.coordinator) as by:
        meetings.call_off(meeting=row.id, by=by, at=NOW)
        return Meeting.objects.exclude(id=row.id).first()


@pytest.mark.parametrize("later", [False, True])
def test_moving_one_moves_the_others_only_when_that_is_said(
    them: Cast, there: Hospital, later: bool
) -> None:
    row = moved(them, there, convened(them, there.coordinator), later=later)
    assert row.starts_at == FRIDAY + DAY
    then = following(them, there, row)
    assert then is not None and then.starts_at == FRIDAY + (8 if later else 7) * DAY


def test_moved_twice_the_series_keeps_its_day(them: Cast, there: Hospital) -> None:
    row = moved(them, there, convened(them, there.coordinator))
    with them.acting(there.coordinator) as by:
        row = meetings.move(meeting=row.id, starts_at=FRIDAY + 2 * DAY, place="", by=by, at=NOW)
    then = following(them, there, row)
    assert then is not None and then.starts_at == FRIDAY + 7 * DAY


def test_moved_earlier_it_does_not_come_again_on_its_old_day(them: Cast, there: Hospital) -> None:
    row = convened(them, there.coordinator)
    with them.acting(there.coordinator) as by:
        row = meetings.move(meeting=row.id, starts_at=FRIDAY - DAY, place="", by=by, at=NOW)
    then = following(them, there, row)
    assert then is not None and then.starts_at == FRIDAY + 7 * DAY


def test_that_the_others_move_too_may_be_said_afterwards(them: Cast, there: Hospital) -> None:
    row = moved(them, there, moved(them, there, convened(them, there.coordinator)), later=True)
    then = following(them, there, row)
    assert then is not None and then.starts_at == FRIDAY + 8 * DAY


def test_how_long_and_how_often_can_be_changed(them: Cast, there: Hospital) -> None:
    row = convened(them, there.coordinator)
    changed = moved(them, there, row, minutes=30, every_weeks=2)
    assert (changed.minutes, changed.every_weeks) == (30, 2)
    for wrong in ({"minutes": 2}, {"every_weeks": 9}):
        with pytest.raises(NotMet) as no:
            moved(them, there, row, **wrong)
        assert no.value.code == "when"


def test_a_series_that_is_ended_comes_no_more_and_nobody_is_lost(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator)
    put(them, row, patient)
    with them.acting(there.coordinator) as by:
        meetings.call_off(meeting=row.id, later=True, by=by, at=NOW)
        assert not Meeting.objects.exclude(stage=Stage.CALLED_OFF).exists()
    clock.lists(at=NOW + timedelta(minutes=1))
    with them.acting(them.nurse):
        (task,) = Task.objects.filter(patient_id=patient.actor, kind="put-on-meeting", done_at=None)
    assert task.about["question"] == WHY
    other = convened(them, there.coordinator, FRIDAY + 3 * DAY)
    clock.lists(at=NOW + timedelta(minutes=5))
    with them.acting(there.coordinator, at=NOW):
        again = Case.objects.get(meeting=other)
    assert (again.question, again.asked_by_id) == (WHY, them.nurse.person)


def test_whose_question_it_is_stands_also_when_the_list_fills_by_itself(
    them: Cast, there: Hospital
) -> None:
    put_by(them, them.patient())
    row = convened(them, there.coordinator)
    clock.lists(at=NOW + timedelta(minutes=2))
    with them.acting(there.coordinator, at=NOW + DAY):
        case = Case.objects.get(meeting=row)
    assert (case.why, case.asked_by_id) == (Why.QUESTION, them.nurse.person)


def test_an_invitation_goes_along_to_who_is_the_gp_now(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    row = convened(them, there.coordinator)
    case = put(them, row, patient)
    with them.acting(them.nurse) as by:
        listing.invite(case=case.id, by=by, at=NOW)
    with them.acting() as by:
        old = {
            "patient": patient.actor,
            "organisation": them.units["practice"],
            "ground": Ground.GP,
        }
        new = {**old, "organisation": them.units["other-practice"]}
        sharing.end_reach(**old, by=by, at=NOW + DAY / 2)
        sharing.let_reach(**new, by=by, at=NOW + DAY / 2)
    with them.acting(there.coordinator, at=NOW + DAY) as by:
        meetings.call_off(meeting=row.id, by=by, at=NOW + DAY)
        again = Case.objects.exclude(id=case.id).get()
    assert again.invited_id == them.units["other-practice"]


def test_all_who_follow_have_the_note(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    with them.acting() as by:
        sharing.let_reach(patient=patient.actor, organisation=them.units["team"],
                          ground=Ground.FOLLOW_UP_SERVICE, by=by, at=NOW)  # fmt: skip
    case = running(them, there, patient)
    decide(them, case, there.specialist, Decided.STAY)
    gone_through(them, case, there.coordinator)
    with them.acting(there.coordinator, at=FRIDAY):
        row = Meeting.objects.get()
    ended(them, row, there.coordinator, {case.id: "Som før."})
    with them.acting(them.nurse, at=FRIDAY):
        found = {one.organisation_id for one in Letter.objects.filter(kind="meeting")}
    assert found == {them.units[one] for one in ("practice", "service", "team")}
