"""Clinic and team on the patient's page: what waits, what is set, and its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from varde.core.access import Role
from varde.core.support import Kind
from varde.paper.multiples import Event, Period, PeriodRow
from varde.pathway.meeting import decided
from varde.pathway.together import asked, outreach, routine
from varde.pathway.together.requests import COME_HOME
from varde.people.queries import come_to, organisations
from varde.people.viewer import Viewer
from varde.web.care.words import (
    CONTROLS,
    STAGES,
    SUPPORTS,
    VISIT_HOWS,
    WHATS,
    question_told,
    setting_short,
    setting_told,
    stage_of,
    time_told,
    who_asked,
)
from varde.web.meeting.words import DECISIONS
from varde.web.record.entry import Entry
from varde.web.roles import HOME
from varde.web.texts.numbers import full_date, next_moment, when

WAITS = ("asked", "booked", "unsaid")  # for an answer, or for whether the patient came


@dataclass(frozen=True)
class CareFacts:
    """What is known, read once for the page."""

    requests: list[Any]
    controls: list[Any]
    control_facts: list[Any]
    supports: list[Any]
    visits: list[Any]
    decisions: list[Any]


def care_facts(patient: UUID, *, at: datetime) -> CareFacts:
    said = routine.facts_of(patient)
    return CareFacts(
        asked.requests_of(patient),
        routine.controls_of(patient, at=at, facts=said),
        said,
        outreach.supports(patient),
        outreach.visits(patient),
        decided.decided_of(patient),
    )


def care_words(patient: UUID, facts: CareFacts, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What the patient's page says of it."""
    last = next(iter(facts.visits), None)
    return {
        "url": f"{HOME[viewer.role]}patient/{patient}/care",
        "requests": [request_told(row, viewer, at) for row in facts.requests
                     if row.stage in WAITS],
        "past": [request_told(row, viewer, at) for row in facts.requests
                 if row.stage not in WAITS][:6],
        "controls": [control_told(one, viewer.zone) for one in facts.controls],
        "supports": [support_told(row, viewer, at) for row in facts.supports
                     if row.period.upper is None],
        "unconfirmed": [support_told(row, viewer, at) for row in facts.supports
                        if row.period.upper is not None and row.confirmed_at is None
                        and row.refused_at is None],
        "visit": visit_told(last) if last is not None else None,
    }  # fmt: skip


def request_told(row: Any, viewer: Viewer, at: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "what": WHATS[row.what],
        "is": row.what,
        "to": row.to.name,
        "ours": row.to_id == viewer.unit,
        "may_say": row.to_id == viewer.unit or viewer.role is Role.NURSE,
        "mine": row.asked_from_id is not None and row.asked_from_id == viewer.unit,
        "stage": row.stage,
        "stage_told": STAGES[stage_of(row)],
        "question": question_told(row),
        "by": who_asked(row),
        "at": when(row.asked_at, at, viewer.zone),
        "due": when(row.due_at, at, viewer.zone) if row.due_at <= at else
        next_moment(row.due_at, at, viewer.zone),
        "late": row.stage == "asked" and row.due_at <= at,
        "time": time_told(row.slot, viewer.zone) if row.slot is not None else "",
        "been": row.slot is not None and row.slot.starts_at <= at,
        "seen": when(row.seen_at, at, viewer.zone) if row.seen_at else "",
        "answer": row.answer,
        "answered_by": row.answered_by.name if row.answered_by else "",
    }  # fmt: skip


def control_told(one: Any, zone: str) -> dict[str, Any]:
    row, fact = one.control, one.fact
    return {
        "id": row.id,
        "name": row.name,
        "months": row.every_months,
        "where": row.department.name,
        "department": row.department_id,
        "state": str(one.state),
        "told": CONTROLS[one.state],
        "since": full_date(fact.on),
        "why": fact.why,
        "by": fact.by.name,
        "saved": one.saved,
    }


def support_told(row: Any, viewer: Viewer, at: datetime) -> dict[str, Any]:
    local = row.period.lower.astimezone(ZoneInfo(viewer.zone)).date()
    return {
        "id": row.id,
        "kind": row.kind,
        "name": SUPPORTS[row.kind],
        "told": setting_told(row.kind, row.settings),
        "since": full_date(local),
        "why": row.why,
        "doctor": row.ordered_by.name,
        "by": row.entered_by.name if row.entered_by_id != row.ordered_by_id else "",
        "confirmed": row.confirmed_by.name if row.confirmed_by else "",
        "ended": full_date(row.period.upper.astimezone(ZoneInfo(viewer.zone)).date())
        if row.period.upper is not None else "",
        "settings": row.settings,
    }  # fmt: skip


