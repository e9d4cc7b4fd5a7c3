"""What meetings have decided, and whether it has come about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from varde.core.meeting import Decided
from varde.core.ordering import Stage as OrderStage
from varde.core.request import Stage
from varde.pathway.models import ControlFact, Decision
from varde.pathway.together import outreach
from varde.people.viewer import Viewer
from varde.plan import queries as plans
from varde.triage import ordered, tasks

KINDS = {  # the kind of task that a decision becomes
    Decided.MEDICATION: "meeting-medication",
    Decided.LIMITS: "meeting-limits",
    Decided.PLAN: "meeting-plan",
    Decided.OXYGEN: "meeting-oxygen",
    Decided.ASK_GP: "ask-gp",
}


def come_about(rows: Collection[Decision]) -> set[UUID]:
    """Those of the decisions that have come about, from the facts: who came or answered, what a
    doctor has ordered, what is approved or set after it, and tasks that are done."""
    found = {row.id for row in rows if _at_once(row)}
    waiting = [row for row in rows if row.id not in found and row.order is None]
    waiting = [row for row in waiting if row.request is None or row.what == Decided.OXYGEN]
    for what, last in LAST.items():
        of = [row for row in waiting if row.what == what]
        when = last({row.patient_id for row in of}) if of else {}
        found |= {row.id for row in of if row.patient_id in when and when[row.patient_id] > row.at}
    return found


def _at_once(row: Decision) -> bool:
    """What the decision's own rows say."""
    if row.what in (Decided.STAY, Decided.CONTROL):
        return True
    if row.request is not None:  # that a team has answered is not that oxygen is set
        answered = row.request.stage in (Stage.HELD, Stage.ANSWERED)
        return answered and row.what != Decided.OXYGEN
    if row.order is not None:
        return row.order.stage in (OrderStage.IN_FORCE, OrderStage.EMERGENCY)
    return row.task is not None and row.task.outcome == tasks.DONE


LAST = {  # when it last came about for each of the patients
    Decided.LIMITS: ordered.last_ordered,
    Decided.PLAN: plans.last_approved,
    Decided.OXYGEN: outreach.last_set,
}


def states_said(rows: Collection[Decision]) -> dict[UUID, str]:
    """What each decision of a routine control made of it, whatever came after."""
    of = {row.id: (row.control_id, row.at) for row in rows if row.control_id is not None}
    facts = ControlFact.objects.filter(
        control_id__in={control for control, _at in of.values()},
        at__in={at for _control, at in of.values()},
    )
    by: dict[tuple[UUID | None, datetime], str] = {(f.control_id, f.at): f.state for f in facts}
    return {row: by.get(said, "") for row, said in of.items()}


def decisions_of(cases: Collection[UUID]) -> dict[UUID, list[Decision]]:
    """What was decided of each case and stands, the first one first."""
    rows = Decision.objects.filter(case_id__in=cases, struck_at=None).select_related(
        "doctor", "who", "task", "request", "request__slot", "request__to", "control", "by", "order"
    )
    found: dict[UUID, list[Decision]] = {one: [] for one in cases}
    for row in rows.order_by("at", "id"):
        found[row.case_id].append(row)
    return found


def settle(unit: UUID, *, by: Viewer, at: datetime) -> int:
    """Tasks of decisions that have come about otherwise are done by that; how many."""
    kinds = [KINDS[what] for what in LAST]
    rows = Decision.objects.filter(
        task__unit_id=unit, task__kind__in=kinds, task__done_at=None, struck_at=None
    ).select_related("task", "request", "order")
    done = come_about(rows)
    for row in rows:
        if row.task is not None and row.id in done:
            tasks.done_elsewhere(row.task, by=by, at=at)
    return len(done)


def decided_of(patient: UUID, *, most: int = 30) -> list[Decision]:
    """What meetings have decided of the patient, the newest first."""
    rows = Decision.objects.filter(patient_id=patient, struck_at=None).select_related(
        "doctor", "who", "task", "request", "order", "case__meeting__department"
    )
    return list(rows.order_by("-at")[:most])
