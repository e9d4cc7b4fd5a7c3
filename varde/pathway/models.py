"""The stage of each patient, as rows with periods."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from varde.base.rows import TenantKey, TenantRow
from varde.people.models import Person


class Look(TenantRow):
    """The day on which what follows by itself was last reckoned for a patient."""

    patient = TenantKey(Person)
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "patient_id"], name="pathway_look_once")
        ]


class StageEntry(TenantRow):
    """The patient was in this stage in this period; two never overlap."""

    patient = TenantKey(Person)
    stage = models.CharField(max_length=24)
    period = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "patient_id"], name="pathway_stage_patient")]
