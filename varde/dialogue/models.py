"""Notes of professionals and messages with the patient."""

from django.db import models

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.people.models import Organisation, Person


class Note(TenantRow):
    """A professional's note in the record, with the author's role and when it was read."""

    patient = TenantKey(Person)
    author = TenantKey(Person)
    author_role = models.CharField(max_length=32)
    organisation = TenantKey(Organisation)
    at = models.DateTimeField()
    text = models.TextField()
    read_at = models.DateTimeField(null=True)
    read_by = TenantKey(Person, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="dialogue_note_patient")
        ]


class Letter(ImmutableRow):
    """A letter about a patient to an organisation; the openings tell when it was first opened.

    It is read in Varde by who has a seat there; sending it to another system is another's to do.
    """

    patient = TenantKey(Person)
    organisation = TenantKey(Organisation)
    kind = models.CharField(max_length=24)
    text = models.TextField()
    author = TenantKey(Person)
    author_role = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="dialogue_letter_patient"),
            models.Index(fields=["tenant_id", "organisation_id", "-at"], name="dialogue_letter_to"),
        ]


class Message(TenantRow):
    """A message between the patient and the service."""

    patient = TenantKey(Person)
    author = TenantKey(Person)
    from_patient = models.BooleanField()
    at = models.DateTimeField()
    text = models.TextField()
    read_at = models.DateTimeField(null=True)
    read_by = TenantKey(Person, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="dialogue_message_patient")
        ]
