"""Rate limits: how often one may knock in a minute; kept in the database, as digests."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings

from varde.people.actions import count_attempt


def too_many(what: str, *, at: datetime, most: int) -> bool:
    """Counts this attempt; whether there have been more than `most` in this minute."""
    key = hashlib.sha256(f"{settings.SECRET_KEY}:{what}".encode()).hexdigest()
    return count_attempt(key, at=at) > most
