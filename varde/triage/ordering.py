"""Ordering of limits: every step from somebody's draft to limits that hold (decisions 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from varde.catalogue.queries import programme
from varde.core.calendar import next_closing
from varde.core.ordering import (
    ENTERED,
    OPEN,
    How,
    NotOrdered,
    Stage,
    demand_another,
    differing,
    rules_differing,
)
from varde.core.own_rule import base_of, numbers_of, one_each, resolved, spelled
from varde.core.programme import ALL_FURTHER, to_order
from varde.core.thresholds import Limits
from varde.core.zones import Zone
from varde.measuring.queries import enrolments, following
from varde.people.action import Done, action
from varde.people.doctors import doctors_of
from varde.people.viewer import Viewer
from varde.triage.handling import resolve, says_why
from varde.triage.keeping import hold
from varde.triage.models import Order
from varde.triage.ordered import held, held_at, mark_of
from varde.triage.ordered_rules import rules_held
from varde.triage.tasks import CONFLICT, do_task, open_tasks, raise_task, reviewed
from varde.triage.thresholds import begin, restore
from varde.triage.worklist import NewReason, Rank, due, raise_work

AHEAD = timedelta(minutes=10)  # a clock on the wall may be that much ahead of ours
VERIFY = "limits"  # the reason's kind: another person is to verify; closed by that alone
UNVERIFIED, UNANSWERED = "verify-order", "doctor-asked"  # the kinds of tasks
REMINDERS = (UNVERIFIED, UNANSWERED)
REVIEW = "review-limits"  # the kind of task that new limits are the answer to
OLDEST = timedelta(days=30)  # unsigned: an older order is asked for anew
LONGEST_UNVERIFIED = timedelta(hours=72)  # decisions 3.4: then it is a red task


@dataclass(frozen=True)
class Draft:
    """What somebody wishes: the bounds of each kind, the ordered rules that hold, and why.

    `rules` are all that shall hold, by name; None leaves them as they are. `version` is of the
    draft that they saw, or 0; `seen` the mark of what they saw hold, when they saw it: a wish is
    against that.
    """

    patient: UUID
    limits: Mapping[str, Limits]
    reason: str = ""
    version: int = 0
    seen: str = ""
    rules: frozenset[str] | None = None


@dataclass(frozen=True)
class Word:
    """A doctor's order that was given elsewhere: whose, how, when, and in which words."""

    doctor: UUID
    how: How
    at: datetime
    said: str = ""


@action("draft-limits")
def save_draft(draft: Draft, *, by: Viewer, at: datetime) -> Done[Order]:
    """Kept, and holds for nobody. Raises `NotOrdered` when another has moved it on."""
    row = _drafted(draft, Stage.DRAFT, by=by, at=at)
    row.asked_id = row.asked_at = None
    row.save()
    _looked(row, "drafted", by=by, at=at)
    return _done(row)


@action("draft-limits")
def ask(
    draft: Draft, doctor: UUID, *, by: Viewer, at: datetime, due_at: datetime | None = None
) -> Done[Order]:
    """The doctor finds it on the first page, with the dry run. Unanswered at `due_at` it is a
    nurse's task; usually when the day closes."""
    row = _drafted(draft, Stage.ASKED, by=by, at=at)
    _demand_whole(row)
    _demand_doctor(row.patient_id, doctor, by.zone, at)
    row.asked_id, row.asked_at = doctor, at
    row.save()
    hours = following([row.patient_id], zone=by.zone, at=at)[row.patient_id].hours
    _remind(row, UNANSWERED, due_at or due(Rank.WORK, hours, at), by=by, at=at)
    return _done(row)


@action("enter-order")
def enter(draft: Draft, word: Word, *, by: Viewer, at: datetime) -> Done[Order]:
    """What a doctor has ordered elsewhere, entered; another person finds it on the list."""
    row = _entered(draft, word, Stage.TO_VERIFY, by=by, at=at)
    row.save()
    _looked(row, "entered", by=by, at=at)
    _ask_another(row, by=by, at=at)
    return _done(row)


@action("enter-order")
def enter_emergency(draft: Draft, word: Word, *, by: Viewer, at: datetime) -> Done[Order]:
    """An order by telephone that cannot wait: it holds from now, and is flagged until verified.

    Another person finds it on the list, to be verified before closing; after 72 hours it is red.
    """
    row = _entered(draft, word, Stage.EMERGENCY, by=by, at=at)
    _demand_words(row.said)
    row.save()
    _looked(row, "entered", by=by, at=at)
    begin(row, "emergency", at=at)
    hours = following([row.patient_id], zone=by.zone, at=at)[row.patient_id].hours
    _ask_another(row, by=by, at=at, due_at=next_closing(hours, at), emergency=True)
    _remind(row, UNVERIFIED, at + LONGEST_UNVERIFIED, zone=Zone.RED, by=by, at=at)
    return _done(row)


