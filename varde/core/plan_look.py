"""Whether a plan needs a look: what the patient is judged by is not what it was approved with.

Pure. A plan keeps the limits, what was usual and the ordered rules it was approved with; that
today's are others is derived, and never stored. Source: decisions 2.2, 7.2.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from varde.core.ordering import differing, rules_differing
from varde.core.thresholds import Limits

Kept = Mapping[str, Sequence[float | None]]


@dataclass(frozen=True)
class Look:
    """What differs: the limits of each kind (None: not judged by any now), what is usual, rules,
    and programmes (True: the plan has no section for it; False: it has one, and it is ended)."""

    limits: dict[str, Limits | None]
    usual: dict[str, float | None]
    rules: dict[str, bool]
    programmes: dict[str, bool]

    @property
    def needed(self) -> bool:
        return bool(self.limits or self.usual or self.rules or self.programmes)


def kept_limits(kept: Kept | None) -> dict[str, Limits]:
    return {kind: Limits(*bounds) for kind, bounds in (kept or {}).items()}


def look(
    kept: Kept | None,
    now: Mapping[str, Limits],
    usual_then: Mapping[str, float],
    usual_now: Mapping[str, float],
    rules_then: Collection[str],
    rules_now: Collection[str],
    sections: Collection[str] = (),
    programmes: Collection[str] = (),
) -> Look:
    then = kept_limits(kept)
    limits: dict[str, Limits | None] = dict(differing(then, now))
    limits |= {kind: None for kind in then if kind not in now}
    usual = {
        kind: usual_now.get(kind)
        for kind in (*usual_then, *usual_now)
        if usual_then.get(kind) != usual_now.get(kind)
    }
    held = rules_differing(sections, programmes)
    return Look(limits, usual, rules_differing(rules_then, rules_now), held)
