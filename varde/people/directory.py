"""The directory: the only rows outside the tenants. Nothing clinical here (decisions 1.3)."""

from django.db import models

from varde.base.rows import new_id


class Cooperation(models.Model):
    """The tenant: parties that share a follow-up service."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="Europe/Oslo")

    class Meta:
        app_label = "people"


class Identity(models.Model):
    """A sign-in at an issuer, and the person it is in one cooperation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    tenant_id = models.UUIDField()
    person_id = models.UUIDField()

    class Meta:
        app_label = "people"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject", "tenant_id", "person_id"], name="people_identity_once"
            )
        ]


class LocalPassword(models.Model):
    """A password (argon2id) of a local administrator, or of the demo."""

    username = models.CharField(max_length=80, primary_key=True)
    password = models.CharField(max_length=200)

    class Meta:
        app_label = "people"


class Token(models.Model):
    """A machine's bearer token; only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    tenant_id = models.UUIDField()
    unit_id = models.UUIDField()
    scope = models.CharField(max_length=80, default="read write")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "people"


class Attempt(models.Model):
    """How often a door was tried in a minute; the key is a digest, never a name or address."""

    key = models.CharField(max_length=64)
    minute = models.DateTimeField()
    count = models.IntegerField(default=1)

    class Meta:
        app_label = "people"
        constraints = [
            models.UniqueConstraint(fields=["key", "minute"], name="people_attempt_once")
        ]


DIRECTORY = (Cooperation, Identity, LocalPassword, Token, Attempt)
