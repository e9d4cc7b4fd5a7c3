"""Quantities: which kinds of measurement exist, their codes, units, and the ranges that hold.

`code` is what is stored and is never reused. Values inside are always in `unit`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite

Convert = Callable[[float], float]
Range = tuple[float, float]

LB_IN_KG = 0.45359237  # international avoirdupois pound, exact
KPA_IN_MMHG = 7.50061683
MGDL_PER_MMOL_GLUCOSE = 18.016


class RefusedValue(ValueError):
    """A value that cannot be taken; `reason` is stable: unit, number, range."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


_STEPS = tuple(Decimal(1).scaleb(-decimals) for decimals in range(4))  # 1, 0.1, 0.01, 0.001


@lru_cache(maxsize=16_384)  # the same few values come again and again
def _rounded(value: float, decimals: int) -> float:
    return float(Decimal(str(value)).quantize(_STEPS[decimals], ROUND_HALF_UP))


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of measurement; there is one object of each.

    `possible`: outside it a value cannot be true and is refused.
    `plausible`: outside it a value may be true, is stored and judged, and marked «sjekk».
    Both are inclusive, in `unit`, and not signed by a clinician.
    """

    code: int
    name: str
    loinc: tuple[str, ...]
    unit: str
    decimals: int
    possible: Range
    plausible: Range
    conversions: Mapping[str, Convert] = field(default_factory=dict)
    display: str = ""

    def rounded(self, value: float) -> float:
        """The value at the precision it is judged and shown with (half up, as people round)."""
        return _rounded(value, self.decimals)

    def taken(self, value: float, unit: str) -> float:
        """`value` in this kind's own unit; raises `RefusedValue` (unit, number, range)."""
        if not isfinite(value):
            raise RefusedValue("number", "The value is not a finite number")
        plain = plain_unit(unit)
        if self.unit in (unit, plain):
            converted = float(value)
        elif plain in self.conversions:
            converted = self.conversions[plain](float(value))
        else:
            raise RefusedValue("unit", f"Unit {unit!r} cannot be read as {self.unit}")
        if not self.possible[0] <= converted <= self.possible[1]:
            low, high = self.possible
            raise RefusedValue("range", f"Outside what is possible ({low:g}–{high:g} {self.unit})")
        return converted

    def is_plausible(self, value: float) -> bool:
        return self.plausible[0] <= value <= self.plausible[1]


ANNOTATION = re.compile(r"\{[^{}]*\}")
LITRES = {"l": "L", "ml": "mL", "l/min": "L/min", "l/s": "L/s", "mg/dl": "mg/dL",
          "mmol/l": "mmol/L"}  # fmt: skip


def plain_unit(unit: str) -> str:
    """What a UCUM code measures: `{beats}/min` and `1/min` are `/min`, since braces mean nothing.

    Litre may be written l or L. A code that is only an annotation is a plain number: `1`.
    """
    plain = ANNOTATION.sub("", unit) or ("1" if unit else "")
    plain = plain[1:] if plain.startswith("1/") else plain
    return LITRES.get(plain, plain)


def _kind(code: int, name: str, loinc: str, unit: str, decimals: int, **more: object) -> Kind:
    return Kind(code, name, tuple(loinc.split()), unit, decimals, **more)  # type: ignore[arg-type]


def _fahrenheit(value: float) -> float:
    return round((value - 32) * 5 / 9, 4)


_MMHG: dict[str, Convert] = {"kPa": lambda kpa: round(kpa * KPA_IN_MMHG, 2)}

