"""Writing and reading of notes and messages; an unread one is work."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from varde.core.access import DOCTORS, Role
from varde.dialogue.models import Letter, Message, Note
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.worklist import EXCERPT, NewReason, raise_work


@action("write-note")
def write_note(*, patient: UUID, text: str, by: Viewer, at: datetime) -> Done[Note]:
    """A note in the record; a doctor's is work for whoever follows the patient until it is read."""
    row = Note.objects.create(
        patient_id=patient,
        author_id=by.actor,
        author_role=by.role,
        organisation_id=by.seat,
        at=at,
        text=text,
    )
    if by.role in DOCTORS:
        about = {"note": str(row.id), "author": by.name, "role": by.role, "excerpt": text[:EXCERPT]}
        raise_work(patient, NewReason("note", about=about), zone=by.zone, at=at)
    return Done(row, patient=patient, kind="note", object_id=row.id)


@action("read-note")
def read_note(*, note: UUID, by: Viewer, at: datetime) -> Done[Note]:
    row = Note.objects.get(id=note)
    if row.read_at is None:
        row.read_at, row.read_by_id = at, by.person
        row.save(update_fields=["read_at", "read_by"])
    return Done(row, patient=row.patient_id, kind="note", object_id=row.id)


@action("send-letter")
def send_letter(
    *, patient: UUID, to: UUID, kind: str, text: str, by: Viewer, at: datetime
) -> Done[Letter]:
    """A letter to an organisation that treats the patient; raises ValueError for an empty one."""
    if not text.strip():
        raise ValueError("a letter says something")
    row = Letter.objects.create(
        patient_id=patient, organisation_id=to, kind=kind, text=text.strip(), author_id=by.actor,
        author_role=by.role, at=at,
    )  # fmt: skip
    return Done(row, patient=patient, kind="letter", object_id=row.id)


@action("send-message")
def send_message(*, patient: UUID, text: str, by: Viewer, at: datetime) -> Done[Message]:
    """A message between the patient and the service; the patient's is work until read."""
    own = by.role is Role.PATIENT
    row = Message.objects.create(
        patient_id=patient, author_id=by.actor, from_patient=own, at=at, text=text
    )
    if own:
        about = {"message": str(row.id), "excerpt": text[:EXCERPT]}
        raise_work(patient, NewReason("message", about=about), zone=by.zone, at=at)
    return Done(row, patient=patient, kind="message", object_id=row.id)


@action("read-message")
def read_message(*, message: UUID, by: Viewer, at: datetime) -> Done[Message]:
    """Read by whom it was written to: the patient's own words are not read by the patient.

    Raises `Message.DoesNotExist` for one that is not there for the viewer.
    """
    rows = Message.objects.filter(id=message)
    if by.role is Role.PATIENT:
        rows = rows.filter(patient_id=by.actor, from_patient=False)
    row = rows.get()
    if row.read_at is None:
        row.read_at, row.read_by_id = at, by.person
        row.save(update_fields=["read_at", "read_by"])
    return Done(row, patient=row.patient_id, kind="message", object_id=row.id)
