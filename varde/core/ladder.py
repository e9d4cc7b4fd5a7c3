"""The escalation ladder: whom the service asks next about a patient, and in what time.

Pure. A programme says for yellow and for red who is asked first, how long an answer may take in
opening hours, and who comes after. No answer moves on to the next: a question is never left with
someone who does not answer. It does not replace the patient's own duty to call. No clinician has
signed the times. Source: domain 4 (escalation ladder).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from varde.core.calendar import OpeningHours, add_open, closing_time
from varde.core.rule import Struct
from varde.core.zones import Zone

BEFORE_CLOSING = timedelta(minutes=30)  # a red is moved on while somebody is there to do it
LEAST = timedelta(minutes=10)  # that anybody is given to answer
LONGEST = 60.0  # opening hours, ten days
LONG = 90  # days in a colour that a step may wait for


class Asked(StrEnum):
    """Who, or what, is asked for."""

    GP = "gp"
    SPECIALIST = "specialist"
    OUTREACH = "outreach-team"
    HASTENED = "hastened-appointment"
    ADMISSION = "admission"
    OUT_OF_HOURS = "out-of-hours"


class Rung(Struct, frozen=True):
    """One step: who is asked, and in how many hours: opening hours, of a red by the clock.

    `from_days`: only of one who has been in that colour so long, or worse.
    """

    ask: Asked
    hours: float
    from_days: int = 0


class Ladder(Struct, frozen=True):
    """The steps for each colour, the first one first. None: the service asks as it finds best."""

    yellow: tuple[Rung, ...] = ()
    red: tuple[Rung, ...] = ()

    def of(self, zone: Zone, days: int = 0) -> tuple[Rung, ...]:
        """The steps for one who has been in that colour for `days` days.

        A patient who is not red is asked about as one who is yellow.
        """
        rungs = self.red if zone is Zone.RED else self.yellow
        return tuple(rung for rung in rungs if rung.from_days <= days)

    def wrong(self) -> Iterable[str]:
        for colour, rungs in (("yellow", self.yellow), ("red", self.red)):
            asked = [rung.ask for rung in rungs]
            if len(set(asked)) < len(asked):
                yield f"ladder.{colour}: nobody is asked twice"
            if any(not 0 < rung.hours <= LONGEST for rung in rungs):
                yield f"ladder.{colour}: hours are more than 0, and at most {LONGEST:g}"
            if any(not 0 <= rung.from_days <= LONG for rung in rungs):
                yield f"ladder.{colour}: from_days is from 0 to {LONG}"
            if rungs and all(rung.from_days for rung in rungs):
                yield f"ladder.{colour}: somebody is asked from the first day"


def strictest(ladders: Sequence[Ladder], zone: Zone, days: int = 0) -> tuple[Rung, ...]:
    """Of several programmes' ladders the one whose first answer is due first (decisions 3.8)."""
    known = [rungs for one in ladders if (rungs := one.of(zone, days))]
    return min(known, key=lambda rungs: rungs[0].hours, default=())


def after(rungs: Sequence[Rung], asked: Iterable[str]) -> Rung | None:
    """The first step that comes after everyone who has been `asked`; None when all have."""
    been = set(asked)
    last = max((n for n, rung in enumerate(rungs) if rung.ask in been), default=-1)
    return next(iter(rungs[last + 1 :]), None)


def answer_due(rung: Rung, zone: Zone, hours: OpeningHours, at: datetime) -> datetime:
    """When an answer must have come: in opening hours, and of a red by the wall clock.

    A red that is asked about while the service is open moves on before it closes, where there is
    time for an answer at all; what is asked at closing or later does not wait for the morning.
    """
    if zone is not Zone.RED:
        return add_open(hours, at, timedelta(hours=rung.hours))
    due, closes = at + timedelta(hours=rung.hours), closing_time(hours, at)
    if closes is not None and due > closes - BEFORE_CLOSING:
        due = min(due, max(closes - BEFORE_CLOSING, at + LEAST))
    return due
