"""Searching: Observation and Patient by GET and by POST _search, in pages with links."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.audit import actions as audit
from varde.audit.queries import unit_has_opened
from varde.base.tenancy import acting
from varde.core.calendar import day_bounds
from varde.core.quantities import BLOOD_PRESSURE_PANEL, BY_CODE, BY_LOINC, BY_NAME, SYSTOLIC
from varde.exchange.fhir.access import Sender
from varde.exchange.fhir.mapping import PERSON_SYSTEMS
from varde.exchange.fhir.outbound import observation, patient
from varde.exchange.fhir.outcome import Answer, refuse
from varde.exchange.fhir.resources import LOINC
from varde.measuring import observations
from varde.measuring.queries import enrolments
from varde.measuring.subjects import subjects
from varde.people.queries import patients_page
from varde.triage.thresholds import over_time

Params = Mapping[str, Sequence[str]]
COUNT, MOST = 50, 1000
KNOWN = {"patient", "subject", "code", "date", "_sort", "_count", "_cursor", "_format", "category",
         "patient.identifier", "subject.identifier", "patient:identifier", "_total"}  # fmt: skip


def search_observations(params: Params, sender: Sender, at: datetime) -> Answer:
    """One patient's observations; newest first unless `_sort=date`."""
    _demand_known(params, KNOWN)
    newest = _one(params, "_sort", "-date")
    if newest not in ("-date", "date"):
        raise refuse("Only date and -date can be sorted by", "_sort", code="not-supported",
                     status=400)  # fmt: skip
    limit = _count(params)
    kinds = _kinds(params) if _is_vital(params) else []
    bounds = _bounds(params, ZoneInfo(sender.viewer.zone))
    with acting(sender.viewer.frame(at)):
        person = _patient(params)
        if person is None or not kinds:
            return _bundle("searchset", [], [])
        _log(person, sender, at)
        rows = observations.search(
            person,
            kinds,
            bounds=bounds,
            newest_first=newest == "-date",
            after=_cursor(params),
            limit=limit + 1,
        )
        limits = _limits(person, rows[:limit])
    entries = [_entry(sender, "Observation", observation(row, limits)) for row in rows[:limit]]
    links = [("self", _link(sender, "Observation", params, None))]
    if len(rows) > limit:
        last = rows[limit - 1]
        links.append(("next", _link(sender, "Observation", params, (last.taken_at, last.id))))
    return _bundle("searchset", entries, links)


def _limits(person: UUID, rows: Sequence[Any]) -> dict[int, list[Any]]:
    if not rows:
        return {}
    times = [row.taken_at for row in rows]
    found = over_time(person, start=min(times), end=max(times) + timedelta(seconds=1))
    return {BY_NAME[name].code: versions for name, versions in found.items()}


def read_kept(wanted: UUID, sender: Sender, at: datetime) -> Any:
    """What is kept under an id that the sender has just sent again."""
    with acting(sender.viewer.frame(at)):
        row = observations.by_id(wanted)
        return observation(row, _limits(row.patient, [row])) if row else {"id": str(wanted)}


def read_observation(wanted: UUID, sender: Sender, at: datetime) -> Answer:
    with acting(sender.viewer.frame(at)):
        row = observations.by_id(wanted)
        if row is None:
            raise refuse("No such Observation for this sender", code="not-found", status=404)
        if observations.is_struck(row.patient, row.id):
            raise refuse("Entered in error", code="deleted", status=410)
        _log(row.patient, sender, at)
        return Answer(200, observation(row, _limits(row.patient, [row])))


def search_patients(params: Params, sender: Sender, at: datetime) -> Answer:
    """By identifier; without one, everybody that the token may post for."""
    _demand_known(params, {"identifier", "_count", "_cursor", "_format", "_id", "_total"})
    limit = _count(params)
    system, bar, wanted = _one(params, "identifier", "").rpartition("|")
    if bar and system not in ("", *PERSON_SYSTEMS):
        return _bundle("searchset", [], [])
    person = _one(params, "_id", "")
    if person and not _is_uuid(person):
        return _bundle("searchset", [], [])
    after = _one(params, "_cursor", "")
    with acting(sender.viewer.frame(at)):
        rows = patients_page(
            national_id=wanted or None,
            person=UUID(person) if person else None,
            after=UUID(after) if _is_uuid(after) else None,
            limit=limit + 1,
        )
        followed = enrolments([row.id for row in rows], at=at)
    entries = [
        _entry(sender, "Patient", patient(row)) for row in rows[:limit] if followed.get(row.id)
    ]
    links = [("self", _link(sender, "Patient", params, None))]
    if len(rows) > limit:
        more = {**_plain(params), "_cursor": str(rows[limit - 1].id)}
        links.append(("next", f"{sender.base}/Patient?{urlencode(more)}"))
    return _bundle("searchset", entries, links)


