"""Saved views: parts of the list that a nurse has given names, her own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from varde.core.coded import Coded
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.models import View

MOST = 12  # a person keeps at most so many


class NotSaved(Coded, ValueError):
    """`code`: name (there is none), many (there are `MOST` already)."""


@action("save-view")
def keep(*, name: str, asks: str, by: Viewer, at: datetime) -> Done[View]:
    """What the address asks for, under a name; the same name again is the same view, changed."""
    name = name.strip()[:40]
    if not name:
        raise NotSaved("name")
    own = View.objects.filter(person_id=by.actor, forgotten_at=None)
    if own.exclude(name=name).count() >= MOST:
        raise NotSaved("many")
    row, _ = View.objects.update_or_create(
        person_id=by.actor, name=name, forgotten_at=None, defaults={"asks": asks[:200]}
    )
    return Done(row, kind="view", object_id=row.id)


@action("save-view")
def forget(*, view: UUID, by: Viewer, at: datetime) -> Done[int]:
    """One's own, wanted no more."""
    own = View.objects.filter(id=view, person_id=by.actor, forgotten_at=None)
    return Done(own.update(forgotten_at=at), kind="view", object_id=view)


def views(viewer: Viewer) -> list[View]:
    rows = View.objects.filter(person_id=viewer.actor, forgotten_at=None)
    return list(rows.order_by("name"))
