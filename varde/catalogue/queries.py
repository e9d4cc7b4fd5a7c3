"""Reading of programmes. A version never changes, so a process reads it once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from varde.base.tenancy import current_tenant
from varde.catalogue.models import ProgrammeVersion
from varde.core.programme import Programme, Rules, rules_of
from varde.core.programme_file import parse

_read: dict[tuple[UUID, str, int], Programme] = {}
_rules: dict[tuple[UUID, tuple[tuple[str, int], ...]], Rules] = {}


def programme(key: str, version: int) -> Programme:
    """The programme as published in this cooperation; KeyError when it is not."""
    wanted = (current_tenant(), key, version)
    if wanted not in _read:
        row = ProgrammeVersion.objects.filter(key=key, version=version).first()
        if row is None:
            raise KeyError(f"Programme {key} version {version} is not published here")
        _read[wanted] = parse(row.content)
    return _read[wanted]


def published() -> list[Programme]:
    """Every version of every programme of this cooperation."""
    rows = ProgrammeVersion.objects.values_list("key", "version").order_by("key", "version")
    return [programme(key, version) for key, version in rows]


def newest(key: str) -> Programme:
    row = ProgrammeVersion.objects.filter(key=key).order_by("-version").first()
    if row is None:
        raise KeyError(f"Programme {key} is not published here")
    return programme(row.key, row.version)


def rules(programmes: Sequence[Programme]) -> Rules:
    """What the programmes of a patient together ask of the readings (decisions 3.8)."""
    wanted = (current_tenant(), tuple((one.key, one.version) for one in programmes))
    if wanted not in _rules:
        _rules[wanted] = rules_of(programmes)
    return _rules[wanted]
