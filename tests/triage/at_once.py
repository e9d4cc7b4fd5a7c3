"""Two at once: threads with connections of their own, let go together or one inside the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any, TypeVar

import psycopg
from django.db import connections

from tests import database

T = TypeVar("T")


def alone(act: Callable[[], T]) -> T | Exception:
    """What `act` gives or raises, on connections of its own."""
    try:
        return act()
    except Exception as error:
        return error
    finally:
        connections.close_all()


def together(*acts: Callable[[], T]) -> list[T | Exception]:
    """Each act in a thread, all let go at the same moment; what each gave or raised, in order."""
    gate = Barrier(len(acts), timeout=60)

    def run(act: Callable[[], T]) -> T | Exception:
        gate.wait()
        return alone(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def overlapping(
    first: Callable[[Callable[[], None]], Any], second: Callable[[], Any]
) -> tuple[Any, Any]:
    """`first` has written and not committed when `second` begins.

    `first` calls its argument when it has written; it goes on once `second` waits for a lock, or
    is done. What each gave or raised.
    """
    written, go_on = Event(), Event()

    def pause() -> None:
        written.set()
        go_on.wait(60)

    def run_first() -> Any:
        try:
            return alone(lambda: first(pause))
        finally:
            written.set()

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(run_first)
        written.wait(60)
        other = pool.submit(alone, second)
        _until_it_waits(other)
        go_on.set()
        return one.result(), other.result()


def _until_it_waits(act: Future[Any]) -> None:
    asked = (
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )
    with psycopg.connect(database.server().dsn("postgres", database.NAME), autocommit=True) as c:
        while not act.done() and not c.execute(asked).fetchone()[0]:  # type: ignore[index]
            pass
