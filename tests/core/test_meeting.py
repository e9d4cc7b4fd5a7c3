"""The meeting's steps, when its list no longer opens a record, and when the next one is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.meeting import (
    LONGEST,
    MOVES,
    NotMet,
    Stage,
    access_ends,
    demand_move,
    demand_words,
    next_time,
)

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("2026-11-20 14:00", "2026-11-22 00:00"),
        ("2026-11-20 00:00", "2026-11-22 00:00"),
        ("2026-11-20 23:59", "2026-11-22 00:00"),
        ("2026-03-27 14:00", "2026-03-29 00:00"),  # the clocks go forward the night after
        ("2026-03-28 14:00", "2026-03-30 00:00"),
    ],
)
def test_the_list_opens_until_the_end_of_the_day_after(starts: str, ends: str) -> None:
    at = datetime.fromisoformat(starts).replace(tzinfo=OSLO)
    assert access_ends(at, OSLO) == datetime.fromisoformat(ends).replace(tzinfo=OSLO)


@pytest.mark.parametrize("starts", ["2026-10-23 13:00", "2026-03-27 13:00", "2026-11-20 13:00"])
def test_next_week_is_at_the_same_time_by_the_clock_on_the_wall(starts: str) -> None:
    at = datetime.fromisoformat(starts).replace(tzinfo=OSLO)
    then = next_time(at, 1, OSLO)
    assert (then.hour, then.minute, then.weekday()) == (13, 0, at.weekday())
    assert (then.date() - at.date()).days == 7


@given(st.integers(0, 700 * 24 * 60), st.integers(1, 6))
def test_the_next_is_after_and_the_list_ends_between(minutes: int, weeks: int) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    at = (begin + timedelta(minutes=minutes)).astimezone(OSLO)
    assert at < access_ends(at, OSLO) < next_time(at, weeks, OSLO)
    assert access_ends(at, OSLO) - at <= timedelta(days=2, hours=1)


@pytest.mark.parametrize("then", list(Stage))
@pytest.mark.parametrize("before", list(Stage))
def test_only_what_follows_follows(before: Stage, then: Stage) -> None:
    if then in MOVES[before]:
        demand_move(before, then)
    else:
        with pytest.raises(NotMet, match="gone"):
            demand_move(before, then)


def test_what_was_decided_is_said_in_words_where_it_is_needed() -> None:
    assert demand_words(" Ja ") == "Ja"
    assert demand_words("  ", needed=False) == ""
    with pytest.raises(NotMet, match="words"):
        demand_words(" – ")
    with pytest.raises(NotMet, match="long"):
        demand_words("a" * (LONGEST + 1))
