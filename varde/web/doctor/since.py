"""Since last time: what has happened with the patient since this doctor last looked."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from varde.audit.queries import last_opened
from varde.catalogue.queries import programme
from varde.core.ordering import Stage
from varde.core.zones import Zone
from varde.measuring.pauses import pause_of, rows_of
from varde.measuring.queries import ever_enrolled, series
from varde.people.viewer import Viewer
from varde.plan import queries as plans
from varde.triage import queries as triage
from varde.triage.ordered import orders
from varde.web.record.pause import pause_told
from varde.web.record.timeline import CALLS
from varde.web.texts.numbers import short_date

A_VISIT = timedelta(minutes=30)  # what is opened again within it is the same visit
LONGEST = timedelta(days=90)
NEVER = timedelta(days=30)  # what is told to who has not looked before


_GREEN = ngettext_lazy("%(n)s grønn", "%(n)s grønne", "n")
_YELLOW = ngettext_lazy("%(n)s gul", "%(n)s gule", "n")
_RED = ngettext_lazy("%(n)s rød", "%(n)s røde", "n")


def since_last(patient: UUID, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """In a few lines: days by colour, calls, and what has changed."""
    zone = ZoneInfo(viewer.zone)
    seen = last_opened(viewer.actor, patient, before=at - A_VISIT)
    start = max(seen, at - LONGEST) if seen is not None else at - NEVER
    return {
        "day": short_date(start.astimezone(zone).date()),
        "first": seen is None,
        "lines": [
            _days(patient, start, at, zone),
            *_calls(patient, start),
            *_changed(patient, start, zone),
        ],
    }


def _days(patient: UUID, start: datetime, at: datetime, zone: ZoneInfo) -> str:
    """«3 grønne, 13 gule, ingen røde dager»: each local day by the worst of it."""
    worst: dict[date, Zone] = {}

    def see(moment: datetime, found: int) -> None:
        day = moment.astimezone(zone).date()
        worst[day] = max(worst.get(day, Zone.NOT_JUDGED), Zone(found))

    known = [programme(row.programme, row.version) for row in ever_enrolled(patient)]
    kinds = tuple(dict.fromkeys(kind for one in known for kind in one.kinds))
    for points in series(patient, kinds, start=start, end=at).values():
        for point in points:
            see(point.taken_at, point.zone)
    for row in triage.judgements(patient, start=start, end=at):
        see(row.taken_at, row.zone)
    counted = Counter(worst.values())
    if not counted:
        return _("Ingen målinger")
    found = {
        "green": _many(_GREEN, counted[Zone.GREEN], _("ingen grønne")),
        "yellow": _many(_YELLOW, counted[Zone.YELLOW], _("ingen gule")),
        "red": _many(_RED, counted[Zone.RED], _("ingen røde")),
    }
    return _("%(green)s, %(yellow)s og %(red)s dager") % found


def _many(words: Any, n: int, none: str) -> str:
    return str(words % {"n": n}) if n else none


def _calls(patient: UUID, start: datetime) -> list[str]:
    """How often somebody talked with the patient, and what was written last."""
    rows = [row for row in triage.handlings(patient, start=start) if CALLS & set(row.acts)]
    if not rows:
        return []
    words = {"n": len(rows)}
    told = ngettext("Snakket med %(n)s gang", "Snakket med %(n)s ganger", len(rows)) % words
    newest = max(rows, key=lambda row: row.at)
    return [f"{told}: «{newest.note.strip()[:160]}»" if newest.note.strip() else told]


def _changed(patient: UUID, start: datetime, zone: ZoneInfo) -> list[str]:
    """New limits, plans, what was started, and stays in hospital."""
    found = [
        (row.ended_at, _("Nye grenser"))
        for row in orders(patient)
        if row.ended_at is not None and row.stage == Stage.IN_FORCE
    ]
    found += [
        (plan.approved_at, _("Ny plan, versjon %(n)s") % {"n": plan.version})
        for plan in plans.versions(patient)
        if plan.approved_at is not None
    ]
    found += [
        (course.at, _("Startet %(drug)s") % {"drug": course.drug})
        for course in plans.courses(patient)
    ]
    found += [(away.begun_at, pause_told(pause_of(away))) for away in rows_of(patient)]
    return [
        f"{short_date(at.astimezone(zone).date())} {text}"
        for at, text in sorted(found)
        if at >= start
    ]
