"""The stage of each patient, and what follows by itself: when it was reckoned, what is agreed."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
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


class OwnFollowUp(TenantRow):
    """What follows by itself for one patient on other days than the programme says; 0 days: not."""

    patient = TenantKey(Person)
    task = models.CharField(max_length=24)
    days = models.SmallIntegerField()
    why = models.CharField(max_length=200)
    by = TenantKey(Person)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id", "task"],
                name="pathway_ownfollowup_once",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(days__gte=0), name="pathway_ownfollowup_days"
            ),
        ]


class GoalConversation(ImmutableRow):
    """What was said when goals were talked of: what matters, habits, needs, and what was agreed."""

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    how = models.CharField(max_length=12)  # phone, video, visit
    matters = models.TextField(blank=True)
    habits = models.JSONField(default=dict)  # smoking, activity, nutrition, other → words
    needs = models.TextField(blank=True)
    agreed = models.TextField()
    by = TenantKey(Person)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="pathway_goal_patient")
        ]


class StageEntry(TenantRow):
    """The patient was in this stage in this period; two never overlap."""

    patient = TenantKey(Person)
    stage = models.CharField(max_length=24)
    period = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "patient_id"], name="pathway_stage_patient")]
