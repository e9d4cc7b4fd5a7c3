"""Overview: who of a unit's patients has a plan, who waits for what, and who has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from varde.core.plan import Stage
from varde.measuring.queries import followed_now
from varde.plan.looking import looking_at
from varde.plan.models import Plan
from varde.plan.queries import standings, untrained


@dataclass(frozen=True)
class PlanOf:
    """One patient: the plan in force and the one on its way, if any."""

    patient: UUID
    held: Plan | None
    on_its_way: Plan | None
    look: bool
    trained: bool

    @property
    def groups(self) -> frozenset[str]:
        """without, draft, proposed, look, untrained, held: as the page divides them."""
        found = {"held" if self.held else "without"}
        if self.on_its_way is not None:
            found.add(self.on_its_way.stage)
        if self.look:
            found.add("look")
        if self.held is not None and not self.trained:
            found.add("untrained")
        return frozenset(found)


GROUPS = ("without", "draft", "proposed", "look", "untrained", "held")


def plans_of(unit: UUID, *, at: datetime) -> list[PlanOf]:
    """Of everyone whom the unit follows now."""
    patients = followed_now(unit, at=at)
    found = standings(patients)
    held = {who: plans[Stage.APPROVED] for who, plans in found.items() if Stage.APPROVED in plans}
    untaught = untrained([row.id for row in held.values()])
    looked = looking_at(unit, at=at)
    return [
        PlanOf(
            who,
            held.get(who),
            next(
                (row for stage, row in found.get(who, {}).items() if stage != Stage.APPROVED), None
            ),
            who in looked,
            who in held and held[who].id not in untaught,
        )
        for who in patients
    ]


def how_many_have(patients: Sequence[UUID]) -> int:
    """How many of them have a plan in force."""
    rows = Plan.objects.filter(patient_id__in=list(patients), stage=Stage.APPROVED)
    return rows.count()
