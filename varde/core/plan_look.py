"""Whether a plan needs a look: what the patient is judged by is not what it was approved with.

Pure. A plan keeps the limits, what was usual, the rules beside the limits and the ordered rules it
was approved with; that today's are others is derived, and never stored. Source: decisions 2.2, 7.2.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from varde.core.judgement import ChangeRule, DropRule
from varde.core.ordering import differing, rules_differing
from varde.core.programme import Rules
from varde.core.thresholds import Limits

Kept = Mapping[str, Sequence[float | None]]
Beside = Mapping[str, Sequence[float]]  # rules beside the limits: «drop:spo2», «change:weight»


@dataclass(frozen=True)
class Look:
    """What differs: the limits of each kind (None: not judged by any now), what is usual, rules,
    programmes (True: the plan has no section for it; False: it has one, and it is ended), and the
    kinds whose rules beside the limits are others; `inputs`: what has come since, its kind (the
    patient's words, a talk, a discharge, a meeting) and which is the newest of it."""

    limits: dict[str, Limits | None]
    usual: dict[str, float | None]
    rules: dict[str, bool]
    programmes: dict[str, bool]
    beside: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()

    @property
    def needed(self) -> bool:
        judged = self.limits or self.usual or self.rules or self.beside
        return bool(judged or self.programmes or self.inputs)


def kept_limits(kept: Kept | None) -> dict[str, Limits]:
    return {kind: Limits(*bounds) for kind, bounds in (kept or {}).items()}


def kept_beside(rules: Rules, own: Collection[str]) -> dict[str, list[float]]:
    """The rules beside the limits, as a plan keeps them: how far below what is usual, of kinds
    without limits of the patient's `own`, and how much over days."""
    drops = {f"drop:{kind}": [float(one.yellow), float(one.red)]
             for kind, one in rules.drops.items() if kind not in own}  # fmt: skip
    changes = {
        f"change:{kind}": [
            float(one.days), float(one.yellow_rise), float(one.yellow_fall), float(one.red_rise)
        ]
        for kind, one in rules.changes.items()
    }  # fmt: skip
    return {**drops, **changes}


def drop_in(kept: Beside, kind: str) -> DropRule | None:
    numbers = kept.get(f"drop:{kind}")
    return DropRule(kind, numbers[0], numbers[1]) if numbers else None


def change_in(kept: Beside, kind: str) -> ChangeRule | None:
    numbers = kept.get(f"change:{kind}")
    if not numbers:
        return None
    days, rise, fall, red = numbers
    return ChangeRule(kind, int(days), rise, fall, red)


def look(
    kept: Kept | None,
    now: Mapping[str, Limits],
    usual_then: Mapping[str, float],
    usual_now: Mapping[str, float],
    rules_then: Collection[str],
    rules_now: Collection[str],
    sections: Collection[str] = (),
    programmes: Collection[str] = (),
    beside_then: Beside | None = None,
    beside_now: Beside | None = None,
    inputs: Mapping[str, str] | None = None,
) -> Look:
    """`beside_then`: None where the plan does not know: then nothing is said of it."""
    then = kept_limits(kept)
    limits: dict[str, Limits | None] = dict(differing(then, now))
    limits |= {kind: None for kind in then if kind not in now}
    usual = {
        kind: usual_now.get(kind)
        for kind in (*usual_then, *usual_now)
        if usual_then.get(kind) != usual_now.get(kind)
    }
    held = rules_differing(sections, programmes)
    beside: tuple[str, ...] = ()
    if beside_then is not None and beside_now is not None:
        then_now = (beside_then, beside_now)
        changed = {name for name in {*beside_then, *beside_now}
                   if len({tuple(one.get(name, ())) for one in then_now}) > 1}  # fmt: skip
        beside = tuple(sorted({name.partition(":")[2] for name in changed}))
    return Look(limits, usual, rules_differing(rules_then, rules_now), held, beside,
                tuple(sorted((inputs or {}).items())))  # fmt: skip
