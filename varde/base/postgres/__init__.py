"""The embedded PostgreSQL: one server per project folder, started and healed by us.

Knows    where the server lives, which programs run it, as which OS user, what a crash leaves.
Promises start() gives an answering server or one clear sentence; nobody but its user reaches it.
Callers  settings, the command line and the test setup; never a context, never a web request.
Neither Django nor a driver is imported here: the programs of the wheel do all the talking.
"""

from varde.base.postgres.errors import PostgresError
from varde.base.postgres.server import Server

__all__ = ["PostgresError", "Server"]
