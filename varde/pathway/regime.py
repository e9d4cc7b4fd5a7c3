"""The regime from day to day: who should report today, and what was not sent in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery

from varde.catalogue.queries import programme, published
from varde.core.calendar import day_bounds
from varde.core.expectation import LONGEST_TRIAL, Agreed, Own, Rhythm, is_due, lacking, rhythm_on
from varde.core.pause import DAILY_AFTER, Pause, holding
from varde.core.zones import Zone
from varde.measuring import expecting
from varde.measuring.models import Enrolment, Expectation
from varde.measuring.pauses import back_lately, pauses, set_paused
from varde.measuring.queries import enrolments, following
from varde.measuring.rhythm import own_rhythms, perhaps_due
from varde.triage.models import State
from varde.triage.queries import states
from varde.triage.worklist import MISSING, NewReason, Raise, Rank, due, put

ILL = (Zone.YELLOW, Zone.RED)
DAILY_MODELS = frozenset({2})  # reinforced discharge: seven a week


def agreed(
    enrolment: Enrolment, zone: ZoneInfo, away: Sequence[Pause] = (), own: Own | None = None
) -> Agreed:
    """What is agreed with the patient, whose pauses `away` are, and whose rhythm may be `own`."""
    schedule = programme(enrolment.programme, enrolment.version).schedule
    return Agreed(
        start=enrolment.period.lower.astimezone(zone).date(),
        weekday=enrolment.weekday,
        trial_days=schedule.trial_days,
        every_day=enrolment.service_model in DAILY_MODELS,
        daily_until_green=schedule.daily_until_green,
        trial=Rhythm(schedule.trial),
        after=Rhythm(schedule.after),
        pauses=tuple(away),
        own=own,
    )


def away(patients: Iterable[UUID], day: date) -> dict[UUID, tuple[Pause, ...]]:
    """The pauses that say something of `day` or what comes after it."""
    return pauses(patients, since=day - timedelta(days=DAILY_AFTER))


def expect_past(*, unit: UUID, day: date, zone: ZoneInfo) -> int:
    """What was agreed for a day that the clock slept through; who was ill then is not known now."""
    at = day_bounds(day, zone)[1] - timedelta(seconds=1)
    return expect_today(unit=unit, day=day, at=at, zone=zone, past=True)


def expect_today(*, unit: UUID, day: date, at: datetime, zone: ZoneInfo, past: bool = False) -> int:
    """Expectations of `day` for the unit's patients who lack one, and how many were made.

    Of a patient in several programmes what all of them ask for that day, whichever units follow: it
    is measured and asked once, by the earlier deadline, and awaited by who answers for the patient.
    """
    ill = {row.patient_id: row.now in ILL for row in _perhaps_due(unit, day, at)}
    gone, own = away(ill, day), own_rhythms(ill)
    answers = following(ill, zone=str(zone), at=at)
    plans = []
    for patient, rows in enrolments(ill, at=at).items():
        green = past or not ill[patient]
        due_now = [
            (row, rhythm_on(day, terms, green=green))
            for row in rows
            if is_due(day, terms := agreed(row, zone, gone.get(patient, ()), own.get(patient)),
                      green=green)
        ]  # fmt: skip
        if due_now:
            plans.append(_plan(patient, answers[patient].unit, due_now, day))
    return expecting.expect(plans, start=day, end=_next(day), zone=zone)


def _plan(
    patient: UUID, unit: UUID, rows: Sequence[tuple[Enrolment, Rhythm]], day: date
) -> expecting.Plan:
    asked = [expecting.parts_of(programme(row.programme, row.version)) for row, _ in rows]
    parts = tuple(dict.fromkeys(part for several in asked for part in several))
    rhythm = min((rhythm for _, rhythm in rows), key=list(Rhythm).index)
    return expecting.Plan(patient, unit, parts, rhythm, day.weekday())


def _daily_programmes() -> Q:
    """The versions that ask for a report every day, or every weekday, also after the trial."""
    daily = [Q(programme=one.key, version=one.version) for one in published()
             if one.schedule.after != Rhythm.WEEKLY]  # fmt: skip
    return reduce(or_, daily, Q(pk__in=[]))


def _perhaps_due(unit: UUID, day: date, at: datetime) -> QuerySet[Any]:
    """The enrolments that `is_due` may say yes to: most days most patients have nothing to send.

    The clock asks every other minute; who has the day's expectation already is left out. Each is
    looked up by itself, as a value: as `exists` it may become a join of all with all.
    """
    of_patient = {"tenant_id": OuterRef("tenant_id"), "patient_id": OuterRef("patient_id")}
    zone = Subquery(State.objects.filter(**of_patient).values("zone")[:1])
    made = Subquery(Expectation.objects.filter(**of_patient, day=day).values("id")[:1])
    rows = Enrolment.objects.filter(unit_id=unit, period__contains=at).annotate(now=zone, made=made)
    today = Q(weekday=day.weekday()) | Q(service_model__in=DAILY_MODELS) | Q(now__in=ILL)
    in_trial = Q(period__startswith__gt=at - timedelta(days=LONGEST_TRIAL + 1))
    back = back_lately(day).values_list("patient_id", flat=True)
    by_themselves = Q(patient_id__in=[*back, *perhaps_due(day)])
    perhaps = today | in_trial | by_themselves | _daily_programmes()
    return rows.filter(perhaps, made=None).order_by("id")


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def raise_missing(ids: Sequence[UUID], *, zone: str, at: datetime) -> int:
    """Expectations past their deadline become work, naming what lacks; each is raised once.

    Who was red or yellow last and falls silent stands among the yellows. A day that a pause covers,
    which was agreed in the moment the day was being asked for, is nobody's.
    """
    overdue = _not_paused(expecting.claim_overdue(ids, at=at))
    patients = {one.patient for one in overdue}
    zones, followed = states(list(patients)), following(patients, zone=zone, at=at)
    raises: dict[UUID, Raise] = {}
    for one in overdue:
        state = zones.get(one.patient)
        ill = state is not None and state.zone in ILL
        rank = Rank.YELLOW if ill else Rank.WORK
        about = {
            "day": one.day.isoformat(),
            "lacks": list(lacking(one.parts, one.came)),
            "came": list(one.came),
        }
        if state is not None and ill:
            about["last"] = Zone(state.zone).slug
        now = followed[one.patient]  # who answers now, not who did when it was asked for
        new = Raise(one.patient, now.unit, rank, due(rank, now.hours, at))
        place = raises.setdefault(one.patient, new)
        place.reasons.append(NewReason(MISSING, int(Zone.YELLOW) if ill else 0, about=about))
    put(list(raises.values()), at=at)
    return len(overdue)


def _not_paused(claimed: Sequence[expecting.Overdue]) -> list[expecting.Overdue]:
    gone = pauses({one.patient for one in claimed})
    covered = [one for one in claimed if holding(gone.get(one.patient, ()), one.day)]
    set_paused([one.id for one in covered])
    return [one for one in claimed if one not in covered]
