"""Dry run: what a patient's own reports would have been under other limits, beside those of now.

Pure. Nothing is kept and nobody is told: it is shown to whoever drafts, orders or verifies limits.
Only the limits differ; every other rule judges as it would (`judgement`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from itertools import groupby

from varde.core.judgement import Case, judge_answer, judge_reading, judge_whole, window_of
from varde.core.over_time import back_of
from varde.core.reading import TOGETHER, Answer, Given, Reading, with_flow
from varde.core.thresholds import Limits
from varde.core.verdict import Reason, conclude
from varde.core.zones import Zone

AHEAD_OF = timedelta(days=3)  # unsigned: a worsening was caught when these days before it told
ALERTS = (Zone.YELLOW, Zone.RED)


@dataclass(slots=True)
class Part:
    """A reading, or answers, judged by themselves under both."""

    at: datetime
    now: list[Reason]
    then: list[Reason]
    reading: Reading | None = None
    answers: Sequence[Answer] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One report, under the limits of now and under those tried."""

    at: datetime
    now: Zone
    then: Zone


@dataclass(frozen=True, slots=True)
class Marked:
    """One reading, by itself, under both."""

    reading: Reading
    now: Zone
    then: Zone


@dataclass(frozen=True, slots=True)
class Day:
    """One local day on which something was judged: the worst of it."""

    day: date
    now: Zone
    then: Zone


@dataclass(frozen=True, slots=True)
class Turn:
    """Days in a row, of those measured, that go from one colour to another."""

    first: date
    last: date
    now: Zone
    then: Zone

    @property
    def milder(self) -> bool:
        return self.then < self.now


@dataclass(frozen=True)
class Run:
    reports: Sequence[Tried]
    zone: tzinfo
    readings: Sequence[Marked] = ()

    @cached_property
    def days(self) -> list[Day]:
        dated = groupby(self.reports, key=lambda one: one.at.astimezone(self.zone).date())
        found = []
        for day, reports in dated:
            whole = list(reports)
            found.append(Day(day, _worst(r.now for r in whole), _worst(r.then for r in whole)))
        return found

    def since(self, day: date) -> Run:
        """The same run, from that local day."""
        kept = [one for one in self.reports if one.at.astimezone(self.zone).date() >= day]
        return replace(self, reports=kept)

    @property
    def days_now(self) -> Counter[Zone]:
        return Counter(day.now for day in self.days)

    @property
    def days_then(self) -> Counter[Zone]:
        return Counter(day.then for day in self.days)

    @property
    def alerts_now(self) -> int:
        """Reports that were yellow or red, each counted once."""
        return sum(one.now in ALERTS for one in self.reports)

    @property
    def alerts_then(self) -> int:
        return sum(one.then in ALERTS for one in self.reports)

    @property
    def turns(self) -> list[Turn]:
        """Every change of colour, oldest first; days between with nothing measured do not part."""
        found: list[Turn] = []
        before: Day | None = None
        for day in self.days:
            if day.now is not day.then:
                same = before is not None and (before.now, before.then) == (day.now, day.then)
                first = found.pop().first if same else day.day
                found.append(Turn(first, day.day, day.now, day.then))
            before = day
        return found

    def ahead_of(self, worsening: datetime) -> tuple[Zone, Zone]:
        """The worst that was, and would have been, said in the days before a known worsening."""
        told = [one for one in self.reports if worsening - AHEAD_OF < one.at <= worsening]
        return _worst(one.now for one in told), _worst(one.then for one in told)


def _worst(zones: Iterable[Zone]) -> Zone:
    """Of several reports; what could not be judged holds green back."""
    found = set(zones)
    if found & set(ALERTS):
        return max(found)
    return Zone.GREEN if found == {Zone.GREEN} else Zone.NOT_JUDGED


def with_limits(case: Case, draft: Mapping[str, Limits]) -> Case:
    """`case` as it is when a doctor has ordered these limits for the patient.

    A kind with limits of its own is judged by them and no longer against what is usual.
    """
    return replace(
        case,
        limits={**case.limits, **draft},
        planned=case.planned | draft.keys(),
        drops={kind: rule for kind, rule in case.drops.items() if kind not in draft},
    )