def read_patient(wanted: UUID, sender: Sender, at: datetime) -> Answer:
    with acting(sender.viewer.frame(at)):
        rows = patients_page(person=wanted, limit=1)
        if not rows:
            raise refuse("No such Patient for this sender", code="not-found", status=404)
        return Answer(200, patient(rows[0]))


def _log(person: UUID, sender: Sender, at: datetime) -> None:
    """One opening a patient, unit and day: a machine reads often (decisions 7.5)."""
    zone = ZoneInfo(sender.viewer.zone)
    start, _end = day_bounds(at.astimezone(zone).date(), zone)
    if not unit_has_opened(person, sender.viewer.seat, what="fhir", since=start):
        audit.opened([person], role=sender.viewer.role, what="fhir", ground="follow-up-service",
                     at=at)  # fmt: skip


def _demand_known(params: Params, known: set[str]) -> None:
    unknown = sorted(set(params) - known)
    if unknown:
        raise refuse(f"Unknown parameter: {unknown[0]}", unknown[0], code="not-supported",
                     status=400)  # fmt: skip


def _one(params: Params, name: str, default: str) -> str:
    return (params.get(name) or [default])[-1]


def _count(params: Params) -> int:
    text = _one(params, "_count", str(COUNT))
    plain = text.isascii() and text.isdigit() and len(text) < 20
    if not plain or int(text) < 1:
        raise refuse("_count is a number from 1", "_count", code="value", status=400)
    return min(int(text), MOST)


def _patient(params: Params) -> UUID | None:
    """The one patient asked for; None when it is nobody this sender reaches."""
    named = _one(params, "patient", _one(params, "subject", ""))
    number = next(
        (_one(params, n, "") for n in params if n.endswith("identifier") and _one(params, n, "")),
        "",
    )
    if number:
        system, bar, _value = number.rpartition("|")
        if bar and system not in ("", *PERSON_SYSTEMS):
            return None
        found = subjects({number.rpartition("|")[2].replace(" ", "")})
        return next((one.id for one in found.values()), None)
    wanted = named.rpartition("/")[2]
    if not wanted:
        raise refuse("Say which patient", "patient", code="required", status=400)
    if not _is_uuid(wanted):
        return None
    found = subjects({UUID(wanted)})
    return next((one.id for one in found.values()), None)


def _is_vital(params: Params) -> bool:
    """Everything here is a vital sign; a search for another category finds nothing."""
    asked = [
        one.rpartition("|")[2] for text in params.get("category", ()) for one in text.split(",")
    ]
    return not asked or "vital-signs" in asked


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _kinds(params: Params) -> list[int]:
    """The kinds asked for; all without a code. A panel is found by its systolic."""
    asked = [one for text in params.get("code", ()) for one in text.split(",") if one]
    if not asked:
        return list(BY_CODE)
    kinds = []
    for one in asked:
        system, bar, code = one.rpartition("|")
        if bar and system not in ("", LOINC):
            continue
        if code == BLOOD_PRESSURE_PANEL:
            kinds.append(SYSTOLIC.code)
        elif code in BY_LOINC:
            kinds.append(BY_LOINC[code].code)
    return kinds


def _bounds(params: Params, zone: ZoneInfo) -> list[tuple[str, datetime]]:
    bounds = []
    for text in params.get("date", ()):
        prefix, value = (text[:2], text[2:]) if text[:2].isalpha() else ("eq", text)
        try:
            start, end = _span(value, zone)
        except (ValueError, OverflowError):
            raise refuse("The date cannot be read", "date", code="value", status=400) from None
        bounds += _bound(prefix, start, end)
    return bounds


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


def _cursor(params: Params) -> observations.Cursor | None:
    text = _one(params, "_cursor", "")
    if not text:
        return None
    try:
        moment, _, row = base64.urlsafe_b64decode(text.encode()).decode().partition("|")
        return datetime.fromisoformat(moment), UUID(row)
    except (ValueError, UnicodeDecodeError):
        raise refuse("The cursor is not one of ours", "_cursor", status=400) from None


def _plain(params: Params) -> dict[str, str]:
    return {name: values[-1] for name, values in params.items()}


def _link(sender: Sender, kind: str, params: Params, after: observations.Cursor | None) -> str:
    asked = [(name, value) for name, values in params.items() for value in values]
    if after is not None:
        text = f"{after[0].isoformat()}|{after[1]}".encode()
        asked = [pair for pair in asked if pair[0] != "_cursor"]
        asked.append(("_cursor", base64.urlsafe_b64encode(text).decode()))
    return f"{sender.base}/{kind}?{urlencode(asked)}"


def _entry(sender: Sender, kind: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "fullUrl": f"{sender.base}/{kind}/{resource['id']}",
        "resource": resource,
        "search": {"mode": "match"},
    }


def _bundle(kind: str, entries: list[Any], links: list[tuple[str, str]]) -> Answer:
    body: dict[str, Any] = {"resourceType": "Bundle", "type": kind}
    if links:
        body["link"] = [{"relation": relation, "url": url} for relation, url in links]
    if entries:
        body["entry"] = entries
    return Answer(200, body)
