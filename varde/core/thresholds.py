"""Thresholds: four bounds between green, yellow and red, and which side a value falls on.

A bound belongs to the milder zone: yellow when value < warning_low or > warning_high, red when
value < alert_low or > alert_high, after rounding to the kind's decimals. A bound of 0 is a bound;
only None is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from varde.core.zones import Zone

SIDES = ("alert_low", "warning_low", "warning_high", "alert_high")


class UnorderedLimits(ValueError):
    """Bounds that do not stand in the order alert_low ≤ warning_low < warning_high ≤ alert_high."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The four bounds of one kind, in the kind's unit. None means no bound on that side."""

    alert_low: float | None = None
    warning_low: float | None = None
    warning_high: float | None = None
    alert_high: float | None = None

    def __post_init__(self) -> None:
        bounds = [b for b in self.in_order() if b is not None]
        ordered = all(isfinite(b) for b in bounds) and bounds == sorted(bounds)
        low, high = self.warning_low, self.warning_high
        if not ordered or (low is not None and high is not None and low >= high):
            raise UnorderedLimits(f"Bounds out of order: {bounds}")

    def in_order(self) -> tuple[float | None, float | None, float | None, float | None]:
        return self.alert_low, self.warning_low, self.warning_high, self.alert_high

    @property
    def green(self) -> tuple[float | None, float | None]:
        """The lowest and the highest value that pass no bound."""
        low = self.alert_low if self.warning_low is None else self.warning_low
        return low, self.alert_high if self.warning_high is None else self.warning_high

    @property
    def empty(self) -> bool:
        return all(bound is None for bound in self.in_order())


@dataclass(frozen=True, slots=True)
class Breach:
    """Which bound was passed, and on which side."""

    zone: Zone
    rule: str  # "below" or "above"
    bound: float


def breach(value: float, limits: Limits) -> Breach | None:
    """The worst bound that `value` (already rounded) has passed, or None when it is green."""
    if limits.alert_low is not None and value < limits.alert_low:
        return Breach(Zone.RED, "below", limits.alert_low)
    if limits.alert_high is not None and value > limits.alert_high:
        return Breach(Zone.RED, "above", limits.alert_high)
    if limits.warning_low is not None and value < limits.warning_low:
        return Breach(Zone.YELLOW, "below", limits.warning_low)
    if limits.warning_high is not None and value > limits.warning_high:
        return Breach(Zone.YELLOW, "above", limits.warning_high)
    return None
