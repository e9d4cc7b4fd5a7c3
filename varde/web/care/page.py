"""Clinic, team and meeting of one patient: what is asked, answered, agreed and set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from varde.core.access import CLINICIANS, PERMISSIONS, Denied, Role
from varde.core.coded import Coded
from varde.core.ordering import ELSEWHERE
from varde.core.request import ControlState, NotRequested, What
from varde.core.support import SETTINGS, Kind
from varde.measuring.queries import following_now
from varde.pathway.meeting import listing
from varde.pathway.together import answering, asked, outreach, requests, routine, slots
from varde.pathway.together.requests import COME_HOME, DEPARTMENT, PRACTICE, Wish
from varde.people import sharing
from varde.people.doctors import doctors_of
from varde.people.openings import opened
from varde.people.queries import (
    home_municipalities,
    organisation,
    organisations,
    patient_for,
    reachable,
)
from varde.web.care.section import care_facts, care_words, teams_for, visit_told
from varde.web.care.words import (
    SETTING_NAMES,
    SUPPORTS,
    UNITS,
    VISIT_HOWS,
    WHATS,
    given_told,
    refused,
    time_told,
)
from varde.web.record.grounds import HOWS
from varde.web.roles import HOME, for_roles
from varde.web.texts.numbers import age, bound, full_date, long_date

Post = Mapping[str, str]


@for_roles(*sorted(CLINICIANS))
@require_http_methods(["GET", "POST"])
def care(request: Any, patient: UUID) -> HttpResponse:
    person = patient_for(request.viewer, patient, at=request.at)
    if request.method != "POST":
        return _shown(request, person)
    act = ACTS.get(request.POST.get("do", ""))
    if request.POST.get("patient") != str(patient) or act is None:
        return HttpResponseBadRequest()
    try:
        banners.success(request, act(request, patient, request.POST))
    except Coded as no:
        return _shown(request, person, typed=request.POST, code=no.code)
    except (ValueError, KeyError):  # a day, a number or a name that cannot be read
        return _shown(request, person, typed=request.POST, code="unread")
    home = HOME[request.viewer.role]
    if not reachable(request.viewer, at=request.at).filter(patient_id=patient).exists():
        return redirect(home)  # who was let in to answer has answered
    page = f"{home}patient/{patient}"
    return redirect(page if request.POST.get("back") == "record" else f"{page}/care")


def _text(post: Post, name: str) -> str:
    return post.get(name, "").replace("\0", "").replace("\r\n", "\n")


def _id(post: Post, name: str) -> UUID | None:
    return UUID(post[name]) if post.get(name) else None


def _named(post: Post, name: str) -> UUID:
    return UUID(post.get(name, ""))


def _of(patient: UUID, post: Post, name: str) -> UUID:
    """What is named, of the page's patient. Raises `NotRequested("gone")`."""
    named = _named(post, name)
    if not OF[name](named, patient):
        raise NotRequested("gone")
    return named


OF: Mapping[str, Callable[[UUID, UUID], bool]] = {
    "request": asked.is_of,
    "control": routine.is_of,
    "support": outreach.is_of,
}


def _day(post: Post, name: str) -> date | None:
    return date.fromisoformat(post[name]) if post.get(name) else None


def _at_noon(day: date | None, request: Any) -> datetime:
    """A day that is said: its noon, or now when it is today."""
    zone = ZoneInfo(request.viewer.zone)
    if day is None or day == request.at.astimezone(zone).date():
        return request.at  # type: ignore[no-any-return]
    return datetime.combine(day, time(12), zone)


def _by(request: Any) -> dict[str, Any]:
    return {"by": request.viewer, "at": request.at}


def _ask(request: Any, patient: UUID, post: Post) -> str:
    wish = Wish(
        patient, What(post.get("what", "")), _named(post, "to"), _text(post, "text"),
        slot=_id(post, "slot"),
    )  # fmt: skip
    row = requests.ask_for(wish, **_by(request))
    if row.slot is not None:
        return given_told(row, row.slot, request.viewer.zone)
    return _("Sendt til %(who)s.") % {"who": row.to.name}


