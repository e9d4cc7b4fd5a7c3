"""Programme versions and plan templates of a cooperation, and who has signed them."""

from django.db import models
from django.db.models import Q

from varde.base.rows import ImmutableRow, TenantKey, TenantRow
from varde.people.models import Organisation, Person


class ProgrammeVersion(ImmutableRow):
    """One version of a programme file as it was published."""

    key = models.CharField(max_length=40)
    version = models.IntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "key", "version"], name="catalogue_programme_once"
            )
        ]


class PlanTemplate(ImmutableRow):
    """One version of what the plans of a programme begin with, as it was published."""

    key = models.CharField(max_length=40)
    version = models.IntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "key", "version"], name="catalogue_plantemplate_once"
            )
        ]


class Signature(TenantRow):
    """A named specialist answers for one part of a programme, as its `digest` says it stood."""

    key = models.CharField(max_length=40)
    part = models.CharField(max_length=12)
    version = models.IntegerField()  # what was read when it was signed
    digest = models.CharField(max_length=64)
    by = TenantKey(Person)
    organisation = TenantKey(Organisation)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "key", "part", "digest", "by"],
                name="catalogue_signature_once",
                condition=Q(withdrawn_at__isnull=True),
            )
        ]
