"""Resources as they are read from the wire: only what we use, strictly typed, the rest ignored."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from varde.exchange.fhir.outcome import Issue, Refused

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"


class Coding(msgspec.Struct):
    system: str = ""
    code: str = ""


class Concept(msgspec.Struct):
    coding: list[Coding] = []
    text: str = ""


class Identifier(msgspec.Struct):
    system: str = ""
    value: str = ""


class Reference(msgspec.Struct):
    reference: str = ""
    identifier: Identifier | None = None
    display: str = ""


class Quantity(msgspec.Struct):
    value: float | None = None
    unit: str = ""
    system: str = ""
    code: str = ""
    comparator: str = ""


class Period(msgspec.Struct):
    start: str = ""
    end: str = ""


class Valued(msgspec.Struct, kw_only=True):
    """What an Observation and a component have in common: at most one value."""

    code: Concept
    valueQuantity: Quantity | None = None
    valueInteger: int | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    valueCodeableConcept: Any = None
    valueRange: Any = None
    valueRatio: Any = None
    valueSampledData: Any = None
    valueDateTime: Any = None
    valuePeriod: Any = None
    valueTime: Any = None
    dataAbsentReason: Any = None
    modifierExtension: Any = None

    def values(self) -> list[str]:
        return [name for name in VALUES if getattr(self, name) is not None]


VALUES = tuple(name for name in Valued.__struct_fields__ if name.startswith("value"))


class Extension(msgspec.Struct):
    url: str = ""
    valueCodeableConcept: Concept | None = None


class Component(Valued):
    pass


class Observation(Valued, kw_only=True):
    resourceType: str
    status: str
    id: str = ""
    implicitRules: str = ""
    identifier: list[Identifier] = []
    subject: Reference | None = None
    effectiveDateTime: str = ""
    effectiveInstant: str = ""
    effectivePeriod: Period | None = None
    component: list[Component] = []
    device: Reference | None = None
    extension: msgspec.Raw = msgspec.Raw(b"")  # read only where it may be one that is known here
    unless: str = ""  # not of the resource: what must not be here for it to be kept


class EntryRequest(msgspec.Struct):
    method: str = ""
    url: str = ""
    ifNoneExist: str = ""


class Entry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw(b"null")
    fullUrl: str = ""
    request: EntryRequest | None = None


class Bundle(msgspec.Struct):
    resourceType: str
    type: str = ""
    entry: list[msgspec.Raw] = []


class About(msgspec.Struct):
    """Only whom it is about: what else stands there may be anything."""

    subject: Reference


class AboutEntry(msgspec.Struct):
    resource: About


class Typed(msgspec.Struct):
    resourceType: str = ""


_about = msgspec.json.Decoder(About)
_about_entry = msgspec.json.Decoder(AboutEntry)
_typed = msgspec.json.Decoder(Typed)
_entry = msgspec.json.Decoder(Entry)
_observation = msgspec.json.Decoder(Observation)
_bundle = msgspec.json.Decoder(Bundle)
_extensions = msgspec.json.Decoder(list[msgspec.Raw])
_extension = msgspec.json.Decoder(Extension)
_AT = re.compile(r" - at `\$?\.?([^`]*)`")
_LACKS = re.compile(r"missing required field `([^`]*)`")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_NO_NUMBER = re.compile(rb"[:,\[]\s*-?(NaN|Infinity)\b")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


EXERTION = "http://hl7.org/fhir/us/vitals/StructureDefinition/ExerciseAssociationExt"


def exertion(extension: msgspec.Raw) -> set[str]:
    """The SNOMED CT codes that say how a reading stands to exercise.

    The extension is of HL7's guide for vital signs (STU 1). Of others nothing is read, whatever is
    in them; one that is malformed says nothing.
    """
    if b"ExerciseAssociationExt" not in bytes(extension):
        return set()
    try:
        found = _extensions.decode(extension)
    except _UNREADABLE:
        return set()
    concepts = [_concept(one) for one in found]
    return {c.code for one in concepts if one for c in one.coding if c.system == SNOMED}


def _concept(raw: msgspec.Raw) -> Concept | None:
    try:
        one = _extension.decode(raw)
    except _UNREADABLE:
        return None
    return one.valueCodeableConcept if one.url == EXERTION else None


def read_observation(body: bytes | msgspec.Raw) -> Observation:
    """Raises `Refused` 400 for what is not JSON, 422 for what is not an Observation."""
    try:
        demand_no_nul(body)
        found = _read(_observation, body, "Observation")
    except Refused as refused:
        refused.named = subject_in(body)
        if _type_of(body) not in ("", "Observation"):
            raise _not_observation(body) from refused
        raise
    if found.resourceType != "Observation":
        raise _not_observation(body)
    return found  # type: ignore[no-any-return]


def _not_observation(body: bytes | msgspec.Raw) -> Refused:
    issue = Issue("not-supported", "Only Observation can be posted here", "resourceType")
    refused = Refused(422, issue)
    refused.named = subject_in(body)
    return refused


def _type_of(body: bytes | msgspec.Raw) -> str:
    try:
        return _typed.decode(body).resourceType
    except _UNREADABLE:
        return ""


def demand_no_nul(body: bytes | msgspec.Raw) -> None:
    """The database keeps no NUL; what holds one is refused by itself."""
    if b"\\u0000" in bytes(body) and _NUL.search(body):
        raise Refused(400, Issue("invalid", "A text may not hold the character NUL"))


def read_bundle(body: bytes) -> Bundle:
    found = _read(_bundle, body, "Bundle")
    if found.resourceType != "Bundle":
        issue = Issue("not-supported", "Only a Bundle can be posted here", "resourceType")
        raise Refused(422, issue)
    return found  # type: ignore[no-any-return]


def read_entry(body: msgspec.Raw) -> Entry:
    """One entry by itself: a bad one does not sink the others."""
    try:
        return _entry.decode(body)
    except _UNREADABLE as error:
        refused = Refused(422, Issue("structure", "The entry cannot be read", "request"))
        refused.named = _named(_about_entry, body)
        raise refused from error


def subject_in(body: bytes | msgspec.Raw) -> str | None:
    """Whom a reading is about that could not be read whole: a reference, or a number."""
    return _named(_about, body)


def _named(decoder: Any, body: bytes | msgspec.Raw) -> str | None:
    try:
        found = decoder.decode(_loosened(body) or body)
    except _UNREADABLE:
        return None
    subject: Reference = found.subject if isinstance(found, About) else found.resource.subject
    number = subject.identifier.value if subject.identifier else ""
    return number or subject.reference or None


def _read(decoder: Any, body: bytes | msgspec.Raw, name: str) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        text = str(error)
        at = _AT.search(text)
        path = f"{name}.{at[1]}" if at and at[1] else name
        lacks = _LACKS.search(text)
        path = f"{path}.{lacks[1]}" if lacks else path
        raise Refused(422, Issue("structure", _AT.sub("", text), path)) from error
    except _UNREADABLE as error:
        again = _loosened(body)
        if again is not None:
            return _read(decoder, again, name)
        raise Refused(400, Issue("structure", "The body is not JSON that can be read")) from error


def _loosened(body: bytes | msgspec.Raw) -> bytes | None:
    """JSON with NaN or Infinity in it, as some write it: they become texts, which no value may be.

    One of them does not sink a batch, and it is told where it stands.
    """
    if not _NO_NUMBER.search(body):
        return None
    try:
        loose = json.dumps(json.loads(bytes(body), parse_constant=str)).encode()
    except (ValueError, RecursionError):
        return None
    return None if _NO_NUMBER.search(loose) else loose
