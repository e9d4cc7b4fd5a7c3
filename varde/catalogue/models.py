"""Programme versions of a cooperation."""

from django.db import models

from varde.base.rows import ImmutableRow


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
