"""The patient that something is asked of: in which zone, and who follows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from varde.core.calendar import OpeningHours
from varde.core.zones import Zone
from varde.measuring.hours import hours_from
from varde.measuring.queries import following
from varde.people.viewer import Viewer
from varde.triage.queries import standing, states
from varde.triage.worklist import NewReason, raise_work


def zone_now(patient: UUID) -> Zone:
    """The worst of the newest report and of what stands on the list."""
    state = states([patient]).get(patient)
    newest = Zone(state.zone) if state is not None else Zone.NOT_JUDGED
    return max(newest, standing([patient]).get(patient, newest))


def work(
    patient: UUID, reason: NewReason, by: Viewer, at: datetime, *, due_at: datetime | None = None
) -> None:
    """Work for whoever follows the patient; of one whom nobody follows there is nobody to tell."""
    if following([patient], zone=by.zone, at=at).get(patient) is not None:
        raise_work(patient, reason, zone=by.zone, at=at, due_at=due_at)


def hours_of_patient(patient: UUID, by: Viewer, at: datetime) -> OpeningHours:
    followed = following([patient], zone=by.zone, at=at).get(patient)
    return followed.hours if followed is not None else hours_from({}, by.zone)
