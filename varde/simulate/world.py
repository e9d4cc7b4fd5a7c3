"""What the demo is about, by id: the cooperation and those who act in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from varde.core.access import Role
from varde.people.viewer import Viewer
from varde.simulate.people import MadePatient

ZONE = "Europe/Oslo"


@dataclass(frozen=True)
class World:
    """Who is in it; the patients each with the day follow-up began."""

    seed: str
    tenant: UUID
    service: UUID
    source: UUID
    nurses: tuple[Viewer, ...]
    gp: Viewer
    patients: tuple[tuple[MadePatient, UUID, date], ...]

    @property
    def system(self) -> Viewer:
        return Viewer(self.tenant, Role.SYSTEM, unit=self.service, name="Varde", zone=ZONE)
