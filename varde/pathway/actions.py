"""What joins the contexts along the pathway: enrolling, entering a stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from varde.base.periods import until
from varde.core.calendar import next_opening
from varde.core.follow_up import HangsOn
from varde.core.pathway import Stage
from varde.core.programme import Programme
from varde.measuring import actions as measuring
from varde.measuring.queries import following
from varde.pathway import doctors
from varde.pathway.covering import cover_new
from varde.pathway.follow_up import begin
from varde.pathway.models import StageEntry
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage import tasks, thresholds


@action("enrol")
def enter_stage(*, patient: UUID, stage: Stage, by: Viewer, at: datetime) -> Done[StageEntry]:
    """The patient is in `stage` from `at`; the stage before ends then."""
    for row in StageEntry.objects.filter(patient_id=patient, period__endswith__isnull=True):
        row.period = until(row.period, at)
        row.save(update_fields=["period"])
    made = StageEntry.objects.create(
        patient_id=patient, stage=stage, period=DateTimeTZRange(at, None)
    )
    return Done(made, patient=patient, kind="stage", object_id=made.id)


@action("enrol")
def start_follow_up(
    *,
    patient: UUID,
    programmes: Sequence[Programme],
    unit: UUID,
    service_model: int,
    weekday: int,
    by: Viewer,
    at: datetime,
) -> Done[UUID]:
    """Programme, thresholds and stage together: a patient is never half enrolled.

    Who answers for the patient is whom the rule means, unless somebody has said (3.9).

    Raises `NeedsCover` where a programme needs somebody round the clock and nobody is.
    """
    cover_new(patient, programmes, unit=unit, by=by, at=at)
    for programme in programmes:
        measuring.enrol(
            patient=patient,
            programme=programme,
            unit=unit,
            service_model=service_model,
            weekday=weekday,
            by=by,
            at=at,
        )
    copied = thresholds.copy_standard(patient=patient, programmes=programmes, by=by, at=at)
    _say_of_conflict(patient, copied.conflicting, by=by, at=at)
    enter_stage(patient=patient, stage=Stage.TRIAL, by=by, at=at)
    doctors.name_by_default([patient], by=by, at=at)
    begin([patient], unit, today=at.astimezone(ZoneInfo(by.zone)).date())
    return Done(patient, patient=patient, kind="follow-up")


def _say_of_conflict(patient: UUID, kinds: Sequence[str], *, by: Viewer, at: datetime) -> None:
    """Two sets of limits for one kind: the stricter holds, and a doctor is to say which (3.8)."""
    if not kinds:
        return
    now = following([patient], zone=by.zone, at=at)[patient]
    tasks.raise_task(
        patient=patient, unit=now.unit, kind=tasks.CONFLICT, due_at=next_opening(now.hours, at),
        about={"kinds": list(kinds)}, hangs_on=HangsOn.FOLLOW_UP, by=by, at=at,
    )  # fmt: skip
