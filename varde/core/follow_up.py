"""Follow-up: what follows by itself for a patient, on which day, and why.

Pure. A programme's list `follow_up` says when the service is to do something without anyone having
thought of it: call a new patient, talk about goals on day 14, ask the doctor when yellow lasts,
contact the one who is only green. Each thing has an occurrence, so that it is asked for once. No
clinician has signed the numbers. Source of the defaults: decisions 4.2 and domain 3–4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain

from varde.core.pause import DAILY_AFTER, LOOK_EVERY, Pause, came_back, holding, last_admission
from varde.core.rule import Struct
from varde.core.zones import Zone

AHEAD = timedelta(days=14)  # how long before its day a thing is shown
LATE = timedelta(days=14)  # what was to be done longer ago than this is not asked for any more
SIGNALS_IN = 28  # days in which signals that it may not be right for the patient are counted


class HangsOn(StrEnum):
    """What a task stands and falls with.

    NOTHING: only who does it, or who asked, ends it. FOLLOW_UP: it is for whoever follows the
    patient, goes along to another unit, and ends when follow-up does. RULE: the same, and it is
    reckoned anew from the programme's rules, which alone withdraw it.
    """

    NOTHING = "nothing"
    FOLLOW_UP = "follow-up"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Facts:
    """One patient, in local days."""

    today: date
    began: date
    zone: Zone = Zone.NOT_JUDGED
    since: date | None = None  # in that zone
    alike: int = 0  # reports of that colour since then
    contact: date | None = None  # last talked with, or written to
    heard: date | None = None  # when anything last came in
    missed: int = 0  # reports not sent in the last SIGNALS_IN days
    odd: int = 0  # unlikely values in the last SIGNALS_IN days
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing to do; `occurrence` tells it from the same thing another time."""

    kind: str
    due: date
    occurrence: str
    why: int = 0  # the days or reports that it comes of
    put_off: bool = False  # its day lay in a pause


class FollowUp(Struct, frozen=True, tag_field="when", kw_only=True):
    """One rule; `task` is what is asked for, a kind of task."""

    task: str

    def planned(self, facts: Facts) -> Iterator[Planned]:
        raise NotImplementedError

    def wrong(self) -> Iterable[str]:
        return ()


class WhenNew(FollowUp, frozen=True, tag="new", kw_only=True):
    """Each `every` days in the first `until` days, but not when there was contact meanwhile."""

    every: int = 7
    until: int = 14
    own: bool = False  # agreed with one patient: from now on, never in a file

    def wrong(self) -> Iterable[str]:
        if not 1 <= self.every < self.until or self.own:
            yield "every is at least 1 day, and less than until"

    def planned(self, facts: Facts) -> Iterator[Planned]:
        for day in range(self.every, self.until, self.every):
            due = facts.began + timedelta(days=day)
            before = due - timedelta(days=self.every)
            if self.own and due < facts.today:
                continue
            if facts.contact is None or facts.contact <= before:
                yield Planned(self.task, due, f"new-{facts.began}-{day}", day)


class OnDay(FollowUp, frozen=True, tag="day", kw_only=True):
    """Once, so many days after the start."""

    day: int = 14
    was: int = 0  # the programme's day, where another is agreed with one patient: never in a file

    def wrong(self) -> Iterable[str]:
        if self.day < 1 or self.was:
            yield "day is at least 1"

    def planned(self, facts: Facts) -> Iterator[Planned]:
        due = facts.began + timedelta(days=self.day)
        yield Planned(self.task, due, f"day-{facts.began}-{self.was or self.day}", self.day)


class WhenIll(FollowUp, frozen=True, kw_only=True):
    """In a colour for `days` days, or `reports` times in a row: once for each time it turned it."""

    days: int = 7
    reports: int = 3

    def wrong(self) -> Iterable[str]:
        if self.days < 1 or self.reports < 2:
            yield "days is at least 1, and reports at least 2"

    def _long(self, facts: Facts, zone: Zone) -> Iterator[Planned]:
        if facts.zone is not zone or facts.since is None:
            return
        due = facts.since + timedelta(days=self.days)
        if facts.alike >= self.reports:
            due = min(due, facts.today)
        due = max(due, facts.today - LATE)
        gone = (facts.today - facts.since).days
        yield Planned(self.task, due, f"{zone.slug}-{facts.since}", gone)


class WhenYellow(WhenIll, frozen=True, tag="yellow", kw_only=True):
    def planned(self, facts: Facts) -> Iterator[Planned]:
        return self._long(facts, Zone.YELLOW)


class WhenRed(WhenIll, frozen=True, tag="red", kw_only=True):
    def planned(self, facts: Facts) -> Iterator[Planned]:
        return self._long(facts, Zone.RED)


class WhenGreen(FollowUp, frozen=True, tag="green", kw_only=True):
    """Contact at least each `days` days, also when all is green."""

    days: int = 30

    def wrong(self) -> Iterable[str]:
        if self.days < 1:
            yield "days is at least 1"

    def planned(self, facts: Facts) -> Iterator[Planned]:
        last = max(facts.contact or facts.began, facts.began)
        due = last + timedelta(days=self.days)
        yield Planned(self.task, max(due, facts.today - LATE), f"contact-{last}", self.days)


