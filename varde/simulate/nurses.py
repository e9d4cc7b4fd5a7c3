"""Simulated nurses: they go through the list on open days, with the same acts as real ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from varde.base.tenancy import acting
from varde.core.zones import Zone
from varde.pathway.closing import attempt, close
from varde.people.openings import listed
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.queries import Row
from varde.triage.tasks import finish, tasks_of
from varde.triage.worklist import Rank

# What was said, by what was found first; "" for what fits anything.
NOTES: dict[str, dict[str, tuple[str, ...]]] = {
    "worsening": {
        "spo2": (
            "Ringte. Tyngre i pusten, men snakker i hele setninger. Veiledet. Måler i morgen.",
            "Ringte. Mer slim og hoste. Hviler mer og inhalerer som avtalt. Ny samtale i morgen.",
        ),
        "weight": (
            "Ringte. Hovne bein, litt tyngre i pusten når hun ligger. Veier seg i morgen tidlig.",
            "Ringte. Har spist salt mat i helga. Veiledet om væske og salt. Ny veiing i morgen.",
        ),
        "systolic": ("Ringte. Høyt flere dager, uten plager. Måler igjen i ro i morgen.",),
        "": ("Ringte. Dårligere enn vanlig i dag. Veiledet, og måler igjen i morgen.",),
    },
    "measuring-error": {
        "spo2": ("Ringte. Kald finger. Målte på nytt mens vi snakket, da som vanlig.",),
        "weight": ("Ringte. Veide seg med klær og sko. Ny veiing i morgen før frokost.",),
        "": ("Ringte. Hadde ikke sittet i ro. Målte på nytt mens vi snakket, da som vanlig.",),
    },
    "usual": {"": ("Kjent for pasienten etter anstrengelse. Ingen endring.",)},
    "needs-doctor": {"": ("Ringte. Dårligere over flere dager. Sendt videre til legen.",)},
}


def work_through(
    nurse: Viewer, *, rng: Random, at: datetime, last: bool, seen: bool = True
) -> None:
    """One round of the list: the newest of each colour waits for the next one, or for tomorrow.

    Who was seen in the list is written down only when `seen`: of days long gone it is left out.
    """
    with acting(nurse.frame(at)):
        rows = queries.worklist(nurse, which="work", size=500)
        greens = queries.worklist(nurse, which="green", size=1000)
        if seen:
            every = [row.item.patient_id for row in (*rows, *greens)]
            listed(every, by=nurse, at=at)
        listed((row.item.patient_id for row in rows), by=nurse, at=at, what="record")
        left = _newest(rows)
        moment = at
        for row in rows:
            if row.item.id in left:
                _leave(row, nurse, moment)
            elif last or row.item.rank <= Rank.RED_CONTROL or rng.random() < 0.7:
                moment += timedelta(minutes=rng.randrange(2, 7))
                _close(row, nurse, rng, moment, promises=seen)
        shown = [row.seen for row in greens[:-3]]
        handling.acknowledge_greens(seen=shown, by=nurse, at=moment)
        if last:
            _tasks(nurse, rng, moment)


def _tasks(nurse: Viewer, rng: Random, at: datetime) -> None:
    """What followed by itself and was due is done, but for a few that wait, and reds."""
    due = [task for task in tasks_of(nurse) if task.occurrence and task.due_at <= at
           and task.about.get("zone") != Zone.RED]  # fmt: skip
    for task in due[: max(0, len(due) - 2)]:
        if rng.random() < 0.9:
            finish(task=task.id, by=nurse, at=at)


def _newest(rows: list[Row]) -> set[object]:
    """The one of each rank that came last: there was no time for it, or nobody answered."""
    newest = {row.item.rank: row for row in sorted(rows, key=lambda row: row.item.since)}
    return {row.item.id for row in newest.values()}


def _leave(row: Row, nurse: Viewer, at: datetime) -> None:
    """A red is called, and does not answer; others wait until the next opening."""
    if row.item.rank > Rank.RED_CONTROL:
        return
    tried = handling.Closing(
        row.item.id, (), "", ("phone-no-answer",), note="Ringte, tok ikke telefonen."
    )
    _act(attempt, tried, nurse, at)
    handling.give_back(item=row.item.id, by=nurse, at=at)


def _close(row: Row, nurse: Viewer, rng: Random, at: datetime, *, promises: bool) -> None:
    handling.take(item=row.item.id, by=nurse, at=at)
    red = any(reason.zone == Zone.RED for reason in row.reasons)
    judged = any(reason.kind == "report" for reason in row.reasons)
    assessment = _assessment(rng, red) if judged else "no-need"
    acts = ["phone-answered"] if judged or rng.random() < 0.5 else []
    if assessment == "worsening":
        acts.append("guided-by-plan")
    if assessment == "needs-doctor":
        acts.append("sent-to-doctor")
    closing = handling.Closing(
        item=row.item.id,
        reasons=tuple(reason.id for reason in row.reasons),
        assessment=assessment,
        acts=tuple(acts),
        next_steps=_next_steps(assessment, red, rng, promises=promises),
        note=_note(row, assessment, rng) if judged else "Sett på. Ingen oppfølging nå.",
    )
    _act(close, closing, nurse, at + timedelta(minutes=1))


def _act(act: object, closing: handling.Closing, nurse: Viewer, at: datetime) -> None:
    act(closing=closing, by=nurse, at=at)  # type: ignore[operator]


def _next_steps(assessment: str, red: bool, rng: Random, *, promises: bool) -> tuple[str, ...]:
    """Old promises to call again would all stand on the list at once: only late ones are made."""
    steps = ["daily-until-green"] if red else []
    if promises and assessment == "worsening" and rng.random() < 0.15:
        steps.append("call-again")
    return tuple(steps)


def _note(row: Row, assessment: str, rng: Random) -> str:
    said = NOTES[assessment]
    found = (one.subject for one in row.found)
    return rng.choice(next((said[kind] for kind in found if kind in said), said[""]))


def _assessment(rng: Random, red: bool) -> str:
    weights = (0.6, 0.12, 0.08, 0.2) if red else (0.55, 0.1, 0.3, 0.05)
    return rng.choices(("worsening", "measuring-error", "usual", "needs-doctor"), weights)[0]
