"""The viewer: who is signed in, as what, for whom; fixed for the session and passed as `by`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from varde.base.tenancy import Frame
from varde.core.access import Denied, Role


@dataclass(frozen=True)
class Viewer:
    """A person in one role, organisation and cooperation; or a machine; or the clock."""

    tenant: UUID
    role: Role
    person: UUID | None = None
    unit: UUID | None = None
    name: str = ""
    zone: str = "Europe/Oslo"
    source: UUID | None = None  # the machine, when it is one

    @property
    def patient(self) -> UUID | None:
        """Whose own record it is, when the viewer is the patient."""
        return self.person if self.role is Role.PATIENT else None

    @property
    def actor(self) -> UUID:
        """The person who acts; a machine or the clock has none, and may not do what needs one."""
        if self.person is None:
            raise Denied(f"{self.role} is no person")
        return self.person

    @property
    def who(self) -> UUID:
        """The person or the machine that acts, as the audit names it."""
        return self.source or self.actor

    @property
    def seat(self) -> UUID:
        """The organisation the person works in now."""
        if self.unit is None:
            raise Denied(f"{self.role} works in no organisation")
        return self.unit

    def frame(self, at: datetime) -> Frame:
        """A patient acts as no unit; a professional never reaches a record as the patient."""
        unit = None if self.role is Role.PATIENT else self.unit
        actor = self.person or self.source
        return Frame(self.tenant, at, unit=unit, patient=self.patient, actor=actor)
