"""Doubt: which typed numbers are questioned kindly before they are sent, and how."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from varde.core.programme import Programme
from varde.core.quantities import BY_NAME, RefusedValue, meant

JUMPS = {"weight": 5.0}  # unsigned default: a change from last time that is asked about, in unit


@dataclass(frozen=True)
class Doubt:
    """One number to ask about: «Vi fikk 45 % – stemmer det?»"""

    kind: str
    value: float
    why: str  # impossible, unlikely, critical, jump
    instead: float | None = None  # what may have been meant

    @property
    def may_stand(self) -> bool:
        return self.why != "impossible"

    @property
    def key(self) -> str:
        return f"{self.kind}={self.value:g}"


def read_number(text: str) -> float | None:
    """«86», «82,4», «82.4», «86 %» → a number; None when it is none."""
    found = re.fullmatch(r"\s*(\d{1,6}(?:[.,]\d{1,3})?)\s*[^\d]{0,8}", text)
    return float(found[1].replace(",", ".")) if found else None


def doubts(
    values: Mapping[str, float],
    *,
    before: Mapping[str, float],
    programmes: Sequence[Programme],
    confirmed: Collection[str],
) -> list[Doubt]:
    """The numbers to ask about; one the patient has said yes to is not asked again."""
    found = [_doubt(kind, value, before.get(kind), programmes) for kind, value in values.items()]
    asked = [doubt for doubt in found if doubt is not None]
    return [d for d in asked if not (d.may_stand and d.key in confirmed)]


def _doubt(
    name: str, value: float, before: float | None, programmes: Sequence[Programme]
) -> Doubt | None:
    kind = BY_NAME[name]
    try:
        kind.taken(value, kind.unit)
    except RefusedValue:
        return Doubt(name, value, "impossible", meant(kind, value))
    if not kind.is_plausible(value):
        return Doubt(name, value, "unlikely", meant(kind, value))
    for programme in programmes:
        critical = programme.critical_rules().get(name)
        if critical is not None and critical.holds(kind.rounded(value)):
            return Doubt(name, value, "critical")
    jumped = before is not None and kind.rounded(abs(value - before)) > JUMPS.get(name, inf)
    if jumped:
        return Doubt(name, value, "jump")
    return None
