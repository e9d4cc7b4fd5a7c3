"""Programmes: what one readable file says of measuring, asking, judging and answering.

A file is read once, checked as a whole, and never changed: a change is a new version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import cached_property

from varde.core.context import InContext
from varde.core.cover import Cover
from varde.core.follow_up import FOLLOW_UPS
from varde.core.judgement import Case, ChangeRule, Critical, DropRule, window_of
from varde.core.ladder import Ladder
from varde.core.over_time import FURTHER, OverTime, back_of
from varde.core.own_rule import resolved
from varde.core.reading import FLOW, TOGETHER, Answer, Given, Reading
from varde.core.rule import Struct, Texts
from varde.core.thresholds import Limits
from varde.core.usual import FirstDays
from varde.core.whole import TOGETHER_RULES, News2, WholeRule
from varde.core.zones import NAMED, Zone

ALL_FURTHER = FURTHER | TOGETHER_RULES | InContext


class Choice(Struct, frozen=True):
    id: str
    zone: str
    text: Texts
    phrase: Texts  # how the answer reads in a sentence on a list: «tungpust mer enn vanlig»
    points: float | None = None  # what it counts in a score
    urgent: bool = False  # a red with it never waits for a repetition: a rescue pack was used


class Question(Struct, frozen=True):
    id: str
    text: Texts
    short: Texts  # the name of its row in a chart: «Pust»
    choices: tuple[Choice, ...]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(choice.id for choice in self.choices)

    def choice(self, choice_id: str) -> Choice:
        """KeyError for one that this version does not have."""
        for choice in self.choices:
            if choice.id == choice_id:
                return choice
        raise KeyError(choice_id)


class Measurement(Struct, frozen=True):
    """A planned kind. `judged: no` needs a reason and gives grey, never green."""

    kind: str
    judged: bool = True
    reason: Texts = {}


class Bounds(Struct, frozen=True):
    alert_low: float | None = None
    warning_low: float | None = None
    warning_high: float | None = None
    alert_high: float | None = None

    def limits(self) -> Limits:
        return Limits(self.alert_low, self.warning_low, self.warning_high, self.alert_high)


class Signature(Struct, frozen=True):
    name: str
    role: str
    at: str


class StandardSet(Struct, frozen=True):
    """The standard thresholds: an order of its own, unsigned until named specialists sign."""

    version: int
    limits: dict[str, Bounds]
    signed_by: tuple[Signature, ...] = ()


class Drop(Struct, frozen=True):
    kind: str
    yellow: float
    red: float


class Change(Struct, frozen=True):
    kind: str
    days: int
    yellow_rise: float
    yellow_fall: float
    red_rise: float


class CriticalBound(Struct, frozen=True):
    kind: str
    below: float | None = None
    above: float | None = None


class Schedule(Struct, frozen=True):
    trial_days: int = 14
    trial: str = "daily"
    after: str = "weekly"
    daily_until_green: bool = True


class Advice(Struct, frozen=True):
    """What the patient is told in one zone until an own plan is approved (unsigned)."""

    heading: Texts
    meaning: Texts
    do: tuple[Texts, ...]


class Programme(Struct, frozen=True):
    key: str
    version: int
    name: Texts
    measurements: tuple[Measurement, ...]
    questions: tuple[Question, ...]
    standard: StandardSet
    advice: dict[str, Advice]
    minutes: int = 5
    schedule: Schedule = Schedule()
    drops: tuple[Drop, ...] = ()
    changes: tuple[Change, ...] = ()
    criticals: tuple[CriticalBound, ...] = ()
    follow_up: tuple[FOLLOW_UPS, ...] = ()
    rules: tuple[ALL_FURTHER, ...] = ()
    ladder: Ladder = Ladder()
    cover: Cover = Cover()
    measure_again_minutes: int = 0  # 0: nobody is asked to repeat a red
    call_113_when: tuple[Texts, ...] = ()

    @property
    def signed(self) -> bool:
        return bool(self.standard.signed_by)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(measurement.kind for measurement in self.measurements)

    @property
    def subjects(self) -> frozenset[str]:
        """What its judgements may be about, as reasons name it."""
        answers = (f"answer:{question.id}" for question in self.questions)
        return frozenset((*self.kinds, *answers, *(f"rule:{rule.id}" for rule in self.rules)))

    @property
    def not_judged(self) -> frozenset[str]:
        return frozenset(m.kind for m in self.measurements if not m.judged)

    @property
    def copied(self) -> dict[str, Limits]:
        """The standard limits that a patient gets at the start: of the kinds that are measured."""
        held = self.standard.limits
        return {kind: held[kind].limits() for kind in self.kinds if kind in held}

    def question(self, question_id: str) -> Question:
        return next(question for question in self.questions if question.id == question_id)

    def drop_rules(self) -> dict[str, DropRule]:
        return {r.kind: DropRule(r.kind, r.yellow, r.red) for r in self.drops}

    def change_rules(self) -> dict[str, ChangeRule]:
        return {
            r.kind: ChangeRule(r.kind, r.days, r.yellow_rise, r.yellow_fall, r.red_rise)
            for r in self.changes
        }

    def critical_rules(self) -> dict[str, Critical]:
        return {r.kind: Critical(r.kind, r.below, r.above) for r in self.criticals}


@dataclass(frozen=True)
class Rules:
    """What several programmes together ask of a patient's readings (decisions 3.8)."""

    planned: frozenset[str]
    not_judged: frozenset[str]
    drops: Mapping[str, DropRule]
    changes: Mapping[str, ChangeRule]
    criticals: Mapping[str, Critical]
    further: tuple[ALL_FURTHER, ...] = ()
    measure_again_minutes: int = 0

    @cached_property
    def over_time(self) -> Mapping[str, tuple[OverTime, ...]]:
        """The rules of each kind that look at more than the reading."""
        found = [rule for rule in self.further if isinstance(rule, OverTime)]
        return {
            kind: tuple(rule for rule in found if rule.kind == kind)
            for kind in dict.fromkeys(rule.kind for rule in found)
        }

    @cached_property
    def contexts(self) -> Mapping[str, tuple[InContext, ...]]:
        """The limits of each kind that hold in a context."""
        found = [rule for rule in self.further if isinstance(rule, InContext)]
        return {
            kind: tuple(rule for rule in found if rule.kind == kind)
            for kind in dict.fromkeys(rule.kind for rule in found)
        }

    @cached_property
    def whole(self) -> tuple[WholeRule, ...]:
        """A scale 2 of NEWS2 that a doctor has chosen for the patient is used, and not scale 1."""
        found = [rule for rule in self.further if isinstance(rule, WholeRule)]
        scores = [rule for rule in found if isinstance(rule, News2)]
        chosen = max((rule.scale for rule in scores), default=None)
        return tuple(one for one in found if not isinstance(one, News2) or one.scale == chosen)

    @cached_property
    def back(self) -> timedelta:
        """How far back, and on, rules look at readings."""
        beside = TOGETHER if self.whole or self.contexts else timedelta(0)
        spans = [window_of(self.changes.values()), beside]
        return max(*spans, back_of(rule for every in self.over_time.values() for rule in every))

    @cached_property
    def looked_back_at(self) -> frozenset[str]:
        """The kinds whose earlier readings some rule needs."""
        beside = (kind for rule in self.whole for kind in rule.kinds)
        placed = (*self.contexts, FLOW) if self.contexts else ()
        return frozenset((*self.changes, *self.over_time, *beside, *placed))

    @cached_property
    def with_baseline(self) -> frozenset[str]:
        """The kinds that are held against what was measured in the first days."""
        return frozenset(
            kind
            for kind, several in self.over_time.items()
            if any(rule.needs_baseline for rule in several)
        )

    @cached_property
    def answers_back(self) -> timedelta | None:
        """How far back rules look at answers; None when none does."""
        asking = [rule for rule in self.whole if rule.questions]
        return max((max(rule.back, TOGETHER) for rule in asking), default=None)

    def case(
        self,
        limits: Mapping[str, Limits],
        *,
        own: Collection[str],
        habitual: Mapping[str, float],
        zone: tzinfo,
        before: Before,
    ) -> Case:
        """What a report is judged by, under these limits; of those, `own` are a doctor's orders."""
        return Case(
            limits=limits,
            planned=self.planned.union(own),
            not_judged=self.not_judged,
            habitual=habitual,
            drops={kind: rule for kind, rule in self.drops.items() if kind not in own},
            changes=self.changes,
            criticals=self.criticals,
            contexts=self.contexts,
            over_time=self.over_time,
            whole=self.whole,
            earlier=before.readings,
            answered=before.answers,
            first=before.first,
            settled=before.settled,
            zone=zone,
        )


