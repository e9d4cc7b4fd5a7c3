"""A draft of limits that a doctor is asked to order, on the patient's own page, in one touch."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from varde.core.ordering import NotOrdered, Stage, differing, rules_differing
from varde.triage import ordering
from varde.triage.ordered import held_at, mark_of
from varde.triage.ordering import Draft
from varde.web.ordering.page import Page, made, mark
from varde.web.ordering.trial import SPANS, trial
from varde.web.record.grounds import rule_line
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.limits import between, outside, sides
from varde.web.texts.numbers import when


def card(request: Any, person: Any) -> dict[str, Any] | None:
    """None when nobody is asked to order anything for the patient."""
    page = made(request, person)
    order = page.order
    if order is None or order.stage != Stage.ASKED:
        return None
    changed = differing(page.held, page.draft)
    turned = rules_differing(page.ruled, page.wished)
    zone = ZoneInfo(request.viewer.zone)
    tried = trial(
        person.id, page.held, changed, span=SPANS[0], zone=zone, at=request.at,
        held_at=held_at(order, request.at), rules=page.wished if turned else None,
    )  # fmt: skip
    return {
        "by": order.drafted_by.name,
        "at": when(order.asked_at, request.at, request.viewer.zone),
        "reason": order.reason,
        "version": order.version,
        "seen": mark_of(page.held, page.ruled),
        "tried": mark(page, changed, page.wished),
        "kinds": [_kind(page, kind) for kind in changed],
        "rules": [rule_line(name, wanted) for name, wanted in turned.items()],
        "line": tried.lines[0],
        "measured": tried.measured,
        "worsenings": tried.worsenings,
        "alerts_now": tried.alerts_now,
        "alerts_then": tried.alerts_then,
    }


def _kind(page: Page, kind: str) -> dict[str, Any]:
    now, then = page.held.get(kind), page.draft[kind]
    rows = []
    for zone in ("green", "yellow", "red"):
        told = [_told(one.in_order(), zone) if one is not None else "–" for one in (now, then)]
        rows.append((zone, *told))
    return {"name": KIND_TEXTS[kind].short, "rows": rows}


def _told(bounds: tuple[float | None, ...], zone: str) -> str:
    a, b, c, d = bounds
    return {"green": between(b, c), "yellow": sides(a, b, c, d), "red": outside(a, d)}[zone]


def order_as_asked(request: Any, person: Any) -> None:
    """The draft as it stands, tried as it was shown. Raises `NotOrdered`."""
    page, post = made(request, person), request.POST
    if page.order is None or page.order.stage != Stage.ASKED:
        raise NotOrdered("gone")
    changed = differing(page.held, page.draft)
    if post.get("tried", "") != mark(page, changed, page.wished):
        raise NotOrdered("untried")
    text = post.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    wish = Draft(
        person.id, page.draft, page.order.reason, version, post.get("seen", "-"), page.wished
    )
    ordering.order(wish, by=request.viewer, at=request.at)
