"""Opening: a unit's hours in words, as its patients and colleagues are told them."""

from __future__ import annotations

from datetime import time
from itertools import groupby

from django.utils.translation import gettext as _

from varde.core.calendar import OpeningHours
from varde.web.texts.numbers import weekday_name


def opening_words(hours: OpeningHours) -> str:
    """«mandag–fredag 9–15», or «mandag 9–15, onsdag og torsdag 9–12»; days that adjoin as one."""
    days = sorted(hours.weekdays.items())
    runs = [
        [day for _n, (day, _times) in run]
        for _key, run in groupby(enumerate(days), key=lambda one: (one[1][0] - one[0], one[1][1]))
    ]
    return ", ".join(_run(run, *hours.weekdays[run[0]]) for run in runs)


def _run(days: list[int], opens: time, closes: time) -> str:
    first, last = weekday_name(days[0]), weekday_name(days[-1])
    if len(days) == 1:
        named = first
    elif len(days) == 2:
        named = _("%(first)s og %(last)s") % {"first": first, "last": last}
    else:
        named = f"{first}–{last}"
    if opens == closes:
        return _("%(days)s hele døgnet") % {"days": named}
    return f"{named} {span(opens, closes)}"


def span(opens: time, closes: time) -> str:
    """«9–15», «18–24»."""
    return f"{hour(opens)}–{'24' if closes == time(0) else hour(closes)}"


def hour(at: time) -> str:
    """«9», «9.30»."""
    return f"{at.hour}" if not at.minute else f"{at.hour}.{at.minute:02d}"
