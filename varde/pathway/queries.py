"""Reading of stages and goal conversations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from varde.pathway.models import GoalConversation, StageEntry


def stage_of(patient: UUID, *, at: datetime) -> StageEntry | None:
    return StageEntry.objects.filter(patient_id=patient, period__contains=at).first()


def goal_conversations(patient: UUID) -> list[GoalConversation]:
    """What was said of goals, the newest first."""
    rows = GoalConversation.objects.filter(patient_id=patient)
    return list(rows.select_related("by", "unit").order_by("-at"))


def stages(patient: UUID) -> list[StageEntry]:
    return list(StageEntry.objects.filter(patient_id=patient).order_by("period"))
