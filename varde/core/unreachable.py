"""Unreachable: what must have been tried before a red is closed without having reached the patient.

Pure. Three attempts the same day by two channels, then next of kin, home care, or a welfare check
through 113 (decisions 4.2, unsigned). A yellow takes one attempt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

ATTEMPTS, CHANNELS = 3, 2
CHANNEL_OF = {"phone-no-answer": "phone", "wrote-message": "message", "video-no-answer": "video"}
PASSED_ON = frozenset({"told-next-of-kin", "told-home-care", "sent-to-113"})


@dataclass(frozen=True, slots=True)
class Tried:
    """What has been tried today, this time with it."""

    attempts: int
    channels: int
    passed_on: bool

    def enough(self, *, red: bool) -> bool:
        if not red:
            return self.attempts > 0
        return self.attempts >= ATTEMPTS and self.channels >= CHANNELS and self.passed_on


def tried(acts: Sequence[Collection[str]]) -> Tried:
    """`acts` are those of each time somebody tried today; each channel of a time is an attempt."""
    by_channel = [CHANNEL_OF[act] for each in acts for act in each if act in CHANNEL_OF]
    passed_on = any(act in PASSED_ON for each in acts for act in each)
    return Tried(len(by_channel), len(set(by_channel)), passed_on)
