"""Ledger: what came of every alert, by the rule that raised it; which rules are worth a look.

Pure. An alert is one yellow or red report; each rule that gave it its colour has its share in it.
It was right when somebody acted on it as a worsening, or sent the patient on; precision is the
share of the judged ones that were. Measuring technique is the most common cause of false ones in
what has been published (54 %, Radhakrishnan 2013). What it takes to be pointed at is unsigned.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median_low

from varde.core.zones import Zone

RIGHT = frozenset({"worsening", "needs-doctor"})
LIMITS = ("below", "above", "drop", "rise", "fall")  # the rules that are of a bound each
FALSE = frozenset({"usual", "measuring-error", "equipment", "no-need"})
FEWEST, LOWEST = 10, 0.2  # judged alerts, and the precision under which a rule is pointed at


@dataclass(frozen=True, slots=True)
class Rule:
    """What raised an alert: in which programme, of what, by which rule, to which colour."""

    programme: str
    subject: str  # a kind, "answer:<question>" or "rule:<id>"
    rule: str
    zone: Zone


@dataclass(frozen=True, slots=True)
class Alert:
    """One yellow or red report: the rules that gave its colour, and what came of it.

    `outcome` is empty while it stands on the list; `took` is opening time until it was closed;
    `passed` are the limits that were passed, each with its bound in the kind's unit.
    """

    rules: tuple[Rule, ...]
    zone: Zone
    outcome: str = ""
    took: timedelta | None = None
    passed: tuple[tuple[Rule, float], ...] = ()


@dataclass
class Line:
    """One rule's alerts, by outcome."""

    rule: Rule
    outcomes: Counter[str] = field(default_factory=Counter)
    bound: float | None = None  # of one limit, where a line is of one

    @property
    def alerts(self) -> int:
        return self.outcomes.total()

    @property
    def right(self) -> int:
        return sum(n for outcome, n in self.outcomes.items() if outcome in RIGHT)

    @property
    def judged(self) -> int:
        """Those a person said something of; what was only read, or still stands, is not."""
        return self.right + sum(n for one, n in self.outcomes.items() if one in FALSE)

    @property
    def precision(self) -> float | None:
        """Share of the judged alerts that were right; None when none was judged."""
        return self.right / self.judged if self.judged else None

    @property
    def to_look_at(self) -> bool:
        return self.judged >= FEWEST and self.precision is not None and self.precision < LOWEST


@dataclass(frozen=True)
class Ledger:
    lines: Sequence[Line]  # the rules to look at first, then those with most alerts
    limits: Sequence[Line]  # the same by each limit that was passed, whoever's it is
    alerts: int
    patient_days: int
    downgraded: int  # alerts that a person judged as no worsening
    judged: int
    took: dict[
        Zone, tuple[timedelta, timedelta]
    ]  # the middle one, and what nine of ten were within

    @property
    def per_day(self) -> float | None:
        """Alerts for each patient and day in follow-up."""
        return self.alerts / self.patient_days if self.patient_days else None

    @property
    def downgraded_share(self) -> float | None:
        """Of the judged ones, those that were no worsening; None when none was judged."""
        return self.downgraded / self.judged if self.judged else None

    @property
    def to_look_at(self) -> list[Line]:
        return [line for line in self.lines if line.to_look_at]


def ledger(alerts: Iterable[Alert], *, patient_days: int) -> Ledger:
    """The whole of it; each alert is counted once in all, and once for each of its rules."""
    every = list(alerts)
    lines: dict[Rule, Line] = {}
    limits: dict[tuple[Rule, float], Line] = {}
    took: dict[Zone, list[timedelta]] = defaultdict(list)
    for alert in every:
        for rule in dict.fromkeys(alert.rules):
            lines.setdefault(rule, Line(rule)).outcomes[alert.outcome] += 1
        for rule, bound in dict.fromkeys(alert.passed):
            line = limits.setdefault((rule, bound), Line(rule, bound=bound))
            line.outcomes[alert.outcome] += 1
        if alert.took is not None:
            took[alert.zone].append(alert.took)
    return Ledger(
        lines=sorted(lines.values(), key=_order),
        limits=sorted(limits.values(), key=_order),
        alerts=len(every),
        patient_days=patient_days,
        downgraded=sum(alert.outcome in FALSE for alert in every),
        judged=sum(alert.outcome in FALSE | RIGHT for alert in every),
        took={zone: (median_low(found), _ninth(found)) for zone, found in took.items()},
    )


def _order(line: Line) -> tuple[bool, int, str, str, float]:
    rule = line.rule
    return not line.to_look_at, -line.alerts, rule.subject, rule.rule, line.bound or 0


def _ninth(found: Sequence[timedelta]) -> timedelta:
    """The smallest that at least nine of ten are within."""
    return sorted(found)[-(-9 * len(found) // 10) - 1]
