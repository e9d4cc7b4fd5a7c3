"""Judging: one report, against the limits in force when it was taken, gives a zone and reasons.

Pure. The zone is the worst of the parts. What cannot be judged is said so and is work; it is
never green. Sentences are made when shown (`web/texts`), never here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from varde.core.calendar import day_bounds
from varde.core.context import InContext
from varde.core.quantities import BY_NAME, Kind
from varde.core.reading import FLOW, TOGETHER, Answer, Given, Reading, with_flow
from varde.core.thresholds import Limits, breach
from varde.core.usual import FirstDays
from varde.core.verdict import HOLDS_BACK_GREEN, OF_ONE_VALUE, Judgement, Reason, conclude
from varde.core.zones import Zone

STAND_IN_DAYS = 8  # unsigned default: how old a last reading may be when a window has none


@dataclass(frozen=True, slots=True)
class DropRule:
    """Percentage points (or units) below the habitual value: at `yellow` and at `red` or more."""

    kind: str
    yellow: float
    red: float
    name: str = "drop"


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """Change over a window of whole local days.

    Yellow at a rise ≥ `yellow_rise` or a fall ≥ `yellow_fall`, red at a rise > `red_rise`.
    A rise is counted from the lowest reading of the window, a fall from the highest.
    """

    kind: str
    days: int
    yellow_rise: float
    yellow_fall: float
    red_rise: float
    name: str = "change"


@dataclass(frozen=True, slots=True)
class Critical:
    """A value that never waits for a repetition. Source: decisions 3.1, unsigned."""

    kind: str
    below: float | None = None
    above: float | None = None

    def holds(self, value: float) -> bool:
        return (self.below is not None and value < self.below) or (
            self.above is not None and value > self.above
        )


class KindRule(Protocol):
    """A rule over one kind's readings, of this report and before it (`over_time`)."""

    @property
    def back(self) -> timedelta:
        """How far back it looks."""

    def verdict(self, reading: Reading, case: Case) -> Reason | None:
        """None when it has nothing to say, also when too little has been measured for it."""


class WholeRule(Protocol):
    """A rule over the parts of a report together (`whole`)."""

    @property
    def back(self) -> timedelta:
        """How far back it looks at answers, beside those of the same sitting."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that it looks at."""

    def verdict(self, report: Whole, case: Case) -> Reason | None:
        """None when it has nothing to say of this report."""


@dataclass(frozen=True, slots=True)
class Case:
    """What holds for this patient when the report was taken."""

    limits: Mapping[str, Limits]
    planned: frozenset[str] = frozenset()
    not_judged: frozenset[str] = frozenset()
    habitual: Mapping[str, float] = field(default_factory=dict)
    drops: Mapping[str, DropRule] = field(default_factory=dict)
    changes: Mapping[str, ChangeRule] = field(default_factory=dict)
    criticals: Mapping[str, Critical] = field(default_factory=dict)
    contexts: Mapping[str, Sequence[InContext]] = field(default_factory=dict)
    over_time: Mapping[str, Sequence[KindRule]] = field(default_factory=dict)
    whole: Sequence[WholeRule] = ()
    earlier: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    answered: Sequence[Given] = ()
    first: Mapping[str, FirstDays] = field(default_factory=dict)  # what the own baseline is of
    settled: datetime | None = None  # when the days of the own baseline were over
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Whole:
    """A report and what was taken together with it, before it came.

    `beside` are readings and answers of the last `TOGETHER` of kinds and questions that the report
    itself has not: what a person does at one sitting may come in several posts.
    """

    readings: Mapping[str, Reading]
    answers: Mapping[str, Answer]
    readings_beside: Mapping[str, Reading]
    answers_beside: Mapping[str, Answer]
    at: datetime

    def reading(self, kind: str) -> Reading | None:
        return self.readings.get(kind) or self.readings_beside.get(kind)

    def answer(self, question: str) -> Answer | None:
        return self.answers.get(question) or self.answers_beside.get(question)


def judge(
    readings: Sequence[Reading],
    answers: Sequence[Answer],
    case: Case,
    at: datetime | None = None,
) -> Judgement:
    """The report's zone and every part's reason, worst first; order of the parts is irrelevant.

    `at` is when it was taken; a report with no readings needs it for rules of several parts.
    """
    readings = with_flow(readings, case.earlier.get(FLOW, ()))
    reasons = [judge_reading(reading, case) for reading in readings]
    reasons += [judge_answer(answer) for answer in answers]
    return conclude(reasons + judge_whole(readings, answers, case, at))


