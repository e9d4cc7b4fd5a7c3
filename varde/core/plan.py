"""The self-treatment plan: what one version says, and how far it has come.

Pure. A plan holds when the responsible doctor has approved it, all of it: no medication of a plan
is in force without. What it says of measurements is not written in it: it is the thresholds it was
approved with. Source: domain 5, decisions 7.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec

from varde.core.access import DOCTORS, Role
from varde.core.coded import Coded
from varde.core.zones import NAMED

ZONES = ("green", "yellow", "red")
LONGEST, MOST_LINES, MOST_MEDICATIONS, MOST_GOALS = 300, 12, 12, 8
LONGEST_TEXT = 2000  # of what matters, and of whom to call
MOST_SECTIONS = 6


_ID = re.compile(r"[0-9a-z-]{1,40}")


class Stage(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"  # the responsible doctor is asked to approve it
    APPROVED = "approved"  # in force
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"  # was in force, and a doctor has said that it is not any more
    DROPPED = "dropped"  # was never in force


MOVES: Mapping[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.DRAFT, Stage.PROPOSED, Stage.APPROVED, Stage.DROPPED}),
    Stage.PROPOSED: frozenset({Stage.DRAFT, Stage.APPROVED, Stage.DROPPED}),
    Stage.APPROVED: frozenset({Stage.REPLACED, Stage.WITHDRAWN}),
    Stage.REPLACED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
    Stage.DROPPED: frozenset(),
}
OPEN = frozenset({Stage.DRAFT, Stage.PROPOSED})


class NotPlanned(Coded, ValueError):
    """The plan may not take this step; `code` says why.

    gone: it is not there, or has been moved on; changed: another has changed it since it was shown;
    limits: what the patient is judged by is other than what was shown with it; inputs: something
    has come since it was shown, of what drafts are made from;
    drafter: the programme lets others draft it; doctor: only the responsible doctor, or who stands
    in; nobody: there is no doctor to ask; lacks: something must be filled in; reason: no reason in
    words; unread: what was sent cannot be read; none: no programme, or none with a template.
    """


class Area(StrEnum):
    """What there is to do besides medication."""

    ACTIVITY = "activity"
    BREATHING = "breathing"  # and mucus
    NUTRITION = "nutrition"
    SMOKING = "smoking"
    OTHER = "other"


class Use(StrEnum):
    REGULAR = "regular"
    AS_NEEDED = "as-needed"
    RESCUE = "rescue"  # a course that is kept at home


class Leave(StrEnum):
    """What the patient may do with a medication of the plan."""

    ALONE = "alone"  # may start alone
    TELL = "tell"  # may start, and tells the service
    ASK = "ask"  # asks a doctor first


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part of a plan."""


class Medication(Struct, frozen=True):
    """`days`: how long; `most` courses in `period_days` days, of a rescue pack."""

    id: str
    use: Use
    drug: str
    dose: str
    leave: Leave = Leave.ASK
    days: int | None = None
    most: int | None = None
    period_days: int | None = None

    @property
    def on_the_list(self) -> bool:
        """Whether starting it is told of: all but the daily, and what is taken alone as needed."""
        told = self.leave is not Leave.ALONE or self.days is not None
        return self.use is Use.RESCUE or (self.use is Use.AS_NEEDED and told)


class ZonePlan(Struct, frozen=True):
    """One zone of one condition: how it feels in the patient's own words, and what to do."""

    feels: tuple[str, ...] = ()
    do: dict[Area, tuple[str, ...]] = {}
    medications: tuple[Medication, ...] = ()
    call: str = ""  # whom, and when; the service's number, 116 117 and 113 always stand beside

    @property
    def says_what_to_do(self) -> bool:
        return bool(self.medications or self.call or any(self.do.values()))


class Section(Struct, frozen=True):
    """One condition: the programme it is followed in."""

    programme: str
    green: ZonePlan = ZonePlan()
    yellow: ZonePlan = ZonePlan()
    red: ZonePlan = ZonePlan()

    @property
    def zones(self) -> Iterator[tuple[str, ZonePlan]]:
        return ((zone, self.zone(zone)) for zone in ZONES)

    def zone(self, slug: str) -> ZonePlan:
        """KeyError for what is no zone."""
        if slug not in NAMED:
            raise KeyError(slug)
        return getattr(self, slug)  # type: ignore[no-any-return]


class Content(Struct, frozen=True):
    """What one version of a patient's plan says."""

    matters: str = ""  # «what matters to you?»
    goals: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()

    @property
    def medications(self) -> Iterator[tuple[Section, str, Medication]]:
        """Each medication with its section and zone."""
        return (
            (section, zone, one)
            for section in self.sections
            for zone, held in section.zones
            for one in held.medications
        )

    def medication(self, medication: str) -> Medication | None:
        return next((one for _s, _z, one in self.medications if one.id == medication), None)


class Step(Struct, frozen=True):
    """One thing to do in a zone, as it is ticked off; `key` is the same as long as it says so."""

    key: str
    area: Area | Literal["medication"]
    text: str
    medication: str = ""


