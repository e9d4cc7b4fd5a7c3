"""The clock: the one place that asks what time it is, so that a test or a demo can move it.

`VARDE_CLOCK` (an ISO time with offset) makes a process start at that time and tick on from there;
with a comma and the true time when it was that, processes started one after another agree.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_moved: ContextVar[timedelta | None] = ContextVar("varde_clock_moved", default=None)


def _from_environment() -> timedelta:
    wanted, _comma, since = os.environ.get("VARDE_CLOCK", "").partition(",")
    began = datetime.fromisoformat(since) if since else datetime.now(UTC)
    return datetime.fromisoformat(wanted) - began if wanted else timedelta(0)


def anchored(wanted: str) -> str:
    """`VARDE_CLOCK` for several processes: it is that time now."""
    return f"{wanted},{datetime.now(UTC).isoformat()}" if "," not in wanted else wanted


_start = _from_environment()


def now() -> datetime:
    """This moment, aware, in UTC."""
    moved = _moved.get()
    return datetime.now(UTC) + (_start if moved is None else moved)


@contextmanager
def moved(to: datetime) -> Iterator[None]:
    """Inside the block it is `to`, and time ticks on from there."""
    token = _moved.set(to - datetime.now(UTC))
    try:
        yield
    finally:
        _moved.reset(token)
