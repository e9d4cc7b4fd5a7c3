"""Schema: whether the database is of this version."""

from __future__ import annotations

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader


def missing_migrations() -> int:
    """How many migrations of this version the database has not had; raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute("select app, name from django_migrations")
        applied = {(app, name) for app, name in cursor.fetchall()}
    return len(_known_migrations() - applied)


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)
