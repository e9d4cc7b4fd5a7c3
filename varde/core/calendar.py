"""Opening hours of a follow-up service, and what they make of a span of time.

Hours are wall-clock times in the zone of the cooperation; every result is in UTC. A local time
that does not exist (the clock is put forward) becomes the first moment after the gap; one that
exists twice (the clock is put back) is the first of the two. That order is kept is what makes
openings never overlap. An opening contains its start and not its end: at 15:00 it is closed.

Every function raises ValueError for a datetime without a zone, and those that search for an
opening raise `NeverOpen` when none is found within a year.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta(0)
_MIDNIGHT: Final = time(0)
_LONGEST_CLOSED_DAYS: Final = 366

Opening = tuple[datetime, datetime]
"""Start (included) and end (not included), both in UTC."""


class NeverOpen(Exception):
    """No opening within 366 days: the hours are empty, or every open weekday is a holiday."""


@dataclass(frozen=True)
class OpeningHours:
    """At most one opening a day, the same every week; on holidays `on_holidays`, or none.

    `weekdays` maps 0 (Monday) … 6 to (opens, closes), local; a missing day is closed. Closing at
    00:00 means the midnight that ends the day, so (00:00, 00:00) is round the clock; an opening
    cannot run past midnight. Raises ValueError for other times that do not ascend, for times with
    a zone of their own and for weekdays out of range.
    """

    weekdays: Mapping[int, tuple[time, time]]
    holidays: Callable[[date], bool]
    zone: ZoneInfo
    on_holidays: tuple[time, time] | None = None

    def __post_init__(self) -> None:
        if any(weekday not in range(7) for weekday in self.weekdays):
            raise ValueError("weekdays are 0 (Monday) to 6 (Sunday)")
        every = [*self.weekdays.values(), *([self.on_holidays] if self.on_holidays else [])]
        for opens, closes in every:
            if opens.tzinfo or closes.tzinfo:
                raise ValueError("opening hours are local times without a zone")
            if opens >= closes != _MIDNIGHT:
                raise ValueError("an opening must end after it starts, on the same day")


def is_open(hours: OpeningHours, at: datetime) -> bool:
    """Whether somebody is at work at that moment."""
    return _covering(hours, _utc(at)) is not None


def next_opening(hours: OpeningHours, at: datetime) -> datetime:
    """`at` when open, else the start of the next opening. Raises NeverOpen."""
    moment = _utc(at)
    start, _ = next(_openings(hours, moment))
    return max(start, moment)


def closing_time(hours: OpeningHours, at: datetime) -> datetime | None:
    """The end of the opening that `at` lies in; None when closed."""
    covering = _covering(hours, _utc(at))
    return covering[1] if covering else None


def next_closing(hours: OpeningHours, at: datetime) -> datetime:
    """The end of the opening that `at` lies in, or else of the next one. Raises NeverOpen."""
    return next(_openings(hours, _utc(at)))[1]


def open_between(hours: OpeningHours, start: datetime, end: datetime) -> timedelta:
    """Opening time within [start, end); zero when `end` is not after `start`. Never raises
    NeverOpen: the span itself bounds the search."""
    first, last = _utc(start), _utc(end)
    total, day, final = _NOTHING, _local_day(hours, first), _local_day(hours, last) + _DAY
    while day <= final:
        opening = _opening_on(hours, day)
        if opening and (span := min(opening[1], last) - max(opening[0], first)) > _NOTHING:
            total += span
        day += _DAY
    return total


def add_open(hours: OpeningHours, start: datetime, amount: timedelta) -> datetime:
    """The earliest moment when `amount` of opening time has passed since `start`.

    An amount that fills an opening exactly ends at its closing, not at the next opening; zero is
    `start` itself, open or not. Raises ValueError for a negative amount, NeverOpen.
    """
    if amount < _NOTHING:
        raise ValueError("amount must not be negative")
    moment, left = _utc(start), amount
    openings = _openings(hours, moment)
    while left:
        opens, closes = next(openings)
        moment = max(opens, moment)
        step = min(left, closes - moment)
        moment, left = moment + step, left - step
    return moment


def local_noon(day: date, zone: ZoneInfo) -> datetime:
    """Noon of that day in the zone, in UTC: what a FHIR date without a time stands for."""
    return _instant(day, time(12), zone)


def day_bounds(day: date, zone: tzinfo) -> Opening:
    """Start of the local day and start of the next, in UTC: 23, 24 or 25 hours apart in Oslo."""
    return _instant(day, _MIDNIGHT, zone), _instant(day + _DAY, _MIDNIGHT, zone)


def opening_day(hours: OpeningHours) -> timedelta:
    """What one opening day is worth of opening time: the middle one of the week's, the shorter of
    two. Raises NeverOpen for hours without a weekday."""
    lengths = sorted(
        timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)
        + (_DAY if closes == _MIDNIGHT else _NOTHING)
        for opens, closes in hours.weekdays.values()
    )
    if not lengths:
        raise NeverOpen("no weekday has an opening")
    return lengths[(len(lengths) - 1) // 2]


def in_opening_days(hours: OpeningHours, at: datetime, n: int = 1) -> datetime:
    """When `n` opening days' worth of opening time has passed since `at`. Raises NeverOpen."""
    return add_open(hours, at, n * opening_day(hours))


