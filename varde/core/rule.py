"""What every rule of a programme file's list `rules` has: an id, a name, and who asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Texts = dict[str, str]  # language (nb, nn, en, se) → text
Side = Literal["low", "high"]
Alert = Literal["yellow", "red"]


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of every part of a programme file: an unknown word in the file is an error."""


class Rule(Struct, frozen=True, tag_field="rule", kw_only=True):
    """One rule. `by_order`: it holds only for patients for whom a doctor has ordered it.

    No clinician has signed the numbers of any that comes with Varde.
    """

    id: str
    name: Texts
    by_order: bool = False

    def wrong(self) -> Iterable[str]:
        """What is wrong with its numbers, in words."""
        return ()
