"""What the doctor is asked of one patient: each a card that is answered where it stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.core.ordering import NotOrdered
from varde.core.plan import Stage, decoded, lacking
from varde.pathway.together.asked import open_of
from varde.pathway.together.outreach import unconfirmed_of
from varde.people.doctors import acts_for, may_approve
from varde.people.queries import patient_for
from varde.plan import queries as plans
from varde.plan.approving import shown_mark
from varde.triage.ordered import asked_of, unverified_of
from varde.triage.tasks import conflicts_of
from varde.web.care.section import request_told, support_told
from varde.web.ordering.card import card, order_as_asked
from varde.web.ordering.told import refusals
from varde.web.plan.compared import compared_rows
from varde.web.plan.shown import shown, usual_told
from varde.web.plan.told import inputs_told, lacks_told
from varde.web.roles import for_roles
from varde.web.texts.numbers import when


def cards(request: Any, person: Any) -> dict[str, Any]:
    """New limits, a plan, what other units ask, settings to confirm, two programmes that disagree,
    a telephone order that nobody verified."""
    viewer, at = request.viewer, request.at
    doctors = acts_for(viewer.actor, zone=viewer.zone, at=at)
    wished = any(one.patient_id == person.id for one in asked_of(doctors, at=at))
    told = next((one for one in unverified_of(doctors) if one.patient_id == person.id), None)
    found = {
        "limits": card(request, person) if wished else None,
        "plan": _plan(request, person.id),
        "conflict": any(one.patient_id == person.id for one in conflicts_of(doctors, at=at)),
        "unverified": told.ordered_by.name if told is not None and told.ordered_by else "",
        "requests": [request_told(row, viewer, at) for row in open_of(person.id, viewer.seat)
                     if row.stage == "asked"],
        "confirm": [support_told(row, viewer, at) for row in unconfirmed_of(doctors)
                    if row.patient_id == person.id],
    }  # fmt: skip
    return {**found, "n": sum(bool(one) for one in found.values())}


def _plan(request: Any, patient: UUID) -> dict[str, Any] | None:
    viewer, at = request.viewer, request.at
    row = plans.open_plan(patient)
    if row is None or row.stage != Stage.PROPOSED:
        return None
    if not may_approve(viewer.actor, patient, zone=viewer.zone, at=at):
        return None
    before, content = plans.before(row), decoded(row.content)
    return {
        "row": row,
        "by": row.proposed_by.name if row.proposed_by else "",
        "at": when(row.proposed_at, at, viewer.zone) if row.proposed_at else "",
        "compared": compared_rows(before, row),
        "since": [one for one in inputs_told(plans.inputs(patient), viewer.zone, at, row)
                  if one["new"]],
        "with": before.version if before is not None else 0,
        "gone_before": before if before is not None and before.stage == Stage.WITHDRAWN else None,
        "zones": shown(row, at=at),
        "usual": usual_told(row),
        "seen": shown_mark(patient, at=at),
        "lacks": lacks_told(lacking(content)),
        "matters": content.matters,
        "goals": content.goals,
    }  # fmt: skip


@for_roles(Role.GP, Role.SPECIALIST)
@require_POST
def order(request: Any, patient: UUID) -> HttpResponse:
    """The limits the doctor was asked for, as they stand on the page; in force from now."""
    person = patient_for(request.viewer, patient, at=request.at)
    if request.POST.get("patient") != str(patient):
        return HttpResponseBadRequest()
    try:
        order_as_asked(request, person)
    except NotOrdered as no:
        banners.warning(request, refusals().get(no.code, _("Grensene er ikke endret.")))
        return redirect(f"/doctor/patient/{patient}")
    banners.success(request, _("De nye grensene gjelder fra nå."))
    return redirect(f"/doctor/patient/{patient}")
