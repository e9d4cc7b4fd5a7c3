"""What this server can do, as a CapabilityStatement."""

from __future__ import annotations

from typing import Any

from varde import __version__


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
                        (("patient", "reference"), ("code", "token"), ("date", "date")),
                    ),
                    _resource("Patient", ("read", "search-type"), (("identifier", "token"),)),
                ],
            }
        ],
    }


def _resource(
    kind: str, can: tuple[str, ...], params: tuple[tuple[str, str], ...]
) -> dict[str, Any]:
    return {
        "type": kind,
        "interaction": [{"code": code} for code in can],
        "searchParam": [{"name": name, "type": type_} for name, type_ in params],
    }
