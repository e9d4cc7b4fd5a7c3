"""What is put right, judged again or undone stands where it belongs, and says what is so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pathway.test_covering import begin, needing
from tests.people import Cast
from tests.triage.test_concurrent import GREEN, RED, close, closing_of, open_reasons, the_item
from tests.triage.test_measure_again import again, expire, place, send
from tests.triage.test_replaying import rechecked
from tests.triage.test_restating import hidden, tamper
from varde.base.stamps import stamp
from varde.clock import tasks
from varde.core.cover import CoverKind
from varde.measuring.hours import ROUND_THE_CLOCK
from varde.pathway.covering import NeedsCover, set_hours
from varde.people.viewer import Viewer
from varde.triage import handling, passing, queries
from varde.triage.alerts import alerts_of
from varde.triage.handling import Closing
from varde.triage.models import State
from varde.triage.restating import Found, restate
from varde.triage.worklist import NewReason, Rank, raise_work

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
YELLOW = {**GREEN, "spo2": 89}
CLINIC = {"2": ["09:00", "12:00"]}


def closed_by_nobody(patient: Viewer) -> None:
    tamper("update triage_reason set open = false where patient_id = %s and kind = 'report'",
           patient.actor)  # fmt: skip


def first(them: Cast, at: timedelta) -> object:
    with them.acting(them.nurse, at=them.at + at) as by:
        return queries.worklist(by)[0].item.patient_id


def test_a_programme_that_needs_cover_is_not_narrowed_to_a_day_a_week(them: Cast) -> None:
    """The watch goes by the unit's hours: between them its reds would stand where nobody looks."""
    ward = needing(them, CoverKind.WARD)
    with them.acting() as by:
        set_hours(unit=them.units["service"], hours=ROUND_THE_CLOCK, by=by, at=them.at)
    begin(them, ward)
    for programme in ("", ward.key):
        with them.acting() as by, pytest.raises(NeedsCover):
            set_hours(
                unit=them.units["service"], hours=CLINIC, programme=programme, by=by, at=them.at
            )