def steps(section: Section, zone: str) -> list[Step]:
    """What there is to do, in the order it stands, medication first."""
    held = section.zone(zone)
    found = [
        Step(_key(section, zone, "medication", one.id, one), "medication", _told(one), one.id)
        for one in held.medications
    ]
    for area in Area:
        for n, text in enumerate(held.do.get(area, ())):
            found.append(Step(_key(section, zone, area, str(n), text), area, text))
    return found


def _key(section: Section, zone: str, area: str, which: str, says: object) -> str:
    """Another when it says something else: what was done is what stood there."""
    mark = sha256(repr(says).encode()).hexdigest()[:8]
    return f"{section.programme}.{zone}.{area}.{which}.{mark}"


def _told(one: Medication) -> str:
    return f"{one.drug}: {one.dose}" if one.dose else one.drug


def decoded(data: object) -> Content:
    """What is kept in a row, or typed; raises `NotPlanned` with «unread»."""
    try:
        content = msgspec.convert(data, Content)
    except msgspec.ValidationError as error:
        raise NotPlanned("unread") from error
    if any(True for _ in _too_much(content)):
        raise NotPlanned("unread")
    return content


def encoded(content: Content) -> dict[str, object]:
    return msgspec.to_builtins(content)  # type: ignore[no-any-return]


def _too_much(content: Content) -> Iterable[str]:
    """What no form of ours sends: too long, too many, the same twice, a number out of range."""
    if len(content.matters) > LONGEST_TEXT or len(content.goals) > MOST_GOALS:
        yield "goals"
    if len(content.sections) > MOST_SECTIONS:
        yield "sections"
    named = [one.programme for one in content.sections]
    ids = [one.id for _section, _zone, one in content.medications]
    if len(set(named)) < len(named) or len(set(ids)) < len(ids):
        yield "twice"
    for text in _lines(content):
        if len(text) > LONGEST or "\0" in text:
            yield "line"
    for section in content.sections:
        for _zone, held in section.zones:
            many = [held.feels, *held.do.values()]
            if any(len(lines) > MOST_LINES for lines in many):
                yield "lines"
            if len(held.medications) > MOST_MEDICATIONS or len(held.call) > LONGEST_TEXT:
                yield "medications"
            yield from (one.id for one in held.medications if not _possible(one))


def _lines(content: Content) -> Iterator[str]:
    yield from content.goals
    for section in content.sections:
        yield section.programme
        for _zone, held in section.zones:
            yield from held.feels
            yield from (line for lines in held.do.values() for line in lines)
            for one in held.medications:
                yield from (one.id, one.drug, one.dose)


def _possible(one: Medication) -> bool:
    numbers = ((one.days, 365), (one.most, 52), (one.period_days, 1095))
    return bool(_ID.fullmatch(one.id)) and all(n is None or 1 <= n <= top for n, top in numbers)


THE_DOCTORS = frozenset({"dose", "course"})  # what a doctor may be asked to fill in (domain 5)


class Lack(NamedTuple):
    """What must be filled in, and where: which medication of which zone, by its id and name."""

    code: str
    programme: str = ""
    zone: str = ""
    medication: str = ""
    drug: str = ""


def to_fill_in(content: Content) -> list[Lack]:
    """What must be filled in before a doctor is asked: of what is lacking what is not the
    doctor's own."""
    return [one for one in lacking(content) if one.code not in THE_DOCTORS]


def lacking(content: Content) -> list[Lack]:
    """What must be filled in before a doctor can approve.

    matters: neither what matters nor a goal; do: a zone that says nothing to do; drug, dose: of a
    medication; course: a rescue pack without how long, and how many in which period; use: a number
    of courses on what is no rescue pack, which nobody would count. The rules are ours; no clinician
    has signed them.
    """
    found = [] if content.matters.strip() or content.goals else [Lack("matters")]
    if not content.sections:
        found.append(Lack("do"))
    for section in content.sections:
        for zone, held in section.zones:
            where = section.programme, zone
            if not held.says_what_to_do:
                found.append(Lack("do", *where))
            for one in held.medications:
                name = one.drug.strip()
                found += [Lack(code, *where, one.id, name) for code in _lacks(one)]
    return found


def _lacks(one: Medication) -> Iterable[str]:
    if not one.drug.strip():
        yield "drug"
    if not one.dose.strip():
        yield "dose"
    if one.use is Use.RESCUE and None in (one.days, one.most, one.period_days):
        yield "course"
    if one.use is not Use.RESCUE and (one.most is not None or one.period_days is not None):
        yield "use"


def demand_move(before: Stage, after: Stage) -> None:
    """Raises `NotPlanned` with «gone» for a step that is not one."""
    if after not in MOVES[before]:
        raise NotPlanned("gone")


def may_draft(role: Role, drafters: Iterable[Iterable[Role]]) -> bool:
    """Who the programmes say drafts the plan (one of them is enough); a doctor always may."""
    return role in DOCTORS or any(role in each for each in drafters)
