"""What a request may become, by when it is answered, and what a dropped control has saved."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varde.core.calendar import OpeningHours
from varde.core.request import (
    CONTROL_MOVES,
    LONGEST,
    MOVES,
    OPEN,
    ControlState,
    NotRequested,
    Stage,
    What,
    answer_due,
    demand_move,
    demand_words,
    saved,
)
from varde.core.zones import Zone

OSLO = ZoneInfo("Europe/Oslo")
HOURS = OpeningHours({day: (time(9), time(15)) for day in range(5)}, lambda _day: False, OSLO)
MONTH = timedelta(days=365.25 / 12)


@pytest.mark.parametrize(
    ("zone", "asked", "due"),
    [
        (Zone.YELLOW, "2026-11-16 10:00", "2026-11-17 10:00"),  # Monday
        (Zone.RED, "2026-11-16 10:00", "2026-11-16 12:00"),
        (Zone.RED, "2026-11-16 14:00", "2026-11-17 10:00"),
        (Zone.GREEN, "2026-11-20 14:00", "2026-11-23 14:00"),  # Friday
        (Zone.RED, "2026-11-21 12:00", "2026-11-23 11:00"),  # Saturday
        (Zone.NOT_JUDGED, "2026-11-16 08:00", "2026-11-16 15:00"),
    ],
)
def test_by_when_who_is_asked_must_answer(zone: Zone, asked: str, due: str) -> None:
    at = datetime.fromisoformat(asked).replace(tzinfo=OSLO)
    assert answer_due(zone, HOURS, at) == datetime.fromisoformat(due).replace(tzinfo=OSLO)


@given(st.integers(0, 700 * 24 * 60), st.sampled_from(list(Zone)))
def test_a_red_is_never_answered_later_than_another(minutes: int, zone: Zone) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    at = (begin + timedelta(minutes=minutes)).astimezone(OSLO)
    assert at < answer_due(Zone.RED, HOURS, at) <= answer_due(zone, HOURS, at)


@pytest.mark.parametrize("then", list(Stage))
@pytest.mark.parametrize("before", list(Stage))
def test_only_what_follows_follows(before: Stage, then: Stage) -> None:
    if then in MOVES[before]:
        demand_move(before, then, what=What.APPOINTMENT)
    else:
        with pytest.raises(NotRequested, match="gone"):
            demand_move(before, then, what=What.APPOINTMENT)


@pytest.mark.parametrize("what", [What.VISIT, What.QUESTION])
def test_only_an_appointment_has_a_time(what: What) -> None:
    with pytest.raises(NotRequested, match="gone"):
        demand_move(Stage.ASKED, Stage.BOOKED, what=what)


def test_what_is_open_can_still_be_taken_back() -> None:
    assert all(Stage.WITHDRAWN in MOVES[one] for one in OPEN)
    assert all(not (MOVES[one] & {Stage.WITHDRAWN}) for one in set(Stage) - OPEN)


@pytest.mark.parametrize("text", ["", "   ", "...", "\n\t–"])
def test_nothing_in_words_is_no_request(text: str) -> None:
    with pytest.raises(NotRequested, match="words"):
        demand_words(text)


def test_words_are_kept_as_they_are_up_to_a_limit() -> None:
    assert demand_words("  Se på henne \n") == "Se på henne"
    assert demand_words("a" * LONGEST)
    with pytest.raises(NotRequested, match="long"):
        demand_words("a" * (LONGEST + 1))


@pytest.mark.parametrize(
    ("months", "gone", "controls"),
    [(6, MONTH * 5, 0), (6, MONTH * 6, 1), (3, MONTH * 12, 4), (1, MONTH / 2, 0), (0, MONTH, 0)],
)
def test_how_many_controls_were_not_needed(months: int, gone: timedelta, controls: int) -> None:
    assert saved(months, gone + timedelta(hours=1)) == controls


def test_a_control_that_has_ended_is_not_begun_again() -> None:
    assert CONTROL_MOVES[ControlState.ENDED] == frozenset()
    assert all(one not in moves for one, moves in CONTROL_MOVES.items())
