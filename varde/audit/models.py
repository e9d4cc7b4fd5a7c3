"""Acts, openings, seals and history. Ids and digests, never content (decisions 1.6)."""

from django.db import models

from varde.base.rows import ImmutableRow


class Act(ImmutableRow):
    """Someone did something. `seal` is set once, by the clock, when the chain has taken it."""

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    role = models.CharField(max_length=32)
    verb = models.CharField(max_length=48)
    patient_id = models.UUIDField(null=True)
    object_kind = models.CharField(max_length=48)
    object_id = models.UUIDField(null=True)
    digest = models.BinaryField(max_length=32, null=True)
    seal = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "id"],
                name="audit_act_unsealed",
                condition=models.Q(seal__isnull=True),
            )
        ]


class Opening(ImmutableRow):
    """Someone opened a patient's record, or saw the patient in a list or search that day."""

    at = models.DateTimeField()
    person_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    role = models.CharField(max_length=32)
    patient_id = models.UUIDField()
    what = models.CharField(max_length=32)
    ground = models.CharField(max_length=32)
    seal = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="audit_opening_patient"),
            models.Index(
                fields=["tenant_id", "id"],
                name="audit_opening_unsealed",
                condition=models.Q(seal__isnull=True),
            ),
        ]


class Seal(ImmutableRow):
    """One link of a cooperation's chain: the digest of its rows and of the link before."""

    number = models.BigIntegerField()
    at = models.DateTimeField()
    rows = models.IntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="audit_seal_number")
        ]


class History(ImmutableRow):
    """A clinical row as it was after each change; written by the database itself."""

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField()
    row = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "table_name", "row_id"], name="audit_history_row")
        ]
