"""Reading of a copy: that an organisation has opened the plan it was given is written down once."""

from __future__ import annotations

from datetime import datetime

from varde.people.viewer import Viewer
from varde.plan.models import Copy, Plan


def open_copy(row: Plan, *, by: Viewer, at: datetime) -> None:
    """The first time somebody there opens it."""
    rows = Copy.objects.filter(plan_id=row.id, organisation_id=by.seat, opened_at__isnull=True)
    rows.update(opened_at=at, opened_by_id=by.actor)
