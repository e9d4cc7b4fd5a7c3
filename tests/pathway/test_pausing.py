"""Pauses: nobody waits, nothing is hidden, and after an admission everything is looked at anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.pathway.test_follow_up import DAY, found, listed, reckon
from tests.people import OSLO, Cast
from tests.triage.at_once import together
from tests.triage.test_concurrent import GREEN, open_reasons
from varde.clock import tasks as clock
from varde.core.access import Denied
from varde.core.pause import NotPaused, Pause, Why
from varde.core.thresholds import Limits
from varde.core.zones import Zone
from varde.measuring import pauses
from varde.measuring.models import Expectation
from varde.measuring.models import Pause as Row
from varde.pathway import pausing, regime
from varde.pathway.closing import record_contact
from varde.pathway.follow_up import settle
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.contact import Contact
from varde.triage.ordering import Draft, order

RED, YELLOW = {"spo2": 84.0}, {"pulse": 110.0}


def pause(
    them: Cast, patient: Viewer, why: Why = Why.HOLIDAY, first: int = 0, last: int | None = None,
    *, by: Viewer | None = None, at: datetime | None = None,
) -> Row:  # fmt: skip
    today = them.at.date()
    days = Pause(why, today + first * DAY, None if last is None else today + last * DAY)
    moment = at or them.at
    with them.acting(by or them.nurse, at=moment) as viewer:
        return pausing.begin(patient=patient.actor, pause=days, by=viewer, at=moment)


def home(them: Cast, patient: Viewer, days: int, *, by: Viewer | None = None) -> datetime:
    at = them.at + days * DAY
    with them.acting(by or them.nurse, at=at) as viewer:
        pausing.come_back(patient=patient.actor, by=viewer, at=at)
    return at


def expected(them: Cast, patient: Viewer) -> dict[int, str]:
    """The state of each day's expectation, by days from now."""
    with them.acting():
        rows = Expectation.objects.filter(patient_id=patient.actor)
        return {(row.day - them.at.date()).days: row.state for row in rows}


def waited_for(them: Cast, days: int) -> None:
    """The rounds of the coming days: what is expected of these patients, and what did not come."""
    for n in range(days + 1):
        day = them.at.date() + n * DAY
        midnight = datetime.combine(day, datetime.min.time(), OSLO)
        with them.acting(at=midnight):
            unit = them.units["service"]
            regime.expect_today(unit=unit, day=day, at=midnight, zone=OSLO)
        clock.overdue(at=midnight + timedelta(hours=12, minutes=1))


