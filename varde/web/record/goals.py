"""The goal conversation: the days before it, what was said, and the letter to the GP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from varde.catalogue.queries import programme
from varde.core.access import Role
from varde.core.calendar import day_bounds
from varde.core.plan import decoded
from varde.measuring.queries import enrolments, habitual_values
from varde.pathway import goals
from varde.pathway.goals import HABITS, HOWS, NotTalked, Talk
from varde.pathway.meeting.listing import may_join
from varde.pathway.queries import goal_conversations
from varde.people.openings import opened
from varde.people.queries import patient_for
from varde.people.sharing import gp_to_write_to
from varde.plan import queries as plans
from varde.triage.ordered_rules import rules_held
from varde.triage.thresholds import in_force, limits_of
from varde.web.plan.words import medication_told
from varde.web.record.days import day_zones, days_told, measured
from varde.web.record.grounds import in_words
from varde.web.record.trend import trend
from varde.web.roles import HOME, for_roles
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import age, full_date, when
from varde.web.texts.rules import rule_lines
from varde.web.texts.words import said, value_of

FIRST = timedelta(days=14)
HOW_WORDS = {
    "phone": gettext_lazy("Telefon"),
    "video": gettext_lazy("Video"),
    "visit": gettext_lazy("Besøk"),
}
HABIT_WORDS = {
    "smoking": gettext_lazy("Røyk og snus"),
    "activity": gettext_lazy("Bevegelse"),
    "nutrition": gettext_lazy("Mat og drikke"),
    "sleep": gettext_lazy("Søvn"),
    "other": gettext_lazy("Annet"),
}


@for_roles(Role.NURSE, Role.COORDINATOR)
@require_http_methods(["GET", "POST"])
def goal_conversation(request: Any, patient: UUID) -> HttpResponse:
    person = patient_for(request.viewer, patient, at=request.at)
    if request.method != "POST":
        return _shown(request, person)
    if request.POST.get("patient") != str(patient):
        return HttpResponseBadRequest()
    try:
        goals.hold(patient=patient, talk=_talk(request.POST), by=request.viewer, at=request.at)
    except NotTalked as no:
        return _shown(request, person, typed=request.POST, code=no.code)
    banners.success(
        request, _("Målsamtalen er lagret. Det dere snakket om, følger med til planen.")
    )
    home = f"{HOME[request.viewer.role]}patient/{patient}"
    return redirect(f"{home}/plan" if request.POST.get("do") == "plan" else home)


def _text(post: Any, name: str) -> str:
    text: str = post.get(name, "")
    return text.replace("\0", "").replace("\r\n", "\n")


def _talk(post: Any) -> Talk:
    habits = {key: _text(post, f"habit-{key}") for key in HABITS}
    named = {str(HABIT_WORDS[key]): text.strip() for key, text in habits.items() if text.strip()}
    return Talk(
        how=post.get("how", ""),
        matters=_text(post, "matters"),
        habits=habits,
        needs=_text(post, "needs"),
        agreed=_text(post, "agreed"),
        letter=_whole_letter(post, named) if post.get("send") == "yes" else None,
        named=named,
    )


def _whole_letter(post: Any, named: dict[str, str]) -> str:
    """The letter; where nobody has written under its last heading, what the form says stands
    there."""
    text = _text(post, "letter").rstrip()
    if not text.endswith(_("Dette snakket vi om:")):
        return text
    said = [
        (_("Viktig for pasienten"), _text(post, "matters").strip()),
        *named.items(),
        (_("Trenger hjelp til"), _text(post, "needs").strip()),
        (_("Enige om"), _text(post, "agreed").strip()),
    ]
    return "\n".join([text, *(f"{name}: {told}" for name, told in said if told)])


def _shown(request: Any, person: Any, *, typed: Any = None, code: str = "") -> HttpResponse:
    """With what was typed kept. Shown is opened, and is logged."""
    viewer, at, zone = request.viewer, request.at, ZoneInfo(request.viewer.zone)
    opened(person.id, by=viewer, at=at, what="goals")
    rows = enrolments([person.id], at=at).get(person.id, [])
    programmes = [programme(row.programme, row.version) for row in rows]
    start = _since(at, zone)
    drawn, _values, sent = trend(person.id, programmes, programmes, events=[], days=FIRST.days,
                                 at=at.astimezone(zone))  # fmt: skip
    kinds = tuple(dict.fromkeys(kind for one in programmes for kind in one.kinds))
    days = days_told(day_zones(person.id, kinds, start=start, end=at, zone=zone))
    gp = gp_to_write_to(person.id, at=at)
    own = plans.newest_said(person.id)
    words = {
        "here": "worklist",
        "home": HOME[viewer.role],
        "person": person,
        "age": age(person.born, at.astimezone(zone).date()),
        "trend": drawn,
        "days": FIRST.days,
        "days_told": days,
        "measured": measured(person.id, programmes, start=start, end=at),
        "comments": [one.comment for one in sent if one.comment][-5:],
        "hows": [(how, HOW_WORDS[how]) for how in HOWS],
        "habits": [(key, HABIT_WORDS[key], (typed or {}).get(f"habit-{key}", ""))
                   for key in HABITS],
        "typed": typed or {"matters": own.goals if own else "", "needs": own.needs if own else ""},
        "letter": _text(typed, "letter") if typed else _letter(request, person, programmes, days),
        "gp": gp.name if gp is not None else "",
        "send": typed is None or typed.get("send") == "yes",
        "refused": _refused(code),
        "before": [
            {"by": one.by.name, "at": when(one.at, at, viewer.zone), "agreed": one.agreed}
            for one in goal_conversations(person.id)
        ],
    }  # fmt: skip
    return render(request, "record/goals.html", words, status=422 if code else 200)


def _since(at: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the day 14 days ago."""
    return day_bounds(at.astimezone(zone).date() - FIRST, zone)[0]


