"""Opening hours of a unit: its own weekly hours, Norwegian public holidays, its zone.

A programme may have hours of its own at a unit, within the unit's: a clinic one day a week of a
service that is there every day (decisions 4.9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

import holidays

from varde.core.calendar import OpeningHours, together
from varde.measuring.models import Enrolment
from varde.people.models import Organisation
from varde.people.queries import organisation

_norwegian = holidays.country_holidays("NO", include_sundays=False)

HOLIDAY = "holiday"  # the key of the hours on public holidays; without it the unit is closed then
WEEKDAYS_9_TO_15 = {str(day): ["09:00", "15:00"] for day in range(5)}
ROUND_THE_CLOCK = {day: ["00:00", "00:00"] for day in (*map(str, range(7)), HOLIDAY)}


def is_public_holiday(day: date) -> bool:
    return day in _norwegian


def holiday_name(day: date, language: str = "no") -> str:
    """What the Norwegian public holiday is called, in `no` or `en_US`; empty on other days."""
    return str(_in_words(language).get(day) or "")


@lru_cache
def _in_words(language: str) -> holidays.HolidayBase:
    return holidays.country_holidays("NO", include_sundays=False, language=language)


Stored = Mapping[str, Sequence[str]]


def hours_at(unit: Organisation, programmes: Collection[str], zone: str) -> OpeningHours:
    """When the unit sees to a patient who is in these programmes there: see `hours_of`."""
    return hours_of(unit.hours, unit.programme_hours, programmes, zone)


def hours_among(rows: Sequence[Enrolment], zone: str) -> OpeningHours:
    """When a patient in these programmes, as `measuring.queries.enrolments` tells them, is seen to
    by the unit that answers."""
    unit = rows[0].unit
    return hours_at(unit, [row.programme for row in rows if row.unit_id == unit.id], zone)


def hours_of(
    stored: Stored, own: Mapping[str, Stored], programmes: Collection[str], zone: str
) -> OpeningHours:
    """The unit's hours, narrowed to those of the programmes; of several, whenever one is seen to.

    Of no programme, and of one that has no hours of its `own`, they are the unit's.
    """
    named = [own[one] for one in programmes if one in own]
    if not named or len(named) < len(programmes):
        return hours_from(stored, zone)
    return together([hours_from(one, zone) for one in named])


def hours_from(stored: Stored, zone: str) -> OpeningHours:
    """The hours kept on an organisation; one that has none follows Monday to Friday 9–15."""
    kept = stored or WEEKDAYS_9_TO_15
    return _hours(tuple((day, kept[day][0], kept[day][1]) for day in sorted(kept)), zone)


@lru_cache(maxsize=256)
def _hours(kept: tuple[tuple[str, str, str], ...], zone: str) -> OpeningHours:
    every = {day: (time.fromisoformat(o), time.fromisoformat(c)) for day, o, c in kept}
    week = {int(day): times for day, times in every.items() if day != HOLIDAY}
    return OpeningHours(week, is_public_holiday, ZoneInfo(zone), every.get(HOLIDAY))


@dataclass(frozen=True, slots=True)
class HoursFor:
    """A unit's hours, and those of its patients where they have others."""

    unit: OpeningHours
    own: Mapping[UUID, OpeningHours] = field(default_factory=dict)

    def __getitem__(self, patient: UUID) -> OpeningHours:
        return self.own.get(patient, self.unit)


def hours_for(unit: UUID, patients: Iterable[UUID], *, zone: str, at: datetime) -> HoursFor:
    """When the unit sees to each of these patients."""
    return hours_of_each(organisation(unit), patients, zone=zone, at=at)


def every_hours(unit: Organisation, zone: str) -> list[OpeningHours]:
    """The unit's hours, and those that programmes have of their own there."""
    return [hours_from(one, zone) for one in (unit.hours, *unit.programme_hours.values())]


def hours_of_each(
    found: Organisation, patients: Iterable[UUID], *, zone: str, at: datetime
) -> HoursFor:
    """The same of a unit that is read; nothing is read of patients where all are alike."""
    if not found.programme_hours:
        return HoursFor(hours_at(found, (), zone))
    rows = Enrolment.objects.filter(patient_id__in=list(patients), unit_id=found.id)
    among: dict[UUID, list[str]] = defaultdict(list)
    for patient, one in rows.filter(period__contains=at).values_list("patient_id", "programme"):
        among[patient].append(one)
    return HoursFor(
        hours_at(found, (), zone),
        {patient: hours_at(found, named, zone) for patient, named in among.items()},
    )
