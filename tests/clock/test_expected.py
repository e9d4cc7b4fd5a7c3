"""What is expected and what is overdue: each once, however many clocks look, and however late."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta

from tests.people import NOW, Cast
from tests.triage.test_concurrent import (
    GREEN,
    open_reasons,
    the_item,
    together,
)
from varde.base.stamps import stamp
from varde.catalogue import actions as catalogue
from varde.catalogue.queries import newest
from varde.clock import tasks
from varde.measuring import actions as measuring
from varde.measuring.models import Expectation
from varde.people.viewer import Viewer
from varde.triage.worklist import Rank

YELLOW = {**GREEN, "pulse": 110}
ANSWERS = {"breathing": "as-usual", "cough": "no", "sputum": "as-usual", "general": "well"}
WEEKLY_DEADLINE = datetime.fromisoformat("2026-11-18T00:00:00+01:00")  # 24 h after Monday


def expected(them: Cast, patient: Viewer) -> list[Expectation]:
    with them.acting():
        return list(Expectation.objects.filter(patient_id=patient.person).order_by("day"))


def test_todays_report_is_expected_once_however_often_the_clock_looks(them: Cast) -> None:
    patient = them.patient()
    together(*(lambda: tasks.expect(at=NOW) for _ in range(2)))
    tasks.expect(at=NOW + timedelta(hours=1))
    (one,) = expected(them, patient)
    assert (one.day, one.deadline) == (NOW.date(), WEEKLY_DEADLINE)
    assert set(one.parts) == {"spo2", "pulse", "systolic", "diastolic", "questions"}


def test_whoever_follows_the_patient_the_report_is_expected_and_missed(them: Cast) -> None:
    """Any unit can follow up: home care of the municipality, a department, a practice."""
    patient = them.patient(followed_by="municipality")
    tasks.expect(at=NOW)
    tasks.overdue(at=WEEKLY_DEADLINE)
    assert [one.state for one in expected(them, patient)] == ["missed"]
    assert the_item(them, patient).unit_id == them.units["municipality"]


ALL = {"answers": ANSWERS, **GREEN}


def test_a_report_that_came_before_the_clock_looked_counts(them: Cast) -> None:
    patient, partly = them.patient(), them.patient()
    them.report(patient, **ALL)
    them.report(partly, **GREEN)
    tasks.expect(at=NOW + timedelta(minutes=1))
    assert [one.state for one in expected(them, patient)] == ["met"]
    (one,) = expected(them, partly)
    assert (one.state, set(one.parts) - set(one.came)) == ("open", {"questions"})


def test_days_that_the_clock_slept_through_are_made_up_for(them: Cast) -> None:
    """Dead from Monday to Thursday: Tuesday was sent, Wednesday was not, and is work."""
    patient = them.patient(service_model=2)
    tasks.expect(at=NOW)
    stamp("expect", NOW)
    them.report(patient, at=NOW + timedelta(days=1, hours=3), **ALL)
    tasks.expect(at=NOW + timedelta(days=3))
    days = {one.day.day: one.state for one in expected(them, patient)}
    assert days == {16: "open", 17: "met", 18: "open", 19: "open"}
    tasks.overdue(at=NOW + timedelta(days=3, hours=3))
    missed = {reason.about["day"][-2:] for reason in open_reasons(them, patient)}
    assert missed == {"16", "18"}


def test_what_was_taken_in_time_and_came_late_was_not_missed(them: Cast) -> None:
    """Two days without coverage: the list keeps what it said, the record says what is true."""
    patient = them.patient()
    tasks.expect(at=NOW)
    tasks.overdue(at=WEEKLY_DEADLINE)
    them.report(patient, at=NOW + timedelta(days=2), taken_at=NOW, **GREEN)
    assert expected(them, patient)[0].state == "partly"
    them.report(patient, at=NOW + timedelta(days=2), taken_at=NOW, answers=ANSWERS)
    assert expected(them, patient)[0].state == "met"
    assert "missing" in [reason.kind for reason in open_reasons(them, patient)]


def test_of_two_programmes_the_earlier_deadline_holds(them: Cast) -> None:
    """The heart is in its trial, daily; the lungs are weekly, and their programme came last."""
    patient = them.patient(programme="heart-failure", began=NOW - timedelta(days=5))
    with them.acting() as by:
        measuring.enrol(
            patient=patient.actor, programme=newest("copd"), unit=them.units["service"],
            service_model=1, weekday=0, by=by, at=NOW - timedelta(days=60),
        )  # fmt: skip
    tasks.expect(at=NOW)
    (one,) = expected(them, patient)
    assert one.deadline == datetime.fromisoformat("2026-11-17T12:00:00+01:00")
    assert {"weight", "spo2"} <= set(one.parts)


def test_who_is_due_on_another_day_is_not_expected_today(them: Cast) -> None:
    patient = them.patient(weekday=3)
    tasks.expect(at=NOW)
    assert expected(them, patient) == []


def test_who_is_yellow_is_expected_each_day_until_green(them: Cast) -> None:
    patient = them.patient(weekday=3)
    them.report(patient, **YELLOW)
    tasks.expect(at=NOW + timedelta(days=1))
    assert [one.day for one in expected(them, patient)] == [NOW.date() + timedelta(days=1)]


def test_a_report_that_never_came_is_work_and_says_that_all_of_it_lacks(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    tasks.overdue(at=WEEKLY_DEADLINE)
    (reason,) = open_reasons(them, patient)
    assert (the_item(them, patient).rank, reason.kind) == (Rank.WORK, "missing")
    assert reason.about["day"] == "2026-11-16"
    assert set(reason.about["lacks"]) == {"spo2", "pulse", "systolic", "diastolic", "questions"}
    assert expected(them, patient)[0].state == "missed"


def test_before_its_deadline_nothing_is_overdue(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    tasks.overdue(at=WEEKLY_DEADLINE - timedelta(seconds=1))
    assert the_item(them, patient) is None
    assert expected(them, patient)[0].state == "open"


def test_a_report_in_part_is_partly_and_names_what_lacks(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    them.report(patient, spo2=95, pulse=80)
    tasks.overdue(at=WEEKLY_DEADLINE)
    (reason,) = open_reasons(them, patient)
    assert expected(them, patient)[0].state == "partly"
    assert reason.about["lacks"] == ["systolic", "diastolic", "questions"]


def test_a_whole_report_is_never_raised(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    them.report(patient, answers=ANSWERS, **GREEN)
    tasks.overdue(at=WEEKLY_DEADLINE)
    assert expected(them, patient)[0].state == "met"
    assert open_reasons(them, patient) == []


def test_two_clocks_at_once_raise_each_missing_report_once(them: Cast) -> None:
    patients = [them.patient() for _ in range(6)]
    tasks.expect(at=NOW)
    got = together(*(lambda: tasks.overdue(at=WEEKLY_DEADLINE) for _ in range(3)))
    assert not [one for one in got if isinstance(one, Exception)]
    for patient in patients:
        assert [reason.kind for reason in open_reasons(them, patient)] == ["missing"]
    assert tasks.overdue(at=WEEKLY_DEADLINE) == 0


def test_a_missing_report_never_lowers_a_red(them: Cast) -> None:
    patient = them.patient()
    tasks.expect(at=NOW)
    them.report(patient, spo2=86)
    tasks.overdue(at=WEEKLY_DEADLINE)
    item = the_item(them, patient)
    assert (item.rank, item.since) == (Rank.RED, NOW)
    assert [reason.kind for reason in open_reasons(them, patient)] == ["report", "missing"]


def test_the_nurse_reads_what_lacks(them: Cast) -> None:
    patient = them.patient(given="Gudrun")
    tasks.expect(at=NOW)
    them.report(patient, answers=ANSWERS, spo2=95, pulse=80, systolic=130)
    tasks.overdue(at=WEEKLY_DEADLINE)
    with them.clock(WEEKLY_DEADLINE + timedelta(hours=9)):
        page = them.browser(them.nurse).get("/nurse/").content.decode()
    assert "Delvis rapportert 16.11., mangler Blodtrykk, nedre" in page


def test_a_programme_that_asks_every_day_after_the_trial_is_asked_every_day(them: Cast) -> None:
    content = copy.deepcopy(catalogue.shipped()["copd"])
    content["version"], content["schedule"]["after"] = 9, "daily"
    with them.acting() as by:
        catalogue.publish(content=content, by=by, at=them.at)
    patient = them.patient(weekday=3)
    tasks.expect(at=NOW)
    (one,) = expected(them, patient)
    assert one.deadline == datetime.fromisoformat("2026-11-17T12:00:00+01:00")
