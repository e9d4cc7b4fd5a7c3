"""The stage of each patient, as rows with periods."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from varde.base.rows import TenantKey, TenantRow
from varde.people.models import Person


class StageEntry(TenantRow):
    """The patient was in this stage in this period; two never overlap."""

    patient = TenantKey(Person)
    stage = models.CharField(max_length=24)
    period = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "patient_id"], name="pathway_stage_patient")]
