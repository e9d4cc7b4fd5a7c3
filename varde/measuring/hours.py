"""Opening hours of a unit: its own weekly hours, Norwegian public holidays, its zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from varde.core.calendar import OpeningHours

_norwegian = holidays.country_holidays("NO", include_sundays=False)

HOLIDAY = "holiday"  # the key of the hours on public holidays; without it the unit is closed then
WEEKDAYS_9_TO_15 = {str(day): ["09:00", "15:00"] for day in range(5)}
ROUND_THE_CLOCK = {day: ["00:00", "00:00"] for day in (*map(str, range(7)), HOLIDAY)}


def is_public_holiday(day: date) -> bool:
    return day in _norwegian


def hours_from(stored: Mapping[str, Sequence[str]], zone: str) -> OpeningHours:
    """The hours kept on an organisation; one that has none follows Monday to Friday 9–15."""
    kept = stored or WEEKDAYS_9_TO_15
    return _hours(tuple((day, kept[day][0], kept[day][1]) for day in sorted(kept)), zone)


@lru_cache(maxsize=256)
def _hours(kept: tuple[tuple[str, str, str], ...], zone: str) -> OpeningHours:
    every = {day: (time.fromisoformat(o), time.fromisoformat(c)) for day, o, c in kept}
    week = {int(day): times for day, times in every.items() if day != HOLIDAY}
    return OpeningHours(week, is_public_holiday, ZoneInfo(zone), every.get(HOLIDAY))
