"""What follows by itself for this patient, and what else is agreed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.core.own_follow_up import LEFT_OUT, LONGEST, NotAgreed, days_of, watches, with_own
from varde.pathway.follow_up import settle
from varde.pathway.own_follow_up import agree, agreed_with, asked_of
from varde.people.queries import patient_for
from varde.triage.handling import says_why
from varde.web.roles import for_roles
from varde.web.texts.follow_up import follow_up_line
from varde.web.texts.numbers import short_date
from varde.web.texts.statuses import TASKS


def following_words(patient: UUID, at: datetime) -> dict[str, Any]:
    """Each thing in a sentence with its numbers, and who agreed on something else."""
    rules, rows = asked_of(patient, at=at), {row.task: row for row in agreed_with(patient)}
    own = {task: row.days for task, row in rows.items()}
    lines = []
    for rule in rules:
        row = rows.get(rule.task)
        now = with_own([rule], own)
        lines.append(
            {
                "task": rule.task,
                "told": follow_up_line(now[0]) if now else "",
                "name": str(TASKS.get(rule.task, rule.task)),
                "by": row.by.name if row else "",
                "on": short_date(row.at.date()) if row else "",
                "why": row.why if row else "",
            }
        )
    choices = [
        (rule.task, str(TASKS.get(rule.task, rule.task)), days_of(rule) or "", watches(rule))
        for rule in rules
    ]
    return {"lines": lines, "choices": choices, "longest": LONGEST}


@for_roles(Role.NURSE)
@require_POST
def following(request: Any, patient: UUID) -> HttpResponse:
    """Other days, not at all, or as the programme says again; what waits is reckoned at once."""
    viewer, at, post = request.viewer, request.at, request.POST
    patient_for(viewer, patient, at=at)
    if post.get("patient") != str(patient):
        return HttpResponseBadRequest()
    again, why = "again" in post, post.get("why", "").replace("\0", "").strip()
    try:
        days = None if again else _days(post)
        if not again and not says_why(why):
            banners.warning(request, _("Skriv hvorfor, med noen ord. Ingenting er endret."))
            return _back(patient)
        task = post.get("again") or post.get("task", "")
        agree(patient=patient, task=task, days=days, why=why, by=viewer, at=at)
    except NotAgreed as no:
        banners.warning(request, _refused(no.code))
        return _back(patient)
    settle([patient], by=viewer, at=at)
    text = _("Det følger programmet igjen.") if again else _("Lagret. Oppgavene er regnet på nytt.")
    banners.success(request, text)
    return _back(patient)


def _days(post: Any) -> int:
    if post.get("how") == "not":
        return LEFT_OUT
    text = post.get("days", "").strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LONGEST):
        raise NotAgreed("number")
    return int(text)


def _back(patient: UUID) -> HttpResponse:
    return redirect(f"/nurse/patient/{patient}#following-h")


def _refused(code: str) -> str:
    return {
        "number": _("Skriv et antall dager som passer til oppgaven. Ingenting er endret."),
        "watch": _("Det som passer på den som er syk eller stille, kan bare komme tidligere. "
                   "Ingenting er endret."),
        "rule": _("Det følger ikke av pasientens program lenger. Ingenting er endret."),
    }[code]  # fmt: skip
