"""Days: what the measured days of a span were, and what was measured, for page and letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from statistics import median
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from varde.core.programme import Programme
from varde.core.zones import Zone
from varde.measuring.queries import series
from varde.triage.queries import judgements
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.words import value_of

_GREEN = ngettext_lazy("%(n)s grønn", "%(n)s grønne", "n")
_YELLOW = ngettext_lazy("%(n)s gul", "%(n)s gule", "n")
_RED = ngettext_lazy("%(n)s rød", "%(n)s røde", "n")


def day_zones(
    patient: UUID, kinds: Sequence[str], *, start: datetime, end: datetime, zone: tzinfo
) -> dict[date, Zone]:
    """Each local day that something was measured or answered on, by the worst of it."""
    worst: dict[date, Zone] = {}

    def see(moment: datetime, found: int) -> None:
        day = moment.astimezone(zone).date()
        worst[day] = max(worst.get(day, Zone.NOT_JUDGED), Zone(found))

    for points in series(patient, kinds, start=start, end=end).values():
        for point in points:
            see(point.taken_at, point.zone)
    for row in judgements(patient, start=start, end=end):
        see(row.taken_at, row.zone)
    return worst


def days_told(found: dict[date, Zone]) -> str:
    """«3 grønne, 13 gule og ingen røde dager»."""
    counted = Counter(found.values())
    if not counted:
        return _("Ingen målinger")
    words = {
        "green": _many(_GREEN, counted[Zone.GREEN], _("ingen grønne")),
        "yellow": _many(_YELLOW, counted[Zone.YELLOW], _("ingen gule")),
        "red": _many(_RED, counted[Zone.RED], _("ingen røde")),
    }
    return _("%(green)s, %(yellow)s og %(red)s dager") % words


def _many(words: Any, n: int, none: str) -> str:
    return str(words % {"n": n}) if n else none


def measured(
    patient: UUID, programmes: Sequence[Programme], *, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """Of each kind how often, the middle value, and the lowest and highest."""
    kinds = tuple(dict.fromkeys(kind for one in programmes for kind in one.kinds))
    rows = []
    for kind, points in series(patient, kinds, start=start, end=end).items():
        values = [point.value for point in points]
        if values:
            rows.append(
                {
                    "name": KIND_TEXTS[kind].short,
                    "n": len(values),
                    "middle": value_of(kind, median(values)),
                    "low": value_of(kind, min(values)),
                    "high": value_of(kind, max(values)),
                }
            )
    return rows
