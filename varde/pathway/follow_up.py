"""What follows by itself: reckoned for each patient once a day, and when somebody has acted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from varde.base.tenancy import current_tenant
from varde.catalogue.queries import programme
from varde.core.calendar import OpeningHours, day_bounds, next_opening
from varde.core.follow_up import (
    FOLLOW_UPS,
    SIGNALS_IN,
    Facts,
    HangsOn,
    Planned,
    WhenYellow,
    asked,
    fortnight,
    planned,
    put_off,
)
from varde.core.own_follow_up import with_own
from varde.core.zones import Zone
from varde.dialogue.queries import last_sent
from varde.measuring.hours import hours_from
from varde.measuring.models import Enrolment
from varde.measuring.pauses import pauses
from varde.measuring.queries import enrolments, following, signals, silent
from varde.pathway.models import Look
from varde.pathway.own_follow_up import own_of
from varde.people.queries import organisation, people
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.history import alike, last_done, last_talked
from varde.triage.models import Task
from varde.triage.queries import states

AT_ONCE = 500
CONTACTS = ("new-patient", "monthly-contact", "goal-conversation")  # done, they are contact


def look(*, unit: UUID, by: Viewer, at: datetime) -> int:
    """Reckon for those of the unit's patients who have not been looked at today; how many tasks."""
    today = at.astimezone(ZoneInfo(by.zone)).date()
    _begin(unit, today, at=at)
    _of_team(unit, today, by=by, at=at)
    waiting = Look.objects.filter(unit_id=unit, on__lt=today).order_by("on", "patient_id")
    patients = list(waiting.values_list("patient_id", flat=True)[:AT_ONCE])
    raised = settle(patients, by=by, at=at)
    Look.objects.filter(patient_id__in=patients).update(on=today)
    return raised


NOT_REPORTED, LOOKED_BACK = "not-reported", 14  # days; the list's own span


def _of_team(unit: UUID, today: date, *, by: Viewer, at: datetime) -> None:
    """Every second week the list of those who have not reported is gone through (domain 4)."""
    week = fortnight(today)
    known = current_tenant(), unit
    if _asked.get(known) == week:
        return
    if silent(unit, at=at, days=LOOKED_BACK, most=1):
        hours = hours_from(organisation(unit).hours, by.zone)
        due_at = next_opening(hours, max(day_bounds(week, ZoneInfo(by.zone))[0], at))
        tasks.raise_task(
            patient=None, unit=unit, kind=NOT_REPORTED, due_at=due_at,
            occurrence=f"{NOT_REPORTED}-{week}", by=by, at=at,
        )  # fmt: skip
        transaction.on_commit(lambda: _asked.update({known: week}))


_asked: dict[tuple[UUID, UUID], date] = {}
# The unit that follows now is the one that looks; those who have a row of it already keep the day.
_BEGIN = """
insert into pathway_look as l (tenant_id, id, patient_id, unit_id, "on")
select distinct on (e.patient_id) e.tenant_id, gen_random_uuid(), e.patient_id, e.unit_id, %s::date
from measuring_enrolment e
where e.tenant_id = %s and e.unit_id = %s and e.period @> %s
  and (select true from pathway_look k where k.tenant_id = e.tenant_id
         and k.patient_id = e.patient_id and k.unit_id = e.unit_id) is null
on conflict (tenant_id, patient_id) do update set unit_id = excluded.unit_id
"""
_begun: dict[tuple[UUID, UUID], date] = {}


def _begin(unit: UUID, today: date, *, at: datetime) -> None:
    """Whoever has come to the unit, once a day in each process: it reads all who are followed."""
    key = current_tenant(), unit
    if _begun.get(key) == today:
        return
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [today - timedelta(days=1), current_tenant(), unit, at])
    transaction.on_commit(lambda: _begun.update({key: today}))


def yellow_for_long(patients: Sequence[UUID], *, zone: str, at: datetime) -> list[UUID]:
    """Those of them who have been yellow for as long as their programmes say, or as is agreed with
    one of them (decisions 4.2: seven days, or three reports in a row; unsigned)."""
    ill = [who for who, state in states(patients).items() if state.zone == Zone.YELLOW]
    terms, own = enrolments(ill, at=at), own_of(ill)
    facts = _facts(terms, zone=zone, at=at)
    return [
        patient for patient in ill
        if patient in facts and any(
            one.due <= facts[patient].today
            for rule in with_own(_rules(terms[patient]), own.get(patient, {}))
            if isinstance(rule, WhenYellow)
            for one in rule.planned(facts[patient])
        )
    ]  # fmt: skip


def begin(patients: Sequence[UUID], unit: UUID, *, today: date) -> None:
    """Follow-up begins: they are looked at with the next round."""
    for patient in patients:
        Look.objects.update_or_create(
            patient_id=patient, defaults={"unit_id": unit, "on": today - timedelta(days=1)}
        )


