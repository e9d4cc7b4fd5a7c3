"""A chart as plain geometry: bands, line, marks and axis of one series over time.

Everything is in user units of the picture; a template draws it. Points are (time, value, zone);
bands are (start, end, low, high, zone) with None for «no end» up or down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

LINE = 12.0  # how tall a written number is, in user units
GAP_DAYS = 9  # a line is broken where nothing was measured for longer


@dataclass(frozen=True)
class Point:
    at: datetime
    value: float
    zone: int


@dataclass(frozen=True)
class Band:
    start: datetime
    end: datetime
    low: float | None
    high: float | None
    colour: str  # gul or rod


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True)
class Edge:
    x1: float
    x2: float
    y: float
    colour: str


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    zone: int


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass
class Chart:
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    rects: list[Rect] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    y_ticks: list[Tick] = field(default_factory=list)
    x_ticks: list[Tick] = field(default_factory=list)
    moments: list[Tick] = field(default_factory=list)  # numbered, told of beside the chart

    @property
    def plot_width(self) -> float:
        return self.right - self.left

    @property
    def plot_height(self) -> float:
        return self.bottom - self.top

    @property
    def y_tick_x(self) -> float:
        return self.left - 6

    @property
    def x_tick_y(self) -> float:
        return self.bottom + 18


def chart(
    points: Sequence[Point],
    bands: Sequence[Band],
    *,
    start: datetime,
    end: datetime,
    width: float,
    height: float,
    decimals: int,
    left: float = 44,
    right: float = 12,
    top: float = 10,
    bottom: float = 26,
    dates: bool = True,
    moments: Sequence[datetime] = (),
) -> Chart:
    """One series with its bands, scaled to what was measured and the nearest bounds; `moments` are
    numbered in the order they are given, those outside left out."""
    made = Chart(width, height, left, width - right, top, height - bottom)
    low, high = _range(points, bands, decimals)

    def x(at: datetime) -> float:
        share = (at - start) / (end - start)
        return round(made.left + (made.right - made.left) * min(1.0, max(0.0, share)), 1)

    def y(value: float) -> float:
        share = (min(high, max(low, value)) - low) / (high - low)
        return round(made.bottom - (made.bottom - made.top) * share, 1)

    _draw_bands(made, bands, x, y, low, high)
    ordered = sorted(points, key=lambda p: p.at)
    made.lines = [" ".join(f"{x(p.at)},{y(p.value)}" for p in part) for part in _unbroken(ordered)]
    made.marks = [Mark(x(p.at), y(p.value), p.zone) for p in ordered]
    made.y_ticks = [
        Tick(y(v), _text(v, decimals))
        for v in _y_values(points, bands, low, high, made.plot_height)
    ]
    made.moments = [Tick(x(at), str(n)) for n, at in enumerate(moments, 1) if start <= at <= end]
    if dates:
        made.x_ticks = [Tick(x(at), f"{at.day}.{at.month}.") for at in _dates(start, end)]
    return made


def _range(points: Sequence[Point], bands: Sequence[Band], decimals: int) -> tuple[float, float]:
    values = [point.value for point in points] or [0.0]
    low, high = min(values), max(values)
    span = max(high - low, 10.0 if decimals == 0 else 2.0)
    near = [
        bound
        for band in bands
        for bound in (band.low, band.high)
        if bound is not None and low - span * 0.6 <= bound <= high + span * 0.6
    ]
    low, high = min([low, *near]), max([high, *near])
    room = max((high - low) * 0.14, 1.0 if decimals == 0 else 0.3)
    return low - room, high + room


def _draw_bands(made: Chart, bands: Sequence[Band], x, y, low: float, high: float) -> None:  # type: ignore[no-untyped-def]
    for band in bands:
        bottom = low if band.low is None else band.low
        top = high if band.high is None else band.high
        if bottom >= high or top <= low or x(band.end) <= x(band.start):
            continue
        left, right = x(band.start), x(band.end)
        rect = Rect(left, y(top), round(right - left, 1), round(y(bottom) - y(top), 1), band.colour)
        made.rects.append(rect)
        inner = band.high if band.low is None or _is_low(band, bands) else band.low
        if inner is not None and low < inner < high:
            made.edges.append(Edge(left, right, y(inner), band.colour))


def _is_low(band: Band, bands: Sequence[Band]) -> bool:
    """Whether the band lies below green: some red band ends where it begins."""
    return any(other.low is None and other.high == band.low for other in bands)


def _unbroken(points: Sequence[Point]) -> list[list[Point]]:
    parts: list[list[Point]] = []
    for point in points:
        if parts and point.at - parts[-1][-1].at <= timedelta(days=GAP_DAYS):
            parts[-1].append(point)
        else:
            parts.append([point])
    return [part for part in parts if len(part) > 1]


def _y_values(
    points: Sequence[Point], bands: Sequence[Band], low: float, high: float, tall: float
) -> list[float]:
    """The bounds that are seen; where there are none, the lowest and highest measured.

    Of two whose numbers would stand on each other the lower is written.
    """
    bounds = {b for band in bands for b in (band.low, band.high) if b is not None}
    seen = sorted(b for b in bounds if low < b < high)
    values = [p.value for p in points]
    chosen = seen or sorted({min(values), max(values)} if values else set())
    apart = (high - low) * LINE / tall
    kept: list[float] = []
    for value in chosen:
        if not kept or value - kept[-1] >= apart:
            kept.append(value)
    return kept


def _text(value: float, decimals: int) -> str:
    """As people round, half up: the axis says what the value says elsewhere."""
    places = 0 if value == int(value) else max(decimals, 1)
    step = Decimal(1).scaleb(-places)
    return str(Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)).replace(".", ",")


def _dates(start: datetime, end: datetime) -> list[datetime]:
    days = max(1, round((end - start) / timedelta(days=1)))
    step = next((n for n in (1, 2, 3, 7, 14, 30, 60, 90) if days / n <= 6), 120)
    first = end - timedelta(days=(days // step) * step)
    dates = [first + timedelta(days=n * step) for n in range(days // step + 1)]
    return [at for at in dates if at >= start]
