"""The meeting, its list, who was there, and what was decided."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from varde.base.rows import TenantKey, TenantRow
from varde.pathway.models.asked import Request, RoutineControl
from varde.people.models import Organisation, Person
from varde.triage.models import Order, Task


class Meeting(TenantRow):
    """A meeting of a department; says nothing of any patient."""

    department = TenantKey(Organisation)
    programmes = ArrayField(models.CharField(max_length=40), default=list)
    starts_at = models.DateTimeField()
    minutes = models.SmallIntegerField()
    place = models.CharField(max_length=200, blank=True)  # a room, or the address of a video room
    every_weeks = models.SmallIntegerField()  # 0: once
    series_at = models.DateTimeField(null=True)  # its time in the series, where it was moved
    convened_by = TenantKey(Person)
    at = models.DateTimeField()
    stage = models.CharField(max_length=12, default="convened")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = TenantKey(Person, null=True)
    current = models.UUIDField(null=True)  # the case that all have before them
    edition = models.IntegerField(default=0)  # grows with each change that others are to see

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "department", "starts_at"],
                name="pathway_meeting_once",
                condition=~Q(stage="called-off"),
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 480)) & Q(every_weeks__range=(0, 6)),
                name="pathway_meeting_long",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "department_id", "starts_at"], name="pathway_meeting_of"
            )
        ]


class Case(TenantRow):
    """A patient on a meeting's list: why, by whom, and how far it has come."""

    meeting = TenantKey(Meeting)
    patient = TenantKey(Person)
    why = models.CharField(max_length=12)
    question = models.TextField()
    asked_by = TenantKey(Person, null=True)  # a rule is nobody
    asked_from = TenantKey(Organisation, null=True)
    at = models.DateTimeField()
    stage = models.CharField(max_length=12, default="waiting")
    ended_by = TenantKey(Person, null=True)
    ended_at = models.DateTimeField(null=True)
    before = models.UUIDField(null=True)  # the case of last time
    invited = TenantKey(Organisation, null=True)  # the GP's practice
    invited_by = TenantKey(Person, null=True)
    sent_at = models.DateTimeField(null=True)  # when the notes went out

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "meeting", "patient"],
                name="pathway_case_once",
                condition=~Q(stage="removed"),
            )
        ]
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="pathway_case_patient"),
            models.Index(fields=["tenant_id", "meeting_id"], name="pathway_case_meeting"),
        ]


class Attendee(TenantRow):
    """Somebody was in the meeting, in which role, from where; struck: was not there after all."""

    meeting = TenantKey(Meeting)
    person = TenantKey(Person)
    role = models.CharField(max_length=32)
    unit = TenantKey(Organisation)
    at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "meeting", "person"], name="pathway_attendee_once"
            )
        ]


class Decision(TenantRow):
    """What was decided of a patient, on whose word, who does it and by when; and what it became."""

    case = TenantKey(Case)
    patient = TenantKey(Person)
    what = models.CharField(max_length=12)
    text = models.TextField()
    doctor = TenantKey(Person, null=True)
    who = TenantKey(Organisation, null=True)
    due_on = models.DateField(null=True)
    by = TenantKey(Person)
    at = models.DateTimeField()
    request = TenantKey(Request, null=True)
    task = TenantKey(Task, null=True)
    control = TenantKey(RoutineControl, null=True)
    order = TenantKey(Order, null=True)  # limits that wait for the doctor
    struck_by = TenantKey(Person, null=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(doctor__isnull=False)
                | ~Q(what__in=("medication", "limits", "plan", "oxygen", "control")),
                name="pathway_decision_on_a_doctors_word",
            )
        ]
        indexes = [
            models.Index(fields=["tenant_id", "case_id"], name="pathway_decision_case"),
            models.Index(fields=["tenant_id", "patient_id"], name="pathway_decision_patient"),
        ]
