"""The outbox: what is to be sent is written with what decided it, and sent when that stands.

A row is sent once, or withdrawn, never both. What fails is tried again, later each time; after
`MOST_TRIES` it is left to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from varde.base.models import Outgoing

MOST_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)  # before it is tried again; twice as long each time


def put(
    kind: str,
    *,
    patient: UUID,
    unit: UUID,
    by: UUID,
    of: UUID,
    content: dict[str, Any],
    at: datetime,
    wait: timedelta,
) -> Outgoing:
    """To be sent when `wait` has passed, unless what it came `of` is undone before."""
    return Outgoing.objects.create(
        kind=kind, patient_id=patient, unit_id=unit, made_by=by, of=of, content=content,
        made_at=at, not_before=at + wait,
    )  # fmt: skip


def withdraw(of: UUID, *, at: datetime) -> int:
    """What has not been sent of it is not sent; how many."""
    return _waiting().filter(of=of).update(withdrawn_at=at)


def _waiting() -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(sent_at__isnull=True, withdrawn_at__isnull=True)


def was_sent(of: UUID) -> bool:
    """Whether anything of it has gone."""
    return Outgoing.objects.filter(of=of, sent_at__isnull=False).exists()


def waits(patient: UUID, *, by: UUID, content: dict[str, Any]) -> bool:
    """Whether the very same waits already: a button pressed twice."""
    return _waiting().filter(patient_id=patient, made_by=by, content=content).exists()


def due(ids: Sequence[UUID], *, at: datetime) -> list[Outgoing]:
    """Those of them that are to be sent now, held until we commit."""
    rows = _waiting().select_for_update().filter(id__in=list(ids), not_before__lte=at)
    return list(rows.order_by("not_before", "id"))


def sent(row: Outgoing, *, at: datetime) -> None:
    Outgoing.objects.filter(id=row.id).update(sent_at=at)


def failed(row: Outgoing, *, at: datetime) -> bool:
    """It is tried again later; False when it has been tried enough, and is withdrawn."""
    tries = row.tries + 1
    if tries >= MOST_TRIES:
        Outgoing.objects.filter(id=row.id).update(tries=tries, withdrawn_at=at)
        return False
    later = at + FIRST_WAIT * 2 ** (tries - 1)
    Outgoing.objects.filter(id=row.id).update(tries=tries, not_before=later)
    return True
