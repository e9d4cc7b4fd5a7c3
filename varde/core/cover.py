"""Cover outside opening hours: who may take the watch, and whether anybody needs to.

Pure. A programme names the kinds of units that may take its patients' reds and missed reports while
the unit that follows them is closed. A programme that needs somebody round the clock is not begun
where nobody is. Source: decisions 4.9, domain 2 (cover outside hours).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from enum import StrEnum

from varde.core.calendar import OpeningHours
from varde.core.rule import Struct


class CoverKind(StrEnum):
    """The kinds of units that may cover."""

    RESPONSE_CENTRE = "response-centre"
    MUNICIPAL_ACUTE = "municipal-acute"
    WARD = "ward"


class Cover(Struct, frozen=True):
    """`by`: who may take the watch; none: nobody looks before the unit opens again."""

    by: tuple[CoverKind, ...] = ()
    round_the_clock: bool = False  # not begun where nobody would look outside opening hours

    def wrong(self) -> Iterable[str]:
        if len(set(self.by)) < len(self.by):
            yield "cover: a kind of unit is named once"


def always_open(hours: OpeningHours) -> bool:
    """Whether somebody is there every hour of every day, holidays too."""
    days = [*(hours.weekdays.get(day) for day in range(7)), hours.on_holidays]
    return all(day == (time(0), time(0)) for day in days)


def needs_cover(covers: Iterable[Cover], hours: OpeningHours, arranged: str) -> bool:
    """Whether a programme needs cover round the clock that neither the unit nor the one it has
    `arranged` with (a kind of unit; "" for none) gives."""
    needing = [one for one in covers if one.round_the_clock]
    return not always_open(hours) and any(arranged not in one.by for one in needing)
