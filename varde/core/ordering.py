"""Ordering: how new limits come into force, and on whose word (decisions 3.4).

Pure. A draft is somebody's wish and holds for nobody. Limits come into force in one of two ways: a
doctor who is signed in orders and enters them in one, after seeing the dry run; or somebody enters
what a doctor has ordered elsewhere, and another person verifies that it is what was ordered. Until
then the old limits hold, but for an emergency: an order by telephone that cannot wait holds at
once, is flagged, and is verified afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from uuid import UUID

from varde.core.coded import Coded
from varde.core.quantities import BY_NAME
from varde.core.thresholds import Limits


class Stage(StrEnum):
    DRAFT = "draft"
    ASKED = "asked"  # a doctor is asked to order it
    TO_VERIFY = "to-verify"  # entered; another person looks
    EMERGENCY = "emergency"  # on a telephone order: they hold, and another person looks
    IN_FORCE = "in-force"
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """How the doctor ordered."""

    HERE = "here"  # signed in, with the dry run on the screen
    IN_PERSON = "in-person"
    PHONE = "phone"
    DIALOGUE = "dialogue"
    MEETING = "meeting"


ELSEWHERE = tuple(how for how in How if how is not How.HERE)
OPEN = frozenset({Stage.DRAFT, Stage.ASKED, Stage.TO_VERIFY, Stage.EMERGENCY})
ENTERED = frozenset({Stage.TO_VERIFY, Stage.EMERGENCY})  # as they stand, until another has looked


class NotOrdered(Coded, ValueError):
    """The limits may not take this step; `code` says why.

    gone: another has moved it on; same: nothing differs from what holds; empty: a kind is left
    without any bound; rule: no programme of the patient offers it; reason: no reason in words;
    doctor: not one who may order for the patient; time: ordered in the future; old: ordered too
    long ago; own: who entered it may not verify it; others: only who entered it may withdraw it;
    untried: the dry run shown was of other numbers.
    """


def demand_another(entered_by: UUID | None, verifier: UUID) -> None:
    """Two persons, whatever roles they have."""
    if entered_by is None or entered_by == verifier:
        raise NotOrdered("own")


def differing(held: Mapping[str, Limits], draft: Mapping[str, Limits]) -> dict[str, Limits]:
    """What of `draft` is not as it is held now, at the precision that is judged."""
    nothing = Limits()
    return {
        kind: limits
        for kind, limits in draft.items()
        if _shown(kind, limits) != _shown(kind, held.get(kind, nothing))
    }


def rules_differing(held: Collection[str], wished: Collection[str]) -> dict[str, bool]:
    """The rules that would begin (True) or end, by name."""
    every = sorted({*held, *wished})
    return {name: name in wished for name in every if (name in held) is not (name in wished)}


def _shown(kind: str, limits: Limits) -> tuple[float | None, ...]:
    rounded = BY_NAME[kind].rounded
    return tuple(None if bound is None else rounded(bound) for bound in limits.in_order())
