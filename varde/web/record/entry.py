"""One thing that has happened, as the timeline tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    at: datetime
    kind: str
    icon: str
    title: str
    text: str
    shown: str = ""
    zone: str = ""
    unread: bool = False
    quiet: bool = False  # a green that was acknowledged: many in a row are told as one