def _book(request: Any, patient: UUID, post: Post) -> str:
    slot = slots.find(_named(post, "slot"))
    row = answering.held(_of(patient, post, "request"), request.viewer)
    told = given_told(row, slot, request.viewer.zone)
    more = _text(post, "text").strip()
    text = f"{told}. {more}" if more else told
    answering.book(request=row.id, slot=slot.id, text=text, **_by(request))
    return told


def _answer(request: Any, patient: UUID, post: Post) -> str:
    row = _of(patient, post, "request")
    answering.answer(request=row, text=_text(post, "text"), **_by(request))
    return _("Svaret er lagret, og de som spurte, ser det.")


def _decline(request: Any, patient: UUID, post: Post) -> str:
    row = _of(patient, post, "request")
    made = answering.decline(request=row, text=_text(post, "text"), **_by(request))
    if made.slot is not None:
        return _("Timen er avlyst. Pasienten og de som spurte, ser hvorfor.")
    return _("Avslaget er lagret, og de som spurte, ser det.")


def _withdraw(request: Any, patient: UUID, post: Post) -> str:
    requests.withdraw(request=_of(patient, post, "request"), **_by(request))
    return _("Forespørselen er trukket.")


def _came(request: Any, patient: UUID, post: Post) -> str:
    answering.come(request=_of(patient, post, "request"), came=post["do"] == "came", **_by(request))
    return _("Lagret.")


def _plan_control(request: Any, patient: UUID, post: Post) -> str:
    routine.plan(patient=patient, name=_text(post, "name"), every_months=int(post["months"]),
                 **_by(request))  # fmt: skip
    return _("Kontrollen er ført.")


STATES = {"drop": ControlState.DROPPED, "resume": ControlState.RUNNING, "end": ControlState.ENDED}


def _say_control(request: Any, patient: UUID, post: Post) -> str:
    routine.say(control=_of(patient, post, "control"), state=STATES[post["do"]],
                why=_text(post, "why"), **_by(request))  # fmt: skip
    return _("Lagret. Alle som følger pasienten, ser det.")


def _share(request: Any, patient: UUID, post: Post) -> str:
    team = _named(post, "team")
    if post["do"] == "share":
        outreach.share(patient=patient, team=team, **_by(request))
        return _("%(who)s ser pasienten fra nå.") % {"who": organisation(team).name}
    outreach.unshare(patient=patient, team=team, **_by(request))
    return _("%(who)s ser ikke pasienten lenger.") % {"who": organisation(team).name}


def _visit(request: Any, patient: UUID, post: Post) -> str:
    day = _day(post, "on")
    if day is None:
        raise ValueError
    text = _text(post, "text")
    outreach.visit(
        patient=patient, how=post.get("how", ""), on=day, text=text, next_on=_day(post, "next_on"),
        letter=_visit_letter(request, patient, day, text) if post.get("send") else None,
        **_by(request),
    )  # fmt: skip
    return _("Besøket er lagret. Oppfølgingstjenesten ser det på lista.")


def _visit_letter(request: Any, patient: UUID, day: date, text: str) -> str:
    person = patient_for(request.viewer, patient, at=request.at)
    words = {"name": person.name, "day": full_date(day), "who": request.viewer.name,
             "unit": organisation(request.viewer.seat).name}  # fmt: skip
    head = _("Besøk hos %(name)s %(day)s, %(unit)s ved %(who)s.") % words
    return f"{head}\n\n{text.strip()}"


