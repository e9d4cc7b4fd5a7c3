"""Inbound: Observations and Bundles in; each kept, judged and on the list, or refused with why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from msgspec import Raw

from varde.base.tenancy import acting
from varde.exchange.fhir.access import Sender
from varde.exchange.fhir.mapping import STRUCK, Sent, sent, unknown_patient
from varde.exchange.fhir.outbound import VERSION, instant, written
from varde.exchange.fhir.outcome import STATUS, Answer, Issue, Refused, outcome, refuse
from varde.exchange.fhir.resources import (
    Observation,
    read_bundle,
    read_entry,
    read_observation,
    subject_in,
)
from varde.exchange.fhir.searching import read_kept
from varde.measuring.actions import already_kept
from varde.measuring.incoming import Delivery, Taken, id_from
from varde.triage import correcting
from varde.triage.cases import Situation, situations
from varde.triage.intake import Outcome, receive
from varde.triage.refusing import Refusal, raise_refused

MOST_ENTRIES = 1000


@dataclass(slots=True)
class Ready:
    """One Observation that reads well, with the patient it is for."""

    position: int
    sent: Sent
    patient: UUID


@dataclass(slots=True)
class Told:
    """What became of one Observation."""

    status: int
    id: UUID | None = None
    outcome: Outcome | None = None
    issues: tuple[Issue, ...] = ()


def post_observation(body: bytes, sender: Sender, at: datetime, *, unless: str = "") -> Answer:
    """201 when new, 200 when it was here already, else an OperationOutcome.

    `unless` is the condition of a conditional create (If-None-Exist).
    """
    asked = _one(body, unless), at
    if unless:  # what is here is looked up before anything of the same moment is kept
        told, at = _take_several(sender, [asked])[0]
    else:
        told, at = sender.line.through(asked, partial(_take_several, sender))
    if told.issues:
        return Answer(told.status, outcome(told.issues))
    assert told.id is not None
    headers = {"Location": f"{sender.base}/Observation/{told.id}"}
    return Answer(told.status, _written(told, sender, at), headers | VERSION)


def _take_several(
    sender: Sender, asked: Sequence[tuple[Observation | Refused, datetime]]
) -> list[tuple[Told, datetime]]:
    """Single posts of one sender that came at once, with the time at which they were kept."""
    at = max(when for _, when in asked)
    told = _take([one for one, _ in asked], sender, at, whole=len(asked) == 1)
    return [(one, at) for one in told]


def _written(told: Told, sender: Sender, at: datetime) -> Any:
    """The resource as it is kept; of one that was here already, as it was judged then."""
    assert told.id is not None
    if told.outcome is not None and told.outcome.judgement is not None:
        return written(told.outcome, at)
    return read_kept(told.id, sender, at)


def _one(body: bytes | Raw, unless: str) -> Observation | Refused:
    try:
        found = read_observation(body)
    except Refused as refused:
        return refused
    found.unless = unless
    return found


def post_bundle(body: bytes, sender: Sender, at: datetime) -> Answer:
    """A batch answers entry by entry; a transaction is all or nothing."""
    bundle = read_bundle(body)
    if bundle.type not in ("batch", "transaction"):
        raise refuse("Only batch and transaction are taken", "Bundle.type", code="not-supported")
    if len(bundle.entry) > MOST_ENTRIES:
        raise refuse(f"At most {MOST_ENTRIES} entries", "Bundle.entry", code="too-long", status=413)
    whole = bundle.type == "transaction"
    told = _take([_entry(entry) for entry in bundle.entry], sender, at, whole=whole)
    wrong = [(n, one) for n, one in enumerate(told) if one.issues and NOT_DONE not in one.issues]
    if whole and wrong:
        issues = [i.below(f"Bundle.entry[{n}].resource") for n, one in wrong for i in one.issues]
        raise Refused(min(one.status for _, one in wrong), *issues)
    entries = [_response(one, at) for one in told]
    kind = f"{bundle.type}-response"
    told_of = {"resourceType": "Bundle", "type": kind, **({"entry": entries} if entries else {})}
    return Answer(200, told_of)


def _entry(raw: Raw) -> Observation | Refused:
    try:
        entry = read_entry(raw)
    except Refused as refused:
        return refused
    request = entry.request
    if request is None or request.method != "POST" or request.url.strip("/") != "Observation":
        issue = Issue("not-supported", "Only POST of Observation is taken", "request")
        other = Refused(422, issue)
        other.named = subject_in(entry.resource)
        return other
    return _one(entry.resource, request.ifNoneExist)


def _response(one: Told, at: datetime) -> dict[str, Any]:
    status = STATUS.get(one.status) or f"{one.status} {HTTPStatus(one.status).phrase}"
    if one.issues:
        return {"response": {"status": status, "outcome": outcome(one.issues)}}
    told = {"status": status, "location": f"Observation/{one.id}", "etag": VERSION["ETag"]}
    if one.status == 201:
        told["lastModified"] = instant(at)
    return {"response": told}


def _take(
    resources: Sequence[Observation | Refused], sender: Sender, at: datetime, *, whole: bool
) -> list[Told]:
    """What became of each; with `whole`, nothing is kept unless all is."""
    told: list[Told | None] = [None] * len(resources)
    read: list[tuple[int, Sent]] = []
    zone = ZoneInfo(sender.viewer.zone)
    refusals: list[tuple[UUID | str | None, Refused]] = []
    for n, resource in enumerate(resources):
        try:
            if isinstance(resource, Refused):
                raise resource
            read.append((n, sent(resource, zone=zone, at=at)))
        except Refused as refused:
            told[n] = Told(refused.status, issues=refused.issues)
            refusals.append((_named(resource), refused))
    with acting(sender.viewer.frame(at)):
        found = _found([one for _, one in read], sender)
        ready = _resolve(read, found, told, refusals)
        if not (whole and any(one is not None for one in told)):
            _keep(ready, found, told, sender, at)
            if whole and any(one is not None and one.issues for one in told):
                _roll_back()
    _tell_of_refusals(refusals, told, sender, at)
    return [one or Told(422, issues=(NOT_DONE,)) for one in told]


NOT_DONE = Issue("processing", "Not kept: another entry of the transaction was refused")


def _roll_back() -> None:
    transaction.set_rollback(True)


def _named(resource: Observation | Refused) -> UUID | str | None:
    """Whom a refused reading is about, when that much can be read."""
    if isinstance(resource, Refused):
        return _as_name(resource.named) if resource.named else None
    if resource.subject is None:
        return None
    subject = resource.subject
    if subject.identifier and subject.identifier.value:
        return _as_name(subject.identifier.value)
    return _as_name(subject.reference)


def _as_name(text: str) -> UUID | str | None:
    try:
        return UUID(text.rpartition("/")[2])
    except ValueError:
        return text.replace(" ", "").replace("\0", "") or None


def _found(read: Sequence[Sent], sender: Sender) -> dict[UUID, Situation]:
    """Whom they are about, with what holds for each, in one look-up."""
    if not read:
        return {}
    times = [one.taken_at for one in read]
    named = {one.subject for one in read}
    return situations(named, first=min(times), last=max(times), zone=sender.viewer.zone)


def _resolve(
    read: Sequence[tuple[int, Sent]],
    found: dict[UUID, Situation],
    told: list[Told | None],
    refusals: list[tuple[UUID | str | None, Refused]],
) -> list[Ready]:
    """The patients, in one look-up; unknown, not followed, or not yet born is refused."""
    by_name: dict[UUID | str, Situation] = {}
    for situation in found.values():
        by_name[situation.patient] = by_name[situation.number] = situation
    ready = []
    for n, one in read:
        subject = by_name.get(one.subject)
        refused = _unfit(subject, one)
        if refused is not None:
            told[n] = Told(refused.status, issues=refused.issues)
            if subject is not None:
                refusals.append((subject.patient, refused))
            continue
        assert subject is not None
        ready.append(Ready(n, one, subject.patient))
    return ready


def _unfit(subject: Situation | None, one: Sent) -> Refused | None:
    if subject is None:
        return unknown_patient()  # type: ignore[return-value]
    born: date | None = subject.born
    if born is not None and one.taken_at.date() < born:
        return refuse("The time is before the patient was born",
                      "Observation.effectiveDateTime", code="value")  # fmt: skip
    if one.number and one.number != subject.number:
        return refuse("The reference and the identifier are not the same person",
                      "Observation.subject", code="value")  # fmt: skip
    if not subject.programmes:
        return refuse("Nobody follows this patient now", "Observation.subject",
                      code="business-rule")  # fmt: skip
    return None


def _keep(
    ready: Sequence[Ready],
    found: dict[UUID, Situation],
    told: list[Told | None],
    sender: Sender,
    at: datetime,
) -> None:
    """Final ones in one go; corrections and strikes one by one."""
    ready = _not_here(ready, told, sender)
    final = [one for one in ready if one.sent.status == "final"]
    deliveries = [_delivery(one, sender) for one in final]
    outcomes = receive(deliveries, source=sender.source, by=sender.viewer, at=at, found=found)
    for one, kept in zip(final, outcomes, strict=True):
        told[one.position] = _told(kept)
    for one in ready:
        if one.sent.status != "final":
            told[one.position] = _correct(one, sender, at)


def _not_here(ready: Sequence[Ready], told: list[Told | None], sender: Sender) -> Sequence[Ready]:
    """Those whose condition holds; of the others, what is here is told instead."""
    asked = {one.position: id_from(sender.source, "identifier", one.sent.unless)
             for one in ready if one.sent.unless}  # fmt: skip
    if not asked:
        return ready
    there = already_kept(asked.values())
    for position, row in asked.items():
        if row in there:
            told[position] = Told(200, row)
    return [one for one in ready if told[one.position] is None]


def _delivery(one: Ready, sender: Sender) -> Delivery:
    values = one.sent.incoming(sender.source, patient=one.patient)
    return Delivery(one.patient, one.sent.taken_at, values)


def _told(kept: Outcome) -> Told:
    first = kept.delivery.values[0].id
    if kept.taken is Taken.CONFLICT:
        return Told(409, first, kept, (CONFLICT,))
    return Told(201 if kept.taken is Taken.NEW else 200, first, kept)


CONFLICT = Issue("conflict", "This identifier is here with other content", "Observation.identifier")
NOTHING = Issue("not-found", "Nothing here has this identifier", "Observation.identifier")


def _correct(one: Ready, sender: Sender, at: datetime) -> Told:
    """Amended and corrected replace by identifier; entered-in-error strikes."""
    if one.sent.status == STRUCK:
        first = one.sent.id(sender.source, patient=one.patient)
        struck = correcting.strike(first, patient=one.patient, source=sender.source,
                                   by=sender.viewer, at=at)  # fmt: skip
        return Told(200, first) if struck else Told(404, issues=(NOTHING,))
    kept = correcting.replace(_delivery(one, sender), source=sender.source, by=sender.viewer, at=at)
    return _told(kept)


def _tell_of_refusals(
    refusals: Iterable[tuple[UUID | str | None, Refused]],
    told: Sequence[Told | None],
    sender: Sender,
    at: datetime,
) -> None:
    """A refused reading of a known patient is work, once a day and sender (decisions 3.7)."""
    about = [Refusal(who, r.issues[0].code, r.issues[0].path) for who, r in refusals if who]
    about += [
        Refusal(one.outcome.delivery.patient, "conflict", "Observation.identifier")
        for one in told
        if one is not None and one.status == 409 and one.outcome is not None
    ]
    if about:
        with acting(sender.viewer.frame(at)):
            raise_refused(about, sender=sender.viewer.name, by=sender.viewer, at=at)
