"""Handling: the panel's forms are sent here; a closing leads to the next one in the list."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.pathway.closing import attempt, close, record_contact
from varde.people.queries import NotFound, names, organisation, patient_for
from varde.triage import queries
from varde.triage.contact import Another, Contact
from varde.triage.handling import (
    ACTS,
    ASSESSMENTS,
    NEXT_STEPS,
    Closing,
    NotClosed,
    TakenByOther,
    take,
)
from varde.web.nurse.record import record_page
from varde.web.nurse.work import work_text
from varde.web.roles import for_roles


@for_roles(Role.NURSE)
@require_POST
def handle(request: Any, item: UUID) -> HttpResponse:
    """Close what was on the screen. What was typed comes back when it cannot be closed."""
    found = queries.item(request.viewer, item)
    if found is None:
        return _gone(request, item)
    if request.POST.get("patient") != str(found.patient_id):
        raise Http404
    try:
        call_at = _call_at(request)
    except NoTime:
        return _again(request, found, "call-at", 422)
    try:
        closing = _closing(request, item, call_at)
    except (ValueError, KeyError):
        return HttpResponseBadRequest()
    act = _attempt if "attempt" in request.POST else _close
    return act(request, found, closing, call_at)


@for_roles(Role.NURSE)
@require_POST
def contact(request: Any, patient: UUID) -> HttpResponse:
    """Write down a contact when nothing stands on the list."""
    person = patient_for(request.viewer, patient, at=request.at)
    post = request.POST
    try:
        call_at = _call_at(request)
        said = Contact(
            id=UUID(post["contact"]),
            patient=patient,
            acts=tuple(act for act in post.getlist("act") if act in ACTS),
            next_steps=_next_of(request, call_at),
            note=post.get("note", "")[:8000],
        )
    except NoTime:
        typed = {**_typed(request), "asked": "call-at"}
        return record_page(request, person, typed=typed, status=422)
    except (ValueError, KeyError):
        return HttpResponseBadRequest()
    if said.empty:
        return record_page(
            request, person, typed={**_typed(request), "asked": "contact"}, status=422
        )
    try:
        with transaction.atomic():
            record_contact(contact=said, call_at=call_at, by=request.viewer, at=request.at)
    except IntegrityError:  # the id of something else: no form of ours sent this
        return HttpResponseBadRequest()
    except Another:  # «back» in the browser, and more was written: a new form keeps it
        return record_page(request, person, typed=_typed(request), status=409)
    banners.success(request, _("Kontakten er skrevet i journalen."))
    return redirect(f"/nurse/patient/{patient}")


class NoTime(ValueError):
    """What was typed for «ring igjen» is no time."""


def _next_of(request: Any, call_at: datetime | None) -> tuple[str, ...]:
    """The next steps that were ticked; a time typed for a call says that one is wanted."""
    steps = [step for step in request.POST.getlist("next") if step in NEXT_STEPS]
    if call_at and "call-again" not in steps:
        steps.append("call-again")
    return tuple(steps)


def _gone(request: Any, item: UUID) -> HttpResponse:
    """Closed already: by the same press, or by another, and then the note is given back."""
    try:
        person = patient_for(request.viewer, UUID(request.POST.get("patient", "")), at=request.at)
    except (ValueError, NotFound):
        banners.warning(request, _("Den er lukket av en annen."))
        return redirect("/nurse/")
    standing = queries.open_item(person.id)
    if standing is not None and standing.id == item:  # the watch has changed hands meanwhile
        where = organisation(standing.unit_id).name
        banners.warning(
            request,
            _("Pasienten står på lista til %(where)s nå. Ingenting er lukket. Gjelder notatet "
              "fortsatt, så lagre det som en kontakt.") % {"where": where},
        )  # fmt: skip
        return record_page(request, person, typed=_typed(request), status=409)
    last = queries.last_of(request.viewer, item)
    if last is not None and last.by_id == request.viewer.person:
        banners.warning(request, _("Den er alt lukket. Notatet ditt ble ikke lagret en gang til."))
        return redirect("/nurse/")
    who = last.by.name if last else _("En annen")
    banners.warning(request, _("%(who)s har lukket den. Ingenting er lagret.") % {"who": who})
    return record_page(request, person, typed=_typed(request), status=409)


def _attempt(request: Any, found: Any, closing: Closing, call_at: datetime | None) -> HttpResponse:
    """Keep what was tried; nothing is closed."""
    kept = _done(request, found, closing, call_at, attempt)
    if isinstance(kept, HttpResponse):
        return kept
    banners.success(request, _("Forsøket er lagret. Pasienten står fortsatt på lista, og er din."))
    return redirect(f"/nurse/patient/{found.patient_id}")


def _close(request: Any, found: Any, closing: Closing, call_at: datetime | None) -> HttpResponse:
    if not closing.assessment:
        return _again(request, found, "assessment", 422)
    closed = _done(request, found, closing, call_at, close)
    if isinstance(closed, HttpResponse):
        return closed
    if closed.stays_open:
        text = _left(closing, request.viewer.zone) or _(
            "Pasienten står fortsatt på lista: noe nytt kom mens du arbeidet."
        )
        banners.warning(request, text, extra_tags=str(closed.handling.id))
        return redirect(f"/nurse/patient/{found.patient_id}")
    following = _take_next(request, found)
    banners.success(
        request,
        _("Lukket. Her er den neste.") if following else _("Lukket. Ingen flere venter."),
        extra_tags=str(closed.handling.id),
    )
    return redirect(f"/nurse/patient/{following.patient_id}" if following else "/nurse/")


def _left(closing: Closing, zone: str) -> str:
    """What was on the screen and no closing of the row closes; "" where there is none."""
    rows = queries.reasons_of([closing.item])[closing.item]
    left = [work_text(row, zone) for row in rows if row.id in closing.reasons]
    if not left:
        return ""
    return _("Lagret. Pasienten står fortsatt på lista: %(what)s.") % {"what": "; ".join(left)}


def _done(request: Any, found: Any, closing: Closing, call_at: datetime | None, act: Any) -> Any:
    """What `act` gives, or the page again with what was typed."""
    try:
        with transaction.atomic():
            return act(
                closing=closing,
                call_at=call_at,
                message=_message(request),
                by=request.viewer,
                at=request.at,
            )
    except NotClosed as not_closed:
        return _again(request, found, not_closed.code, 422)
    except TakenByOther as taken:
        who = names({taken.person}).get(taken.person, "")
        banners.warning(request, _("%(who)s har den nå. Ingenting er lagret.") % {"who": who})
        return _again(request, found, "", 409)


def _again(request: Any, found: Any, asked: str, status: int) -> HttpResponse:
    person = patient_for(request.viewer, found.patient_id, at=request.at)
    return record_page(request, person, typed={**_typed(request), "asked": asked}, status=status)


def _take_next(request: Any, after: Any) -> Any:
    """The next one, and it is mine: two who close at the same moment do not call the same."""
    for _try in range(5):
        following = queries.next_item(request.viewer, after)
        if following is None:
            return None
        try:
            with transaction.atomic():
                take(item=following.id, by=request.viewer, at=request.at)
        except (TakenByOther, NotClosed):
            continue  # another was first
        return following
    return None


def _closing(request: Any, item: UUID, call_at: datetime | None) -> Closing:
    post = request.POST
    assessment = post["assessment"] if post.get("assessment") in ASSESSMENTS else ""
    return Closing(
        item=item,
        reasons=tuple(UUID(one) for one in post.getlist("reason")),
        assessment=assessment,
        acts=tuple(act for act in post.getlist("act") if act in ACTS),
        next_steps=_next_of(request, call_at),
        note=post.get("note", "")[:8000],
        why=post.get("why", "")[:2000],
        heard_at=datetime.fromisoformat(post["heard_at"]),
    )


def _message(request: Any) -> str:
    """What is to be sent to the patient, when it can no longer be undone."""
    return str(request.POST.get("message", "")).replace("\0", "").strip()[:2000]


def _typed(request: Any) -> dict[str, Any]:
    """What the nurse had filled in, to be shown again as it was."""
    post = request.POST
    return {
        "assessment": post.get("assessment", ""),
        "acts": post.getlist("act"),
        "next": post.getlist("next"),
        "note": post.get("note", ""),
        "why": post.get("why", ""),
        "call_at": post.get("call_at", ""),
        "message": post.get("message", ""),
    }


def _clock(typed: str) -> time:
    """«14:30», «14.30», «1430», «14»; ValueError for what is no time."""
    digits = typed.strip().replace(".", ":")
    if digits.isdigit():
        digits = f"{digits.zfill(2)}:00" if len(digits) < 3 else f"{digits[:-2]}:{digits[-2:]}"
    hours, _, minutes = digits.partition(":")
    return time(int(hours), int(minutes or 0))


def _call_at(request: Any) -> datetime | None:
    """The time typed for «ring igjen»: today, or tomorrow when it has passed. Raises `NoTime`."""
    typed = request.POST.get("call_at", "").strip()
    if not typed:
        return None
    try:
        wanted = _clock(typed)
    except ValueError:
        raise NoTime from None
    zone = ZoneInfo(request.viewer.zone)
    local = request.at.astimezone(zone)
    moment = datetime.combine(local.date(), wanted, zone)
    return moment if moment > request.at else moment + timedelta(days=1)
