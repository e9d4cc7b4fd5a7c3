"""Drawn: a row of the list is made once for a unit and a version, whoever asks (decisions 5.6).

Whatever changes an item or its reasons raises the item's version, and a plain green is told by
when its patient was last heard: both are in the name a row is kept under. Waiting times are in
whole minutes, so a row lives no longer than one. It is kept in this process's memory only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.template.loader import get_template
from django.utils.translation import get_language

from varde.people.viewer import Viewer
from varde.triage.queries import rows_of, states
from varde.triage.worklist import Rank
from varde.web.nurse.rows import Shown, shown
from varde.web.texts.statuses import ZONE_OF


@dataclass(frozen=True)
class Drawn:
    """One row as it goes to the page, and what the page around it must know."""

    html: str
    patient: UUID
    group: str
    held: bool
    seen: str


def drawn(items: Sequence[Any], *, viewer: Viewer, at: datetime) -> list[Drawn]:
    """The rows of `items` in their order; those that nobody has asked for yet are made now."""
    heard = states([item.patient_id for item in items])
    names = {item.id: _name(item, heard.get(item.patient_id), viewer, at) for item in items}
    kept: dict[str, Drawn] = caches["rows"].get_many(names.values())
    lacking = [item for item in items if names[item.id] not in kept]
    if lacking:
        rows = shown(rows_of(lacking), viewer=viewer, at=at)
        made = {names[row.id]: _draw(row, viewer) for row in rows}
        caches["rows"].set_many(made)
        kept |= made
    return [kept[names[item.id]] for item in items]


def _name(item: Any, state: Any, viewer: Viewer, at: datetime) -> str:
    """Everything the row tells of that can differ, and who may have asked for it."""
    mine = viewer.person if item.taken_by_id == viewer.person else ""
    heard = state.heard_at.timestamp() if state else 0
    minute = int(at.timestamp()) // 60
    wall = f"{viewer.tenant}:{viewer.unit}"
    return f"{wall}:{item.id}:{item.version}:{heard}:{mine}:{minute}:{get_language()}"


def _draw(row: Shown, viewer: Viewer) -> Drawn:
    green = row.zone == ZONE_OF[Rank.GREEN]
    template = get_template("nurse/row_green.html" if green else "nurse/row.html")
    html = template.render({"row": row, "viewer": viewer})
    return Drawn(html, row.patient, row.group, row.held, row.seen)
