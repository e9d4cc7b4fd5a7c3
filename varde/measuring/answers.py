"""Answers: that the patient has read what a report was answered with (decisions 6.1)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from varde.measuring.models import AnswerRead
from varde.people.action import Done, action
from varde.people.viewer import Viewer


@action("read-answer")
def read_answer(report: UUID, *, by: Viewer, at: datetime) -> Done[None]:
    """The patient has read it; said again, the first time stands."""
    AnswerRead.objects.get_or_create(report_id=report, defaults={"patient_id": by.actor, "at": at})
    return Done(None, patient=by.actor, kind="report", object_id=report)


def read_at(patient: UUID, report: UUID) -> datetime | None:
    found = AnswerRead.objects.filter(patient_id=patient, report_id=report)
    return found.values_list("at", flat=True).first()
