"""Backend: a pooled connection is looked at before it is used, without a question to the server.

A server that ends a connection says so and closes the socket, in that order and not at once: a
connection with anything to read while it rested is given up, whatever it was. To ask the server
itself («select 1») would be one more message for every page and every report.
"""

from __future__ import annotations

import select
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.types.datetime import TimestamptzLoader


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One that lives; those that do not are given back to the pool, which drops them."""
        made = super().get_new_connection(conn_params)
        while self.pool is not None and not lives(made):
            made.close()
            self.pool.putconn(made)
            made = super().get_new_connection(conn_params)
        made.adapters.register_loader("timestamptz", Moment)
        return made


class Moment(TimestamptzLoader):
    """A time as PostgreSQL writes it, read by Python's own reader: a fiftieth of the driver's work.

    What that cannot read is left to the driver, which reads it or says why not. Django asks which
    `timezone` it gives, and puts its own in place when that is another than it wants.
    """

    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(bytes(data).decode()).astimezone(UTC)
        except ValueError:
            return super().load(data).astimezone(UTC)


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
