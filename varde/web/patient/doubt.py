"""Doubt: which typed numbers are questioned kindly before they are sent, and how."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from varde.core.programme import Programme
from varde.core.quantities import BY_NAME, DIASTOLIC, SYSTOLIC, RefusedValue, meant

JUMPS = {"weight": 5.0}  # unsigned default: a change from last time that is asked about, in unit


@dataclass(frozen=True)
class Doubt:
    """One number to ask about: «Vi fikk 45 % – stemmer det?»"""

    kind: str
    value: float
    why: str  # impossible, swapped, unlikely, critical, jump, unit
    instead: float | None = None  # what may have been meant
    unit: str = ""  # what was written behind it, when it was not the field's own

    @property
    def may_stand(self) -> bool:
        return self.why not in ("impossible", "swapped")

    @property
    def key(self) -> str:
        return f"{self.kind}={self.value:g}"


_TYPED = re.compile(r"\s*(\d{1,6}(?:[.,]\d{1,3})?)\s*([^\d]{0,8})")
# What may stand behind a number without a question.
UNITS = {
    "spo2": {"%"},
    "weight": {"kg", "kilo"},
    "temperature": {"°c", "c", "grader", "°"},
    "systolic": {"mmhg", "mm hg"},
    "diastolic": {"mmhg", "mm hg"},
    "oxygen-flow": {"l", "l/min", "liter", "liter/min"},
    "pulse": {"slag", "slag/min", "/min", "bpm"},
}
OTHERS = {"g": "g", "gram": "g", "lb": "[lb_av]", "lbs": "[lb_av]", "pund": "[lb_av]",
          "m": "m", "f": "[degF]", "°f": "[degF]", "kpa": "kPa", "mg/dl": "mg/dL"}  # fmt: skip


def read_number(text: str) -> float | None:
    """«86», «82,4», «82.4», «86 %» → a number; None when it is none."""
    found = _TYPED.fullmatch(text)
    return float(found[1].replace(",", ".")) if found else None


def other_unit(text: str, kind: str) -> str:
    """The unit that was written behind the number, when it is not the field's own."""
    found = _TYPED.fullmatch(text)
    unit = found[2].strip().lower() if found else ""
    return "" if unit in UNITS.get(kind, {unit}) else unit


def doubts(
    values: Mapping[str, float],
    *,
    before: Mapping[str, float],
    programmes: Sequence[Programme],
    confirmed: Collection[str],
    units: Mapping[str, str] | None = None,
) -> list[Doubt]:
    """The numbers to ask about; one the patient has said yes to is not asked again.

    `units` are those that were written and are not the field's own: `other_unit`.
    """
    found = [
        _of_unit(kind, value, (units or {}).get(kind, ""))
        or _doubt(kind, value, before.get(kind), programmes)
        for kind, value in values.items()
    ]
    asked = [doubt for doubt in found if doubt is not None]
    upper, lower = values.get(SYSTOLIC.name), values.get(DIASTOLIC.name)
    impossible = any(doubt.why == "impossible" for doubt in asked)
    if not impossible and upper is not None and lower is not None and lower >= upper:
        asked = [Doubt(DIASTOLIC.name, lower, "swapped")]
    left = [d for d in asked if not (d.may_stand and d.key in confirmed)]
    return [replace(d, unit=(units or {}).get(d.kind, "")) for d in left]


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
        return Doubt(name, value, "jump", _pounds(name, value, before))
    return None


def _pounds(name: str, value: float, before: float | None) -> float | None:
    """A weight far from the last one that would be near it in pounds: the scale may show those."""
    kind = BY_NAME[name]
    if name != "weight" or before is None:
        return None
    kilograms = kind.rounded(kind.taken(value, "[lb_av]"))
    return kilograms if abs(kilograms - before) <= JUMPS[name] else None


def _of_unit(name: str, value: float, unit: str) -> Doubt | None:
    """A number with another unit behind it is asked about, never converted silently.

    One that is impossible in the field's own unit is asked about as that.
    """
    kind = BY_NAME[name]
    if not unit or not kind.possible[0] <= value <= kind.possible[1]:
        return None
    try:
        instead = kind.rounded(kind.taken(value, OTHERS.get(unit, "")))
    except RefusedValue:
        return Doubt(name, value, "unit")
    return Doubt(name, value, "unit", instead)
