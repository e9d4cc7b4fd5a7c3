"""Mapping: an Observation from the wire to plain values, and kept values to an Observation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.calendar import day_bounds, local_noon
from varde.core.identifiers import InvalidIdentifier, parse_national_id, systems
from varde.core.quantities import (
    BLOOD_PRESSURE_PANEL,
    BY_LOINC,
    BY_NAME,
    DIASTOLIC,
    SYSTOLIC,
    Kind,
    RefusedValue,
)
from varde.exchange.fhir.outcome import refuse
from varde.exchange.fhir.resources import (
    LOINC,
    UCUM,
    Observation,
    Quantity,
    Reference,
    Valued,
    exertion,
)
from varde.measuring.incoming import Flag, Incoming, id_from, rows_of_resource

AHEAD = timedelta(minutes=10)  # decisions 4.8: a sender's clock may be this far ahead
PERSON_SYSTEMS = (systems.FNR, systems.DNR, systems.FHN)
SAID = {"final": 0, "amended": int(Flag.AMENDED), "corrected": int(Flag.CORRECTED)}
STRUCK = "entered-in-error"
# Of the value set of exertion phases: what is judged as at rest, and what is not.
PHASES = {"263678003": Flag.REST, "255214003": Flag.ACTIVITY, "309604004": Flag.ACTIVITY}


@dataclass(slots=True)
class Sent:
    """One Observation as plain values; the patient is still as the sender named it."""

    status: str
    subject: UUID | str  # our id, or a national identity number
    taken_at: datetime
    values: list[tuple[Kind, float]]
    identifier: str = ""
    device: str = ""
    number: str = ""  # the national number that stood beside our id: they must agree
    unless: str = ""  # kept only when nothing of this sender has this identifier
    manner: int = 0  # how it was measured, as flags

    def key(self, patient: UUID) -> tuple[object, ...]:
        """What makes two deliveries the same one (decisions 5.1)."""
        if self.identifier:
            return ("identifier", self.identifier)
        values = ",".join(f"{kind.code}={value!r}" for kind, value in self.values)
        said = (self.manner,) if self.manner else ()
        return ("content", patient, self.device, self.taken_at.isoformat(), values, *said)

    def id(self, *owner: object, patient: UUID) -> UUID:
        """The resource's id: the same for the same delivery."""
        return id_from(*owner, *self.key(patient))

    def incoming(self, *owner: object, patient: UUID) -> list[Incoming]:
        """The rows to keep; the first one's id is the resource's."""
        first = self.id(*owner, patient=patient)
        return rows_of_resource(first, self.values, SAID.get(self.status, 0) | self.manner)


def sent(resource: Observation, *, zone: ZoneInfo, at: datetime) -> Sent:
    """Raises `Refused` with the path of what is wrong."""
    if resource.status not in (*SAID, STRUCK):
        raise refuse("The status is not one that is taken here", "Observation.status",
                     code="code-invalid")  # fmt: skip
    # of several the first by name, however they are ordered
    identifier = min((f"{i.system}|{i.value}" for i in resource.identifier if i.value), default="")
    if not identifier and SAID.get(resource.status):
        raise refuse("What takes the place of another says which: by its identifier",
                     "Observation.identifier", code="required")  # fmt: skip
    _demand_understood(resource)
    device = resource.device
    subject, number = _subject(resource.subject)
    strikes = resource.status == STRUCK and bool(identifier)  # what it was matters no more
    return Sent(
        status=resource.status,
        subject=subject,
        taken_at=at if strikes else _taken_at(resource, zone=zone, at=at),
        values=[] if strikes else _values(resource),
        identifier=identifier,
        device=_device(device) if device else "",
        number=number,
        unless=_unless(resource.unless),
        manner=_manner(resource),
    )


def _manner(resource: Observation) -> int:
    """Of several phases activity counts: nothing that was said of it is passed over as rest."""
    found = {PHASES[code] for code in exertion(resource.extension) if code in PHASES}
    return int(Flag.ACTIVITY if Flag.ACTIVITY in found else Flag.REST if found else 0)


def _unless(query: str) -> str:
    """The identifier of a conditional create; another condition than that is not known here."""
    if not query:
        return ""
    asked = parse_qs(query.lstrip("?"), keep_blank_values=True)
    found = asked.get("identifier", [])
    if asked.keys() != {"identifier"} or len(found) != 1 or not found[0].rpartition("|")[2]:
        raise refuse("Only identifier=system|value can be a condition here",
                     "Bundle.entry.request.ifNoneExist", code="not-supported")  # fmt: skip
    return found[0] if "|" in found[0] else f"|{found[0]}"


