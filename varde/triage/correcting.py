"""Correcting: a reading replaced or struck by its sender; what was there stays where it is.

Of one reading's versions the sender's newest word stands, also when it goes back to an earlier
value. Once struck, no version that has been comes back by being sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from varde.core.quantities import BY_CODE
from varde.core.zones import Zone
from varde.measuring import actions as measuring
from varde.measuring.actions import Version
from varde.measuring.expecting import await_again
from varde.measuring.habitual import learn_again
from varde.measuring.incoming import ANY_SAID, Delivery, Taken, every_row_id
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage.intake import Outcome, receive
from varde.triage.keeping import hold
from varde.triage.worklist import NewReason, raise_work


@action("strike-report")
def strike(first: UUID, *, patient: UUID, source: UUID, by: Viewer, at: datetime) -> Done[bool]:
    """Whether something was there, as the resource `first` or a version of it, to strike.

    A raised item is not lowered by it.
    """
    there = _versions(first, patient)
    _mark(patient, there, None, source=source, at=at)
    _undo(patient, there, at=at)
    _tell(patient, there, None, by=by, at=at)
    return Done(bool(there), patient=patient, kind="observation", object_id=first)


@action("report")
def replace(original: Delivery, *, source: UUID, by: Viewer, at: datetime) -> Done[Outcome]:
    """Keep and judge `original` as the newest version of what has its ids, if it says more.

    Where nothing has them (the network turned the order) it is kept as the first.
    """
    first = original.values[0].id
    there = _versions(first, original.patient)
    if not there:
        kept = receive([original], source=source, by=by, at=at)[0]
        return Done(kept, patient=original.patient, kind="observation", object_id=first)
    standing = [version for version in there if version.stands]
    same = _same(original, standing or there)
    if same is not None:
        return Done(Outcome(same, Taken.DUPLICATE), patient=original.patient)
    newer = original.after(_newest(standing or there))
    if newer.values[0].id not in {version.id for version in there}:
        # Before it is judged: what was wrong is nothing to compare with, now or for later ones.
        _mark(original.patient, there, newer, source=source, at=at)
    kept = receive([newer], source=source, by=by, at=at)[0]
    _undo(original.patient, there, at=at)
    if kept.taken is Taken.NEW:
        _tell(original.patient, there, newer, by=by, at=at)
    return Done(kept, patient=original.patient, kind="observation", object_id=first)


def _versions(first: UUID, patient: UUID) -> list[Version]:
    """Every version there has been, held against others; of this patient only."""
    hold([patient])
    return measuring.versions_of(patient, every_row_id(first))


def _newest(versions: Sequence[Version]) -> UUID:
    return max(versions, key=lambda one: (one.received_at, one.id)).id


def _undo(patient: UUID, gone: Sequence[Version], *, at: datetime) -> None:
    """What the versions that no longer stand had settled: expectations, and what is usual."""
    await_again(patient, [(one.kind, one.taken_at) for one in gone], at=at)
    learn_again([patient], {one.kind for one in gone}, at=at)


def _tell(
    patient: UUID, gone: Sequence[Version], newer: Delivery | None, *, by: Viewer, at: datetime
) -> None:
    """What was yellow or red is on the list, or has been acted on: a person hears that it changed.

    The place it has on the list is not lowered by it.
    """
    told = [one for one in gone if one.stands]
    if max((one.zone for one in told), default=0) < Zone.YELLOW:
        return
    about = {
        "sender": by.name,
        "was": [[BY_CODE[one.kind].name, one.value] for one in told],
        "now": [[v.kind.name, v.value] for v in newer.values] if newer else [],
    }
    raise_work(patient, NewReason("taken-back", about=about), zone=by.zone, at=at)


def _same(original: Delivery, versions: Sequence[Version]) -> Delivery | None:
    """What says the very same already, under the ids it has."""
    for version in versions:
        if version.kind != original.values[0].kind.code:
            continue
        as_kept = original.under(version.id)
        said = {(v.id, v.kind.code, v.value, original.taken_at, v.flags & ANY_SAID)
                for v in as_kept.values}  # fmt: skip
        ids = set(every_row_id(version.id))
        if said == {one.content for one in versions if one.id in ids}:
            return as_kept
    return None


def _mark(
    patient: UUID,
    there: Sequence[Version],
    newer: Delivery | None,
    *,
    source: UUID,
    at: datetime,
) -> None:
    """Every version there has been points to the newest of its kind, or is struck."""
    values = newer.values if newer else []
    pairs = [
        (version.id, next((v.id for v in values if v.kind.code == version.kind), values[0].id)
         if values else None)
        for version in there
    ]  # fmt: skip
    measuring.mark_corrected(patient, pairs, source=source, at=at)
