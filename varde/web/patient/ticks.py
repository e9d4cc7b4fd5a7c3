"""Ticks: what of the plan's steps the patient has done today."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from varde.plan import queries
from varde.web.plan.shown import ZoneShown


def ticked(request: Any, zones: Iterable[ZoneShown]) -> dict[str, Any]:
    """What of these zones' steps is done today."""
    today = request.at.astimezone(ZoneInfo(request.viewer.zone)).date()
    done = {one.step for one in queries.ticks(request.viewer.person, since=today)}
    every = {
        do.step.key
        for zone in zones
        for part in zone.parts
        for group in part.groups
        for do in group.steps
    }
    return {"done": done & every, "tick_day": today.isoformat()}
