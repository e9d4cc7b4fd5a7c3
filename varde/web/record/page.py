"""The record: who, what is wrong, all trends, answers, limits, and what has been done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from varde.catalogue.queries import programme, signed
from varde.core.access import Role, demand
from varde.core.calendar import day_bounds
from varde.core.expectation import rhythm_on
from varde.core.ordering import Stage
from varde.core.pause import Pause, holding
from varde.core.programme import Programme, Question, known_choice
from varde.core.quantities import BY_NAME
from varde.core.reading import TOGETHER
from varde.core.signing import Part
from varde.core.verdict import Reason
from varde.core.zones import Zone
from varde.measuring.answers import read_at
from varde.measuring.pauses import pause_of, rows_of
from varde.measuring.queries import enrolments, ever_enrolled, series
from varde.measuring.rhythm import own_rhythms
from varde.paper.multiples import Event
from varde.pathway.queries import stage_of, stages
from varde.pathway.regime import agreed
from varde.people.openings import opened
from varde.people.queries import (
    home_municipalities,
    next_of_kin,
    patient_for,
    responsible_doctor,
)
from varde.triage import queries
from varde.triage.ordered import orders
from varde.triage.ordered_rules import rules_in_force
from varde.triage.tasks import before_admission
from varde.triage.worklist import Rank
from varde.web.care.section import (
    CareFacts,
    care_entries,
    care_events,
    care_facts,
    care_words,
    support_rows,
)
from varde.web.record.limits import limit_rows, order_now, whose_rules, whose_words
from varde.web.record.pause import pause_told, shown_pause
from varde.web.record.plan import plan_entries, plan_events, plan_facts, plan_words
from varde.web.record.rhythm import rhythm_told, shown_rhythm
from varde.web.record.timeline import KINDS, timeline
from varde.web.record.trend import PERIODS, trend
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import age, short_date, when
from varde.web.texts.rules import rule_lines
from varde.web.texts.sentences import for_nurse, with_doubt
from varde.web.texts.statuses import PAUSES, SERVICE_MODELS, STAGES, ZONE_OF
from varde.web.texts.words import said


def clinical_page(
    request: Any,
    patient: UUID,
    *,
    template: str,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """One patient's page for any clinician who may reach the record; `more` is the role's own."""
    person = patient_for(request.viewer, patient, at=request.at)
    words = {**shown(request, person).words, **(more or {})}
    return render(request, template, words)


@dataclass(frozen=True)
class Record:
    """What the page shows, and the versions whose words it is told in, those of now first."""

    words: dict[str, Any]
    known: list[Programme]
    programmes: list[Programme]  # those of now
    care: CareFacts


def shown(request: Any, person: Any) -> Record:
    """The record of one whom the viewer reaches. Shown is opened, and is logged."""
    demand(request.viewer.role, "open-record")
    opened(person.id, by=request.viewer, at=request.at)
    viewer, at, zone = request.viewer, request.at, ZoneInfo(request.viewer.zone)
    rows = enrolments([person.id], at=at).get(person.id, [])
    programmes = [programme(row.programme, row.version) for row in rows]
    known = [*programmes, *_ever(person.id)]
    days = next((one for one in PERIODS if str(one) == request.GET.get("days", "")), 90)
    ordered = [one for one in orders(person.id) if one.ended_at and one.stage == Stage.IN_FORCE]
    paused = rows_of(person.id)
    away = [pause_of(row) for row in reversed(paused)]
    plan = plan_facts(person.id, since=at - timedelta(days=max(days, 90)), zone=zone)
    care = care_facts(person.id, at=at)
    events = _events(person.id, ordered, away, zone) + plan_events(plan, zone)
    drawn, values, sent = trend(person.id, programmes, known, days=days, at=at.astimezone(zone),
                                events=events + care_events(care, zone),
                                periods=support_rows(care))  # fmt: skip
    entries = timeline(person.id, known, reports=sent, ordered=ordered, paused=paused,
                       more=[*plan_entries(plan), *care_entries(care, viewer.zone)],
                       days=max(days, 90), zone=viewer.zone, at=at)  # fmt: skip
    show = request.GET.get("show", "all")
    words = {
        **_bounds(person.id, programmes, viewer.role, at, zone),
        "person": person,
        "age": age(person.born, at.astimezone(zone).date()),
        "state": _state(person.id, known, viewer.zone, at),
        "read": _read(person.id, sent, viewer.zone, at),
        "others": _others(person.id, programmes, days=days, zone=viewer.zone, at=at),
        "facts": _facts(person, rows, programmes, away, zone, at),
        "pause": shown_pause(person.id, paused, viewer, at),
        "rhythm": shown_rhythm(person.id, viewer, at),
        "before": before_admission(person.id),
        "kin": next_of_kin(person.id),
        "trend": drawn,
        "days": days,
        "periods": PERIODS,
        "tables": _tables(values, viewer.zone),
        "answers": _answers(sent, known, viewer.zone, at),
        "plan": plan_words(person.id, plan, viewer, at),
        "care": care_words(person.id, care, viewer, at),
        "entries": [e for e in entries if show in ("all", e.kind)],
        "show": show if show in KINDS else "all",
        "home": viewer.role,
    }
    return Record(words, known, programmes, care)


def _bounds(
    patient: UUID, programmes: Sequence[Programme], role: Role, at: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """Limits and rules that hold, on whose word, and what is being ordered."""
    limits, ruled = limit_rows(patient, programmes, at, zone), rules_in_force(patient, at=at)
    own = {row["kind"] for row in limits if not row["standard"]}
    return {
        "limits": limits,
        "rules": rule_lines(programmes, own=own, ordered=ruled),
        "words": whose_words(limits) + whose_rules(ruled, programmes, zone),
        "order": order_now(patient, role),
        "signed": signed(programmes, Part.LIMITS) or not any(row["standard"] for row in limits),
    }


def _ever(patient: UUID) -> list[Programme]:
    """Words of what was asked before are found in what was before."""
    return [programme(row.programme, row.version) for row in ever_enrolled(patient)]


def _state(patient: UUID, programmes: Any, zone: str, at: datetime) -> dict[str, Any] | None:
    """The zone now, with what gave it and since when; what stands on the list goes before."""
    state = queries.state_of(patient)
    if state is None:
        return None
    item = queries.open_item(patient)
    rank = item.awake_rank if item is not None else None
    if (
        item is not None
        and rank is not None
        and rank <= Rank.YELLOW
        and ZONE_OF[Rank(rank)] != Zone(state.zone).slug
    ):
        return {
            "zone": ZONE_OF[Rank(rank)],
            "why": [for_nurse(one, programmes) for one in queries.rows_of([item])[0].found],
            "newest": Zone(state.zone).slug,
            "taken": when(state.taken_at, at, zone),
        }
    start = state.taken_at - TOGETHER
    judged = queries.judgements(patient, start=start, end=at.max.replace(tzinfo=at.tzinfo))
    worst_of = max(judged, key=lambda one: (one.zone, one.taken_at), default=None)
    found = [Reason.from_dict(one) for one in worst_of.reasons] if worst_of else []
    worst = [one for one in found if one.zone >= Zone.YELLOW]
    return {
        "zone": Zone(state.zone).slug,
        "why": [for_nurse(one, programmes) for one in worst],
        "since": short_date(state.since.astimezone(ZoneInfo(zone)).date()),
        "taken": when(state.taken_at, at, zone),
    }


def _read(patient: UUID, sent: list[Any], zone: str, at: datetime) -> str:
    """That the patient has said the newest answer is read; nothing when it was not asked."""
    if not sent:
        return ""
    moment = read_at(patient, max(sent, key=lambda one: one.taken_at).id)
    return when(moment, at, zone) if moment else ""


def _facts(
    person: Any,
    rows: list[Any],
    programmes: Any,
    away: Sequence[Pause],
    zone: ZoneInfo,
    at: datetime,
) -> list[tuple[str, str]]:
    stage = stage_of(person.id, at=at)
    doctor = responsible_doctor(person.id, at=at)
    home = home_municipalities([person.id], at=at).get(person.id, "")
    facts = []
    if stage is not None:
        weeks = (at - stage.period.lower).days // 7 + 1
        words = {"stage": STAGES[stage.stage], "n": weeks}
        facts.append((_("Fase"), _("%(stage)s, uke %(n)s") % words))
    if rows:
        model = SERVICE_MODELS.get(rows[0].service_model, "")
        names = ", ".join(said(one.name) for one in programmes)
        facts.append((_("Program og modell"), f"{names} · {model}"))
        facts.append((_("Avtalt"), _agreed(rows[0], away, zone, at)))
    if doctor is not None:
        where = f"{doctor.doctor.name}, {doctor.organisation.name}"
        where += "" if doctor.chosen else _(" (etter regelen)")
        facts.append((_("Ansvarlig lege"), where))
    if home:
        facts.append((_("Kommune"), home))
    return facts


def _agreed(row: Any, away: Sequence[Pause], zone: ZoneInfo, at: datetime) -> str:
    """How often the patient is to report now."""
    today = at.astimezone(zone).date()
    if now := holding(away, today):
        return _("pause: %(why)s") % {"why": pause_told(now).lower()}
    own = own_rhythms([row.patient_id]).get(row.patient_id)
    rhythm = rhythm_on(today, agreed(row, zone, away, own), green=True)
    return rhythm_told(rhythm, own.weekday if own else row.weekday)


def _others(
    patient: UUID, programmes: Any, *, days: int, zone: str, at: datetime
) -> list[dict[str, Any]]:
    """The newest of each kind that came and that no programme of the patient asks for."""
    own = {kind for one in programmes for kind in one.kinds}
    kinds = [kind for kind in BY_NAME if kind not in own]
    start, end = at - timedelta(days=days), at + timedelta(minutes=15)
    return [
        {
            "name": KIND_TEXTS[kind].short,
            "value": with_doubt(kind, points[-1].value),
            "at": when(points[-1].taken_at, at, zone),
        }
        for kind, points in series(patient, kinds, start=start, end=end).items()
        if points
    ]


def _events(
    patient: UUID, ordered: Sequence[Any], away: Sequence[Pause], zone: ZoneInfo
) -> list[Event]:
    gone = [Event(day_bounds(one.first, zone)[0], str(PAUSES[one.why])) for one in away]
    home = [Event(day_bounds(one.last, zone)[1], _("Hjemme")) for one in away if one.last]
    return [
        *gone,
        *home,
        *(Event(row.period.lower, str(STAGES[row.stage])) for row in stages(patient)),
        *(Event(row.ended_at, _("Nye grenser")) for row in ordered),
    ]


def _answers(sent: list[Any], programmes: Any, zone: str, at: datetime) -> dict[str, Any] | None:
    """The newest answers, each with its zone."""
    answered = [report for report in sent if report.answers]
    if not answered:
        return None
    last = answered[-1]
    lines = []
    questions: dict[str, Question] = {}
    for question in (question for one in programmes for question in one.questions):
        questions.setdefault(question.id, question)
    for question in questions.values():
        choice = known_choice(programmes, question.id, last.answers.get(question.id, ""))
        if choice is not None:
            lines.append((said(question.text), said(choice.text), choice.zone))
    return {"at": when(last.taken_at, at, zone), "lines": lines, "comment": last.comment}


def _tables(values: dict[str, list[Any]], zone: str) -> list[dict[str, Any]]:
    """The curves as a table: one row a time, one column a kind."""
    times: dict[datetime, dict[str, Any]] = {}
    for kind, points in values.items():
        for point in points:
            cell = {"value": with_doubt(kind, point.value), "zone": Zone(point.zone).slug}
            times.setdefault(point.taken_at, {})[kind] = cell
    local = ZoneInfo(zone)
    rows = [
        {
            "at": at.astimezone(local).strftime("%d.%m.%Y %H:%M"),
            "cells": [cells.get(kind) for kind in values],
        }
        for at, cells in sorted(times.items(), reverse=True)
    ]
    head = [KIND_TEXTS[kind].short for kind in values]
    return [{"head": head, "rows": rows[:120]}]
