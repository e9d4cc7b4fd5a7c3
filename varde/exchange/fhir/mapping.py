"""Mapping: an Observation from the wire to plain values, and kept values to an Observation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.calendar import day_bounds, local_noon
from varde.core.identifiers import InvalidIdentifier, parse_national_id, systems
from varde.core.quantities import (
    BLOOD_PRESSURE_PANEL,
    BY_LOINC,
    DIASTOLIC,
    SYSTOLIC,
    Kind,
    RefusedValue,
)
from varde.exchange.fhir.outcome import refuse
from varde.exchange.fhir.resources import LOINC, UCUM, Observation, Quantity, Reference, Valued
from varde.measuring.incoming import Flag, Incoming, id_from, row_ids

AHEAD = timedelta(minutes=10)  # decisions 4.8: a sender's clock may be this far ahead
PERSON_SYSTEMS = (systems.FNR, systems.DNR, systems.FHN)
SAID = {"final": 0, "amended": int(Flag.AMENDED), "corrected": int(Flag.CORRECTED)}
STRUCK = "entered-in-error"


@dataclass(slots=True)
class Sent:
    """One Observation as plain values; the patient is still as the sender named it."""

    status: str
    subject: UUID | str  # our id, or a national identity number
    taken_at: datetime
    values: list[tuple[Kind, float]]
    identifier: str = ""
    device: str = ""

    def key(self, patient: UUID) -> tuple[object, ...]:
        """What makes two deliveries the same one (decisions 5.1)."""
        if self.identifier:
            return ("identifier", self.identifier)
        values = ",".join(f"{kind.code}={value!r}" for kind, value in self.values)
        return ("content", patient, self.device, self.taken_at.isoformat(), values)

    def incoming(self, *owner: object, patient: UUID) -> list[Incoming]:
        """The rows to keep; the first one's id is the resource's."""
        ids = row_ids(id_from(*owner, *self.key(patient)), [kind for kind, _ in self.values])
        said = SAID.get(self.status, 0)
        return [
            Incoming(one, kind, value, said | (0 if kind.is_plausible(value) else int(Flag.CHECK)))
            for one, (kind, value) in zip(ids, self.values, strict=True)
        ]


def sent(resource: Observation, *, zone: ZoneInfo, at: datetime) -> Sent:
    """Raises `Refused` with the path of what is wrong."""
    if resource.status not in (*SAID, STRUCK):
        raise refuse("The status is not one that is taken here", "Observation.status",
                     code="code-invalid")  # fmt: skip
    identifier = next((f"{i.system}|{i.value}" for i in resource.identifier if i.value), "")
    if not identifier and SAID.get(resource.status):
        raise refuse("What takes the place of another says which: by its identifier",
                     "Observation.identifier", code="required")  # fmt: skip
    device = resource.device
    return Sent(
        status=resource.status,
        subject=_subject(resource.subject),
        taken_at=_taken_at(resource, zone=zone, at=at),
        values=_values(resource),
        identifier=identifier,
        device=_device(device) if device else "",
    )


def _device(device: Reference) -> str:
    if device.identifier and device.identifier.value:
        return f"{device.identifier.system}|{device.identifier.value}"
    return device.reference or device.display


def _subject(subject: Reference | None) -> UUID | str:
    path = "Observation.subject"
    if subject is None:
        raise refuse("An Observation needs a subject", path, code="required")
    if subject.reference:
        kind, _, wanted = subject.reference.rpartition("/")
        try:
            if kind.rpartition("/")[2] in ("Patient", ""):
                return UUID(wanted)
        except ValueError:
            pass
        raise unknown_patient()
    if subject.identifier is None or not subject.identifier.value:
        raise refuse("The subject needs a reference or an identifier", path, code="required")
    if subject.identifier.system not in PERSON_SYSTEMS:
        raise refuse("The identifier's system is not one of a person's",
                     f"{path}.identifier.system", code="code-invalid")  # fmt: skip
    try:
        return parse_national_id(subject.identifier.value).value
    except InvalidIdentifier:
        raise unknown_patient() from None


def unknown_patient() -> Exception:
    """The same for nobody, for somebody elsewhere and for somebody who is not yours."""
    return refuse("No such patient for this sender", "Observation.subject", code="not-found")


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _taken_at(resource: Observation, *, zone: ZoneInfo, at: datetime) -> datetime:
    text, path = resource.effectiveDateTime, "Observation.effectiveDateTime"
    if not text and resource.effectiveInstant:
        text, path = resource.effectiveInstant, "Observation.effectiveInstant"
    if not text and resource.effectivePeriod is not None:
        text, path = resource.effectivePeriod.start, "Observation.effectivePeriod.start"
    if not text:
        raise refuse("An Observation needs to say when it was taken",
                     "Observation.effectiveDateTime", code="required")  # fmt: skip
    try:
        moment, latest = _moment(text, zone), at
        if _DATE.fullmatch(text):  # the day itself is not in the future before its noon
            latest = day_bounds(at.astimezone(zone).date(), zone)[1]
    except (ValueError, OverflowError):
        raise refuse("The time is not a date, or a time with a zone", path,
                     code="value") from None  # fmt: skip
    if moment.year < 1900:
        raise refuse("The time is before anybody was born", path, code="value")
    if moment > latest + AHEAD:
        raise refuse("The time is in the future", path, code="value")
    return moment


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A date without time is that day at noon, local (decisions 4.8)."""
    if _DATE.fullmatch(text):
        return local_noon(date.fromisoformat(text), zone)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment.astimezone(UTC)


