"""Limits of one patient: what holds, a draft tried on the patient's own days, order and control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from varde.catalogue.queries import programme, signed
from varde.core.access import DOCTORS, Role
from varde.core.ordering import (
    ELSEWHERE,
    ENTERED,
    How,
    NotOrdered,
    Stage,
    differing,
    rules_differing,
)
from varde.core.signing import Part
from varde.core.thresholds import Limits
from varde.measuring.queries import enrolments
from varde.people.doctors import doctors_of
from varde.people.openings import opened
from varde.people.queries import patient_for
from varde.triage import ordered, ordering
from varde.triage.ordered import held_at, mark_of
from varde.triage.ordered_rules import rules_held
from varde.triage.ordering import Draft, Word
from varde.triage.trying import suggestions
from varde.web.ordering.form import Group, groups, offered, read, ticked_rules
from varde.web.ordering.told import history, holding, refusals, steps, suggested
from varde.web.ordering.trial import SPANS, trial
from varde.web.ordering.usual import usual
from varde.web.record.grounds import HOWS, rule_line
from varde.web.record.grounds import line as _line
from varde.web.roles import HOME, for_roles
from varde.web.texts.numbers import age

CONFLICT, UNREAD, MOST = 409, 422, 2000


@for_roles(Role.NURSE, Role.GP, Role.SPECIALIST)
@require_http_methods(["GET", "POST"])
def limits(request: Any, patient: UUID) -> HttpResponse:
    person = patient_for(request.viewer, patient, at=request.at)
    page = made(request, person)
    if request.method != "POST":
        return _shown(page)
    do = request.POST.get("do", "")
    if page.entered:  # what another is to verify is shown as it was entered, and nothing else
        return _done(page, do, {}) if do in LOOKING else _shown(page)
    wished = read(page.groups, request.POST)
    if do not in ACTS:  # to try, and whatever else
        return _shown(page, typed=request.POST, draft=wished, unread=wished is None)
    if wished is None and do in DRAFTING:
        return _shown(page, typed=request.POST, code="unread", unread=True, status=UNREAD)
    return _done(page, do, wished or {})


def _done(page: Page, do: str, wished: dict[str, Limits]) -> HttpResponse:
    """The step taken; or the page with why it was not, and what was typed."""
    request = page.request
    try:
        if do == "order":
            _demand_tried(page, wished)
        ACTS[do](page, wished)
    except NotOrdered as error:
        if error.code != "gone":
            return _shown(page, typed=request.POST, draft=wished, code=error.code, status=UNREAD)
        fresh = made(request, page.person)  # as another has left it: nothing of ours among it
        return _shown(fresh, code="gone", lost=_lost(page, wished), status=CONFLICT)
    banners.success(request, SAID[do]())
    return redirect(request.path)


def _demand_tried(page: Page, wished: dict[str, Limits]) -> None:
    """A doctor orders after seeing the dry run, and of these very numbers (decisions 3.4)."""
    rules = page.ticked(page.request.POST)
    if page.request.POST.get("tried", "") != mark(page, differing(page.held, wished), rules):
        raise NotOrdered("untried")


def mark(page: Page, changed: dict[str, Limits], rules: frozenset[str]) -> str:
    """Of what was tried: the limits and the rules that would be others."""
    turned = rules_differing(page.ruled, rules).items()
    return mark_of(changed, (f"{name}={wanted}" for name, wanted in turned))


def _lost(page: Page, wished: dict[str, Limits]) -> list[str]:
    """What somebody had typed that was not kept, in words."""
    typed = [_line(kind, one) for kind, one in differing(page.held, wished).items()]
    turned = rules_differing(page.ruled, page.ticked(page.request.POST))
    typed += [rule_line(name, wanted) for name, wanted in turned.items()]
    return [*typed, *(text for name in WORDS if (text := _text(page, name).strip()))]


@dataclass
class Page:
    """What the view works with: the request, whom it is about, what holds, what is on its way."""

    request: Any
    person: Any
    held: dict[str, Limits]
    order: Any
    groups: list[Group]
    programmes: list[Any]
    ruled: frozenset[str]  # the ordered rules that hold

    @property
    def entered(self) -> bool:
        """Whether it stands as it was entered, until another has looked."""
        return self.order is not None and self.order.stage in ENTERED

    @property
    def draft(self) -> dict[str, Limits]:
        """What is wished, as it was saved."""
        kept = self.order.limits if self.order else {}
        return {kind: Limits(*bounds) for kind, bounds in kept.items()}

    @property
    def wished(self) -> frozenset[str]:
        """The ordered rules that shall hold, as the draft has them."""
        kept = self.order.rules if self.order else {}
        ended = {name for name, wanted in kept.items() if not wanted}
        return (self.ruled - ended) | {name for name, wanted in kept.items() if wanted}

    def ticked(self, typed: Any) -> frozenset[str]:
        """The same as the form has them; what the form did not ask about is as the draft has it."""
        if typed is None or "rules" not in typed:
            return self.wished
        return ticked_rules(typed, self.programmes, self.ruled)


def made(request: Any, person: Any) -> Page:
    at = request.at
    rows = enrolments([person.id], at=at).get(person.id, [])
    programmes = [programme(row.programme, row.version) for row in rows]
    order = ordered.open_order(person.id)
    then = held_at(order, at)
    held, ruled = ordered.held(person.id, at=then), rules_held(person.id, at=then)
    page = Page(request, person, held, order, [], programmes, ruled)
    page.groups = groups(programmes, page.held, page.held | page.draft, also=page.draft)
    return page


def _draft(page: Page, wished: dict[str, Limits]) -> Draft:
    post = page.request.POST
    text = post.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return Draft(
        page.person.id,
        wished,
        _text(page, "reason"),
        version,
        post.get("seen", "-"),
        page.ticked(post),
    )


def _text(page: Page, name: str) -> str:
    """What was written; the database keeps no NUL."""
    return str(page.request.POST.get(name, ""))[:MOST].replace("\0", "")


def _who(page: Page) -> dict[str, Any]:
    return {"by": page.request.viewer, "at": page.request.at}


def _doctor(page: Page) -> UUID:
    try:
        return UUID(page.request.POST.get("doctor", ""))
    except ValueError:
        raise NotOrdered("doctor") from None


def _word(page: Page) -> Word:
    post, zone = page.request.POST, ZoneInfo(page.request.viewer.zone)
    try:
        at = datetime.fromisoformat(f"{post.get('on', '')}T{post.get('clock', '')}")
        how = How(post.get("how", ""))
    except ValueError:
        raise NotOrdered("how") from None
    if how not in ELSEWHERE or at.tzinfo is not None:
        raise NotOrdered("how")
    return Word(_doctor(page), how, at.replace(tzinfo=zone), _text(page, "said"))


def _save(page: Page, wished: dict[str, Limits]) -> None:
    ordering.save_draft(_draft(page, wished), **_who(page))


def _ask(page: Page, wished: dict[str, Limits]) -> None:
    ordering.ask(_draft(page, wished), _doctor(page), **_who(page))


def _enter(page: Page, wished: dict[str, Limits]) -> None:
    ordering.enter(_draft(page, wished), _word(page), **_who(page))


def _emergency(page: Page, wished: dict[str, Limits]) -> None:
    ordering.enter_emergency(_draft(page, wished), _word(page), **_who(page))


def _order(page: Page, wished: dict[str, Limits]) -> None:
    ordering.order(_draft(page, wished), **_who(page))


def _verify(page: Page, wished: dict[str, Limits]) -> None:
    draft = _draft(page, wished)
    ordering.verify(page.person.id, draft.version, seen=draft.seen, **_who(page))


def _refuse(page: Page, wished: dict[str, Limits]) -> None:
    why = _text(page, "why")
    ordering.refuse(page.person.id, _draft(page, wished).version, why, **_who(page))


def _withdraw(page: Page, wished: dict[str, Limits]) -> None:
    ordering.withdraw(page.person.id, _draft(page, wished).version, **_who(page))


ACTS = {"save": _save, "ask": _ask, "enter": _enter, "emergency": _emergency, "order": _order,
        "verify": _verify, "refuse": _refuse, "withdraw": _withdraw}  # fmt: skip
WORDS = ("reason", "said", "why")
LOOKING = frozenset({"verify", "refuse", "withdraw"})
DRAFTING = frozenset({"save", "ask", "enter", "emergency", "order"})
SAID = {
    "save": lambda: _("Utkastet er lagret. Det gjelder ikke ennå."),
    "ask": lambda: _("Legen ser utkastet på sin første side. De gamle grensene gjelder til da."),
    "enter": lambda: _("Sendt til kontroll. De gamle grensene gjelder til det er gjort."),
    "emergency": lambda: _("Gjelder fra nå. En annen må kontrollere telefonordren før stengetid."),
    "order": lambda: _("De nye grensene gjelder fra nå."),
    "verify": lambda: _("Kontrollert. De nye grensene gjelder fra nå."),
    "refuse": lambda: _("Sendt tilbake. De gamle grensene gjelder fortsatt."),
    "withdraw": lambda: _("Utkastet er trukket. De gamle grensene gjelder fortsatt."),
}  # fmt: skip


def _shown(
    page: Page,
    *,
    typed: Any = None,
    draft: dict[str, Limits] | None = None,
    code: str = "",
    lost: Sequence[str] = (),
    unread: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page, with what was typed kept. Shown is opened, and is logged."""
    request, order, at = page.request, page.order, page.request.at
    opened(page.person.id, by=request.viewer, at=at, what="limits")
    words = {
        **_order_words(page, typed),
        **_trial_words(page, typed, draft),
        "refused": refusals().get(code, ""),
        "lost": lost,
        "unread": unread,
        "now_word": _("Før") if order and order.stage == Stage.EMERGENCY else _("Nå"),
    }
    part = request.headers.get("X-Part") == "trial"
    name = "ordering/trial.html" if part else "ordering/page.html"
    return render(request, name, words, status=status)