def run(
    readings: Sequence[Reading],
    answers: Sequence[Given],
    case: Case,
    draft: Mapping[str, Limits],
    wished: Case | None = None,
) -> Run:
    """Every report judged by `case`, and by `wished` (else `case`) with the limits of `draft`.

    `wished` is the case with other rules. `case.earlier` is not used: what a window looks back at
    is taken from `readings`. Readings and answers within `TOGETHER` of the first are one report.
    """
    other = with_limits(wished or case, draft)
    readings = with_flow(readings, ())
    windows = _Windows(readings, case, other)
    touched = draft.keys() | _kinds_that_differ(case, other)
    judged: list[Part] = []
    marked: list[Marked] = []
    for reading in readings:
        now = judge_reading(reading, windows.case(case, reading))
        then = now
        if reading.kind in touched:
            then = judge_reading(reading, windows.case(other, reading))
        judged.append(Part(reading.taken_at, [now], [then], reading))
        marked.append(Marked(reading, now.zone, then.zone))
    for at, given in answers:
        reasons = [judge_answer(answer) for answer in given]
        judged.append(Part(at, reasons, reasons, answers=given))
    judged.sort(key=lambda one: one.at)
    told = _Answered(answers, case, other)
    tried = [
        _tried(parts, [windows.all_of(one, parts[0].at) for one in told.cases(parts)])
        for parts in _together(judged)
    ]
    return Run([one for one in tried if one is not None], case.zone, marked)


def _kinds_that_differ(case: Case, other: Case) -> set[str]:
    """The kinds whose own rules, over time or in a context, are others."""
    return {
        kind
        for now, then in ((case.over_time, other.over_time), (case.contexts, other.contexts))
        for kind in now.keys() | then.keys()
        if now.get(kind) != then.get(kind)
    }


def _together(parts: Sequence[Part]) -> list[list[Part]]:
    reports: list[list[Part]] = []
    for part in parts:
        if reports and part.at - reports[-1][0].at <= TOGETHER:
            reports[-1].append(part)
        else:
            reports.append([part])
    return reports


def _tried(parts: Sequence[Part], cases: Sequence[Case]) -> Tried | None:
    """None when nothing of it was meant to be judged, under either.

    `cases` are those of now and then where rules look at several parts together.
    """
    readings = [part.reading for part in parts if part.reading is not None]
    answers = [answer for part in parts for answer in part.answers]
    further = [judge_whole(readings, answers, one, parts[-1].at) for one in cases] or [[], []]
    now = conclude([reason for part in parts for reason in part.now] + further[0])
    then = conclude([reason for part in parts for reason in part.then] + further[1])
    return Tried(parts[0].at, now.zone, then.zone) if now.tells or then.tells else None


class _Answered:
    """The answers that rules of several parts look back at, and no more."""

    def __init__(self, answers: Sequence[Given], *every: Case) -> None:
        self.every = every
        rules = [rule for case in every for rule in case.whole]
        self.reach = max((max(rule.back, TOGETHER) for rule in rules), default=TOGETHER)
        self.given = sorted(answers, key=lambda one: one[0]) if rules else []
        self.times = [one[0] for one in self.given]
        self.needed = bool(rules)

    def cases(self, parts: Sequence[Part]) -> list[Case]:
        """The cases for one report; none where no rule looks at several parts."""
        if not self.needed:
            return []
        first = bisect_left(self.times, parts[0].at - self.reach)
        last = bisect_left(self.times, parts[0].at)  # its own are of the report
        return [replace(one, answered=self.given[first:last]) for one in self.every]


class _Windows:
    """The earlier readings that each reading's rules look back at, and no more."""

    def __init__(self, readings: Sequence[Reading], *every: Case) -> None:
        further = [back_of(rules) for one in every for rules in one.over_time.values()]
        self.reach = max([window_of(every[0].changes.values()), TOGETHER, *further])
        self.by_kind: dict[str, list[Reading]] = defaultdict(list)
        looked_at = {
            kind
            for one in every
            for kind in (*one.changes, *one.over_time, *(k for r in one.whole for k in r.kinds))
        }
        for reading in sorted(readings, key=lambda one: one.taken_at):
            if reading.kind in looked_at:
                self.by_kind[reading.kind].append(reading)
        self.times = {kind: [r.taken_at for r in rows] for kind, rows in self.by_kind.items()}

    def case(self, case: Case, reading: Reading) -> Case:
        if reading.kind not in self.by_kind:
            return case
        return replace(case, earlier={reading.kind: self._before(reading.kind, reading.taken_at)})

    def all_of(self, case: Case, at: datetime) -> Case:
        """With what every kind was before, for rules of several parts."""
        return replace(case, earlier={kind: self._before(kind, at) for kind in self.by_kind})

    def _before(self, kind: str, at: datetime) -> list[Reading]:
        times = self.times[kind]
        first, last = bisect_left(times, at - self.reach), bisect_left(times, at)
        return self.by_kind[kind][first:last]