class TestAPause:
    def test_nobody_waits_in_it_and_reports_are_due_again_after_it(self, them: Cast) -> None:
        patient = them.patient(began=them.at - 2 * DAY)  # daily, in the trial
        pause(them, patient, last=3)
        waited_for(them, 6)
        assert expected(them, patient) == {4: "missed", 5: "missed", 6: "open"}
        assert [one.kind for one in open_reasons(them, patient)] == ["missing", "missing"]

    def test_what_is_measured_in_it_is_judged_and_on_the_list(self, them: Cast) -> None:
        patient = them.patient()
        pause(them, patient, Why.ADMITTED)
        them.report(patient, **GREEN | {"spo2": 84})
        assert [one.zone for one in open_reasons(them, patient)] == [Zone.RED]

    def test_one_that_is_said_afterwards_takes_what_was_missing_off_the_list(
        self, them: Cast
    ) -> None:
        patient = them.patient(began=them.at - 9 * DAY)
        now, them.at = them.at, them.at - 3 * DAY
        waited_for(them, 3)
        them.at = now
        missed = open_reasons(them, patient)
        assert [one.kind for one in missed] == ["missing", "missing", "missing"]
        pause(them, patient, Why.ADMITTED, first=-2)
        left = open_reasons(them, patient)
        assert [one.about["day"] for one in left] == [(now.date() - 3 * DAY).isoformat()]
        assert expected(them, patient) == {-3: "missed", -2: "paused", -1: "paused", 0: "paused"}

    def test_one_entered_in_error_stays_in_history_and_the_day_is_waited_for(
        self, them: Cast
    ) -> None:
        patient = them.patient(began=them.at - 2 * DAY)
        them.expect_today()
        row = pause(them, patient)
        assert expected(them, patient) == {0: "paused"}
        with them.acting(them.nurse) as by:
            pausing.strike(pause=row.id, by=by, at=them.at)
            assert pauses.rows_of(patient.actor) == []
        assert expected(them, patient) == {0: "open"}
        with them.acting(them.nurse):
            assert Row.objects.get(id=row.id).struck_at == them.at

    @pytest.mark.parametrize(("first", "last"), [(0, 0), (2, None), (-3, 1), (5, 9)])
    def test_two_never_overlap(self, them: Cast, first: int, last: int | None) -> None:
        patient = them.patient()
        pause(them, patient, last=5)
        with pytest.raises(NotPaused) as no:
            pause(them, patient, first=first, last=last)
        assert no.value.code == "overlaps"
        pause(them, patient, first=6, last=9)

    def test_two_nurses_at_once_make_one(self, them: Cast) -> None:
        patient = them.patient()

        def begin(by: Viewer) -> str:
            try:
                pause(them, patient, by=by)
            except NotPaused as no:
                return no.code
            return "begun"

        said = together(lambda: begin(them.nurse), lambda: begin(them.other_nurse))
        assert sorted(str(one) for one in said) == ["begun", "overlaps"]

    def test_coordinators_may_and_doctors_and_patients_may_not(self, them: Cast) -> None:
        patient = them.patient()
        pause(them, patient, Why.ADMITTED, by=them.coordinator)
        for by in (them.gp, patient):
            with pytest.raises(Denied):
                pause(them, patient, first=20, by=by)


class TestComingBack:
    def test_the_patient_says_so_and_coming_back_twice_changes_nothing(self, them: Cast) -> None:
        patient = them.patient()
        pause(them, patient, Why.ADMITTED)
        at = home(them, patient, 5, by=patient)
        home(them, patient, 5, by=patient)
        with them.acting(them.nurse, at=at):
            (row,) = pauses.rows_of(patient.actor)
        assert row.last == them.at.date() + 4 * DAY
        assert row.ended_by_id == patient.actor

    def test_seven_daily_days_and_everything_to_be_gone_through(self, them: Cast) -> None:
        patient = them.patient(weekday=2)
        pause(them, patient, Why.ADMITTED)
        assert not {"review-plan", "review-medication"} & set(found(them, patient))
        at = home(them, patient, 3, by=patient)
        now, them.at = them.at, at.replace(hour=0)
        waited_for(them, 10)
        them.at = now
        # Monday is day 0: home on Thursday, daily through Wednesday, then on Wednesdays
        assert sorted(expected(them, patient)) == [3, 4, 5, 6, 7, 8, 9]
        reckon(them, 3)
        asked = found(them, patient)
        assert {"review-medication", "review-limits", "review-habitual", "review-plan"} <= set(
            asked
        )
        assert asked["review-medication"].due_at.date() == at.date()
        assert asked["review-plan"].due_at.date() == at.date() + 6 * DAY
        assert "review-medication" in listed(them, patient)
        with them.acting(them.nurse):
            assert tasks.before_admission(patient.actor) == {
                "medication", "limits", "habitual", "plan",
            }  # fmt: skip

    def test_limits_that_a_doctor_orders_then_are_not_from_before(self, them: Cast) -> None:
        patient = them.patient()
        pause(them, patient, Why.ADMITTED)
        at = home(them, patient, 3)
        wish = Draft(patient.actor, {"spo2": Limits(85, 87)}, reason="Lavere etter innleggelsen")
        with them.acting(them.gp, at=at) as by:
            order(wish, by=by, at=at)
            assert "limits" not in tasks.before_admission(patient.actor)
            assert "plan" in tasks.before_admission(patient.actor)

    def test_after_a_holiday_nothing_is_asked_for(self, them: Cast) -> None:
        patient = them.patient(weekday=2)
        pause(them, patient)
        home(them, patient, 3)
        reckon(them, 3)
        assert not {"review-plan", "review-medication"} & set(found(them, patient))