def _support(request: Any, patient: UUID, post: Post) -> str:
    kind = post.get("kind", "")
    names = [one.name for one in SETTINGS[Kind(kind)]]
    typed = {name: _number(post.get(f"{kind}-{name}", "")) for name in names}
    doctor = request.viewer.actor if request.viewer.role in DOCTORS_HERE else _named(post, "doctor")
    outreach.set_support(
        patient=patient, kind=kind, typed=typed, why=_text(post, "why"), doctor=doctor,
        how=post.get("how") or "here", ordered_at=_at_noon(_day(post, "ordered"), request),
        since=_at_noon(_day(post, "since"), request), sure=bool(post.get("sure")),
        seen=post.get(f"seen-{kind}", ""), **_by(request),
    )  # fmt: skip
    if request.viewer.role in DOCTORS_HERE:
        since = _at_noon(_day(post, "since"), request)
        if since == request.at:
            return _("Innstillingen gjelder fra nå.")
        day = since.astimezone(ZoneInfo(request.viewer.zone)).date()
        return _("Innstillingen er ført, og gjelder fra %(day)s.") % {"day": full_date(day)}
    return _("Innstillingen er ført, og legen er bedt om å bekrefte den.")


def _number(typed: str) -> float | None:
    """Raises ValueError for what is no number."""
    said = typed.strip().replace(",", ".")
    return float(said) if said else None


def _end_support(request: Any, patient: UUID, post: Post) -> str:
    outreach.end_support(support=_of(patient, post, "support"), why=_text(post, "why"),
                         since=request.at, **_by(request))  # fmt: skip
    return _("Avsluttet. Det står på kurven fra når til når.")


def _confirm(request: Any, patient: UUID, post: Post) -> str:
    outreach.confirm(support=_of(patient, post, "support"), **_by(request))
    return _("Bekreftet.")


def _refuse(request: Any, patient: UUID, post: Post) -> str:
    row = outreach.refuse(support=_of(patient, post, "support"), why=_text(post, "why"),
                          **_by(request))  # fmt: skip
    held = any(one.kind == row.kind and one.period.upper is None
               for one in outreach.supports(patient))  # fmt: skip
    if held:
        return _("Ført som ikke ordinert. Se over hva som gjelder nå.")
    return _("Ført som ikke ordinert. Ingenting er stilt inn nå.")


def _to_meeting(request: Any, patient: UUID, post: Post) -> str:
    listing.put(meeting=_named(post, "meeting"), patient=patient, question=_text(post, "text"),
                **_by(request))  # fmt: skip
    return _("Satt på lista. Avdelingen ser pasienten til dagen etter møtet.")


DOCTORS_HERE = (Role.GP, Role.SPECIALIST)
ACTS: Mapping[str, Callable[[Any, UUID, Post], str]] = {
    "ask": _ask,
    "book": _book,
    "answer": _answer,
    "decline": _decline,
    "withdraw": _withdraw,
    "came": _came,
    "missed": _came,
    "control": _plan_control,
    "drop": _say_control,
    "resume": _say_control,
    "end": _say_control,
    "share": _share,
    "unshare": _share,
    "visit": _visit,
    "support": _support,
    "support-end": _end_support,
    "support-confirm": _confirm,
    "support-refuse": _refuse,
    "to-meeting": _to_meeting,
}


def _shown(request: Any, person: Any, *, typed: Any = None, code: str = "") -> HttpResponse:
    """With what was typed kept. Shown is opened, and is logged."""
    viewer, at, zone = request.viewer, request.at, ZoneInfo(request.viewer.zone)
    opened(person.id, by=viewer, at=at, what="care")
    facts = care_facts(person.id, at=at)
    told = care_words(person.id, facts, viewer, at)
    reached = {one.id for one in sharing.reaching(person.id, at=at)}
    seat = organisation(viewer.seat)
    words = {
        "here": "patients" if viewer.role is not Role.NURSE else "worklist",
        "home": HOME[viewer.role],
        "person": person,
        "age": age(person.born, at.astimezone(zone).date()),
        "care": told,
        "seat": seat.id,
        "is_department": seat.kind == DEPARTMENT,
        "may": _may(viewer),
        "whats": _whom(person.id, reached, viewer, at),
        "times": _times(viewer.seat, viewer, at) if seat.kind == DEPARTMENT else [],
        "teams": [{"id": one.id, "name": one.name, "shared": one.id in reached}
                  for one in teams_for(person.id, reached, at)],
        "visits": [visit_told(one) for one in facts.visits[:8]],
        "visit_hows": list(VISIT_HOWS.items()),
        "gp": gp.name if (gp := sharing.gp_to_write_to(person.id, at=at)) is not None else "",
        "municipality": home_municipalities([person.id], at=at).get(person.id, ""),
        "doctors": doctors_of(person.id, zone=viewer.zone, at=at),
        "hows": [(how.value, HOWS[how]) for how in ELSEWHERE],
        "kinds": _kinds(told["supports"], typed or {}),
        "meetings": _meetings(person.id, viewer, at),
        "listed": [
            {"told": _meeting_name(one.meeting, zone), "question": one.question}
            for one in listing.listed_now(person.id)
        ],
        "today": at.astimezone(zone).date().isoformat(),
        "typed": typed or {},
        "refused": refused(code) if code else "",
    }  # fmt: skip
    return render(request, "care/page.html", words, status=422 if code else 200)


