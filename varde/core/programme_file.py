"""Reading a programme file: it is checked as a whole, and an error says where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

import msgspec

from varde.core.expectation import LONGEST_TRIAL, Rhythm
from varde.core.programme import Change, CriticalBound, Drop, Programme, Question
from varde.core.quantities import BY_NAME
from varde.core.rule import Texts
from varde.core.thresholds import UnorderedLimits
from varde.core.whole import Sum, WholeRule
from varde.core.zones import NAMED

# msgspec learns a type the first time it is met, and two threads that meet it at once end the
# process (a segmentation fault, msgspec 0.22): it is met here, while this module is imported.
msgspec.json.Decoder(Programme)

NEEDED = ("nb", "nn", "en")
KNOWN = (*NEEDED, "se")


class BadProgramme(ValueError):
    """The file does not hold together; the message says where."""


def parse(data: Mapping[str, object]) -> Programme:
    """A checked programme; raises `BadProgramme` with the key of the file and what is wrong."""
    try:
        programme = msgspec.convert(data, Programme)
    except msgspec.ValidationError as error:
        key = data.get("key", "?") if isinstance(data, Mapping) else "?"
        raise BadProgramme(f"{key}: {error}") from error
    for wrong in _wrong(programme):
        raise BadProgramme(f"{programme.key}: {wrong}")
    return programme


def _wrong(programme: Programme) -> Iterable[str]:
    yield from _kinds(programme)
    yield from _limits(programme)
    yield from _rules(programme)
    yield from _further(programme)
    yield from (f"follow_up {one.task}: {w}" for one in programme.follow_up for w in one.wrong())
    yield from programme.ladder.wrong()
    yield from programme.cover.wrong()
    yield from _numbers(msgspec.to_builtins(programme))
    if not 0 <= programme.measure_again_minutes <= 60:
        yield "measure_again_minutes is from 0 (never) to 60"
    yield from _schedule(programme)
    for question in programme.questions:
        yield from _question(question)
    yield from _twice("question", [question.id for question in programme.questions])
    if set(programme.advice) != set(NAMED):
        yield "advice is needed for green, yellow and red"
    for where, texts in _texts(programme):
        yield from languages(where, texts)


def _twice(what: str, names: Sequence[str]) -> Iterable[str]:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield f"{what} {name!r} stands there twice"


def _kinds(programme: Programme) -> Iterable[str]:
    rules: list[Drop | Change | CriticalBound] = [
        *programme.drops,
        *programme.changes,
        *programme.criticals,
    ]
    named = [*programme.kinds, *programme.standard.limits, *(rule.kind for rule in rules)]
    yield from (f"unknown measurement {kind!r}" for kind in named if kind not in BY_NAME)
    yield from _twice("measurement", programme.kinds)
    for one in programme.measurements:
        if one.judged and one.reason:
            yield f"{one.kind} is judged; it needs no reason for not being"
        if not one.judged and not one.reason:
            yield f"{one.kind} is not judged; say why"


def _limits(programme: Programme) -> Iterable[str]:
    for kind, bounds in programme.standard.limits.items():
        try:
            bounds.limits()
        except UnorderedLimits as error:
            yield f"{kind}: {error}"


def _rules(programme: Programme) -> Iterable[str]:
    yield from _twice("drop rule of", [rule.kind for rule in programme.drops])
    yield from _twice("change rule of", [rule.kind for rule in programme.changes])
    yield from _twice("critical rule of", [rule.kind for rule in programme.criticals])
    for drop in programme.drops:
        if not 0 < drop.yellow <= drop.red:
            yield f"drop of {drop.kind}: yellow comes before red, above 0"
    for change in programme.changes:
        if not 0 < change.yellow_rise <= change.red_rise or change.yellow_fall <= 0:
            yield f"change of {change.kind}: yellow comes before red, above 0"
        if change.days < 1:
            yield f"change of {change.kind}: a window is of at least one day"
    for critical in programme.criticals:
        if critical.below is None and critical.above is None:
            yield f"critical of {critical.kind} has no bound"


def _further(programme: Programme) -> Iterable[str]:
    """The rules of the list `rules`: their numbers, and that what they name is in the programme."""
    yield from _twice("rule", [rule.id for rule in programme.rules])
    asked = {question.id: question for question in programme.questions}
    for rule in programme.rules:
        if not rule.id:
            yield "a rule has no id"
        kind = None if isinstance(rule, WholeRule) else rule.kind
        if kind in BY_NAME and kind not in programme.kinds:
            yield f"rule {rule.id}: {kind!r} is not measured in this programme"
        yield from (f"rule {rule.id}: {wrong}" for wrong in rule.wrong())
        kinds = rule.kinds if isinstance(rule, WholeRule) else {rule.kind}
        for kind in kinds:
            if kind not in BY_NAME:
                yield f"rule {rule.id}: unknown measurement {kind!r}"
        for question in rule.questions if isinstance(rule, WholeRule) else ():
            if question not in asked:
                yield f"rule {rule.id}: there is no question {question!r}"
            elif isinstance(rule, Sum) and any(
                choice.points is None or choice.points < 0 for choice in asked[question].choices
            ):
                yield f"rule {rule.id}: a choice of {question!r} has no points of 0 or more"
        for question, choices in rule.choices if isinstance(rule, WholeRule) else ():
            unknown = set(choices) - asked[question].ids if question in asked else set()
            if unknown:
                yield f"rule {rule.id}: {question!r} has no choice {', '.join(sorted(unknown))!r}"


def _numbers(content: object, where: str = "") -> Iterable[str]:
    """Every number is one: YAML has words for what is not (`.nan`, `.inf`)."""
    if isinstance(content, float) and not isfinite(content):
        yield f"{where} is not a number"
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield from _numbers(value, f"{where}.{key}" if where else str(key))
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _numbers(value, where)


def _schedule(programme: Programme) -> Iterable[str]:
    schedule = programme.schedule
    for rhythm in (schedule.trial, schedule.after):
        if rhythm not in set(Rhythm):
            yield f"schedule: unknown rhythm {rhythm!r}"
    if schedule.trial_days > LONGEST_TRIAL:
        yield f"schedule: trial_days is at most {LONGEST_TRIAL}"
    if schedule.trial_days < 0:
        yield "schedule: trial_days is not below 0"


def _question(question: Question) -> Iterable[str]:
    if not question.choices:
        yield f"question {question.id!r} has no choices"
    yield from _twice(f"{question.id}: choice", [choice.id for choice in question.choices])
    for choice in question.choices:
        if choice.zone not in NAMED:
            yield f"{question.id}.{choice.id}: unknown zone {choice.zone!r}"


def languages(where: str, texts: Texts) -> Iterable[str]:
    """What is wrong with a text in several languages."""
    missing = [language for language in NEEDED if not texts.get(language, "").strip()]
    if missing:
        yield f"{where} lacks {', '.join(missing)}"
    for language in texts:
        if language not in KNOWN:
            yield f"{where}: unknown language {language!r}"


def _texts(programme: Programme) -> Iterable[tuple[str, Texts]]:
    yield "name", programme.name
    for measurement in programme.measurements:
        if measurement.reason:
            yield f"{measurement.kind}.reason", measurement.reason
    for question in programme.questions:
        yield question.id, question.text
        yield f"{question.id}.short", question.short
        for choice in question.choices:
            yield f"{question.id}.{choice.id}", choice.text
            yield f"{question.id}.{choice.id}.phrase", choice.phrase
    for rule in programme.rules:
        yield f"rule {rule.id}.name", rule.name
    for zone, advice in programme.advice.items():
        for text in (advice.heading, advice.meaning, *advice.do):
            yield f"advice.{zone}", text
    for text in programme.call_113_when:
        yield "call_113_when", text
