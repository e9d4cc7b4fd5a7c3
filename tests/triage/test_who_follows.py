"""Who follows: work stands with whoever answers for the patient, as urgent as its reason says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.people import NOW, OSLO, Cast
from tests.triage.test_concurrent import RED, open_reasons, the_item
from tests.triage.test_versions import end
from varde.catalogue.queries import newest
from varde.clock import tasks as clock
from varde.core.expectation import Rhythm
from varde.measuring import actions as measuring
from varde.measuring import expecting
from varde.measuring.models import Expectation
from varde.measuring.queries import following
from varde.pathway import regime
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.worklist import NewReason, Rank, raise_work

YELLOW = {"spo2": 95, "pulse": 110, "systolic": 130, "diastolic": 80}


def hand_over(them: Cast, patient: Viewer, unit: str) -> None:
    """From two days ago another unit follows the patient."""
    at = NOW - timedelta(days=2)
    end(them, patient, "copd", at)
    with them.acting() as by:
        measuring.enrol(
            patient=patient.actor, programme=newest("copd"), unit=them.units[unit],
            service_model=1, weekday=0, by=by, at=at,
        )  # fmt: skip


def test_a_red_stands_with_whoever_follows_now_and_nobody_holds_it(them: Cast) -> None:
    """A yellow of before the hand-over is open with the old unit, and one of theirs has it."""
    patient = them.patient()
    them.report(patient, at=NOW - timedelta(days=3), **YELLOW)
    with them.acting(them.nurse) as by:
        handling.take(item=the_item(them, patient).id, by=by, at=NOW - timedelta(days=3))
    hand_over(them, patient, "municipality")
    them.report(patient, **RED)
    item = the_item(them, patient)
    assert (item.unit_id, item.rank) == (them.units["municipality"], Rank.RED)
    assert (item.taken_by_id, item.taken_at) == (None, None)
    with them.acting(them.nurse):
        assert queries.worklist(them.nurse) == [], "it is no longer theirs"


def missed(them: Cast, patient: Viewer, at: datetime) -> None:
    """What was expected of the patient on a day of before the hand-over, and never came."""
    with them.acting(at=at) as by:
        plan = expecting.Plan(patient.actor, by.seat, ("spo2",), Rhythm.DAILY, 0)
        day = at.astimezone(OSLO).date()
        expecting.expect([plan], start=day, end=day + timedelta(days=1), zone=OSLO)
    clock.overdue(at=NOW)


def test_a_report_missed_before_the_hand_over_does_not_take_a_red_back(them: Cast) -> None:
    patient = them.patient()
    hand_over(them, patient, "municipality")
    them.report(patient, **RED)
    missed(them, patient, NOW - timedelta(days=3))
    item = the_item(them, patient)
    assert (item.unit_id, item.rank) == (them.units["municipality"], Rank.RED)
    assert {one.kind for one in open_reasons(them, patient)} == {"report", "missing"}


def in_two_units(them: Cast) -> Viewer:
    """Followed for COPD by the service, and for heart failure by the municipality."""
    patient = them.patient(weekday=NOW.weekday())
    with them.acting() as by:
        measuring.enrol(
            patient=patient.actor, programme=newest("heart-failure"),
            unit=them.units["municipality"], service_model=1, weekday=NOW.weekday(), by=by,
            at=NOW - timedelta(days=40),
        )  # fmt: skip
    return patient


def test_what_two_units_programmes_ask_for_is_expected_once_and_whole(them: Cast) -> None:
    """Whichever unit the clock asks for first, and of both the one that answers awaits it."""
    for first, second in (("service", "municipality"), ("municipality", "service")):
        patient = in_two_units(them)
        for unit in (first, second):
            with them.acting():
                regime.expect_today(unit=them.units[unit], day=NOW.date(), at=NOW, zone=OSLO)
        with them.acting():
            (row,) = Expectation.objects.filter(patient_id=patient.person)
        assert {"spo2", "weight", "questions"} <= set(row.parts)
        assert row.unit_id == them.units["service"]


def test_a_red_that_somebody_has_stays_hers_when_another_programmes_report_is_missed(
    them: Cast,
) -> None:
    patient = in_two_units(them)
    with them.acting():
        regime.expect_today(unit=them.units["municipality"], day=NOW.date(), at=NOW, zone=OSLO)
    them.report(patient, **RED)
    with them.acting(them.nurse) as by:
        handling.take(item=the_item(them, patient).id, by=by, at=NOW)
    clock.overdue(at=NOW + timedelta(days=2))
    item = the_item(them, patient)
    assert (item.unit_id, item.taken_by_id) == (them.units["service"], them.nurse.person)
    (lacks,) = (r.about["lacks"] for r in open_reasons(them, patient) if r.kind == "missing")
    assert sorted(lacks) == ["questions", "weight"]


def test_who_followed_last_has_what_comes_after_the_end(them: Cast) -> None:
    patient = them.patient()
    end(them, patient, "copd", NOW - timedelta(days=1))
    with them.acting():
        found = following([patient.actor], zone="Europe/Oslo", at=NOW)
    assert found[patient.actor].unit == them.units["service"]


@pytest.mark.parametrize(("zone", "rank"), [(3, Rank.RED), (2, Rank.YELLOW), (0, Rank.WORK)])
def test_work_keeps_its_colour_when_another_reason_is_closed(
    them: Cast, zone: int, rank: Rank
) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    reason = NewReason("task", zone, about={"task_kind": "call-again"})
    with them.acting(them.nurse) as by:
        raise_work(patient.actor, reason, zone=by.zone, at=NOW)
        item = the_item(them, patient)
        assert item.rank == min(rank, Rank.YELLOW)
        shown = [one.id for one in queries.reasons_of([item.id])[item.id] if one.kind == "report"]
        closing = handling.Closing(
            item.id, tuple(shown), "usual", ("phone-answered",), heard_at=NOW
        )
        assert handling.close(closing=closing, by=by, at=NOW).stays_open
        assert the_item(them, patient).rank == rank
