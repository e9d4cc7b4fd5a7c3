"""Reading a programme file: it is checked as a whole, and an error says where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from varde.core.expectation import LONGEST_TRIAL, Rhythm
from varde.core.programme import ZONES, Change, CriticalBound, Drop, Programme, Question, Texts
from varde.core.quantities import BY_NAME
from varde.core.thresholds import UnorderedLimits

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
    yield from _schedule(programme)
    for question in programme.questions:
        yield from _question(question)
    yield from _twice("question", [question.id for question in programme.questions])
    if set(programme.advice) != set(ZONES):
        yield "advice is needed for green, yellow and red"
    for where, texts in _texts(programme):
        yield from _languages(where, texts)


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
        if choice.zone not in ZONES:
            yield f"{question.id}.{choice.id}: unknown zone {choice.zone!r}"


def _languages(where: str, texts: Texts) -> Iterable[str]:
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
    for zone, advice in programme.advice.items():
        for text in (advice.heading, advice.meaning, *advice.do):
            yield f"advice.{zone}", text
    for text in programme.call_113_when:
        yield "call_113_when", text
