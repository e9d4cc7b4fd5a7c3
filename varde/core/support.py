"""Breathing support at home: what oxygen and a ventilator are set to, on a doctor's word.

Pure. A setting holds from a day until another comes in its place; who set it on somebody else's
word says whose, and that doctor confirms it. The ranges are what equipment for the home can be set
to and what is asked about; no clinician has signed them. Source: domain 2 (outreach team).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from varde.core.coded import Coded


class Kind(StrEnum):
    OXYGEN = "oxygen"
    NIV = "niv"  # ventilator by mask, two pressures
    CPAP = "cpap"


@dataclass(frozen=True)
class Setting:
    """One number: what it can be at all, and above which it is asked about. Unsigned."""

    name: str
    unit: str
    low: float
    high: float
    ask_over: float
    decimals: int = 0
    needed: bool = False


SETTINGS: Mapping[Kind, tuple[Setting, ...]] = {
    Kind.OXYGEN: (
        Setting("rest", "l/min", 0.1, 15, 4, 1, needed=True),
        Setting("activity", "l/min", 0.1, 15, 6, 1),
        Setting("night", "l/min", 0.1, 15, 4, 1),
        Setting("hours", "h", 1, 24, 24),
    ),
    Kind.NIV: (
        Setting("ipap", "cmH2O", 4, 40, 30, needed=True),
        Setting("epap", "cmH2O", 2, 25, 12, needed=True),
        Setting("rate", "/min", 0, 40, 25),
        Setting("hours", "h", 1, 24, 24),
        Setting("oxygen", "l/min", 0.1, 15, 4, 1),
    ),
    Kind.CPAP: (
        Setting("pressure", "cmH2O", 4, 25, 16, needed=True),
        Setting("hours", "h", 1, 24, 24),
        Setting("oxygen", "l/min", 0.1, 15, 4, 1),
    ),
}


class NotSet(Coded, ValueError):
    """`code`: kind, lacks (a number that is needed), number (none that can be set), order (the
    pressure in is not above the pressure out), sure (unusual, and not said to be right), doctor
    (ordered by none who may), reason (none in words), time (ordered in the future), gone (another
    has come in its place)."""


def checked(
    kind: str, typed: Mapping[str, float | None], *, sure: bool = False
) -> dict[str, float]:
    """The settings as they are kept. Raises `NotSet`."""
    if kind not in {one.value for one in Kind}:
        raise NotSet("kind")
    found: dict[str, float] = {}
    for one in SETTINGS[Kind(kind)]:
        value = typed.get(one.name)
        if value is None:
            if one.needed:
                raise NotSet("lacks")
            continue
        if not one.low <= value <= one.high:
            raise NotSet("number")
        found[one.name] = round(value, one.decimals)
    if kind == Kind.NIV and found["ipap"] <= found["epap"]:
        raise NotSet("order")
    if not sure and any(True for _one in unusual(kind, found)):
        raise NotSet("sure")
    return found


def unusual(kind: str, settings: Mapping[str, float]) -> Iterator[Setting]:
    """Those of the settings that are asked about."""
    for one in SETTINGS[Kind(kind)]:
        value = settings.get(one.name)
        if value is not None and value > one.ask_over:
            yield one
