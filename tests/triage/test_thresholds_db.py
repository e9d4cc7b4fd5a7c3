"""Thresholds in the database: a ground for every one, in order, one at a time, two persons."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.people import NOW, Cast
from tests.triage.test_concurrent import together
from varde.catalogue import actions as catalogue
from varde.catalogue.queries import newest, programme
from varde.core.programme import Programme
from varde.core.quantities import BY_NAME
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.triage import ordering
from varde.triage.models import Order, OrderedRule, Threshold
from varde.triage.ordering import Draft
from varde.triage.thresholds import copy_standard, in_force

GLUCOSE = BY_NAME["glucose"].code  # a kind that no standard set has limits for
WEIGHT = BY_NAME["weight"].code
FROM_NOW = DateTimeTZRange(NOW, None)


def add(them: Cast, patient: Viewer, **more: Any) -> Threshold:
    """A threshold on the standard's ground, unless `more` says another."""
    words: dict[str, Any] = {
        "kind": GLUCOSE,
        "alert_low": 3.0,
        "warning_low": 4.0,
        "warning_high": 10.0,
        "alert_high": 15.0,
        "ground": "standard",
        "standard": "diabetes",
        "standard_version": 1,
        "period": FROM_NOW,
        **more,
    }
    with them.acting(), transaction.atomic():
        if words["ground"] != "standard" and "order" not in words:
            words["order"] = Order.objects.create(
                patient_id=patient.person, unit_id=them.units["service"], stage="in-force",
                drafted_by_id=them.gp.person, drafted_at=NOW, ordered_by_id=them.gp.person,
                ordered_at=NOW, entered_by_id=them.gp.person, how="here", ended_at=NOW,
            )  # fmt: skip
        return Threshold.objects.create(patient_id=patient.person, **words)


def by_order(ground: str, **who: Any) -> dict[str, Any]:
    return {"ground": ground, "standard": "", "standard_version": None, **who}


def test_each_of_the_four_grounds_is_taken(them: Cast) -> None:
    gp, other, nurse = them.gp.person, them.other_gp.person, them.nurse.person
    for words in (
        {},
        by_order("own", ordered_by_id=gp, entered_by_id=gp),
        by_order("verified", ordered_by_id=gp, entered_by_id=nurse, verified_by_id=other),
        by_order("emergency", ordered_by_id=gp, entered_by_id=nurse),
    ):
        row = add(them, them.patient(), **words)
        assert row.ground == words.get("ground", "standard")


@pytest.mark.parametrize(
    "case",
    [
        "no ground",
        "an unknown ground",
        "standard without a set",
        "standard without a version",
        "own without an order",
        "own, nobody entered it",
        "own, entered by another",
        "verified by nobody",
        "verified without an order",
        "verified, entered by nobody",
        "emergency without an order",
        "emergency, entered by nobody",
    ],
)
def test_without_a_whole_ground_a_threshold_is_refused(them: Cast, case: str) -> None:
    gp, nurse = them.gp.person, them.nurse.person
    words: dict[str, dict[str, Any]] = {
        "no ground": by_order(""),
        "an unknown ground": by_order("because", ordered_by_id=gp, entered_by_id=gp),
        "standard without a set": {"standard": ""},
        "standard without a version": {"standard_version": None},
        "own without an order": by_order("own"),
        "own, nobody entered it": by_order("own", ordered_by_id=gp),
        "own, entered by another": by_order("own", ordered_by_id=gp, entered_by_id=nurse),
        "verified by nobody": by_order("verified", ordered_by_id=gp, entered_by_id=nurse),
        "verified without an order": by_order("verified", entered_by_id=nurse, verified_by_id=gp),
        "verified, entered by nobody": by_order("verified", ordered_by_id=gp, verified_by_id=gp),
        "emergency without an order": by_order("emergency", entered_by_id=nurse),
        "emergency, entered by nobody": by_order("emergency", ordered_by_id=gp),
    }
    with pytest.raises(IntegrityError, match="triage_threshold_grounds"):
        add(them, them.patient(), **words[case])