def _may(viewer: Any) -> set[str]:
    """What the viewer may do here, as templates name it."""
    found = {verb.replace("-", "_") for verb, roles in PERMISSIONS.items() if viewer.role in roles}
    return found if outreach.sets_support(viewer) else found - {"set_support"}


def _whom(patient: UUID, reached: set[UUID], viewer: Any, at: datetime) -> list[dict[str, Any]]:
    """Whom there is to ask, and for what; of a department with its free times."""
    found = []
    for kind, what in ((DEPARTMENT, What.APPOINTMENT), *((kind, What.VISIT) for kind in COME_HOME)):
        for one in organisations(kind):
            if one.id != viewer.seat and (one.id in reached or what is What.APPOINTMENT):
                found.append({
                    "to": one.id, "name": one.name, "what": what, "told": WHATS[what],
                    "treats": one.id in reached,
                    "times": _times(one.id, viewer, at) if kind == DEPARTMENT else [],
                })  # fmt: skip
    asked = (DEPARTMENT, *COME_HOME, PRACTICE, "service")
    now = following_now([patient], zone=viewer.zone, at=at)
    follows = {row.unit for row in now.values()}
    for kind in asked:
        found += [{"to": one.id, "name": one.name, "what": What.QUESTION, "told": WHATS["question"],
                   "treats": True, "times": []}
                  for one in organisations(kind) if one.id in reached and one.id != viewer.seat
                  and (kind != "service" or one.id in follows)
                  ]  # fmt: skip
    return found


def _times(department: UUID, viewer: Any, at: datetime) -> list[tuple[UUID, str]]:
    return [(one.id, time_told(one, viewer.zone)) for one in slots.free_of(department, at=at)]


def _kinds(now: list[dict[str, Any]], typed: Post) -> list[dict[str, Any]]:
    """What can be set, with what holds now to go on from."""
    held = {one["kind"]: one for one in now}
    made = []
    for kind in Kind:
        one = held.get(kind)
        settings = one["settings"] if one else {}
        made.append({
            "kind": kind.value,
            "name": SUPPORTS[kind],
            "seen": one["id"] if one else "",
            "fields": [
                {"name": f"{kind}-{field.name}", "label": SETTING_NAMES[field.name],
                 "unit": UNITS[field.unit], "needed": field.needed,
                 "value": typed.get(f"{kind}-{field.name}",
                                    bound(settings[field.name]) if field.name in settings else "")}
                for field in SETTINGS[kind]
            ],
        })  # fmt: skip
    return made


def _meetings(patient: UUID, viewer: Any, at: datetime) -> list[dict[str, Any]]:
    """Those that the patient can be talked of in, the likeliest first."""
    if viewer.role not in PERMISSIONS["put-on-meeting"]:
        raise Denied(f"{viewer.role} may not see meetings")
    coming = listing.coming(at=at)
    likely = listing.meeting_for(patient, coming, at=at)
    zone = ZoneInfo(viewer.zone)
    return [
        {"id": one.id, "told": _meeting_name(one, zone)}
        for one in sorted(coming, key=lambda one: one is not likely)
    ]


def _meeting_name(one: Any, zone: ZoneInfo) -> str:
    return f"{one.department.name}, {long_date(one.starts_at.astimezone(zone).date())}"
