"""Drafts: what a patient has typed and not yet sent; kept so that nothing typed is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from varde.base.rows import new_id
from varde.measuring.models import Draft as Draft

FRESH = timedelta(hours=4)  # an older draft is another occasion: its numbers are not sent as new


def open_draft(patient: UUID, *, at: datetime) -> Draft:
    """The patient's draft; begun anew when the one there is has grown old."""
    draft = Draft.objects.filter(patient_id=patient, sent_at__isnull=True).first()
    if draft is None:
        return Draft.objects.create(patient_id=patient, started_at=at)
    if at - draft.started_at > FRESH:
        draft.sent_at, draft.content = at, {}
        draft.save(update_fields=["sent_at", "content"])
        return Draft.objects.create(id=new_id(), patient_id=patient, started_at=at)
    return draft


def put(draft: Draft, **parts: Any) -> None:
    """Keep parts of the draft: values, answers, comment, confirmed."""
    for name, part in parts.items():
        kept = draft.content.setdefault(name, type(part)())
        if isinstance(part, dict):
            kept.update(part)
        else:
            draft.content[name] = part
    draft.save(update_fields=["content"])


def close(draft: Draft, *, at: datetime) -> None:
    """Sent: the content is in the report, and here no more."""
    draft.sent_at, draft.content = at, {}
    draft.save(update_fields=["sent_at", "content"])


def sent(patient: UUID, draft: UUID) -> bool:
    """Whether this draft has been sent already (a button pressed twice)."""
    return Draft.objects.filter(patient_id=patient, id=draft, sent_at__isnull=False).exists()
