"""Refusing: a reading that could not be taken, of a patient we know, is work (decisions 3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from varde.measuring.queries import enrolments
from varde.measuring.subjects import subjects
from varde.people.viewer import Viewer
from varde.triage.keeping import hold
from varde.triage.models import Reason
from varde.triage.worklist import NewReason, raise_work

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Refusal:
    """Whom it was about, as far as it could be read, and what was wrong; never the content."""

    who: UUID | str
    why: str
    path: str


def raise_refused(
    refusals: Sequence[Refusal],
    *,
    sender: str,
    by: Viewer,
    at: datetime,
    known: set[UUID] | None = None,
) -> int:
    """One reason a patient, sender and day; how many were new.

    `known` are patients that the caller has looked up in this transaction; others are looked up.
    """
    found: dict[UUID | str, UUID] = {one: one for one in known or ()}
    asked = subjects({one.who for one in refusals} - set(found))
    found.update({name: subject.id for name, subject in asked.items()})
    about_whom = list(dict.fromkeys(found[r.who] for r in refusals if r.who in found))
    hold(about_whom)  # of two refused at once, one is told
    followed = enrolments(about_whom, at=at)
    n = 0
    for patient in about_whom:
        if patient not in followed or _told(patient, sender, at):
            continue
        why = next(r for r in refusals if found.get(r.who) == patient)
        about = {"why": why.why, "path": why.path, "sender": sender}
        raise_work(patient, NewReason("refused", about=about), zone=by.zone, at=at)
        n += 1
    return n


def _told(patient: UUID, sender: str, at: datetime) -> bool:
    return Reason.objects.filter(
        patient_id=patient, kind="refused", at__gt=at - DAY, about__sender=sender
    ).exists()
