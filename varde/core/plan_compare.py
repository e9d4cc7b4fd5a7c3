"""What differs between two versions of a plan, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from varde.core.plan import Area, Content, Medication, Section


@dataclass(frozen=True)
class Line:
    """One line of a version: same, new or gone."""

    how: str
    text: str


@dataclass(frozen=True)
class Part:
    """What was changed in one place: `of` is matters, goals, feels, an area or call."""

    programme: str
    zone: str
    of: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class MedicationChange:
    """A medication that is new, gone, changed or the same as it was."""

    programme: str
    zone: str
    how: str
    now: Medication | None
    before: Medication | None


def parts(before: Content, now: Content) -> list[Part]:
    """Where the two differ, medication aside, in the order a plan is read."""
    found = [
        Part("", "", "matters", _lines(before.matters.splitlines(), now.matters.splitlines())),
        Part("", "", "goals", _lines(before.goals, now.goals)),
        *_sections(before, now),
    ]
    return [one for one in found if any(line.how != "same" for line in one.lines)]


def _sections(before: Content, now: Content) -> Iterator[Part]:
    for programme, old, new in _pairs(before, now):
        for zone, held in new.zones:
            earlier = old.zone(zone)
            yield Part(programme, zone, "feels", _lines(earlier.feels, held.feels))
            for area in Area:
                lines = _lines(earlier.do.get(area, ()), held.do.get(area, ()))
                yield Part(programme, zone, str(area), lines)
            called = _lines(earlier.call.splitlines(), held.call.splitlines())
            yield Part(programme, zone, "call", called)


def _pairs(before: Content, now: Content) -> Iterator[tuple[str, Section, Section]]:
    old = {one.programme: one for one in before.sections}
    new = {one.programme: one for one in now.sections}
    for programme in dict.fromkeys((*new, *old)):
        nothing = Section(programme)
        yield programme, old.get(programme, nothing), new.get(programme, nothing)


def _lines(before: Sequence[str], now: Sequence[str]) -> tuple[Line, ...]:
    found: list[Line] = []
    matcher = SequenceMatcher(None, list(before), list(now), autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            found += [Line("same", text) for text in before[a:b]]
        else:
            found += [Line("gone", text) for text in before[a:b]]
            found += [Line("new", text) for text in now[c:d]]
    return tuple(found)


def medications(before: Content, now: Content) -> list[MedicationChange]:
    """Every medication of both, with what became of it; one that is in another zone is changed."""
    old = {one.id: (section.programme, zone, one) for section, zone, one in before.medications}
    new = {one.id: (section.programme, zone, one) for section, zone, one in now.medications}
    found = []
    for key, (programme, zone, one) in new.items():
        earlier = old.get(key)
        how = "new" if earlier is None else "same" if new[key] == earlier else "changed"
        found.append(MedicationChange(programme, zone, how, one, earlier[2] if earlier else None))
    gone = [(key, value) for key, value in old.items() if key not in new]
    found += [
        MedicationChange(programme, zone, "gone", None, one)
        for _key, (programme, zone, one) in gone
    ]
    return found


def differs(before: Content, now: Content) -> bool:
    return bool(parts(before, now)) or any(one.how != "same" for one in medications(before, now))
