"""Rows: what every table of a tenant has in common, and which of them may ever change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import uuid_utils.compat as uuids
from django.db import models

from varde.base.tenancy import current_tenant


def new_id() -> UUID:
    """A uuid v7: sorted by the time it was made, made here and not in the database."""
    return uuids.uuid7()


def stored_json(value: Any) -> Any:
    """What a statement of our own read from a jsonb column, which comes as text or as it is."""
    return msgspec.json.decode(value) if isinstance(value, str) else value


class TenantKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference within the tenant. The constraint (tenant_id, column) is made by `Secure`."""

    def __init__(self, to: Any, **kwargs: Any) -> None:
        kwargs["on_delete"] = models.PROTECT
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        kwargs.setdefault("related_name", "+")
        super().__init__(to, **kwargs)


class TenantRow(models.Model):
    """A row of one cooperation. Django's key is `id`; the database's is (tenant_id, id)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant_id = models.UUIDField(default=current_tenant, editable=False)

    class Meta:
        abstract = True


class Changed(RuntimeError):
    """A row that never changes was saved again."""


class ImmutableRow(TenantRow):
    """Written once. The database holds it too: the application has no UPDATE on the table."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Changed(f"{type(self).__name__} rows are never changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)
