"""What is usual for one patient, reckoned from the readings of the first days of follow-up.

Pure. How many days it takes no clinician has signed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import fmean, median, stdev

from varde.core.calendar import day_bounds
from varde.core.quantities import BY_NAME, Kind
from varde.core.reading import Reading

FIRST_DAYS = 14  # local days of follow-up, the first with them, that a baseline is made of
LEAST_DAYS = 7  # measured days without which nothing is reckoned from it
TO_DEVIATION = 1.4826  # of the median absolute deviation, when values spread evenly to both sides


@dataclass(frozen=True, slots=True)
class Baseline:
    """One kind over the trial, in its own unit.

    `spread` is 1.4826 times the median distance from the median: as a standard deviation, and
    one odd value does not move it. At least the smallest difference that is judged.
    """

    kind: str
    median: float
    spread: float
    days: int  # with at least one reading
    readings: int
    lowest: float
    highest: float


def baseline(readings: Sequence[Reading], zone: tzinfo) -> Baseline | None:
    """Of readings of one kind; None when there are none. All of them count, also odd ones."""
    if not readings:
        return None
    kind = BY_NAME[readings[0].kind]
    found = [kind.rounded(reading.value) for reading in readings]
    middle = median(found)
    deviation = TO_DEVIATION * median(abs(value - middle) for value in found)
    return Baseline(
        kind=kind.name,
        median=kind.rounded(middle),
        spread=max(kind.rounded(deviation), step(kind)),
        days=len({reading.taken_at.astimezone(zone).date() for reading in readings}),
        readings=len(found),
        lowest=min(found),
        highest=max(found),
    )


class FirstDays:
    """Readings of one kind from the first days of follow-up, and what is reckoned from them.

    It may still grow; what has been reckoned is kept until it does.
    """

    def __init__(self, readings: Iterable[Reading] = ()) -> None:
        self._readings = list(readings)
        self._made: tuple[Baseline, float, float] | None = None

    def add(self, reading: Reading) -> None:
        self._readings.append(reading)
        self._made = None

    def usual(self, zone: tzinfo) -> tuple[Baseline, float, float] | None:
        """The baseline, and the mean of the days' means and their standard deviation.

        None where fewer than `LEAST_DAYS` days were measured.
        """
        if self._made is None:
            found = baseline(self._readings, zone)
            if found is None or found.days < LEAST_DAYS:
                return None
            days = list(by_day(self._readings, zone).values())
            self._made = found, fmean(days), stdev(days)
        return self._made


def by_day(readings: Iterable[Reading], zone: tzinfo) -> dict[date, float]:
    """The mean of each local day that has readings, oldest first."""
    kept: dict[date, list[float]] = defaultdict(list)
    for reading in readings:
        kept[reading.taken_at.astimezone(zone).date()].append(reading.value)
    return {
        day: values[0] if len(values) == 1 else fmean(sorted(values))
        for day, values in sorted(kept.items())
    }


def settled(began: datetime, zone: tzinfo) -> datetime:
    """When the first days are over, for follow-up that began then: a local midnight."""
    last = began.astimezone(zone).date() + timedelta(days=FIRST_DAYS - 1)
    return day_bounds(last, zone)[1]


def step(kind: Kind) -> float:
    """The smallest difference that is judged."""
    return float(10**-kind.decimals)
