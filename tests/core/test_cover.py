"""Cover outside hours: who may take the watch, and when a programme is not begun without."""

from datetime import UTC, datetime, time, timedelta

import pytest

from varde.core.calendar import OpeningHours, is_open
from varde.core.cover import Cover, CoverKind, always_open, needs_cover
from varde.measuring.hours import ROUND_THE_CLOCK, WEEKDAYS_9_TO_15, hours_from

OSLO = "Europe/Oslo"
DAY = hours_from(WEEKDAYS_9_TO_15, OSLO)
NIGHT = hours_from(ROUND_THE_CLOCK, OSLO)
WARD = Cover((CoverKind.WARD,), round_the_clock=True)


@pytest.mark.parametrize(
    ("covers", "hours", "arranged", "needs"),
    [
        ([Cover()], DAY, "", False),
        ([Cover((CoverKind.WARD,))], DAY, "", False),  # may be covered, and need not
        ([WARD], DAY, "", True),
        ([WARD], DAY, "response-centre", True),  # not such a one
        ([WARD], DAY, "ward", False),
        ([WARD], NIGHT, "", False),
        ([Cover(), WARD], DAY, "", True),  # of several programmes one that needs it is enough
        ([Cover(round_the_clock=True)], DAY, "ward", True),  # nobody would be named
    ],
)
def test_a_programme_that_needs_somebody_round_the_clock(
    covers: list[Cover], hours: OpeningHours, arranged: str, needs: bool
) -> None:
    assert needs_cover(covers, hours, arranged) is needs


def test_round_the_clock_is_every_hour_also_of_holidays() -> None:
    christmas = datetime(2026, 12, 25, 3, tzinfo=UTC)
    assert always_open(NIGHT)
    assert is_open(NIGHT, christmas)
    without = hours_from({str(day): ["00:00", "00:00"] for day in range(7)}, OSLO)
    assert not always_open(without)
    assert not is_open(without, christmas)
    assert is_open(without, christmas + timedelta(days=2))


def test_hours_of_holidays_are_checked_as_those_of_weekdays() -> None:
    with pytest.raises(ValueError, match="end after it starts"):
        OpeningHours({}, lambda _day: True, DAY.zone, (time(15), time(9)))


def test_a_kind_of_unit_is_named_once() -> None:
    assert list(Cover((CoverKind.WARD, CoverKind.WARD)).wrong())
    assert not list(Cover(tuple(CoverKind)).wrong())
