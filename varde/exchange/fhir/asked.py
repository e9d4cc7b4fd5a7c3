"""Asked: the parameters of a search, read strictly; what cannot be read is refused by name."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.calendar import day_bounds
from varde.core.quantities import BLOOD_PRESSURE_PANEL, BY_CODE, BY_LOINC, SYSTOLIC
from varde.exchange.fhir.mapping import PERSON_SYSTEMS
from varde.exchange.fhir.outcome import refuse
from varde.exchange.fhir.resources import LOINC
from varde.measuring.observations import Cursor

Params = Mapping[str, Sequence[str]]
COUNT, MOST = 50, 1000


def demand_known(params: Params, known: set[str]) -> None:
    unknown = sorted(set(params) - known)
    if unknown:
        raise refuse(f"Unknown parameter: {unknown[0]}", unknown[0], code="not-supported",
                     status=400)  # fmt: skip


def one(params: Params, name: str, default: str) -> str:
    return (params.get(name) or [default])[-1]


def count(params: Params) -> int:
    text = one(params, "_count", str(COUNT))
    plain = text.isascii() and text.isdigit() and len(text) < 20
    if not plain or int(text) < 1:
        raise refuse("_count is a number from 1", "_count", code="value", status=400)
    return min(int(text), MOST)


def subject(params: Params) -> UUID | str | None:
    """The one patient asked for: our id, or a national number; None when it can be nobody."""
    named = one(params, "patient", one(params, "subject", ""))
    numbers = (one(params, name, "") for name in params if name.endswith("identifier"))
    number = next((text for text in numbers if text), "")
    if number:
        return number_in(number)
    wanted = named.rpartition("/")[2]
    if not wanted:
        raise refuse("Say which patient", "patient", code="required", status=400)
    return uuid_in(wanted)


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


def kinds(params: Params) -> list[int]:
    """The kinds asked for; all without a code. A panel is found by its systolic."""
    asked = [token for text in params.get("code", ()) for token in text.split(",") if token]
    if not asked:
        return list(BY_CODE)
    found = []
    for token in asked:
        system, bar, code = token.rpartition("|")
        if bar and system not in ("", LOINC):
            continue
        if code == BLOOD_PRESSURE_PANEL:
            found.append(SYSTOLIC.code)
        elif code in BY_LOINC:
            found.append(BY_LOINC[code].code)
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
    }
    if prefix not in known:
        raise refuse(f"Unknown prefix {prefix}", "date", code="not-supported", status=400)
    return known[prefix]


def _span(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A day is local; a time is that moment."""
    if len(text) == 10:
        return day_bounds(date.fromisoformat(text), zone)
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    moment = moment.astimezone(UTC)
    return moment, moment + _length(text)


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
    if len(asked) < len(kept):
        asked.insert(0, (named, str(person)))
    found = [("self", f"{address}?{urlencode(asked)}")]
    if after:
        more = [pair for pair in asked if pair[0] != "_cursor"] + [("_cursor", after)]
        found.append(("next", f"{address}?{urlencode(more)}"))
    return found
