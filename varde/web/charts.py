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
        bands += bands_between(row, begin, min(row.period.upper or end, end))
    return bands


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
