"""What the outreach team writes: visits, and what oxygen and ventilator are set to."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.people.models import Organisation, Person


class Visit(ImmutableRow):
    """A visit to the patient: what was found and done, and when the next is planned."""

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    how = models.CharField(max_length=12)  # home, phone, video
    on = models.DateField()
    text = models.TextField()
    next_on = models.DateField(null=True)
    by = TenantKey(Person)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-on"], name="pathway_visit_patient")
        ]


class Support(TenantRow):
    """What breathing support at home is set to, on whose word, and from when until when."""

    patient = TenantKey(Person)
    kind = models.CharField(max_length=8)
    settings = models.JSONField()
    why = models.CharField(max_length=300)
    ordered_by = TenantKey(Person)
    how = models.CharField(max_length=12)  # as limits: here, in-person, phone, dialogue, meeting
    ordered_at = models.DateTimeField()
    entered_by = TenantKey(Person)
    entered_from = TenantKey(Organisation)
    entered_at = models.DateTimeField()
    period = DateTimeRangeField()
    confirmed_by = TenantKey(Person, null=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_by = TenantKey(Person, null=True)
    ended_why = models.CharField(max_length=300, blank=True)
    refused_by = TenantKey(Person, null=True)  # the doctor who never ordered it: it is no order
    refused_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient", "kind"],
                name="pathway_support_one",
                condition=Q(period__endswith__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="pathway_support_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(how="here") | Q(ordered_by=F("entered_by")),
                name="pathway_support_here_by_the_doctor",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "patient_id"], name="pathway_support_patient"),
            models.Index(
                fields=["tenant_id", "ordered_by_id"],
                name="pathway_support_unconfirmed",
                condition=Q(confirmed_at__isnull=True),
            ),
        ]
