"""What this server can do, as a CapabilityStatement."""

from __future__ import annotations

from typing import Any

from varde import __version__

VITAL = "http://hl7.org/fhir/StructureDefinition/"
PROFILES = tuple(
    VITAL + name
    for name in ("vitalsigns", "oxygensat", "heartrate", "bp", "bodyweight", "bodytemp", "resprate",
                 "bodyheight", "bmi")
)  # fmt: skip


def capability(base: str) -> dict[str, Any]:
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "software": {"name": "Varde", "version": __version__},
        "implementation": {"description": "Varde", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Bearer token"},
                "interaction": [{"code": "batch"}, {"code": "transaction"}],
                "resource": [
                    _resource(
                        "Observation",
                        ("create", "read", "search-type"),
                        (
                            ("patient", "reference"),
                            ("subject", "reference"),
                            ("code", "token"),
                            ("combo-code", "token"),
                            ("category", "token"),
                            ("date", "date"),
                        ),
                        PROFILES,
                    ),
                    _resource(
                        "Patient",
                        ("read", "search-type"),
                        (("identifier", "token"), ("_id", "token")),
                    ),
                ],
            }
        ],
    }


def _resource(
    kind: str,
    can: tuple[str, ...],
    params: tuple[tuple[str, str], ...],
    profiles: tuple[str, ...] = (),
) -> dict[str, Any]:
    return {
        "type": kind,
        **({"supportedProfile": list(profiles)} if profiles else {}),
        "versioning": "no-version",
        "interaction": [{"code": code} for code in can],
        "searchParam": [{"name": name, "type": type_} for name, type_ in params],
    }