def _remind(
    row: Order,
    kind: str,
    due_at: datetime,
    *,
    zone: Zone = Zone.NOT_JUDGED,
    by: Viewer,
    at: datetime,
) -> None:
    """A task that is due when nothing has come of it; of one kind there is one at a time."""
    _forget(row, by=by, at=at)
    raise_task(
        patient=row.patient_id,
        unit=row.unit_id,
        kind=kind,
        due_at=due_at,
        about={"order": str(row.id), "zone": int(zone)},
        by=by,
        at=at,
    )


def _forget(row: Order, *, by: Viewer, at: datetime) -> None:
    for task in open_tasks(row.patient_id):
        if task.kind in REMINDERS and task.about.get("order") == str(row.id):
            do_task(task=task.id, by=by, at=at)


def _entered(draft: Draft, word: Word, then: Stage, *, by: Viewer, at: datetime) -> Order:
    row = _drafted(draft, then, by=by, at=at)
    _demand_whole(row)
    _demand_doctor(row.patient_id, word.doctor, by.zone, at)
    if word.at > at + AHEAD:
        raise NotOrdered("time")
    if word.at < at - OLDEST:
        raise NotOrdered("old")
    row.ordered_by_id, row.ordered_at, row.how = word.doctor, word.at, word.how
    row.said = word.said.strip()
    row.entered_by_id, row.entered_at = by.actor, at
    if then is Stage.EMERGENCY:
        row.how = How.PHONE
    return row


def _ask_another(
    row: Order, *, by: Viewer, at: datetime, due_at: datetime | None = None, **more: bool
) -> None:
    about = {"order": str(row.id), "entered_by": str(by.actor), **more}
    reason = NewReason(VERIFY, about=about)
    raise_work(row.patient_id, reason, zone=by.zone, at=at, due_at=due_at)


@action("order-limits")
def order(draft: Draft, *, by: Viewer, at: datetime) -> Done[Order]:
    """A doctor who has seen the dry run orders and enters in one: they hold from now."""
    row = _drafted(draft, Stage.IN_FORCE, by=by, at=at)
    _demand_whole(row)
    _demand_doctor(row.patient_id, by.actor, by.zone, at)
    row.ordered_by_id = row.entered_by_id = by.actor
    row.said = ""  # what was said elsewhere was another order
    row.ordered_at = row.entered_at = at
    row.how = How.HERE
    _end(row, by=by, at=at)
    begin(row, "own", at=at)
    _looked(row, "ordered", by=by, at=at)
    _reviewed(row, by=by, at=at)
    return _done(row)


@action("verify-order")
def verify(patient: UUID, version: int, *, seen: str = "", by: Viewer, at: datetime) -> Done[Order]:
    """Another person has seen that what was entered is what was ordered: they hold from now."""
    row = _to_verify(patient, version, by)
    then = held_at(row, at)
    _demand_seen(seen, held(patient, at=then), rules_held(patient, at=then))
    row.stage = Stage.IN_FORCE
    row.verified_by_id, row.verified_at = by.actor, at
    _end(row, by=by, at=at)
    begin(row, "verified", at=at)
    _looked(row, "verified", by=by, at=at)
    _reviewed(row, by=by, at=at)
    return _done(row)


@action("verify-order")
def refuse(patient: UUID, version: int, why: str, *, by: Viewer, at: datetime) -> Done[Order]:
    """It is not what was ordered: a draft again, and work for who entered it.

    What held in an emergency ends, and what held before it holds again.
    """
    row = _to_verify(patient, version, by)
    _demand_words(why)
    row.refused_by_id, row.refused_at, row.refused_why = by.actor, at, why.strip()
    if row.stage == Stage.EMERGENCY:
        row.stage = Stage.WITHDRAWN
        _end(row, by=by, at=at)
        restore(row, at=at)
    else:
        row.stage = Stage.DRAFT
        row.version += 1
        row.save()
    _looked(row, "refused", by=by, at=at)
    about = {"order": str(row.id), "why": row.refused_why}
    raise_work(patient, NewReason("limits-refused", about=about), zone=by.zone, at=at)
    return _done(row)


def _reviewed(row: Order, *, by: Viewer, at: datetime) -> None:
    """New limits are what the task to look at them asked for; a rule alone is not."""
    if row.limits:
        reviewed(row.patient_id, REVIEW, by=by, at=at, said_at=row.ordered_at)
        reviewed(row.patient_id, CONFLICT, by=by, at=at)


