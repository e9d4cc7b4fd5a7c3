"""Judging: one report, against the limits in force when it was taken, gives a zone and reasons.

Pure. The zone is the worst of the parts. What cannot be judged is said so and is work; it is
never green. Sentences are made when shown (`web/texts`), never here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from varde.core.quantities import BY_NAME, Kind
from varde.core.thresholds import Limits, breach
from varde.core.zones import Zone

TOGETHER = timedelta(minutes=30)  # what is taken this near is one report (decisions 4.1)
SILENT = frozenset({"outside-programme", "judged-no"})  # rules that say nothing of the zone
STAND_IN_DAYS = 8  # unsigned default: how old a last reading may be when a window has none


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value, in the kind's own unit."""

    kind: str
    value: float
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; its zone is what the questionnaire's version says of the choice."""

    question: str
    choice: str
    zone: Zone


@dataclass(frozen=True, slots=True)
class DropRule:
    """Percentage points (or units) below the habitual value: at `yellow` and at `red` or more."""

    kind: str
    yellow: float
    red: float
    name: str = "drop"


@dataclass(frozen=True, slots=True)
class ChangeRule:
    """Change over a window of whole local days.

    Yellow at a rise ≥ `yellow_rise` or a fall ≥ `yellow_fall`, red at a rise > `red_rise`.
    A rise is counted from the lowest reading of the window, a fall from the highest.
    """

    kind: str
    days: int
    yellow_rise: float
    yellow_fall: float
    red_rise: float
    name: str = "change"


@dataclass(frozen=True, slots=True)
class Critical:
    """A value that never waits for a repetition. Source: decisions 3.1, unsigned."""

    kind: str
    below: float | None = None
    above: float | None = None

    def holds(self, value: float) -> bool:
        return (self.below is not None and value < self.below) or (
            self.above is not None and value > self.above
        )


@dataclass(frozen=True, slots=True)
class Case:
    """What holds for this patient when the report was taken."""

    limits: Mapping[str, Limits]
    planned: frozenset[str] = frozenset()
    not_judged: frozenset[str] = frozenset()
    habitual: Mapping[str, float] = field(default_factory=dict)
    drops: Mapping[str, DropRule] = field(default_factory=dict)
    changes: Mapping[str, ChangeRule] = field(default_factory=dict)
    criticals: Mapping[str, Critical] = field(default_factory=dict)
    earlier: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Reason:
    """One part's verdict, with the numbers it was made from (in the kind's unit)."""

    subject: str  # a kind's name, or "answer:<question>"
    rule: str  # within, below, above, drop, rise, fall, answer, no-limits, no-comparison, …
    zone: Zone
    value: float | str | None = None
    bound: float | None = None
    base: float | None = None
    days: int | None = None
    critical: bool = False

    def as_dict(self) -> dict[str, object]:
        every = {name: getattr(self, name) for name in self.__slots__}
        every["zone"] = int(self.zone)
        return {name: v for name, v in every.items() if v is not None and v is not False}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Reason:
        return cls(**{**stored, "zone": Zone(int(stored.get("zone", 0)))})  # type: ignore[arg-type, call-overload]


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


HOLDS_BACK_GREEN = frozenset({"no-limits", "no-comparison", "unknown-answer"})
NEEDS_A_PERSON = HOLDS_BACK_GREEN | {"outside-programme"}


def judge(readings: Sequence[Reading], answers: Sequence[Answer], case: Case) -> Judgement:
    """The report's zone and every part's reason, worst first; order of the parts is irrelevant."""
    reasons = [judge_reading(reading, case) for reading in readings]
    return conclude(reasons + [judge_answer(answer) for answer in answers])


def conclude(reasons: list[Reason]) -> Judgement:
    """What the verdicts on the parts of one report come to. Sorts `reasons`, worst first."""
    worst = max((reason.zone for reason in reasons), default=Zone.NOT_JUDGED)
    if worst is Zone.GREEN and any(reason.rule in HOLDS_BACK_GREEN for reason in reasons):
        worst = Zone.NOT_JUDGED  # what could not be judged is never green
    reasons.sort(key=lambda one: (-one.zone, one.subject, one.rule, str(one.value)))
    return Judgement(worst, tuple(reasons))


def judge_reading(reading: Reading, case: Case) -> Reason:
    """The worst verdict of every rule that holds for this kind."""
    kind = BY_NAME[reading.kind]
    if kind.name in case.not_judged:
        return Reason(kind.name, "judged-no", Zone.NOT_JUDGED, reading.value)
    if kind.name not in case.planned:
        return Reason(kind.name, "outside-programme", Zone.NOT_JUDGED, reading.value)
    verdicts = list(_verdicts(reading, kind, case))
    if not verdicts:
        return Reason(kind.name, "no-limits", Zone.NOT_JUDGED, reading.value)
    worst = max(verdicts, key=lambda reason: reason.zone)
    unjudged = [reason for reason in verdicts if reason.rule in HOLDS_BACK_GREEN]
    worst = unjudged[0] if unjudged and worst.zone is Zone.GREEN else worst
    critical = any(reason.critical for reason in verdicts)
    return replace(worst, critical=True) if critical else worst


