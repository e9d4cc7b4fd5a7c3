"""What is usual for a patient, said by a doctor: it is what an admission asks to be looked at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from varde.core.quantities import Kind
from varde.measuring.habitual import NotUsual, say_habitual
from varde.people.doctors import doctors_of
from varde.people.viewer import Viewer
from varde.triage.handling import says_why
from varde.triage.keeping import hold
from varde.triage.tasks import reviewed

REVIEW = "review-habitual"


def set_usual(
    *, patient: UUID, kind: Kind, value: float, why: str, by: Viewer, at: datetime
) -> None:
    """From now; the task that asked for it is done by that. As with limits, a doctor who works
    where the patient is reached from, and not only where the watch is, may. Raises `NotUsual`."""
    if not says_why(why):
        raise NotUsual("why")
    if by.actor not in {one.person for one in doctors_of(patient, zone=by.zone, at=at)}:
        raise NotUsual("doctor")
    hold([patient])  # a report that is judged now is judged by one of the two
    say_habitual(patient=patient, kind=kind, value=value, why=why, by=by, at=at)
    reviewed(patient, REVIEW, by=by, at=at)
