"""What judging costs by itself: one report, and a dry run over two years of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.figures import Figure
from varde.catalogue.actions import shipped
from varde.core.context import InContext
from varde.core.dry_run import run
from varde.core.judgement import Case, judge
from varde.core.over_time import Away, Mean, Sustained, Trend
from varde.core.programme import ALL_FURTHER, Before, Programme, answer_to, rules_of
from varde.core.programme_file import parse
from varde.core.reading import ACTIVITY, Answer, Reading
from varde.core.thresholds import Limits
from varde.core.whole import News2, Part, Said, Sum, Together

DAYS, BEST_OF = 730, 5
MEASURED = {"spo2": (86, 97), "pulse": (60, 120), "systolic": (100, 170), "diastolic": (60, 95),
            "weight": (79, 83), "temperature": (36, 39)}  # fmt: skip
DRAFT = {"spo2": Limits(alert_low=86, warning_low=88),
         "pulse": Limits(41, 51, 110, 130), "systolic": Limits(90, 100, 165, 185)}  # fmt: skip


def rules() -> list[Figure]:
    """Two programmes on one patient, 6 values and 8 answers a day; the best of five."""
    programmes = [parse(content) for content in shipped().values()]
    sent = _reports(programmes)
    readings = [reading for measured, _ in sent for reading in measured]
    answers = [(measured[0].taken_at, given) for measured, given in sent]
    case = _case(programmes, readings)

    def judged() -> None:
        for measured, given in sent:
            judge(measured, given, case)

    def tried() -> None:
        assert run(readings, answers, case, DRAFT).turns

    return [
        Figure("rules: a report of 6 values and 8 answers", 1e6 * _best(judged) / DAYS, "µs", 200),
        Figure("rules: dry run over two years", 1e3 * _best(tried), "ms", 300),
    ]


def _reports(programmes: list[Programme]) -> list[tuple[list[Reading], list[Answer]]]:
    rng, now = random.Random(1), datetime.now(UTC)
    questions = [question for one in programmes for question in one.questions]
    made = []
    for n in range(DAYS):
        at = now - timedelta(days=n)
        said = (ACTIVITY,) if n % 2 else ()
        measured = [Reading(kind, rng.randint(*span), at, said if kind == "spo2" else ())
                    for kind, span in MEASURED.items()]  # fmt: skip
        given = [(one.id, rng.choice(one.choices).id) for one in questions]
        answers = [answer_to(programmes, q, c) for q, c in given]
        made.append((measured, answers[:8]))
    return made


def _case(programmes: list[Programme], readings: list[Reading]) -> Case:
    """Every rule that there is, and before them what the intake hands on: as far as they look."""
    rules = replace(rules_of(programmes), further=_every_rule(programmes))
    newest = max(reading.taken_at for reading in readings)
    before = Before(settled=min(r.taken_at for r in readings) + timedelta(days=14))
    for reading in readings:
        if newest - reading.taken_at <= rules.back:
            before.add(reading)
        before.add_first(reading)
    return rules.case(
        {kind: limits for one in programmes for kind, limits in one.copied.items()},
        own=(),
        habitual={"spo2": 93.0},
        zone=ZoneInfo("Europe/Oslo"),
        before=before,
    )


def _every_rule(programmes: list[Programme]) -> tuple[ALL_FURTHER, ...]:
    questions = {one.id: one for programme in programmes for one in programme.questions}
    alert = Said(question="general", choices=("well",))
    worse = [Part(question=q, choices=("worse", "more")) for q in ("breathing", "cough", "sputum")]
    return (
        Sustained(id="sustained", name={}, kind="spo2", times=3, of=4),
        Mean(id="mean", name={}, kind="spo2", side="low"),
        Away(id="away", name={}, kind="pulse", side="high", yellow=2, red=4),
        Trend(id="trend", name={}, kind="weight", short=3, long=14, yellow=0.7, red=1.5),
        Sum(id="sum", name={}, of=tuple(questions)[:4], yellow=3, red=6),
        Together(id="together", name={}, of=tuple(worse), needs=2),
        News2(id="news2", name={}, alert=alert),
        InContext(id="walk", name={}, kind="spo2", when="activity", by_order=True, warning_low=85),
        InContext(id="oxygen", name={}, kind="spo2", when="oxygen", by_order=True, warning_high=92),
    )


def _best(act: Callable[[], None]) -> float:
    took = []
    for _ in range(BEST_OF):
        started = time.perf_counter()
        act()
        took.append(time.perf_counter() - started)
    return min(took)
