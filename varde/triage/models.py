"""Thresholds, judgements, the worklist."""

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.measuring.models import Report
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

    `limits` are (kind's name → four bounds) of what would change. The row is what the page «who,
    when, why» is made of; the limits themselves begin to hold as `Threshold` rows that cite it.
    `version` grows with each change: what is verified is what was shown.
    """

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    stage = models.CharField(max_length=12, default="draft")
    version = models.IntegerField(default=1)
    limits = models.JSONField(default=dict)
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


class Item(TenantRow):
    """A patient's one open place on the list: raised by reasons, lowered only by being seen.

    `rank` orders the list: 0 red, 1 red with a control asked, 2 yellow, 3 other work, 4 green,
    5 asleep until `snoozed_until`, when it has `waking_rank` again; any new reason wakes it.
    `since` is when it got that rank. `version` grows with every change, so that what is closed
    is what was shown; a plain green report changes nothing here, `State.heard_at` tells of it.
    """

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    rank = models.SmallIntegerField()
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    taken_by = TenantKey(Person, null=True)
    taken_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)  # when its holder was last at work with it
    seen_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    waking_rank = models.SmallIntegerField(null=True)
    version = models.IntegerField(default=1)
    open = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id"],
                name="triage_item_one_open",
                condition=Q(open=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "unit_id", "rank", "since", "id"],
                name="triage_item_list",
                condition=Q(open=True),
            ),
            models.Index(
                fields=["tenant_id", "unit_id", "taken_by_id"],
                name="triage_item_taken",
                condition=Q(open=True, taken_by__isnull=False),
            ),
            models.Index(
                fields=["snoozed_until"],
                name="triage_item_asleep",
                condition=Q(open=True, snoozed_until__isnull=False),
            ),
        ]

    @property
    def awake_rank(self) -> int:
        """What it is when it is not put off."""
        return self.rank if self.waking_rank is None else self.waking_rank

    def wake(self) -> None:
        """Put off no longer; whoever holds the row saves it."""
        self.rank, self.waking_rank, self.snoozed_until = self.awake_rank, None, None


class Reason(TenantRow):
    """Why an item is open: one report, message, task, missing report or refused reading."""

    item = TenantKey(Item)
    patient = TenantKey(Person)
    kind = models.CharField(max_length=16)
    zone = models.SmallIntegerField(default=0)
    at = models.DateTimeField()
    judgement = TenantKey(Judgement, null=True)
    about = models.JSONField(default=dict)
    open = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant_id", "item_id"],
                name="triage_reason_open",
                condition=Q(open=True),
            ),
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="triage_reason_patient"),
        ]


class Handling(ImmutableRow):
    """What a person judged and did, in words and in codes; the journal note.

    `item` is what was closed, or tried; a contact that closed nothing has none.
    """

    patient = TenantKey(Person)
    item = TenantKey(Item, null=True)
    by = TenantKey(Person)
    unit = TenantKey(Organisation)
    at = models.DateTimeField()
    assessment = models.CharField(max_length=24)
    acts = models.JSONField(default=list)
    next_steps = models.JSONField(default=list)
    note = models.TextField(blank=True)
    reasons = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="triage_handling_patient"),
            models.Index(
                fields=["tenant_id", "patient_id", "-at"],
                name="triage_handling_acted",
                condition=~Q(assessment="acknowledged"),
            ),
        ]


class Task(TenantRow):
    """Something a person shall do for a patient by a time.

    `owner` is who has it; without one it is the team's. `occurrence` tells what follows by itself
    from the same another time; `title` is what somebody wrote; `every_days` makes a new one when it
    is done. `outcome`: done, or withdrawn when it is no longer asked for.
    """

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=200, blank=True)
    owner = TenantKey(Person, null=True)
    occurrence = models.CharField(max_length=40, blank=True)
    every_days = models.IntegerField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    about = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    raised = models.BooleanField(default=False)  # it stands on the list
    done_at = models.DateTimeField(null=True)
    done_by = TenantKey(Person, null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="triage_task_due", condition=Q(done_at__isnull=True)
            ),
            models.Index(fields=["tenant_id", "patient_id", "due_at"], name="triage_task_patient"),
            models.Index(
                fields=["tenant_id", "unit_id", "due_at"],
                name="triage_task_open",
                condition=Q(done_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id", "kind", "occurrence"],
                name="triage_task_once",
                condition=~Q(occurrence=""),
            )
        ]