def test_a_red_asked_to_repeat_and_judged_again_is_a_plain_red_when_time_is_up(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    for days in (3, 2):
        them.report(patient, at=them.at - days * DAY, weight=82.0)
    send(them, patient, {"systolic": 185.0, "diastolic": 70.0, "pulse": 80.0, "weight": 82.0})
    them.report(patient, at=them.at + 3 * MINUTE, taken_at=them.at - DAY, weight=80.8)
    assert place(them, patient)[0] is Rank.RED_CONTROL
    expire(them, minutes=30)
    assert place(them, patient)[0] is Rank.RED
    assert all("control" not in one.about for one in open_reasons(them, patient))


def test_undone_a_red_is_due_as_it_was(them: Cast) -> None:
    patient, other = them.patient(), them.patient()
    them.report(patient, **RED)
    them.report(other, at=them.at + 5 * MINUTE, **RED)
    with them.acting() as by:
        raise_work(patient.actor, NewReason("message"), zone=by.zone, at=them.at)
    before = the_item(them, patient)
    red = tuple(one.id for one in open_reasons(them, patient) if one.kind == "report")
    done = close(them, Closing(before.id, red, "worsening", acts=("phone-answered",)))
    at = them.at + 11 * MINUTE
    with them.acting(them.nurse, at=at) as by:
        passing.undo(handling=done.handling.id, by=by, at=at)
        handling.give_back(item=before.id, by=by, at=at)
    assert the_item(them, patient).due_at == before.due_at
    assert first(them, 12 * MINUTE) == patient.actor


def test_a_red_that_is_put_right_stands_before_a_younger_one(them: Cast) -> None:
    patient, other = them.patient(), them.patient()
    them.report(patient, **RED)
    them.report(other, at=them.at + 5 * MINUTE, **RED)
    tamper("update triage_item set rank = 4, due_at = due_at + interval '5 days'"
           " where patient_id = %s", patient.actor)  # fmt: skip
    with them.acting(at=them.at + HOUR) as by:
        restate(zone=by.zone, at=them.at + HOUR)
    assert first(them, HOUR) == patient.actor


def test_a_yellow_by_a_good_repetition_is_due_as_a_yellow(them: Cast) -> None:
    patient, older = them.patient(), them.patient()
    them.report(older, at=them.at - HOUR, **YELLOW)
    send(them, patient, RED)
    again(them, patient, minutes=5, spo2=95)
    assert place(them, patient)[0] is Rank.YELLOW
    assert first(them, 10 * MINUTE) == older.actor


def test_a_red_closed_by_nobody_is_raised_beside_a_yellow_that_was(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **YELLOW)
    closed_by_nobody(patient)
    tamper("update triage_item set open = false where patient_id = %s", patient.actor)
    rechecked(them, patient)
    assert the_item(them, patient).rank == Rank.YELLOW
    them.report(patient, at=them.at + DAY + HOUR, **RED)
    closed_by_nobody(patient)
    tamper("update triage_item set rank = 2 where patient_id = %s", patient.actor)
    rechecked(them, patient, days=2)
    assert the_item(them, patient).rank == Rank.RED


def test_what_was_found_and_then_closed_does_not_come_back_each_day(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    closed_by_nobody(patient)
    tamper("update triage_item set open = false where patient_id = %s", patient.actor)
    raised = []
    for day in range(1, 4):
        raised.append(rechecked(them, patient, days=day).raised)
        if the_item(them, patient):
            close(them, closing_of(them, patient), minutes=day * 1440 + 60)
    assert raised == [1, 0, 0]


def test_what_is_learnt_again_judges_what_comes_and_not_what_came(them: Cast) -> None:
    patient = them.patient()
    for days in (9, 8, 7):
        them.report(patient, at=them.at - days * DAY, spo2=94)
    for days in (6, 5, 4, 3, 2, 1):
        them.report(patient, at=them.at - days * DAY, spo2=92)
    for days in (9.5, 9.6):  # from the memory of the device: the usual is 97 now
        them.report(patient, at=them.at + MINUTE, taken_at=them.at - days * DAY, spo2=97)
    assert rechecked(them, patient) == Found(1, 0, 0)
    found = them.report(patient, at=them.at + DAY, spo2=92)
    assert found.judgement is not None
    assert found.judgement.reasons[0].base == 97


def test_judged_again_nobody_was_heard_from(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    tamper("update triage_judgement set zone = 1, reasons = '[]' where patient_id = %s",
           patient.actor)  # fmt: skip
    assert rechecked(them, patient, days=10).raised == 1
    with them.acting():
        assert State.objects.get(patient_id=patient.actor).heard_at == them.at


def test_what_was_closed_and_is_judged_again_keeps_its_outcome(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    came = them.at + 9 * DAY
    them.report(patient, at=came, taken_at=them.at + 2 * DAY, weight=84.5, systolic=185)
    close(them, closing_of(them, patient), minutes=9 * 1440 + 5)
    them.report(patient, at=came + 20 * MINUTE, taken_at=them.at + DAY, weight=83.3)
    at = came + HOUR
    with them.acting(at=at) as by:
        assert restate(zone=by.zone, at=at).raised == 0
        found = alerts_of(by.seat, zone=by.zone, start=them.at, end=at)
    assert found.alerts == 1
    (line,) = (one for one in found.lines if one.rule.subject == "systolic")
    assert line.outcomes == {"worsening": 1}


def test_hours_that_the_clock_slept_through_are_made_up_for(them: Cast) -> None:
    patients = [them.patient() for _ in range(4)]
    for patient in patients:
        them.report(patient, **RED)
        hidden(patient)
    stamp("recheck", them.at)
    tasks.recheck(at=them.at + 30 * HOUR)
    assert [the_item(them, one).rank for one in patients] == [Rank.RED] * 4