def _demand_understood(resource: Observation) -> None:
    """What may change what the rest means is not passed over (FHIR: modifier elements)."""
    if resource.implicitRules:
        raise refuse("Rules that are not known here", "Observation.implicitRules",
                     code="not-supported")  # fmt: skip
    parts: list[tuple[str, Valued]] = [("Observation", resource)]
    parts += [(f"Observation.component[{n}]", one) for n, one in enumerate(resource.component)]
    for path, part in parts:
        if part.modifierExtension:
            raise refuse("An extension that is not known here may change what this means",
                         f"{path}.modifierExtension", code="not-supported")  # fmt: skip
        if part.dataAbsentReason is not None and part.values():
            raise refuse("A value that is said to be absent", f"{path}.dataAbsentReason",
                         code="invariant")  # fmt: skip


def _device(device: Reference) -> str:
    if device.identifier and device.identifier.value:
        return f"{device.identifier.system}|{device.identifier.value}"
    return device.reference or device.display


def _subject(subject: Reference | None) -> tuple[UUID | str, str]:
    """Our id, or a national number; and the number too where both stand there."""
    path = "Observation.subject"
    if subject is None:
        raise refuse("An Observation needs a subject", path, code="required")
    identifier = subject.identifier
    person = identifier is not None and identifier.system in PERSON_SYSTEMS
    number = _number(identifier.value) if identifier is not None and person else ""
    if subject.reference:
        ours = _ours(subject.reference)
        if ours is not None:
            return ours, number
        if not number:
            raise unknown_patient()
    if number:
        return number, ""
    if identifier is None or not identifier.value:
        raise refuse("The subject needs a reference or an identifier", path, code="required")
    raise refuse("The identifier's system is not one of a person's",
                 f"{path}.identifier.system", code="code-invalid")  # fmt: skip


def _ours(reference: str) -> UUID | None:
    """The id in `Patient/id`, with or without an address before and a version after it."""
    kind, _, wanted = reference.partition("/_history/")[0].rpartition("/")
    try:
        return UUID(wanted) if kind.rpartition("/")[2] in ("Patient", "") else None
    except ValueError:
        return None


def _number(value: str) -> str:
    if not value:
        return ""
    try:
        return parse_national_id(value).value
    except InvalidIdentifier:
        raise unknown_patient() from None


def unknown_patient() -> Exception:
    """The same for nobody, for somebody elsewhere and for somebody who is not yours."""
    return refuse("No such patient for this sender", "Observation.subject", code="not-found")


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


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
    if not _MOMENT.fullmatch(text):
        raise ValueError("not a FHIR dateTime with a zone")
    return datetime.fromisoformat(text).astimezone(UTC)


def _values(resource: Observation) -> list[tuple[Kind, float]]:
    """The reading's own value first, then those of components whose kind is known here."""
    codes = {coding.code for coding in resource.code.coding if coding.system == LOINC}
    if BLOOD_PRESSURE_PANEL in codes:
        return _panel(resource)
    kinds = _kinds(resource)
    if len(kinds) != 1:
        raise refuse("The code is not one LOINC code that is known here", "Observation.code",
                     code="code-invalid")  # fmt: skip
    (kind,) = kinds
    found = {kind: _value(resource, kind, "Observation")}
    return list((found | _components(resource, {kind})).items())


def _panel(resource: Observation) -> list[tuple[Kind, float]]:
    """Both pressures, or the one there is where the other is said to be absent."""
    if resource.values():
        raise refuse("A panel has its values in components", "Observation.value",
                     code="structure")  # fmt: skip
    found = _components(resource, set())
    absent = {
        kind for c in resource.component if c.dataAbsentReason is not None for kind in _kinds(c)
    }
    pressures = {kind: found.pop(kind) for kind in (SYSTOLIC, DIASTOLIC) if kind in found}
    if not pressures or {SYSTOLIC, DIASTOLIC} - set(pressures) - absent:
        raise refuse("Blood pressure needs systolic 8480-6 and diastolic 8462-4",
                     "Observation.component", code="required")  # fmt: skip
    if len(pressures) == 2 and pressures[DIASTOLIC] >= pressures[SYSTOLIC]:
        raise refuse("Diastolic is not below systolic", "Observation.component", code="value")
    return [*pressures.items(), *found.items()]


# What tells how a reading was made, and is no part of it: it has no place in what is read back.
BESIDE = {BY_NAME["oxygen-flow"]}


def _components(resource: Observation, taken: set[Kind]) -> dict[Kind, float]:
    """What the components measure; one whose code is not known here is passed over."""
    found: dict[Kind, float] = {}
    for n, component in enumerate(resource.component):
        path = f"Observation.component[{n}]"
        kinds = _kinds(component) - BESIDE
        if not kinds or (component.dataAbsentReason is not None and not component.values()):
            continue
        kind = next(iter(kinds))
        if kind in found or kind in taken or len(kinds) > 1:
            raise refuse("The same component stands there twice", path, code="duplicate")
        found[kind] = _value(component, kind, path)
    return found


def _kinds(one: Valued) -> set[Kind]:
    codes = (coding.code for coding in one.code.coding if coding.system == LOINC)
    return {kind for code in codes if (kind := BY_LOINC.get(code))}


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
