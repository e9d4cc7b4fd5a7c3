"""News: plans that another has approved, and letters, to those who have not opened them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from varde.dialogue.queries import new_letters
from varde.plan.queries import new_copies
from varde.web.texts.numbers import when

NEWS = timedelta(days=60)  # so long what nobody has opened is told of


def letters(request: Any) -> list[dict[str, Any]]:
    """Letters that nobody here has opened yet."""
    viewer = request.viewer
    return [
        {
            "person": one.patient,
            "by": one.author.name,
            "at": when(one.at, request.at, viewer.zone),
        }
        for one in new_letters(viewer.seat, since=request.at - NEWS)
    ]


def new_plans(request: Any) -> list[dict[str, Any]]:
    """Plans that another has approved, and that nobody here has opened yet."""
    viewer = request.viewer
    return [
        {
            "person": one.patient,
            "by": one.plan.approved_by.name if one.plan.approved_by else "",
            "at": when(one.at, request.at, viewer.zone),
        }
        for one in new_copies(viewer.seat, since=request.at - NEWS)
    ]
