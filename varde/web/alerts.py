"""Alerts: what came of them by rule, and which rules are worth a look; never a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from varde.catalogue.queries import published
from varde.core.access import Role
from varde.core.ledger import FEWEST, LOWEST, Ledger, Line
from varde.core.programme import Programme
from varde.core.zones import Zone
from varde.triage.alerts import alerts_of
from varde.web.roles import for_roles
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import bound, duration, number, percent
from varde.web.texts.rules import rule_name
from varde.web.texts.words import said

DAYS = (30, 90, 365)


@for_roles(Role.NURSE, Role.TEAM_LEADER)
@require_GET
def alerts(request: Any) -> HttpResponse:
    viewer, at = request.viewer, request.at
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in {str(one) for one in DAYS} else 90
    found = alerts_of(viewer.seat, zone=viewer.zone, start=at - timedelta(days=days), end=at)
    programmes = published()
    words = {
        "here": "alerts",
        "base": "nurse/frame.html" if viewer.role is Role.NURSE else "pro_frame.html",
        "days": days,
        "periods": DAYS,
        "figures": _figures(found),
        "lines": [_line(line, programmes) for line in found.lines],
        "limits": [_line(line, programmes) for line in found.limits],
        "look": [_line(line, programmes) for line in found.to_look_at],
        "fewest": FEWEST,
        "lowest": percent(LOWEST),
    }
    return render(request, "alerts.html", words)


def _figures(found: Ledger) -> list[tuple[str, str, str]]:
    """The numbers above the table; what could not be reckoned is a dash."""
    told = [
        (_("Røde og gule rapporter"), str(found.alerts), ""),
        (_("Per pasient og døgn"), _or_dash(found.per_day, lambda n: number(n, 2)), ""),
        (_("Vurdert som ingen forverring"), _or_dash(found.downgraded_share, percent), ""),
    ]
    for zone, name in ((Zone.RED, _("Rød til lukket")), (Zone.YELLOW, _("Gul til lukket"))):
        took = found.took.get(zone)
        most = _("ni av ti innen %(most)s") % {"most": duration(took[1])} if took else ""
        told.append((name, duration(took[0]) if took else "–", most))
    return told


def _or_dash(value: float | None, tell: Any) -> str:
    return "–" if value is None else str(tell(value))


def _line(line: Line, programmes: list[Programme]) -> dict[str, Any]:
    counts = line.outcomes
    return {
        "zone": line.rule.zone.slug,
        "what": _what(line.rule.subject, programmes),
        "rule": rule_name(line.rule.rule) if line.bound is None else limit_told(line),
        "programme": next((said(p.name) for p in programmes if p.key == line.rule.programme), ""),
        "alerts": line.alerts,
        "right": line.right,
        "usual": counts["usual"],
        "technique": counts["measuring-error"],
        "equipment": counts["equipment"],
        "no_need": counts["no-need"],
        "open": line.alerts - line.judged,
        "precision": _or_dash(line.precision, percent),
    }


def limit_told(line: Line) -> str:
    """«under 88», «fra 3 under det vanlige»; a red rise is over its bound, all else from it."""
    words, red = {"bound": bound(line.bound or 0)}, line.rule.zone is Zone.RED
    told = {
        "below": _("under %(bound)s"),
        "above": _("over %(bound)s"),
        "drop": _("fra %(bound)s under det vanlige"),
        "rise": _("opp mer enn %(bound)s") if red else _("opp %(bound)s eller mer"),
        "fall": _("ned %(bound)s eller mer"),
    }
    return told[line.rule.rule] % words


def _what(subject: str, programmes: list[Programme]) -> str:
    sort, _colon, name = subject.partition(":")
    if subject in KIND_TEXTS:
        return str(KIND_TEXTS[subject].short)
    for programme in programmes:
        for question in programme.questions if sort == "answer" else ():
            if question.id == name:
                return said(question.short)
        for rule in programme.rules if sort == "rule" else ():
            if rule.id == name:
                return said(rule.name)
    return name