class WhenSilent(FollowUp, frozen=True, tag="silent", kw_only=True):
    """Nothing at all has come for `days` days, pauses not counted: agree anew, or end."""

    days: int = 14

    def wrong(self) -> Iterable[str]:
        if self.days < 1:
            yield "days is at least 1"

    def planned(self, facts: Facts) -> Iterator[Planned]:
        back = came_back(facts.pauses, facts.today) or facts.began
        last = max(facts.heard or facts.began, facts.began, back)
        due = last + timedelta(days=self.days)
        if due <= facts.today and not holding(facts.pauses, facts.today):
            yield Planned(self.task, facts.today, f"silent-{last}", (facts.today - last).days)


class WhenUnfit(FollowUp, frozen=True, tag="signals", kw_only=True):
    """Signals gather that home follow-up may not be right: missed reports, or unlikely values."""

    missed: int = 4
    odd: int = 4

    def wrong(self) -> Iterable[str]:
        if self.missed < 1 or self.odd < 1:
            yield "missed and odd are at least 1"

    def planned(self, facts: Facts) -> Iterator[Planned]:
        if facts.missed >= self.missed or facts.odd >= self.odd:
            month = f"{facts.today:%Y-%m}"
            yield Planned(self.task, facts.today, f"signals-{month}", facts.missed + facts.odd)


class WhenPaused(FollowUp, frozen=True, tag="paused", kw_only=True):
    """A pause whose end nobody knows is looked at every `LOOK_EVERY` days: nobody stays in one."""

    task: str = "pause-review"

    def planned(self, facts: Facts) -> Iterator[Planned]:
        now = holding(facts.pauses, facts.today)
        if now is None or now.last is not None:
            return
        gone = (facts.today - now.first).days // LOOK_EVERY
        for n in range(max(gone, 1), gone + 2):
            days = n * LOOK_EVERY
            due = now.first + timedelta(days=days)
            yield Planned(self.task, due, f"pause-{now.first}-{days}", days)


class WhenBack(FollowUp, frozen=True, tag="back", kw_only=True):
    """After an admission what held before is looked at anew (decisions 7.1).

    The medication at once, and limits, usual values and plan when the daily days have shown how it
    is now. On which day is unsigned.
    """

    task: str = "review"

    def planned(self, facts: Facts) -> Iterator[Planned]:
        over = last_admission(facts.pauses, facts.today)
        if over is None or over.last is None:
            return
        for what, days in AFTER_ADMISSION.items():
            due = max(over.last + timedelta(days=days), facts.today - LATE)  # told of late, too
            yield Planned(f"{self.task}-{what}", due, f"back-{over.last}", days)


AFTER_ADMISSION = {"medication": 1, "limits": DAILY_AFTER, "habitual": DAILY_AFTER,
                   "plan": DAILY_AFTER}  # fmt: skip
STANDING = (WhenPaused(), WhenBack())  # in every programme, whatever its file says
FOLLOW_UPS = WhenNew | OnDay | WhenYellow | WhenRed | WhenGreen | WhenSilent | WhenUnfit


def _every(rules: Sequence[FOLLOW_UPS], facts: Facts) -> Iterator[Planned]:
    """What all rules ask for; a day that lies in a pause is the day after it.

    Not so for who is red or yellow for long: what is measured in a pause is judged as ever.
    """
    yield from chain.from_iterable(rule.planned(facts) for rule in STANDING)
    for rule in rules:
        for one in rule.planned(facts):
            pause = None if isinstance(rule, WhenIll) else holding(facts.pauses, one.due)
            resumes = pause.resumes(facts.today) if pause else one.due
            yield replace(one, due=resumes, put_off=pause is not None)


def asked(rules: Sequence[FOLLOW_UPS], facts: Facts) -> set[tuple[str, str]]:
    """Every (kind, occurrence) that is asked for on any day: what else stands is not any more."""
    return {(one.kind, one.occurrence) for one in _every(rules, facts)}


def put_off(rules: Sequence[FOLLOW_UPS], facts: Facts) -> list[Planned]:
    """What waits until a pause is over, however far ahead that is."""
    return [one for one in _every(rules, facts) if one.put_off]


def planned(rules: Sequence[FOLLOW_UPS], facts: Facts) -> list[Planned]:
    """What is to be done now, and what is seen coming, by day; each kind and occurrence once.

    What lies further ahead than `AHEAD` is not shown yet; what is later than `LATE` was never
    asked for in its time, as when a programme gets the rule after the patient began.
    """
    found: dict[tuple[str, str], Planned] = {}
    for one in _every(rules, facts):
        if facts.today - LATE <= one.due <= facts.today + AHEAD:
            found.setdefault((one.kind, one.occurrence), one)
    return sorted(found.values(), key=lambda one: (one.due, one.kind))


FIRST_MONDAY = date(2024, 1, 1)  # fortnights are counted from it; which week is unsigned


def fortnight(today: date) -> date:
    """The Monday on which this fortnight began."""
    gone = (today - FIRST_MONDAY).days % 14
    return today - timedelta(days=gone)
