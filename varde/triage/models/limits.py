"""Limits and the orders they come from."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Func, Q, Value

from varde.base.rows import TenantKey, TenantRow
from varde.people.models import Organisation, Person

GROUNDS = (
    Q(ground="standard", standard__gt="", standard_version__isnull=False)
    | Q(
        ground="own",
        ordered_by__isnull=False,
        entered_by__isnull=False,
        entered_by=F("ordered_by"),
    )
    | (
        Q(ground="verified", ordered_by__isnull=False, entered_by__isnull=False)
        & Q(verified_by__isnull=False)
        & ~Q(verified_by=F("entered_by"))
    )
    | Q(ground="emergency", ordered_by__isnull=False, entered_by__isnull=False)
)
WORDS = (  # on whose word a rule may hold: there is no standard of what is ordered for one
    Q(ground="own", entered_by=F("ordered_by"))
    | (Q(ground="verified", verified_by__isnull=False) & ~Q(verified_by=F("entered_by")))
    | Q(ground="emergency")
)


def _apart(low: str, high: str) -> Q:
    return (
        Q(**{f"{low}__isnull": True})
        | Q(**{f"{high}__isnull": True})
        | Q(**{f"{low}__lt": F(high)})
    )


SIDES = (
    _apart("warning_low", "warning_high")
    & _apart("alert_low", "warning_high")
    & _apart("warning_low", "alert_high")
    & _apart("alert_low", "alert_high")
)


class Threshold(TenantRow):
    """The four bounds of one kind for one patient, on one of four grounds (decisions 3.4)."""

    patient = TenantKey(Person)
    kind = models.SmallIntegerField()
    alert_low = models.FloatField(null=True)
    warning_low = models.FloatField(null=True)
    warning_high = models.FloatField(null=True)
    alert_high = models.FloatField(null=True)
    ground = models.CharField(max_length=12)
    standard = models.CharField(max_length=40, blank=True)
    standard_version = models.IntegerField(null=True)
    ordered_by = TenantKey(Person, null=True)
    entered_by = TenantKey(Person, null=True)
    verified_by = TenantKey(Person, null=True)
    order = TenantKey("Order", null=True)
    period = DateTimeRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=GROUNDS, name="triage_threshold_grounds"),
            models.CheckConstraint(
                condition=Q(ground="standard") | Q(order__isnull=False),
                name="triage_threshold_order",
            ),
            models.CheckConstraint(
                condition=Q(alert_low__isnull=True)
                | Q(warning_low__isnull=True)
                | Q(alert_low__lte=F("warning_low")),
                name="triage_threshold_low_order",
            ),
            models.CheckConstraint(
                condition=Q(alert_high__isnull=True)
                | Q(warning_high__isnull=True)
                | Q(warning_high__lte=F("alert_high")),
                name="triage_threshold_high_order",
            ),
            models.CheckConstraint(condition=SIDES, name="triage_threshold_sides"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "patient_id"], name="triage_threshold_patient")
        ]


ORDERED = Q(ordered_by__isnull=False, ordered_at__isnull=False, entered_by__isnull=False) & ~Q(
    how=""
)
OPEN = ("draft", "asked", "to-verify", "emergency")
ON_ONES_WORD = (
    Q(stage__in=("draft", "asked", "withdrawn"))
    | (Q(stage="to-verify") & ORDERED)
    | (Q(stage="emergency", how="phone") & ORDERED)
    | (
        Q(stage="in-force")
        & ORDERED
        & (
            Q(how="here", entered_by=F("ordered_by"))
            | (Q(verified_by__isnull=False) & ~Q(verified_by=F("entered_by")))
        )
    )
)


class Order(TenantRow):
    """New limits for one patient on their way into force: drafted, ordered, entered, verified.

    `limits` are (kind's name → four bounds) of what would change, `rules` (name → whether it is to
    hold) likewise. The row is what the page «who,
    when, why» is made of; the limits themselves begin to hold as `Threshold` rows that cite it.
    `version` grows with each change: what is verified is what was shown.
    """

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    stage = models.CharField(max_length=12, default="draft")
    version = models.IntegerField(default=1)
    limits = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    drafted_by = TenantKey(Person)
    drafted_at = models.DateTimeField()
    asked = TenantKey(Person, null=True)  # the doctor who is asked to order it
    asked_at = models.DateTimeField(null=True)
    ordered_by = TenantKey(Person, null=True)
    ordered_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=12, blank=True)
    said = models.TextField(blank=True)  # the doctor's own words, as they came
    entered_by = TenantKey(Person, null=True)
    entered_at = models.DateTimeField(null=True)
    verified_by = TenantKey(Person, null=True)
    verified_at = models.DateTimeField(null=True)
    refused_by = TenantKey(Person, null=True)  # who found that it was not what was ordered
    refused_at = models.DateTimeField(null=True)
    refused_why = models.TextField(blank=True)
    ended_by = TenantKey(Person, null=True)
    ended_at = models.DateTimeField(null=True)  # when it came into force, or was withdrawn

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id"],
                name="triage_order_one_open",
                condition=Q(stage__in=OPEN),
            ),
            models.CheckConstraint(condition=ON_ONES_WORD, name="triage_order_word"),
            models.CheckConstraint(
                condition=Q(stage__in=OPEN) | Q(ended_at__isnull=False),
                name="triage_order_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-drafted_at"],
                         name="triage_order_patient"),
            models.Index(fields=["tenant_id", "asked_id"], name="triage_order_asked",
                         condition=Q(stage="asked")),
        ]  # fmt: skip


class OrderedRule(TenantRow):
    """A rule that a programme offers, ordered for one patient; `rule` is «programme:id», with the
    patient's own numbers where it has any (`core.own_rule`)."""

    patient = TenantKey(Person)
    rule = models.CharField(max_length=200)
    ground = models.CharField(max_length=12)
    ordered_by = TenantKey(Person)
    entered_by = TenantKey(Person)
    verified_by = TenantKey(Person, null=True)
    order = TenantKey(Order)
    period = DateTimeRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=WORDS, name="triage_orderedrule_grounds"),
            models.UniqueConstraint(  # whatever its numbers, a rule holds once
                F("tenant_id"),
                F("patient_id"),
                Func(F("rule"), Value("?"), Value(1), function="split_part"),
                name="triage_orderedrule_once",
                condition=Q(period__endswith__isnull=True),
            ),
        ]
