"""Publishing and signing of programme versions; publishing of plan templates."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import Any
from uuid import UUID

import yaml

from varde.catalogue.models import PlanTemplate, ProgrammeVersion, Signature
from varde.catalogue.queries import newest
from varde.core.plan_template import parse_template
from varde.core.programme_file import parse
from varde.core.signing import Part, digest_of
from varde.people.action import Done, action
from varde.people.viewer import Viewer


@action("set-up")
def publish(*, content: dict[str, Any], by: Viewer, at: datetime) -> Done[ProgrammeVersion]:
    """Keep a checked programme as a version; one that is kept already stays as it is."""
    programme = parse(content)
    row, _ = ProgrammeVersion.objects.get_or_create(
        key=programme.key,
        version=programme.version,
        defaults={"content": content, "published_at": at},
    )
    return Done(row, kind="programme-version", object_id=row.id)


@action("set-up")
def publish_template(*, content: dict[str, Any], by: Viewer, at: datetime) -> Done[PlanTemplate]:
    """Keep a checked plan template as a version; one that is kept already stays as it is."""
    template = parse_template(content)
    row, _ = PlanTemplate.objects.get_or_create(
        key=template.programme,
        version=template.version,
        defaults={"content": content, "published_at": at},
    )
    return Done(row, kind="plan-template", object_id=row.id)


class NotAsRead(Exception):
    """The part is another now than what was read."""


@action("sign-programme")
def sign(*, key: str, part: Part, digest: str, by: Viewer, at: datetime) -> Done[Signature]:
    """A specialist answers for the part as it was read; the second time it is the same signature.

    Raises `NotAsRead` when the newest version says something else, KeyError for no such programme.
    """
    programme = newest(key)
    if digest_of(programme, part) != digest:
        raise NotAsRead
    row, _ = Signature.objects.get_or_create(
        key=key,
        part=part,
        digest=digest,
        by_id=by.actor,
        withdrawn_at=None,
        defaults={"version": programme.version, "organisation_id": by.seat, "at": at},
    )
    return Done(row, kind="signature", object_id=row.id)


@action("sign-programme")
def withdraw_signature(*, signature: UUID, by: Viewer, at: datetime) -> Done[int]:
    """One's own; it stays in the history. How many were withdrawn: none when it was before."""
    own = Signature.objects.filter(id=signature, by_id=by.actor, withdrawn_at=None)
    n = own.update(withdrawn_at=at)
    return Done(n, kind="signature", object_id=signature)


def shipped() -> dict[str, dict[str, Any]]:
    """The programme files that come with Varde, by key."""
    return {content["key"]: content for content in _files("programmes")}


def shipped_templates() -> dict[str, dict[str, Any]]:
    """The plan templates that come with Varde, by the programme they are of."""
    return {content["programme"]: content for content in _files("programmes/plans")}


def _files(folder: str) -> list[dict[str, Any]]:
    found = (resources.files("varde") / folder).iterdir()
    files = sorted((f for f in found if f.name.endswith(".yaml")), key=lambda file: file.name)
    return [yaml.safe_load(file.read_text("utf-8")) for file in files]