def test_what_follows_by_itself_waits_and_a_pause_without_end_is_looked_at(them: Cast) -> None:
    patient = them.patient(began=them.at - 60 * DAY)
    them.report(patient, **GREEN)
    reckon(them)
    before = found(them, patient)["monthly-contact"].due_at
    row = pause(them, patient, Why.ADMITTED)
    asked = found(them, patient)
    assert set(asked) == {"monthly-contact", "pause-review"}
    assert asked["pause-review"].due_at.date() == them.at.date() + 14 * DAY
    if before > them.at:
        assert asked["monthly-contact"].due_at.date() >= them.at.date() + 14 * DAY
    reckon(them, 14)
    assert "pause-review" in listed(them, patient)
    at = them.at + 14 * DAY
    with them.acting(them.nurse, at=at) as by:
        pausing.set_end(pause=row.id, last=at.date() + 10 * DAY, by=by, at=at)
    assert "pause-review" not in found(them, patient)
    assert "pause-review" not in listed(them, patient)


def test_red_for_long_comes_again_when_it_is_red_again(them: Cast) -> None:
    patient = them.patient()
    for n, values in enumerate((RED, RED, YELLOW, RED, RED)):
        at = them.at + timedelta(hours=n)
        them.report(patient, at=at, **GREEN | values)
        with them.acting(at=at) as by:
            settle([patient.actor], by=by, at=at)
        if n == 2:
            assert "red-long" not in found(them, patient)
    assert "red-long" in found(them, patient)


def test_a_pause_struck_and_entered_anew_is_looked_at_all_the_same(them: Cast) -> None:
    patient = them.patient()
    row = pause(them, patient, Why.ADMITTED)
    with them.acting(them.nurse) as by:
        pausing.strike(pause=row.id, by=by, at=them.at)
    assert "pause-review" not in found(them, patient)
    pause(them, patient, Why.ADMITTED)
    assert "pause-review" in found(them, patient)


def test_what_a_pause_took_off_the_list_comes_back_when_it_was_an_error(them: Cast) -> None:
    patient = them.patient(began=them.at - 9 * DAY)
    now, them.at = them.at, them.at - 3 * DAY
    waited_for(them, 3)
    them.at = now
    before = sorted(str(one.about["day"]) for one in open_reasons(them, patient))
    at = them.at + timedelta(hours=3)
    row = pause(them, patient, first=-5, at=at)
    assert open_reasons(them, patient) == []
    with them.acting(them.nurse, at=at) as by:
        pausing.strike(pause=row.id, by=by, at=at)
    assert sorted(str(one.about["day"]) for one in open_reasons(them, patient)) == before
    assert set(expected(them, patient).values()) <= {"missed", "open"}


def test_what_is_put_off_beyond_what_is_shown_does_not_come_in_the_pause(them: Cast) -> None:
    patient = them.patient(began=them.at - 60 * DAY)
    with them.acting(them.nurse) as by:
        contact = Contact(uuid4(), patient.actor, ("phone-answered",))
        record_contact(contact=contact, by=by, at=them.at - 20 * DAY)
    reckon(them)
    assert found(them, patient)["monthly-contact"].due_at.date() == them.at.date() + 10 * DAY
    pause(them, patient, last=40)
    assert found(them, patient)["monthly-contact"].due_at.date() >= them.at.date() + 41 * DAY


def test_a_day_that_was_asked_for_as_the_pause_was_agreed_is_not_missing(them: Cast) -> None:
    """The clock had read the patients, and wrote when the pause had been kept."""
    patient = them.patient(began=them.at - 2 * DAY)
    them.expect_today()
    pause(them, patient)
    with them.acting():
        Expectation.objects.filter(patient_id=patient.actor).update(state="open")
    clock.overdue(at=them.at + 2 * DAY)
    assert open_reasons(them, patient) == []
    assert expected(them, patient) == {0: "paused"}