def test_what_is_no_standard_cites_the_order_it_rests_on(them: Cast) -> None:
    gp = them.gp.person
    words = by_order("own", ordered_by_id=gp, entered_by_id=gp)
    with pytest.raises(IntegrityError, match="triage_threshold_order"):
        add(them, them.patient(), **words, order=None)


def test_a_rule_that_has_been_ordered_is_never_rewritten(them: Cast) -> None:
    patient = them.patient()
    wish = Draft(patient.actor, {}, "Følger uka nå", rules=frozenset({"copd:spo2-week"}))
    with them.acting(them.gp) as by:
        ordering.order(wish, by=by, at=them.at)
    for words in ({"rule": "copd:spo2-on-oxygen"}, {"ground": "emergency"},
                  {"ordered_by_id": them.other_gp.person}):  # fmt: skip
        with pytest.raises(DatabaseError, match="permission denied"), them.acting(them.gp):
            OrderedRule.objects.filter(patient_id=patient.person).update(**words)


def test_who_entered_it_does_not_verify_it(them: Cast) -> None:
    gp, nurse = them.gp.person, them.nurse.person
    with pytest.raises(IntegrityError, match="triage_threshold_grounds"):
        add(
            them,
            them.patient(),
            **by_order("verified", ordered_by_id=gp, entered_by_id=nurse, verified_by_id=nurse),
        )


@pytest.mark.parametrize(
    "bounds",
    [
        {"alert_low": 5.0, "warning_low": 4.0},
        {"warning_high": 15.0, "alert_high": 10.0},
        {"warning_low": 11.0, "warning_high": 10.0},
        {"alert_low": 12.0, "warning_low": None, "warning_high": 10.0},
        {"warning_low": 16.0, "warning_high": None, "alert_high": 15.0},
    ],
)
def test_bounds_out_of_order_are_refused(them: Cast, bounds: dict[str, float | None]) -> None:
    """Else nothing of the patient can be judged: the pure rules refuse such limits."""
    with pytest.raises(IntegrityError, match="triage_threshold"):
        add(them, them.patient(), **bounds)


def test_two_for_the_same_kind_at_the_same_time_are_refused(them: Cast) -> None:
    patient = them.patient()
    add(them, patient)
    later = DateTimeTZRange(NOW + timedelta(days=1), None)
    inside = DateTimeTZRange(NOW - timedelta(days=1), NOW + timedelta(minutes=1))
    for period in (FROM_NOW, later, inside):
        with pytest.raises(IntegrityError, match="triage_threshold_one"):
            add(them, patient, period=period)


def test_one_that_ends_as_the_next_begins_is_taken(them: Cast) -> None:
    patient = them.patient()
    add(them, patient, period=DateTimeTZRange(NOW - timedelta(days=9), NOW), warning_high=9.0)
    add(them, patient)
    with them.acting():
        before = in_force(patient.actor, at=NOW - timedelta(seconds=1))["glucose"]
        now = in_force(patient.actor, at=NOW)["glucose"]
    assert (before.warning_high, now.warning_high) == (9.0, 10.0)


def test_other_kinds_and_other_patients_are_not_in_the_way(them: Cast) -> None:
    patient = them.patient()
    add(them, patient)
    add(them, them.patient())
    add(them, patient, kind=BY_NAME["weight"].code)


def test_of_two_that_are_entered_at_once_one_holds(them: Cast) -> None:
    """The others are refused: by the constraint, or because each waited for the other."""
    patient = them.patient()
    got = together(*(lambda n=n: add(them, patient, warning_high=9.0 + n) for n in range(3)))
    assert sum(isinstance(one, DatabaseError) for one in got) == 2
    assert sum(isinstance(one, Threshold) for one in got) == 1


def test_the_copied_standard_cites_set_and_version(them: Cast) -> None:
    patient = them.patient()
    with them.acting():
        row = in_force(patient.actor, at=NOW)["spo2"]
        assert (row.ground, row.standard, row.standard_version) == ("standard", "copd", 1)
        assert (row.warning_low, row.alert_low) == (90, 88)