def visit_told(row: Any) -> dict[str, Any]:
    return {
        "how": VISIT_HOWS[row.how],
        "on": full_date(row.on),
        "by": row.by.name,
        "text": row.text,
        "next": full_date(row.next_on) if row.next_on else "",
    }


def care_events(facts: CareFacts, zone: ZoneInfo) -> list[Event]:
    """On the trend: visits and appointments."""
    visited = [
        Event(datetime(one.on.year, one.on.month, one.on.day, 12, tzinfo=zone), _("Hjemmebesøk"))
        for one in facts.visits
        if one.how == "home"
    ]
    held = [
        Event(one.slot.starts_at, _("Framskyndet time"))
        for one in facts.requests
        if one.stage == "held"
    ]
    return [*visited, *held]


def support_rows(facts: CareFacts) -> list[PeriodRow]:
    """On the trend: each kind of breathing support, with what it was set to and when."""
    rows = []
    for kind in Kind:
        alike = [one for one in facts.supports if one.kind == kind and one.refused_at is None]
        periods = [
            Period(one.period.lower, one.period.upper, setting_short(kind, one.settings))
            for one in reversed(alike)
        ]
        now = next((one for one in alike if one.period.upper is None), None)
        if periods:
            told = setting_short(kind, now.settings) if now is not None else _("avsluttet")
            rows.append(PeriodRow(str(SUPPORTS[kind]), told, periods))
    return rows


def care_entries(facts: CareFacts, zone: str) -> list[Entry]:
    """On the timeline."""
    return [
        *(_asked(row) for row in facts.requests),
        *(_answered(row, zone) for row in facts.requests if row.answered_at is not None),
        *(_visit(row) for row in facts.visits),
        *(entry for row in facts.supports for entry in _support(row)),
        *(_control(one) for one in facts.control_facts),
        *(_decision(row) for row in facts.decisions),
    ]


def _asked(row: Any) -> Entry:
    title = f"{WHATS[row.what]}: {row.to.name}"
    return Entry(row.asked_at, "notes", "note", title, f"«{question_told(row)}» {who_asked(row)}")


def _answered(row: Any, zone: str) -> Entry:
    who = row.answered_by.name if row.answered_by else ""
    title = f"{WHATS[row.what]}: {STAGES[stage_of(row)]}"
    return Entry(row.answered_at, "notes", "calendar", title, f"«{row.answer}» {who}")


def _visit(row: Any) -> Entry:
    title = f"{row.unit.name}: {str(VISIT_HOWS[row.how]).lower()}"
    return Entry(row.at, "notes", "note", title, f"{row.text} {row.by.name}")


def _support(row: Any) -> list[Entry]:
    name, told = SUPPORTS[row.kind], setting_told(row.kind, row.settings)
    who = _("ordinert av %(who)s") % {"who": row.ordered_by.name}
    found = [Entry(row.entered_at, "notes", "task", str(name), f"{told}. {row.why} {who}")]
    ended = row.period.upper is not None and row.ended_by is not None
    if ended and row.ended_why and row.ended_why != row.refused_why:
        text = f"{row.ended_why} {row.ended_by.name}"
        title = _("%(what)s endret eller avsluttet") % {"what": name}
        found.append(Entry(row.period.upper, "notes", "task", title, text))
    if row.refused_at is not None and row.refused_by is not None:
        title = _("%(what)s: ikke ordinert, eller ført feil") % {"what": name}
        text = f"{told}. {row.refused_why} {row.refused_by.name}"
        found.append(Entry(row.refused_at, "notes", "task", title, text))
    return found


def _control(fact: Any) -> Entry:
    return Entry(fact.at, "notes", "calendar", control_said(fact), f"{fact.why} {fact.by.name}")


def control_said(fact: Any) -> str:
    """«Lungekontroll: droppet, pasienten ber om time ved behov»."""
    return f"{fact.control.name}: {CONTROLS[fact.state]}"


def _decision(row: Any) -> Entry:
    where = row.case.meeting.department.name
    title = _("Vedtatt i møte, %(where)s: %(what)s") % {
        "where": where, "what": str(DECISIONS[row.what]).lower()
    }  # fmt: skip
    who = row.doctor.name if row.doctor else ""
    return Entry(row.at, "notes", "note", title, f"{row.text} {who}".strip())


def teams_for(patient: UUID, reached: set[UUID], at: datetime) -> list[Any]:
    """Who comes to the patient's home, and who sees the patient all the same."""
    near = come_to(patient, COME_HOME, at=at)
    known = {one.id for one in near}
    return near + [one for kind in COME_HOME for one in organisations(kind)
                   if one.id in reached - known]  # fmt: skip
