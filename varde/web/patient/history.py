"""History: one chart per measurement with the zones as bands, and the same as a table."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.core.pause import Why
from varde.core.quantities import BY_NAME
from varde.core.zones import Zone
from varde.measuring.habitual import usual_over_time
from varde.measuring.pauses import pauses
from varde.measuring.queries import series
from varde.paper.chart import Band, Chart, chart
from varde.plan.queries import courses, versions
from varde.triage.thresholds import over_time
from varde.web.charts import bands_of, below_usual, points_of
from varde.web.patient.common import programmes_of
from varde.web.roles import for_roles
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import day_month, full_date
from varde.web.texts.words import value_of

PERIODS = {"14": 14, "90": 90, "365": 365, "all": 36_500}


@for_roles(Role.PATIENT)
@require_GET
def history(request: Any) -> HttpResponse:
    programmes = programmes_of(request)
    kinds = list(dict.fromkeys(kind for p in programmes for kind in p.kinds))
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else (kinds[0] if kinds else "spo2")
    days = request.GET.get("days", "14")
    days = days if days in PERIODS else "14"
    at = request.at.astimezone(ZoneInfo(request.viewer.zone))  # dates are those of the place
    start, end = at - timedelta(days=PERIODS[days]), at + timedelta(minutes=1)
    points = series(request.viewer.person, [kind], start=start, end=end)[kind]
    if days == "all" and points:
        start = points[0].taken_at.astimezone(at.tzinfo) - timedelta(days=1)
    limits = over_time(request.viewer.person, start=start, end=end).get(kind, [])
    below = below_usual(usual_over_time(request.viewer.person), programmes).get(kind)
    bands = bands_of(limits, start, end, below)
    events = _events(request, start, end)
    words = {
        "here": "history",
        "kinds": [(name, KIND_TEXTS[name].button) for name in kinds],
        "kind": kind,
        "name": KIND_TEXTS[kind].plain,
        "unit": KIND_TEXTS[kind].unit,
        "days": days,
        "periods": (
            ("14", _("14 dager")),
            ("90", _("3 måneder")),
            ("365", _("Ett år")),
            ("all", _("Alt")),
        ),
        "chart": _chart(kind, points, bands, start, end, [one["at"] for one in events]),
        "events": events,
        "limited": bool(bands),  # where no limit is set, nothing is painted green
        "rows": [_row(request, kind, point) for point in reversed(points)],
        "zones": ("green", "yellow", "red"),
        "unjudged": any(point.zone == Zone.NOT_JUDGED for point in points),
        "summary": _summary(kind, points),
    }
    return render(request, "patient/history.html", words)


def _events(request: Any, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """What was started by the plan, new plans and stays in hospital in the period, the first one
    first; numbered on the chart."""
    zone, mine = ZoneInfo(request.viewer.zone), request.viewer.person
    found = [(one.started_on, _("Du startet %(drug)s") % {"drug": one.drug})
             for one in courses(mine)]  # fmt: skip
    found += [(one.approved_at.astimezone(zone).date(), _("Ny plan, versjon %(n)s")
               % {"n": one.version}) for one in versions(mine) if one.approved_at]  # fmt: skip
    for away in pauses([mine]).get(mine, ()):
        if away.why is Why.ADMITTED:
            found.append((away.first, _("Innlagt på sykehus")))
            found += [(away.last, _("Siste dag på sykehus"))] if away.last else []
    last = end.astimezone(zone).date()  # of today it is drawn now, also in the morning
    noon = [(datetime.combine(day, time(12), zone), day, text) for day, text in sorted(found)]
    return [{"at": min(at, end), "text": text, "on": day_month(day)}
            for at, day, text in noon if start <= at and day <= last]  # fmt: skip


def _chart(
    kind: str, points: list[Any], bands: list[Band], start: Any, end: Any, moments: list[datetime]
) -> Chart | None:
    if not points:
        return None
    return chart(
        points_of(points),
        bands,
        start=start,
        end=end,
        width=350,
        height=200,
        decimals=BY_NAME[kind].decimals,
        moments=moments,
    )


def _row(request: Any, kind: str, point: Any) -> dict[str, Any]:
    local = point.taken_at.astimezone(ZoneInfo(request.viewer.zone))
    return {
        "day": full_date(local.date()),
        "time": local.strftime("%H:%M"),
        "value": value_of(kind, point.value),
        "zone": Zone(point.zone).slug,
    }


def _summary(kind: str, points: list[Any]) -> str:
    if not points:
        return ""
    values = [point.value for point in points]
    words = {
        "n": len(points),
        "low": value_of(kind, min(values)),
        "high": value_of(kind, max(values)),
    }
    return _("%(n)s målinger, fra %(low)s til %(high)s.") % words
