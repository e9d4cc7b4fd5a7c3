"""From thresholds and observations to what a chart is drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from varde.paper.chart import Band, Point


def points_of(observations: Iterable[Any]) -> list[Point]:
    return [Point(one.taken_at, one.value, one.zone) for one in observations]


def bands_of(thresholds: Iterable[Any], start: datetime, end: datetime) -> list[Band]:
    """Bands follow the thresholds that were in force at each date."""
    bands = []
    for row in thresholds:
        begin = max(row.period.lower or start, start)
        until = min(row.period.upper or end, end)
        for bound, low, high, colour in (
            (row.alert_low, None, row.alert_low, "rod"),
            (row.warning_low, row.alert_low, row.warning_low, "gul"),
            (row.warning_high, row.warning_high, row.alert_high, "gul"),
            (row.alert_high, row.alert_high, None, "rod"),
        ):
            if bound is not None:  # a bound of 0 is a bound; without the outer one it has no end
                bands.append(Band(begin, until, low, high, colour))
    return bands
