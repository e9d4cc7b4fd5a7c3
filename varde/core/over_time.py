"""Rules over one kind's readings in time: sustained, mean, trend, away from the own baseline.

Pure. Each adds to what limits say of a reading and never takes away: where too little has been
measured for it, it says nothing, and the reading is judged by its limits as ever. «Earlier» is
taken earlier, however late it came. Days are local; a day with several readings counts as their
mean. A baseline is what was measured in the first `baseline.FIRST_DAYS` of follow-up; while they
last there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from operator import attrgetter
from statistics import fmean
from typing import ClassVar

from varde.core.judgement import Case, KindRule, earlier_of
from varde.core.quantities import BY_NAME
from varde.core.reading import Reading
from varde.core.rule import Alert, Rule, Side
from varde.core.thresholds import breach
from varde.core.usual import Baseline, by_day, step
from varde.core.verdict import Reason
from varde.core.zones import NAMED, Zone

SETTLED_SPANS = 4  # long spans of a trend after which what lies before weighs under a thousandth
LONGEST = 120  # days that a rule may look back
BY_TIME = attrgetter("taken_at", "value")
HELD = 3  # days for which a missing weight is held to be the last one; longer begins anew


class OverTime(Rule, frozen=True, kw_only=True):
    """A rule of one kind."""

    kind: str
    needs_baseline: ClassVar[bool] = False

    @property
    def back(self) -> timedelta:
        """How far back it looks, a day more than its own days: local days are not all 24 hours."""
        return timedelta(days=1)

    def verdict(self, reading: Reading, case: Case) -> Reason | None:
        raise NotImplementedError

    def _before(self, reading: Reading, case: Case, days: int) -> list[Reading]:
        """Earlier readings of the last `days` local days, today with them, oldest first."""
        return sorted(earlier_of(reading, case, days - 1), key=BY_TIME)

    def _usual(self, reading: Reading, case: Case) -> tuple[Baseline, float, float] | None:
        """The own baseline, its mean from day to day and its deviation; none while it lasts."""
        first = case.first.get(self.kind)
        if first is None or case.settled is None or reading.taken_at < case.settled:
            return None
        return first.usual(case.zone)


class Sustained(OverTime, frozen=True, tag="sustained", kw_only=True):
    """`times` of the last `of` readings, this one with them, yellow or worse to the same side.

    By the limits that hold now; readings older than `days` local days do not count.
    """

    times: int
    of: int
    zone: Alert = "red"
    days: int = 14

    @property
    def back(self) -> timedelta:
        return timedelta(days=self.days + 1)

    def wrong(self) -> Iterable[str]:
        if not 2 <= self.times <= self.of:
            yield "times is at least 2 and at most of"
        if not 1 <= self.days <= LONGEST:
            yield f"days is from 1 to {LONGEST}"

    def verdict(self, reading: Reading, case: Case) -> Reason | None:
        kind, limits = BY_NAME[self.kind], case.limits.get(self.kind)
        passed = breach(kind.rounded(reading.value), limits) if limits else None
        if limits is None or passed is None:
            return None
        last = self._before(reading, case, self.days)[-(self.of - 1) :]
        others = [breach(kind.rounded(one.value), limits) for one in last]
        count = 1 + sum(one is not None and one.rule == passed.rule for one in others)
        least = limits.warning_low if passed.rule == "below" else limits.warning_high
        if count < self.times:
            return None
        return Reason(
            self.kind, "sustained", NAMED[self.zone], kind.rounded(reading.value),
            passed.bound if least is None else least,
            named=self.id, figure=count, of=len(last) + 1, side=passed.rule,
        )  # fmt: skip


class Mean(OverTime, frozen=True, tag="mean", kw_only=True):
    """The mean of the last `days` days against the baseline's mean and its spread from day to day.

    Told when it is `spreads` standard deviations of the baseline's days away, and at least
    `least` (in the kind's unit); with readings on at least `fewest` of the days. After the control
    charts of Cooper 2020 (doi 10.2147/COPD.S256907: 7 days, 1.645 deviations, one-sided 95 %),
    which held a day's value against a rolling mean; here the mean is held against the first days,
    so that a slow fall is not taken for the usual.
    """

    side: Side
    days: int = 7
    fewest: int = 4
    spreads: float = 1.645
    least: float = 0
    zone: Alert = "yellow"
    needs_baseline: ClassVar[bool] = True

    @property
    def back(self) -> timedelta:
        return timedelta(days=self.days + 1)

    def wrong(self) -> Iterable[str]:
        if not 1 <= self.fewest <= self.days <= LONGEST:
            yield f"fewest is at least 1 and at most days, which is at most {LONGEST}"
        if self.spreads <= 0 or self.least < 0:
            yield "spreads is above 0, and least not below"

    def verdict(self, reading: Reading, case: Case) -> Reason | None:
        usual = self._usual(reading, case)
        if usual is None:
            return None
        days = by_day([*self._before(reading, case, self.days), reading], case.zone)
        if len(days) < self.fewest:
            return None
        kind, (_, mean, deviation), now = BY_NAME[self.kind], usual, fmean(days.values())
        margin = max(self.spreads * deviation, self.least, step(kind))
        away = mean - now if self.side == "low" else now - mean
        if round(away, 6) < round(margin, 6):
            return None
        return Reason(
            self.kind, "mean", NAMED[self.zone], kind.rounded(reading.value), round(margin, 2),
            base=round(mean, 2), days=self.days, named=self.id, figure=round(now, 2),
            side=SIDE_OF[self.side],
        )  # fmt: skip


class Trend(OverTime, frozen=True, tag="trend", kw_only=True):
    """Moving averages that part: a short exponential mean over a long one by `yellow` or `red`.

    The moving average convergence divergence that Zhang 2009 tried on daily weights (doi
    10.1093/eurjhf/hfp033: fewer true alerts than rules of thumb, 20 against 58–65 %, and far fewer
    false, 9 against 54–58 %). The paper's own spans could not be had: these are the programme's,
    unsigned. An average of n days weighs each day 2/(n+1). A missing day is held to be as the last
    for at most `HELD` days; after longer the averages begin anew, and they say nothing before they
    have `long` days behind them.
    """

    short: int
    long: int
    yellow: float
    red: float | None = None

    @property
    def back(self) -> timedelta:
        return timedelta(days=SETTLED_SPANS * self.long + 1)

    def wrong(self) -> Iterable[str]:
        if not 1 <= self.short < self.long <= LONGEST // SETTLED_SPANS:
            yield f"short is below long, which is at most {LONGEST // SETTLED_SPANS} days"
        if self.yellow <= 0 or (self.red is not None and self.red < self.yellow):
            yield "yellow comes before red, above 0"

    def verdict(self, reading: Reading, case: Case) -> Reason | None:
        before = self._before(reading, case, SETTLED_SPANS * self.long)
        apart = self._apart(by_day([*before, reading], case.zone))
        if apart is None or apart < self.yellow:
            return None
        red = self.red is not None and apart >= self.red
        return Reason(
            self.kind, "trend", Zone.RED if red else Zone.YELLOW,
            BY_NAME[self.kind].rounded(reading.value), self.red if red else self.yellow,
            days=self.long, named=self.id, figure=apart, side="above",
        )  # fmt: skip

    def _apart(self, days: dict[date, float]) -> float | None:
        """The short average less the long one; None before they have `long` days behind them."""
        short = long = 0.0
        began: date | None = None
        last: date | None = None
        for day, value in days.items():
            if began is None or last is None or (day - last).days > HELD + 1:
                short = long = value
                began = last = day
                continue
            for _ in range((day - last).days - 1):  # held days: both draw near to the last value
                short, long = self._drawn(short, long, days[last])
            short, long = self._drawn(short, long, value)
            last = day
        if began is None or last is None or (last - began).days < self.long:
            return None
        return round(short - long, 2)

    def _drawn(self, short: float, long: float, value: float) -> tuple[float, float]:
        by_short, by_long = 2 / (self.short + 1), 2 / (self.long + 1)
        return short + by_short * (value - short), long + by_long * (value - long)


class Away(OverTime, frozen=True, tag="away", kw_only=True):
    """One reading so many spreads from the own baseline's median, and at least `least` units.

    The spread is 1.4826 times the median distance from the median (`baseline`): of values that
    spread evenly 2 spreads hold about 95 of 100. Needs `LEAST_DAYS` measured days.
    """

    side: Side
    yellow: float
    red: float | None = None
    least: float = 0
    needs_baseline: ClassVar[bool] = True

    def wrong(self) -> Iterable[str]:
        if self.yellow <= 0 or (self.red is not None and self.red < self.yellow):
            yield "yellow comes before red, above 0"
        if self.least < 0:
            yield "least is not below 0"

    def verdict(self, reading: Reading, case: Case) -> Reason | None:
        known = self._usual(reading, case)
        if known is None:
            return None
        kind, usual = BY_NAME[self.kind], known[0]
        value = kind.rounded(reading.value)
        away = usual.median - value if self.side == "low" else value - usual.median
        for zone, spreads in ((Zone.RED, self.red), (Zone.YELLOW, self.yellow)):
            if spreads is None:
                continue
            margin = max(spreads * usual.spread, self.least)
            if round(away, 6) >= round(margin, 6):
                return Reason(
                    self.kind, "away", zone, value, round(margin, 2), base=usual.median,
                    named=self.id, figure=kind.rounded(away), side=SIDE_OF[self.side],
                )  # fmt: skip
        return None


SIDE_OF = {"low": "below", "high": "above"}
FURTHER = Sustained | Mean | Trend | Away


def back_of(rules: Iterable[KindRule]) -> timedelta:
    """How far back these rules look."""
    return max((rule.back for rule in rules), default=timedelta(0))