def _to_verify(patient: UUID, version: int, by: Viewer) -> Order:
    row = _standing(patient, version)
    if row.stage not in ENTERED:
        raise NotOrdered("gone")
    demand_another(row.entered_by_id, by.actor)
    return row


def _looked(row: Order, outcome: str, *, by: Viewer, at: datetime) -> None:
    """What asked for somebody is done."""
    this = {"order": str(row.id)}
    _forget(row, by=by, at=at)
    for kind in (VERIFY, "task"):
        resolve(row.patient_id, kind, about=this, outcome=outcome, zone=by.zone, at=at)


@action("draft-limits")
def withdraw(patient: UUID, version: int, *, by: Viewer, at: datetime) -> Done[Order]:
    """Nothing comes of it; what held goes on holding.

    What has been entered is withdrawn by who entered it; others say that it is not what was
    ordered.
    """
    row = _standing(patient, version)
    if row.stage == Stage.EMERGENCY:  # it holds: another person ends it
        raise NotOrdered("gone")
    if row.stage == Stage.TO_VERIFY and row.entered_by_id != by.actor:
        raise NotOrdered("others")
    row.stage = Stage.WITHDRAWN
    _end(row, by=by, at=at)
    _looked(row, "withdrawn", by=by, at=at)
    return _done(row)


def _done(row: Order) -> Done[Order]:
    return Done(row, patient=row.patient_id, kind="order", object_id=row.id)


def _standing(patient: UUID, version: int) -> Order:
    """The patient's open one as it was seen, held until we commit."""
    hold([patient])
    rows = Order.objects.select_for_update().filter(patient_id=patient, stage__in=OPEN)
    row = rows.filter(version=version).first()
    if row is None:
        raise NotOrdered("gone")
    return row


def _drafted(draft: Draft, then: Stage, *, by: Viewer, at: datetime) -> Order:
    """The open row, or a new one, with these limits, in the stage `then`; not saved."""
    if draft.version:
        row = _standing(draft.patient, draft.version)
        if row.stage in ENTERED:  # what another is to verify stands as it was entered
            raise NotOrdered("gone")
        row.version += 1
    else:
        hold([draft.patient])
        if Order.objects.filter(patient_id=draft.patient, stage__in=OPEN).exists():
            raise NotOrdered("gone")
        row = Order(
            patient_id=draft.patient, unit_id=by.seat, drafted_by_id=by.actor, drafted_at=at
        )
    now, ruled = held(draft.patient, at=at), rules_held(draft.patient, at=at)
    _demand_seen(draft.seen, now, ruled)
    changed = differing(now, draft.limits)
    row.limits = {kind: limits.in_order() for kind, limits in changed.items()}
    row.rules = rules_differing(ruled, ruled if draft.rules is None else draft.rules)
    _demand_known(row, at=at)
    row.reason, row.stage = draft.reason.strip(), then
    return row


def _demand_seen(seen: str, now: Mapping[str, Limits], ruled: frozenset[str]) -> None:
    if seen and seen != mark_of(now, ruled):
        raise NotOrdered("gone")


def _demand_known(row: Order, *, at: datetime) -> None:
    """What is to begin is offered by one of the patient's programmes, with numbers that go
    together, and once."""
    beginning = {name for name, wanted in row.rules.items() if wanted}
    if beginning:
        terms = enrolments([row.patient_id], at=at).get(row.patient_id, [])
        offered = to_order(programme(t.programme, t.version) for t in terms)
        staying = rules_held(row.patient_id, at=at) - row.rules.keys()
        known = all(_offered(name, offered) for name in beginning)
        if not known or not one_each(beginning | staying):
            raise NotOrdered("rule")


def _offered(name: str, offered: Mapping[str, ALL_FURTHER]) -> bool:
    """Whether it is a rule of these, spelled as such a rule is."""
    rule = resolved(name, offered)
    return rule is not None and name == spelled(name, offered[base_of(name)], numbers_of(rule))


def _demand_whole(row: Order) -> None:
    """What leaves the drafter's hands differs from what holds, and says why in words."""
    if not row.limits and not row.rules:
        raise NotOrdered("same")
    if any(all(bound is None for bound in bounds) for bounds in row.limits.values()):
        raise NotOrdered("empty")
    _demand_words(row.reason)


def _demand_words(text: str) -> None:
    if not says_why(text):
        raise NotOrdered("reason")


def _demand_doctor(patient: UUID, doctor: UUID, zone: str, at: datetime) -> None:
    if doctor not in {one.person for one in doctors_of(patient, zone=zone, at=at)}:
        raise NotOrdered("doctor")


def _end(row: Order, *, by: Viewer, at: datetime) -> None:
    row.ended_by_id, row.ended_at = by.actor, at
    row.version += 1
    row.save()