@dataclass(slots=True)
class Before:
    """What a patient has measured and answered, as far as rules look; it may still grow."""

    readings: dict[str, list[Reading]] = field(default_factory=dict)
    answers: list[Given] = field(default_factory=list)
    first: dict[str, FirstDays] = field(default_factory=dict)
    settled: datetime | None = None  # when the first days are over
    _here: set[Reading] = field(default_factory=set)
    _first: set[Reading] = field(default_factory=set)

    def add(self, reading: Reading) -> None:
        """One that is here already, sent again, is the same reading."""
        if reading in self._here:
            return
        self._here.add(reading)
        self.readings.setdefault(reading.kind, []).append(reading)

    def add_first(self, reading: Reading) -> None:
        """A reading at rest of the first days, if they are known; else it is left out."""
        if reading in self._first or reading.active:
            return
        if self.settled is not None and reading.taken_at < self.settled:
            self._first.add(reading)
            self.first.setdefault(reading.kind, FirstDays()).add(reading)


NONE: frozenset[str] = frozenset()


def rules_of(programmes: Sequence[Programme], ordered: Collection[str] = NONE) -> Rules:
    """What the programmes ask, with the rules that a doctor has `ordered` for the patient."""
    return Rules(
        planned=frozenset(kind for one in programmes for kind in one.kinds),
        not_judged=not_judged_in_any(programmes),
        drops=strictest_drops(programmes),
        changes=strictest_changes(programmes),
        criticals=strictest_criticals(programmes),
        further=standing_rules(programmes, ordered),
        measure_again_minutes=min((one.measure_again_minutes for one in programmes), default=0),
    )