def judge_whole(
    readings: Sequence[Reading],
    answers: Sequence[Answer],
    case: Case,
    at: datetime | None = None,
) -> list[Reason]:
    """What the rules over several parts say of one report."""
    if not case.whole or not (readings or answers):
        return []
    taken = at or max((reading.taken_at for reading in readings), default=None)
    if taken is None:
        raise ValueError("answers alone do not say when they were given")
    report = _with_beside(readings, answers, case, taken)
    found = (rule.verdict(report, case) for rule in case.whole)
    return [reason for reason in found if reason is not None]


def _with_beside(
    readings: Sequence[Reading], answers: Sequence[Answer], case: Case, at: datetime
) -> Whole:
    own = {one.kind: one for one in sorted(readings, key=lambda one: (one.taken_at, one.value))}
    said = {a.question: a for a in sorted(answers, key=lambda one: (one.zone, one.choice))}
    near = {
        kind: max(found, key=lambda one: (one.taken_at, one.value))
        for kind, every in case.earlier.items()
        if kind not in own
        and (found := [one for one in every if at - TOGETHER <= one.taken_at <= at])
    }
    beside = said_at(at, case.answered)
    given = {question: one for question, one in beside.items() if question not in said}
    return Whole(own, said, near, given, at)


def said_at(at: datetime, answered: Sequence[Given]) -> dict[str, Answer]:
    """The newest answer to each question that was given at one sitting, up to `at`.

    Of two at the very same time the worse.
    """
    found: dict[str, tuple[datetime, Zone, str, Answer]] = {}
    for when, several in answered:
        if at - TOGETHER <= when <= at:
            for one in several:
                new = (when, one.zone, one.choice, one)
                if one.question not in found or new[:3] > found[one.question][:3]:
                    found[one.question] = new
    return {question: entry[3] for question, entry in found.items()}


def judge_reading(reading: Reading, case: Case) -> Reason:
    """The worst verdict of every rule that holds for this kind."""
    kind = BY_NAME[reading.kind]
    if kind.name in case.not_judged:
        return Reason(kind.name, "judged-no", Zone.NOT_JUDGED, reading.value)
    if kind.name not in case.planned:
        bound = case.criticals.get(kind.name)
        if bound is not None and bound.holds(kind.rounded(reading.value)):
            return _critical(reading, kind, bound)  # whoever sent it, and unasked
        return Reason(kind.name, "outside-programme", Zone.NOT_JUDGED, reading.value)
    verdicts = list(_verdicts(reading, kind, case))
    if not verdicts:
        return Reason(kind.name, "no-limits", Zone.NOT_JUDGED, reading.value)
    worst = max(verdicts, key=lambda reason: reason.zone)
    unjudged = [reason for reason in verdicts if reason.rule in HOLDS_BACK_GREEN]
    worst = unjudged[0] if unjudged and worst.zone is Zone.GREEN else worst
    critical = any(reason.critical for reason in verdicts)
    beyond = any(one.zone is Zone.RED and one.rule not in OF_ONE_VALUE for one in verdicts)
    also = _also(worst, verdicts) if worst.zone > Zone.GREEN and len(verdicts) > 1 else ()
    if not (critical or beyond or also or reading.said or reading.flow is not None):
        return worst
    return replace(
        worst, critical=critical, beyond=beyond, said=reading.said, flow=reading.flow, also=also
    )


def _also(worst: Reason, verdicts: Sequence[Reason]) -> tuple[str, ...]:
    """The rules that say the same colour for another reason: what is told is the first of them."""
    same = (one.rule for one in verdicts if one.zone is worst.zone and one.rule != worst.rule)
    return tuple(dict.fromkeys(same))


def _verdicts(reading: Reading, kind: Kind, case: Case) -> list[Reason]:
    critical = case.criticals.get(kind.name)
    inside = [one for one in case.contexts.get(kind.name, ()) if one.holds(reading)]
    found = [_against_limits(reading, kind, one.limits, named=one.id) for one in inside]
    if not inside:
        found = _ordinary(reading, kind, case)
    if critical is not None and critical.holds(kind.rounded(reading.value)):
        found.append(_critical(reading, kind, critical))
    return found


def _ordinary(reading: Reading, kind: Kind, case: Case) -> list[Reason]:
    """By the patient's own limits, by what is usual, and by rules over time."""
    found = []
    limits = case.limits.get(kind.name)
    if limits is not None and not limits.empty:
        found.append(_against_limits(reading, kind, limits))
    elif kind.name in case.drops:  # below what is usual is judged beside limits, never instead
        found.append(Reason(kind.name, "no-limits", Zone.NOT_JUDGED, kind.rounded(reading.value)))
    drop, habitual = case.drops.get(kind.name), case.habitual.get(kind.name)
    if drop is not None and habitual is not None:
        found.append(_below_habitual(reading, kind, drop, habitual))
    change = case.changes.get(kind.name)
    if change is not None:
        found.append(_over_window(reading, kind, change, case))
    for rule in case.over_time.get(kind.name, ()):
        further = rule.verdict(reading, case)
        if further is not None:
            found.append(further)
    return found


