"""Replaying: the facts of the last days, judged again, give what is stored; else it is raised."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tests.people import Cast
from tests.triage.test_concurrent import GREEN, RED, close, closing_of, open_reasons, the_item
from tests.triage.test_measure_again import again, send
from tests.triage.test_replay import made
from tests.triage.test_restating import hidden, tamper, zone_of
from varde.clock import tasks
from varde.clock.restate import restate_all
from varde.core.quantities import BY_NAME
from varde.core.zones import Zone
from varde.pathway.usual import set_usual
from varde.people.queries import cooperation_of
from varde.people.viewer import Viewer
from varde.triage.models import Judgement
from varde.triage.restating import Found, recheck
from varde.triage.worklist import Rank

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def rechecked(them: Cast, *patients: Viewer, days: float = 1) -> Found:
    at = them.at + days * DAY
    with them.acting(at=at) as by:
        return recheck([one.actor for one in patients], zone=by.zone, at=at)


@pytest.mark.parametrize("programme", ["copd", "heart-failure"])
@pytest.mark.parametrize("seed", range(4))
def test_the_facts_give_what_is_stored_whatever_the_order(
    them: Cast, programme: str, seed: int
) -> None:
    """Reports at odd hours, in and out of order; judged again nothing is worse than it was."""
    patient = them.patient(programme=programme)
    reports = made(them, programme, seed)
    shuffled = Random(seed).sample(reports, len(reports)) if seed % 2 else reports
    last = max(one.taken_at for one in reports)
    for n, one in enumerate(shuffled):
        came = last + n * MINUTE if seed % 2 else one.taken_at
        them.report(
            patient, at=came, taken_at=one.taken_at, answers=dict(one.answers),
            **{reading.kind: reading.value for reading in one.readings},
        )  # fmt: skip
    days = (last - them.at) / DAY + 1
    assert rechecked(them, patient, days=days) == Found(1, 0, 0)


def test_what_a_repetition_lowered_and_what_was_learnt_later_stay_as_they_were(them: Cast) -> None:
    patient = them.patient()
    for n, value in enumerate((96, 92, 96)):  # usual 96 from the third on; the 92 was green
        them.report(patient, at=them.at - (9 - n) * DAY, spo2=value)
    send(them, patient, {"spo2": 86})
    again(them, patient, minutes=3, spo2=95)
    assert the_item(them, patient).rank == Rank.YELLOW
    with them.acting(them.gp) as by:
        set_usual(patient=patient.actor, kind=BY_NAME["spo2"], value=99, why="Ny habituell verdi",
                  by=by, at=them.at + HOUR)  # fmt: skip
    assert rechecked(them, patient) == Found(1, 0, 0)
    assert the_item(them, patient).rank == Rank.YELLOW


def test_a_red_that_every_table_says_is_green_is_found_by_its_reading(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    tamper("update triage_judgement set zone = 1, reasons = '[]' where patient_id = %s",
           patient.actor)  # fmt: skip
    tamper("update triage_state set zone = 1, red_at = null, yellow_at = null"
           " where patient_id = %s", patient.actor)  # fmt: skip
    tamper("update triage_reason set open = false where patient_id = %s", patient.actor)
    tamper("update triage_item set open = false where patient_id = %s", patient.actor)
    assert rechecked(them, patient).raised >= 1
    assert the_item(them, patient).rank == Rank.RED
    assert zone_of(them, patient) is Zone.RED
    with them.acting():
        rows = Judgement.objects.filter(patient_id=patient.actor).order_by("at")
        assert [row.zone for row in rows] == [1, 3]  # what was there stays, and is superseded
    assert rechecked(them, patient, days=2) == Found(1, 0, 0)


def test_a_red_that_nobody_closed_comes_back(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    tamper("update triage_reason set open = false, outcome = 'usual' where patient_id = %s",
           patient.actor)  # fmt: skip
    tamper("update triage_item set open = false where patient_id = %s", patient.actor)
    assert rechecked(them, patient).raised == 1
    assert [one.kind for one in open_reasons(them, patient)] == ["restated"]
    assert the_item(them, patient).rank == Rank.RED


def test_what_somebody_closed_stays_closed(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **RED)
    close(them, closing_of(them, patient))
    assert rechecked(them, patient) == Found(1, 0, 0)


def test_each_patient_is_looked_at_once_a_day(them: Cast) -> None:
    patients = [them.patient() for _ in range(3)]
    for patient in patients:
        them.report(patient, **RED)
        hidden(patient)
    for hour in range(24):
        tasks.recheck(at=them.at + HOUR * hour)
    for patient in patients:
        assert the_item(them, patient).rank == Rank.RED


def test_the_command_judges_again_too(them: Cast) -> None:
    patient, calm = them.patient(), them.patient()
    them.report(patient, **RED)
    them.report(calm, **GREEN)
    tamper("update triage_judgement set zone = 1, reasons = '[]' where patient_id = %s",
           patient.actor)  # fmt: skip
    tamper("update triage_reason set open = false where patient_id = %s", patient.actor)
    with them.acting():
        key = cooperation_of(them.tenant).key
    with them.clock(at=them.at + HOUR):
        told = restate_all(cooperation=key)
    assert "2 patients" in told
    assert the_item(them, patient).rank == Rank.RED