def _values(resource: Observation) -> list[tuple[Kind, float]]:
    codes = {coding.code for coding in resource.code.coding if coding.system == LOINC}
    if BLOOD_PRESSURE_PANEL in codes:
        return _panel(resource)
    kinds = {kind.code: kind for code in codes if (kind := BY_LOINC.get(code))}
    if len(kinds) != 1:
        raise refuse("The code is not one LOINC code that is known here", "Observation.code",
                     code="code-invalid")  # fmt: skip
    if any(component.values() for component in resource.component):
        raise refuse("A measurement has one value, not components too",
                     "Observation.component", code="structure")  # fmt: skip
    (kind,) = kinds.values()
    return [(kind, _value(resource, kind, "Observation"))]


def _panel(resource: Observation) -> list[tuple[Kind, float]]:
    if resource.values():
        raise refuse("A panel has its values in components", "Observation.value",
                     code="structure")  # fmt: skip
    found: dict[str, float] = {}
    for n, component in enumerate(resource.component):
        path = f"Observation.component[{n}]"
        codes = {coding.code for coding in component.code.coding if coding.system == LOINC}
        kind = next((k for k in (SYSTOLIC, DIASTOLIC) if codes & set(k.loinc)), None)
        if kind is None:
            continue  # mean pressure and the like: not used here
        if kind.name in found:
            raise refuse("The same component stands there twice", path, code="duplicate")
        found[kind.name] = _value(component, kind, path)
    if set(found) != {SYSTOLIC.name, DIASTOLIC.name}:
        raise refuse("Blood pressure needs systolic 8480-6 and diastolic 8462-4",
                     "Observation.component", code="required")  # fmt: skip
    if found[DIASTOLIC.name] >= found[SYSTOLIC.name]:
        raise refuse("Diastolic is not below systolic", "Observation.component", code="value")
    return [(SYSTOLIC, found[SYSTOLIC.name]), (DIASTOLIC, found[DIASTOLIC.name])]


def _value(one: Valued, kind: Kind, path: str) -> float:
    there = one.values()
    if len(there) > 1:
        raise refuse("There are two values", f"{path}.value", code="structure")
    if there and there != ["valueQuantity"]:
        raise refuse("The value must be a Quantity", f"{path}.{there[0]}", code="structure")
    quantity = one.valueQuantity
    if quantity is None or quantity.value is None:
        raise refuse("There is no value", f"{path}.valueQuantity.value", code="required")
    return _quantity(quantity, kind, f"{path}.valueQuantity")


def _quantity(quantity: Quantity, kind: Kind, path: str) -> float:
    if quantity.comparator:
        raise refuse("A value with a comparator cannot be judged", f"{path}.comparator",
                     code="value")  # fmt: skip
    if quantity.system != UCUM or not quantity.code:
        raise refuse("The unit needs a UCUM code", f"{path}.code", code="required")
    try:
        return kind.taken(quantity.value or 0.0, quantity.code)
    except RefusedValue as error:
        where = {"unit": "code"}.get(error.reason, "value")
        raise refuse(str(error), f"{path}.{where}", code="value") from None
