"""The gauge: where on the line the value lies, between the bounds that were in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from varde.core.quantities import BY_NAME
from varde.core.verdict import Reason
from varde.web.texts.numbers import bound

WIDTH, LEFT = 240.0, 10.0
APART = 32.0  # between the middles of two numbers


class Bounds(Protocol):
    alert_low: float | None
    warning_low: float | None
    warning_high: float | None
    alert_high: float | None


@dataclass(frozen=True)
class Part:
    x: float
    width: float
    colour: str


@dataclass(frozen=True)
class Gauge:
    parts: tuple[Part, ...]
    x: float
    labels: tuple[tuple[float, str], ...]


def gauge(reason: Reason, limits: Bounds | None) -> Gauge | None:
    """Red, yellow and green along one line, drawn only for a value against its own bounds."""
    if limits is None or reason.rule not in ("below", "above") or reason.value is None:
        return None
    value = float(reason.value)
    low = [limits.alert_low, limits.warning_low]
    high = [limits.warning_high, limits.alert_high]
    known = [b for b in (*low, *high) if b is not None]
    passed = reason.bound
    span = max(max(known) - min(known), 4.0)
    start, end = min([*known, value]) - span * 0.4, max([*known, value]) + span * 0.4
    possible = BY_NAME[reason.subject].possible
    start, end = max(start, possible[0]), min(end, possible[1])

    def place(at: float) -> float:
        return round(LEFT + WIDTH * (at - start) / (end - start), 1)

    return Gauge(
        parts=tuple(_parts(limits, start, end, place)),
        x=place(value),
        labels=_apart([(place(b), bound(b)) for b in sorted(known, key=lambda b: b != passed)]),
    )


def _apart(labels: list[tuple[float, str]]) -> tuple[tuple[float, str], ...]:
    """Those there is room for; the first are the most important."""
    kept: list[tuple[float, str]] = []
    for x, text in labels:
        if all(abs(x - other) >= APART for other, _text in kept):
            kept.append((x, text))
    return tuple(sorted(kept))


def _parts(limits: Bounds, start: float, end: float, place: Any) -> list[Part]:
    """From low to high; a side without bounds is green to its end."""
    low, high = limits.warning_low, limits.warning_high
    until: list[tuple[str, float | None]] = [
        ("rod", limits.alert_low),
        ("gul", low),
        ("gronn", next((b for b in (high, limits.alert_high) if b is not None), end)),
        (
            "gul",
            (end if limits.alert_high is None else limits.alert_high) if high is not None else None,
        ),
        ("rod", None if limits.alert_high is None else end),
    ]
    parts, at = [], start
    for colour, to in until:
        if to is not None and to > at:
            parts.append(Part(place(at), round(place(to) - place(at), 1), colour))
            at = to
    return parts
