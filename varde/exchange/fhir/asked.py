"""Asked: the parameters of a search, read strictly; what cannot be read is refused by name."""

from __future__ import annotations

import base64
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.calendar import day_bounds
from varde.core.quantities import BLOOD_PRESSURE_PANEL, BY_CODE, BY_LOINC, DIASTOLIC, SYSTOLIC
from varde.exchange.fhir.mapping import PERSON_SYSTEMS
from varde.exchange.fhir.outcome import refuse
from varde.exchange.fhir.resources import LOINC
from varde.measuring.observations import Cursor

Params = Mapping[str, Sequence[str]]
COUNT, MOST = 50, 1000
REFERENCES = {"patient", "subject", "subject:Patient"}
NUMBERS = {
    "patient.identifier", "subject.identifier", "patient:identifier", "subject:identifier",
    "patient:Patient.identifier", "subject:Patient.identifier",
}  # fmt: skip
NAMES = REFERENCES | NUMBERS


def demand_known(params: Params, known: set[str]) -> None:
    """A parameter passed over could widen what is found: only who says `lenient` has it so."""
    unknown = sorted(set(params) - known)
    if unknown:
        raise refuse(f"Unknown parameter: {unknown[0]}", unknown[0], code="not-supported",
                     status=400)  # fmt: skip


def one(params: Params, name: str, default: str) -> str:
    return (params.get(name) or [default])[-1]


def only(params: Params, name: str) -> str:
    """The one value of a parameter that may not name several; empty when it is not there."""
    values = {text for text in params.get(name, ()) if text}
    if len(values) > 1 or any("," in text for text in values):
        raise refuse("One patient at a time", name, code="not-supported", status=400)
    return next(iter(values), "")


def count(params: Params) -> int:
    """How many on a page; 0 when only the number is asked for."""
    text = one(params, "_count", str(COUNT))
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise refuse("_count is a number from 0", "_count", code="value", status=400)
    return 0 if one(params, "_summary", "") == "count" else min(int(text), MOST)


def wants_total(params: Params) -> bool:
    return count(params) == 0 or one(params, "_total", "none") in ("accurate", "estimate")


def subject(params: Params) -> UUID | str | None:
    """The one patient asked for: our id, or a national number; None when it can be nobody."""
    references = {text for name in REFERENCES if (text := only(params, name))}
    numbers = {text for name in NUMBERS if (text := only(params, name))}
    if len(references) + len(numbers) > 1:
        raise refuse("One patient at a time", "patient", code="not-supported", status=400)
    if numbers:
        return number_in(numbers.pop())
    if not references:
        raise refuse("Say which patient", "patient", code="required", status=400)
    kind, _, wanted = references.pop().rpartition("/")
    return uuid_in(wanted) if kind.rpartition("/")[2] in ("", "Patient") else None


def number_in(token: str) -> str | None:
    """The number of `system|number`, when the system is one of a person's, or left out."""
    system, bar, number = token.rpartition("|")
    known = not bar or system in ("", *PERSON_SYSTEMS)
    return number.replace(" ", "") if known else None


def uuid_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def is_vital(params: Params) -> bool:
    """Everything here is a vital sign; a search for another category finds nothing."""
    asked = [
        token.rpartition("|")[2] for text in params.get("category", ()) for token in text.split(",")
    ]
    return not asked or "vital-signs" in asked


def kinds(params: Params) -> tuple[list[int], bool]:
    """The kinds asked for, all without a code, and whether panels of blood pressure are.

    `code` is what an Observation is; `combo-code` also what its components are. A code without
    bar may be LOINC's; `|code` says that it has no system, and finds nothing.
    """
    found, panels = set(BY_CODE), True
    for name in ("code", "combo-code"):
        for text in params.get(name, ()):  # said twice, both must hold
            codes = _codes(text)
            found &= {BY_LOINC[code].code for code in codes if code in BY_LOINC}
            within = name == "combo-code" and bool(codes & _PRESSURES)
            panels = panels and (BLOOD_PRESSURE_PANEL in codes or within)
    return list(found), panels


_PRESSURES = {code for kind in (SYSTOLIC, DIASTOLIC) for code in kind.loinc}


