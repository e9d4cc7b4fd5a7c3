"""Reading of stages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from varde.pathway.models import StageEntry


def stage_of(patient: UUID, *, at: datetime) -> StageEntry | None:
    return StageEntry.objects.filter(patient_id=patient, period__contains=at).first()


def stages(patient: UUID) -> list[StageEntry]:
    return list(StageEntry.objects.filter(patient_id=patient).order_by("period"))
