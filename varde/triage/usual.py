"""What was usual for a patient when something was taken (decisions 3.3): what is learnt or mapped
holds for all that is not judged by a doctor's word, and a doctor's word from when it was said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from varde.base.periods import LEAST
from varde.core.quantities import BY_CODE
from varde.measuring.habitual import BY_DOCTOR, FIRST_THREE


class Usual:
    """Of one patient, by kind; while a batch is judged more may become known (`now`)."""

    def __init__(self, rows: Iterable[list[Any]] = ()) -> None:
        """`rows` are (kind, value, basis, since, until), the times as the database writes them."""
        self._rows = [(BY_CODE[row[0]].name, *row[1:]) for row in rows]
        held = [row for row in self._rows if row[4] is None]
        self.now: dict[str, float] = {row[0]: row[1] for row in held}
        self.learnt = frozenset(row[0] for row in held if row[2] == FIRST_THREE)
        self._dated: list[tuple[str, float, datetime | None, datetime | None]] = []
        if any(row[2] == BY_DOCTOR for row in self._rows):
            self._date(learnt=False)

    def as_it_was(self) -> None:
        """What was learnt is not used of what was taken before it was known."""
        self._date(learnt=True)

    def _date(self, *, learnt: bool) -> None:
        self._dated = [
            (kind, value, _begins(basis, since, learnt=learnt), _time(until) if until else None)
            for kind, value, basis, since, until in self._rows
        ]

    def at(self, taken_at: datetime) -> dict[str, float]:
        if not self._dated:
            return self.now
        dated = {one[0] for one in self._dated}
        return {kind: value for kind, value in self.now.items() if kind not in dated} | {
            kind: value
            for kind, value, start, end in self._dated
            if (start is None or start <= taken_at) and (end is None or taken_at < end)
        }

    def key(self, held: dict[str, float]) -> tuple[tuple[str, float], ...]:
        """What tells two times apart; all are alike where nothing has a date."""
        return tuple(held.items()) if self._dated else ()


def _begins(basis: str, since: str, *, learnt: bool) -> datetime | None:
    if basis == BY_DOCTOR:
        return _time(since)
    return _time(since) + LEAST if learnt and basis == FIRST_THREE else None


def _time(text: str) -> datetime:
    return msgspec.convert(text, datetime)
