"""Meetings: those that come, one with its list before it begins, and its minutes after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from varde.catalogue.queries import newest_of_each
from varde.core.access import Denied, Role
from varde.core.coded import Coded
from varde.pathway.meeting import filling, listing, meetings, minutes
from varde.pathway.meeting.decided import decisions_of
from varde.pathway.together.requests import DEPARTMENT
from varde.people.openings import listed
from varde.people.queries import organisation, patient_for, people
from varde.web.care.words import refused
from varde.web.meeting.told import attendee_told, cases_told, meeting_told, notes
from varde.web.roles import HOME, for_roles
from varde.web.texts.numbers import clock_time
from varde.web.texts.statuses import ROLES
from varde.web.texts.words import said

Post = Mapping[str, str]
taking_part = for_roles(Role.NURSE, Role.COORDINATOR, Role.SPECIALIST, Role.GP)


@taking_part
@require_http_methods(["GET", "POST"])
def all_meetings(request: Any) -> HttpResponse:
    if request.method != "POST":
        return _shown_all(request)
    try:
        row = _convene(request)
    except Coded as no:
        return _shown_all(request, typed=request.POST, refusal=refused(no.code))
    except (ValueError, KeyError):
        return _shown_all(request, typed=request.POST, refusal=refused("when"))
    banners.success(request, _("Møtet er innkalt. Lista fylles av sykepleiernes spørsmål."))
    return redirect(f"{HOME[request.viewer.role]}meeting/{row.id}")


def _starts(post: Post, request: Any) -> datetime:
    zone = ZoneInfo(request.viewer.zone)
    clock = time.fromisoformat(post["time"])
    return datetime.combine(date.fromisoformat(post["day"]), clock, zone)


def _convene(request: Any) -> Any:
    post = request.POST
    if organisation(request.viewer.seat).kind != DEPARTMENT:
        raise Denied("only a department convenes")
    known = {one.key for one in newest_of_each()}
    return meetings.convene(
        starts_at=_starts(post, request), minutes=int(post.get("minutes") or 60),
        place=post.get("place", "").replace("\0", ""),
        programmes=[one for one in post.getlist("programme") if one in known],
        every_weeks=int(post.get("weeks") or 0), by=request.viewer, at=request.at,
    )  # fmt: skip


def _shown_all(request: Any, *, typed: Any = None, refusal: str = "") -> HttpResponse:
    viewer, at = request.viewer, request.at
    found = []
    rows = meetings.meetings_for(viewer)
    lists = meetings.cases_of(rows, viewer, at=at)
    owed = minutes.owed([one for row in rows if row.stage == "ended" for one in lists[row.id]])
    for row in rows:
        left_out = any(one.id in owed for one in lists[row.id])
        told = meeting_told(row, viewer, at)
        found.append({**told, "n": len(lists[row.id]), "left_out": left_out})
    tomorrow = at.astimezone(ZoneInfo(viewer.zone)).date() + timedelta(days=1)
    words = {
        "here": "meetings",
        "home": HOME[viewer.role],
        "coming": [one for one in found if one["stage"] in ("convened", "running")],
        "past": [one for one in reversed(found) if one["stage"] == "ended"],
        "may_convene": viewer.role in (Role.COORDINATOR, Role.SPECIALIST)
        and organisation(viewer.seat).kind == DEPARTMENT,
        "programmes": [(one.key, said(one.name)) for one in newest_of_each()],
        "today": (tomorrow - timedelta(days=1)).isoformat(),
        "tomorrow": tomorrow.isoformat(),
        "typed": typed or {},
        "picked": typed.getlist("programme") if typed else [],
        "refused": refusal,
    }
    return render(request, "meeting/all.html", words, status=422 if refusal else 200)


def found_meeting(request: Any, meeting: UUID) -> tuple[Any, list[Any]]:
    """The meeting and its list, for one who takes part; a GP for those invited to."""
    row = next(iter(meetings.meetings_for(request.viewer, only=meeting)), None)
    if row is None:
        raise Http404
    return row, meetings.cases_for(row, request.viewer, at=request.at)


@taking_part
@require_http_methods(["GET", "POST"])
def one_meeting(request: Any, meeting: UUID) -> HttpResponse:
    """Before: the list. While: where it is. After: the minutes."""
    row, cases = found_meeting(request, meeting)
    if request.method != "POST":
        return _shown(request, row, cases)
    do = _pressed(request.POST)[0]
    act = ACTS.get(do)
    if act is None:
        return HttpResponseBadRequest()
    try:
        told = act(request, row, request.POST)
    except Coded as no:
        row, cases = found_meeting(request, meeting)
        return _shown(request, row, cases, typed=request.POST, refusal=refused(no.code))
    except (ValueError, KeyError):
        return _shown(request, row, cases, typed=request.POST, refusal=refused("unread"))
    if told:
        banners.success(request, told)
    if do in BESIDE and any(_more(request.POST, one.id) for one in cases):
        row, cases = found_meeting(request, meeting)
        return _shown(request, row, cases, typed=request.POST)  # what is typed in a note stays
    return redirect(f"{HOME[request.viewer.role]}meeting{_then(do, row, cases)}")


def _pressed(post: Post) -> tuple[str, str]:
    """What the button does, and of which case: `invite <id>`."""
    do, _space, case = post.get("do", "").partition(" ")
    return do, case


def _then(do: str, row: Any, cases: list[Any]) -> str:
    """Where one is after that: to the first patient when it begins."""
    if do in ("call-off", "call-off-all"):
        return "s"
    first = f"/patient/{cases[0].id}" if do == "start" and cases else ""
    return f"/{row.id}{first}"


def _by(request: Any) -> dict[str, Any]:
    return {"by": request.viewer, "at": request.at}


def _start(request: Any, row: Any, _post: Post) -> str:
    meetings.start(meeting=row.id, **_by(request))
    return ""


def _attend(request: Any, row: Any, post: Any) -> str:
    persons = [UUID(one) for one in post.getlist("person")]
    meetings.attend(meeting=row.id, persons=persons, **_by(request))
    return _("Ført som til stede.")


def _absent(request: Any, row: Any, post: Post) -> str:
    person = UUID(_pressed(post)[1])
    meetings.was_not_there(meeting=row.id, person=person, **_by(request))
    return _("Tatt bort fra dem som var til stede.")


def _move(request: Any, row: Any, post: Post) -> str:
    meetings.move(meeting=row.id, starts_at=_starts(post, request),
                  place=post.get("place", "").replace("\0", ""), minutes=int(post["minutes"]),
                  every_weeks=int(post["weeks"]), later="later" in post,
                  **_by(request))  # fmt: skip
    return _("Lagret. Lista følger med.")


def _call_off(request: Any, row: Any, post: Post) -> str:
    later = _pressed(post)[0] == "call-off-all"
    meetings.call_off(meeting=row.id, later=later, **_by(request))
    if later:
        return _(
            "Møtet er avlyst, og det kommer ingen flere av seg selv. Sykepleierne får tilbake "
            "de som sto på lista."
        )
    return _("Møtet er avlyst. De som sto på lista, står på neste møte om det finnes.")


def _put(request: Any, row: Any, post: Post) -> str:
    patient = patient_for(request.viewer, UUID(post["patient"]), at=request.at)
    text = post.get("text", "").replace("\0", "")
    listing.put(meeting=row.id, patient=patient.id, question=text, **_by(request))
    return _("%(who)s står på lista.") % {"who": patient.name}


def _case(post: Post, row: Any, request: Any) -> Any:
    """The case that is named, of those that the viewer sees."""
    known = {str(one.id): one for one in meetings.cases_for(row, request.viewer, at=request.at)}
    return known[_pressed(post)[1]]


def _remove(request: Any, row: Any, post: Post) -> str:
    one = _case(post, row, request)
    listing.remove(case=one.id, **_by(request))
    return _("%(who)s er tatt av lista.") % {"who": one.patient.name}


def _invite(request: Any, row: Any, post: Post) -> str:
    one = listing.invite(case=_case(post, row, request).id, **_by(request))
    return _("%(who)s er invitert, og ser det på sin forside.") % {"who": one.invited.name}


def _end(request: Any, row: Any, post: Post) -> str:
    cases = meetings.cases_for(row, request.viewer, at=request.at)
    made = _notes(request, row, cases)
    n = minutes.end(meeting=row.id, edition=int(post["edition"]), notes=made, **_by(request))
    return ngettext("Møtet er avsluttet. %(n)s notat er sendt.",
                    "Møtet er avsluttet. %(n)s notater er sendt.", n) % {"n": n}  # fmt: skip


def _send_late(request: Any, row: Any, _post: Post) -> str:
    cases = meetings.cases_for(row, request.viewer, at=request.at)
    n = minutes.send_late(meeting=row.id, notes=_notes(request, row, cases), **_by(request))
    return ngettext("%(n)s notat er sendt.", "%(n)s notater er sendt.", n) % {"n": n}


def _notes(request: Any, row: Any, cases: list[Any]) -> dict[UUID, str]:
    decided = decisions_of([one.id for one in cases])
    found = notes(row, cases, decided, request.viewer, request.at)
    more = {case: _more(request.POST, case) for case in found}
    return {case: f"{one['text']}\n{more[case]}".strip() for case, one in found.items()}


def _more(post: Any, case: UUID) -> str:
    """What is added to a note in words; too long is refused, and nothing of it is cut off."""
    text: str = post.get(f"more-{case}", "").replace("\0", "").replace("\r\n", "\n").strip()
    return text


ACTS: Mapping[str, Callable[[Any, Any, Any], str]] = {
    "start": _start,
    "attend": _attend,
    "absent": _absent,
    "move": _move,
    "call-off": _call_off,
    "call-off-all": _call_off,
    "put": _put,
    "remove": _remove,
    "invite": _invite,
    "end": _end,
    "send-late": _send_late,
    "see": lambda _request, _row, _post: "",
}
BESIDE = frozenset(
    {"attend", "absent", "invite", "remove", "see"}
)  # done with the notes half written


def _shown(
    request: Any, row: Any, cases: list[Any], *, typed: Any = None, refusal: str = ""
) -> HttpResponse:
    viewer, at, zone = request.viewer, request.at, ZoneInfo(request.viewer.zone)
    listed([one.patient_id for one in cases], by=viewer, at=at)
    decided = decisions_of([one.id for one in cases])
    present = meetings.attendees(row)
    here = {one.person_id for one in present}
    may = meetings.takes_part(row, viewer)
    words = {
        "here": "meetings",
        "home": HOME[viewer.role],
        "meeting": meeting_told(row, viewer, at),
        "cases": cases_told(cases, decided, viewer, at),
        "there": [{"id": one.person_id, "told": attendee_told(one)} for one in present],
        "current": row.current,
        "may": may,
        "own": row.department_id == viewer.unit,
        "could_be": [
            {"id": one.person_id, "name": one.person.name, "role": ROLES[one.role],
             "unit": one.organisation.name, "here": one.person_id in here}
            for one in meetings.who_may(row, viewer, at=at)
        ] if may and row.stage == "running" else [],
        "suggested": _suggested(row, viewer, at),
        "notes": [{**one, "case": case, "more": _more(typed or {}, case)}
                  for case, one in notes(row, cases, decided, viewer, at).items()] if may else [],
        "waiting": sum(one.stage == "waiting" for one in cases),
        "day": row.starts_at.astimezone(zone).date().isoformat(),
        "clock": clock_time(row.starts_at, viewer.zone),
        "weeks": str((typed or {}).get("weeks", row.every_weeks)),
        "typed": typed or {},
        "refused": refusal,
    }  # fmt: skip
    return render(request, "meeting/one.html", words, status=422 if refusal else 200)


def _suggested(row: Any, viewer: Any, at: datetime) -> list[dict[str, Any]]:
    """Yellow for long and on no list, for the nurse to put there."""
    if viewer.role is not Role.NURSE or row.stage not in ("convened", "running"):
        return []
    found = people(filling.suggested(row, viewer, at=at))
    listed(found, by=viewer, at=at)
    return [{"id": one.id, "name": one.name} for one in list(found.values())[:12]]


@taking_part
@require_GET
def now(request: Any, meeting: UUID) -> JsonResponse:
    """Which patient is before everyone, and whether anything has changed."""
    row, cases = found_meeting(request, meeting)
    seen = row.current in {one.id for one in cases}
    return JsonResponse(
        {"edition": row.edition, "stage": row.stage,
         "current": str(row.current) if row.current and seen else ""}
    )  # fmt: skip
