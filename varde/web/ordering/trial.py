"""The dry run as it is shown: two pictures on one axis, days and alerts, what matters in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from varde.core.dry_run import Marked, Run, Turn
from varde.core.quantities import BY_NAME
from varde.core.thresholds import Limits
from varde.core.zones import Zone
from varde.paper.chart import Point
from varde.paper.multiples import Multiples, Series, multiples
from varde.triage.trying import Tried, tried
from varde.web.charts import bands_between
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import bound, short_date
from varde.web.texts.words import value_of

SPANS = (90, 30)
SHOWN = (Zone.GREEN, Zone.YELLOW, Zone.RED, Zone.NOT_JUDGED)
MOST_TURNS = 6
WIDTH = 620  # user units: as wide as it is shown, so that its letters are as large


@dataclass(frozen=True)
class Share:
    zone: str
    days: int
    percent: float  # of the widest bar


@dataclass(frozen=True)
class Line:
    """One span: its bars now and then."""

    days: int
    now: list[Share]
    then: list[Share]


@dataclass(frozen=True)
class Said:
    """One thing that matters, with what it goes from and to."""

    text: str
    now: str
    then: str
    milder: bool


@dataclass(frozen=True)
class Trial:
    measured: int
    span: int
    picture: Multiples | None
    lines: list[Line]
    alerts_now: int
    alerts_then: int
    changed: int
    worsenings: list[Said]
    turns: list[Said]
    more: int  # turns that are not told
    table: list[dict[str, Any]]


def trial(
    patient: UUID,
    held: Mapping[str, Limits],
    draft: Mapping[str, Limits],
    *,
    span: int,
    zone: ZoneInfo,
    at: datetime,
    held_at: datetime,
    rules: frozenset[str] | None = None,
) -> Trial:
    """`draft` holds only what differs from `held`, which held at `held_at`; `rules` the ordered
    rules that would hold, when they are others."""
    before = _("nå") if held_at == at else _("før")
    found = tried(patient, draft, days=SPANS[0], zone=zone, at=at, held_at=held_at, wished=rules)
    today = at.astimezone(zone).date()
    run = found.run
    shown = run.since(_first(today, span))
    turns = [_turn(one) for one in shown.turns]
    return Trial(
        measured=len(shown.days),
        span=span,
        picture=_picture(run, held, draft, before, span=span, zone=zone, at=at) if draft else None,
        lines=_lines({days: run.since(_first(today, days)) for days in SPANS}),
        alerts_now=shown.alerts_now,
        alerts_then=shown.alerts_then,
        changed=sum(day.now is not day.then for day in shown.days),
        worsenings=_worsenings(found, shown, zone),
        turns=turns[-MOST_TURNS:][::-1],
        more=max(0, len(turns) - MOST_TURNS),
        table=[{"day": short_date(d.day), "now": d.now.slug, "then": d.then.slug}
               for d in reversed(shown.days)],
    )  # fmt: skip


def _first(today: date, days: int) -> date:
    """The first of so many local days, of which today is the last."""
    return today - timedelta(days=days - 1)


def _lines(runs: Mapping[int, Run]) -> list[Line]:
    widest = max((len(run.days) for run in runs.values()), default=0) or 1
    return [
        Line(days, _shares(run.days_now, widest), _shares(run.days_then, widest))
        for days, run in runs.items()
    ]


def _shares(counted: Counter[Zone], widest: int) -> list[Share]:
    return [
        Share(zone.slug, counted[zone], round(100 * counted[zone] / widest, 1))
        for zone in SHOWN
        if counted[zone]
    ]


def _turn(turn: Turn) -> Said:
    return Said(_dates(turn.first, turn.last), turn.now.slug, turn.then.slug, turn.milder)


def _dates(first: date, last: date) -> str:
    if first == last:
        return short_date(first)
    return _("%(first)s til %(last)s") % {"first": short_date(first), "last": short_date(last)}


def _worsenings(found: Tried, shown: Run, zone: ZoneInfo) -> list[Said]:
    """Each day somebody judged it a worsening: what the days before it told, and would have."""
    first = shown.days[0].day if shown.days else date.max
    said: dict[date, Said] = {}
    for at in found.worsenings:
        day = at.astimezone(zone).date()
        if day < first or day in said:
            continue
        now, then = found.run.ahead_of(at)
        said[day] = Said(short_date(day), now.slug, then.slug, then < now)
    return [said[day] for day in sorted(said, reverse=True)]


def _picture(
    run: Run,
    held: Mapping[str, Limits],
    draft: Mapping[str, Limits],
    before: str,
    *,
    span: int,
    zone: ZoneInfo,
    at: datetime,
) -> Multiples:
    """For each kind that changes: its readings and bands now, and under them as they would be."""
    end = at.astimezone(zone)
    start = end - timedelta(days=span)
    rows: list[Series] = []
    for kind, limits in draft.items():
        mine = [one for one in run.readings if one.reading.kind == kind]
        mine = sorted((one for one in mine if one.reading.taken_at >= start), key=_taken)
        now = held.get(kind, Limits())
        for name, bounds, then in ((before, now, False), (_("utkast"), limits, True)):
            rows.append(_series(kind, name, bounds, mine, start, end, then=then))
    return multiples(rows, [], [], start=start, end=end, width=WIDTH)


def _taken(one: Marked) -> datetime:
    return one.reading.taken_at


def _series(
    kind: str,
    name: str,
    bounds: Limits,
    marked: Sequence[Marked],
    start: datetime,
    end: datetime,
    *,
    then: bool,
) -> Series:
    zones = [one.then if then else one.now for one in marked]
    last = marked[-1].reading.value if marked else None
    return Series(
        name=f"{KIND_TEXTS[kind].short}, {name}",
        unit=_side(_("gul"), bounds.warning_low, bounds.warning_high),
        usual=_side(_("rød"), bounds.alert_low, bounds.alert_high),
        latest=value_of(kind, last) if last is not None else _("ingen"),
        against="",
        zone=int(zones[-1]) if zones else 0,
        points=[
            Point(one.reading.taken_at, one.reading.value, int(zone))
            for one, zone in zip(marked, zones, strict=True)
        ],
        bands=bands_between(bounds, start, end),
        decimals=BY_NAME[kind].decimals,
    )


def _side(word: str, low: float | None, high: float | None) -> str:
    """«gul < 88», «rød < 41, > 120»: it stands beside the numbers of the axis."""
    parts = [f"< {bound(low)}"] if low is not None else []
    parts += [f"> {bound(high)}"] if high is not None else []
    return f"{word} {', '.join(parts)}" if parts else ""