def settle(patients: Sequence[UUID], *, by: Viewer, at: datetime) -> int:
    """Raise what the rules ask for now or soon, withdraw what they ask for no more; how many
    raised. What plan, requests and meetings have asked for is theirs to end.

    Of who is followed no more, or has died, nothing more is asked. Open tasks go with the patient
    to the unit that follows now.
    """
    if not patients:
        return 0
    terms = enrolments(patients, at=at)
    facts = _facts(terms, zone=by.zone, at=at)
    followed = following(patients, zone=by.zone, at=at)
    there, own = _there(patients), own_of(patients)
    raised = 0
    for patient in patients:
        known, before = facts.get(patient), there.get(patient, {})
        if known is None or patient not in followed:
            left = {key: row for key, row in before.items()
                    if row.hangs_on == HangsOn.RULE or not row.raised}  # fmt: skip
            _withdraw(left, set(), by=by, at=at)  # what stands on the list is closed there
            continue
        agreed = own.get(patient, {})
        wanted, now = with_own(_rules(terms[patient]), agreed), followed[patient]
        _move(before, now.unit)
        for one in planned(wanted, known):
            due_at, task = _opens(one, now.hours, at), before.get((one.kind, one.occurrence))
            if task is None:
                _raise(patient, one, now.unit, due_at, by, at)
                raised += 1
            elif task.outcome == tasks.WITHDRAWN:  # it came about again
                tasks.revive(task, unit=now.unit, due_at=due_at)
                raised += 1
            else:
                tasks.bring_forward(task, due_at=due_at, later=one.kind in agreed)
        for one in put_off(wanted, known):
            if (task := before.get((one.kind, one.occurrence))) is not None:
                tasks.bring_forward(task, due_at=_opens(one, now.hours, at), later=True)
        reckoned = {key: row for key, row in before.items() if row.hangs_on == HangsOn.RULE}
        _withdraw(reckoned, asked(wanted, known), by=by, at=at)
    return raised


def _move(there: Known, unit: UUID) -> None:
    """What is still to be done goes to the unit that follows now, and is nobody's there yet."""
    left = [row.id for row in there.values() if row.done_at is None and row.unit_id != unit]
    if left:
        Task.objects.filter(id__in=left).update(unit_id=unit, owner=None)


def _raise(
    patient: UUID, one: Planned, unit: UUID, due_at: datetime, by: Viewer, at: datetime
) -> None:
    tasks.raise_task(
        patient=patient,
        unit=unit,
        kind=one.kind,
        due_at=due_at,
        occurrence=one.occurrence,
        about={"why": one.why},
        hangs_on=HangsOn.RULE,
        by=by,
        at=at,
    )


def _opens(one: Planned, hours: OpeningHours, at: datetime) -> datetime:
    """When the unit opens on the day it is to be done, or next."""
    return next_opening(hours, max(day_bounds(one.due, hours.zone)[0], at))


Known = dict[tuple[str, str], Task]


def _there(patients: Iterable[UUID]) -> dict[UUID, Known]:
    """What has been asked for before of what hangs on follow-up, done or not; of what may be asked
    for many times, what is open."""
    found: dict[UUID, Known] = {}
    rows = Task.objects.filter(patient_id__in=list(patients)).exclude(hangs_on=HangsOn.NOTHING)
    for row in rows.exclude(occurrence="", done_at__isnull=False):
        if row.patient_id is not None:
            found.setdefault(row.patient_id, {})[row.kind, row.occurrence or str(row.id)] = row
    return found


def _withdraw(there: Known, wanted: set[tuple[str, str]], *, by: Viewer, at: datetime) -> None:
    for key, row in there.items():
        if row.done_at is None and key not in wanted:
            tasks.withdraw(row, by=by, at=at)


def _rules(terms: Iterable[Enrolment]) -> list[FOLLOW_UPS]:
    return [rule for row in terms for rule in programme(row.programme, row.version).follow_up]


def _facts(
    terms: Mapping[UUID, Sequence[Enrolment]], *, zone: str, at: datetime
) -> dict[UUID, Facts]:
    """What is known of each living patient who is followed now, in local days."""
    local, patients = ZoneInfo(zone), list(terms)

    def day(moment: datetime | None) -> date | None:
        return moment.astimezone(local).date() if moment else None

    today = at.astimezone(local).date()
    since = day_bounds(today - timedelta(days=SIGNALS_IN), local)[0]
    gathered, zones, rows = signals(patients, since=since), states(patients), alike(patients)
    talked, written = last_talked(patients), last_sent(patients)
    called, away = last_done(patients, CONTACTS), pauses(patients)
    found = {}
    alive = {person.id for person in people(patients).values() if person.died_at is None}
    for patient, theirs in terms.items():
        if patient not in alive:
            continue
        state = zones.get(patient)
        known = (talked.get(patient), written.get(patient), called.get(patient))
        contacts = [one for one in known if one is not None]
        missed, odd = gathered.get(patient, (0, 0))
        began = min(row.period.lower for row in theirs)
        found[patient] = Facts(
            today=today,
            began=began.astimezone(local).date(),
            zone=Zone(state.zone) if state else Zone.NOT_JUDGED,
            since=day(state.since) if state else None,
            alike=rows.get(patient, 0),
            contact=day(max(contacts, default=None)),
            heard=day(state.heard_at) if state else None,
            missed=missed,
            odd=odd,
            pauses=away.get(patient, ()),
        )
    return found
