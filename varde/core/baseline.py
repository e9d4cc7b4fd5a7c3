"""Baseline: the limits that would follow from what the trial's own days show (`usual`), and those
that a rule about what is usual comes to.

Pure. A suggestion is shown with its arithmetic to whoever drafts limits; it is never applied by
itself. How wide it is, and how many days it needs, no clinician has signed.
"""

from __future__ import annotations

from varde.core.judgement import DropRule
from varde.core.quantities import BY_NAME, Kind
from varde.core.thresholds import Limits
from varde.core.usual import LEAST_DAYS, Baseline, step

YELLOW_SPREADS, RED_SPREADS = 2.0, 4.0  # from the median


def suggested(found: Baseline, standard: Limits, drop: DropRule | None = None) -> Limits | None:
    """Limits for one patient; None when too few days were measured.

    Only the sides that the standard set has. With a rule about what is usual, the lower bounds lie
    where that rule would tell, or further out when the patient's own values spread more. Without
    one, a bound is moved out from the standard set by values that spread beyond it, never in: a
    steady patient is not to be called for what is no sign of anything.
    """
    if found.days < LEAST_DAYS:
        return None
    kind, near, far = BY_NAME[found.kind], *_margins(found, drop)
    low, high = (found.median - far, found.median - near), (found.median + near, found.median + far)
    alert_low, warning_low = (
        _out(bound, own, min, kind, follows=drop is not None)
        for bound, own in zip((standard.alert_low, standard.warning_low), low, strict=True)
    )
    warning_high, alert_high = (
        _out(bound, own, max, kind, follows=False)
        for bound, own in zip((standard.warning_high, standard.alert_high), high, strict=True)
    )
    return Limits(alert_low, warning_low, warning_high, alert_high)


def _margins(found: Baseline, drop: DropRule | None) -> tuple[float, float]:
    near, far = YELLOW_SPREADS * found.spread, RED_SPREADS * found.spread
    if drop is None:
        return near, far
    least = step(BY_NAME[found.kind])  # the rule tells at a drop; a bound when it is passed
    return max(near, drop.yellow - least), max(far, drop.red - least)


def _out(
    bound: float | None, own: float, further: object, kind: Kind, *, follows: bool
) -> float | None:
    if bound is None:
        return None
    lowest, highest = kind.possible
    own = kind.rounded(min(max(own, lowest), highest))
    return own if follows else further(bound, own)  # type: ignore[operator]


def in_one(kind: Kind, limits: Limits, drop: DropRule, usual: float) -> Limits:
    """The limits that give a value of the kind the zone that these limits and the rule below what
    is `usual` give it together: one row of numbers, with nothing left to reckon."""

    def lowest(bound: float | None, fall: float) -> float:
        """The least value that is neither under the bound nor so far below the usual."""
        step = 10**-kind.decimals
        least = kind.rounded(usual - fall + 2 * step)
        while kind.rounded(usual - (below := kind.rounded(least - step))) < fall:
            least = below
        return least if bound is None else max(least, bound)

    low, warning = lowest(limits.alert_low, drop.red), lowest(limits.warning_low, drop.yellow)
    return Limits(low, max(low, warning), limits.warning_high, limits.alert_high)
