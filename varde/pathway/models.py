"""The stage of each patient, as rows with periods."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from varde.base.rows import TenantKey, TenantRow
from varde.people.models import Organisation, Person


class Look(TenantRow):
    """The day on which what follows by itself was last reckoned for a patient, by which unit."""

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "patient_id"], name="pathway_look_once")
        ]
        indexes = [models.Index(fields=["tenant_id", "unit_id", "on"], name="pathway_look_due")]


class StageEntry(TenantRow):
    """The patient was in this stage in this period; two never overlap."""

    patient = TenantKey(Person)
    stage = models.CharField(max_length=24)
    period = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "patient_id"], name="pathway_stage_patient")]
