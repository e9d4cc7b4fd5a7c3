"""What a report is made of: readings and answers, and what is said of how they were taken."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from varde.core.zones import Zone

TOGETHER = timedelta(minutes=30)  # what is taken this near is one report (decisions 4.1)
REST, ACTIVITY = "rest", "activity"
TECHNIQUES = ("cold-finger", "talked", "not-rested", "moved", "clothed")  # what may make it wrong
SAID = (REST, ACTIVITY, *TECHNIQUES)
FLOW = "oxygen-flow"  # the kind of oxygen given, L/min
ON_OXYGEN = frozenset({"spo2"})  # the kinds that are read together with it


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value, in the kind's own unit.

    `said` is how it was measured, of `SAID`, as whoever measured tells; nothing said is at rest.
    `flow` is the oxygen given meanwhile, in L/min; None where nobody has told.
    """

    kind: str
    value: float
    taken_at: datetime
    said: tuple[str, ...] = ()
    flow: float | None = None

    @property
    def active(self) -> bool:
        """Taken during or after activity: it tells nothing of what is usual at rest."""
        return ACTIVITY in self.said


def with_flow(readings: Sequence[Reading], flows: Iterable[Reading]) -> Sequence[Reading]:
    """The readings with the oxygen of the same sitting: the last that was told before, or then."""
    told = sorted((one for one in (*flows, *readings) if one.kind == FLOW), key=_when)
    if not told or not any(one.kind in ON_OXYGEN for one in readings):
        return readings
    times = [one.taken_at for one in told]

    def placed(one: Reading) -> Reading:
        if one.kind not in ON_OXYGEN or one.flow is not None:
            return one
        first = bisect_left(times, one.taken_at - TOGETHER)
        last = bisect_right(times, one.taken_at)
        return replace(one, flow=told[last - 1].value) if first < last else one

    return [placed(one) for one in readings]


def _when(one: Reading) -> tuple[datetime, float]:
    return one.taken_at, one.value


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; its zone is what the questionnaire's version says of the choice."""

    question: str
    choice: str
    zone: Zone
    points: float | None = None  # what it counts in a score
    urgent: bool = False  # its report never waits for a repetition


Given = tuple[datetime, Sequence[Answer]]
"""Answers, and when they were given."""
