"""Programmes: what one readable file says of measuring, asking, judging and answering.

A file is read once, checked as a whole, and never changed: a change is a new version.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from varde.core.judgement import ChangeRule, Critical, DropRule
from varde.core.quantities import BY_NAME
from varde.core.thresholds import Limits, UnorderedLimits
from varde.core.zones import Zone

Texts = dict[str, str]  # language (nb, nn, en, se) → text
LANGUAGES = ("nb", "nn", "en")
ZONES = {"green": Zone.GREEN, "yellow": Zone.YELLOW, "red": Zone.RED}


class BadProgramme(ValueError):
    """The file does not hold together; the message says where."""


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part of a programme file: an unknown word in the file is an error."""


class Choice(Struct, frozen=True):
    id: str
    zone: str
    text: Texts
    phrase: Texts  # how the answer reads in a sentence on a list: «tungpust mer enn vanlig»


class Question(Struct, frozen=True):
    id: str
    text: Texts
    short: Texts  # the name of its row in a chart: «Pust»
    choices: tuple[Choice, ...]

    def choice(self, choice_id: str) -> Choice:
        return next(choice for choice in self.choices if choice.id == choice_id)


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
    call_113_when: tuple[Texts, ...] = ()

    @property
    def signed(self) -> bool:
        return bool(self.standard.signed_by)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(measurement.kind for measurement in self.measurements)

    @property
    def not_judged(self) -> frozenset[str]:
        return frozenset(m.kind for m in self.measurements if not m.judged)

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


def parse(data: Mapping[str, object]) -> Programme:
    """A checked programme; raises `BadProgramme` with the path of what is wrong."""
    try:
        programme = msgspec.convert(data, Programme)
    except msgspec.ValidationError as error:
        raise BadProgramme(str(error)) from error
    _check(programme)
    return programme


def _check(programme: Programme) -> None:
    for kind in _kinds_named(programme):
        if kind not in BY_NAME:
            raise BadProgramme(f"{programme.key}: unknown measurement {kind!r}")
    for kind, bounds in programme.standard.limits.items():
        try:
            bounds.limits()
        except UnorderedLimits as error:
            raise BadProgramme(f"{programme.key}: {kind}: {error}") from error
    for measurement in programme.measurements:
        if not measurement.judged and not measurement.reason:
            raise BadProgramme(f"{programme.key}: {measurement.kind} is not judged; say why")
    if set(programme.advice) != set(ZONES):
        raise BadProgramme(f"{programme.key}: advice is needed for green, yellow and red")
    _check_questions(programme)
    for where, texts in _texts(programme):
        missing = [language for language in LANGUAGES if not texts.get(language)]
        if missing:
            raise BadProgramme(f"{programme.key}: {where} lacks {', '.join(missing)}")


def _check_questions(programme: Programme) -> None:
    ids = [question.id for question in programme.questions]
    if len(ids) != len(set(ids)):
        raise BadProgramme(f"{programme.key}: two questions have the same id")
    for question in programme.questions:
        for choice in question.choices:
            if choice.zone not in ZONES:
                raise BadProgramme(f"{programme.key}: {question.id}.{choice.id}: zone")


def _kinds_named(programme: Programme) -> list[str]:
    rules: list[Drop | Change | CriticalBound] = [
        *programme.drops,
        *programme.changes,
        *programme.criticals,
    ]
    return [*programme.kinds, *programme.standard.limits, *(rule.kind for rule in rules)]


def _texts(programme: Programme) -> list[tuple[str, Texts]]:
    found = [("name", programme.name)]
    for question in programme.questions:
        found += [(question.id, question.text), (f"{question.id}.short", question.short)]
        for choice in question.choices:
            found.append((f"{question.id}.{choice.id}", choice.text))
            found.append((f"{question.id}.{choice.id}.phrase", choice.phrase))
    for zone, advice in programme.advice.items():
        found += [(f"advice.{zone}", text) for text in (advice.heading, advice.meaning, *advice.do)]
    return found + [("call_113_when", text) for text in programme.call_113_when]
