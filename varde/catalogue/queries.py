"""Reading of programmes. A version never changes, so a process reads it once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from varde.base.tenancy import current_tenant
from varde.catalogue.models import PlanTemplate, ProgrammeVersion, Signature
from varde.core.own_rule import resolved
from varde.core.plan_template import Template, parse_template
from varde.core.programme import ALL_FURTHER, NONE, Programme, Rules, rules_of, to_order
from varde.core.programme_file import parse
from varde.core.signing import Part, digest_of

_read: dict[tuple[UUID, str, int], Programme] = {}
_rules: dict[tuple[UUID, tuple[tuple[str, int], ...], frozenset[str]], Rules] = {}


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


def content_of(key: str, version: int) -> Any:
    """The file as it was published; None for one that is not."""
    rows = ProgrammeVersion.objects.filter(key=key, version=version)
    return rows.values_list("content", flat=True).first()


def newest(key: str) -> Programme:
    row = ProgrammeVersion.objects.filter(key=key).order_by("-version").first()
    if row is None:
        raise KeyError(f"Programme {key} is not published here")
    return programme(row.key, row.version)


def rules(programmes: Sequence[Programme], ordered: frozenset[str] = NONE) -> Rules:
    """What the programmes of a patient together ask of the readings (decisions 3.8)."""
    wanted = (current_tenant(), tuple((one.key, one.version) for one in programmes), ordered)
    if wanted not in _rules:
        _rules[wanted] = rules_of(programmes, ordered)
    return _rules[wanted]


def rule_named(name: str) -> ALL_FURTHER | None:
    """A rule that is ordered by this name, as the newest version that has it says."""
    return resolved(name, to_order(published()))  # type: ignore[no-any-return]


def newest_of_each() -> list[Programme]:
    """Each programme of this cooperation as it is given to new patients, by key."""
    last = {one.key: one for one in published()}
    return [last[key] for key in sorted(last)]


def template(key: str) -> Template | None:
    """What new plans of the programme begin with; None where none is published."""
    row = PlanTemplate.objects.filter(key=key).order_by("-version").first()
    return parse_template(row.content) if row is not None else None


def template_content(key: str, version: int) -> Any:
    """The template as it was published; None for one that is not."""
    rows = PlanTemplate.objects.filter(key=key, version=version)
    return rows.values_list("content", flat=True).first()


_digests: dict[tuple[UUID, str, int, Part], str] = {}


def digest(one: Programme, part: Part) -> str:
    """As `digest_of`, reckoned once: a version never changes."""
    key = current_tenant(), one.key, one.version, part
    if key not in _digests:
        _digests[key] = digest_of(one, part)
    return _digests[key]


def signatures(
    programmes: Iterable[Programme], parts: Iterable[Part] = Part
) -> dict[tuple[str, Part], list[Signature]]:
    """Who has signed each of the parts of each programme as it stands, the first one first."""
    known = list(programmes)
    wanted = {(one.key, part): digest(one, part) for part in parts for one in known}
    rows = Signature.objects.filter(digest__in=set(wanted.values()), withdrawn_at=None)
    found: dict[tuple[str, Part], list[Signature]] = {key: [] for key in wanted}
    for row in rows.select_related("by", "organisation").order_by("at", "id"):
        key = row.key, Part(row.part)
        if wanted.get(key) == row.digest:
            found[key].append(row)
    return found


def signed(programmes: Sequence[Programme], part: Part) -> bool:
    """Whether a named specialist answers for this part of every one of them."""
    known = signatures(programmes, (part,))
    return all(known[one.key, part] or (part is Part.LIMITS and one.signed) for one in programmes)
