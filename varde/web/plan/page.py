"""A patient's plan to professionals: what holds, what is on its way, who has it, and before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from varde.core.access import CLINICIANS, DOCTORS, PERMISSIONS
from varde.core.coded import Coded
from varde.core.plan import NotPlanned, Stage, decoded, lacking, to_fill_in
from varde.people.doctors import acting_doctor, doctors_of, may_approve
from varde.people.openings import opened
from varde.people.queries import patient_for
from varde.plan import approving, doing, queries, writing
from varde.plan.looking import needs_look
from varde.triage.tasks import before_admission
from varde.web.plan.compared import compared_rows
from varde.web.plan.printed import sheet
from varde.web.plan.shown import approved_words, shown, usual_told
from varde.web.plan.told import (
    agreed_told,
    approved_said,
    copies_told,
    courses_told,
    inputs_told,
    lacks_told,
    look_told,
    refusals,
    versions_told,
)
from varde.web.plan.words import PLAN_STAGES, WHOM
from varde.web.roles import HOME, for_roles
from varde.web.texts.numbers import age, when

CONFLICT, UNREAD = 409, 422
clinicians = for_roles(*sorted(CLINICIANS))


@clinicians
@require_http_methods(["GET", "POST"])
def plan(request: Any, patient: UUID) -> HttpResponse:
    person = patient_for(request.viewer, patient, at=request.at)
    if request.method != "POST":
        return _shown(request, person)
    if request.POST.get("patient") != str(patient):
        return HttpResponseBadRequest()
    do = request.POST.get("do", "")
    if do not in ACTS:
        return HttpResponseBadRequest()
    try:
        ACTS[do](request, patient)
    except Coded as no:
        status = CONFLICT if no.code in ("gone", "changed", "limits", "inputs") else UNREAD
        return _shown(request, person, code=no.code, status=status)
    banners.success(request, approved_said(patient) if do == "approve" else SAID[do]())
    edited = do in ("begin", "summary")
    if request.POST.get("back") == "record":
        return redirect(request.path.removesuffix("/plan"))
    return redirect(f"{request.path}/edit" if edited else request.path)


def _draft(request: Any) -> dict[str, Any]:
    """Which draft, as it was shown. Raises `NotPlanned` for one that cannot be any."""
    post = request.POST
    try:
        return {"plan": UUID(post.get("plan", "")), "edition": int(post.get("edition", "")[:9]),
                "by": request.viewer, "at": request.at}  # fmt: skip
    except ValueError:
        raise NotPlanned("gone") from None


def _why(request: Any) -> str:
    text: str = request.POST.get("why", "")
    return text.replace("\0", "")


def _begin(request: Any, patient: UUID) -> None:
    writing.begin_draft(patient=patient, by=request.viewer, at=request.at)


def _summary(request: Any, patient: UUID) -> None:
    post = request.POST
    try:
        dated = date.fromisoformat(post["dated"]) if post.get("dated") else None
    except ValueError:
        raise NotPlanned("unread") from None
    text = post.get("text", "").replace("\0", "").replace("\r\n", "\n")
    writing.take_in_summary(
        patient=patient, text=text, dated=dated,
        of=post.get("of", "").replace("\0", ""), by=request.viewer, at=request.at,
    )  # fmt: skip


def _propose(request: Any, patient: UUID) -> None:
    approving.propose(patient=patient, **_draft(request))


def _approve(request: Any, patient: UUID) -> None:
    approving.approve(patient=patient, seen=request.POST.get("seen", "-"), **_draft(request))


def _return(request: Any, patient: UUID) -> None:
    approving.send_back(patient=patient, why=_why(request), **_draft(request))


def _drop(request: Any, patient: UUID) -> None:
    writing.drop(patient=patient, **_draft(request))


def _withdraw(request: Any, patient: UUID) -> None:
    wanted = _draft(request)
    wanted.pop("edition")
    approving.withdraw(patient=patient, why=_why(request), **wanted)


def _train(request: Any, patient: UUID) -> None:
    post, wanted = request.POST, _draft(request)
    wanted.pop("edition")
    doing.train(
        patient=patient, whom=post.get("whom", ""), understood=post.get("understood") == "yes",
        note=post.get("note", "").replace("\0", ""), **wanted,
    )  # fmt: skip


def _start(request: Any, patient: UUID) -> None:
    post = request.POST
    plan, _stop, medication = post.get("medication", "").partition(".")
    try:
        wanted = UUID(plan)
    except ValueError:
        raise doing.NotDone("medication") from None
    try:
        day = date.fromisoformat(post.get("day", ""))
    except ValueError:
        raise doing.NotDone("day") from None
    doing.start_course(
        patient=patient, plan=wanted, medication=medication, started_on=day,
        asked=post.get("asked") == "yes", by=request.viewer, at=request.at,
    )  # fmt: skip


def _strike(request: Any, patient: UUID) -> None:
    try:
        course = UUID(request.POST.get("course", ""))
    except ValueError:
        raise NotPlanned("gone") from None
    doing.strike_course(course=course, patient=patient, by=request.viewer, at=request.at)


ACTS: dict[str, Callable[[Any, UUID], None]] = {
    "begin": _begin, "summary": _summary, "propose": _propose, "approve": _approve,
    "return": _return, "drop": _drop, "withdraw": _withdraw, "train": _train, "start": _start,
    "strike": _strike,
}  # fmt: skip
SAID: dict[str, Callable[[], str]] = {
    "begin": lambda: _("Utkastet er laget. Det gjelder ikke før legen har godkjent det."),
    "summary": lambda: _("Epikrisen er lagt ved utkastet. Den gjelder ikke som plan."),
    "propose": lambda: _("Sendt til legen. Planen gjelder når legen har godkjent den."),
    "return": lambda: _("Svaret er sendt til oppfølgingstjenesten. Planen er et utkast igjen."),
    "drop": lambda: _("Utkastet er forkastet. Planen som gjelder, er som før."),
    "withdraw": lambda: _("Planen gjelder ikke lenger. Oppfølgingstjenesten er bedt om å ringe."),
    "train": lambda: _("Opplæringen er lagret."),
    "start": lambda: _("Lagret. Det står på lista."),
    "strike": lambda: _("Tatt tilbake. Det står fortsatt i historikken."),
}  # fmt: skip


def _shown(request: Any, person: Any, *, code: str = "", status: int = 200) -> HttpResponse:
    """Shown is opened, and is logged."""
    viewer, at = request.viewer, request.at
    opened(person.id, by=viewer, at=at, what="plan")
    held, on_its_way = queries.in_force(person.id), queries.open_plan(person.id)
    words = {
        "here": "worklist",
        "home": HOME[viewer.role],
        "person": person,
        "age": age(person.born, at.astimezone(ZoneInfo(viewer.zone)).date()),
        "refused": refusals().get(code, ""),
        "typed": request.POST if code else {},
        "may": _may(viewer, person.id, at),
        "before": "plan" in before_admission(person.id),
        **(_held_words(request, held) if held is not None else {}),
        **(_draft_words(request, on_its_way) if on_its_way is not None else {}),
        "withdrawn": queries.last_withdrawn(person.id),
        "started": [
            {
                "id": f"{row.id}.{one.id}",
                "drug": one.drug,
                "version": row.version if row.stage != Stage.APPROVED else 0,
            }
            for row, one in queries.told_of(person.id)
        ],
        "courses": courses_told(person.id, viewer.zone, at),
        "inputs": inputs_told(queries.inputs(person.id), viewer.zone, at, on_its_way),
        "dropped": [
            {
                "by": one.ended_by.name if one.ended_by else "",
                "at": when(one.ended_at, at, viewer.zone) if one.ended_at else "",
            }
            for one in queries.dropped(person.id)
        ],
        "versions": versions_told(queries.versions(person.id), viewer.zone),
        "today": at.astimezone(ZoneInfo(viewer.zone)).date().isoformat(),
    }
    return render(request, "plan/page.html", words, status=status)


def _may(viewer: Any, patient: UUID, at: Any) -> dict[str, bool]:
    doctor = viewer.role in DOCTORS
    orders = {one.person for one in doctors_of(patient, zone=viewer.zone, at=at)}
    try:
        writing.demand_drafter(patient, by=viewer, at=at)
        drafts = True
    except NotPlanned:
        drafts = False
    return {
        "draft": drafts,
        "approve": doctor and may_approve(viewer.actor, patient, zone=viewer.zone, at=at),
        "withdraw": doctor and viewer.actor in orders,
        "train": viewer.role in PERMISSIONS["train-plan"],
        "start": viewer.role in PERMISSIONS["start-course"],
    }


def _held_words(request: Any, held: Any) -> dict[str, Any]:
    viewer, at = request.viewer, request.at
    content = decoded(held.content)
    return {
        "plan": held,
        "zones": shown(held, at=at),
        "matters": content.matters,
        "goals": content.goals,
        "approved": approved_words(held, ZoneInfo(viewer.zone)),
        "usual": usual_told(held),
        "look": look_told(needs_look(held, at=at), held),
        "copies": copies_told(held, viewer.zone, at),
        "training": [
            {"whom": WHOM[one.whom], "by": one.by.name, "at": when(one.at, at, viewer.zone),
             "understood": one.understood, "note": one.note}
            for one in queries.trained_in(held.id)
        ],
        "whom": WHOM.items(),
        "agreed": agreed_told(held.id, viewer.zone, at),
    }  # fmt: skip


def _draft_words(request: Any, row: Any) -> dict[str, Any]:
    viewer, at = request.viewer, request.at
    doctor = acting_doctor(row.patient_id, zone=viewer.zone, at=at)
    before, content = queries.before(row), decoded(row.content)
    return {
        "draft": row,
        "draft_stage": PLAN_STAGES[row.stage],
        "draft_by": {"name": row.edited_by.name, "at": when(row.edited_at, at, viewer.zone)},
        "asked": {"name": row.asked.name, "at": when(row.proposed_at, at, viewer.zone)}
        if row.asked and row.proposed_at else None,
        "returned": {"name": row.returned_by.name, "why": row.returned_why}
        if row.returned_by and row.stage == "draft" else None,
        "doctor": doctor.name if doctor else "",
        "draft_zones": shown(row, at=at),
        "draft_usual": usual_told(row),
        "seen": approving.shown_mark(row.patient_id, at=at),
        "gone_before": before if before is not None and before.stage == Stage.WITHDRAWN else None,
        "lacks": lacks_told(lacking(content)),
        "to_fill_in": bool(to_fill_in(content)),
        "draft_matters": content.matters,
        "draft_goals": content.goals,
        "compared": compared_rows(before, row),
        "compared_with": before.version if before else 0,
    }  # fmt: skip


@clinicians
@require_GET
def pdf(request: Any, patient: UUID) -> HttpResponse:
    """A version as a PDF, the one in force when none is named."""
    patient_for(request.viewer, patient, at=request.at)
    wanted = request.GET.get("version", "")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 0
    row = queries.version_of(patient, number) if wanted else queries.in_force(patient)
    if row is None:
        raise Http404
    opened(patient, by=request.viewer, at=request.at, what="pdf")
    return sheet(request, row, large=bool(request.GET.get("large")))
