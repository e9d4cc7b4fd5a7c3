"""The plan: its versions, what it is made from, who has it, and what was done with it."""

from django.db import models
from django.db.models import Q

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.people.models import Organisation, Person

APPROVED = Q(
    approved_by__isnull=False,
    approved_at__isnull=False,
    approved_role__in=("gp", "specialist"),
    version__isnull=False,
    limits__isnull=False,
)


class Plan(TenantRow):
    """One version of a patient's plan. `edition` grows with each change of a draft: what is
    approved is what was shown. `version` is given when it is approved.

    `limits`, `usual`, `rules` and `beside` are what the patient was judged by when it was approved.
    """

    patient = TenantKey(Person)
    stage = models.CharField(max_length=12, default="draft")
    edition = models.IntegerField(default=1)
    version = models.IntegerField(null=True)
    content = models.JSONField()
    language = models.CharField(max_length=5, default="nb")  # that it was written in
    drafted_by = TenantKey(Person)
    drafted_role = models.CharField(max_length=32)
    drafted_at = models.DateTimeField()
    edited_by = TenantKey(Person)
    edited_at = models.DateTimeField()
    read_until = models.DateTimeField(null=True)  # the inputs until then were before who wrote it
    proposed_by = TenantKey(Person, null=True)
    proposed_at = models.DateTimeField(null=True)
    asked = TenantKey(Person, null=True)  # the doctor who is asked to approve it
    returned_by = TenantKey(Person, null=True)  # the doctor who answered instead
    returned_at = models.DateTimeField(null=True)
    returned_why = models.TextField(blank=True)
    approved_by = TenantKey(Person, null=True)
    approved_role = models.CharField(max_length=32, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_for = TenantKey(Person, null=True)  # the responsible doctor, when a deputy approved
    organisation = TenantKey(Organisation, null=True)  # where the approver works
    limits = models.JSONField(null=True)
    usual = models.JSONField(default=dict)
    rules = models.JSONField(default=list)
    beside = models.JSONField(null=True)  # rules beside the limits: see `core.plan_look`
    review_on = models.DateField(null=True)  # when it is to be talked of again
    ended_at = models.DateTimeField(null=True)  # when it was replaced, withdrawn or dropped
    ended_by = TenantKey(Person, null=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id"],
                name="plan_plan_one_in_force",
                condition=Q(stage="approved"),
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id"],
                name="plan_plan_one_draft",
                condition=Q(stage__in=("draft", "proposed")),
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id", "version"],
                name="plan_plan_version",
                condition=Q(version__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(stage__in=("draft", "proposed", "dropped")) | APPROVED,
                name="plan_plan_approved",
            ),
            models.CheckConstraint(
                condition=~Q(stage="proposed")
                | Q(proposed_by__isnull=False, proposed_at__isnull=False, asked__isnull=False),
                name="plan_plan_proposed",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=("draft", "proposed", "approved"))
                | Q(ended_at__isnull=False),
                name="plan_plan_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-drafted_at"], name="plan_plan_of"),
            models.Index(
                fields=["tenant_id", "asked_id"],
                name="plan_plan_asked",
                condition=Q(stage="proposed"),
            ),
        ]


class Input(ImmutableRow):
    """What a draft is made from: the patient's own words, a talk of goals, a discharge summary, or
    what a meeting decided.

    The patient's newest is what stands; the earlier are kept.
    """

    patient = TenantKey(Person)
    kind = models.CharField(max_length=12)  # patient, talk, discharge, meeting
    goals = models.TextField(blank=True)  # what matters, and what the patient wants to manage
    needs = models.TextField(blank=True)
    text = models.TextField(blank=True)  # of a discharge summary: what it says of the plan
    of = models.CharField(max_length=120, blank=True)  # where the summary is from
    dated = models.DateField(null=True)
    by = TenantKey(Person)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "patient_id", "-at"], name="plan_input_of")]


class Copy(TenantRow):
    """An organisation has this version: since when, and until when. When it was first opened there
    is known from the openings."""

    plan = TenantKey(Plan)
    patient = TenantKey(Person)
    organisation = TenantKey(Organisation)
    ground = models.CharField(max_length=32)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "plan_id", "organisation_id"], name="plan_copy_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "patient_id", "organisation_id"],
                name="plan_copy_held",
                condition=Q(ended_at__isnull=True),
            )
        ]


class Training(ImmutableRow):
    """The patient, or somebody near, was taught the plan."""

    plan = TenantKey(Plan)
    patient = TenantKey(Person)
    whom = models.CharField(max_length=12)  # patient, kin, both
    understood = models.BooleanField()  # could tell with own words what to do in each zone
    note = models.TextField(blank=True)
    by = TenantKey(Person)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "plan_id"], name="plan_training_of")]


class Agreement(ImmutableRow):
    """What the patient says of a version: agrees, or wants to talk of it (standards 4.5: a plan is
    approved by the doctor and agreed to by the patient). The newest stands."""

    plan = TenantKey(Plan)
    patient = TenantKey(Person)
    agrees = models.BooleanField()
    text = models.TextField(blank=True)  # what the patient wants to talk of
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "plan_id", "-at"], name="plan_agreement_of")]


class Tick(TenantRow):
    """The patient has done a step of the plan on a day."""

    plan = TenantKey(Plan)
    patient = TenantKey(Person)
    day = models.DateField()
    zone = models.SmallIntegerField()
    step = models.CharField(max_length=120)
    text = models.CharField(max_length=700)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id", "day", "step"],
                name="plan_tick_once",
                condition=Q(undone_at__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "patient_id", "-day"], name="plan_tick_of")]


class Course(TenantRow):
    """A medication of the plan was started: which in the period, and whether a doctor was asked."""

    plan = TenantKey(Plan)
    patient = TenantKey(Person)
    medication = models.CharField(max_length=40)
    drug = models.CharField(max_length=700)
    use = models.CharField(max_length=12)
    started_on = models.DateField()
    number = models.IntegerField()
    zone = models.SmallIntegerField()
    asked = models.BooleanField()
    by = TenantKey(Person)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_by = TenantKey(Person, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id", "medication", "started_on"],
                name="plan_course_once",
                condition=Q(struck_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-started_on"], name="plan_course_of")
        ]
