"""A hospital beside the cast: two departments with doctor and coordinator, an outreach team, and
home care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tests.people import Cast, employ
from varde.core.access import Ground, Role
from varde.core.identifiers import make_orgnr
from varde.people import actions as people
from varde.people import sharing
from varde.people.models import Consent, Person
from varde.people.viewer import Viewer


@dataclass(frozen=True)
class Hospital:
    specialist: Viewer
    coordinator: Viewer
    other_specialist: Viewer
    other_coordinator: Viewer
    outreach: Viewer
    home_care: Viewer


def hospital(them: Cast) -> Hospital:
    at = them.at - timedelta(days=300)
    with them.acting(at=at) as by:
        for n, (key, kind) in enumerate(
            (
                ("lungs", "department"),
                ("heart", "department"),
                ("team", "outreach-team"),
                ("home-care", "home-care"),
            )
        ):
            row = people.add_organisation(
                name=f"Enhet {key}", kind=kind, orgnr=make_orgnr(40 + n), phone="55500200", by=by,
                at=at,
            )  # fmt: skip
            them.units[key] = row.id
        return Hospital(
            employ(them, "Jon", Role.SPECIALIST, "lungs", at),
            employ(them, "Kari", Role.COORDINATOR, "lungs", at),
            employ(them, "Berit", Role.SPECIALIST, "heart", at),
            employ(them, "Odd", Role.COORDINATOR, "heart", at),
            employ(them, "Ellen", Role.OUTREACH, "team", at),
            employ(them, "Torill", Role.OUTREACH, "home-care", at),
        )


def treated(
    them: Cast,
    patient: Viewer,
    where: str = "lungs",
    ground: Ground = Ground.SPECIALIST,
    days: int = 40,
) -> None:
    """The department treats the patient; or the team shares her."""
    at = them.at - timedelta(days=days)
    with them.acting(at=at) as by:
        sharing.let_reach(
            patient=patient.actor, organisation=them.units[where], ground=ground, by=by, at=at
        )


def treated_and_visited(them: Cast) -> Viewer:
    """A patient whom the department treats and the team shares."""
    patient = them.patient()
    treated(them, patient)
    treated(them, patient, "team", Ground.CARE_TEAM)
    return patient


def objects_to_sharing(them: Cast, patient: Viewer, *, at: datetime | None = None) -> None:
    moment = at or them.at
    with them.acting():
        Consent.objects.create(
            patient_id=patient.actor, kind="sharing", given_at=moment - timedelta(days=9),
            withdrawn_at=moment,
        )  # fmt: skip


def reaches(them: Cast, unit: str, patient: UUID, at: datetime) -> bool:
    """Whether the unit reaches the patient at that moment, as the second wall sees it."""
    viewer = Viewer(them.tenant, Role.SYSTEM, unit=them.units[unit])
    with them.acting(viewer, at=at):
        return Person.objects.filter(id=patient).exists()
