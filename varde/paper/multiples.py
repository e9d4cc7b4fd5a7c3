"""Small multiples: several series, and rows of answers, under each other on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from varde.paper.chart import Band, Chart, Mark, Point, Tick, chart


@dataclass(frozen=True)
class Series:
    name: str
    unit: str
    usual: str
    latest: str
    against: str
    zone: int
    points: Sequence[Point]
    bands: Sequence[Band]
    decimals: int


@dataclass(frozen=True)
class AnswerRow:
    name: str
    latest: str
    points: Sequence[Point]  # value unused


@dataclass(frozen=True)
class Event:
    at: datetime
    text: str


@dataclass(frozen=True)
class Period:
    """Something held from then until then, or still holds."""

    start: datetime
    end: datetime | None
    text: str


@dataclass(frozen=True)
class PeriodRow:
    """A row of what held when: «Oksygen», its periods, and what holds now."""

    name: str
    latest: str
    periods: Sequence[Period]


@dataclass
class DrawnBar:
    x: float
    width: float
    text: str


@dataclass
class DrawnPeriods:
    row: PeriodRow
    y: float
    bars: list[DrawnBar]


@dataclass
class Panel:
    series: Series
    chart: Chart
    y: float


@dataclass
class DrawnRow:
    row: AnswerRow
    y: float
    marks: list[Mark]


@dataclass
class DrawnEvent:
    x: float
    text: str
    y: float
    end: bool


@dataclass
class Multiples:
    width: float
    height: float
    left: float
    right: float
    panels: list[Panel] = field(default_factory=list)
    rows: list[DrawnRow] = field(default_factory=list)
    periods: list[DrawnPeriods] = field(default_factory=list)
    events: list[DrawnEvent] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    axis_y: float = 0.0
    top: float = 0.0

    @property
    def split(self) -> float:
        """Names and numbers of the axes stand left of this, and may stand still."""
        return self.left - 5

    @property
    def rest(self) -> float:
        return self.width - self.split


LEFT, RIGHT, PANEL, GAP, ROW, HEAD = 150.0, 120.0, 68.0, 15.0, 21.0, 30.0


def multiples(
    series: Sequence[Series],
    rows: Sequence[AnswerRow],
    events: Sequence[Event],
    *,
    start: datetime,
    end: datetime,
    width: float = 780,
    periods: Sequence[PeriodRow] = (),
) -> Multiples:
    """The whole picture in user units; panels from the top, then rows, then what held when, then
    the axis."""
    made = Multiples(width, 0, LEFT, width - RIGHT, top=HEAD)
    y = HEAD
    for one in series:
        made.panels.append(_panel(one, y, start, end, width))
        y += PANEL + GAP
    for row in rows:
        marks = [Mark(_x(p.at, start, end, made), y + 6, p.zone) for p in row.points]
        made.rows.append(DrawnRow(row, y + 6, marks))
        y += ROW
    for held in periods:
        made.periods.append(DrawnPeriods(held, y + 6, _bars(held, start, end, made)))
        y += ROW
    made.axis_y = y
    made.height = y + 24
    axis = chart([], [], start=start, end=end, width=width, height=10, decimals=0,
                 left=LEFT, right=RIGHT)  # fmt: skip
    made.ticks = axis.x_ticks
    made.events = _events(events, start, end, made)
    return made


def _panel(one: Series, y: float, start: datetime, end: datetime, width: float) -> Panel:
    drawn = chart(
        one.points,
        one.bands,
        start=start,
        end=end,
        width=width,
        height=y + PANEL,
        decimals=one.decimals,
        left=LEFT,
        right=RIGHT,
        top=y,
        bottom=0,
        dates=False,
    )
    return Panel(one, drawn, y)


def _x(at: datetime, start: datetime, end: datetime, made: Multiples) -> float:
    share = min(1.0, max(0.0, (at - start) / (end - start)))
    return round(made.left + (made.right - made.left) * share, 1)


LEAST_WIDTH, A_LETTER = 2.0, 6.4  # of a bar, and about what a letter in it takes


def _bars(row: PeriodRow, start: datetime, end: datetime, made: Multiples) -> list[DrawnBar]:
    """Those that held within the picture; a text that does not fit in its bar is left out."""
    bars = []
    for one in row.periods:
        until = one.end or end
        if until <= start or one.start >= end:
            continue
        x = _x(max(one.start, start), start, end, made)
        width = max(LEAST_WIDTH, round(_x(min(until, end), start, end, made) - x, 1))
        fits = len(one.text) * A_LETTER + 8 <= width
        bars.append(DrawnBar(x, width, one.text if fits else ""))
    return bars


def _events(
    events: Sequence[Event], start: datetime, end: datetime, made: Multiples
) -> list[DrawnEvent]:
    """Two lines of text at the top; those that would stand on each other are lifted or left."""
    drawn: list[DrawnEvent] = []
    for event in sorted(events, key=lambda e: e.at):
        if not start <= event.at <= end:
            continue
        x = _x(event.at, start, end, made)
        near = [d for d in drawn if abs(d.x - x) < 84]
        lines = {d.y for d in near}
        free = next((y for y in (22.0, 10.0) if y not in lines), None)
        drawn.append(DrawnEvent(x, event.text if free else "", free or 22.0, x > made.right - 60))
    return drawn
