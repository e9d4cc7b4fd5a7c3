"""Again: a red is measured once more, and what most often goes wrong is said first (3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from varde.core.access import Role
from varde.core.quantities import BY_NAME
from varde.core.reading import TECHNIQUES
from varde.measuring import actions as measuring
from varde.measuring.incoming import Delivery, id_from, rows_of_report
from varde.measuring.queries import latest
from varde.triage import repeating
from varde.web.patient.common import programmes_of
from varde.web.patient.doubt import Doubt, doubts, other_unit, read_number
from varde.web.patient.manner import ADVICE, techniques
from varde.web.patient.steps import Field, Step, steps_of, with_fields
from varde.web.roles import for_roles
from varde.web.texts.opening import hour
from varde.web.texts.sentences import as_typed

MOST = 200  # characters of a number


@dataclass
class Asked:
    """One number to measure once more, and what was typed for it."""

    field: Field
    typed: str = ""
    error: str = ""


def wanted(request: Any, report: UUID) -> Any | None:
    """The control that the patient may still answer; None when there is none, or its time went."""
    found = repeating.control_of(request.viewer.person, report)
    if found is None or found.state != repeating.ASKED or request.at > found.until:
        return None
    return found


def by_when(control: Any, zone: str) -> str:
    return hour(control.until.astimezone(ZoneInfo(zone)).time())


@for_roles(Role.PATIENT)
@require_http_methods(["GET", "POST"])
def again(request: Any, report_id: UUID) -> HttpResponse:
    """One page: what to look out for, and only the numbers that were red."""
    control = repeating.control_of(request.viewer.person, report_id)
    if control is None:
        raise Http404
    if control.repetition_id or (request.method == "GET" and not wanted(request, report_id)):
        return redirect(f"/patient/result/{control.report_id}")  # what is sent is kept, also late
    steps = _steps(request, control)
    fields = [Asked(field) for step in steps for field in step.fields]
    if request.method == "GET":
        return _show(request, control, steps, fields)
    return _taken(request, control, steps, fields)


def _steps(request: Any, control: Any) -> list[Step]:
    """The devices that show what was red, each with those numbers alone."""
    made: list[Step] = []
    left = set(control.kinds)
    for step in steps_of(programmes_of(request, at=control.asked_at), more=left):
        fields = tuple(field for field in step.fields if field.kind in left)
        if fields:
            made.append(with_fields(step, fields))
            left -= {field.kind for field in fields}
    return made


def _show(
    request: Any,
    control: Any,
    steps: list[Step],
    fields: list[Asked],
    asked: list[Doubt] | None = None,
) -> HttpResponse:
    advice = [text for step in steps for text in ADVICE.get(step.slug, ())]
    return render(
        request,
        "patient/again.html",
        {
            "report": control.report_id,
            "until": by_when(control, request.viewer.zone),
            "advice": advice,
            "steps": steps,
            "fields": fields,
            "techniques": techniques(steps),
            "said": request.POST.getlist("technique"),
            "confirm": [doubt.key for doubt in asked or () if doubt.may_stand],
        },
    )


def _taken(request: Any, control: Any, steps: list[Step], fields: list[Asked]) -> HttpResponse:
    read: dict[str, float] = {}
    for one in fields:
        one.typed = request.POST.get(one.field.kind, "").strip()[:MOST]
        value = read_number(one.typed)
        if value is None:
            one.error = _("Skriv tallet du ser på måleren.")
        else:
            read[one.field.kind] = value
    asked = _doubts(request, control, fields, read)
    if asked or any(one.error for one in fields):
        return _show(request, control, steps, fields, asked)
    said = [key for key in request.POST.getlist("technique") if key in TECHNIQUES]
    repeating.repeat(
        control.id,
        _delivery(control, read, request.at),
        technique=said,
        source=measuring.source("app", "Varde").id,
        by=request.viewer,
        at=request.at,
    )
    return redirect(f"/patient/result/{control.report_id}")


def _doubts(request: Any, control: Any, fields: list[Asked], read: dict[str, float]) -> list[Doubt]:
    """The odd numbers, asked about at their field; sent once more as they are, they stand."""
    before = latest([(control.patient_id, kind) for kind in read], n=1)
    found = doubts(
        read,
        before={kind: values[-1][1] for (_person, kind), values in before.items()},
        programmes=programmes_of(request, at=control.asked_at),
        confirmed=request.POST.getlist("confirmed"),
        units={one.field.kind: other_unit(one.typed, one.field.kind) for one in fields},
    )
    for doubt in found:
        one = next(one for one in fields if one.field.kind == doubt.kind)
        words = {"shown": as_typed(doubt.kind, doubt.value, doubt.unit)}
        if doubt.may_stand:
            one.error = _("Vi fikk %(shown)s. Stemmer det, så send en gang til.") % words
        else:
            one.error = _("%(shown)s kan ikke stemme. Se på måleren igjen.") % words
    return found


def _delivery(control: Any, read: dict[str, float], at: datetime) -> Delivery:
    """Its id is made from the control's: a button pressed twice sends one report."""
    report = id_from("repetition", control.id)
    rows = rows_of_report(report, [(BY_NAME[kind], value) for kind, value in read.items()])
    return Delivery(control.patient_id, at, rows, report_id=report)
