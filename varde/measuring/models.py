"""Observations, reports, and the regime that expects them."""

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.people.models import Organisation, Person


class Source(ImmutableRow):
    """Where measurements come from: the patient's own app, or a machine's token."""

    kind = models.CharField(max_length=16)  # app, machine, staff
    name = models.CharField(max_length=80)
    token_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "kind", "name"], name="measuring_source_once"
            )
        ]


class Enrolment(TenantRow):
    """A patient in a programme, followed by a unit, for a period."""

    patient = TenantKey(Person)
    programme = models.CharField(max_length=40)
    version = models.IntegerField()
    unit = TenantKey(Organisation)
    service_model = models.SmallIntegerField(default=1)
    weekday = models.SmallIntegerField(default=0)
    period = DateTimeRangeField()

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id"], name="measuring_enrolment_patient")
        ]


class Pause(TenantRow):
    """Days, both included, on which nobody waits for a patient's reports; two never overlap.

    `last` is None until it is known. One that was entered in error is struck and stays.
    """

    patient = TenantKey(Person)
    why = models.CharField(max_length=12)
    note = models.CharField(max_length=200, blank=True)
    first = models.DateField()
    last = models.DateField(null=True)
    begun_by = TenantKey(Person, null=True)
    begun_at = models.DateTimeField()
    ended_by = TenantKey(Person, null=True)  # who said when it ends
    ended_at = models.DateTimeField(null=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")),
                name="measuring_pause_order",
            )
        ]
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "first"], name="measuring_pause_days")
        ]


class OwnRhythm(TenantRow):
    """How often a patient reports from `since` on, where it is not as the programme says."""

    patient = TenantKey(Person)
    rhythm = models.CharField(max_length=12)
    weekday = models.SmallIntegerField()
    since = models.DateField()
    why = models.CharField(max_length=200)
    by = TenantKey(Person)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient"],
                name="measuring_ownrhythm_once",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="measuring_ownrhythm_weekday"
            ),
        ]


class Report(ImmutableRow):
    """Measurements and answers that a person sent together. `id` was made on the phone."""

    patient = TenantKey(Person)
    source = TenantKey(Source)
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    answers = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    digest = models.BinaryField(max_length=16)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "patient_id", "-taken_at"], name="measuring_report_patient"
            )
        ]


class AnswerRead(ImmutableRow):
    """The patient has said that the answer to a report is read. It closes nothing."""

    patient = TenantKey(Person)
    report = TenantKey(Report)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "report_id"], name="measuring_answer_read")
        ]


class Observation(ImmutableRow):
    """One measured value; components (blood pressure) are rows of their own.

    `id` is made from the idempotency key (ADR 5), so the primary key is what makes a second
    delivery of the same measurement impossible. `zone` is the first judgement's; a later
    judgement of the same report stands in triage. Column order is for size: 8-byte ones first.
    """

    taken_at = models.DateTimeField()
    received_at = models.DateTimeField()
    value = models.FloatField()
    patient = TenantKey(Person)
    source = TenantKey(Source)
    kind = models.SmallIntegerField()
    zone = models.SmallIntegerField()
    flags = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "patient_id", "kind", "-taken_at"],
                name="measuring_observation_series",
            )
        ]


class Draft(TenantRow):
    """What a patient has typed and not yet sent; its id becomes the report's, so a second
    sending is the same report. Emptied when sent."""

    patient = TenantKey(Person)
    started_at = models.DateTimeField()
    content = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id"],
                name="measuring_draft_one",
                condition=Q(sent_at__isnull=True),
            )
        ]


class Correction(ImmutableRow):
    """A row that replaces or strikes an observation; the struck one stays where it is."""

    observation_id = models.UUIDField()
    patient = TenantKey(Person)
    replaced_by = models.UUIDField(null=True)  # null: entered in error
    at = models.DateTimeField()
    source = TenantKey(Source)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "patient_id", "observation_id"],
                name="measuring_correction_row",
            )
        ]


WITHDRAWN = "withdrawn"  # what it was learnt from has been struck


class HabitualValue(TenantRow):
    """What is usual for this patient, and where it is known from.

    A doctor's word holds for what is taken from `since` on; what was known before it, until then.
    """

    patient = TenantKey(Person)
    kind = models.SmallIntegerField()
    value = models.FloatField()
    basis = models.CharField(max_length=32)  # mapping, first-three, doctor; withdrawn: not known
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # null: it is what holds now
    by = TenantKey(Person, null=True)  # who said it, where a doctor has
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id", "kind"],
                name="measuring_habitual_now",
                condition=Q(until__isnull=True),
            )
        ]


class Expectation(TenantRow):
    """What a patient should send in a window. The clock claims those past their deadline."""

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    day = models.DateField()
    opens_at = models.DateTimeField()
    deadline = models.DateTimeField()
    parts = ArrayField(models.CharField(max_length=40))  # kinds, and "questions"
    came = ArrayField(models.CharField(max_length=40), default=list)
    state = models.CharField(max_length=12, default="open")  # met, partly, missed, paused

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id", "day"], name="measuring_expectation_day"
            )
        ]
        indexes = [
            models.Index(
                fields=["deadline"], name="measuring_expectation_due", condition=Q(state="open")
            ),
            models.Index(
                fields=["tenant_id", "patient_id", "opens_at"],
                name="measuring_expectation_open",
                condition=Q(state="open"),
            ),
        ]
