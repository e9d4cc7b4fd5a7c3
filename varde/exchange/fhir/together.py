"""Together: what one sender posts while its last is being kept is kept in one go.

A gateway with eight connections would else be eight transactions at once, each with a begin, a
look-up, a list, an audit and a commit of its own. Nobody waits for company: who comes when nothing
is being kept is kept at once, and what comes meanwhile is next. An answer is given when the whole
transaction is committed, so it means as much as alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Take = Callable[[Sequence[T]], Sequence[R]]


@dataclass(slots=True, eq=False)
class _Place(Generic[T, R]):
    asked: T
    told: R | None = None
    alone: bool = False  # those it stood with failed together: each is tried by itself


class Line(Generic[T, R]):
    """One sender's line into one process. `take` answers for several, or keeps none and raises."""

    def __init__(self) -> None:
        self._waiting: deque[_Place[T, R]] = deque()
        self._working = Lock()

    def through(self, asked: T, take: Take[T, R]) -> R:
        """What `take` says of this one, with whatever waited beside it.

        When they fail together each is tried alone, so that one cannot sink the others.
        """
        place: _Place[T, R] = _Place(asked)
        self._waiting.append(place)
        with self._working:
            if place.told is None and not place.alone:
                self._work(take)
        return take([asked])[0] if place.told is None else place.told

    def _work(self, take: Take[T, R]) -> None:
        places = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            told = take([place.asked for place in places])
        except Exception:
            if len(places) == 1:
                raise
            for place in places:
                place.alone = True
            return
        for place, one in zip(places, told, strict=True):
            place.told = one
