"""Backend: a pooled connection is looked at before it is used, without a question to the server.

A server that has gone has closed the socket: an idle connection has then something to read. To
ask the server itself («select 1») would be one more message for every page and every report.
"""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base

MOST = 8  # messages that may have come while it rested; one with more is given up


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One that lives; those that do not are given back to the pool, which drops them."""
        made = super().get_new_connection(conn_params)
        while self.pool is not None and not lives(made):
            made.close()
            self.pool.putconn(made)
            made = super().get_new_connection(conn_params)
        return made


def lives(connection: psycopg.Connection[Any]) -> bool:
    """Whether an idle connection still has its server, as far as this machine knows."""
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
    try:
        for _ in range(MOST):
            if not poll.poll(0):
                return bool(connection.pgconn.status == psycopg.pq.ConnStatus.OK)
            connection.pgconn.consume_input()  # a notice is read; an end is an error
    except psycopg.OperationalError:
        pass
    return False
