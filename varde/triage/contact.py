"""Contact: what was talked about when nothing stood on the list; it closes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.handling import changed
from varde.triage.models import Handling, Item


@dataclass(frozen=True)
class Contact:
    """`id` was made with the form, so that a button pressed twice writes one note."""

    id: UUID
    patient: UUID
    acts: tuple[str, ...]
    next_steps: tuple[str, ...] = ()
    note: str = ""

    @property
    def empty(self) -> bool:
        return not self.acts and not self.note.strip()


class Another(Exception):
    """The same form was sent before, and said something else."""


@action("record-contact")
def record_contact(contact: Contact, *, by: Viewer, at: datetime) -> Done[tuple[Handling, bool]]:
    """The note and whether it was new.

    Raises ValueError for a contact that says nothing, and `Another` when this form has been sent
    already with other words: those are not thrown away.
    """
    if contact.empty:
        raise ValueError("A contact says what was done, or what was said")
    row, new = Handling.objects.get_or_create(
        id=contact.id,
        patient_id=contact.patient,
        by_id=by.actor,
        defaults={
            "unit_id": by.seat,
            "at": at,
            "assessment": "contact",
            "acts": list(contact.acts),
            "next_steps": list(contact.next_steps),
            "note": contact.note.strip(),
        },
    )
    said = (list(contact.acts), list(contact.next_steps), contact.note.strip())
    if not new and (row.acts, row.next_steps, row.note) != said:
        raise Another
    for place in Item.objects.select_for_update().filter(patient_id=contact.patient, open=True):
        changed(place)  # its row says what was done last
    return Done((row, new), patient=contact.patient, kind="handling", object_id=row.id)
