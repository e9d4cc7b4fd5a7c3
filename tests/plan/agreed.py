"""Plans in tests: who answers for the patient, a whole plan, and each step of its way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from tests.people import Cast, employ
from varde.core.access import Role
from varde.core.plan import Content, Leave, Medication, Section, Use, ZonePlan, decoded
from varde.people import actions as people
from varde.people.viewer import Viewer
from varde.plan import approving, writing
from varde.plan.models import Plan

PACK = Medication("pred", Use.RESCUE, "Prednisolon", "20 mg × 1", Leave.ALONE, 7, 2, 90)


def responsible(
    them: Cast, patient: Viewer, doctor: Viewer | None = None, *, days: int = 50
) -> None:
    """The doctor (the GP) answers for the patient from the beginning."""
    doctor = doctor or them.gp
    at = them.at - timedelta(days=days)
    with them.acting(at=at) as by:
        people.name_responsible(
            patient=patient.actor, doctor=doctor.actor, organisation=doctor.seat, by=by, at=at
        )


def colleague(them: Cast, given: str = "Dag") -> Viewer:
    """Another doctor of the GP's practice."""
    at = them.at - timedelta(days=300)
    with them.acting(at=at):
        return employ(them, given, Role.GP, "practice", at)


def whole(content: Content, pack: Medication = PACK) -> Content:
    """A draft filled in: doses for all, and the rescue pack of the red zone."""
    return replace(
        content,
        matters="Jeg vil til hytta i påsken",
        goals=("Gå til butikken uten å sette meg",),
        sections=tuple(_filled(one, pack) for one in content.sections),
    )


def _filled(section: Section, pack: Medication) -> Section:
    def dosed(zone: ZonePlan, *more: Medication) -> ZonePlan:
        kept = tuple(replace(one, dose="2 drag") for one in zone.medications if not more)
        return replace(zone, medications=(*kept, *more))

    more = (pack,) if section.programme == "copd" else ()
    return replace(
        section, green=dosed(section.green), yellow=dosed(section.yellow),
        red=dosed(section.red, *more),
    )  # fmt: skip


def draft(
    them: Cast, patient: Viewer, *, by: Viewer | None = None, at: datetime | None = None,
    pack: Medication = PACK, **more: Any,
) -> Plan:  # fmt: skip
    """A whole draft, by the nurse."""
    by, at = by or them.nurse, at or them.at
    with them.acting(by, at=at):
        row = writing.begin_draft(patient=patient.actor, by=by, at=at)
        content = whole(decoded(row.content), pack)
        return writing.save_draft(
            patient=patient.actor, plan=row.id, edition=row.edition, content=content, by=by, at=at,
            **more,
        )  # fmt: skip


def proposed(them: Cast, patient: Viewer, **more: Any) -> Plan:
    row = draft(them, patient, **more)
    at = more.get("at") or them.at
    with them.acting(them.nurse, at=at):
        return approving.propose(
            patient=patient.actor, plan=row.id, edition=row.edition, by=them.nurse, at=at
        )


def approve(
    them: Cast, patient: Viewer, row: Plan, *, by: Viewer | None = None, at: datetime | None = None,
    **more: Any,
) -> Plan:  # fmt: skip
    by, at = by or them.gp, at or them.at
    with them.acting(by, at=at):
        return approving.approve(
            patient=patient.actor, plan=row.id, edition=more.pop("edition", row.edition), by=by,
            at=at, **more,
        )  # fmt: skip


def approved(them: Cast, patient: Viewer, **more: Any) -> Plan:
    """A plan in force, by the GP who answers for the patient."""
    return approve(them, patient, proposed(them, patient, **more), at=more.get("at"))


def withdrawn(them: Cast, row: Plan) -> None:
    """By the GP, at once."""
    with them.acting(them.gp) as by:
        approving.withdraw(patient=row.patient_id, plan=row.id, why="Tåles ikke", by=by, at=them.at)


def seen(them: Cast, plan: UUID, by: Viewer | None = None) -> Plan:
    """The row as it stands now."""
    with them.acting(by):
        return Plan.objects.get(id=plan)
