"""Zones: what a judgement can say, in order of severity."""

from enum import IntEnum


class Zone(IntEnum):
    """The traffic light. `NOT_JUDGED` is grey: it is never shown as, or counted as, green."""

    NOT_JUDGED = 0
    GREEN = 1
    YELLOW = 2
    RED = 3

    @property
    def slug(self) -> str:
        return {0: "grey", 1: "green", 2: "yellow", 3: "red"}[self.value]


NAMED = {"green": Zone.GREEN, "yellow": Zone.YELLOW, "red": Zone.RED}  # as programme files say
