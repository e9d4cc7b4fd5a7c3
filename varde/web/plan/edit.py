"""The editor: a draft filled in, kept and taken on; what another did is never written over."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from varde.core.access import DOCTORS
from varde.core.plan import Content, Lack, NotPlanned, Stage, decoded, lacking
from varde.people.doctors import acting_doctor, may_approve
from varde.people.openings import opened
from varde.people.queries import patient_for
from varde.plan import approving, queries, writing
from varde.web.plan.compared import compared
from varde.web.plan.form import Typed, field_of, fields
from varde.web.plan.page import CONFLICT, UNREAD, clinicians
from varde.web.plan.printed import fits
from varde.web.plan.shown import measured_now
from varde.web.plan.told import approved_said, inputs_told, lack_told, refusals
from varde.web.roles import HOME
from varde.web.texts.numbers import age, when


@clinicians
@require_http_methods(["GET", "POST"])
def edit(request: Any, patient: UUID) -> HttpResponse:
    person = patient_for(request.viewer, patient, at=request.at)
    row = queries.open_plan(patient)
    if request.method == "POST":
        if request.POST.get("patient") != str(patient):
            return HttpResponseBadRequest()
        return _sent(request, person, row)
    if row is None:
        return redirect(request.path.removesuffix("/edit"))
    return _shown(request, person, row, decoded(row.content), review_on=row.review_on)


def _sent(request: Any, person: Any, row: Any) -> HttpResponse:
    """Kept, or taken a step on; or the page again with all that was typed, and why."""
    today = request.at.astimezone(ZoneInfo(request.viewer.zone)).date()
    typed, do = Typed(request.POST, today), request.POST.get("do", "save")
    asked = row is not None and row.stage == Stage.PROPOSED
    if typed.errors:
        return _shown(request, person, row, typed.content, review_on=typed.review_on,
                      post=request.POST, errors=typed.errors, status=UNREAD)  # fmt: skip
    try:
        _take(request, person.id, typed, do)
    except NotPlanned as no:
        now = queries.open_plan(person.id)
        if no.code == "gone" and now is not None:  # another draft has come in its place
            no = NotPlanned("changed")
        status = CONFLICT if no.code in ("gone", "changed", "inputs") else UNREAD
        return _shown(request, person, now, typed.content, review_on=typed.review_on,
                      post=request.POST, code=no.code, status=status)  # fmt: skip
    said = {
        "propose": _("Sendt til legen. Planen gjelder når legen har godkjent den."),
        "approve": approved_said(person.id),
    }.get(do, _("Utkastet er lagret. Det gjelder ikke før legen har godkjent det."))
    banners.success(request, said)
    if asked and do in ("save", "more"):
        banners.warning(request, _("Planen er hentet tilbake fra legen. Send den når den er klar."))
    _say_of_length(request, person.id)
    home = request.path.removesuffix("/edit")
    return redirect(request.path if do in ("save", "more") else home)


def _say_of_length(request: Any, patient: UUID) -> None:
    """A plan hangs on the refrigerator: who writes it is told when it is more than one page."""
    row = queries.open_plan(patient) or queries.in_force(patient)
    if row is not None and not fits(request, row):
        banners.warning(request, _("Planen tar mer enn én side på papir. Kort ned om du kan."))


def _take(request: Any, patient: UUID, typed: Typed, do: str) -> None:
    by, at = request.viewer, request.at
    plan, edition = _which(request, patient)
    said: dict[str, Any] = {"patient": patient, "plan": plan, "by": by, "at": at}
    if do == "approve":
        approving.approve(
            edition=edition, content=typed.content, review_on=typed.review_on,
            seen=request.POST.get("seen", "-"), **said,
        )  # fmt: skip
        return
    row = writing.save_draft(
        edition=edition, content=typed.content, review_on=typed.review_on,
        read=_read(request.POST), **said,
    )  # fmt: skip
    if do == "propose":
        approving.propose(edition=row.edition, **said)


def _read(post: Any) -> datetime | None:
    """Until when what drafts are made from stood on the page; None where it does not say."""
    try:
        found = datetime.fromisoformat(post.get("read", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _which(request: Any, patient: UUID) -> tuple[UUID, int]:
    """The draft that was shown; a new one when what was shown is no draft any more and it is said
    so. Raises `NotPlanned`."""
    post = request.POST
    if post.get("plan") == "":
        row = writing.begin_draft(patient=patient, by=request.viewer, at=request.at)
        return row.id, row.edition
    try:
        return UUID(post["plan"]), int(post["edition"][:9])
    except (ValueError, KeyError):
        raise NotPlanned("gone") from None


def _form(patient: UUID, content: Content, post: Any, at: datetime) -> dict[str, Any]:
    """The fields, and in each zone what the measurements show: it is approved with the rest."""
    form, told = fields(content, post), measured_now(patient, content, at=at)
    for section in form["sections"]:
        for zone in section["zones"]:
            zone["measures"] = told.get(zone["at"], [])
    return form


def _where(lack: Lack, post: Any) -> str:
    """The field to go to; none for a row that has no id of its own yet."""
    at = field_of(lack)
    new = lack.medication and post is not None and at not in post
    return "" if new else at


def _shown(
    request: Any,
    person: Any,
    row: Any,
    content: Content,
    *,
    review_on: Any,
    post: Any = None,
    errors: Any = (),
    code: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form. Of a draft that another has changed, what differs from what is typed stands above,
    and keeping it then is on purpose."""
    viewer, at = request.viewer, request.at
    opened(person.id, by=viewer, at=at, what="plan")
    doctor = acting_doctor(person.id, zone=viewer.zone, at=at)
    came = queries.inputs(person.id)
    words = {
        "here": "worklist",
        "home": HOME[viewer.role],
        "person": person,
        "age": age(person.born, at.astimezone(ZoneInfo(viewer.zone)).date()),
        "form": _form(person.id, content, post, at),
        "plan": row.id if row is not None else "",
        "edition": row.edition if row is not None else 0,
        "review_on": review_on.isoformat() if review_on else (post or {}).get("review_on", ""),
        "refused": refusals().get(code, ""),
        "seen": approving.shown_mark(person.id, at=at),
        "errors": errors,
        "lacks": [{"text": lack_told(one), "at": _where(one, post)} for one in lacking(content)],
        "theirs": _theirs(row, content, viewer, at) if code == "changed" else None,
        "lost_draft": code == "gone" and row is None,
        "lacks_refused": code == "lacks",
        "inputs": inputs_told(came, viewer.zone, at, row),
        "read": max(one.at for one in came).isoformat() if came else "",
        "returned": row.returned_why if row is not None and row.returned_by_id else "",
        "doctor": doctor.name if doctor else "",
        "approves": viewer.role in DOCTORS
        and may_approve(viewer.actor, person.id, zone=viewer.zone, at=at),
    }  # fmt: skip
    return render(request, "plan/edit.html", words, status=status)


def _theirs(row: Any, content: Content, viewer: Any, at: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "by": row.edited_by.name,
        "at": when(row.edited_at, at, viewer.zone),
        **compared(decoded(row.content), content),
    }
