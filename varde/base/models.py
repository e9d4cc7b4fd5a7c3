"""What leaves a transaction: when each recurring task last succeeded, and the outbox."""

from django.db import models
from django.db.models import Q

from varde.base.rows import TenantRow


class Stamp(models.Model):
    task = models.CharField(max_length=40, primary_key=True)
    succeeded_at = models.DateTimeField()


class Outgoing(TenantRow):
    """Something that is to be sent, written in the transaction that decided it (`base.outbox`).

    Persons and units stand above this layer: they are ids here. `of` is what it was decided with;
    until `not_before` that may be undone, and then it is withdrawn.
    """

    kind = models.CharField(max_length=24)
    patient_id = models.UUIDField()
    unit_id = models.UUIDField()
    made_by = models.UUIDField()
    of = models.UUIDField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="base_outgoing_sent_or_withdrawn",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                name="base_outgoing_due",
                condition=Q(sent_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.Index(fields=["tenant_id", "of"], name="base_outgoing_of"),
        ]