def _critical(reading: Reading, kind: Kind, critical: Critical) -> Reason:
    """Critical holds whatever limits there are, and where there are none."""
    value = kind.rounded(reading.value)
    low = critical.below is not None and value < critical.below
    rule, bound = ("below", critical.below) if low else ("above", critical.above)
    return Reason(kind.name, rule, Zone.RED, value, bound, critical=True)


def _against_limits(reading: Reading, kind: Kind, limits: Limits, *, named: str = "") -> Reason:
    value = kind.rounded(reading.value)
    passed = breach(value, limits)
    if passed is None:
        low, high = limits.green
        return Reason(kind.name, "within", Zone.GREEN, value, named=named, lowest=low, highest=high)
    return Reason(kind.name, passed.rule, passed.zone, value, passed.bound, named=named)


def _below_habitual(reading: Reading, kind: Kind, rule: DropRule, habitual: float) -> Reason:
    value = kind.rounded(reading.value)
    drop = kind.rounded(habitual - value)
    zone = Zone.RED if drop >= rule.red else Zone.YELLOW if drop >= rule.yellow else Zone.GREEN
    bound = {Zone.RED: rule.red, Zone.YELLOW: rule.yellow}.get(zone)
    return Reason(kind.name, rule.name, zone, value, bound, base=habitual)


def _over_window(reading: Reading, kind: Kind, rule: ChangeRule, case: Case) -> Reason:
    value = kind.rounded(reading.value)
    compared = _comparable(reading, rule, case)
    if not compared:
        return Reason(kind.name, "no-comparison", Zone.NOT_JUDGED, value, days=rule.days)
    lowest = min(compared, key=lambda r: (r.value, r.taken_at))
    highest = max(compared, key=lambda r: (r.value, r.taken_at))
    rise = kind.rounded(value - kind.rounded(lowest.value))
    fall = kind.rounded(kind.rounded(highest.value) - value)
    if rise > rule.red_rise:
        return _changed(reading, kind, "rise", Zone.RED, rule.red_rise, lowest, case.zone)
    if rise >= rule.yellow_rise:
        return _changed(reading, kind, "rise", Zone.YELLOW, rule.yellow_rise, lowest, case.zone)
    if fall >= rule.yellow_fall:
        return _changed(reading, kind, "fall", Zone.YELLOW, rule.yellow_fall, highest, case.zone)
    return _changed(reading, kind, "within", Zone.GREEN, rule.yellow_rise, lowest, case.zone)


def _changed(
    reading: Reading, kind: Kind, rule: str, zone: Zone, bound: float, base: Reading, local: tzinfo
) -> Reason:
    days = days_between(base.taken_at, reading.taken_at, local)
    value, before = kind.rounded(reading.value), kind.rounded(base.value)
    return Reason(kind.name, rule, zone, value, bound, base=before, days=days)


def _comparable(reading: Reading, rule: ChangeRule, case: Case) -> list[Reading]:
    """Readings of the window; where it has none, the last one of at most STAND_IN_DAYS."""
    inside = earlier_of(reading, case, rule.days)
    if inside:
        return inside
    before = earlier_of(reading, case, STAND_IN_DAYS)
    return [max(before, key=lambda r: r.taken_at)] if before else []


def earlier_of(reading: Reading, case: Case, days: int) -> list[Reading]:
    """What was taken before it, of its kind, on that local day and the `days` before.

    Not what was taken after activity: it is another thing that was measured.
    """
    first = reading.taken_at.astimezone(case.zone).date() - timedelta(days=days)
    start, end = day_bounds(first, case.zone)[0], reading.taken_at
    every = case.earlier.get(reading.kind, ())
    return [one for one in every if start <= one.taken_at < end and not one.active]


def days_between(earlier: datetime, later: datetime, local: tzinfo) -> int:
    return (later.astimezone(local).date() - earlier.astimezone(local).date()).days


def judge_answer(answer: Answer) -> Reason:
    rule = "unknown-answer" if answer.zone is Zone.NOT_JUDGED else "answer"
    return Reason(f"answer:{answer.question}", rule, answer.zone, answer.choice)


def habitual_value(first: Sequence[float]) -> float | None:
    """The median of the first three readings; None before there are three (decisions 3.1)."""
    return sorted(first[:3])[1] if len(first) >= 3 else None


def window_of(changes: Iterable[ChangeRule]) -> timedelta:
    """How far back `Case.earlier` must reach for these rules."""
    days = max((max(rule.days, STAND_IN_DAYS) for rule in changes), default=0)
    return timedelta(days=days + 1)
