"""Outbound: kept values as Observations, with the zone and every range in force when judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from varde.core.identifiers import parse_national_id, system_of
from varde.core.quantities import BLOOD_PRESSURE_PANEL, BY_CODE, BY_NAME, DIASTOLIC, SYSTOLIC, Kind
from varde.core.zones import Zone
from varde.exchange.fhir.resources import EXERTION, LOINC, SNOMED, UCUM
from varde.measuring.incoming import ANY_SAID, Flag
from varde.measuring.observations import Kept
from varde.triage.intake import Outcome

CATEGORY = [
    {
        "coding": [
            {
                "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                "code": "vital-signs",
            }
        ]
    }
]
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
PANEL = {"coding": [{"system": LOINC, "code": BLOOD_PRESSURE_PANEL,
                     "display": "Blood pressure panel with all children optional"}]}  # fmt: skip
Ranges = list[dict[str, Any]]
Limits = dict[int, list[tuple[datetime, datetime | None, Ranges]]]  # from, until, as they are told


def code_of(kind: Kind) -> dict[str, Any]:
    """Every code of the kind: the profile of saturation asks for both of its two."""
    return {
        "coding": [
            {"system": LOINC, "code": code, **({"display": kind.display} if n == 0 else {})}
            for n, code in enumerate(kind.loinc)
        ]
    }


CODES = {kind.code: code_of(kind) for kind in BY_CODE.values()}


def quantity(kind: Kind, value: float) -> dict[str, Any]:
    number = int(value) if value == int(value) else value
    return {"value": number, "unit": kind.unit, "system": UCUM, "code": kind.unit}


def written(outcome: Outcome, at: datetime) -> dict[str, Any]:
    """What a sender gets back: the resource as it is kept, with how it was judged."""
    assert outcome.judgement is not None
    delivery = outcome.delivery
    zones: dict[str, Zone] = {}
    for reason in outcome.judgement.reasons:
        zones.setdefault(reason.subject, reason.zone)
    first, *rest = delivery.values
    second = rest[0] if first.flags & _PAIRED else None
    kept = Kept(
        id=first.id,
        patient=delivery.patient,
        kind=first.kind.code,
        value=first.value,
        taken_at=delivery.taken_at,
        received_at=at,
        zone=int(zones[first.kind.name]),
        flags=first.flags,
        second=second.value if second else None,
        second_zone=int(zones[second.kind.name]) if second else None,
        second_flags=second.flags if second else None,
    )
    return observation(kept, {})


# As plain numbers: to ask the flags themselves costs as much as the rest of a reading.
_HIGH, _PAIRED, _AMENDED, _CORRECTED = map(
    int, (Flag.HIGH, Flag.PAIRED, Flag.AMENDED, Flag.CORRECTED)
)
PHASE = {
    int(Flag.REST): ("263678003", "At rest"),
    int(Flag.ACTIVITY): ("255214003", "After exercise"),
}
TECHNIQUE = {  # as a note, in English: no code system has them
    int(Flag.COLD_FINGER): "cold finger",
    int(Flag.TALKED): "talked while measuring",
    int(Flag.NOT_RESTED): "had not rested",
    int(Flag.MOVED): "moved while measuring",
    int(Flag.CLOTHED): "weighed with clothes on",
}


def _manner(flags: int) -> dict[str, Any]:
    """How it was measured, as the patient or the sender has told."""
    told: dict[str, Any] = {}
    for bit, (code, display) in PHASE.items():
        if flags & bit:
            coding = {"system": SNOMED, "code": code, "display": display}
            told["extension"] = [{"url": EXERTION, "valueCodeableConcept": {"coding": [coding]}}]
    words = [text for bit, text in TECHNIQUE.items() if flags & bit]
    if words:
        told["note"] = [{"text": f"Reported of the measurement: {', '.join(words)}"}]
    return told


def _letter(zone: int, flags: int) -> str:
    """N green; L and H yellow; LL and HH red; nothing when it was not judged."""
    if zone == Zone.NOT_JUDGED:
        return ""
    if zone == Zone.GREEN:
        return "N"
    return ("H" if flags & _HIGH else "L") * (2 if zone == Zone.RED else 1)


def _status(flags: int) -> str:
    if flags & _CORRECTED:
        return "corrected"
    return "amended" if flags & _AMENDED else "final"


def _interpretation(letter: str) -> list[dict[str, Any]]:
    return [{"coding": [{"system": INTERPRETATION, "code": letter}]}]


def observation(kept: Kept, limits: Limits, *, struck: bool = False) -> dict[str, Any]:
    """The resource, as it is read and found in a search."""
    received = instant(kept.received_at)
    told: dict[str, Any] = {
        "resourceType": "Observation",
        "id": str(kept.id),
        "meta": {"versionId": "1", "lastUpdated": received},
        "status": "entered-in-error" if struck else _status(kept.flags),
        "category": CATEGORY,
        "code": PANEL if kept.second is not None else CODES[kept.kind],
        "subject": {"reference": f"Patient/{kept.patient}"},
        "effectiveDateTime": instant(kept.taken_at),
        "issued": received,
    }
    if kept.flags & ANY_SAID:
        told |= _manner(kept.flags)
    if kept.second is None:
        told |= _valued(kept.kind, kept.value, kept.zone, kept.flags, kept.taken_at, limits)
    else:
        told["component"] = [
            {
                "code": CODES[kind.code],
                **_valued(kind.code, value, zone, flags, kept.taken_at, limits),
            }
            for kind, value, zone, flags in (
                (SYSTOLIC, kept.value, kept.zone, kept.flags),
                (DIASTOLIC, kept.second, kept.second_zone or 0, kept.second_flags or 0),
            )
        ]
    return told


VERSION = {"ETag": 'W/"1"'}  # what is kept never changes: a correction is a new resource


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _valued(
    code: int, value: float, zone: int, flags: int, taken_at: datetime, limits: Limits
) -> dict[str, Any]:
    kind = BY_CODE[code]
    told: dict[str, Any] = {"valueQuantity": quantity(kind, value)}
    letter = _letter(zone, flags)
    if letter:
        told["interpretation"] = _interpretation(letter)
    for start, end, ranges in limits.get(code, ()):
        if start <= taken_at and (end is None or taken_at < end):
            return told | {"referenceRange": ranges} if ranges else told
    return told


def limits_told(over_time: Mapping[str, Sequence[Any]]) -> Limits:
    """Every version of the limits of some time, written out once for all that it held for."""
    return {
        BY_NAME[name].code: [
            (row.period.lower, row.period.upper, _ranges(BY_NAME[name], row)) for row in rows
        ]
        for name, rows in over_time.items()
    }


def _ranges(kind: Kind, row: Any) -> Ranges:
    """Every interval in force: normal, yellow on each side, red on each side."""
    low, warn_low, warn_high, high = (
        row.alert_low,
        row.warning_low,
        row.warning_high,
        row.alert_high,
    )
    parts = (
        ("N", warn_low, warn_high),
        ("L", low, warn_low),
        ("LL", None, low),
        ("H", warn_high, high),
        ("HH", high, None),
    )
    return [
        _range(kind, letter, start, end)
        for letter, start, end in parts
        if (start is not None or end is not None)
        and not (letter == "L" and end is None)
        and not (letter == "H" and start is None)
    ]


def _range(kind: Kind, letter: str, low: float | None, high: float | None) -> dict[str, Any]:
    told: dict[str, Any] = {"type": {"coding": [{"system": INTERPRETATION, "code": letter}]}}
    if low is not None:
        told["low"] = quantity(kind, low)
    if high is not None:
        told["high"] = quantity(kind, high)
    return told


def patient(person: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": str(person.id),
        "identifier": [
            {
                "system": system_of(parse_national_id(person.national_id)),
                "value": person.national_id,
            }
        ],
        "name": [{"family": person.family, "given": [person.given]}],
        **({"birthDate": person.born.isoformat()} if person.born else {}),
    }
