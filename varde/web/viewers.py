"""Viewers: who is signed in, in which seat, as the session fixes it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest

from varde.core.access import Role
from varde.people.viewer import Viewer


def viewer_of(request: HttpRequest) -> Viewer | None:
    """Who is signed in, in which seat, as fixed in the session."""
    kept = request.session.get("viewer")
    return viewer_in(kept) if kept else None


def viewer_in(kept: Mapping[str, str]) -> Viewer:
    """The viewer that a session holds."""
    return Viewer(
        tenant=UUID(kept["tenant"]),
        role=Role(kept["role"]),
        person=UUID(kept["person"]),
        unit=UUID(kept["unit"]) if kept["unit"] else None,
        name=kept["name"],
        zone=kept["zone"],
    )