def _trial_words(page: Page, typed: Any, draft: dict[str, Limits] | None) -> dict[str, Any]:
    """The draft on the patient's own days; what is typed goes before what was saved."""
    request, at, zone = page.request, page.request.at, ZoneInfo(page.request.viewer.zone)
    changed = differing(page.held, page.draft if draft is None else draft)
    asked = (typed or request.GET).get("span", "")
    span = next((one for one in SPANS if str(one) == asked), SPANS[0])
    rules = page.ticked(typed)
    turned = rules_differing(page.ruled, rules)
    tried = trial(page.person.id, page.held, changed, span=span, zone=zone, at=at,
                  held_at=held_at(page.order, at), rules=rules if turned else None)  # fmt: skip
    return {
        "spans": SPANS,
        "trial": tried,
        "changed": changed or turned,
        "tried": mark(page, changed, rules),
    }


def _order_words(page: Page, typed: Any) -> dict[str, Any]:
    """Whom it is about, the form, whose word it waits for, and what holds and has held."""
    person, order, viewer, at = page.person, page.order, page.request.viewer, page.request.at
    stage = order.stage if order else ""
    local = at.astimezone(ZoneInfo(viewer.zone))
    found = suggestions(person.id, page.programmes, zone=ZoneInfo(viewer.zone), at=at)
    return {
        "here": "worklist",
        "home": HOME[viewer.role],
        "person": person,
        "age": age(person.born, local.date()),
        "groups": page.groups,
        "order": order,
        "version": order.version if order else 0,
        "seen": mark_of(page.held, page.ruled),
        "rules_signed": signed(page.programmes, Part.LIMITS),
        "rules": offered(page.programmes, page.ruled, page.ticked(typed), typed),
        "to_verify": page.entered,
        "emergency": stage == Stage.EMERGENCY,
        "own": order is not None and order.entered_by_id == viewer.person,
        "doctor": viewer.role in DOCTORS,
        "doctors": doctors_of(person.id, zone=viewer.zone, at=at),
        "hows": [(how.value, HOWS[how]) for how in ELSEWHERE],
        "typed": typed or _before(order, local),
        "steps": steps(order, viewer.zone, at),
        "suggested": suggested(found, page.held),
        "usual": usual(person.id, page.programmes, viewer, at),
        "holding": holding(person.id, page.groups, viewer.zone, at),
        "history": history(person.id, viewer.zone, at),
    }


def _before(order: Any, local: datetime) -> dict[str, str]:
    """What the form begins with."""
    kept = {
        "reason": order.reason if order else "",
        "on": local.date().isoformat(),
        "clock": local.strftime("%H:%M"),
    }
    if order is not None and order.asked_id:
        kept["doctor"] = str(order.asked_id)
    return kept
