"""Numbers, dates and times as they are written in Norway."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

NBSP = "\u00a0"


def number(value: float, decimals: int = 0) -> str:
    """«12,4»; a minus sign where there is one; decimals only where they say something."""
    text = f"{value:.{decimals}f}".replace(".", pgettext("decimal sign", ","))
    return text.replace("-", "−")


def percent(share: float) -> str:
    """«18 %» of 0.18."""
    return f"{number(100 * share)}{NBSP}%"


def bound(value: float) -> str:
    """A limit as it was ordered, with every decimal it was ordered with: 88, 38,5, 2,25."""
    return number(value, len(f"{value:.6f}".rstrip("0").partition(".")[2]))


def phone(digits: str) -> str:
    """«55 50 01 00», with spaces that do not break."""
    plain = digits.replace(" ", "")
    if len(plain) != 8:
        return digits
    return NBSP.join((plain[:2], plain[2:4], plain[4:6], plain[6:]))


def _weekdays() -> tuple[str, ...]:
    return (
        _("mandag"),
        _("tirsdag"),
        _("onsdag"),
        _("torsdag"),
        _("fredag"),
        _("lørdag"),
        _("søndag"),
    )


def _months() -> tuple[str, ...]:
    return (
        _("januar"),
        _("februar"),
        _("mars"),
        _("april"),
        _("mai"),
        _("juni"),
        _("juli"),
        _("august"),
        _("september"),
        _("oktober"),
        _("november"),
        _("desember"),
    )


def weekday(day: date) -> str:
    return weekday_name(day.weekday())


def weekday_name(n: int) -> str:
    """0 is Monday."""
    return _weekdays()[n]


def long_date(day: date) -> str:
    """«mandag 23. november»."""
    return _("%(weekday)s %(day)s. %(month)s") % {
        "weekday": weekday(day),
        "day": day.day,
        "month": _months()[day.month - 1],
    }


def day_month(day: date) -> str:
    """«23. november»."""
    return _("%(day)s. %(month)s") % {"day": day.day, "month": _months()[day.month - 1]}


def short_date(day: date) -> str:
    return f"{day.day}.{day.month}."


def full_date(day: date) -> str:
    return f"{day.day:02d}.{day.month:02d}.{day.year}"


def clock_time(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def when(at: datetime, now: datetime, zone: str) -> str:
    """«i dag 09:54», «i går 14:10», «20.11. 09:54», of another year «20.11.2025 09:54»."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = local.strftime("%H:%M")
    if local.date() == today:
        return _("i dag %(time)s") % {"time": time}
    if local.date() == today - timedelta(days=1):
        return _("i går %(time)s") % {"time": time}
    day = local.date()
    return f"{short_date(day)}{day.year if day.year != today.year else ''} {time}"


def next_moment(at: datetime, now: datetime, zone: str) -> str:
    """When somebody next looks: «i dag», «mandag 24. november kl. 9»."""
    local = at.astimezone(ZoneInfo(zone))
    hour = local.strftime("%H:%M").lstrip("0").removesuffix(":00").replace(":", ".")
    if at <= now:
        return _("nå")
    if local.date() == now.astimezone(ZoneInfo(zone)).date():
        return _("i dag kl. %(hour)s") % {"hour": hour}
    return _("%(day)s kl. %(hour)s") % {"day": long_date(local.date()), "hour": hour}


def duration(span: timedelta) -> str:
    """«47 min», «2 t 05», «3 døgn»."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    if minutes < 48 * 60 and minutes % 60 == 0:
        return _("%(h)s t") % {"h": minutes // 60}
    if minutes < 48 * 60:
        return _("%(h)s t %(m)02d") % {"h": minutes // 60, "m": minutes % 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)s døgn", "%(n)s døgn", days) % {"n": days}


def age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
