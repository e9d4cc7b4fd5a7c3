"""Limits in a context: after activity, or with oxygen, a doctor may set other limits than at rest.

Pure. They hold instead of the patient's ordinary limits, and of what is held against the usual, for
a reading that is said to be taken so; a critical value is critical all the same. A reading that
nobody has said anything of is judged as at rest. Only by a doctor's order for one patient.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from varde.core.reading import ON_OXYGEN, Reading
from varde.core.rule import Rule
from varde.core.thresholds import Limits, UnorderedLimits

When = Literal["activity", "oxygen"]


class InContext(Rule, frozen=True, tag="context", kw_only=True):
    """The limits of one kind in one context."""

    kind: str
    when: When
    alert_low: float | None = None
    warning_low: float | None = None
    warning_high: float | None = None
    alert_high: float | None = None

    @property
    def limits(self) -> Limits:
        return Limits(self.alert_low, self.warning_low, self.warning_high, self.alert_high)

    def wrong(self) -> Iterable[str]:
        if not self.by_order:
            yield "other limits than a patient's own are for whom a doctor orders them: by_order"
        if self.when == "oxygen" and self.kind not in ON_OXYGEN:
            yield f"{self.kind} is not read together with oxygen"
        try:
            if self.limits.empty:
                yield "has no bound"
        except UnorderedLimits as error:
            yield str(error)

    def holds(self, reading: Reading) -> bool:
        """Whether the reading is taken in this context."""
        return reading.active if self.when == "activity" else bool(reading.flow)
