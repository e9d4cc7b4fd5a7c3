"""What was found when reports were judged: judgements, states, and what is measured again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.measuring.models import Report
from varde.people.models import Organisation, Person


class Judgement(ImmutableRow):
    """What was found when a report was judged, with the numbers used.

    Written for every report with answers and for every reading that is not plainly green; a
    reading that lay within its limits says so on its own row (ADR 5). A later judgement of the
    same report supersedes this one and both stay.
    """

    patient = TenantKey(Person)
    report = TenantKey(Report, null=True)
    taken_at = models.DateTimeField()
    at = models.DateTimeField()
    zone = models.SmallIntegerField()
    reasons = models.JSONField()
    supersedes = TenantKey("self", null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "patient_id", "-taken_at"], name="triage_judgement_patient"
            ),
            models.Index(
                fields=["tenant_id", "supersedes_id"],
                name="triage_judgement_superseded",
                condition=Q(supersedes__isnull=False),
            ),
        ]


class State(TenantRow):
    """The patient's zone now: that of the newest report. Can be recomputed from facts.

    What was taken within `judgement.TOGETHER` is one report, and the worst of it counts.
    """

    patient = TenantKey(Person)
    zone = models.SmallIntegerField()
    since = models.DateTimeField()  # when it turned that zone
    taken_at = models.DateTimeField()
    heard_at = models.DateTimeField()  # when anything last came in, however late it was taken
    red_at = models.DateTimeField(null=True)  # when the newest red was taken
    yellow_at = models.DateTimeField(null=True)  # when the newest yellow was

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "patient_id"], name="triage_state_once")
        ]


class Control(TenantRow):
    """A patient was asked to measure again what gave a red: what, until when, and what came of it.

    `state`: asked; good (the first is yellow now); borne-out; too-late (the time went); seen (a
    good repetition that came after a person had opened it lowers nothing).
    """

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    judgement = TenantKey(Judgement)
    report = TenantKey(Report)
    kinds = ArrayField(models.CharField(max_length=40))
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)  # when a person first had the place before them
    state = models.CharField(max_length=12, default="asked")
    about = models.JSONField(default=dict)  # what the patient said of how it was measured
    repetition = TenantKey(Report, null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "report_id"], name="triage_control_of_report"
            )
        ]
        indexes = [
            models.Index(fields=["until"], name="triage_control_due", condition=Q(state="asked")),
        ]
