"""Persons, organisations, roles and relations of one cooperation."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q

from varde.base.rows import TenantKey, TenantRow
from varde.people.directory import Attempt, Cooperation, Identity, LocalPassword, Token

__all__ = [
    "Absence",
    "Assignment",
    "Attempt",
    "Consent",
    "Cooperation",
    "Cover",
    "Identity",
    "LocalPassword",
    "NamedNurse",
    "NextOfKin",
    "Organisation",
    "Person",
    "Relation",
    "Responsibility",
    "Token",
]


class Organisation(TenantRow):
    """A municipality, hospital department, GP practice, or the follow-up service itself."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=32)  # municipality, department, gp-practice, service
    orgnr = models.CharField(max_length=9)
    phone = models.CharField(max_length=20, blank=True)
    cluster = models.CharField(max_length=60, blank=True)  # of municipalities that go together
    within = TenantKey("self", null=True)  # the municipality that a home care is of
    hours = models.JSONField(default=dict)  # "0" (Monday) to "6", "holiday" → [opens, closes]
    programme_hours = models.JSONField(default=dict)  # programme → hours, within the unit's own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "orgnr"], name="people_organisation_orgnr")
        ]


class Person(TenantRow):
    """A patient or a member of staff. `search_…` are normalised for range search."""

    national_id = models.CharField(max_length=11)
    given = models.CharField(max_length=80)
    family = models.CharField(max_length=80)
    search_name = models.CharField(max_length=170, db_collation="C")
    search_given = models.CharField(max_length=170, db_collation="C")
    born = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=5, blank=True)  # empty until the person chooses
    died_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "national_id"], name="people_person_national_id"
            )
        ]
        indexes = [
            models.Index(fields=["tenant_id", "search_name"], name="people_person_search"),
            models.Index(fields=["tenant_id", "search_given"], name="people_person_given"),
            models.Index(fields=["tenant_id", "phone"], name="people_person_phone"),
        ]

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


class Assignment(TenantRow):
    """A person's role in an organisation for a period."""

    person = TenantKey(Person)
    organisation = TenantKey(Organisation)
    role = models.CharField(max_length=32)
    period = DateTimeRangeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "person_id"], name="people_assignment_person")]


class Relation(TenantRow):
    """Why an organisation or a person may reach a patient's record: every ground is one row."""

    patient = TenantKey(Person)
    organisation = TenantKey(Organisation, null=True)
    person = TenantKey(Person, null=True)
    ground = models.CharField(max_length=32)
    period = DateTimeRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(person__isnull=True),
                name="people_relation_one_party",
            )
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "patient_id", "organisation_id"], name="people_relation_reach"
            ),
            models.Index(
                fields=["tenant_id", "organisation_id", "patient_id"], name="people_relation_list"
            ),
        ]


class Responsibility(TenantRow):
    """The responsible doctor of a patient for a period; two never overlap. Not `chosen`: whom the
    rule meant, until a person says who, or the rule means another."""

    patient = TenantKey(Person)
    doctor = TenantKey(Person)
    organisation = TenantKey(Organisation)
    period = DateTimeRangeField()
    chosen = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant_id", "patient_id"], name="people_responsibility_patient")
        ]


class NextOfKin(TenantRow):
    """Whom to call beside the patient."""

    patient = TenantKey(Person)
    name = models.CharField(max_length=120)
    relationship = models.CharField(max_length=40)
    phone = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "patient_id"], name="people_kin_patient")]


class Consent(TenantRow):
    """One of the four consents, with when it was given and withdrawn."""

    patient = TenantKey(Person)
    kind = models.CharField(max_length=32)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="people_consent_order",
            )
        ]
        indexes = [models.Index(fields=["tenant_id", "patient_id"], name="people_consent_patient")]


class NamedNurse(TenantRow):
    """The patient's own nurse for a period; one at a time."""

    patient = TenantKey(Person)
    nurse = TenantKey(Person)
    period = DateTimeRangeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "patient_id"],
                name="people_namednurse_once",
                condition=Q(period__endswith__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["tenant_id", "nurse_id"],
                name="people_namednurse_whose",
                condition=Q(period__endswith__isnull=True),
            )
        ]


class Absence(TenantRow):
    """Days, both included, on which somebody of the staff is away, and who stands in."""

    person = TenantKey(Person)
    first = models.DateField()
    last = models.DateField()
    stands_in = TenantKey(Person, null=True)
    said_by = TenantKey(Person)
    said_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="people_absence_order"),
            models.CheckConstraint(
                condition=Q(stands_in__isnull=True) | ~Q(stands_in=F("person")),
                name="people_absence_another",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "person_id", "last"], name="people_absence_days")
        ]


class Cover(TenantRow):
    """Who may take a unit's watch outside its opening hours, for a period; one at a time.

    It gives nobody the watch: that is handed over each time (`triage.Watch`).
    """

    unit = TenantKey(Organisation)
    by = TenantKey(Organisation)
    period = DateTimeRangeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "unit_id"],
                name="people_cover_once",
                condition=Q(period__endswith__isnull=True),
            ),
            models.CheckConstraint(condition=~Q(unit=F("by")), name="people_cover_another"),
        ]
