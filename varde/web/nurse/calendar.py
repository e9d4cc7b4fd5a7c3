"""Calendar: the coming weeks of a unit, with its hours, public holidays, tasks and who is away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from varde.core.calendar import OpeningHours, hours_on
from varde.measuring.hours import holiday_name
from varde.web.texts.numbers import short_date
from varde.web.texts.opening import span

WEEKS = 5


def weeks(
    today: date, hours: OpeningHours, due: Iterable[date], absences: Sequence[Any]
) -> list[list[dict[str, Any]]]:
    """Whole weeks from this one on; `due` are the days of tasks, what is late counts for today."""
    first = today - timedelta(days=today.weekday())
    tasks = Counter(max(day, today) for day in due)
    days = [first + timedelta(days=n) for n in range(7 * WEEKS)]
    made = [_day(day, today, hours, tasks[day], absences) for day in days]
    return [made[n : n + 7] for n in range(0, len(made), 7)]


def _day(
    day: date, today: date, hours: OpeningHours, tasks: int, absences: Sequence[Any]
) -> dict[str, Any]:
    language = "en_US" if (get_language() or "").startswith("en") else "no"
    return {
        "day": short_date(day),
        "iso": day.isoformat(),
        "today": day == today,
        "past": day < today,
        "holiday": holiday_name(day, language),
        "open": _open(hours_on(hours, day)),
        "tasks": ngettext("%(n)s oppgave", "%(n)s oppgaver", tasks) % {"n": tasks} if tasks else "",
        "away": [one.person.name for one in absences if one.first <= day <= one.last],
    }


def _open(times: tuple[time, time] | None) -> str:
    if times is None:
        return _("stengt")
    opens, closes = times
    return _("hele døgnet") if opens == closes else span(opens, closes)
