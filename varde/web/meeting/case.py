"""One patient before everyone in a meeting: the question, the trend, and what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from varde.catalogue.queries import programme
from varde.core.access import DOCTORS, PERMISSIONS
from varde.core.coded import Coded
from varde.core.meeting import CaseStage, Decided, NotMet
from varde.core.plan import decoded
from varde.core.request import ControlState
from varde.core.thresholds import Limits
from varde.measuring.queries import enrolments, ever_enrolled
from varde.pathway.meeting import deciding, meetings, minutes
from varde.pathway.meeting.decided import decisions_of
from varde.pathway.meeting.deciding import Wanted
from varde.pathway.together import routine, slots
from varde.people.openings import opened
from varde.people.queries import home_municipalities
from varde.plan import queries as plans
from varde.triage import ordered
from varde.triage.ordered_rules import rules_held
from varde.web.care.section import care_events, care_facts, support_rows
from varde.web.care.words import refused, time_told
from varde.web.meeting.pages import found_meeting, taking_part
from varde.web.meeting.told import cases_told, decisions_told, meeting_told, there
from varde.web.meeting.words import DECISIONS
from varde.web.ordering.form import groups, read
from varde.web.ordering.told import refusals
from varde.web.plan.words import medication_told
from varde.web.record.limits import limit_rows
from varde.web.record.plan import plan_events, plan_facts
from varde.web.record.trend import trend
from varde.web.roles import HOME
from varde.web.texts.numbers import short_date, when
from varde.web.texts.rules import rule_lines
from varde.web.texts.statuses import SERVICE_MODELS
from varde.web.texts.words import said

DAYS = 90
KEYS = {
    Decided.MEDICATION: "1", Decided.LIMITS: "2", Decided.PLAN: "3", Decided.APPOINTMENT: "4",
    Decided.OXYGEN: "5", Decided.ASK_GP: "6", Decided.CONTROL: "7", Decided.STAY: "0",
}  # fmt: skip


class Unread(ValueError):
    """Some of the limits cannot be read."""


@taking_part
@require_http_methods(["GET", "POST"])
def one_case(request: Any, meeting: UUID, case: UUID) -> HttpResponse:
    row, cases = found_meeting(request, meeting)
    one = next((found for found in cases if found.id == case), None)
    if one is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, row, cases, one)
    post = request.POST
    if post.get("patient") != str(one.patient_id):
        return HttpResponseBadRequest()
    try:
        then = _act(request, row, one)
    except Coded as no:
        told = refusals().get(no.code) if post.get("what") == "limits" else None
        refusal = told or refused(no.code)
        row, cases = found_meeting(request, meeting)
        if case not in {found.id for found in cases}:
            raise Http404 from None  # taken off the list meanwhile
        return _shown(request, row, cases, one, typed=post, refusal=refusal)
    except (ValueError, KeyError):
        return _shown(request, row, cases, one, typed=post, refusal=refusals()["unread"])
    return redirect(f"{HOME[request.viewer.role]}meeting/{row.id}{then}")


def _act(request: Any, row: Any, one: Any) -> str:
    """Does what was pressed; where to go then, under the meeting."""
    post: Any = request.POST
    by: dict[str, Any] = {"by": request.viewer, "at": request.at}
    do, here = post.get("do"), f"/patient/{one.id}"
    if do == "decide":
        deciding.decide(case=one.id, wanted=_wanted(request, one), **by)
        return here
    if do == "strike":
        known = {made.id for made in decisions_of([one.id])[one.id]}
        named = UUID(post["decision"])
        if named not in known:
            raise NotMet("gone")
        deciding.strike(decision=named, **by)
        return here
    if do == "go":
        meetings.go_to(meeting=row.id, case=one.id, **by)
        return here
    then = {"done": CaseStage.DONE, "next-time": CaseStage.NEXT_TIME,
            "again": CaseStage.WAITING}[do]  # fmt: skip
    following = meetings.gone_through(meeting=row.id, case=one.id, then=then, **by)
    if then is CaseStage.WAITING:
        return here
    if following is None:
        banners.success(request, _("Alle er gått gjennom. Se over notatene, og avslutt møtet."))
        return ""
    return f"/patient/{following.id}"


def _wanted(request: Any, one: Any) -> Wanted:
    """What was entered. Raises ValueError for what cannot be read."""
    post = request.POST
    what = Decided(post.get("what", ""))
    state = ControlState.DROPPED
    if what is Decided.CONTROL:
        state = ControlState(post.get("state", ""))
    return Wanted(
        what,
        post.get("text", "").replace("\0", "").replace("\r\n", "\n"),
        doctor=UUID(post["doctor"]) if post.get("doctor") else None,
        due_on=date.fromisoformat(post["due"]) if post.get("due") else None,
        limits=_limits(request, one.patient_id) if what is Decided.LIMITS else None,
        slot=UUID(post["slot"]) if post.get("slot") else None,
        control=UUID(post["control"]) if post.get("control") else None,
        state=state,
    )


def _limits(request: Any, patient: UUID) -> dict[str, Limits] | None:
    """The limits as typed; None where none is other than it is."""
    held = ordered.held(patient, at=request.at)
    found = groups(_programmes(patient, request.at), held, held)
    typed = read(found, request.POST)
    if typed is None:
        raise Unread
    changed = {kind: one for kind, one in typed.items() if one != held.get(kind, Limits())}
    return {**held, **changed} if changed else None


def _programmes(patient: UUID, at: datetime) -> list[Any]:
    rows = enrolments([patient], at=at).get(patient, [])
    return [programme(row.programme, row.version) for row in rows]


def _shown(
    request: Any, row: Any, cases: Sequence[Any], one: Any, *, typed: Any = None, refusal: str = ""
) -> HttpResponse:
    """Shown is opened, and is logged as seen in a meeting."""
    viewer, at = request.viewer, request.at
    opened(one.patient_id, by=viewer, at=at, what="meeting")
    decided = decisions_of([found.id for found in cases])
    told = cases_told(cases, decided, viewer, at)
    may = meetings.takes_part(row, viewer) and row.stage == "running"
    words = {
        "here": "meetings",
        "home": HOME[viewer.role],
        "meeting": meeting_told(row, viewer, at),
        "cases": told,
        "n": next(n for n, found in enumerate(told, 1) if found["id"] == one.id),
        "one": next(found for found in told if found["id"] == one.id),
        "asked_at": when(one.at, at, viewer.zone),
        "person": one.patient,
        "there": there(row),
        "before_all": row.current == one.id,
        "current": row.current,
        "may": may,
        "decisions": decisions_told(decided[one.id], viewer),
        "last": _last_time(one, row, viewer),
        **_clinical(request, one.patient_id),
        **(_forms(request, one, row) if may else {}),
        "typed": typed or {},
        "refused": refusal,
    }
    return render(request, "meeting/case.html", words, status=422 if refusal else 200)


def _clinical(request: Any, patient: UUID) -> dict[str, Any]:
    """The trend of 90 days, what the plan says of medication, programme and model."""
    viewer, at, zone = request.viewer, request.at, ZoneInfo(request.viewer.zone)
    rows = enrolments([patient], at=at).get(patient, [])
    programmes = [programme(row.programme, row.version) for row in rows]
    known = [*programmes, *(programme(r.programme, r.version) for r in ever_enrolled(patient))]
    plan = plan_facts(patient, since=at - timedelta(days=DAYS), zone=zone)
    care = care_facts(patient, at=at)
    drawn, _values, _sent = trend(
        patient, programmes, known, days=DAYS, at=at.astimezone(zone),
        events=plan_events(plan, zone) + care_events(care, zone), periods=support_rows(care),
    )  # fmt: skip
    held = plans.in_force(patient)
    content = decoded(held.content) if held is not None else None
    limits = limit_rows(patient, programmes, at, zone)
    own = {one["kind"] for one in limits if not one["standard"]}
    names = ", ".join(said(p.name) for p in programmes)
    model = SERVICE_MODELS.get(rows[0].service_model, "") if rows else ""
    home = home_municipalities([patient], at=at).get(patient, "")
    return {
        "trend": drawn,
        "days": DAYS,
        "limits": limits,
        "rules": rule_lines(programmes, own=own, ordered=rules_held(patient, at=at)),
        "medication": [medication_told(m) for _s, _z, m in content.medications if m.dose]
        if content is not None else [],
        "matters": content.matters if content is not None else "",
        "goals": content.goals if content is not None else (),
        "has_plan": held is not None,
        "about": " · ".join(str(part) for part in (names, model, home) if part),
        "record": f"{HOME[viewer.role]}patient/{patient}",
    }  # fmt: skip


def _last_time(one: Any, row: Any, viewer: Any) -> list[dict[str, Any]]:
    """What earlier meetings decided, with whether it has come about."""
    before = meetings.last_meeting_of(one.patient_id, but=row.id)
    decided = decisions_of([case.id for case in before])
    zone = ZoneInfo(viewer.zone)
    return [
        {"on": short_date(case.meeting.starts_at.astimezone(zone).date()),
         "decisions": decisions_told(decided[case.id], viewer)}
        for case in before
        if decided[case.id]
    ]  # fmt: skip


def _forms(request: Any, one: Any, row: Any) -> dict[str, Any]:
    """What can be decided, and with what."""
    viewer, at, patient = request.viewer, request.at, one.patient_id
    held = ordered.held(patient, at=at)
    made = groups(_programmes(patient, at), held, held)
    if request.method == "POST" and request.POST.get("what") == "limits":
        read(made, request.POST)
    found = [control for control in routine.controls_of(patient, at=at)
             if control.control.department_id == row.department_id]  # fmt: skip
    kinds = [what for what in Decided if what is not Decided.CONTROL or found]
    present, to_come = deciding.doctors_for(one, viewer, at=at)
    return {
        "kinds": [{"what": what.value, "word": DECISIONS[what], "key": KEYS[what]}
                  for what in kinds],
        "is_doctor": viewer.role in DOCTORS,
        "doctors": present,
        "doctors_to_come": to_come,
        "groups": made,
        "may_draft_limits": viewer.role in PERMISSIONS["draft-limits"],
        "open_order": ordered.open_order(patient) is not None,
        "times": [(slot.id, time_told(slot, viewer.zone))
                  for slot in slots.free_of(row.department_id, at=at)],
        "controls": [{"id": control.control.id, "name": control.control.name,
                      "state": control.state.value} for control in found],
        "today": at.astimezone(ZoneInfo(viewer.zone)).date().isoformat(),
        "receivers": [unit.name for unit in
                      minutes.recipients([patient], row.department_id, viewer, at=at)[patient]],
    }  # fmt: skip
