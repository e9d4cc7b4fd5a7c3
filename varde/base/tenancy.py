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
from psycopg import OperationalError, pq
from psycopg.errors import error_from_result


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

_NAMES = ("varde.tenant", "varde.unit", "varde.patient", "varde.actor", "varde.at")
_SET = "select " + ", ".join(f"set_config('{name}', %s, true)" for name in _NAMES)
_BEGIN = "begin; " + "; ".join(f"set local {name} = '{{}}'" for name in _NAMES)


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
            _begin(frame, using)
            yield
        if outer is not None and connections[using].in_atomic_block:
            carry(outer, using=using)
    finally:
        _frame.reset(token)


def _begin(frame: Frame, using: str) -> None:
    """What the driver would send in two parts, a `begin` and a statement, is sent in one."""
    connections[using].ensure_connection()
    sent = connections[using].connection.pgconn
    if sent.transaction_status != pq.TransactionStatus.IDLE:
        carry(frame, using=using)
        return
    with connections[using].wrap_database_errors:
        result = sent.exec_(_BEGIN.format(*_settings(frame)).encode())
        if sent.status != pq.ConnStatus.OK:
            raise OperationalError("the connection is lost")
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise error_from_result(result)


def carry(frame: Frame, *, using: str = "default") -> None:
    """Tell the open transaction of `using` for whom it acts."""
    with connections[using].cursor() as cursor:
        cursor.execute(_SET, _settings(frame))


def _settings(frame: Frame) -> list[str]:
    """Ids and a time, and nothing else: they are also written into a statement as they are."""
    ids = (frame.tenant, frame.unit, frame.patient, frame.actor)
    for one in ids:
        if one is not None and not isinstance(one, UUID):
            raise TypeError(f"A frame holds ids, not {type(one).__name__}")
    return [*(str(one) if one else "" for one in ids), frame.at.isoformat()]
