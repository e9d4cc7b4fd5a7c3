"""Backend: a pooled connection is looked at before it is used, without a question to the server.

A server that ends a connection says so and closes the socket, in that order and not at once: a
connection with anything to read while it rested is given up, whatever it was. To ask the server
itself («select 1») would be one more message for every page and every report.
"""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base


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
    """Whether an idle connection still has its server, as far as this machine knows.

    Nobody listens on a pooled connection, so what comes to one at rest is an end or a rare
    notice (a configuration was reloaded): a new connection costs less than to tell them apart.
    """
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
    return not poll.poll(0)
