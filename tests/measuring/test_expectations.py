"""Expectations: met when everything has come within the window, by any door, in any pieces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.people import NOW, OSLO, Cast, delivery
from tests.triage.test_concurrent import overlapping, together
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.catalogue.queries import newest
from varde.core.expectation import Rhythm
from varde.core.quantities import BY_NAME
from varde.measuring import expecting
from varde.measuring.incoming import Delivery, Incoming
from varde.measuring.models import Expectation
from varde.people.viewer import Viewer
from varde.triage.intake import receive

ANSWERS = {"breathing": "as-usual", "cough": "no", "sputum": "as-usual", "general": "well"}
TODAY = NOW.date()


def await_report(them: Cast, patient: Viewer, *, day: date = TODAY, **more: Any) -> None:
    words: dict[str, Any] = {"rhythm": Rhythm.DAILY, "programme": "copd", **more}
    with them.acting():
        parts = expecting.parts_of(newest(words["programme"]))
        plan = expecting.Plan(
            patient.actor, them.units["service"], parts, words["rhythm"], day.weekday()
        )
        expecting.expect([plan], start=day, end=day + timedelta(days=1), zone=OSLO)


def expectation(them: Cast, patient: Viewer, day: date = TODAY) -> Expectation:
    with them.acting():
        return Expectation.objects.get(patient_id=patient.person, day=day)


def test_a_whole_report_meets_it(them: Cast) -> None:
    patient = them.patient()
    await_report(them, patient)
    them.report(patient, answers=ANSWERS, spo2=95, pulse=80, systolic=130, diastolic=80)
    assert expectation(them, patient).state == "met"


def test_it_is_met_in_pieces_whatever_their_order(them: Cast) -> None:
    pieces: list[dict[str, Any]] = [
        {"spo2": 95, "pulse": 80},
        {"systolic": 130, "diastolic": 80},
        {"answers": ANSWERS},
    ]
    for order in permutations(pieces):
        patient = them.patient()
        await_report(them, patient)
        for n, piece in enumerate(order):
            assert expectation(them, patient).state == "open"
            them.report(patient, at=NOW + timedelta(minutes=n), **piece)
        assert expectation(them, patient).state == "met"


def test_pieces_that_come_in_one_post_meet_it_together(them: Cast) -> None:
    """A gateway's post with the oximeter at 10:00 and the cuff at 10:05 (decisions 4.1)."""
    patient = them.patient(programme="heart-failure")
    with them.acting():
        plan = expecting.Plan(
            patient.actor, them.units["service"], ("spo2", "systolic"), Rhythm.DAILY, 0
        )
        expecting.expect([plan], start=TODAY, end=TODAY + timedelta(days=1), zone=OSLO)
    sent = [
        Delivery(patient.actor, NOW, [Incoming(new_id(), BY_NAME["spo2"], 95.0)]),
        Delivery(
            patient.actor,
            NOW + timedelta(minutes=5),
            [Incoming(new_id(), BY_NAME["systolic"], 130.0)],
        ),
    ]
    at = NOW + timedelta(minutes=6)
    with them.acting(at=at) as by:
        receive(sent, source=them.source, by=by, at=at)
    found = expectation(them, patient)
    assert (sorted(found.came), found.state) == (["spo2", "systolic"], "met")


def test_pieces_that_come_at_once_by_two_doors_meet_it(them: Cast) -> None:
    for _ in range(5):
        patient = them.patient()
        await_report(them, patient)
        got = together(
            lambda p=patient: them.report(p, spo2=95, pulse=80),
            lambda p=patient: them.report(p, systolic=130, diastolic=80),
            lambda p=patient: them.report(p, answers=ANSWERS),
        )
        assert [one for one in got if isinstance(one, Exception)] == []
        assert expectation(them, patient).state == "met"


def test_the_same_kind_twice_is_not_the_kind_that_lacks(them: Cast) -> None:
    patient = them.patient()
    await_report(them, patient)
    for n in range(5):
        them.report(patient, at=NOW + timedelta(minutes=n), spo2=95)
    found = expectation(them, patient)
    assert (found.came, found.state) == (["spo2"], "open")


@pytest.mark.parametrize(
    ("taken", "counts"),
    [
        ("2026-11-15T23:59:59+01:00", False),
        ("2026-11-16T00:00:00+01:00", True),
        ("2026-11-17T11:59:59+01:00", True),
        ("2026-11-17T12:00:00+01:00", False),
    ],
)
def test_what_was_taken_within_the_window_counts(them: Cast, taken: str, counts: bool) -> None:
    """[midnight, noon next day), local time: when it was taken and not when it came."""
    patient = them.patient()
    await_report(them, patient)
    at = datetime.fromisoformat(taken)
    them.report(patient, at=at, taken_at=at, spo2=95)
    assert (expectation(them, patient).came == ["spo2"]) is counts


def test_a_late_arrival_taken_in_time_counts(them: Cast) -> None:
    patient = them.patient()
    await_report(them, patient)
    them.report(patient, at=NOW + timedelta(days=1), taken_at=NOW, spo2=95)
    assert expectation(them, patient).came == ["spo2"]


def test_a_duplicate_meets_nothing_new_and_harms_nothing(them: Cast) -> None:
    patient, once = them.patient(), new_id()
    await_report(them, patient)
    for _ in range(2):
        them.report(patient, report_id=once, spo2=95)
    assert expectation(them, patient).came == ["spo2"]


def test_a_day_that_has_an_expectation_keeps_it(them: Cast) -> None:
    patient = them.patient()
    await_report(them, patient)
    them.report(patient, spo2=95)
    await_report(them, patient, rhythm=Rhythm.WEEKLY)
    found = expectation(them, patient)
    assert (found.came, found.deadline.astimezone(OSLO).hour) == (["spo2"], 12)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 28), 35), (date(2026, 10, 24), 37), (date(2026, 3, 29), 35)],
)
def test_a_window_over_a_clock_change_ends_at_noon_all_the_same(
    them: Cast, day: date, hours: int
) -> None:
    patient = them.patient(began=datetime(2026, 1, 1, tzinfo=OSLO))
    await_report(them, patient, day=day)
    found = expectation(them, patient, day)
    local = found.deadline.astimezone(OSLO)
    assert (local.hour, local.date()) == (12, day + timedelta(days=1))
    assert found.deadline - found.opens_at == timedelta(hours=hours)


def test_a_claim_is_made_once_also_when_a_report_comes_at_that_moment(them: Cast) -> None:
    """The report holds the expectation when the clock claims it: met, and never both."""
    patient = them.patient()
    await_report(them, patient)
    them.report(patient, spo2=95, pulse=80, systolic=130, diastolic=80)
    deadline = expectation(them, patient).deadline
    id_ = expectation(them, patient).id

    def arrives(pause: Callable[[], None]) -> Any:
        with acting(patient.frame(deadline)):
            last = delivery(
                patient, deadline - timedelta(minutes=1), new_id(), ANSWERS, "", {}
            )  # fmt: skip
            got = receive([last], source=them.source, by=patient, at=deadline)
            pause()
            return got

    def claims() -> list[Any]:
        with them.acting(at=deadline):
            return expecting.claim_overdue([id_], at=deadline)

    _, claimed = overlapping(arrives, claims)
    assert (claimed, expectation(them, patient).state) == ([], "met")
