"""What a report is made of: readings and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from varde.core.zones import Zone


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value, in the kind's own unit."""

    kind: str
    value: float
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; its zone is what the questionnaire's version says of the choice."""

    question: str
    choice: str
    zone: Zone
    points: float | None = None  # what it counts in a score
    urgent: bool = False  # its report never waits for a repetition


Given = tuple[datetime, Sequence[Answer]]
"""Answers, and when they were given."""