def within(inner: OpeningHours, outer: OpeningHours) -> bool:
    """Whether `outer` is open whenever `inner` is; both in the same zone."""
    days = [(inner.weekdays.get(day), outer.weekdays.get(day)) for day in range(7)]
    days.append((inner.on_holidays, outer.on_holidays))
    return all(
        one is None or (other is not None and other[0] <= one[0] and _end(one) <= _end(other))
        for one, other in days
    )


def together(every: Sequence[OpeningHours]) -> OpeningHours:
    """When somebody is there for at least one of them, in one opening a day: the first of the day,
    with those that go on where it ends. A later one by itself is left out: what is called open is
    open. They are of one zone with the same holidays. Raises IndexError for none at all.
    """
    of_day = {day: [one.weekdays[day] for one in every if day in one.weekdays] for day in range(7)}
    weekdays = {day: _joined(openings) for day, openings in of_day.items() if openings}
    holidays = [one.on_holidays for one in every if one.on_holidays]
    joined = _joined(holidays) if holidays else None
    return OpeningHours(weekdays, every[0].holidays, every[0].zone, joined)


def _joined(openings: Sequence[tuple[time, time]]) -> tuple[time, time]:
    first, *others = sorted(openings)
    for one in others:
        if one[0] <= _end(first) < _end(one):
            first = (first[0], one[1])
    return first


def _end(opening: tuple[time, time]) -> time:
    """When it closes that day, so that it can be compared: midnight is the last there is."""
    return time.max if opening[1] == _MIDNIGHT else opening[1]


def _utc(at: datetime) -> datetime:
    """`at` in UTC. Everything below reckons in UTC: differences of two local datetimes of the
    same zone are differences of wall clocks, wrong by an hour across a change."""
    if at.utcoffset() is None:
        raise ValueError("a datetime without a zone is no moment")
    return at.astimezone(UTC)


def _local_day(hours: OpeningHours, moment: datetime) -> date:
    return moment.astimezone(hours.zone).date()


def _covering(hours: OpeningHours, moment: datetime) -> Opening | None:
    """The opening that contains `moment`. The next day's is asked too: where a clock is put back
    across midnight, the old day is shown again after the new one began."""
    today = _local_day(hours, moment)
    for day in (today, today + _DAY):
        opening = _opening_on(hours, day)
        if opening and opening[0] <= moment < opening[1]:
            return opening
    return None


def _openings(hours: OpeningHours, moment: datetime) -> Iterator[Opening]:
    """Openings that end after `moment`, in order, without end. Raises NeverOpen."""
    day, closed = _local_day(hours, moment), 0
    while closed < _LONGEST_CLOSED_DAYS:
        opening = _opening_on(hours, day)
        day, closed = day + _DAY, closed + 1
        if opening and opening[1] > moment:
            closed = 0
            yield opening
    raise NeverOpen(f"no opening within {_LONGEST_CLOSED_DAYS} days")


def hours_on(hours: OpeningHours, day: date) -> tuple[time, time] | None:
    """When it opens and closes on a local day, by the clock on the wall; None when closed."""
    return hours.on_holidays if hours.holidays(day) else hours.weekdays.get(day.weekday())


def _opening_on(hours: OpeningHours, day: date) -> Opening | None:
    """The opening of a local day; None when closed, or when it lies wholly in a skipped hour."""
    local = hours_on(hours, day)
    if local is None:
        return None
    opens, closes = local
    start = _instant(day, opens, hours.zone)
    end = _instant(day + _DAY if closes == _MIDNIGHT else day, closes, hours.zone)
    return (start, end) if start < end else None


@lru_cache(maxsize=4096)
def _instant(day: date, clock: time, zone: tzinfo) -> datetime:
    """The moment in UTC of a local time; never earlier for a later local time (PEP 495)."""
    first = datetime.combine(day, clock.replace(fold=0), tzinfo=zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if second.astimezone(UTC) > first.astimezone(UTC):
        return first.astimezone(UTC)
    return _end_of_gap(second.astimezone(UTC), first.astimezone(UTC), zone)


def _end_of_gap(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment between two others, to the second, at which the zone's offset changes."""
    low, high = int(before.timestamp()), int(after.timestamp())
    old = before.astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        unchanged = datetime.fromtimestamp(middle, zone).utcoffset() == old
        low, high = (middle, high) if unchanged else (low, middle)
    return datetime.fromtimestamp(high, UTC)
