"""Tenancy: for whom a transaction acts. One `set_config` a transaction carries it to PostgreSQL.

Without a frame every tenant table raises (decisions 1.1): an empty list would read as «all is
well».
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections, transaction


class NoTenant(RuntimeError):
    """Something read or wrote a tenant's rows without saying whose."""


@dataclass(frozen=True)
class Frame:
    """Whose rows (`tenant`), as which unit, as which patient, by which person, at what time."""

    tenant: UUID
    at: datetime
    unit: UUID | None = None
    patient: UUID | None = None
    actor: UUID | None = None


_frame: ContextVar[Frame | None] = ContextVar("varde_frame", default=None)

_SET = (
    "select set_config('varde.tenant', %s, true), set_config('varde.unit', %s, true),"
    " set_config('varde.patient', %s, true), set_config('varde.actor', %s, true),"
    " set_config('varde.at', %s, true)"
)


def current() -> Frame:
    frame = _frame.get()
    if frame is None:
        raise NoTenant("No tenant: open a transaction with tenancy.acting(...)")
    return frame


def current_tenant() -> UUID:
    return current().tenant


@contextmanager
def acting(frame: Frame, *, using: str = "default") -> Iterator[None]:
    """A transaction in which every statement sees and writes only what `frame` may.

    Inside another, the outer one's frame holds again when this one ends.
    """
    outer = _frame.get()
    token = _frame.set(frame)
    try:
        with transaction.atomic(using=using):
            carry(frame, using=using)
            yield
        if outer is not None and connections[using].in_atomic_block:
            carry(outer, using=using)
    finally:
        _frame.reset(token)


def carry(frame: Frame, *, using: str = "default") -> None:
    """Tell the open transaction of `using` for whom it acts."""
    with connections[using].cursor() as cursor:
        cursor.execute(_SET, _settings(frame))


def _settings(frame: Frame) -> list[str]:
    ids = (frame.tenant, frame.unit, frame.patient, frame.actor)
    return [*(str(one) if one else "" for one in ids), frame.at.isoformat()]
