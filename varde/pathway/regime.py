"""The regime from day to day: who should report today, and what was not sent in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.catalogue.queries import programme
from varde.core.expectation import Agreed, is_due, lacking, rhythm_on
from varde.core.zones import Zone
from varde.measuring import actions as measuring
from varde.measuring.hours import hours_from
from varde.measuring.models import Enrolment
from varde.people.queries import organisation
from varde.triage.models import State
from varde.triage.worklist import NewReason, Raise, Rank, due, put

DAILY_MODELS = frozenset({2})  # reinforced discharge: seven a week


def agreed(enrolment: Enrolment, zone: ZoneInfo) -> Agreed:
    schedule = programme(enrolment.programme, enrolment.version).schedule
    return Agreed(
        start=enrolment.period.lower.astimezone(zone).date(),
        weekday=enrolment.weekday,
        trial_days=schedule.trial_days,
        every_day=enrolment.service_model in DAILY_MODELS,
        daily_until_green=schedule.daily_until_green,
    )


def expect_today(*, unit: UUID, day: date, at: datetime, zone: ZoneInfo) -> int:
    """Expectations of `day` for every patient the unit follows; a day that has one keeps it."""
    enrolments = Enrolment.objects.filter(unit_id=unit, period__contains=at)
    zones = dict(State.objects.values_list("patient_id", "zone"))
    plans: dict[UUID, measuring.Plan] = {}
    for row in enrolments.order_by("id"):
        terms = agreed(row, zone)
        green = zones.get(row.patient_id, Zone.GREEN) not in (Zone.YELLOW, Zone.RED)
        if not is_due(day, terms, green=green):
            continue
        parts = measuring.parts_of(programme(row.programme, row.version))
        before = plans.get(row.patient_id)
        if before:  # several programmes: measured and asked once
            parts = tuple(dict.fromkeys((*before.parts, *parts)))
        rhythm = rhythm_on(day, terms, green=green)
        plans[row.patient_id] = measuring.Plan(row.patient_id, unit, parts, rhythm, day.weekday())
    return measuring.expect(list(plans.values()), start=day, end=_next(day), zone=zone)


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def raise_missing(ids: Sequence[UUID], *, unit: UUID, zone: str, at: datetime) -> int:
    """Expectations past their deadline become work, naming what lacks; each is raised once."""
    overdue = measuring.claim_overdue(ids, at=at)
    hours = hours_from(organisation(unit).hours, zone)
    limit = due(Rank.WORK, hours, at)
    raises: dict[UUID, Raise] = {}
    for one in overdue:
        about = {
            "day": one.day.isoformat(),
            "lacks": list(lacking(one.parts, one.came)),
            "came": list(one.came),
        }
        place = raises.setdefault(one.patient, Raise(one.patient, unit, Rank.WORK, limit))
        place.reasons.append(NewReason("missing", about=about))
    put(list(raises.values()), at=at)
    return len(overdue)