def with_oxygen(them: Cast, **bounds: float) -> Programme:
    """A programme for the heart that measures oxygen too, by bounds of its own."""
    content = copy.deepcopy(catalogue.shipped()["heart-failure"])
    content["version"] = 9
    content["measurements"].append({"kind": "spo2"})
    content["standard"]["limits"]["spo2"] = bounds
    with them.acting() as by:
        catalogue.publish(content=content, by=by, at=them.at)
        return programme("heart-failure", 9)


def copied(them: Cast, patient: Viewer, added: Programme) -> Threshold:
    with them.acting() as by:
        copy_standard(patient=patient.actor, programmes=[added], by=by, at=NOW)
        return in_force(patient.actor, at=NOW)["spo2"]


def test_a_programme_that_does_not_measure_a_kind_changes_nothing_of_it(them: Cast) -> None:
    with them.acting():
        added = newest("heart-failure")
    row = copied(them, them.patient(), added)
    assert (row.standard, row.warning_low, row.alert_low) == ("copd", 90, 88)


@pytest.mark.parametrize(
    ("bounds", "standard", "held"),
    [
        ({"warning_low": 94, "alert_low": 92}, "heart-failure", (94, 92)),
        ({"warning_low": 94, "alert_low": 85}, "copd+heart-failure", (94, 88)),
        ({"warning_low": 85, "alert_low": 80}, "copd", (90, 88)),
    ],
)
def test_a_programme_that_is_added_makes_the_stricter_hold_from_then(
    them: Cast, bounds: dict[str, float], standard: str, held: tuple[int, int]
) -> None:
    patient = them.patient()
    row = copied(them, patient, with_oxygen(them, **bounds))
    assert (row.standard, (row.warning_low, row.alert_low)) == (standard, held)
    with them.acting():
        before = in_force(patient.actor, at=NOW - timedelta(days=1))["spo2"]
    assert (before.standard, before.warning_low) == ("copd", 90), "what held then, held"


def test_what_a_doctor_ordered_is_kept_when_a_programme_is_added(them: Cast) -> None:
    patient = them.patient()
    with them.acting():
        for row in Threshold.objects.filter(patient_id=patient.person, kind=1):
            row.period = DateTimeTZRange(row.period.lower, NOW - timedelta(days=5))
            row.save(update_fields=["period"])
    gp = them.gp.person
    own = by_order("own", ordered_by_id=gp, entered_by_id=gp)
    own |= {"alert_low": 80.0, "warning_low": 84.0, "warning_high": None, "alert_high": None}
    add(them, patient, kind=1, period=DateTimeTZRange(NOW - timedelta(days=5), None), **own)
    row = copied(them, patient, with_oxygen(them, warning_low=94, alert_low=92))
    assert (row.ground, row.warning_low) == ("own", 84)


def test_a_bound_of_nought_is_a_bound(them: Cast) -> None:
    """A limit of 0 has been read as «not set» elsewhere; here everything above it is yellow."""
    patient = them.patient(programme="heart-failure")
    nought = {"alert_low": None, "warning_low": None, "warning_high": 0.0, "alert_high": None}
    add(them, patient, kind=WEIGHT, **nought)
    outcome = them.report(patient, weight=82.0)
    assert outcome.judgement is not None
    assert outcome.judgement.zone is Zone.YELLOW


def test_a_report_is_judged_by_the_limits_that_held_when_it_was_taken(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    yesterday = NOW - timedelta(days=1)
    period = DateTimeTZRange(NOW - timedelta(days=9), NOW - timedelta(hours=1))
    now = DateTimeTZRange(NOW - timedelta(hours=1), None)
    for span, high in ((period, 80.0), (now, 90.0)):
        add(them, patient, kind=WEIGHT, period=span, warning_high=high, alert_high=120.0)
    late = them.report(patient, taken_at=yesterday, weight=82.0)
    new = them.report(patient, weight=82.0)
    assert (late.judgement.zone, new.judgement.zone) == (Zone.YELLOW, Zone.GREEN)
