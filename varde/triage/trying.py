"""Trying: a patient's own reports under the limits of now and under a draft; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.catalogue.queries import programme, rules
from varde.core.baseline import suggested
from varde.core.calendar import day_bounds
from varde.core.dry_run import Run, run
from varde.core.ledger import RIGHT
from varde.core.pause import Why
from varde.core.programme import NONE, Programme
from varde.core.quantities import BY_NAME
from varde.core.reading import FLOW
from varde.core.thresholds import Limits
from varde.core.usual import Baseline, baseline, settled
from varde.measuring.pauses import pauses
from varde.measuring.queries import (
    ever_enrolled,
    first_term,
    habitual_values,
    reports,
    series,
)
from varde.triage.cases import Situation, Term
from varde.triage.handling import undone_of
from varde.triage.models import Handling
from varde.triage.ordered_rules import rules_held
from varde.triage.thresholds import in_force, limits_of

MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Tried:
    """What came of it, and the known worsenings of those days."""

    run: Run
    worsenings: list[datetime]  # when a person judged it as one, or the patient was admitted


def tried(
    patient: UUID,
    draft: Mapping[str, Limits],
    *,
    days: int,
    zone: ZoneInfo,
    at: datetime,
    held_at: datetime,
    wished: frozenset[str] | None = None,
) -> Tried:
    """The last `days` local days, today with them, judged by the programmes of today and the limits
    of `held_at`; beside it with `draft`, and the ordered rules `wished` instead of those of then.
    """
    first = at.astimezone(zone).date() - timedelta(days=days - 1)
    start, end = day_bounds(first, zone)[0], at + timedelta(minutes=1)
    situation = _situation(patient, zone=zone, at=at, held_at=held_at, wished=wished or NONE)
    case, other = situation.case(at), None
    if wished is not None:
        other = replace(situation, ordered=_from_ever(wished), _cases={}).case(at)
    kinds = sorted({*case.planned, *draft, *([FLOW] if situation.ever.contexts else [])})
    back, asked = situation.ever.back, situation.ever.answers_back or timedelta(0)
    values = series(patient, kinds, start=start - back, end=end)  # what rules look back at
    readings = [point.reading for points in values.values() for point in points]
    answers = [
        (report.taken_at, situation.answers(report.answers, report.taken_at))
        for report in reports(patient, start=start - asked, end=end)
        if report.answers
    ]
    found = run(readings, answers, case, draft, other).since(first)
    return Tried(found, _worsenings(patient, start, zone))


def _from_ever(names: Iterable[str]) -> list[tuple[str, datetime, datetime | None]]:
    return [(name, datetime.min.replace(tzinfo=UTC), None) for name in sorted(names)]


def _situation(
    patient: UUID, *, zone: ZoneInfo, at: datetime, held_at: datetime, wished: frozenset[str]
) -> Situation:
    """What holds now. Unlike `cases.situations` it holds nobody up: nothing is to be written.

    What the `wished` rules look back at is read too.
    """
    made = Situation(patient, zone)
    made.terms = [
        Term(
            programme(row.programme, row.version),
            row.period.lower,
            row.period.upper,
            row.period.lower <= at and (row.period.upper is None or at < row.period.upper),
        )
        for row in ever_enrolled(patient)
    ]
    made.thresholds = [
        (row.kind, *limits_of(row).in_order(), row.ground, row.period.lower, None)
        for row in in_force(patient, at=held_at).values()
    ]
    held = rules_held(patient, at=held_at)
    made.ordered = _from_ever(held | wished)
    began, ever = first_term(patient), made.ever
    if began is not None and ever.with_baseline:
        made.before.settled = end = settled(began, zone)
        points = series(patient, sorted(ever.with_baseline), start=began, end=end)
        for one in (point for found in points.values() for point in found):
            made.before.add_first(one.reading)
    made.usual.now |= {kind: row.value for kind, row in habitual_values(patient).items()}
    made.ordered = _from_ever(held)  # `ever`, which looks as far back as both, is kept
    return made


def _worsenings(patient: UUID, start: datetime, zone: ZoneInfo) -> list[datetime]:
    """What somebody judged as one, not undone since, and the days of being admitted."""
    rows = list(Handling.objects.filter(patient_id=patient, at__gte=start).order_by("at"))
    undone = undone_of(rows)
    found = [row.at for row in rows if row.assessment in RIGHT and str(row.id) not in undone]
    away = pauses([patient]).get(patient, ())
    admitted = [day_bounds(one.first, zone)[1] - MOMENT for one in away if one.why is Why.ADMITTED]
    return sorted([*found, *(moment for moment in admitted if moment >= start)])


@dataclass(frozen=True)
class Suggestion:
    """The baseline of one kind, and the limits that would follow; None when it is too short."""

    found: Baseline
    limits: Limits | None


def suggestions(
    patient: UUID, programmes: list[Programme], *, zone: ZoneInfo, at: datetime
) -> dict[str, Suggestion]:
    """For each kind with a standard set, from the first days of follow-up; never applied."""
    start = first_term(patient)
    if start is None:
        return {}
    end = min(settled(start, zone), at)
    made: dict[str, Suggestion] = {}
    standard = {k: v.limits() for one in programmes for k, v in one.standard.limits.items()}
    drops = rules(programmes).drops
    kinds = [kind for kind in BY_NAME if kind in standard]
    for kind, points in series(patient, kinds, start=start, end=end).items():
        found = baseline([r for p in points if not (r := p.reading).active], zone)
        if found is not None:
            limits = suggested(found, standard[kind], drops.get(kind))
            made[kind] = Suggestion(found, limits)
    return made
