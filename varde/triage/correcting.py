"""Correcting: a reading replaced or struck by its sender; what was there stays where it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from varde.measuring import actions as measuring
from varde.measuring.incoming import Delivery, Taken
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.intake import Outcome, receive


@action("strike-report")
def strike(original: Delivery, *, source: UUID, by: Viewer, at: datetime) -> Done:
    """Whether something was there to strike. A raised item is not lowered by it."""
    ids = [value.id for value in original.values]
    kept = measuring.already_kept(ids)
    there = [one for one, row in kept.items() if row[0] == original.patient]
    _mark(original.patient, there, None, source=source, at=at)
    found = bool(there)
    return Done(found, patient=original.patient, kind="observation", object_id=ids[0])


@action("report")
def replace(original: Delivery, newer: Delivery, *, source: UUID, by: Viewer, at: datetime) -> Done:
    """Keep and judge the newer; the original, when it is here, is marked as replaced."""
    ids = [value.id for value in original.values]
    there = measuring.already_kept(ids)
    if any(row[0] != original.patient for row in there.values()):
        return Done(Outcome(original, Taken.CONFLICT), patient=original.patient)
    if there and measuring.compare(original, there) is Taken.DUPLICATE:
        return Done(Outcome(original, Taken.DUPLICATE), patient=original.patient)
    kept: Outcome = receive([newer if there else original], source=source, by=by, at=at)[0]
    if there and kept.taken is Taken.NEW:
        _mark(original.patient, ids, [v.id for v in newer.values], source=source, at=at)
    return Done(kept, patient=original.patient, kind="observation", object_id=ids[0])


def _mark(
    patient: UUID,
    old: Sequence[UUID],
    new: Sequence[UUID] | None,
    *,
    source: UUID,
    at: datetime,
) -> None:
    """Every version there has been points to the newest, or is struck."""
    versions = measuring.versions_of(patient, old)
    pairs = [
        (version, new[n] if new else None)
        for n, first in enumerate(old)
        for version in versions[first]
        if not new or version != new[n]
    ]
    measuring.mark_corrected(patient, pairs, source=source, at=at)
