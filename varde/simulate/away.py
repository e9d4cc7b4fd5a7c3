"""Who is away: a few of the demo's patients are on holiday or in hospital, and come home again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.base.tenancy import acting
from varde.core.pause import Pause, Why
from varde.pathway import pausing
from varde.people.viewer import Viewer

SHARE = 0.04  # of the patients, each month
PLACES = ("Lungeavdelingen", "Medisinsk avdeling")


def leaving(number: int, day: date, seed: str) -> Pause | None:
    """The pause that begins on `day`; a holiday's end is known, an admission's is not."""
    rng = Random(f"{seed}:away:{number}:{day:%Y-%m}")
    if rng.random() >= SHARE:
        return None
    why, first = rng.choice((Why.HOLIDAY, Why.ADMITTED)), day.replace(day=rng.randrange(1, 15))
    if first != day:
        return None
    last = first + timedelta(days=rng.randrange(6, 13))
    return Pause(why, first, last if why is Why.HOLIDAY else None)


def comes_home(number: int, day: date, seed: str) -> bool:
    """Whether who was admitted some days ago comes home on `day`."""
    days = Random(f"{seed}:home:{number}").randrange(4, 10)
    begun = leaving(number, day - timedelta(days=days), seed)
    return begun is not None and begun.last is None


def go_and_come(
    people: list[tuple[int, UUID]], day: date, *, seed: str, by: Viewer, zone: ZoneInfo
) -> None:
    """The pauses of one morning, as a nurse enters them; `people` are (number, patient)."""
    at = datetime.combine(day, datetime.min.time(), zone) + timedelta(minutes=2)
    going = [(person, leaving(number, day, seed)) for number, person in people]
    home = [person for number, person in people if comes_home(number, day, seed)]
    if not home and not any(pause for _, pause in going):
        return
    with acting(by.frame(at)):
        for person in home:
            pausing.come_back(patient=person, by=by, at=at)
        for person, pause in going:
            if pause is not None:
                note = PLACES[person.int % 2] if pause.why is Why.ADMITTED else ""
                pausing.begin(patient=person, pause=pause, note=note, by=by, at=at)
