"""Result: the zone, why, what to do now, when somebody looks, and whom to call otherwise."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.catalogue.queries import signed
from varde.core.access import Role
from varde.core.calendar import closing_time, next_opening
from varde.core.programme import Programme
from varde.core.signing import Part
from varde.core.verdict import Reason
from varde.core.zones import Zone
from varde.measuring.answers import read_answer, read_at
from varde.measuring.queries import last_report, report
from varde.plan.queries import in_force as in_force_plan
from varde.triage.queries import judgement_of, seen_to
from varde.triage.repeating import control_of
from varde.triage.tasks import before_admission
from varde.triage.thresholds import in_force
from varde.triage.worklist import Rank, due
from varde.web.patient.again import by_when, wanted
from varde.web.patient.common import (
    advice_of,
    hours_of,
    programmes_of,
    signs_for_113,
    watcher,
    withdrawn_words,
)
from varde.web.patient.gauge import gauge
from varde.web.patient.ticks import ticked
from varde.web.plan.shown import approved_words, shown
from varde.web.roles import for_roles
from varde.web.texts.numbers import next_moment, when
from varde.web.texts.opening import hour
from varde.web.texts.sentences import for_patient

patient_only = for_roles(Role.PATIENT)


@patient_only
@require_GET
def newest(request: Any) -> HttpResponse:
    """The result of the last report."""
    found = last_report(request.viewer.person)
    return redirect(f"/patient/result/{found.id}" if found else "/patient/")


@patient_only
@require_GET
def result(request: Any, report_id: UUID) -> HttpResponse:
    person = request.viewer.person
    sent, judged = report(person, report_id), judgement_of(person, report_id)
    if sent is None or judged is None:
        raise Http404
    zone = Zone(judged.zone)
    reasons = [Reason.from_dict(one) for one in judged.reasons]
    programmes = concerned(programmes_of(request, at=sent.taken_at), reasons, zone)
    words = {
        "zone": zone.slug,
        "sent": sent,
        "why": _why(request, zone, reasons, programmes, sent.taken_at),
        "advice": _advice(zone, programmes),
        "signed": signed(programmes, Part.ADVICE),
        "call_113_when": signs_for_113(programmes),
        "seen": seen_words(request, sent),
        **withdrawn_words(request),
        **_plan(request, zone, reasons, programmes),
        "read": read_at(person, report_id),
        **_control(request, report_id),
        **looks(request, zone),
    }
    return render(request, "patient/result.html", words)


@patient_only
@require_POST
def read(request: Any, report_id: UUID) -> HttpResponse:
    """«Jeg har lest»: kept, and the nurse sees it. It closes nothing."""
    if report(request.viewer.person, report_id) is None:
        raise Http404
    read_answer(report_id, by=request.viewer, at=request.at)
    return redirect("/patient/")


def _plan(
    request: Any, zone: Zone, reasons: list[Reason], programmes: list[Programme]
) -> dict[str, Any]:
    """What the patient's own plan says of the zone, to tick off; nothing where there is none."""
    held = in_force_plan(request.viewer.person)
    if held is None or zone is Zone.NOT_JUDGED:
        return {}
    found = next(one for one in shown(held, at=request.at, plain=True) if one.zone == zone.slug)
    there = {part.programme for part in found.parts}
    gave = [one.key for one in programmes if concerns(one, reasons, zone)]
    parts = [part for part in found.parts if part.programme in gave]
    without = [one for one in programmes if one.key not in there]
    return {
        "plan": held,
        # what gave the zone, where the plan has it; of what it lacks, the advice for all
        "parts": parts or ([] if set(gave) - there else found.parts),
        "common": advice_of(zone, without)["do"] if without else [],
        "before": "plan" in before_admission(request.viewer.person),
        "approved": approved_words(held, ZoneInfo(request.viewer.zone)),
        **ticked(request, [found]),
    }


def _control(request: Any, report: UUID) -> dict[str, Any]:
    """Whether, and until when, the patient is asked to measure again; or what came of it."""
    control = wanted(request, report)
    if control is not None and control.report_id == report:
        return {"again_until": by_when(control, request.viewer.zone)}
    settled = control_of(request.viewer.person, report)
    came = settled is not None and settled.report_id == report and settled.repetition_id
    return {"measured_again": settled.state if settled is not None and came else ""}


def concerned(programmes: list[Programme], reasons: list[Reason], zone: Zone) -> list[Programme]:
    """The programmes that what gave the zone belongs to come first: theirs are the words."""
    return sorted(programmes, key=lambda one: not concerns(one, reasons, zone))


def concerns(programme: Programme, reasons: list[Reason], zone: Zone) -> bool:
    """Whether something of the programme gave the zone."""
    subjects = {reason.subject for reason in reasons if reason.zone is zone}
    return bool(subjects & programme.subjects)


def seen_words(request: Any, sent: Any) -> dict[str, str] | None:
    """Who has looked at this report, and when; None while nobody has."""
    if sent is None:
        return None
    handling = seen_to(request.viewer.person, sent.id, received=sent.received_at)
    if handling is None:
        return None
    words = {"by": handling.by.name, "at": when(handling.at, request.at, request.viewer.zone)}
    called = "phone-answered" in handling.acts
    told = _("%(by)s ringte deg %(at)s.") if called else _("%(by)s så på dette %(at)s.")
    return {**words, "told": told % words}


def _why(
    request: Any, zone: Zone, reasons: list[Reason], programmes: list[Programme], taken_at: Any
) -> list[dict[str, Any]]:
    limits = in_force(request.viewer.person, at=taken_at)
    told = []
    for reason in reasons:
        if zone in (Zone.YELLOW, Zone.RED) and reason.zone < Zone.YELLOW:
            continue
        what, against = for_patient(reason, programmes)
        drawn = gauge(reason, limits.get(reason.subject))
        told.append({"zone": reason.zone.slug, "what": what, "against": against, "gauge": drawn})
    return told


def _advice(zone: Zone, programmes: list[Programme]) -> dict[str, Any]:
    if zone is Zone.NOT_JUDGED:
        return {
            "heading": _("Takk, vi har fått det"),
            "meaning": _("Noe kunne ikke vurderes av seg selv. En sykepleier må se på det."),
            "do": [],
        }
    if not programmes:
        return {"heading": _("Dette sendte du"), "meaning": "", "do": []}
    return advice_of(zone, programmes)


def looks(request: Any, zone: Zone) -> dict[str, Any]:
    """When somebody next looks, and whether anyone is there now.

    While open, `closes` is until when, and `looks` the opening after it where the response goal
    may not be reached before. `watched` is who has the watch, and sees a red now.
    """
    hours, at = hours_of(request), request.at
    if hours is None:
        return {"open_now": False, "looks": ""}
    closes, watched = closing_time(hours, at), watcher(request) if zone is Zone.RED else None
    if watched is not None:  # also where it has not been taken back when the unit opened
        return {"open_now": False, "looks": "", "watched": watched}
    if closes is None:
        opens = next_moment(next_opening(hours, at), at, request.viewer.zone)
        return {"open_now": False, "looks": opens}
    until = hour(closes.astimezone(ZoneInfo(request.viewer.zone)).time())
    in_time = zone is Zone.RED and due(Rank.RED, hours, at) <= closes
    after = "" if in_time else next_moment(next_opening(hours, closes), at, request.viewer.zone)
    return {"open_now": True, "closes": until, "looks": after}
