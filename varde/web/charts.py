"""From thresholds and observations to what a chart is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from varde.catalogue.queries import rules
from varde.core.baseline import in_one
from varde.core.judgement import DropRule
from varde.core.programme import Programme
from varde.core.quantities import BY_NAME
from varde.core.thresholds import SIDES, Limits
from varde.measuring.habitual import Held
from varde.paper.chart import Band, Point


def points_of(observations: Iterable[Any]) -> list[Point]:
    return [Point(one.taken_at, one.value, one.zone) for one in observations]


@dataclass(frozen=True)
class Below:
    """How far below what is usual a kind is yellow and red, and what was usual when."""

    rule: DropRule
    usual: Sequence[Held]

    def at(self, moment: datetime) -> float | None:
        return next(
            (one.value for one in reversed(self.usual)
             if (one.start or moment) <= moment and (one.end is None or moment < one.end)),
            None,
        )  # fmt: skip

    def changes(self) -> set[datetime]:
        return {at for one in self.usual for at in (one.start, one.end) if at is not None}


def below_usual(
    usual: Mapping[str, Sequence[Held]], programmes: Sequence[Programme]
) -> Mapping[str, Below]:
    """Of each kind that these programmes hold against what was usual for the patient when."""
    drops = rules(programmes).drops
    return {kind: Below(rule, usual[kind]) for kind, rule in drops.items() if kind in usual}


def bands_of(
    thresholds: Sequence[Any], start: datetime, end: datetime, below: Below | None = None
) -> list[Band]:
    """Bands follow what readings were judged by at each date: the thresholds, and of a standard set
    what is below the usual; a doctor's limits are alone."""
    if not thresholds and below is not None:  # no limits, and judged all the same
        return _with_usual(Limits(), start, end, below)
    bands = []
    for row in thresholds:
        begin, until = max(row.period.lower or start, start), min(row.period.upper or end, end)
        if below is not None and row.ground == "standard":
            limits = Limits(*(getattr(row, side) for side in SIDES))
            bands += _with_usual(limits, begin, until, below)
        else:
            bands += bands_between(row, begin, until)
    return bands


def _with_usual(limits: Limits, begin: datetime, until: datetime, below: Below) -> list[Band]:
    kind = BY_NAME[below.rule.kind]
    inside = sorted(at for at in below.changes() if begin < at < until)
    return [
        band
        for start, end in pairwise((begin, *inside, until))
        for usual in [below.at(start)]
        for band in bands_between(
            limits if usual is None else in_one(kind, limits, below.rule, usual), start, end
        )
    ]


def bands_between(bounds: Any, begin: datetime, until: datetime) -> list[Band]:
    """The bands of one set of four bounds. A bound of 0 is one; without the outer one a band has
    no end."""
    return [
        Band(begin, until, low, high, colour)
        for bound, low, high, colour in (
            (bounds.alert_low, None, bounds.alert_low, "rod"),
            (bounds.warning_low, bounds.alert_low, bounds.warning_low, "gul"),
            (bounds.warning_high, bounds.warning_high, bounds.alert_high, "gul"),
            (bounds.alert_high, bounds.alert_high, None, "rod"),
        )
        if bound is not None
    ]
