"""What is usual for the patient, beside the limits: where it is known from, and a doctor's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import PERMISSIONS, Role
from varde.core.programme import Programme, strictest_drops
from varde.core.quantities import BY_CODE, BY_NAME
from varde.measuring.habitual import NotUsual
from varde.measuring.queries import habitual_values, once_usual
from varde.pathway.usual import set_usual
from varde.people.queries import names, patient_for
from varde.web.patient.doubt import read_number
from varde.web.roles import for_roles
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import short_date
from varde.web.texts.statuses import USUAL_BASIS
from varde.web.texts.words import value_of


def usual(
    patient: UUID, programmes: Sequence[Programme], viewer: Any, at: datetime
) -> dict[str, Any]:
    """Each kind that is held against what is usual, or of which something is known."""
    known = habitual_values(patient)
    kinds = dict.fromkeys((*strictest_drops(programmes), *known))
    once = once_usual(patient)
    said = names({row.by_id for row in (*known.values(), *once) if row.by_id})
    lines = [_line(kind, known.get(kind), said, viewer.zone) for kind in kinds]
    may = viewer.role in PERMISSIONS["set-habitual"]
    choices = [(kind, str(KIND_TEXTS[kind].short)) for kind in kinds]
    before = [_before(row, said, viewer.zone) for row in once]
    return {"lines": lines, "choices": choices if may else [], "before": before}


def _before(row: Any, said: dict[UUID, str], zone: str) -> dict[str, str]:
    """What was usual once, and until when."""
    kind, local = BY_CODE[row.kind].name, ZoneInfo(zone)
    told = _line(kind, row, said, zone)
    return told | {"until": short_date(row.until.astimezone(local).date())}


def _line(kind: str, row: Any, said: dict[UUID, str], zone: str) -> dict[str, str]:
    name = str(KIND_TEXTS[kind].short)
    if row is None:
        return {"name": name, "value": "", "from": _("ikke kjent ennå: de tre første målingene")}
    since = short_date(row.since.astimezone(ZoneInfo(zone)).date())
    basis = str(USUAL_BASIS.get(row.basis, row.basis))
    told = f"{basis} {said[row.by_id]}" if row.by_id in said else basis
    return {"name": name, "value": value_of(kind, row.value), "from": f"{told}, {since}",
            "why": row.why}  # fmt: skip


@for_roles(Role.GP, Role.SPECIALIST)
@require_POST
def set_(request: Any, patient: UUID) -> HttpResponse:
    """On the doctor's word, from the next report."""
    viewer, at, post = request.viewer, request.at, request.POST
    patient_for(viewer, patient, at=at)
    kind = BY_NAME.get(post.get("kind", ""))
    if post.get("patient") != str(patient) or kind is None:
        return HttpResponseBadRequest()
    value, why = read_number(post.get("value", "").strip()[:20]), post.get("why", "")
    try:
        if value is None:
            raise NotUsual("number")
        set_usual(patient=patient, kind=kind, value=value, why=why.replace("\0", ""), by=viewer,
                  at=at)  # fmt: skip
    except NotUsual as no:
        banners.warning(request, REFUSED[no.code]())
    else:
        banners.success(request, _("Lagret. Fra neste innsending vurderes pasienten mot dette."))
    return redirect(f"/doctor/patient/{patient}/limits#usual-h")


REFUSED = {
    "doctor": lambda: _(
        "Bare en lege som har pasienten, sier hva som er vanlig. Ingenting er endret."
    ),
    "number": lambda: _("Skriv et tall som er mulig. Ingenting er endret."),
    "why": lambda: _("Skriv hvorfor, med noen ord. Ingenting er endret."),
}
