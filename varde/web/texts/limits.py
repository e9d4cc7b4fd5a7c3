"""Limits in a table: what is green, yellow and red of one kind, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from varde.core.judgement import ChangeRule, DropRule
from varde.web.texts.numbers import bound, number


def between(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{bound(low)}–{bound(high)}"
    if low is not None:
        return _("fra %(low)s") % {"low": bound(low)}
    return _("til %(high)s") % {"high": bound(high)} if high is not None else "–"


def sides(a: float | None, b: float | None, c: float | None, d: float | None) -> str:
    parts = []
    if a is not None and b is not None:
        parts.append(_("%(a)s til under %(b)s") % {"a": bound(a), "b": bound(b)})
    if c is not None and d is not None:
        parts.append(_("over %(c)s til %(d)s") % {"c": bound(c), "d": bound(d)})
    return ", ".join(parts) or "–"


def outside(low: float | None, high: float | None) -> str:
    parts = []
    if low is not None:
        parts.append(_("under %(low)s") % {"low": bound(low)})
    if high is not None:
        parts.append(_("over %(high)s") % {"high": bound(high)})
    return ", ".join(parts) or "–"


def below_usual(rule: DropRule, zone: str, usual: str, unit: str) -> str:
    """«3 til under 5 % under det vanlige (97 %)»: what of it is in this zone."""
    words = {"yellow": bound(rule.yellow), "red": bound(rule.red), "unit": unit}
    told = {
        "green": _("mindre enn %(yellow)s %(unit)s under det vanlige"),
        "yellow": _("%(yellow)s til under %(red)s %(unit)s under det vanlige"),
        "red": _("%(red)s %(unit)s eller mer under det vanlige"),
    }[zone] % words
    return f"{told} ({usual})" if usual else told


def over_days(rule: ChangeRule, zone: str, unit: str) -> str:
    """«opp 1,0 kg eller mer på 3 døgn»: what of it is in this zone."""
    words = {"rise": number(rule.yellow_rise, 1), "fall": number(rule.yellow_fall, 1),
             "red": number(rule.red_rise, 1), "days": rule.days, "unit": unit}  # fmt: skip
    told: str = {
        "green": _("opp mindre enn %(rise)s %(unit)s, og ned mindre enn %(fall)s %(unit)s, på "
                   "%(days)s døgn"),
        "yellow": _("opp %(rise)s %(unit)s eller mer, eller ned %(fall)s %(unit)s eller mer, på "
                    "%(days)s døgn"),
        "red": _("opp mer enn %(red)s %(unit)s på %(days)s døgn"),
    }[zone]  # fmt: skip
    return told % words
