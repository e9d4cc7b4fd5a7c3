"""Expectations: what a patient should send, in which window, and what is still lacking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from varde.core.pause import LONGEST_AHEAD, Pause, daily_on, holding


class Rhythm(StrEnum):
    DAILY = "daily"
    WEEKDAYS = "weekdays"  # Monday to Friday, holidays too: whoever measures does not know them
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Window:
    """When a report counts: [opens, deadline). Both aware; `deadline` includes the grace."""

    day: date
    opens: datetime
    deadline: datetime


def window(day: date, rhythm: Rhythm, zone: tzinfo) -> Window:
    """Grace (decisions 4.2, unsigned): daily until 12:00 next day, weekly 24 h after the day."""
    opens = datetime.combine(day, time(0), zone)
    after = time(0) if rhythm is Rhythm.WEEKLY else time(12)
    days = 2 if rhythm is Rhythm.WEEKLY else 1
    return Window(day, opens, datetime.combine(day + timedelta(days=days), after, zone))


def days_due(start: date, end: date, rhythm: Rhythm, weekday: int) -> list[date]:
    """The days in [start, end) on which a report is expected; `weekday` 0 is Monday."""
    span = (start + timedelta(days=n) for n in range((end - start).days))
    return [day for day in span if _falls(rhythm, weekday, day)]


def _falls(rhythm: Rhythm, weekday: int, day: date) -> bool:
    if rhythm is Rhythm.WEEKLY:
        return day.weekday() == weekday
    return rhythm is Rhythm.DAILY or day.weekday() < 5


def lacking(expected: Iterable[str], came: Iterable[str]) -> tuple[str, ...]:
    """Which parts have not come, in the order they are expected."""
    have = set(came)
    return tuple(part for part in expected if part not in have)


LONGEST_TRIAL = 90  # days; a programme file may not ask for daily reports longer than this


@dataclass(frozen=True, slots=True)
class Own:
    """How often one patient reports, from a day on, whatever the programme says."""

    rhythm: Rhythm
    weekday: int
    since: date


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed with one patient: when it began, the trial, the weekday, pauses."""

    start: date
    weekday: int
    trial_days: int = 14
    every_day: bool = False
    daily_until_green: bool = True
    trial: Rhythm = Rhythm.DAILY
    after: Rhythm = Rhythm.WEEKLY
    pauses: tuple[Pause, ...] = ()
    own: Own | None = None


def rhythm_on(day: date, agreed: Agreed, *, green: bool) -> Rhythm:
    """Daily by the service model, while yellow or red and after an admission; else what is agreed
    with the patient, as the trial, or what follows it."""
    worse = agreed.daily_until_green and not green
    if agreed.every_day or worse or daily_on(agreed.pauses, day):
        return Rhythm.DAILY
    if agreed.own is not None and agreed.own.since <= day:
        return agreed.own.rhythm
    in_trial = (day - agreed.start).days < agreed.trial_days
    return agreed.trial if in_trial else agreed.after


def is_due(day: date, agreed: Agreed, *, green: bool) -> bool:
    if day < agreed.start or holding(agreed.pauses, day):
        return False
    return _falls(rhythm_on(day, agreed, green=green), weekday_of(agreed, day), day)


def weekday_of(agreed: Agreed, day: date) -> int:
    """The day of the week that is agreed, as it is on `day`; Monday is 0."""
    own = agreed.own
    return own.weekday if own is not None and own.since <= day else agreed.weekday


FURTHEST = 2 * LONGEST_AHEAD  # days in which a next report is looked for


def next_due(after: date, agreed: Agreed, *, green: bool) -> date | None:
    """The first day later than `after` on which a report is due; None while nobody knows."""
    first = max(after + timedelta(days=1), agreed.start)
    for day in (first + timedelta(days=n) for n in range(FURTHEST)):
        pause = holding(agreed.pauses, day)
        if pause is not None and pause.last is None:
            return None
        if is_due(day, agreed, green=green):
            return day
    return None
