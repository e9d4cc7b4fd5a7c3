"""Reading of notes and messages."""

from __future__ import annotations

from uuid import UUID

from varde.dialogue.models import Message, Note


def notes(patient: UUID) -> list[Note]:
    rows = Note.objects.filter(patient_id=patient).select_related("author", "organisation")
    return list(rows.order_by("-at"))


def messages(patient: UUID) -> list[Message]:
    rows = Message.objects.filter(patient_id=patient).select_related("author")
    return list(rows.order_by("-at"))