def _codes(text: str) -> set[str]:
    found = set()
    for token in (token for token in text.split(",") if token):
        system, bar, code = token.rpartition("|")
        if bar and system == LOINC and not code:
            found |= {*BY_LOINC, BLOOD_PRESSURE_PANEL}
        elif not bar or system == LOINC:
            found.add(code)
    return found


def bounds(params: Params, zone: ZoneInfo) -> list[tuple[str, datetime]]:
    found: list[tuple[str, datetime]] = []
    for text in params.get("date", ()):
        prefix, value = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
        try:
            start, end = _span(value, zone)
        except (ValueError, OverflowError):
            raise refuse("The date cannot be read", "date", code="value", status=400) from None
        found += _bound(prefix, start, end)
    return found


def _bound(prefix: str, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    known = {
        "eq": [("ge", start), ("lt", end)],
        "ge": [("ge", start)],
        "gt": [("ge", end)],
        "le": [("lt", end)],
        "lt": [("lt", start)],
        "sa": [("ge", end)],
        "eb": [("lt", start)],
        "ap": [("ge", start), ("lt", end)],
    }
    if prefix not in known:
        raise refuse(f"Unknown prefix {prefix}", "date", code="not-supported", status=400)
    return known[prefix]


def _span(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A day, a month or a year is local; a time is that moment."""
    if _PART.fullmatch(text):
        first, last = _days(text)
        start = datetime.combine(first, time(0), zone).astimezone(UTC)
        return start, LAST if last == date.max else day_bounds(last, zone)[1]
    if not _TIME.fullmatch(text):
        raise ValueError("not a FHIR dateTime")
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    moment = moment.astimezone(UTC)
    return moment, moment + _length(text)


LAST = datetime.max.replace(tzinfo=UTC)  # the last day there is has none after it
_PART = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+ -]\d{2}:\d{2})?", re.ASCII)


def _days(text: str) -> tuple[date, date]:
    """The first and the last day of what is written: a day, a month or a year."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return (date(*parts),) * 2
    year, first, last = (*parts, parts[1]) if len(parts) == 2 else (parts[0], 1, 12)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _length(text: str) -> timedelta:
    """A moment is as long as it is written: a minute, a second, or a part of one."""
    clock = text[11:].partition("+")[0].partition("-")[0].rstrip("Z")
    if "." in clock:
        return timedelta(microseconds=10 ** (6 - min(6, len(clock.partition(".")[2]))))
    return timedelta(seconds=1) if clock.count(":") == 2 else timedelta(minutes=1)


def cursor(params: Params) -> Cursor | None:
    text = one(params, "_cursor", "")
    if not text:
        return None
    try:
        moment, _, row = base64.urlsafe_b64decode(text.encode()).decode().partition("|")
        return datetime.fromisoformat(moment), UUID(row)
    except (ValueError, UnicodeDecodeError):
        raise refuse("The cursor is not one of ours", "_cursor", status=400) from None


def row_cursor(params: Params) -> UUID | None:
    text = one(params, "_cursor", "")
    found = uuid_in(text)
    if text and found is None:
        raise refuse("The cursor is not one of ours", "_cursor", status=400)
    return found


def cursor_text(after: Cursor) -> str:
    return base64.urlsafe_b64encode(f"{after[0].isoformat()}|{after[1]}".encode()).decode()


def links(
    address: str, params: Params, *, person: UUID | None, named: str, after: str
) -> list[tuple[str, str]]:
    """Where this page is, and the next one when there is an `after`.

    A national number never stands in an address: the patient is `named` by our id there.
    """
    kept = [(name, value) for name, values in params.items() for value in values]
    asked = [pair for pair in kept if not pair[0].endswith("identifier")]
    numbers = [value for name, value in kept if name.endswith("identifier")]
    if any(value.rpartition("|")[2] for value in numbers):  # of nobody: a link to nobody
        asked.insert(0, (named, str(person or UUID(int=0))))
    found = [("self", f"{address}?{urlencode(asked)}")]
    if after:
        more = [pair for pair in asked if pair[0] != "_cursor"] + [("_cursor", after)]
        found.append(("next", f"{address}?{urlencode(more)}"))
    return found
