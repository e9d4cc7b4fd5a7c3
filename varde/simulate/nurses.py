"""Simulated nurses: they go through the list on open days, with the same acts as real ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from varde.base.tenancy import acting
from varde.core.access import Role
from varde.core.zones import Zone
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.queries import Row
from varde.triage.worklist import Rank

NOTES = {
    "worsening": (
        "Ringte. Tyngre i pusten, men snakker i hele setninger. Veiledet etter planen. Måler i morgen.",
        "Ringte. Mer slim og hoste. Følger planen, hviler mer. Avtalt ny samtale.",
    ),
    "measuring-error": ("Kald finger. Målte på nytt mens vi snakket, da som vanlig.",),
    "usual": ("Kjent for pasienten etter anstrengelse. Ingen endring.",),
    "needs-doctor": ("Ringte. Dårligere over flere dager. Sendt videre til fastlegen.",),
}


def work_through(
    tenant: UUID,
    service: UUID,
    nurses: Sequence[UUID],
    *,
    rng: Random,
    at: datetime,
    last: bool,
) -> None:
    """One round of the list; the last one of the day leaves nothing."""
    nurse = Viewer(tenant, Role.NURSE, rng.choice(list(nurses)), service, zone="Europe/Oslo")
    with acting(nurse.frame(at)):
        rows = queries.worklist(nurse, ranks=[r for r in Rank if r != Rank.GREEN], size=500)
        moment = at
        for row in rows:
            if last or row.item.rank <= Rank.RED_CONTROL or rng.random() < 0.7:
                moment += timedelta(minutes=rng.randrange(2, 7))
                _close(row, nurse, rng, moment)
        greens = queries.worklist(nurse, ranks=[Rank.GREEN], size=1000)
        handling.acknowledge_greens(seen=[row.seen for row in greens], by=nurse, at=moment)


def _close(row: Row, nurse: Viewer, rng: Random, at: datetime) -> None:
    handling.take(item=row.item.id, by=nurse, at=at)
    red = any(reason.zone == Zone.RED for reason in row.reasons)
    judged = any(reason.kind == "report" for reason in row.reasons)
    assessment = _assessment(rng, red) if judged else "no-need"
    acts = ["phone-answered"] if judged or rng.random() < 0.5 else []
    if assessment == "worsening":
        acts.append("guided-by-plan")
    if assessment == "needs-doctor":
        acts.append("sent-to-doctor")
    note = rng.choice(NOTES[assessment]) if judged else "Sett på. Ingen oppfølging nå."
    closing = handling.Closing(
        item=row.item.id,
        reasons=tuple(reason.id for reason in row.reasons),
        assessment=assessment,
        acts=tuple(acts),
        next_steps=("daily-until-green",) if red else (),
        note=note,
    )
    handling.close(closing=closing, by=nurse, at=at + timedelta(minutes=1))


def _assessment(rng: Random, red: bool) -> str:
    weights = (0.6, 0.12, 0.08, 0.2) if red else (0.55, 0.1, 0.3, 0.05)
    return rng.choices(("worsening", "measuring-error", "usual", "needs-doctor"), weights)[0]
