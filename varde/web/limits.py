"""Rate limits: how often one may knock in a minute; kept in the database, as digests."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import connection

_COUNT = """
insert into people_attempt (key, minute, count) values (%s, date_trunc('minute', %s), 1)
on conflict (key, minute) do update set count = people_attempt.count + 1
returning count
"""


def too_many(what: str, *, at: datetime, most: int) -> bool:
    """Counts this attempt; whether there have been more than `most` in this minute."""
    key = hashlib.sha256(f"{settings.SECRET_KEY}:{what}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, at])
        return bool(cursor.fetchone()[0] > most)
