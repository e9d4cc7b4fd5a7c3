"""What comes on a list by itself: what is late, who is yellow for long, and on which series."""

from __future__ import annotations

from datetime import date, timedelta

from tests.hospital import Hospital, treated, treated_and_visited
from tests.pathway.met import (
    DAY,
    FRIDAY,
    convened,
    decide,
    ended,
    gone_through,
    running,
)
from tests.people import NOW, OSLO, Cast
from varde.clock import tasks as clock
from varde.core.meeting import Decided, Why
from varde.pathway.meeting import decided, meetings, minutes
from varde.pathway.models import Case, Decision, Meeting, Request
from varde.pathway.own_follow_up import agree
from varde.pathway.together import answering, outreach
from varde.people.viewer import Viewer


def over(them: Cast, there: Hospital, case: Case) -> None:
    """The meeting of the case has ended."""
    gone_through(them, case, there.coordinator)
    with them.acting(there.coordinator, at=FRIDAY):
        row = Meeting.objects.get(id=case.meeting_id)
    ended(them, row, there.coordinator, {case.id: "Notat"})


def held_without(them: Cast, there: Hospital) -> None:
    """The next meeting of the series goes by with nothing on its list."""
    at = FRIDAY + 7 * DAY
    with them.acting(there.coordinator, at=at) as by:
        row = Meeting.objects.get(starts_at=at)
        assert not Case.objects.filter(meeting=row).exists()
        meetings.start(meeting=row.id, by=by, at=at)
        edition = Meeting.objects.get(id=row.id).edition
        minutes.end(meeting=row.id, edition=edition, notes={}, by=by, at=at)


def oxygen(
    them: Cast, there: Hospital, due_on: date | None = None
) -> tuple[Viewer, Case, Decision]:
    patient = treated_and_visited(them)
    case = running(them, there, patient)
    row = decide(them, case, there.specialist, Decided.OXYGEN, "1 l/min", due_on=due_on)
    return patient, case, row


def done(them: Cast, row: Decision) -> bool:
    with them.acting(them.nurse, at=FRIDAY + 6 * DAY):
        return row.id in decided.come_about(decided.decisions_of([row.case_id])[row.case_id])


def test_that_a_team_has_answered_is_not_that_oxygen_is_set(them: Cast, there: Hospital) -> None:
    patient, case, row = oxygen(them, there)
    with them.acting(there.outreach, at=FRIDAY) as by:
        answering.answer(request=row.request_id, text="Kommer torsdag", by=by, at=FRIDAY)
    over(them, there, case)
    assert not done(them, row)
    clock.lists(at=FRIDAY + timedelta(hours=1))  # it is not late yet
    with them.acting(there.coordinator, at=FRIDAY + DAY):
        assert not Case.objects.exclude(id=case.id).exists()
    clock.lists(at=FRIDAY + 4 * DAY)
    with them.acting(there.coordinator, at=FRIDAY + 4 * DAY):
        again = Case.objects.exclude(id=case.id).get()
        assert (again.patient_id, again.why) == (patient.actor, Why.LAST_TIME)
    with them.acting(there.outreach, at=FRIDAY + 5 * DAY) as by:
        at = FRIDAY + 5 * DAY
        outreach.set_support(patient=patient.actor, kind="oxygen", typed={"rest": 1.0}, why="Møtet",
                             doctor=there.specialist.actor, how="phone", ordered_at=at, since=at,
                             by=by, at=at)  # fmt: skip
    assert done(them, row)


def test_what_is_late_weeks_after_comes_on_the_next_list(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    case = running(them, there, patient)
    late = (FRIDAY + 10 * DAY).date()
    decide(them, case, there.specialist, Decided.MEDICATION, due_on=late)
    over(them, there, case)
    clock.lists(at=FRIDAY + DAY)
    with them.acting(there.coordinator, at=FRIDAY + DAY):
        assert not Case.objects.exclude(id=case.id).exists()
    held_without(them, there)
    clock.lists(at=FRIDAY + 12 * DAY)
    with them.acting(there.coordinator, at=FRIDAY + 12 * DAY):
        again = Case.objects.exclude(id=case.id).get()
        assert (again.patient_id, again.why, again.before) == (
            patient.actor,
            Why.LAST_TIME,
            case.id,
        )


def test_three_yellow_in_a_row_is_for_long(them: Cast, there: Hospital) -> None:
    thrice, twice = them.patient(), them.patient()
    for patient, many in ((thrice, 3), (twice, 2)):
        treated(them, patient)
        for n in range(many, 0, -1):
            them.report(patient, at=NOW - n * DAY, spo2=89)
    convened(them, there.coordinator)
    clock.lists(at=NOW)
    with them.acting(there.coordinator):
        assert [one.patient_id for one in Case.objects.all()] == [thrice.actor]


def test_what_is_agreed_with_one_patient_holds_for_the_list_too(
    them: Cast, there: Hospital
) -> None:
    patient = them.patient()
    treated(them, patient)
    with them.acting(them.nurse) as by:
        agree(patient=patient.actor, task="yellow-long", days=4, why="Blir fort verre", by=by,
              at=NOW)  # fmt: skip
    them.report(patient, at=NOW - 5 * DAY, spo2=89)
    convened(them, there.coordinator)
    clock.lists(at=NOW)
    with them.acting(there.coordinator):
        assert Case.objects.get().patient_id == patient.actor


def test_a_patient_comes_on_the_series_of_the_own_programme(them: Cast, there: Hospital) -> None:
    patient = them.patient()
    treated(them, patient)
    them.report(patient, at=NOW - 8 * DAY, spo2=89)
    convened(them, there.coordinator, at=FRIDAY - timedelta(hours=3), programmes=["heart-failure"])
    mine = convened(them, there.coordinator)
    clock.lists(at=NOW)
    with them.acting(there.coordinator):
        assert Case.objects.get(patient_id=patient.actor).meeting_id == mine.id


def test_the_day_that_is_said_is_the_day_the_team_is_to_answer_by(
    them: Cast, there: Hospital
) -> None:
    day = (FRIDAY + 5 * DAY).date()
    _patient, _case, row = oxygen(them, there, due_on=day)
    with them.acting(there.outreach, at=FRIDAY):
        asked = Request.objects.get(id=row.request_id)
    assert asked.due_at.astimezone(OSLO).date() == day
