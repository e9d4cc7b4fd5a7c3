"""The plan on the patient's page: whether there is one, what was done by it, and its events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from varde.core.calendar import day_bounds
from varde.core.plan import Stage, decoded
from varde.core.zones import Zone
from varde.paper.multiples import Event
from varde.people.viewer import Viewer
from varde.plan import queries
from varde.plan.looking import needs_look
from varde.web.plan.shown import approved_words, shown
from varde.web.plan.told import look_told
from varde.web.plan.words import PLAN_STAGES, started_told
from varde.web.record.entry import Entry
from varde.web.roles import HOME
from varde.web.texts.numbers import short_date

DONE_FOR = timedelta(days=7)  # so long back what was ticked off is shown


@dataclass(frozen=True)
class PlanFacts:
    """What is known of a patient's plans, read once for the page."""

    versions: list[Any]
    on_its_way: Any
    courses: list[Any]
    struck: list[Any]
    ticks: list[Any]

    @property
    def held(self) -> Any:
        """The version in force."""
        return next((one for one in self.versions if one.stage == Stage.APPROVED), None)

    @property
    def withdrawn(self) -> Any:
        """The newest version, when it was withdrawn and nothing has come in its place."""
        newest = next(iter(self.versions), None)
        return newest if newest is not None and newest.stage == Stage.WITHDRAWN else None


def plan_facts(patient: UUID, *, since: datetime, zone: ZoneInfo) -> PlanFacts:
    return PlanFacts(
        queries.versions(patient),
        queries.open_plan(patient),
        queries.courses(patient),
        queries.struck(patient),
        queries.ticks(patient, since=since.astimezone(zone).date()),
    )


def plan_words(patient: UUID, facts: PlanFacts, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What the patient's page says of the plan."""
    zone = ZoneInfo(viewer.zone)
    held, on_its_way = facts.held, facts.on_its_way
    today = at.astimezone(zone).date()
    return {
        "goals_url": f"{HOME[viewer.role]}patient/{patient}/goals",
        "url": f"{HOME[viewer.role]}patient/{patient}/plan",
        "held": held,
        "approved": approved_words(held, zone) if held is not None else {},
        "goals": decoded(held.content).goals if held is not None else (),
        "matters": decoded(held.content).matters if held is not None else "",
        "zones": shown(held, at=at) if held is not None else [],
        "look": look_told(needs_look(held, at=at), held) if held is not None else [],
        "untrained": held is not None and bool(queries.untrained([held.id])),
        "stage": PLAN_STAGES[on_its_way.stage] if on_its_way is not None else "",
        "withdrawn": facts.withdrawn,
        "done": _done(facts, today - DONE_FOR, today),
    }


def _done(facts: PlanFacts, since: date, today: date) -> list[dict[str, Any]]:
    """What the patient has ticked off, a line each day."""
    by_day: dict[Any, list[str]] = defaultdict(list)
    for one in facts.ticks:
        if one.day >= since:
            by_day[one.day].append(one.text)
    return [
        {"day": _("i dag") if day == today else short_date(day), "steps": list(reversed(texts))}
        for day, texts in by_day.items()
    ]


def plan_events(facts: PlanFacts, zone: ZoneInfo) -> list[Event]:
    """On the trend: new plans, and what was started."""
    started = [Event(day_bounds(one.started_on, zone)[0], one.drug) for one in facts.courses]
    approved = [
        Event(one.approved_at, _("Ny plan"))
        for one in facts.versions
        if one.approved_at is not None
    ]
    return [*started, *approved]


def plan_entries(facts: PlanFacts) -> list[Entry]:
    """On the timeline: each version, its end, what was started, and what was ticked off."""
    entries = []
    for row in facts.versions:
        words = {"n": row.version}
        if row.approved_at is not None and row.approved_by is not None:
            entries.append(Entry(row.approved_at, "notes", "task", _("Plan godkjent, versjon %(n)s")
                                 % words, row.approved_by.name))  # fmt: skip
        if row.stage == "withdrawn" and row.ended_at is not None and row.ended_by is not None:
            text = f"«{row.ended_why}» {row.ended_by.name}"
            entries.append(Entry(row.ended_at, "notes", "task", _("Plan trukket tilbake"), text))
    for one in facts.courses:
        about = {"drug": one.drug, "number": 1}
        text = _("nr. %(n)s i perioden") % {"n": one.number} if one.number > 1 else ""
        entries.append(Entry(one.at, "reports", "", started_told(about), text,
                             zone=Zone(one.zone).slug))  # fmt: skip
    for one in facts.struck:
        if one.struck_at is not None and one.struck_by is not None:
            entries.append(Entry(one.struck_at, "reports", "note", _("Tatt tilbake: %(drug)s")
                                 % {"drug": one.drug}, one.struck_by.name))  # fmt: skip
    return [*entries, *_ticked(facts)]


def _ticked(facts: PlanFacts) -> list[Entry]:
    by_day: dict[Any, list[Any]] = defaultdict(list)
    for one in facts.ticks:
        by_day[one.day].append(one)
    return [
        Entry(
            max(one.at for one in rows), "reports", "check",
            ngettext("Gjorde %(n)s ting fra planen", "Gjorde %(n)s ting fra planen", len(rows))
            % {"n": len(rows)},
            ", ".join(one.text for one in reversed(rows)),
        )
        for rows in by_day.values()
    ]  # fmt: skip
