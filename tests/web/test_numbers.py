"""Numbers, dates and times, as people read them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from varde.core.quantities import BY_NAME
from varde.web.texts import numbers
from varde.web.texts.words import value_of

OSLO = "Europe/Oslo"
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=ZoneInfo(OSLO))


@pytest.fixture(autouse=True)
def bokmal() -> object:
    with override("nb"):
        yield


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ((2026, 11, 16, 9, 5), "i dag 09:05"),
        ((2026, 11, 16, 0, 0), "i dag 00:00"),
        ((2026, 11, 15, 23, 59), "i går 23:59"),
        ((2026, 11, 9, 8, 0), "9.11. 08:00"),
        ((2026, 1, 3, 8, 0), "3.1. 08:00"),
        ((2025, 12, 31, 8, 0), "31.12.2025 08:00"),
        ((2026, 10, 25, 2, 30), "25.10. 02:30"),  # the night the clock goes back
    ],
)
def test_when_something_was(at: tuple[int, ...], told: str) -> None:
    assert numbers.when(datetime(*at, tzinfo=ZoneInfo(OSLO)), NOW, OSLO) == told


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, "0 min"), (59, "59 min"), (60, "1 t"), (125, "2 t 05"), (47 * 60 + 59, "47 t 59"),
     (48 * 60, "2 døgn"), (-5, "0 min")],
)  # fmt: skip
def test_how_long(minutes: int, told: str) -> None:
    assert numbers.duration(timedelta(minutes=minutes)) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [(88, "88"), (88.0, "88"), (38.5, "38,5"), (2.25, "2,25"), (0, "0"), (-1.5, "−1,5"),
     (1000, "1000"), (100.0, "100")],
)  # fmt: skip
def test_a_limit_is_told_as_it_was_ordered(value: float, told: str) -> None:
    """One that lost a decimal would say another limit than the one that is judged by."""
    assert numbers.bound(value) == told


@pytest.mark.parametrize(
    ("born", "years"),
    [(date(1950, 11, 16), 76), (date(1950, 11, 17), 75), (date(1952, 2, 29), 74), (None, None)],
)
def test_age(born: date | None, years: int | None) -> None:
    assert numbers.age(born, NOW.date()) == years


def test_a_telephone_number_is_grouped_and_a_foreign_one_is_left_alone() -> None:
    assert numbers.phone("55500100").replace(numbers.NBSP, " ") == "55 50 01 00"
    assert numbers.phone("+46 8 123 456") == "+46 8 123 456"


def test_the_next_moment_is_a_day_and_an_hour() -> None:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo(OSLO))
    assert numbers.next_moment(monday, NOW, OSLO) == "mandag 23. november kl. 9"
    assert numbers.next_moment(NOW + timedelta(hours=3, minutes=30), NOW, OSLO) == "i dag kl. 13.30"
    assert numbers.next_moment(NOW, NOW, OSLO) == "nå"


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("weight", 82.35, "82,4 kg"),  # half up, as people round, and as it is judged
        ("weight", 82.25, "82,3 kg"),
        ("weight", 0.05, "0,1 kg"),
        ("spo2", 88.5, "89 %"),
        ("temperature", 37.95, "38,0 °C"),
    ],
)
def test_a_value_is_shown_as_it_is_judged(kind: str, value: float, told: str) -> None:
    shown = value_of(kind, value).replace(numbers.NBSP, " ")
    assert shown == told
    assert BY_NAME[kind].rounded(value) == float(told.split(maxsplit=1)[0].replace(",", "."))
