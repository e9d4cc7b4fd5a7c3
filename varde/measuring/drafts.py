"""Drafts: what a patient has typed and not yet sent; kept so that nothing typed is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from varde.measuring.models import Draft as Draft
from varde.measuring.models import Report

FRESH = timedelta(hours=4)  # an older draft is another occasion: its numbers are not sent as new


def open_draft(patient: UUID, *, at: datetime) -> Draft:
    """The patient's draft; begun anew when the one there is has grown old."""
    draft, _ = Draft.objects.get_or_create(
        patient_id=patient, sent_at=None, defaults={"started_at": at}
    )
    if at - draft.started_at > FRESH:
        close(draft, at=at)
        return open_draft(patient, at=at)
    return draft


def begun(patient: UUID, *, at: datetime) -> bool:
    """Whether something has been typed, not long ago, that is not sent."""
    found = Draft.objects.filter(patient_id=patient, sent_at=None, started_at__gt=at - FRESH)
    return any(one.content.get("values") or one.content.get("answers") for one in found)


def held(patient: UUID, *, at: datetime) -> Draft:
    """The patient's draft, held until we commit: of two who send at once, one waits."""
    found = Draft.objects.select_for_update().filter(patient_id=patient, sent_at=None).first()
    return found if found and at - found.started_at <= FRESH else open_draft(patient, at=at)


def put(draft: Draft, **parts: Any) -> None:
    """Keep parts of the draft: values, answers, comment. What another tab has put stays."""
    kept = Draft.objects.select_for_update().get(id=draft.id)
    for name, part in parts.items():
        if isinstance(part, dict):
            kept.content.setdefault(name, {}).update(part)
        else:
            kept.content[name] = part
    kept.save(update_fields=["content"])
    draft.content = kept.content


def close(draft: Draft, *, at: datetime) -> None:
    """Sent, or too old to be: the content is here no more."""
    draft.sent_at, draft.content = at, {}
    draft.save(update_fields=["sent_at", "content"])


def sent(patient: UUID, draft: UUID) -> bool:
    """Whether this draft has become a report (a button pressed twice)."""
    return Report.objects.filter(patient_id=patient, id=draft).exists()
