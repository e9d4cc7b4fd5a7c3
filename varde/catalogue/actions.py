"""Publishing of programme versions."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import Any

import yaml

from varde.catalogue.models import ProgrammeVersion
from varde.core.programme_file import parse
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


def shipped() -> dict[str, dict[str, Any]]:
    """The programme files that come with Varde, by key."""
    folder = resources.files("varde") / "programmes"
    files = sorted(
        (f for f in folder.iterdir() if f.name.endswith(".yaml")), key=lambda file: file.name
    )
    read = [yaml.safe_load(file.read_text("utf-8")) for file in files]
    return {content["key"]: content for content in read}
