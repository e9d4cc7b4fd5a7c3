"""The calendar of a unit: its hours, Norwegian public holidays, tasks, and who is away."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from tests.people import OSLO, Cast
from varde.measuring.hours import holiday_name
from varde.people import nurses
from varde.triage import tasks
from varde.web.nurse.calendar import WEEKS


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 25), "Første juledag"),
        (date(2027, 3, 25), "Skjærtorsdag"),
        (date(2027, 5, 17), "Andre pinsedag; Grunnlovsdag"),
        (date(2026, 12, 24), ""),  # the afternoon is the unit's own business
        (date(2026, 11, 15), ""),  # a Sunday
    ],
)
def test_public_holidays_by_name(day: date, name: str) -> None:
    assert holiday_name(day) == name


def test_the_coming_weeks_with_what_is_due_and_who_is_away(them: Cast) -> None:
    at = datetime(2026, 12, 14, 10, tzinfo=OSLO)
    patient = them.patient()
    with them.acting(at=at) as by:
        for days in (-2, 0, 1):
            tasks.raise_task(
                patient=patient.actor, unit=them.units["service"], kind="call-again",
                due_at=at + timedelta(days=days), by=by, at=at,
            )  # fmt: skip
    with them.acting(them.nurse, at=at) as by:
        nurses.say_absent(
            first=date(2026, 12, 28), last=date(2026, 12, 29), stands_in=None,
            by=by, at=at,
        )  # fmt: skip
    with them.clock(at=at):
        html = them.browser(them.nurse).get("/nurse/tasks").content.decode()
    cells = html.split("<td")[1:]
    assert len(cells) == 7 * WEEKS
    told = {cell.split('datetime="')[1][:10]: said_of(cell) for cell in cells}
    assert "2 oppgaver" in told["2026-12-14"], "what is late is for today"
    assert "1 oppgave" in told["2026-12-15"]
    assert "Første juledag" in told["2026-12-25"] and "stengt" in told["2026-12-25"]
    assert "9–15" in told["2026-12-28"]
    assert "Inga Prøvestad er borte" in told["2026-12-29"]
    assert "er borte" not in told["2026-12-30"]
    assert "stengt" in told["2026-12-26"]
    assert 'aria-current="date"' in next(cell for cell in cells if "2026-12-14" in cell)


def said_of(cell: str) -> str:
    return re.sub(r"<[^>]+>", " ", cell)


def test_the_holidays_are_told_in_english_to_who_reads_english() -> None:
    assert holiday_name(date(2026, 12, 25), "en_US") == "Christmas Day"
