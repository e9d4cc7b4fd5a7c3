"""Work: places on the list, their reasons, what was done, tasks, and who was asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.core.follow_up import HangsOn
from varde.people.models import Organisation, Person
from varde.triage.models.judged import Judgement


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
                fields=["tenant_id", "unit_id", "rank", "due_at", "since", "id"],
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
    """Something a person shall do by a time, for a patient, or for nobody in particular.

    `owner` is who has it; without one it is the team's. `occurrence` tells what follows by itself
    from the same another time; `title` is what somebody wrote; `every_days` makes a new one when it
    is done. `outcome`: done, or withdrawn when it is no longer asked for. `hangs_on`: what it
    stands and falls with, see `core.follow_up.HangsOn`.
    """

    patient = TenantKey(Person, null=True)
    unit = TenantKey(Organisation)
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=200, blank=True)
    owner = TenantKey(Person, null=True)
    occurrence = models.CharField(max_length=40, blank=True)
    hangs_on = models.CharField(max_length=12, default=HangsOn.NOTHING.value)
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
            ),
            models.UniqueConstraint(
                fields=["tenant_id", "unit", "kind", "occurrence"],
                name="triage_task_of_team_once",
                condition=~Q(occurrence="") & Q(patient__isnull=True),
            ),
        ]


class Ask(TenantRow):
    """Somebody was asked about a patient, by a step of the ladder: what, by when, and the answer.

    `rung` is who is asked (`core.ladder.Asked`); `of` is the doctor who sees it here, where the one
    asked has a place in Varde. `state`: waiting, answered, unanswered (moved on), withdrawn.
    """

    patient = TenantKey(Person)
    unit = TenantKey(Organisation)
    zone = models.SmallIntegerField()
    rung = models.CharField(max_length=24)
    of = TenantKey(Person, null=True)
    question = models.TextField()
    asked_by = TenantKey(Person)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="waiting")
    chain = models.UUIDField()  # the id of the first: one question, moved on from step to step
    answer = models.TextField(blank=True)
    answered_by = TenantKey(Person, null=True)  # who wrote the answer down
    how = models.CharField(max_length=12, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id"],
                name="triage_ask_one_waiting",
                condition=Q(state="waiting"),
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="triage_ask_due", condition=Q(state="waiting")),
            models.Index(fields=["tenant_id", "patient_id", "-asked_at"],
                         name="triage_ask_patient"),
            models.Index(fields=["tenant_id", "of_id"], name="triage_ask_of",
                         condition=Q(state__in=("waiting", "unanswered"))),
        ]  # fmt: skip


class Handover(TenantRow):
    """What a shift tells the next: about a patient, or about none. `read_by` have seen it."""

    unit = TenantKey(Organisation)
    patient = TenantKey(Person, null=True)
    text = models.TextField()
    by = TenantKey(Person)
    at = models.DateTimeField()
    read_by = ArrayField(models.UUIDField(), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "unit_id", "-at"], name="triage_handover_unit"),
            models.Index(fields=["tenant_id", "patient_id", "-at"], name="triage_handover_patient"),
        ]


class Watch(TenantRow):
    """A unit's watch given to another while it is closed: offered, taken and ended, by whom, when.

    Until it is taken the unit has it; from then until it ends the unit's reds and missed reports
    stand with `to`. Offered by nobody: the clock did, at closing. Only a person takes it.
    """

    unit = TenantKey(Organisation)
    to = TenantKey(Organisation)
    offered_by = TenantKey(Person, null=True)
    offered_at = models.DateTimeField()
    taken_by = TenantKey(Person, null=True)
    taken_at = models.DateTimeField(null=True)
    ended_by = TenantKey(Person, null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "unit_id"],
                name="triage_watch_one",
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(taken_by__isnull=False),
                name="triage_watch_taken_by_a_person",
            ),
            models.CheckConstraint(
                condition=(Q(ended_at__isnull=True) | Q(ended_at__gte=F("offered_at")))
                & (Q(taken_at__isnull=True) | Q(taken_at__gte=F("offered_at"))),
                name="triage_watch_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "to_id"], name="triage_watch_of",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(fields=["tenant_id", "unit_id", "-offered_at"], name="triage_watch_past"),
        ]  # fmt: skip


class View(TenantRow):
    """A part of the list that a person has given a name: `asks` is the address's question."""

    person = TenantKey(Person)
    name = models.CharField(max_length=40)
    asks = models.CharField(max_length=200)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "person", "name"],
                name="triage_view_once",
                condition=Q(forgotten_at__isnull=True),
            )
        ]
