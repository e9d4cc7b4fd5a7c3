"""Verdicts: why each part of a report got its zone, and what they come to together.

Pure. Sentences are made from a reason when it is shown (`web/texts`), never here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields

from varde.core.zones import Zone

OF_ONE_VALUE = frozenset({"below", "above", "drop", "rise", "away"})
SILENT = frozenset({"outside-programme", "judged-no"})  # rules that say nothing of the zone


@dataclass(frozen=True, slots=True)
class Reason:
    """One part's verdict, with the numbers it was made from (in the kind's unit)."""

    subject: str  # a kind's name, "answer:<question>", or "rule:<id>" of several parts together
    rule: str  # within, below, above, drop, rise, fall, answer, no-limits, no-comparison, …
    zone: Zone
    value: float | str | None = None
    bound: float | None = None
    base: float | None = None
    days: int | None = None
    critical: bool = False
    beyond: bool = False  # a red of this kind is of more than the one value
    named: str = ""  # the id of the programme's rule, where it has one
    figure: float | None = None  # what the rule reckoned: a mean, a sum, a number of times
    of: int | None = None  # out of how many
    side: str = ""  # "below" or "above", where `rule` does not say it
    lacks: tuple[str, ...] = ()  # the parts without which it could not be reckoned
    parts: tuple[str, ...] = ()  # the parts of it, each «subject=value», «=choice» or «=points»
    said: tuple[str, ...] = ()  # how it was measured (`reading.SAID`)
    flow: float | None = None  # the oxygen given meanwhile, L/min
    also: tuple[str, ...] = ()  # the other rules of this kind that gave the same colour
    lowest: float | None = None  # of what is within its limits: the lowest that is green
    highest: float | None = None  # and the highest

    @property
    def measured(self) -> bool:
        """Whether it is of one kind of measurement, not of an answer or of several parts."""
        return ":" not in self.subject

    @property
    def high(self) -> bool:
        """Whether what was found lies above what is wished, or rises."""
        return (self.side or self.rule) in ("above", "rise")

    def as_dict(self) -> dict[str, object]:
        """What differs from nothing said; the zone as a number."""
        every = {name: getattr(self, name) for name in self.__slots__}
        every["zone"] = int(self.zone)
        return {n: v for n, v in every.items() if n not in _UNSAID or v != _UNSAID[n]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Reason:
        several = {name: tuple(stored.get(name, ())) for name in _SEVERAL}  # type: ignore[arg-type, var-annotated]
        zone = Zone(int(stored.get("zone", 0)))  # type: ignore[call-overload]
        return cls(**{**stored, "zone": zone, **several})  # type: ignore[arg-type]


_SEVERAL = ("lacks", "parts", "said", "also")
_UNSAID = {one.name: one.default for one in fields(Reason) if one.default is not MISSING}


@dataclass(frozen=True, slots=True)
class Judgement:
    zone: Zone
    reasons: tuple[Reason, ...]

    @property
    def unjudged(self) -> tuple[Reason, ...]:
        """The parts that a person must look at because no rule could."""
        return tuple(r for r in self.reasons if r.rule in NEEDS_A_PERSON)

    @property
    def tells(self) -> bool:
        """Whether anything of it was meant to be judged: else it says nothing of the zone."""
        return any(reason.rule not in SILENT for reason in self.reasons)

    @property
    def critical(self) -> bool:
        return any(reason.critical for reason in self.reasons)


INCOMPLETE = "incomplete"  # a score that lacks parts
REFUSED = "refused"  # a part of a report that could not be read
HOLDS_BACK_GREEN = frozenset({"no-limits", "no-comparison", "unknown-answer", INCOMPLETE, REFUSED})
NEEDS_A_PERSON = HOLDS_BACK_GREEN | {"outside-programme"}


def conclude(reasons: list[Reason]) -> Judgement:
    """What the verdicts on the parts of one report come to. Sorts `reasons`, worst first."""
    worst = max((reason.zone for reason in reasons), default=Zone.NOT_JUDGED)
    if worst is Zone.GREEN and any(reason.rule in HOLDS_BACK_GREEN for reason in reasons):
        worst = Zone.NOT_JUDGED  # what could not be judged is never green
    reasons.sort(key=lambda one: (-one.zone, one.subject, one.rule, str(one.value)))
    return Judgement(worst, tuple(reasons))
