"""The meeting's pages, asked for by those who take part."""

from __future__ import annotations

from typing import Any

from tests.hospital import Hospital
from tests.pathway.met import FRIDAY, convened, put
from tests.people import Cast
from varde.pathway.models import Case
from varde.people.viewer import Viewer

HOMES = {"nurse": "nurse", "gp": "doctor", "specialist": "doctor", "coordinator": "coordinator"}


def yellow(them: Cast) -> Viewer:
    """A patient to talk of."""
    one = them.patient(given="Solveig", family="Tindheim")
    them.report(one, spo2=89)
    return one


def get(them: Cast, by: Viewer, tail: str, *, at: Any = FRIDAY) -> Any:
    with them.clock(at):
        return them.browser(by).get(f"/{HOMES[by.role]}/{tail}")


def post(them: Cast, by: Viewer, tail: str, *, at: Any = FRIDAY, **typed: Any) -> Any:
    with them.clock(at):
        said = {k: v if isinstance(v, list) else str(v) for k, v in typed.items()}
        return them.browser(by).post(f"/{HOMES[by.role]}/{tail}", said, follow=True)


def begun(them: Cast, there: Hospital, patient: Viewer) -> Case:
    row = convened(them, there.coordinator)
    case = put(them, row, patient)
    post(them, there.coordinator, f"meeting/{row.id}", do="start")
    post(them, there.coordinator, f"meeting/{row.id}", do="attend",
         person=[there.specialist.person])  # fmt: skip
    return case
