"""News: plans that another has approved or withdrawn, letters, and patients one answers for from
now, to those who have not opened them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from varde.dialogue.queries import new_letters
from varde.people.doctors import newly_responsible
from varde.plan.queries import new_copies, withdrawn_copies
from varde.web.texts.numbers import short_date, when

NEWS = timedelta(days=60)  # so long what nobody has opened is told of


def news(request: Any) -> dict[str, Any]:
    """All of it, as `news.html` shows it."""
    return {
        "new_plans": new_plans(request),
        "withdrawn_plans": withdrawn_plans(request),
        "letters": letters(request),
    }


def answers_for(request: Any) -> list[dict[str, Any]]:
    """Patients whom this doctor has come to answer for, and has not opened since."""
    viewer, at, zone = request.viewer, request.at, ZoneInfo(request.viewer.zone)
    return [
        {
            "person": one.patient,
            "at": short_date(one.period.lower.astimezone(zone).date()),
            "chosen": one.chosen,
        }
        for one in newly_responsible(viewer.actor, since=at - NEWS, at=at)
    ]


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
            "at": when(one.plan.approved_at or one.at, request.at, viewer.zone),
        }
        for one in new_copies(viewer.seat, since=request.at - NEWS)
    ]


def withdrawn_plans(request: Any) -> list[dict[str, Any]]:
    """Plans that another has withdrawn, and that nobody here has opened since."""
    viewer = request.viewer
    return [
        {
            "person": one.patient,
            "by": one.plan.ended_by.name if one.plan.ended_by else "",
            "why": one.plan.ended_why,
            "at": when(one.ended_at, request.at, viewer.zone) if one.ended_at else "",
        }
        for one in withdrawn_copies(viewer.seat, since=request.at - NEWS)
    ]
