"""Courses: which one in the period it is, and how much it hastens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.course import count, zone_of
from varde.core.plan import Leave, Medication, Use
from varde.core.zones import Zone

TODAY = date(2026, 11, 16)


def pack(leave: Leave = Leave.ALONE, most: int | None = 1, period: int | None = 90) -> Medication:
    return Medication("p", Use.RESCUE, "Prednisolon", "20 mg", leave, 7, most, period)


@pytest.mark.parametrize(
    ("days_ago", "number"),
    [((), 1), ((89,), 2), ((90,), 1), ((1, 2), 3), ((0,), 2), ((400, 91), 1)],
)
def test_which_course_in_the_period_it_is(days_ago: tuple[int, ...], number: int) -> None:
    started = [TODAY - timedelta(days=n) for n in days_ago]
    assert count(pack(), started, TODAY).number == number


@pytest.mark.parametrize(("later", "number"), [(1, 2), (89, 2), (90, 1)])
def test_what_was_told_of_first_and_began_later_counts_too(later: int, number: int) -> None:
    assert count(pack(), [TODAY + timedelta(days=later)], TODAY).number == number


def test_without_a_period_a_year_is_looked_at() -> None:
    back = [TODAY - timedelta(days=364)]
    assert count(pack(period=None), back, TODAY).number == 2
    assert count(pack(period=None), [TODAY - timedelta(days=365)], TODAY).number == 1


@pytest.mark.parametrize(
    ("leave", "most", "before", "asked", "zone"),
    [
        (Leave.ALONE, 2, 0, False, Zone.YELLOW),
        (Leave.TELL, 2, 0, False, Zone.YELLOW),
        (Leave.ALONE, 2, 1, False, Zone.RED),  # a second in the period, though the plan allows it
        (Leave.ALONE, 1, 1, True, Zone.RED),
        (Leave.ASK, 2, 0, True, Zone.YELLOW),
        (Leave.ASK, 2, 0, False, Zone.RED),
        (Leave.ALONE, None, 0, False, Zone.YELLOW),
    ],
)
def test_how_much_a_start_hastens(
    leave: Leave, most: int | None, before: int, asked: bool, zone: Zone
) -> None:
    one = pack(leave, most)
    counted = count(one, [TODAY - timedelta(days=3)] * before, TODAY)
    assert zone_of(one, counted, asked=asked) is zone


def test_what_is_taken_as_needed_hastens_as_yellow_unless_it_should_have_been_asked_for() -> None:
    for leave, asked, zone in (
        (Leave.TELL, False, Zone.YELLOW),
        (Leave.ASK, True, Zone.YELLOW),
        (Leave.ASK, False, Zone.RED),
    ):
        one = Medication("f", Use.AS_NEEDED, "Furix", "40 mg", leave)
        assert zone_of(one, count(one, [TODAY], TODAY), asked=asked) is zone


@given(
    st.sampled_from(list(Leave)), st.integers(1, 5), st.lists(st.integers(0, 200), max_size=8),
    st.booleans(),
)  # fmt: skip
def test_a_start_is_never_less_than_yellow_and_more_of_them_never_hasten_less(
    leave: Leave, most: int, back: list[int], asked: bool
) -> None:
    one = pack(leave, most)
    started = [TODAY - timedelta(days=n) for n in back]
    zones = [
        zone_of(one, count(one, started[:n], TODAY), asked=asked) for n in range(len(started) + 1)
    ]
    assert zones == sorted(zones) and zones[0] >= Zone.YELLOW
