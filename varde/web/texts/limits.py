"""Limits in a table: what is green, yellow and red of one kind, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from varde.web.texts.numbers import bound


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
