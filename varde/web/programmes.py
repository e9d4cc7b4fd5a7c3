"""The programmes of the cooperation: what judges, what follows and what is advised, and whose word
it rests on; a specialist signs what has been read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.catalogue import actions as catalogue
from varde.catalogue.actions import NotAsRead
from varde.catalogue.queries import digest, newest_of_each, signatures
from varde.core.access import PERMISSIONS, Role
from varde.core.programme import Choice, Programme, to_order
from varde.core.signing import Part
from varde.web.roles import for_roles
from varde.web.texts.follow_up import times
from varde.web.texts.kinds import KIND_TEXTS, SHORT_UNITS
from varde.web.texts.limits import between, outside, sides
from varde.web.texts.numbers import bound, full_date
from varde.web.texts.rules import rule_lines, rule_told
from varde.web.texts.statuses import PARTS
from varde.web.texts.words import said

ZONES = ("green", "yellow", "red")


@for_roles(Role.NURSE, Role.GP, Role.SPECIALIST)
@require_GET
def programmes(request: Any) -> HttpResponse:
    found = newest_of_each()
    known = signatures(found)
    may = request.viewer.role in PERMISSIONS["sign-programme"]
    words = {
        "here": "programmes",
        "may": may,
        "programmes": [_shown(one, known, request.viewer) for one in found],
    }
    return render(request, "programmes.html", words)


def _shown(one: Programme, known: Any, viewer: Any) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": said(one.name),
        "version": one.version,
        "kinds": [
            {
                "name": KIND_TEXTS[kind].short,
                "unit": str(SHORT_UNITS[kind]),
                "asked": kind in one.kinds,
                "green": between(b.warning_low, b.warning_high),
                "yellow": sides(b.alert_low, b.warning_low, b.warning_high, b.alert_high),
                "red": outside(b.alert_low, b.alert_high),
            }
            for kind, b in one.standard.limits.items()
        ],
        "rules": rule_lines([one]),
        "by_order": [rule_told(name, [one]) for name in to_order([one])],
        "not_judged": [KIND_TEXTS[kind].short for kind in one.kinds if kind in one.not_judged],
        "questions": [
            {"text": said(q.text), "choices": [(_choice(c), c.zone) for c in q.choices]}
            for q in one.questions
        ],
        "times": times(one),
        "advice": [
            {
                "zone": zone,
                "heading": said(one.advice[zone].heading),
                "meaning": said(one.advice[zone].meaning),
                "do": [said(text) for text in one.advice[zone].do],
            }
            for zone in ZONES
        ],
        "call_113_when": [said(text) for text in one.call_113_when],
        "parts": {part.value: _part(one, part, known, viewer) for part in Part},
    }


def _choice(choice: Choice) -> str:
    """With what it counts, and that it never waits, where it does."""
    more = [_("%(n)s poeng") % {"n": bound(choice.points)}] if choice.points is not None else []
    more += [_("haster alltid")] if choice.urgent else []
    return f"{said(choice.text)} ({', '.join(more)})" if more else said(choice.text)


def _part(one: Programme, part: Part, known: Any, viewer: Any) -> dict[str, Any]:
    rows = known[one.key, part]
    return {
        "part": part.value,
        "title": PARTS[part],
        "digest": digest(one, part),
        "signed": [
            {
                "name": row.by.name,
                "where": row.organisation.name,
                "on": full_date(row.at.date()),
                "id": row.id if row.by_id == viewer.person else None,
            }
            for row in rows
        ],
        "in_file": one.standard.signed_by if part is Part.LIMITS else (),
        "own": any(row.by_id == viewer.person for row in rows),
    }


@for_roles(Role.SPECIALIST)
@require_POST
def sign(request: Any) -> HttpResponse:
    """What was read is signed, or one's own signature is withdrawn."""
    viewer, at, post = request.viewer, request.at, request.POST
    try:
        if "withdraw" in post:
            catalogue.withdraw_signature(signature=UUID(post["withdraw"]), by=viewer, at=at)
            banners.success(request, _("Signaturen er trukket."))
        else:
            part, mark = Part(post.get("part", "")), post.get("digest", "")
            catalogue.sign(
                key=post.get("key", "").replace("\0", ""), part=part, digest=mark, by=viewer, at=at
            )
            banners.success(request, _("Signert. Navnet ditt står ved det fra nå."))
    except NotAsRead:
        banners.warning(request, _("Programmet er endret siden du leste. Les på nytt før du "
                                   "signerer."))  # fmt: skip
    except (ValueError, KeyError):
        return HttpResponseBadRequest()
    return redirect("/doctor/programmes")
