"""How it was measured, kept: the reading carries it, and rules that a doctor has ordered use it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.people import Cast
from tests.triage.test_concurrent import GREEN
from tests.triage.test_ordered_rules import order
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.core.quantities import BY_NAME
from varde.core.reading import ACTIVITY
from varde.core.zones import Zone
from varde.measuring.incoming import Delivery, rows_of_report, said_of
from varde.measuring.models import HabitualValue, Observation
from varde.people.viewer import Viewer
from varde.triage.intake import Outcome, receive
from varde.triage.models import State
from varde.triage.restating import restate
from varde.triage.trying import suggestions, tried

WALK, OXYGEN = "copd:spo2-after-activity", "copd:spo2-on-oxygen"
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


def sent(
    them: Cast,
    patient: Viewer,
    *said: str,
    at: datetime | None = None,
    taken_at: datetime | None = None,
    **values: float,
) -> Outcome:
    moment, report = at or them.at, new_id()
    kinds = [(BY_NAME[kind.replace("_", "-")], value) for kind, value in values.items()]
    rows = rows_of_report(report, kinds, {"spo2": said})
    one = Delivery(patient.actor, taken_at or moment, rows, report_id=report)
    with acting(patient.frame(moment)):
        return receive([one], source=them.source, by=patient, at=moment)[0]


def zone(outcome: Outcome) -> Zone:
    assert outcome.judgement is not None
    return outcome.judgement.zone


def test_what_is_said_is_kept_with_the_reading_it_was_said_of(them: Cast) -> None:
    patient = them.patient()
    sent(them, patient, ACTIVITY, "cold-finger", spo2=95, pulse=80)
    with them.acting():
        rows = {row.kind: said_of(row.flags) for row in Observation.objects.all()}
    assert rows == {BY_NAME["spo2"].code: (ACTIVITY, "cold-finger"), BY_NAME["pulse"].code: ()}


def test_only_for_whom_a_doctor_has_ordered_it_other_limits_hold_after_activity(
    them: Cast,
) -> None:
    ordered, other = them.patient(), them.patient()
    order(them, ordered, WALK)
    at = them.at + HOUR
    assert zone(sent(them, ordered, ACTIVITY, at=at, spo2=86)) is Zone.GREEN
    assert zone(sent(them, ordered, at=at + HOUR, spo2=86)) is Zone.RED
    assert zone(sent(them, other, ACTIVITY, at=at, spo2=86)) is Zone.RED


def test_what_is_measured_after_activity_is_not_learnt_as_usual(them: Cast) -> None:
    """Else a patient who walks first would be held against what is low for her."""
    patient = them.patient()
    for n in range(3):
        sent(them, patient, ACTIVITY, at=them.at + n * HOUR, spo2=91)
    for n, value in enumerate((95, 96, 96)):
        sent(them, patient, at=them.at + (n + 3) * HOUR, spo2=value)
    with them.acting():
        (row,) = HabitualValue.objects.filter(patient_id=patient.person)
    assert row.value == 96


def test_of_the_first_days_the_suggestion_counts_what_was_taken_at_rest(them: Cast) -> None:
    patient = them.patient(began=them.at - 14 * DAY)
    for n in range(10):
        at = them.at - (13 - n) * DAY
        sent(them, patient, at=at, spo2=96)
        sent(them, patient, ACTIVITY, at=at + HOUR, spo2=88)
    with them.acting(them.nurse):
        from varde.catalogue.queries import newest

        found = suggestions(patient.actor, [newest("copd")], zone=them.at.tzinfo, at=them.at)  # type: ignore[arg-type]
    assert (found["spo2"].found.median, found["spo2"].found.readings) == (96, 10)


def test_oxygen_that_is_told_in_the_same_report_or_just_before_places_the_saturation(
    them: Cast,
) -> None:
    patient = them.patient()
    order(them, patient, OXYGEN)
    at = them.at + HOUR
    assert zone(sent(them, patient, at=at, spo2=94, oxygen_flow=2)) is Zone.YELLOW
    assert zone(sent(them, patient, at=at + HOUR, spo2=94, oxygen_flow=0)) is Zone.GREEN
    sent(them, patient, at=at + 2 * HOUR, oxygen_flow=2)
    late = at + 2 * HOUR + timedelta(minutes=20)
    assert zone(sent(them, patient, at=late, spo2=94)) is Zone.YELLOW


def test_oxygen_that_is_told_late_judges_what_came_before_it_anew(them: Cast) -> None:
    patient = them.patient()
    order(them, patient, OXYGEN)
    at = them.at + HOUR
    assert zone(sent(them, patient, at=at, spo2=94)) is Zone.GREEN
    sent(them, patient, at=at + HOUR, taken_at=at - timedelta(minutes=5), oxygen_flow=2)
    with them.acting():
        assert State.objects.get(patient_id=patient.person).zone == Zone.YELLOW


def test_a_replay_of_the_facts_gives_the_same_states(them: Cast) -> None:
    patient = them.patient()
    order(them, patient, WALK, OXYGEN)
    at = them.at + HOUR
    for n, (said, more) in enumerate(
        (((ACTIVITY,), {"spo2": 84}), ((), {"spo2": 94, "oxygen_flow": 1}), ((), {"spo2": 95}))
    ):
        sent(them, patient, *said, at=at + n * HOUR, **more)
    with them.acting():
        found = restate(zone="Europe/Oslo", at=at + DAY)
    assert (found.looked, found.differed, found.raised) == (1, 0, 0)


def test_a_dry_run_shows_what_such_limits_would_have_said(them: Cast) -> None:
    patient = them.patient()
    sent(them, patient, ACTIVITY, at=them.at - DAY, **GREEN | {"spo2": 86})
    sent(them, patient, at=them.at - 2 * DAY, **GREEN)
    with them.acting(them.nurse):
        run = tried(
            patient.actor, {}, days=30, zone=them.at.tzinfo, at=them.at, held_at=them.at,  # type: ignore[arg-type]
            wished=frozenset({WALK}),
        ).run  # fmt: skip
    assert [(day.now, day.then) for day in run.days] == [
        (Zone.GREEN, Zone.GREEN), (Zone.RED, Zone.GREEN),
    ]  # fmt: skip


def reason_of(outcome: Outcome) -> Any:
    assert outcome.judgement is not None
    return outcome.judgement.reasons[0]


def test_of_one_moment_it_is_the_same_whichever_is_sent_first(them: Cast) -> None:
    first, last = them.patient(), them.patient()
    for patient in (first, last):
        order(them, patient, OXYGEN)
    at = them.at + HOUR
    sent(them, first, at=at, taken_at=at, oxygen_flow=2)
    sent(them, first, at=at + SECOND, taken_at=at, spo2=94)
    sent(them, last, at=at, taken_at=at, spo2=94)
    sent(them, last, at=at + SECOND, taken_at=at, oxygen_flow=2)
    with them.acting():
        zones = {State.objects.get(patient_id=one.person).zone for one in (first, last)}
    assert zones == {Zone.YELLOW}
