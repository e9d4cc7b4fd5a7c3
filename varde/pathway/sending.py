"""Sending what waits in the outbox: each kind by what it is, as the one who decided it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from varde.base import outbox
from varde.base.models import Outgoing
from varde.core.access import Role
from varde.dialogue import actions as dialogue
from varde.people.queries import people
from varde.people.viewer import Viewer
from varde.triage.worklist import EXCERPT, NewReason, raise_work

log = logging.getLogger("varde.pathway")


def send_due(ids: Sequence[UUID], *, by: Viewer, at: datetime) -> int:
    """Those of them that are due; how many were sent. To who has died nothing is (decisions 7.4).

    What cannot be sent after several tries becomes work of the unit that wrote it.
    """
    rows, n = outbox.due(ids, at=at), 0
    known = people([row.patient_id for row in rows])
    for row in rows:
        person = known.get(row.patient_id)
        if person is None or person.died_at is not None:
            outbox.withdraw(row.of, at=at)
            continue
        try:
            with transaction.atomic():
                SENDERS[row.kind](row, by, at)
                outbox.sent(row, at=at)
                n += 1
        except Exception as error:  # whatever it is: the others are sent, and this is not lost
            log.error("Could not send a %s: %s", row.kind, type(error).__name__)
            if not outbox.failed(row, at=at):
                about = {"excerpt": str(row.content.get("text", ""))[:EXCERPT]}
                raise_work(row.patient_id, NewReason("unsent", about=about), zone=by.zone, at=at)
    return n


def _message(row: Outgoing, by: Viewer, at: datetime) -> None:
    author = replace(by, role=Role.NURSE, person=row.made_by)
    dialogue.send_message(patient=row.patient_id, text=row.content["text"], by=author, at=at)


SENDERS: dict[str, Callable[[Outgoing, Viewer, datetime], None]] = {"message": _message}
