"""Looking: which plans were approved with other limits than hold now, or before something that
plans are made from came; and the task that says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from varde.core.calendar import in_opening_days
from varde.core.follow_up import HangsOn
from varde.core.plan import Stage, decoded
from varde.core.plan_look import Look, look
from varde.core.quantities import BY_CODE
from varde.core.thresholds import Limits
from varde.measuring.models import WITHDRAWN, Enrolment, HabitualValue
from varde.measuring.queries import enrolments, followed_now, following
from varde.people.viewer import Viewer
from varde.plan.approving import LOOK
from varde.plan.models import Input, Plan
from varde.plan.queries import inputs_since
from varde.plan.writing import withdraw_tasks
from varde.triage.keeping import hold
from varde.triage.models import OrderedRule, Task, Threshold
from varde.triage.ordered import beside
from varde.triage.tasks import raise_task
from varde.triage.thresholds import limits_of

FIRST_LEARNT = "first-three"  # what is usual, learnt after the plan was approved, changes nothing


def needs_look(row: Plan, *, at: datetime) -> Look:
    """What differs between what the plan was approved with and what holds now."""
    return looks([row], at=at)[row.patient_id]


def looks(rows: Sequence[Plan], *, at: datetime) -> dict[UUID, Look]:
    """The same of several, in as many queries."""
    ids = [row.patient_id for row in rows]
    limits: dict[UUID, dict[str, Limits]] = defaultdict(dict)
    for one in Threshold.objects.filter(patient_id__in=ids, period__contains=at):
        limits[one.patient_id][BY_CODE[one.kind].name] = limits_of(one)
    usual: dict[UUID, dict[str, HabitualValue]] = defaultdict(dict)
    known = HabitualValue.objects.filter(patient_id__in=ids, until__isnull=True)
    for value in known.exclude(basis=WITHDRAWN):
        usual[value.patient_id][BY_CODE[value.kind].name] = value
    rules: dict[UUID, set[str]] = defaultdict(set)
    for ordered in OrderedRule.objects.filter(patient_id__in=ids, period__contains=at):
        rules[ordered.patient_id].add(ordered.rule)
    terms, now_beside = enrolments(ids, at=at), beside(ids, at=at)
    came = inputs_since(rows)
    found = {}
    for row in rows:
        now = {
            kind: one.value
            for kind, one in usual[row.patient_id].items()
            if kind in row.usual or one.basis != FIRST_LEARNT
        }
        found[row.patient_id] = look(
            row.limits, limits[row.patient_id], row.usual, now, row.rules, rules[row.patient_id],
            [one.programme for one in decoded(row.content).sections],
            [term.programme for term in terms.get(row.patient_id, [])],
            row.beside, now_beside.get(row.patient_id, {}), came.get(row.patient_id),
        )  # fmt: skip
    return found


def sweep(unit: UUID, *, by: Viewer, at: datetime) -> int:
    """Of the unit's patients whose plan needs a look: one task, and a new one when something else
    has changed since it was done; one that needs it no more is not asked for. How many raised."""
    found_first = _changed_since(unit, at=at)
    hold([row.patient_id for row in found_first])
    ids = [row.id for row in found_first]
    changed = list(Plan.objects.filter(id__in=ids, stage=Stage.APPROVED).order_by("patient_id"))
    raised = 0
    found = looks(changed, at=at)
    for row in changed:
        if found[row.patient_id].needed:
            raised += _ask(row, found[row.patient_id], by=by, at=at)
        else:
            withdraw_tasks(row.patient_id, (LOOK,), by=by, at=at)
    return raised


def looking_at(unit: UUID, *, at: datetime) -> set[UUID]:
    """Of the unit's patients those whose plan needs a look now."""
    found = looks(_changed_since(unit, at=at), at=at)
    return {patient for patient, one in found.items() if one.needed}


def _changed_since(unit: UUID, *, at: datetime) -> list[Plan]:
    """The plans in force after which something the patient is judged by began or ended, or
    something came that a plan is made from."""
    mine = {"tenant_id": OuterRef("tenant_id"), "patient_id": OuterRef("patient_id")}
    approved = OuterRef("approved_at")
    limits = Threshold.objects.filter(**mine, period__startswith__gt=approved)
    rules = OrderedRule.objects.filter(**mine)
    usual = HabitualValue.objects.filter(**mine)
    terms = Enrolment.objects.filter(**mine)
    read = Coalesce(OuterRef("read_until"), approved)
    came = Input.objects.filter(**mine, at__gt=read)
    return list(
        Plan.objects.filter(
            Exists(limits)
            | Exists(came)
            | Exists(rules.filter(period__startswith__gt=approved))
            | Exists(rules.filter(period__endswith__gt=approved))
            | Exists(usual.filter(since__gt=approved))
            | Exists(usual.filter(until__gt=approved))
            | Exists(terms.filter(period__startswith__gt=approved))
            | Exists(terms.filter(period__endswith__gt=approved)),
            stage=Stage.APPROVED,
            patient_id__in=followed_now(unit, at=at),
        ).order_by(F("patient_id"))
    )


def _ask(row: Plan, found: Look, *, by: Viewer, at: datetime) -> int:
    mark = sha256(repr(found).encode()).hexdigest()[:16]
    before = Task.objects.filter(patient_id=row.patient_id, kind=LOOK).order_by("-raised_at", "-id")
    last = before.first()
    if last is not None and last.done_at is None:
        return 0
    if last is not None and last.outcome == "done" and last.about.get("mark") == mark:
        return 0  # somebody has looked at just this
    hours = following([row.patient_id], zone=by.zone, at=at)[row.patient_id].hours
    due_at = in_opening_days(hours, at)
    raise_task(patient=row.patient_id, unit=by.seat, kind=LOOK, due_at=due_at,
               about={"mark": mark}, hangs_on=HangsOn.FOLLOW_UP, by=by, at=at)  # fmt: skip
    return 1
