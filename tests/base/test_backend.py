"""A pooled connection that has lost its server is never handed out."""

from __future__ import annotations

import select

from django.db import connection
from psycopg import pq

from tests.base.walls import as_role
from tests.people import Cast
from varde.base.backend.base import lives

MINE = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where usename = 'varde_app' and datname = current_database()"
)


def cut_all() -> None:
    """They are gone when this returns: to be told to go is not yet to have gone."""
    with as_role("postgres") as c:
        c.execute(MINE)
        while c.execute(MINE).fetchall():
            c.execute("select pg_stat_clear_snapshot()")


def test_a_connection_that_was_cut_while_it_rested_is_replaced(them: Cast) -> None:
    with them.acting():
        pass
    connection.close()  # it rests in the pool
    cut_all()
    patient = them.patient()  # no error reaches anybody
    assert patient.person


def test_one_that_rests_lives_and_one_that_was_cut_does_not(them: Cast) -> None:
    connection.ensure_connection()
    held = connection.connection
    assert held is not None
    assert lives(held)
    cut_all()
    assert not lives(held)
    connection.close()


def test_one_the_server_has_spoken_to_is_given_up_before_its_end_has_come(them: Cast) -> None:
    """The last words of a server come before the socket closes; they must not be read past."""
    connection.ensure_connection()
    held = connection.connection
    assert held is not None
    held.execute("listen varde_test")
    with as_role("postgres") as c:
        c.execute("notify varde_test")
        c.commit()
    assert select.select([held], [], [], 10)[0], "the notice never came"
    assert held.pgconn.status == pq.ConnStatus.OK
    assert not lives(held)
    held.execute("unlisten varde_test")
    connection.close()


def test_one_that_is_closed_does_not_live(them: Cast) -> None:
    connection.ensure_connection()
    held = connection.connection
    assert held is not None
    held.close()
    assert not lives(held)
    connection.close()
