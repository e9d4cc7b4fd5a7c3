"""Who is the responsible doctor when nobody has said who.

Pure. The specialist where the hospital included or follows the patient, else the GP. Of several
alike none is meant: a person says who. Source: domain 3.9.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from varde.core.access import Ground, Role

# The first that there is; a referral of which a hospital doctor may answer is one that included.
ROLES = {
    Ground.SPECIALIST: Role.SPECIALIST,
    Ground.REFERRAL: Role.SPECIALIST,
    Ground.GP: Role.GP,
}


@dataclass(frozen=True)
class Place:
    """Where a patient is treated, on what ground, and the doctors there: id and role."""

    organisation: UUID
    ground: Ground
    doctors: frozenset[tuple[UUID, Role]]


@dataclass(frozen=True)
class Meant:
    """The doctor, and where the responsibility lies."""

    doctor: UUID
    organisation: UUID


def by_default(places: Collection[Place]) -> Meant | None:
    """The one who is meant; None when there is nobody, or more than one to choose between.

    A hospital that is asked, meets about or has the watch over a patient does not follow that
    patient. Where one does, it never falls to the GP, also when it has several doctors or none.
    """
    for ground, role in ROLES.items():
        here = [one for one in places if one.ground is ground]
        found = [
            Meant(doctor, one.organisation)
            for one in here
            for doctor, works_as in one.doctors
            if works_as is role
        ]
        if found or (here and ground is not Ground.REFERRAL):
            if len({one.doctor for one in found}) != 1:
                return None
            return min(found, key=lambda one: one.organisation)
    return None
