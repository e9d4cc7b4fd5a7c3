"""From thresholds to the bands of a chart: which bounds there are, in what colour, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import zone_of
from varde.core.judgement import DropRule
from varde.core.thresholds import Limits
from varde.core.zones import Zone
from varde.measuring.habitual import Held as Usual
from varde.paper.chart import Band, Chart, Point, chart
from varde.web.charts import Below, bands_of

START = datetime(2026, 11, 2, 12, tzinfo=UTC)
END = START + timedelta(days=14)
DAY = timedelta(days=1)
ALWAYS = DateTimeTZRange(None, None)
COLOURS = {"gul": Zone.YELLOW, "rod": Zone.RED}


@dataclass
class Held:
    """Four bounds of one kind, with the period they were in force."""

    alert_low: float | None = None
    warning_low: float | None = None
    warning_high: float | None = None
    alert_high: float | None = None
    period: DateTimeTZRange = field(default=ALWAYS)


def bands(*bounds: float | None) -> list[tuple[float | None, float | None, str]]:
    return [(b.low, b.high, b.colour) for b in bands_of([Held(*bounds)], START, END)]


def drawn(held: Held, *measured: float) -> Chart:
    points = [Point(START + n * DAY, value, 1) for n, value in enumerate(measured)]
    made = bands_of([held], START, END)
    return chart(points, made, start=START, end=END, width=350, height=200, decimals=0)


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ((None, None, None, None), []),
        (
            (41, 51, 100, 120),
            [(None, 41, "rod"), (41, 51, "gul"), (100, 120, "gul"), (120, None, "rod")],
        ),
        ((88, 90, None, None), [(None, 88, "rod"), (88, 90, "gul")]),
        ((None, None, 38.0, 39.0), [(38.0, 39.0, "gul"), (39.0, None, "rod")]),
        ((88, None, None, None), [(None, 88, "rod")]),
        ((None, None, None, 39.0), [(39.0, None, "rod")]),
        ((None, 90, None, None), [(None, 90, "gul")]),  # alone: without end
        ((None, None, 100, None), [(100, None, "gul")]),
        ((None, 51, 100, None), [(None, 51, "gul"), (100, None, "gul")]),
        ((41, None, 100, None), [(None, 41, "rod"), (100, None, "gul")]),
        ((None, 51, None, 120), [(None, 51, "gul"), (120, None, "rod")]),
        ((None, 0, None, None), [(None, 0, "gul")]),  # 0 is a bound
        ((0, 4, None, None), [(None, 0, "rod"), (0, 4, "gul")]),
    ],
)
def test_every_bound_has_its_band(
    bounds: tuple[float | None, ...], found: list[tuple[float | None, float | None, str]]
) -> None:
    assert bands(*bounds) == found


def test_a_lone_warning_bound_is_drawn_to_the_frame_with_its_edge_at_the_bound() -> None:
    below = drawn(Held(warning_low=90), 85, 95)
    (rect,), (edge,) = below.rects, below.edges
    assert (rect.colour, edge.colour) == ("gul", "gul")
    assert (rect.y, rect.y + rect.height) == pytest.approx((edge.y, below.bottom), abs=0.2)
    assert [(tick.text, tick.at) for tick in below.y_ticks] == [("90", edge.y)]

    above = drawn(Held(warning_high=100), 95, 105)
    (rect,), (edge,) = above.rects, above.edges
    assert (rect.colour, edge.colour) == ("gul", "gul")
    assert (rect.y, rect.y + rect.height) == pytest.approx((above.top, edge.y), abs=0.2)
    assert [(tick.text, tick.at) for tick in above.y_ticks] == [("100", edge.y)]


def test_a_band_lasts_as_long_as_its_limits_were_in_force() -> None:
    change = START + 5 * DAY
    rows = [
        Held(warning_low=90, period=DateTimeTZRange(START - 9 * DAY, change)),
        Held(warning_low=85, period=DateTimeTZRange(change, None)),
    ]
    assert bands_of(rows, START, END) == [
        Band(START, change, None, 90, "gul"),
        Band(change, END, None, 85, "gul"),
    ]


def test_a_period_without_beginning_or_end_fills_the_picture() -> None:
    assert bands_of([Held(warning_high=100)], START, END) == [Band(START, END, 100, None, "gul")]


bounds = st.none() | st.integers(0, 20)


def _limits(four: tuple[float | None, ...]) -> Limits:
    """The drawn bounds put in order, where they stand."""
    known = iter(sorted(b for b in four if b is not None))
    return Limits(*(None if b is None else next(known) for b in four))


@given(
    st.tuples(bounds, bounds, bounds, bounds).filter(
        lambda four: len({b for b in four if b is not None}) == sum(b is not None for b in four)
    ),
    st.integers(-10, 210).map(lambda tenths: tenths / 10),
)
def test_a_value_lies_in_a_band_of_the_colour_it_is_judged(
    four: tuple[float | None, ...], value: float
) -> None:
    held = _limits(four)
    inside = [
        COLOURS[colour]
        for low, high, colour in bands(*held.in_order())
        if (low is None or value > low) and (high is None or value < high)
    ]
    if value in held.in_order():
        return  # on a bound two bands meet
    assert inside == [zone for zone in [zone_of(value, held)] if zone is not Zone.GREEN]


@dataclass
class Kept(Held):
    """A row of thresholds, with whose it is."""

    ground: str = "standard"


FALL = DropRule("spo2", 4, 7)


def lower(*rows: Kept, usual: list[Usual], rule: DropRule = FALL) -> list[tuple[object, ...]]:
    made = bands_of(rows, START, END, Below(rule, usual))
    return [(b.start, b.end, b.low, b.high, b.colour) for b in made]


def test_what_is_below_the_usual_is_drawn_with_the_standard_set() -> None:
    """Usual 96: yellow at 92 and red at 89, whichever of bound and fall is passed first."""
    usual = [Usual(96, None, None)]
    assert lower(Kept(88, 90), usual=usual) == [
        (START, END, None, 90, "rod"),
        (START, END, 90, 93, "gul"),
    ]
    assert lower(Kept(91, 95), usual=usual) == [
        (START, END, None, 91, "rod"),
        (START, END, 91, 95, "gul"),
    ]


def test_a_doctors_limits_are_alone() -> None:
    found = lower(Kept(80, 84, ground="own"), usual=[Usual(96, None, None)])
    assert found == [(START, END, None, 80, "rod"), (START, END, 80, 84, "gul")]


def test_from_the_day_another_value_is_usual_the_bands_are_others() -> None:
    change = START + 5 * DAY
    usual = [Usual(96, None, change), Usual(90, change, None)]
    assert lower(Kept(80, 84), usual=usual) == [
        (START, change, None, 90, "rod"),
        (START, change, 90, 93, "gul"),
        (change, END, None, 84, "rod"),
        (change, END, 84, 87, "gul"),
    ]


def test_without_limits_what_is_usual_is_drawn_alone() -> None:
    found = lower(usual=[Usual(96, None, None)])
    assert found == [(START, END, None, 90, "rod"), (START, END, 90, 93, "gul")]


def test_before_anything_is_usual_the_limits_stand() -> None:
    change = START + 5 * DAY
    found = lower(Kept(80, 84), usual=[Usual(96, change, None)])
    assert [one for one in found if one[0] == START] == [
        (START, change, None, 80, "rod"),
        (START, change, 80, 84, "gul"),
    ]
