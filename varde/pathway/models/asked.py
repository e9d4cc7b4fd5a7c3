"""Requests between units, times kept for those that cannot wait, and routine controls."""

from django.db import models
from django.db.models import Q

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.people.models import Organisation, Person
from varde.triage.models import Ask


class Slot(TenantRow):
    """A time that a department keeps for a hastened appointment; says nothing of who has it."""

    department = TenantKey(Organisation)
    starts_at = models.DateTimeField()
    minutes = models.SmallIntegerField()
    how = models.CharField(max_length=12)  # visit, video, phone
    by = TenantKey(Person)
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "department", "starts_at", "how"],
                name="pathway_slot_once",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(condition=Q(minutes__range=(5, 240)), name="pathway_slot_long"),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "department_id", "starts_at"],
                name="pathway_slot_free",
                condition=Q(taken_at__isnull=True, withdrawn_at__isnull=True),
            )
        ]


class Request(TenantRow):
    """One unit, or the patient, asks another about a patient: see `core.request`."""

    patient = TenantKey(Person)
    what = models.CharField(max_length=12)
    to = TenantKey(Organisation)
    source = models.CharField(max_length=16)
    zone = models.SmallIntegerField()
    question = models.TextField()
    decided = models.TextField(blank=True)  # what a meeting has said of it since
    asked_by = TenantKey(Person, null=True)  # a rule is nobody
    asked_from = TenantKey(Organisation, null=True)  # the patient asks for none
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stage = models.CharField(max_length=12, default="asked")
    answer = models.TextField(blank=True)
    answered_by = TenantKey(Person, null=True)
    answered_at = models.DateTimeField(null=True)
    slot = TenantKey(Slot, null=True)
    moved_from = TenantKey(Slot, null=True)  # the time before a meeting gave another
    ask = TenantKey(Ask, null=True)  # the step of the ladder that it comes of
    seen_at = models.DateTimeField(null=True)  # when the patient said to have read the answer

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient", "what", "to"],
                name="pathway_request_one",
                condition=Q(stage__in=("asked", "booked")),
            ),
            models.UniqueConstraint(fields=["tenant_id", "ask"], name="pathway_request_of_ask"),
            models.UniqueConstraint(
                fields=["tenant_id", "slot"],
                name="pathway_request_one_in_a_slot",
                condition=Q(stage__in=("booked", "held", "missed", "unsaid")),
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=("booked", "held", "missed", "unsaid"))
                | Q(slot__isnull=False),
                name="pathway_request_booked_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "to_id", "due_at"],
                name="pathway_request_waits",
                condition=Q(stage__in=("asked", "booked", "unsaid")),
            ),
            models.Index(
                fields=["tenant_id", "patient_id", "-asked_at"], name="pathway_request_patient"
            ),
        ]


class RoutineControl(ImmutableRow):
    """A control that a department has planned for a patient every so many months."""

    patient = TenantKey(Person)
    department = TenantKey(Organisation)
    name = models.CharField(max_length=120)
    every_months = models.SmallIntegerField()
    by = TenantKey(Person)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(every_months__range=(1, 60)), name="pathway_control_often"
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "patient_id"], name="pathway_control_patient")]


class ControlFact(ImmutableRow):
    """A routine control runs, is dropped or has ended, from a day on, and why; the newest holds."""

    control = TenantKey(RoutineControl)
    patient = TenantKey(Person)
    state = models.CharField(max_length=12)
    on = models.DateField()
    why = models.CharField(max_length=300)
    by = TenantKey(Person)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "control_id", "-at"], name="pathway_fact_control")
        ]
