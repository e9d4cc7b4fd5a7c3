"""Rules over time and over several parts, kept: the intake, a replay and a dry run agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.core.strategies import raw
from tests.people import Cast, delivery
from tests.triage.test_concurrent import the_item
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.catalogue import actions as catalogue
from varde.catalogue.queries import newest
from varde.core.reading import Reading
from varde.core.replay import Report, replay
from varde.core.verdict import Judgement
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.triage.intake import receive
from varde.triage.trying import tried
from varde.triage.worklist import Rank

OSLO = ZoneInfo("Europe/Oslo")
GREY, GREEN, YELLOW, RED = Zone
HALF_HOUR = timedelta(minutes=30)
NAME = {"nb": "Prøve", "nn": "Prøve", "en": "Trial"}
POINTS = {"breathing": (0, 1, 3), "cough": (0, 1), "sputum": (0, 1, 2), "general": (0, 1, 3)}
RULES: list[dict[str, Any]] = [
    {"id": "often", "rule": "sustained", "name": NAME, "kind": "spo2", "times": 2, "of": 3},
    {"id": "week", "rule": "mean", "name": NAME, "kind": "spo2", "side": "low", "fewest": 3},
    {"id": "slow", "rule": "trend", "name": NAME, "kind": "weight", "short": 2, "long": 7,
     "yellow": 0.3, "red": 0.8},
    {"id": "own", "rule": "away", "name": NAME, "kind": "pulse", "side": "high", "yellow": 1,
     "red": 3},
    {"id": "points", "rule": "sum", "name": NAME, "of": list(POINTS), "yellow": 3, "red": 6,
     "rise": {"days": 5, "yellow": 2}},
    {"id": "both", "rule": "together", "name": NAME, "zone": "red", "of": [
        {"question": "sputum", "choices": ["discoloured"]},
        {"kind": "temperature", "above": 37.9}]},
]  # fmt: skip


def fuller() -> dict[str, Any]:
    """COPD with weight and temperature, points on its answers, and a rule of every sort."""
    content = raw("copd") | {"version": 9, "rules": RULES}
    content["measurements"] += [{"kind": "weight"}, {"kind": "temperature"}]
    content["standard"]["limits"]["weight"] = {"warning_high": 120}
    for question in content["questions"]:
        for choice, points in zip(question["choices"], POINTS[question["id"]], strict=True):
            choice["points"] = points
    return content


@pytest.fixture
def ward(them: Cast) -> Cast:
    with them.acting() as by:
        catalogue.publish(content=fuller(), by=by, at=them.at)
    return them


def made(them: Cast, seed: int, days: int = 40) -> list[Report]:
    rng = Random(seed)
    with them.acting():
        questions = newest("copd").questions
    at, reports = them.at, []
    for n in range(days):
        at += timedelta(minutes=rng.choice((20, 1440, 1440, 1440, 2900)))
        measured = {
            "spo2": float(rng.randint(92, 95) - (3 if n > days / 2 else 0)),
            "pulse": float(rng.randint(68, 74) + rng.choice((0, 0, 9))),
            "weight": 80 + n * rng.choice((0.02, 0.05)),
            "temperature": rng.choice((36.8, 37.2, 38.0)),
        }
        some = {kind: value for kind, value in measured.items() if rng.random() < 0.8}
        answers = {
            one.id: rng.choice(one.choices[:2] if rng.random() < 0.8 else one.choices).id
            for one in questions
            if rng.random() < 0.9
        }
        readings = tuple(Reading(kind, value, at) for kind, value in some.items())
        reports.append(Report("A", at, readings, tuple(answers.items())))
    return reports


def taken_in(them: Cast, patient: Viewer, reports: Sequence[Report]) -> list[Judgement]:
    found = []
    for one in reports:
        values = {reading.kind: reading.value for reading in one.readings}
        outcome = them.report(patient, at=one.taken_at, answers=dict(one.answers), **values)
        assert outcome.judgement is not None
        found.append(outcome.judgement)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_a_replay_is_the_intakes_judging(ward: Cast, seed: int) -> None:
    reports = made(ward, seed)
    with ward.acting():
        judged = [found for _, found in replay(reports, newest("copd"), {}, zone=OSLO)]
    patient = ward.patient(began=reports[0].taken_at)
    assert judged == taken_in(ward, patient, reports)


def test_every_rule_has_told_something(ward: Cast) -> None:
    with ward.acting():
        judged = [
            found
            for seed in range(6)
            for _, found in replay(made(ward, seed), newest("copd"), {}, zone=OSLO)
        ]
    told = {r.named for one in judged for r in one.reasons if r.zone >= YELLOW}
    assert told >= {rule["id"] for rule in RULES}


def test_a_dry_run_says_what_the_intake_said(ward: Cast) -> None:
    reports = [one for one in made(ward, 5) if one.answers]
    patient = ward.patient(began=reports[0].taken_at)
    judged = taken_in(ward, patient, reports)
    at = reports[-1].taken_at
    with ward.acting(ward.nurse, at=at):
        run = tried(patient.actor, {}, days=90, zone=OSLO, at=at, held_at=at).run
    zones = {one.taken_at: found.zone for one, found in zip(reports, judged, strict=True)}
    ran = {one.at: one.now for one in run.reports}
    alone = [one for one in zones if all(one == o or abs(one - o) > HALF_HOUR for o in zones)]
    assert len(alone) > 20
    assert [ran[one] for one in alone] == [zones[one] for one in alone]


def ends(them: Cast, order: Sequence[int]) -> tuple[Zone, Rank]:
    """A temperature, and answers some minutes later, that came in this order."""
    patient = them.patient()
    first = them.at - timedelta(hours=1)
    parts: list[tuple[datetime, dict[str, str], dict[str, float]]] = [
        (first, {}, {"temperature": 38.4}),
        (first + timedelta(minutes=10), {"sputum": "discoloured"}, {}),
        (first + timedelta(minutes=25), {}, {"pulse": 70.0}),
    ]
    for came, n in enumerate(order):
        taken_at, answers, values = parts[n]
        at = them.at + timedelta(minutes=came)
        them.report(patient, at=at, taken_at=taken_at, answers=answers, **values)
    with them.acting(them.nurse):
        state = queries.state_of(patient.actor)
    assert state is not None
    return Zone(state.zone), Rank(the_item(them, patient).rank)


def test_several_parts_meet_in_whatever_order_they_come(ward: Cast) -> None:
    assert {ends(ward, order) for order in permutations(range(3))} == {(RED, Rank.RED)}


def test_parts_more_than_half_an_hour_apart_are_not_one_sitting(ward: Cast) -> None:
    patient = ward.patient()
    ward.report(patient, temperature=38.4, taken_at=ward.at - timedelta(minutes=31))
    told = ward.report(patient, answers={"sputum": "discoloured"}, taken_at=ward.at)
    assert told.judgement is not None
    assert "both" not in {reason.named for reason in told.judgement.reasons}


def test_a_report_with_half_a_score_is_not_green(ward: Cast) -> None:
    patient = ward.patient()
    found = ward.report(patient, answers={"cough": "no", "breathing": "as-usual"}).judgement
    assert found is not None
    assert found.zone is GREY
    reason = next(one for one in found.reasons if one.named == "points")
    assert reason.lacks == ("sputum", "general")


def test_a_reading_that_is_sent_again_in_a_batch_counts_once(ward: Cast) -> None:
    patient = ward.patient()
    ids = [new_id() for _ in range(3)]
    times = [ward.at - timedelta(hours=n) for n in (3, 2, 0)]
    values = [89.0, 95.0, 89.0]
    sent = [delivery(patient, at, one, {}, "", {"spo2": value})
            for at, one, value in zip(times, ids, values, strict=True)]  # fmt: skip
    with acting(patient.frame(ward.at)):
        receive(sent[:2], source=ward.source, by=patient, at=ward.at)
        found = receive(sent, source=ward.source, by=patient, at=ward.at)[2].judgement
    assert found is not None
    assert "often" in {reason.named for reason in found.reasons}