def _verdicts(reading: Reading, kind: Kind, case: Case) -> list[Reason]:
    found = []
    limits, critical = case.limits.get(kind.name), case.criticals.get(kind.name)
    if limits is not None and not limits.empty:
        found.append(_against_limits(reading, kind, limits))
    elif kind.name in case.drops:  # below what is usual is judged beside limits, never instead
        found.append(Reason(kind.name, "no-limits", Zone.NOT_JUDGED, kind.rounded(reading.value)))
    if critical is not None and critical.holds(kind.rounded(reading.value)):
        found.append(_critical(reading, kind, critical))
    drop, habitual = case.drops.get(kind.name), case.habitual.get(kind.name)
    if drop is not None and habitual is not None:
        found.append(_below_habitual(reading, kind, drop, habitual))
    change = case.changes.get(kind.name)
    if change is not None:
        found.append(_over_window(reading, kind, change, case))
    return found


def _critical(reading: Reading, kind: Kind, critical: Critical) -> Reason:
    """Critical holds whatever limits there are, and where there are none."""
    value = kind.rounded(reading.value)
    low = critical.below is not None and value < critical.below
    rule, bound = ("below", critical.below) if low else ("above", critical.above)
    return Reason(kind.name, rule, Zone.RED, value, bound, critical=True)


def _against_limits(reading: Reading, kind: Kind, limits: Limits) -> Reason:
    value = kind.rounded(reading.value)
    passed = breach(value, limits)
    if passed is None:
        return Reason(kind.name, "within", Zone.GREEN, value)
    return Reason(kind.name, passed.rule, passed.zone, value, passed.bound)


def _below_habitual(reading: Reading, kind: Kind, rule: DropRule, habitual: float) -> Reason:
    value = kind.rounded(reading.value)
    drop = kind.rounded(habitual - value)
    zone = Zone.RED if drop >= rule.red else Zone.YELLOW if drop >= rule.yellow else Zone.GREEN
    bound = {Zone.RED: rule.red, Zone.YELLOW: rule.yellow}.get(zone)
    return Reason(kind.name, rule.name, zone, value, bound, base=habitual)


def _over_window(reading: Reading, kind: Kind, rule: ChangeRule, case: Case) -> Reason:
    value = kind.rounded(reading.value)
    compared = _comparable(reading, rule, case)
    if not compared:
        return Reason(kind.name, "no-comparison", Zone.NOT_JUDGED, value, days=rule.days)
    lowest = min(compared, key=lambda r: (r.value, r.taken_at))
    highest = max(compared, key=lambda r: (r.value, r.taken_at))
    rise = kind.rounded(value - kind.rounded(lowest.value))
    fall = kind.rounded(kind.rounded(highest.value) - value)
    if rise > rule.red_rise:
        return _changed(reading, kind, "rise", Zone.RED, rule.red_rise, lowest, case.zone)
    if rise >= rule.yellow_rise:
        return _changed(reading, kind, "rise", Zone.YELLOW, rule.yellow_rise, lowest, case.zone)
    if fall >= rule.yellow_fall:
        return _changed(reading, kind, "fall", Zone.YELLOW, rule.yellow_fall, highest, case.zone)
    return Reason(kind.name, "within", Zone.GREEN, value)


def _changed(
    reading: Reading, kind: Kind, rule: str, zone: Zone, bound: float, base: Reading, local: tzinfo
) -> Reason:
    days = _days_between(base.taken_at, reading.taken_at, local)
    value, before = kind.rounded(reading.value), kind.rounded(base.value)
    return Reason(kind.name, rule, zone, value, bound, base=before, days=days)


def _comparable(reading: Reading, rule: ChangeRule, case: Case) -> list[Reading]:
    """Readings of the window; where it has none, the last one of at most STAND_IN_DAYS."""
    before = [r for r in case.earlier.get(rule.kind, ()) if r.taken_at < reading.taken_at]
    inside = [
        r for r in before if _days_between(r.taken_at, reading.taken_at, case.zone) <= rule.days
    ]
    if inside or not before:
        return inside
    last = max(before, key=lambda r: r.taken_at)
    age = _days_between(last.taken_at, reading.taken_at, case.zone)
    return [last] if age <= STAND_IN_DAYS else []


def _days_between(earlier: datetime, later: datetime, local: tzinfo) -> int:
    return (later.astimezone(local).date() - earlier.astimezone(local).date()).days


def judge_answer(answer: Answer) -> Reason:
    rule = "unknown-answer" if answer.zone is Zone.NOT_JUDGED else "answer"
    return Reason(f"answer:{answer.question}", rule, answer.zone, answer.choice)


def habitual_value(first: Sequence[float]) -> float | None:
    """The median of the first three readings; None before there are three (decisions 3.1)."""
    return sorted(first[:3])[1] if len(first) >= 3 else None


def window_of(changes: Mapping[str, ChangeRule]) -> timedelta:
    """How far back `Case.earlier` must reach for these rules."""
    days = max((max(rule.days, STAND_IN_DAYS) for rule in changes.values()), default=0)
    return timedelta(days=days + 1)
