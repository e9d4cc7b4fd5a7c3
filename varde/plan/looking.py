"""Looking: which plans were approved with other limits than hold now, and the task that says so."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Exists, F, OuterRef

from varde.core.calendar import add_open, next_opening, opening_day
from varde.core.plan import Stage
from varde.core.plan_look import Look, look
from varde.measuring.models import HabitualValue
from varde.measuring.queries import followed_now, following, habitual_values
from varde.people.viewer import Viewer
from varde.plan.approving import LOOK
from varde.plan.models import Plan
from varde.plan.writing import withdraw_tasks
from varde.triage.models import OrderedRule, Threshold
from varde.triage.ordered import held
from varde.triage.ordered_rules import rules_held
from varde.triage.tasks import raise_task

FIRST_LEARNT = "first-three"  # what is usual, learnt after the plan was approved, changes nothing


def needs_look(row: Plan, *, at: datetime) -> Look:
    """What differs between what the plan was approved with and what holds now."""
    now = {
        kind: one.value
        for kind, one in habitual_values(row.patient_id).items()
        if kind in row.usual or one.basis != FIRST_LEARNT
    }
    return look(
        row.limits, held(row.patient_id, at=at), row.usual, now, row.rules,
        rules_held(row.patient_id, at=at),
    )  # fmt: skip


def sweep(unit: UUID, *, by: Viewer, at: datetime) -> int:
    """Of the unit's patients whose plan needs a look: a task, once for each thing that changed; and
    one that needs it no more is not asked for. How many were raised."""
    raised = 0
    for row in _changed_since(unit, at=at):
        found = needs_look(row, at=at)
        if found.needed:
            raised += _ask(row, found, by=by, at=at)
        else:
            withdraw_tasks(row.patient_id, (LOOK,), by=by, at=at)
    return raised


def looking_at(unit: UUID, *, at: datetime) -> set[UUID]:
    """Of the unit's patients those whose plan needs a look now."""
    return {row.patient_id for row in _changed_since(unit, at=at) if needs_look(row, at=at).needed}


def _changed_since(unit: UUID, *, at: datetime) -> list[Plan]:
    """The plans in force of which something the patient is judged by began or ended after."""
    mine = {"tenant_id": OuterRef("tenant_id"), "patient_id": OuterRef("patient_id")}
    approved = OuterRef("approved_at")
    limits = Threshold.objects.filter(**mine, period__startswith__gt=approved)
    rules = OrderedRule.objects.filter(**mine)
    usual = HabitualValue.objects.filter(**mine)
    return list(
        Plan.objects.filter(
            Exists(limits)
            | Exists(rules.filter(period__startswith__gt=approved))
            | Exists(rules.filter(period__endswith__gt=approved))
            | Exists(usual.filter(since__gt=approved))
            | Exists(usual.filter(until__gt=approved)),
            stage=Stage.APPROVED,
            patient_id__in=followed_now(unit, at=at),
        ).order_by(F("patient_id"))
    )


def _ask(row: Plan, found: Look, *, by: Viewer, at: datetime) -> int:
    hours = following([row.patient_id], zone=by.zone, at=at)[row.patient_id].hours
    due_at = add_open(hours, next_opening(hours, at), opening_day(hours))
    mark = sha256(repr((found.limits, found.usual, found.rules)).encode()).hexdigest()[:7]
    task = raise_task(
        patient=row.patient_id, unit=by.seat, kind=LOOK, due_at=due_at,
        occurrence=f"{row.id.hex}-{mark}", by=by, at=at,
    )  # fmt: skip
    return int(task.raised_at == at)
