"""Searching: Observation and Patient by GET and by POST _search, in pages with links."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.base.tenancy import acting
from varde.exchange.fhir import asked
from varde.exchange.fhir.access import Sender
from varde.exchange.fhir.asked import Params
from varde.exchange.fhir.outbound import VERSION, Limits, limits_told, observation, patient
from varde.exchange.fhir.outcome import Answer, refuse
from varde.measuring import observations
from varde.measuring.queries import enrolments
from varde.measuring.subjects import how_many, subjects
from varde.people.openings import listed
from varde.people.queries import patients_page
from varde.triage.thresholds import over_time

COMMON = {"_count", "_cursor", "_format", "_pretty", "_summary", "_total"}
OF_OBSERVATIONS = COMMON | asked.NAMES | {"code", "combo-code", "date", "_sort", "category"}
OF_PATIENTS = COMMON | {"identifier", "_id"}
KNOWN = {"Observation": OF_OBSERVATIONS, "Patient": OF_PATIENTS}


def search_observations(params: Params, sender: Sender, at: datetime) -> Answer:
    """One patient's observations; newest first unless `_sort=date`."""
    asked.demand_known(params, OF_OBSERVATIONS)
    order = asked.one(params, "_sort", "-date")
    if order not in ("-date", "date"):
        raise refuse("Only date and -date can be sorted by", "_sort", code="not-supported",
                     status=400)  # fmt: skip
    limit = asked.count(params)
    kinds, panels = asked.kinds(params) if asked.is_vital(params) else ([], False)
    bounds = asked.bounds(params, ZoneInfo(sender.viewer.zone))
    with acting(sender.viewer.frame(at)):
        person = _patient(params)
        if person is None or not (kinds or panels):  # the same for nobody and not yours
            return _found(sender, "Observation", params, [], total=0)
        listed([person], by=sender.viewer, at=at, what="fhir")
        n = None
        if asked.wants_total(params):
            n = observations.total(person, kinds, panels=panels, bounds=bounds)
        rows = observations.search(
            person,
            kinds,
            panels=panels,
            bounds=bounds,
            newest_first=order == "-date",
            after=asked.cursor(params),
            limit=limit + 1,
        ) if limit else []  # fmt: skip
        limits = _limits(person, rows[:limit])
    if not rows and n is None and not params.get("_cursor"):
        n = 0
    told = [observation(row, limits) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    after = asked.cursor_text((last.taken_at, last.id)) if last else ""
    return _found(sender, "Observation", params, told, person=person, after=after, total=n)


def _patient(params: Params) -> UUID | None:
    """The one patient asked for; None when it is nobody this sender reaches."""
    named = asked.subject(params)
    found = subjects({named}) if named else {}
    return next((one.id for one in found.values()), None)


def _limits(person: UUID, rows: Sequence[Any]) -> Limits:
    if not rows:
        return {}
    times = [row.taken_at for row in rows]
    return limits_told(over_time(person, start=min(times), end=max(times) + timedelta(seconds=1)))


def read_kept(wanted: UUID, sender: Sender, at: datetime) -> Any:
    """What is kept under an id that the sender has just sent again."""
    with acting(sender.viewer.frame(at)):
        row = observations.by_id(wanted)
        if row is None:
            return {"resourceType": "Observation", "id": str(wanted)}
        fate = observations.fate(row.patient, row.id)
        if fate.replaced_by is not None and not fate.struck:
            row = observations.by_id(fate.replaced_by) or row
        return observation(row, _limits(row.patient, [row]), struck=fate.struck)


def read_observation(wanted: UUID, sender: Sender, at: datetime) -> Answer:
    with acting(sender.viewer.frame(at)):
        row = observations.by_id(wanted)
        if row is None:
            raise refuse("No such Observation for this sender", code="not-found", status=404)
        fate = observations.fate(row.patient, row.id)
        if fate.struck:
            raise refuse("Entered in error", code="deleted", status=410)
        if not fate.stands:
            text = f"Corrected: Observation/{fate.replaced_by} stands in its place"
            raise refuse(text, code="deleted", status=410)
        listed([row.patient], by=sender.viewer, at=at, what="fhir")
        return Answer(200, observation(row, _limits(row.patient, [row])), VERSION)


def search_patients(params: Params, sender: Sender, at: datetime) -> Answer:
    """By identifier; without one, everybody that the token may post for."""
    asked.demand_known(params, OF_PATIENTS)
    limit = asked.count(params)
    token, wanted = asked.only(params, "identifier"), asked.only(params, "_id")
    number, person = asked.number_in(token), asked.uuid_in(wanted)
    after = asked.row_cursor(params)
    if number is None or (wanted and person is None):
        return _found(sender, "Patient", params, [], total=0)
    one = bool(number or person)
    with acting(sender.viewer.frame(at)):
        rows = patients_page(
            national_id=number or None,
            person=person,
            after=after,
            limit=1 if one else limit + 1,
        )
        followed = enrolments([row.id for row in rows], at=at)
        found = [row for row in rows if followed.get(row.id)]
        shown = [row for row in found if row in rows[:limit]]
        n = len(found) if one else None
        if not one and asked.wants_total(params):
            n = how_many()
        what = "fhir" if number or person else "list"
        listed([row.id for row in shown], by=sender.viewer, at=at, what=what)
    told = [patient(row) for row in shown]
    only = UUID(told[0]["id"]) if number and told else None
    more = str(rows[limit - 1].id) if limit and len(rows) > limit else ""
    return _found(sender, "Patient", params, told, person=only, after=more, total=n)


def read_patient(wanted: UUID, sender: Sender, at: datetime) -> Answer:
    with acting(sender.viewer.frame(at)):
        rows = patients_page(person=wanted, limit=1)
        if not rows or not enrolments([wanted], at=at).get(wanted):
            raise refuse("No such Patient for this sender", code="not-found", status=404)
        listed([wanted], by=sender.viewer, at=at, what="fhir")
        return Answer(200, patient(rows[0]))


def _found(
    sender: Sender,
    kind: str,
    params: Params,
    told: Sequence[dict[str, Any]],
    *,
    person: UUID | None = None,
    after: str = "",
    total: int | None = None,
) -> Answer:
    address = f"{sender.base}/{kind}"
    named = "_id" if kind == "Patient" else "patient"
    links = asked.links(address, params, person=person, named=named, after=after)
    body: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        **({} if total is None else {"total": total}),
        "link": [{"relation": relation, "url": url} for relation, url in links],
    }
    if told:
        body["entry"] = [
            {
                "fullUrl": f"{address}/{resource['id']}",
                "resource": resource,
                "search": {"mode": "match"},
            }
            for resource in told
        ]
    return Answer(200, body)
