"""Rules over the parts of a report together: score sums, combinations, NEWS2.

Pure. A part that came in another post within `judgement.TOGETHER` before counts too. Each adds a
reason of its own, `rule:<id>`, and never takes away from what the parts say by themselves. A score
that lacks parts says so and holds green back. A sum whose parts already come to a colour gives it;
NEWS2 gives none before it is whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from math import inf

from varde.core.judgement import Case, Whole, days_between, judge_reading, said_at
from varde.core.news2 import MEASURED, Score, news2
from varde.core.quantities import BY_NAME
from varde.core.reading import TOGETHER, Answer
from varde.core.rule import Alert, Rule, Struct
from varde.core.verdict import INCOMPLETE, Reason
from varde.core.zones import NAMED, Zone

LONGEST = 120  # days that a change of score may look back


class WholeRule(Rule, frozen=True, kw_only=True):
    """A rule of several parts."""

    @property
    def subject(self) -> str:
        return f"rule:{self.id}"

    @property
    def back(self) -> timedelta:
        """How far back it asks for answers, beside those of the same sitting."""
        return timedelta(0)

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset()

    @property
    def questions(self) -> frozenset[str]:
        return frozenset()

    @property
    def choices(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        """The choices of questions that it names."""
        return ()

    def verdict(self, report: Whole, case: Case) -> Reason | None:
        raise NotImplementedError


class Rise(Struct, frozen=True):
    """Points more than at the last whole score of the last `days` local days."""

    days: int
    yellow: float
    red: float | None = None


class Sum(WholeRule, frozen=True, tag="sum", kw_only=True):
    """The points of some answers added up: yellow from `yellow`, red from `red`.

    `rise`: also for how much it has grown. All points are 0 or more, so that what a part of the
    answers already comes to holds whatever the others are.
    """

    of: tuple[str, ...]
    yellow: float | None = None
    red: float | None = None
    rise: Rise | None = None

    @property
    def back(self) -> timedelta:
        return timedelta(days=self.rise.days + 1) if self.rise else timedelta(0)

    @property
    def questions(self) -> frozenset[str]:
        return frozenset(self.of)

    def wrong(self) -> Iterable[str]:
        bounds = [b for b in (self.yellow, self.red) if b is not None]
        if not bounds and self.rise is None:
            yield "has no bound"
        if bounds != sorted(bounds):
            yield "yellow comes before red"
        if any(bound <= 0 for bound in bounds):
            yield "a bound is above 0"
        if not self.of or len(set(self.of)) < len(self.of):
            yield "of has at least one question, and each once"
        if self.rise is not None and not 1 <= self.rise.days <= LONGEST:
            yield f"the days of rise are from 1 to {LONGEST}"
        if self.rise is not None and not 0 < self.rise.yellow <= (self.rise.red or inf):
            yield "rise: yellow comes before red, above 0"

    def verdict(self, report: Whole, case: Case) -> Reason | None:
        if not any(question in report.answers for question in self.of):
            return None
        given = [report.answer(question) for question in self.of]
        points, lacks = _points(self.of, given)
        total = round(sum(points), 6)
        zone, bound = _passed(total, self.yellow, self.red)
        rule, base = "sum", None
        if self.rise is not None and not lacks:
            before = self._before(report, case)
            if before is not None:
                grown = _passed(round(total - before, 6), self.rise.yellow, self.rise.red)
                if grown[0] > zone:
                    (zone, bound), rule, base = grown, "sum-rise", before
        if lacks and zone < Zone.YELLOW:
            rule, zone, bound = INCOMPLETE, Zone.NOT_JUDGED, None
        return Reason(
            self.subject, rule, zone, bound=bound, base=base, named=self.id, figure=total,
            days=self.rise.days if self.rise and rule == "sum-rise" else None, lacks=tuple(lacks),
            parts=tuple(
                f"{one}={answer.points:g}"
                for one, answer in zip(self.of, given, strict=True)
                if answer is not None and answer.points
            ),
        )  # fmt: skip

    def _before(self, report: Whole, case: Case) -> float | None:
        """The last whole score before this sitting, within the days of `rise`."""
        assert self.rise is not None
        for when in sorted({when for when, _given in case.answered}, reverse=True):
            days = days_between(when, report.at, case.zone)
            if when >= report.at - TOGETHER or days > self.rise.days:
                continue
            said = said_at(when, case.answered)
            points, lacks = _points(self.of, [said.get(question) for question in self.of])
            if not lacks:
                return round(sum(points), 6)
        return None


def _points(
    questions: Iterable[str], given: Iterable[Answer | None]
) -> tuple[list[float], list[str]]:
    points, lacks = [], []
    for question, answer in zip(questions, given, strict=True):
        if answer is None or answer.points is None:
            lacks.append(question)
        else:
            points.append(answer.points)
    return points, lacks


def _passed(value: float, yellow: float | None, red: float | None) -> tuple[Zone, float | None]:
    if red is not None and value >= red:
        return Zone.RED, red
    if yellow is not None and value >= yellow:
        return Zone.YELLOW, yellow
    return Zone.GREEN, None


class Part(Struct, frozen=True):
    """One condition: a question with one of these choices, or a kind in a zone or past a bound."""

    question: str = ""
    choices: tuple[str, ...] = ()
    kind: str = ""
    zone: Alert = "yellow"  # or worse
    below: float | None = None
    above: float | None = None

    def holds(self, report: Whole, case: Case) -> bool:
        if self.question:
            answer = report.answer(self.question)
            return answer is not None and answer.choice in self.choices
        reading = report.reading(self.kind)
        if reading is None:
            return False
        if self.below is None and self.above is None:
            return judge_reading(reading, case).zone >= NAMED[self.zone]
        value = BY_NAME[self.kind].rounded(reading.value)
        return (self.below is not None and value < self.below) or (
            self.above is not None and value > self.above
        )

    def told(self, report: Whole) -> str:
        """The part with what was measured or answered: «spo2=89», «sputum=discoloured»."""
        if self.question:
            answer = report.answer(self.question)
            return f"{self.question}={answer.choice}" if answer else self.question
        reading = report.reading(self.kind)
        return (
            f"{self.kind}={BY_NAME[self.kind].rounded(reading.value):g}" if reading else self.kind
        )

    def of_this(self, report: Whole) -> bool:
        """Whether the report itself has it, not what came beside."""
        return self.kind in report.readings or self.question in report.answers


class Together(WholeRule, frozen=True, tag="together", kw_only=True):
    """At least `needs` of several conditions at one sitting (all of them where it is not said)."""

    of: tuple[Part, ...]
    needs: int | None = None
    zone: Alert = "red"

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(part.kind for part in self.of if part.kind)

    @property
    def questions(self) -> frozenset[str]:
        return frozenset(part.question for part in self.of if part.question)

    @property
    def choices(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return [(part.question, part.choices) for part in self.of if part.question]

    def wrong(self) -> Iterable[str]:
        for part in self.of:
            past = part.below is not None or part.above is not None
            if (
                bool(part.question) == bool(part.kind)
                or bool(part.question) != bool(part.choices)
                or (part.question and past)
            ):
                yield "each part is a question with choices, or a kind"
        if not 2 <= self.takes <= len(self.of):
            yield "it takes at least two parts, and no more than there are"

    @property
    def takes(self) -> int:
        """How many of the conditions it takes."""
        return len(self.of) if self.needs is None else self.needs

    def verdict(self, report: Whole, case: Case) -> Reason | None:
        """Something that holds must be of this very report: what came before has been told."""
        if not any(part.of_this(report) for part in self.of):
            return None
        met = [part for part in self.of if part.holds(report, case)]
        if len(met) < self.takes or not any(part.of_this(report) for part in met):
            return None
        return Reason(
            self.subject, "together", NAMED[self.zone], named=self.id, figure=len(met),
            of=len(self.of), parts=tuple(part.told(report) for part in met),
        )  # fmt: skip


class Said(Struct, frozen=True):
    """A question, and the choices that mean yes."""

    question: str
    choices: tuple[str, ...]


class News2(WholeRule, frozen=True, tag="news2", kw_only=True):
    """NEWS2 of one sitting: yellow from `yellow` points or three in one part, red from `red`.

    `alert` says awake and as usual, `oxygen` that oxygen is given; without a question of its own a
    measured flow of oxygen says it. With parts lacking it gives no colour (standards: not to be
    acted on without respiration and consciousness), and is told as incomplete when the patient has
    answered; what machines send piece by piece says nothing until it is whole. The bounds are those
    for hospitals (5 urgent, 7 emergency), unsigned for use at home.
    """

    scale: int = 1
    alert: Said
    oxygen: Said | None = None
    yellow: int = 5
    red: int = 7

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset((*MEASURED, "oxygen-flow"))

    @property
    def questions(self) -> frozenset[str]:
        asked = {self.alert.question}
        return frozenset(asked | ({self.oxygen.question} if self.oxygen else set()))

    @property
    def choices(self) -> Iterable[tuple[str, tuple[str, ...]]]:
        return [(one.question, one.choices) for one in (self.alert, self.oxygen) if one]

    def wrong(self) -> Iterable[str]:
        if self.scale not in (1, 2):
            yield "scale is 1 or 2"
        if any(not one.choices for one in (self.alert, self.oxygen) if one):
            yield "alert and oxygen name the choices that mean yes"
        if self.scale == 2 and not self.by_order:
            yield "scale 2 is for those for whom a doctor has chosen it: by_order"
        if not 0 < self.yellow <= self.red:
            yield "yellow comes before red, above 0"

    def verdict(self, report: Whole, case: Case) -> Reason | None:
        if not (self.kinds & report.readings.keys() or self.questions & report.answers.keys()):
            return None
        found = news2(
            {kind: one.value for kind in MEASURED if (one := report.reading(kind))},
            oxygen=self._oxygen(report),
            alert=_said(self.alert, report),
            scale=self.scale,
        )
        if found.lacks:
            return self._incomplete(report, found)
        zone, bound = _passed(found.total, self.yellow, self.red)
        if zone is Zone.GREEN and found.single_three:
            three = next(part for part, points in found.points.items() if points == 3)
            return Reason(self.subject, "news2-three", Zone.YELLOW, three, named=self.id,
                          figure=found.total, parts=_counted(found))  # fmt: skip
        return Reason(self.subject, "news2", zone, bound=bound, named=self.id, figure=found.total,
                      parts=_counted(found))  # fmt: skip

    def _incomplete(self, report: Whole, found: Score) -> Reason | None:
        if not report.answers:
            return None
        return Reason(self.subject, INCOMPLETE, Zone.NOT_JUDGED, named=self.id, figure=found.total,
                      lacks=found.lacks, parts=_counted(found))  # fmt: skip

    def _oxygen(self, report: Whole) -> bool | None:
        if self.oxygen is not None:
            return _said(self.oxygen, report)
        flow = report.reading("oxygen-flow")
        return None if flow is None else BY_NAME[flow.kind].rounded(flow.value) > 0


def _counted(found: Score) -> tuple[str, ...]:
    """The parts that gave points, each with how many."""
    return tuple(f"{part}={points}" for part, points in found.points.items() if points)


def _said(asked: Said, report: Whole) -> bool | None:
    """None for what was not answered, or by a choice that no version knows."""
    answer = report.answer(asked.question)
    if answer is None or answer.zone is Zone.NOT_JUDGED:
        return None
    return answer.choice in asked.choices


TOGETHER_RULES = Sum | Together | News2
