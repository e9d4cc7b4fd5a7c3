"""Routine controls at a clinic: planned, dropped for the follow-up, and resumed: as facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.calendar import in_opening_days
from varde.core.request import CONTROL_MOVES, ControlState, NotRequested, demand_words, saved
from varde.measuring.hours import hours_from
from varde.measuring.queries import enrolments, last_followed
from varde.pathway.models import ControlFact, RoutineControl
from varde.pathway.together.requests import DEPARTMENT, TREATING
from varde.people import sharing
from varde.people.action import A_MOMENT, Done, action
from varde.people.queries import organisation
from varde.people.viewer import Viewer
from varde.triage import tasks
from varde.triage.keeping import hold

RESUME = "resume-control"  # the kind of task: nobody follows, and the control is still dropped
LONGEST_WHY = 300


@dataclass(frozen=True)
class Standing:
    """A control, and the newest fact of it; `saved`: how many have not been needed."""

    control: RoutineControl
    fact: ControlFact
    saved: int

    @property
    def state(self) -> ControlState:
        return ControlState(self.fact.state)


@action("plan-control")
def plan(
    *, patient: UUID, name: str, every_months: int, by: Viewer, at: datetime
) -> Done[RoutineControl]:
    """A control of the viewer's department, which treats the patient, that runs from now.

    Raises `NotRequested`: words, whom.
    """
    said = demand_words(name)[:120]
    if not 1 <= every_months <= 60:
        raise NotRequested("words")
    treats = sharing.reaching(patient, kinds=(DEPARTMENT,), grounds=TREATING, at=at)
    if by.seat not in {one.id for one in treats}:
        raise NotRequested("whom")
    hold([patient])
    same = {"patient_id": patient, "department_id": by.seat, "name": said,
            "every_months": every_months, "by_id": by.actor}  # fmt: skip
    before = RoutineControl.objects.filter(**same, at__gt=at - A_MOMENT).first()
    if before is not None:  # pressed twice
        return Done(before, patient=patient, kind="routine-control", object_id=before.id)
    row = RoutineControl.objects.create(**same, at=at)
    today = at.astimezone(ZoneInfo(by.zone)).date()
    _fact(row, ControlState.RUNNING, today, said, by, at)
    return Done(row, patient=patient, kind="routine-control", object_id=row.id)


@action("plan-control")
def say(
    *, control: UUID, state: ControlState, why: str, by: Viewer, at: datetime
) -> Done[ControlFact]:
    """Dropped, resumed or ended, by the department. Raises `NotRequested`: gone, words."""
    row = RoutineControl.objects.filter(id=control, department_id=by.seat).first()
    if row is None:
        raise NotRequested("gone")
    return decide(row, state, why, by, at)


def decide(
    row: RoutineControl, state: ControlState, why: str, by: Viewer, at: datetime
) -> Done[ControlFact]:
    """The same, on a doctor's word said elsewhere."""
    words = demand_words(why)[:LONGEST_WHY]
    hold([row.patient_id])
    now = newest([row.id])[row.id]
    if state not in CONTROL_MOVES[ControlState(now.state)]:
        raise NotRequested("gone")
    fact = _fact(row, state, at.astimezone(ZoneInfo(by.zone)).date(), words, by, at)
    for one in tasks.open_tasks(row.patient_id, (RESUME,)):
        if one.about.get("control") == str(row.id) and state is not ControlState.DROPPED:
            tasks.done_elsewhere(one, by=by, at=at)
    return Done(fact, patient=row.patient_id, kind="control-fact", object_id=fact.id)


def _fact(
    row: RoutineControl, state: ControlState, on: date, why: str, by: Viewer, at: datetime
) -> ControlFact:
    return ControlFact.objects.create(
        control=row, patient_id=row.patient_id, state=state, on=on, why=why, by_id=by.actor, at=at
    )


def newest(controls: Iterable[UUID]) -> dict[UUID, ControlFact]:
    """What holds of each of them."""
    rows = ControlFact.objects.filter(control_id__in=list(controls)).select_related("by")
    return {row.control_id: row for row in rows.order_by("at", "id")}


def is_of(control: UUID, patient: UUID) -> bool:
    return RoutineControl.objects.filter(id=control, patient_id=patient).exists()


def facts_of(patient: UUID) -> list[ControlFact]:
    """All that has been said of the patient's controls, the oldest first."""
    rows = ControlFact.objects.filter(patient_id=patient).order_by("at", "id")
    return list(rows.select_related("control__department", "by"))


def controls_of(
    patient: UUID, *, at: datetime, facts: Sequence[ControlFact] | None = None
) -> list[Standing]:
    """Those that have not ended, each as it stands; `facts`: where they are read already."""
    facts = facts_of(patient) if facts is None else facts
    now = {fact.control_id: fact for fact in facts}
    gone = _dropped_for(facts, at)
    return [
        Standing(one.control, one,
                 saved(one.control.every_months, gone.get(one.control_id, timedelta())))
        for one in sorted(now.values(), key=lambda one: one.control.at)
        if one.state != ControlState.ENDED
    ]  # fmt: skip


def changes(facts: Sequence[ControlFact]) -> list[ControlFact]:
    """Those of them that changed something: not that a control was planned."""
    known: set[UUID] = set()
    found = []
    for one in facts:
        if one.control_id in known:
            found.append(one)
        known.add(one.control_id)
    return found


def _dropped_for(facts: Sequence[ControlFact], at: datetime) -> dict[UUID, timedelta]:
    """How long each has been dropped, all times together."""
    found: dict[UUID, timedelta] = {}
    since: dict[UUID, datetime] = {}
    for row in facts:
        began = since.pop(row.control_id, None)
        if began is not None:
            found[row.control_id] = found.get(row.control_id, timedelta()) + (row.at - began)
        if row.state == ControlState.DROPPED:
            since[row.control_id] = row.at
    for control, began in since.items():
        found[control] = found.get(control, timedelta()) + (at - began)
    return found


def sweep(department: UUID, *, by: Viewer, at: datetime) -> int:
    """Controls that were dropped for a follow-up that is there no more: the department is asked to
    resume them (domain 3.13). How many were raised."""
    rows = list(RoutineControl.objects.filter(department_id=department).select_related("patient"))
    facts = newest(row.id for row in rows)
    dropped = [row for row in rows if facts[row.id].state == ControlState.DROPPED]
    followed = enrolments({row.patient_id for row in dropped}, at=at)
    alone = [row for row in dropped
             if row.patient_id not in followed and row.patient.died_at is None]  # fmt: skip
    hours = hours_from(organisation(department).hours, by.zone)
    due = in_opening_days(hours, at)
    ends = last_followed({row.patient_id for row in alone})
    still = {str(row.id) for row in alone}
    for one in tasks.open_of({row.patient_id for row in rows}, RESUME):
        if one.unit_id == department and one.about.get("control") not in still:
            tasks.withdraw(one, by=by, at=at)  # somebody follows again, or there is nobody to see
    for row in alone:
        tasks.raise_task(
            patient=row.patient_id, unit=department, kind=RESUME, due_at=due,
            about={"control": str(row.id), "name": row.name},
            occurrence=f"{row.id.hex}{ends.get(row.patient_id, facts[row.id].at):%y%m%d}", by=by,
            at=at,
        )  # fmt: skip
    return len(alone)
