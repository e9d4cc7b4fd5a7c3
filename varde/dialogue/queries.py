"""Reading of notes and messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from varde.audit.queries import opened_there
from varde.dialogue.models import Letter, Message, Note


def notes(patient: UUID) -> list[Note]:
    rows = Note.objects.filter(patient_id=patient).select_related("author", "organisation")
    return list(rows.order_by("-at"))


def letters(patient: UUID) -> list[Letter]:
    rows = Letter.objects.filter(patient_id=patient)
    return list(rows.select_related("author", "organisation").order_by("-at"))


def wrote(patient: UUID, to: UUID, text: str, *, since: datetime) -> bool:
    """Whether this very letter has been written since then."""
    rows = Letter.objects.filter(patient_id=patient, organisation_id=to, at__gte=since)
    return rows.filter(text=text.strip()).exists()


def new_letters(unit: UUID, *, since: datetime, most: int = 20) -> list[Letter]:
    """What was written to the organisation and nobody there has opened, the newest first."""
    rows = Letter.objects.filter(organisation_id=unit, at__gte=since)
    rows = rows.exclude(opened_there(unit, since="at", what=("record",)))
    return list(rows.select_related("patient", "author").order_by("-at")[:most])


def last_sent(patients: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each patient was last written to."""
    rows = Message.objects.filter(patient_id__in=list(patients), from_patient=False)
    return dict(rows.values_list("patient_id").annotate(Max("at")))


def messages(patient: UUID) -> list[Message]:
    rows = Message.objects.filter(patient_id=patient).select_related("author")
    return list(rows.order_by("-at"))


def unread_by_patient(patient: UUID) -> list[Message]:
    """What the service has written and the patient has not read, the newest first."""
    rows = Message.objects.filter(patient_id=patient, from_patient=False, read_at=None)
    return list(rows.select_related("author").order_by("-at", "-id"))