def to_order(programmes: Iterable[Programme]) -> dict[str, ALL_FURTHER]:
    """The rules that hold only by a doctor's order, by the name an order has for them."""
    return {f"{one.key}:{r.id}": r for one in programmes for r in one.rules if r.by_order}


def standing_rules(
    programmes: Sequence[Programme], ordered: Collection[str] = NONE
) -> tuple[ALL_FURTHER, ...]:
    """The rules that hold: for everybody in these programmes, and those ordered for this patient.

    One that two programmes have is run once.
    """
    every = [rule for one in programmes for rule in one.rules if not rule.by_order]
    if ordered:
        offered = to_order(programmes)
        every += [rule for one in sorted(ordered) if (rule := resolved(one, offered)) is not None]
    return tuple({repr(rule): rule for rule in every}.values())


def strictest_drops(programmes: Iterable[Programme]) -> dict[str, DropRule]:
    """Of several programmes' rules for one kind, each bound that is passed first (3.8)."""
    rules: dict[str, DropRule] = {}
    for programme in programmes:
        for kind, new in programme.drop_rules().items():
            old = rules.get(kind, new)
            rules[kind] = DropRule(kind, min(old.yellow, new.yellow), min(old.red, new.red))
    return rules


def strictest_changes(programmes: Iterable[Programme]) -> dict[str, ChangeRule]:
    rules: dict[str, ChangeRule] = {}
    for programme in programmes:
        for kind, new in programme.change_rules().items():
            old = rules.get(kind, new)
            rules[kind] = ChangeRule(
                kind,
                max(old.days, new.days),
                min(old.yellow_rise, new.yellow_rise),
                min(old.yellow_fall, new.yellow_fall),
                min(old.red_rise, new.red_rise),
            )
    return rules


def strictest_criticals(programmes: Iterable[Programme]) -> dict[str, Critical]:
    rules: dict[str, Critical] = {}
    for programme in programmes:
        for kind, new in programme.critical_rules().items():
            old = rules.get(kind, new)
            below = [b for b in (old.below, new.below) if b is not None]
            above = [a for a in (old.above, new.above) if a is not None]
            rules[kind] = Critical(kind, max(below, default=None), min(above, default=None))
    return rules


def known_choice(programmes: Iterable[Programme], question: str, choice: str) -> Choice | None:
    """The answer as the first programme that knows it has it."""
    for programme in programmes:
        for known in programme.questions:
            if known.id == question and choice in known.ids:
                return known.choice(choice)
    return None


def answer_to(programmes: Iterable[Programme], question: str, choice: str) -> Answer:
    """The answer with the zone and points that the first programme that knows it gives."""
    known = known_choice(programmes, question, choice)
    if known is None:
        return Answer(question, choice, Zone.NOT_JUDGED)
    return Answer(question, choice, NAMED[known.zone], known.points, known.urgent)


def not_judged_in_any(programmes: Iterable[Programme]) -> frozenset[str]:
    """Kinds that no programme judges: judged in one is judged."""
    known = list(programmes)
    judged = {kind for one in known for kind in one.kinds if kind not in one.not_judged}
    return frozenset(kind for one in known for kind in one.not_judged) - judged
