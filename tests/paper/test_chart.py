"""Charts as geometry: where a point, a band and a label stand, and what is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.paper.chart import Band, Chart, Point, Rect, chart
from varde.paper.multiples import AnswerRow, Event, Multiples, Series, multiples

START = datetime(2026, 11, 2, 12, tzinfo=UTC)
END = START + timedelta(days=14)
DAY = timedelta(days=1)


def on(day: float, value: float, zone: int = 1) -> Point:
    return Point(START + day * DAY, value, zone)


def bands(*bounds: float | None, start: datetime = START, end: datetime = END) -> list[Band]:
    """The bands of four bounds: red below, yellow below, yellow above, red above."""
    a, b, c, d = bounds
    four = [(None, a, "rod"), (a, b, "gul"), (c, d, "gul"), (d, None, "rod")]
    return [
        Band(start, end, low, high, colour)
        for low, high, colour in four
        if (low, high) != (None, None) and (colour == "rod" or None not in (low, high))
    ]


def drawn(
    points: list[Point], held: list[Band] | None = None, decimals: int = 0, **more: Any
) -> Chart:
    return chart(
        points, held or [], start=START, end=END, width=350, height=200, decimals=decimals, **more
    )


PULSE = bands(41, 51, 100, 120)
SPO2 = bands(88, 90, None, None)


# --- Points and lines --------------------------------------------------------------------------


def test_time_runs_from_left_to_right_and_more_is_higher() -> None:
    made = drawn([on(0, 60), on(7, 70), on(14, 80)])
    assert [mark.x for mark in made.marks] == [44, 191, 338]
    assert [mark.y for mark in made.marks] == sorted((m.y for m in made.marks), reverse=True)
    assert made.top < made.marks[2].y < made.marks[0].y < made.bottom


def test_points_are_drawn_in_order_of_time_with_their_zones() -> None:
    made = drawn([on(9, 70, 3), on(1, 60, 1), on(5, 65, 2)])
    assert [mark.zone for mark in made.marks] == [1, 2, 3]
    assert made.lines == [" ".join(f"{mark.x},{mark.y}" for mark in made.marks)]


@pytest.mark.parametrize(
    ("gap", "lines"), [(timedelta(days=9), 1), (timedelta(days=9, seconds=1), 0)]
)
def test_a_line_is_broken_where_nothing_was_measured_for_nine_days(
    gap: timedelta, lines: int
) -> None:
    made = drawn([on(0, 60), Point(START + gap, 62, 1)])
    assert len(made.lines) == lines
    assert len(made.marks) == 2  # what was measured is seen all the same


def test_a_broken_line_goes_on_after_the_gap() -> None:
    made = drawn([on(0, 60), on(1, 61), on(11, 62), on(12, 63)])
    assert [len(line.split()) for line in made.lines] == [2, 2]


def test_one_reading_is_a_mark_and_no_line() -> None:
    made = drawn([on(3, 60)])
    assert (len(made.marks), made.lines) == (1, [])


def test_no_readings_give_an_empty_picture_with_its_axis() -> None:
    made = drawn([])
    assert (made.marks, made.lines, made.y_ticks) == ([], [], [])
    assert made.x_ticks


# --- Bands -------------------------------------------------------------------------------------


def colours(rects: list[Rect]) -> list[str]:
    """From the top of the picture down."""
    return [rect.colour for rect in sorted(rects, key=lambda rect: rect.y)]


def test_the_bands_lie_around_green() -> None:
    made = drawn([on(1, 45), on(5, 110)], PULSE)
    assert colours(made.rects) == ["rod", "gul", "gul", "rod"]
    top, upper, lower, bottom = sorted(made.rects, key=lambda rect: rect.y)
    assert top.y == made.top
    assert top.y + top.height == pytest.approx(upper.y, abs=0.2)
    assert upper.y + upper.height < lower.y  # green between
    assert lower.y + lower.height == pytest.approx(bottom.y, abs=0.2)
    assert bottom.y + bottom.height == pytest.approx(made.bottom, abs=0.2)


def test_every_edge_lies_where_its_band_meets_the_milder_zone() -> None:
    made = drawn([on(1, 45), on(5, 110)], PULSE)
    heights = {tick.text: tick.at for tick in made.y_ticks}
    edges = sorted((edge.y, edge.colour) for edge in made.edges)
    assert edges == sorted(
        [
            (heights["120"], "rod"),
            (heights["100"], "gul"),
            (heights["51"], "gul"),
            (heights["41"], "rod"),
        ]
    )


def test_a_band_far_from_what_was_measured_is_not_drawn() -> None:
    """Pulse 70–75: neither 41 nor 120 squeezes the curve flat."""
    made = drawn([on(1, 70), on(5, 75)], PULSE)
    assert (made.rects, made.edges) == ([], [])
    assert {tick.text for tick in made.y_ticks} == {"70", "75"}


def test_one_sided_bounds_have_bands_on_one_side() -> None:
    low = drawn([on(1, 89), on(5, 96)], SPO2)
    assert colours(low.rects) == ["gul", "rod"]
    high = drawn([on(1, 37.0), on(5, 38.5)], bands(None, None, 38.0, 39.0), decimals=1)
    assert colours(high.rects) == ["rod", "gul"]


def test_bands_follow_the_bounds_in_force_at_each_date() -> None:
    changed = START + 7 * DAY
    held = bands(88, 90, None, None, end=changed) + bands(85, 87, None, None, start=changed)
    made = drawn([on(1, 89), on(9, 86)], held)
    middle = (made.left + made.right) / 2
    early = [rect for rect in made.rects if rect.x < middle]
    late = [rect for rect in made.rects if rect.x >= middle]
    assert colours(early) == colours(late) == ["gul", "rod"]
    assert all(rect.x + rect.width == pytest.approx(middle) for rect in early)
    assert all(rect.x + rect.width == pytest.approx(made.right) for rect in late)
    assert min(rect.y for rect in early) < min(rect.y for rect in late)  # 90 above 87
    assert len(made.edges) == 4


def test_a_band_that_ended_before_the_picture_is_not_drawn() -> None:
    past = bands(88, 90, None, None, start=START - 9 * DAY, end=START)
    assert drawn([on(1, 89)], past).rects == []


def test_a_band_that_begins_before_the_picture_is_cut_at_its_edge() -> None:
    made = drawn([on(1, 89)], bands(88, 90, None, None, start=START - 9 * DAY, end=END + DAY))
    assert {(rect.x, rect.width) for rect in made.rects} == {(made.left, made.plot_width)}


# --- Labels ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "decimals", "texts"),
    [
        ([60, 80], 0, {"60", "80"}),
        ([80.0, 82.4], 1, {"80", "82,4"}),
        ([37.5], 1, {"37,5"}),
        ([0.0, 4.0], 1, {"0", "4"}),
    ],
)
def test_without_bounds_the_lowest_and_highest_are_written_with_comma(
    values: list[float], decimals: int, texts: set[str]
) -> None:
    made = drawn([on(n, value) for n, value in enumerate(values)], decimals=decimals)
    assert {tick.text for tick in made.y_ticks} == texts


def test_a_label_is_rounded_as_the_value_is_shown_elsewhere() -> None:
    """Half up, as it is judged; the binary fraction lies on the even side."""
    made = drawn([on(1, 80.0), on(2, 82.25)], decimals=1)
    assert {tick.text for tick in made.y_ticks} == {"80", "82,3"}


def test_bounds_that_are_seen_are_written() -> None:
    made = drawn([on(1, 87), on(2, 92)], SPO2)
    assert [tick.text for tick in made.y_ticks] == ["88", "90"]


@pytest.mark.parametrize("days", [1, 2, 7, 14, 30, 90, 365])
def test_dates_are_few_even_and_end_with_the_last_day(days: int) -> None:
    end = datetime(2026, 11, 16, 9, tzinfo=UTC)
    made = chart([], [], start=end - days * DAY, end=end, width=350, height=200, decimals=0)
    assert 2 <= len(made.x_ticks) <= 7
    assert made.x_ticks[-1].text == "16.11."
    assert made.x_ticks[-1].at == made.right
    apart = [b.at - a.at for a, b in zip(made.x_ticks, made.x_ticks[1:], strict=False)]
    assert max(apart) - min(apart) <= 0.2
    assert min(apart) > 0


def test_dates_can_be_left_to_a_common_axis() -> None:
    assert drawn([on(1, 60)], dates=False).x_ticks == []


# --- Properties of any chart -------------------------------------------------------------------

tenths = st.integers(0, 4000).map(lambda n: n / 10)
some_points = st.lists(
    st.builds(on, st.integers(0, 140).map(lambda n: n / 10), tenths, st.integers(0, 3)), max_size=12
)
some_bands = st.lists(tenths, min_size=4, max_size=4, unique=True).map(
    lambda four: bands(*sorted(four))
)


@given(some_points, some_bands, st.sampled_from([0, 1]))
def test_everything_lies_within_the_picture(
    points: list[Point], held: list[Band], decimals: int
) -> None:
    made = drawn(points, held, decimals)
    assert len(made.marks) == len(points)
    for mark in made.marks:
        assert made.left <= mark.x <= made.right
        assert made.top < mark.y < made.bottom  # never on the frame: there is room
    for rect in made.rects:
        assert rect.width > 0
        assert rect.height >= 0
        assert made.left <= rect.x <= rect.x + rect.width <= made.right + 0.05
        assert made.top <= rect.y <= rect.y + rect.height <= made.bottom + 0.05
    for tick in made.y_ticks:
        assert made.top <= tick.at <= made.bottom


@given(some_points, some_bands)
def test_higher_values_never_stand_lower(points: list[Point], held: list[Band]) -> None:
    made = drawn(points, held, 1)
    ordered = sorted(points, key=lambda point: point.at)
    placed = sorted(zip((p.value for p in ordered), (m.y for m in made.marks), strict=True))
    heights = [y for _value, y in placed]
    assert heights == sorted(heights, reverse=True)


@given(some_points, some_bands)
def test_a_point_lies_on_its_own_side_of_every_edge(points: list[Point], held: list[Band]) -> None:
    """What is drawn says the same as what was judged: past a bound is past its line."""
    made = drawn(points, held, 1)
    ordered = sorted(points, key=lambda point: point.at)
    a, b, c, d = (held[0].high, held[1].high, held[2].low, held[3].low)
    for bound in (a, b, c, d):
        text = f"{bound:g}".replace(".", ",")
        tick = next((tick for tick in made.y_ticks if tick.text == text), None)
        if tick is None or bound is None:
            continue
        for point, mark in zip(ordered, made.marks, strict=True):
            if point.value < bound:
                assert mark.y >= tick.at
            if point.value > bound:
                assert mark.y <= tick.at


# --- Small multiples ---------------------------------------------------------------------------


def series(*points: Point, name: str = "Puls", held: list[Band] | None = None) -> Series:
    return Series(name, "/min", "70", "72", "", 1, points, held or [], 0)


def page(n: int = 2, rows: int = 1, events: list[Event] | None = None) -> Multiples:
    return multiples(
        [series(on(1, 60), on(13, 70), name=str(k)) for k in range(n)],
        [AnswerRow(str(k), "", [on(1, 0, 2), on(13, 0, 1)]) for k in range(rows)],
        events or [],
        start=START,
        end=END,
    )


def test_panels_and_rows_lie_under_each_other_and_do_not_overlap() -> None:
    made = page(n=3, rows=2)
    floor = made.top
    for panel in made.panels:
        assert panel.chart.top == panel.y >= floor
        assert panel.chart.bottom > panel.chart.top
        floor = panel.chart.bottom
    for row in made.rows:
        assert row.y > floor
        floor = row.y
    assert floor < made.axis_y < made.height


def test_all_share_one_time_axis() -> None:
    made = page(n=2, rows=1)
    places = [[mark.x for mark in panel.chart.marks] for panel in made.panels]
    places.append([mark.x for mark in made.rows[0].marks])
    assert places[0] == places[1] == places[2]
    assert all(panel.chart.x_ticks == [] for panel in made.panels)
    assert made.left <= made.ticks[0].at < made.ticks[-1].at == made.right


def test_the_answers_keep_their_zones() -> None:
    assert [mark.zone for mark in page().rows[0].marks] == [2, 1]


def test_nothing_measured_is_still_a_page_with_an_axis() -> None:
    made = page(n=0, rows=0)
    assert made.axis_y == made.top
    assert made.ticks


@pytest.mark.parametrize(("day", "seen"), [(-0.1, 0), (0, 1), (14, 1), (14.1, 0)])
def test_only_events_of_the_period_are_drawn(day: float, seen: int) -> None:
    assert len(page(events=[Event(START + day * DAY, "ny plan")]).events) == seen


def test_events_close_to_each_other_do_not_stand_on_each_other() -> None:
    events = [Event(START + day * DAY, f"nr {day}") for day in (5.2, 5, 5.1, 12)]
    found = page(events=events).events
    assert [event.text for event in found] == ["nr 5", "nr 5.1", "", "nr 12"]
    assert found[0].y != found[1].y
    assert found[3].y == found[0].y


@pytest.mark.parametrize(("day", "end"), [(1, False), (13.9, True)])
def test_a_text_near_the_right_edge_is_written_to_the_left(day: float, end: bool) -> None:
    (event,) = page(events=[Event(START + day * DAY, "innlagt")]).events
    assert event.end is end


@given(st.lists(st.integers(0, 140), max_size=8))
def test_no_two_texts_share_a_line_within_reach(tenths_of_days: list[int]) -> None:
    events = [Event(START + n / 10 * DAY, str(n)) for n in tenths_of_days]
    found = page(events=events).events
    assert len(found) == len(events)
    said = [event for event in found if event.text]
    for n, one in enumerate(said):
        for other in said[n + 1 :]:
            assert one.y != other.y or abs(one.x - other.x) >= 84