KINDS: tuple[Kind, ...] = (
    _kind(
        1, "spo2", "59408-5 2708-6", "%", 0,
        possible=(30, 100), plausible=(70, 100),
        display="Oxygen saturation in Arterial blood by Pulse oximetry",
    ),
    _kind(
        2, "pulse", "8867-4", "/min", 0,
        possible=(20, 300), plausible=(35, 180),
        display="Heart rate",
    ),
    _kind(
        3, "systolic", "8480-6", "mm[Hg]", 0,
        possible=(40, 300), plausible=(70, 230), conversions=_MMHG,
        display="Systolic blood pressure",
    ),
    _kind(
        4, "diastolic", "8462-4", "mm[Hg]", 0,
        possible=(20, 200), plausible=(35, 140), conversions=_MMHG,
        display="Diastolic blood pressure",
    ),
    _kind(
        5, "weight", "29463-7", "kg", 1,
        possible=(0.3, 400), plausible=(35, 200),
        conversions={
            "g": lambda g: round(g / 1000, 6),
            "[lb_av]": lambda lb: round(lb * LB_IN_KG, 4),
        },
        display="Body weight",
    ),
    _kind(
        6, "temperature", "8310-5", "Cel", 1,
        possible=(25, 45), plausible=(34, 41.5), conversions={"[degF]": _fahrenheit},
        display="Body temperature",
    ),
    _kind(
        7, "respiration", "9279-1", "/min", 0,
        possible=(2, 90), plausible=(6, 45),
        display="Respiratory rate",
    ),
    _kind(
        8, "glucose", "15074-8", "mmol/L", 1,
        possible=(0.5, 60), plausible=(2, 30),
        conversions={"mg/dL": lambda v: round(v / MGDL_PER_MMOL_GLUCOSE, 3)},
        display="Glucose [Moles/volume] in Blood",
    ),
    _kind(
        9, "height", "8302-2", "cm", 0,
        possible=(30, 250), plausible=(130, 215),
        conversions={"m": lambda m: m * 100, "[in_i]": lambda inch: round(inch * 2.54, 3)},
        display="Body height",
    ),
    _kind(
        10, "mean-pressure", "8478-0", "mm[Hg]", 0,
        possible=(20, 250), plausible=(45, 170), conversions=_MMHG,
        display="Mean blood pressure",
    ),
    _kind(
        11, "bmi", "39156-5", "kg/m2", 1,
        possible=(5, 150), plausible=(14, 60), display="Body mass index (BMI) [Ratio]",
    ),
    _kind(
        12, "fev1", "20150-9", "L", 2,
        possible=(0.05, 10), plausible=(0.3, 7), conversions={"mL": lambda ml: round(ml / 1000, 6)},
        display="FEV1",
    ),
    _kind(
        13, "peak-flow", "33452-4 19935-6", "L/min", 0,
        possible=(10, 1200), plausible=(50, 900),
        conversions={"L/s": lambda per_second: round(per_second * 60, 4)},
        display="Maximum expiratory gas flow Respiratory system airway by Peak flow meter",
    ),
    _kind(
        14, "steps", "55423-8", "{steps}", 0,
        possible=(0, 200_000), plausible=(0, 60_000), conversions={"1": lambda v: v},
        display="Number of steps in unspecified time Pedometer",
    ),
    _kind(
        15, "oxygen-flow", "3151-8", "L/min", 1,
        possible=(0, 60), plausible=(0, 15), display="Inhaled oxygen flow rate",
    ),
)  # fmt: skip

BY_CODE: Mapping[int, Kind] = {kind.code: kind for kind in KINDS}
BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
BY_LOINC: Mapping[str, Kind] = {code: kind for kind in KINDS for code in kind.loinc}

BLOOD_PRESSURE_PANEL = "85354-9"
SPO2, PULSE, SYSTOLIC, DIASTOLIC, WEIGHT, TEMPERATURE = KINDS[:6]


def meant(kind: Kind, typed: float) -> float | None:
    """What someone may have meant who typed a number in another unit or without its comma.

    Weight in grams (82400), temperature without comma (375), height in metres (1.72), glucose
    in mg/dl: a value to ask about, never to take silently (decisions 6.6). None when no reading
    of it is plausible.
    """
    tries: dict[str, tuple[Convert, ...]] = {
        "weight": (lambda v: v / 1000, lambda v: v / 100, lambda v: v * LB_IN_KG, lambda v: v / 10),
        "temperature": (lambda v: v / 10, _fahrenheit),
        "height": (lambda v: v * 100,),
        "glucose": (lambda v: v / MGDL_PER_MMOL_GLUCOSE, lambda v: v / 10),
    }
    if kind.is_plausible(typed):
        return None
    read = (kind.rounded(convert(typed)) for convert in tries.get(kind.name, ()))
    return next((value for value in read if kind.is_plausible(value)), None)
