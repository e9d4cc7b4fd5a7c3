"""Since last time: what has happened with the patient since this doctor last looked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from varde.audit.queries import last_opened
from varde.catalogue.queries import programme
from varde.core.ordering import Stage
from varde.core.plan import Stage as PlanStage
from varde.core.request import Source, What
from varde.measuring.pauses import pause_of, rows_of
from varde.measuring.queries import ever_enrolled
from varde.pathway.queries import goal_conversations
from varde.pathway.together.routine import changes
from varde.people.viewer import Viewer
from varde.plan import queries as plans
from varde.triage import queries as triage
from varde.triage.ordered import open_order, orders
from varde.web.care.section import CareFacts, control_said
from varde.web.care.words import (
    STAGES,
    SUPPORTS,
    VISIT_HOWS,
    WHATS,
    setting_told,
    stage_of,
    time_told,
)
from varde.web.meeting.words import DECISIONS
from varde.web.record.days import day_zones, days_told
from varde.web.record.pause import pause_told
from varde.web.record.timeline import CALLS
from varde.web.texts.numbers import short_date

TALKED = CALLS - {"phone-no-answer"}
A_VISIT = timedelta(minutes=30)  # what is opened again within it is the same visit
LONGEST = timedelta(days=90)
NEVER = timedelta(days=30)  # what is told to who has not looked before


def since_last(patient: UUID, care: CareFacts, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """In a few lines: days by colour, calls, and what has changed; `care`: as the page shows it."""
    zone = ZoneInfo(viewer.zone)
    seen = last_opened(viewer.actor, patient, before=at - A_VISIT)
    start = max(seen, at - LONGEST) if seen is not None else at - NEVER
    return {
        "day": short_date(start.astimezone(zone).date()),
        "first": seen is None,
        "lines": [
            _days(patient, start, at, zone),
            *_calls(patient, start),
            *_changed(patient, care, start, zone),
        ],
    }


def _days(patient: UUID, start: datetime, at: datetime, zone: ZoneInfo) -> str:
    """«3 grønne, 13 gule og ingen røde dager»."""
    known = [programme(row.programme, row.version) for row in ever_enrolled(patient)]
    kinds = tuple(dict.fromkeys(kind for one in known for kind in one.kinds))
    return days_told(day_zones(patient, kinds, start=start, end=at, zone=zone))


def _calls(patient: UUID, start: datetime) -> list[str]:
    """How often somebody talked with the patient, and what was written last."""
    rows = [row for row in triage.handlings(patient, start=start) if TALKED & set(row.acts)]
    if not rows:
        return []
    words = {"n": len(rows)}
    told = ngettext("Snakket med %(n)s gang", "Snakket med %(n)s ganger", len(rows)) % words
    newest = max(rows, key=lambda row: row.at)
    return [f"{told}: «{newest.note.strip()[:160]}»" if newest.note.strip() else told]


def _changed(patient: UUID, care: CareFacts, start: datetime, zone: ZoneInfo) -> list[str]:
    """New limits, plans, what was started, decided and set, visits, and stays in hospital."""
    found = [
        (row.ended_at, _("Nye grenser"))
        for row in orders(patient)
        if row.ended_at is not None and row.stage == Stage.IN_FORCE
    ]
    versions = plans.versions(patient)
    found += [
        (plan.approved_at, _("Ny plan, versjon %(n)s") % {"n": plan.version})
        for plan in versions
        if plan.approved_at is not None
    ]
    found += [
        (plan.ended_at, _("Planen er trukket tilbake: %(why)s") % {"why": plan.ended_why[:160]})
        for plan in versions
        if plan.stage == PlanStage.WITHDRAWN and plan.ended_at is not None
    ]
    order = open_order(patient)
    if order is not None and order.stage == Stage.EMERGENCY and order.entered_at is not None:
        found.append((order.entered_at, _("Telefonordre om grenser, ikke kontrollert")))
    found += [
        (course.at, _("Startet %(drug)s") % {"drug": course.drug})
        for course in plans.courses(patient)
    ]
    found += [(talk.at, _("Målsamtale: %(text)s") % {"text": talk.agreed[:160]})
              for talk in goal_conversations(patient)]  # fmt: skip
    found += [(row.at, f"{DECISIONS[row.what]}: {row.text[:160]}") for row in care.decisions]
    found += _breathing(care.supports)
    found += [(fact.at, control_said(fact)) for fact in changes(care.control_facts)]
    found += [(row.at, f"{row.unit.name}: {str(VISIT_HOWS[row.how]).lower()}")
              for row in care.visits]  # fmt: skip
    found += _appointments(care.requests, zone)
    found += [(away.begun_at, pause_told(pause_of(away))) for away in rows_of(patient)]
    return [
        f"{short_date(at.astimezone(zone).date())} {text}"
        for at, text in sorted(found)
        if at >= start
    ]


def _appointments(rows: list[Any], zone: ZoneInfo) -> list[tuple[datetime, str]]:
    """Times that a department has given, and noes; what a meeting decided is told as that."""
    return [
        (row.answered_at, f"{WHATS[row.what]}, {row.to.name}: {told}")
        for row in rows
        if row.what == What.APPOINTMENT
        and row.answered_at is not None
        and row.source != Source.MEETING
        for told in [
            time_told(row.slot, zone.key)
            if row.slot is not None and row.stage != "declined"
            else STAGES[stage_of(row)]
        ]
    ]


def _breathing(rows: list[Any]) -> list[tuple[datetime, str]]:
    """Oxygen and ventilator: what each was set to, and that one is used no more."""
    rows = [row for row in rows if row.refused_at is None]
    begins = {(row.kind, row.period.lower) for row in rows}
    found = [
        (row.entered_at, f"{SUPPORTS[row.kind]}: {setting_told(row.kind, row.settings)}")
        for row in rows
    ]
    ended = [row for row in rows if row.period.upper and (row.kind, row.period.upper) not in begins]
    found += [
        (row.period.upper, _("%(what)s avsluttet") % {"what": SUPPORTS[row.kind]}) for row in ended
    ]
    return found
