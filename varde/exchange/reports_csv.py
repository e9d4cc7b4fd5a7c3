"""Reports in a CSV file: patient, taken_at, kind, value, unit; one row a value or an answer.

The same row twice is one value; two different values of one kind in a report are judged both, as
the intake judges two posts. A further column `context` may say how a value was measured: words of
`core.reading.SAID`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from varde.core.calendar import local_noon
from varde.core.quantities import BY_LOINC, BY_NAME, RefusedValue
from varde.core.reading import SAID, Reading
from varde.core.replay import EVERYBODY, Report
from varde.core.thresholds import SIDES, Limits, UnorderedLimits

COLUMNS = ("patient", "taken_at", "kind", "value", "unit", "context")
NEEDED = COLUMNS[:4]
ANSWER = "answer:"
YEARS = range(1900, 2200)  # a time outside is a slip of the hand
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
EVERYDAY = {"°c": "Cel", "c": "Cel", "mmhg": "mm[Hg]", "bpm": "/min", "kg": "kg", "l/min": "L/min",
            "slag/min": "/min", "prosent": "%"}  # fmt: skip


class BadTable(ValueError):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Row:
    """A row that was not taken: its line in the file, and why."""

    line: int
    why: str


def read_reports(text: Iterable[str], *, zone: ZoneInfo) -> tuple[list[Report], list[Row]]:
    """The reports, rows of one patient and time together, and the rows that were refused.

    A report knows what of it was refused: it is not green then. A row without a patient or a time
    is of no report.

    A time without an offset is local; a date is that day at noon. Raises `BadTable` when a column
    is lacking.
    """
    table = csv.DictReader(text, skipinitialspace=True)
    lacking = [name for name in NEEDED if name not in (table.fieldnames or ())]
    if lacking:
        raise BadTable(f"There is no column {', '.join(lacking)} in the first line")
    twice = [name for name in COLUMNS if list(table.fieldnames or ()).count(name) > 1]
    if twice:
        raise BadTable(f"The column {', '.join(twice)} stands there twice")
    found: dict[tuple[str, datetime], _Parts] = {}
    refused: list[Row] = []
    try:
        for row in table:
            try:
                _add(row, found, zone)
            except (ValueError, OverflowError) as error:
                refused.append(Row(table.line_num, str(error)))
    except csv.Error as error:
        raise BadTable(f"Line {table.line_num}: {error}") from error
    reports = [
        Report(patient, taken_at, tuple(one.readings), tuple(one.answers), tuple(one.refused))
        for (patient, taken_at), one in found.items()
    ]
    return reports, refused


@dataclass
class _Parts:
    """What has been read of a report."""

    readings: dict[Reading, None] = field(default_factory=dict)
    answers: dict[tuple[str, str], None] = field(default_factory=dict)
    refused: dict[str, None] = field(default_factory=dict)


def _add(
    row: Mapping[str, str | None], found: dict[tuple[str, datetime], _Parts], zone: ZoneInfo
) -> None:
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not said["patient"]:
        raise ValueError("there is no patient")
    taken_at = _time(said["taken_at"], zone)
    report = found.setdefault((said["patient"], taken_at), _Parts())
    try:
        _read(said, taken_at, report)
    except (ValueError, OverflowError):
        report.refused[_named(said["kind"])] = None
        raise


def _named(kind: str) -> str:
    """What a row that could not be read was about: the name here, else as it is written."""
    known = BY_NAME.get(kind) or BY_LOINC.get(kind)
    return known.name if known else kind[:40]


def _read(said: Mapping[str, str], taken_at: datetime, report: _Parts) -> None:
    if said["kind"].startswith(ANSWER):
        if not said["value"]:
            raise ValueError(f"{said['kind']} has no answer")
        report.answers[said["kind"].removeprefix(ANSWER), said["value"]] = None
    else:
        report.readings[_reading(said, taken_at)] = None


def _time(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.year not in YEARS:
            raise ValueError
        if len(text) <= len("2026-11-16"):
            return local_noon(date.fromisoformat(text), zone).astimezone(zone)
    except ValueError:
        raise ValueError(f"{text!r} is not a time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _reading(said: Mapping[str, str], taken_at: datetime) -> Reading:
    kind = BY_NAME.get(said["kind"]) or BY_LOINC.get(said["kind"])
    if kind is None:
        raise ValueError(f"{said['kind']!r} is no kind that is known here")
    if not _NUMBER.fullmatch(said["value"]):
        raise ValueError(f"{said['value']!r} is not a number")
    value, unit = float(said["value"].replace(",", ".")), said["unit"] or kind.unit
    try:
        taken = kind.taken(value, EVERYDAY.get(unit.replace(" ", "").lower(), unit))
        return Reading(kind.name, taken, taken_at, _manner(said["context"]))
    except RefusedValue as error:
        raise ValueError(f"{kind.name}: {error}") from None


def _manner(text: str) -> tuple[str, ...]:
    """Other words are passed over: a column of that name may be somebody else's."""
    words = text.split()
    return tuple(one for one in SAID if one in words)


def read_limits(content: object) -> dict[str, dict[str, Limits]]:
    """A doctor's limits as in a programme file, kind → bounds; or by patient, under `patients`.

    Raises `BadTable` that says where.
    """
    if not isinstance(content, Mapping):
        raise BadTable("Limits are kinds, each with its bounds")
    patients = content.get("patients", {})
    if not isinstance(patients, Mapping):
        raise BadTable("patients are names, each with kinds")
    everybody = {key: value for key, value in content.items() if key != "patients"}
    whole = {EVERYBODY: everybody, **{str(name): kinds for name, kinds in patients.items()}}
    return {name: _kinds(name, kinds) for name, kinds in whole.items()}


def _kinds(name: str, kinds: object) -> dict[str, Limits]:
    if not isinstance(kinds, Mapping):
        raise BadTable(f"{name}: kinds are needed, each with its bounds")
    made = {}
    for kind, bounds in kinds.items():
        if kind not in BY_NAME or not isinstance(bounds, Mapping) or set(bounds) - set(SIDES):
            raise BadTable(f"{kind!r} is not a kind with any of {', '.join(SIDES)}")
        numbers = [bounds.get(side) for side in SIDES]
        if any(isinstance(n, bool) or not isinstance(n, int | float | None) for n in numbers):
            raise BadTable(f"{kind}: a bound is a number")
        low, high = BY_NAME[kind].possible
        if any(n and not low <= n <= high for n in numbers):  # a limit of 0 is a limit
            raise BadTable(f"{kind}: a bound outside what is possible ({low:g}–{high:g})")
        try:
            made[str(kind)] = Limits(*numbers)
        except UnorderedLimits as error:
            raise BadTable(f"{kind}: {error}") from None
    return made