def _refused(code: str) -> str:
    return {
        "": "",
        "how": _("Velg om dere snakket på telefon, video eller besøk. Ingenting er lagret ennå."),
        "agreed": _("Skriv hva dere ble enige om. Ingenting er lagret ennå."),
        "long": _("Noe er for langt. Kort det ned. Ingenting er lagret ennå."),
        "letter": _("Brevet er tomt. Skriv det, eller velg ikke å sende det."),
        "gp": _(
            "Det er ingen fastlege å skrive til, eller pasienten har sagt nei til deling. "
            "Velg ikke å sende brevet, så lagres resten."
        ),
    }[code]


def _letter(request: Any, person: Any, programmes: list[Any], days: str) -> str:
    """What the letter begins with: the days, what was measured, limits and medication."""
    at, zone = request.at, ZoneInfo(request.viewer.zone)
    start = _since(at, zone)
    lines = [
        _("Målsamtale %(day)s med %(name)s, født %(born)s. Digital hjemmeoppfølging: %(what)s.")
        % {
            "day": full_date(at.astimezone(zone).date()),
            "name": person.name,
            "born": full_date(person.born) if person.born else "",
            "what": ", ".join(said(one.name) for one in programmes),
        },
        "",
        _("De siste 14 dagene: %(days)s.") % {"days": days},
    ]
    for row in measured(person.id, programmes, start=start, end=at):
        lines.append(
            _("%(name)s: %(n)s målinger, midterste %(middle)s, fra %(low)s til %(high)s") % row
        )
    lines += ["", _("Grenser nå:"), *_limits(person.id, programmes, at), *_usual(person.id)]
    lines += _medication(person.id)
    if may_join(person.id, at=at):
        lines += ["", _("Du kan være med når pasienten tas opp i møtet med sykehuset. Si fra, "
                        "så inviterer vi deg.")]  # fmt: skip
    lines += ["", _("Dette snakket vi om:"), ""]
    return "\n".join(lines)


def _limits(patient: UUID, programmes: list[Any], at: Any) -> list[str]:
    """The limits, and the rules beside them: from what is usual, over days, what is critical."""
    held = in_force(patient, at=at)
    own = {kind for kind, row in held.items() if row.ground != "standard"}
    return [
        *(f"{KIND_TEXTS[kind].short}: {in_words(limits_of(row))}" for kind, row in held.items()),
        *rule_lines(programmes, own=own, ordered=rules_held(patient, at=at)),
    ]


def _usual(patient: UUID) -> list[str]:
    found = [
        f"{KIND_TEXTS[kind].short} {value_of(kind, row.value)}"
        for kind, row in habitual_values(patient).items()
    ]
    return [_("Vanlig for pasienten: %(what)s") % {"what": ", ".join(found)}] if found else []


def _medication(patient: UUID) -> list[str]:
    """What the plan in force, or the one on its way, says of medication."""
    row = plans.in_force(patient) or plans.open_plan(patient)
    if row is None:
        return ["", _("Pasienten har ingen egenbehandlingsplan ennå.")]
    told = [medication_told(one) for _s, _z, one in decoded(row.content).medications if one.dose]
    head = _("Medisiner i planen:") if row.version else _("Medisiner i utkastet til plan:")
    return ["", head, *told] if told else []
