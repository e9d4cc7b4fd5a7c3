"""Replay: a file of reports is judged just as the intake judges the same reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from tests.people import Cast
from varde.catalogue.queries import newest
from varde.core.reading import Reading
from varde.core.replay import EVERYBODY, Report, replay
from varde.core.thresholds import Limits
from varde.core.verdict import Judgement
from varde.triage import ordering
from varde.triage.ordering import Draft

OSLO = ZoneInfo("Europe/Oslo")
VALUES = {
    "copd": {"spo2": (84, 97), "pulse": (45, 130), "systolic": (85, 190)},
    "heart-failure": {"weight": (79, 84), "pulse": (45, 130), "temperature": (36, 40)},
}
OWN: Mapping[str, dict[str, Limits]] = {
    "copd": {"spo2": Limits(alert_low=86, warning_low=88)},
    "heart-failure": {"pulse": Limits(warning_high=110, alert_high=125)},
}


def made(them: Cast, programme: str, seed: int, n: int = 25) -> list[Report]:
    """Reports at odd hours, of some kinds and some answers; now and then an unknown one."""
    rng = Random(seed)
    with them.acting():
        questions = newest(programme).questions
    at, reports = them.at, []
    for _ in range(n):
        at += timedelta(minutes=rng.choice((45, 300, 1440, 3000)))
        measured = {
            kind: float(rng.randint(*span))
            for kind, span in VALUES[programme].items()
            if rng.random() < 0.7
        }
        answers = {
            one.id: rng.choice([choice.id for choice in one.choices] + ["other"])
            for one in questions
            if rng.random() < 0.3
        }
        if measured or answers:
            readings = tuple(Reading(kind, value, at) for kind, value in measured.items())
            reports.append(Report("A", at, readings, tuple(answers.items())))
    return reports


def taken_in(them: Cast, programme: str, reports: list[Report], *, own: bool) -> list[Judgement]:
    patient = them.patient(programme=programme)
    if own:
        with them.acting(them.gp) as by:
            wished = Draft(patient.actor, OWN[programme], "Etter samtale på kontoret")
            ordering.order(wished, by=by, at=them.at)
    found = []
    for report in reports:
        outcome = them.report(
            patient,
            at=report.taken_at,
            answers=dict(report.answers),
            **{reading.kind: reading.value for reading in report.readings},
        )
        assert outcome.judgement is not None
        found.append(outcome.judgement)
    return found


@pytest.mark.parametrize("own", [False, True], ids=["standard", "own"])
@pytest.mark.parametrize("programme", VALUES)
@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_intakes_judging(them: Cast, programme: str, seed: int, own: bool) -> None:
    reports = made(them, programme, seed)
    limits = {EVERYBODY: OWN[programme]} if own else {}
    with them.acting():
        judged = list(replay(reports, newest(programme), limits, zone=OSLO))
    assert [found for _, found in judged] == taken_in(them, programme, reports, own=own)


def test_patients_know_nothing_of_each_other(them: Cast) -> None:
    reports = made(them, "heart-failure", 7)
    others = [Report("B", one.taken_at, one.readings, one.answers) for one in reports]
    mixed = [one for pair in zip(reports, others, strict=True) for one in pair]
    with them.acting():
        programme = newest("heart-failure")
    alone = [found for _, found in replay(reports, programme, {}, zone=OSLO)]
    both = list(replay(reversed(mixed), programme, {}, zone=OSLO))
    assert [found for report, found in both if report.patient == "A"] == alone
    assert [found for report, found in both if report.patient == "B"] == alone
