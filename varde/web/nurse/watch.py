"""The watch: who has it now, told first on both lists, and the acts that hand it over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as banners
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from varde.core.access import Role
from varde.core.calendar import is_open
from varde.measuring.hours import hours_from
from varde.pathway.covering import uncovered
from varde.people.covers import cover_of, covered_by
from varde.people.queries import organisation
from varde.triage import handover, watch
from varde.triage.handling import says_why
from varde.triage.handover import NotHanded
from varde.triage.watch import NotWatched
from varde.web.roles import for_roles
from varde.web.texts.numbers import when

nurse_only = for_roles(Role.NURSE)
LONGEST = 2000


def told(viewer: Any, at: datetime) -> list[dict[str, Any]]:
    """Who has the watch, where it is not just the unit's own; `act` is what one may do now."""
    own = watch.standing(viewer.seat)
    made = [_of_ours(own, viewer, at)] if own is not None else []
    return made + [_of_theirs(one, viewer, at) for one in watch.held_by(viewer.seat)]


def _of_ours(row: Any, viewer: Any, at: datetime) -> dict[str, Any]:
    open_now = is_open(hours_from(organisation(viewer.seat).hours, viewer.zone), at)
    words = {"who": row.to.name, "at": when(row.taken_at or row.offered_at, at, viewer.zone)}
    if row.taken_at is None:
        text = _("Vakta er tilbudt %(who)s %(at)s, og ikke tatt. Røde målinger står hos oss.")
        return _one(row, text % words, "withdraw", late=not open_now)
    words["by"] = row.taken_by.name
    text = _("%(who)s har vakta siden %(at)s (%(by)s). Røde målinger og manglende rapporter "
             "står hos dem.")  # fmt: skip
    told = text % words
    if n := uncovered(viewer.seat, at=at):
        told += " " + ngettext(
            "%(n)s pasient er ikke med: det som er rødt der, står her.",
            "%(n)s pasienter er ikke med: det som er rødt der, står her.",
            n,
        ) % {"n": n}
    return _one(row, told, "take-back", late=open_now)


def _of_theirs(row: Any, viewer: Any, at: datetime) -> dict[str, Any]:
    there = hours_from(row.unit.hours, viewer.zone)
    words = {"who": row.unit.name, "at": when(row.taken_at or row.offered_at, at, viewer.zone)}
    if row.taken_at is None:
        text = _("%(who)s tilbyr oss vakta (%(at)s). Den er deres til noen her tar den.")
        return _one(row, text % words, "take", late=not is_open(there, at))
    text = _("Vi har vakta for %(who)s siden %(at)s.")
    return _one(row, text % words, "hand-back" if is_open(there, at) else "", late=False)


def _one(row: Any, text: str, act: str, *, late: bool) -> dict[str, Any]:
    return {"id": row.id, "text": text, "act": act, "late": late}


def arrangement(viewer: Any, at: datetime) -> dict[str, Any]:
    """For the page of the shift: whom the unit may give its watch, and whose it may get."""
    cover = cover_of(viewer.seat)
    return {
        "watches": told(viewer, at),
        "cover": cover.by.name if cover else "",
        "may_give": cover is not None and watch.standing(viewer.seat) is None,
        "covers": [one.unit.name for one in covered_by(viewer.seat)],
        "watched": [_past(row, viewer, at) for row in watch.past(viewer.seat)],
    }


def _past(row: Any, viewer: Any, at: datetime) -> dict[str, str]:
    return {
        "who": row.to.name if row.unit_id == viewer.seat else row.unit.name,
        "taken": f"{when(row.taken_at, at, viewer.zone)}, {row.taken_by.name}",
        "ended": f"{when(row.ended_at, at, viewer.zone)}, {row.ended_by.name}"
        if row.ended_at
        else "",
    }


@nurse_only
@require_POST
def give(request: Any) -> HttpResponse:
    """Ours is offered, with what the other must know."""
    viewer, at = request.viewer, request.at

    def act() -> None:
        _demand_words(request)
        row = watch.give(unit=viewer.seat, by=viewer, at=at)
        _say(request, row.to_id)
        banners.success(request, _("Vakta er tilbudt. Den er vår til de har tatt den."))

    return _tried(request, act)


@nurse_only
@require_POST
def act(request: Any, row: UUID) -> HttpResponse:
    """Take it, take it back, give it back; with a word to the other where one is written."""
    viewer, at = request.viewer, request.at

    def take() -> None:
        watch.take(watch=row, by=viewer, at=at)
        banners.success(request, _("Vakta er vår nå. Røde målinger derfra står på lista her."))

    def end() -> None:
        _demand_words(request)
        taken = request.POST.get("act") not in ("withdraw", "decline")
        ended = watch.end(watch=row, by=viewer, at=at, taken=taken)
        ours = ended.unit_id == viewer.seat
        _say(request, ended.to_id if ours else ended.unit_id)
        banners.success(request, _("Vakta er vår igjen.") if ours else _("Vakta er gitt tilbake."))

    return _tried(request, take if request.POST.get("act") == "take" else end)


def _text(request: Any) -> str:
    return str(request.POST.get("text", ""))[:LONGEST].replace("\0", "").strip()


def _demand_words(request: Any) -> None:
    """Before anything is done: what cannot be kept is refused, and the watch is where it was."""
    if _text(request) and not says_why(_text(request)):
        raise NotHanded


def _say(request: Any, to: UUID) -> None:
    text = _text(request)
    if text:
        handover.tell_next(text=text, unit=to, by=request.viewer, at=request.at)


def _tried(request: Any, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except NotWatched as no:
        lost = _("Du hadde skrevet: «%(text)s»") % {"text": _text(request)}
        banners.warning(request, f"{REFUSED[no.code]()} {lost if _text(request) else ''}".strip())
    except NotHanded:
        banners.warning(request, _("Skriv det med ord. Ingenting er lagret."))
    return redirect("/nurse/shift#watch-h" if request.POST.get("back") == "shift" else "/nurse/")


REFUSED: dict[str, Callable[[], str]] = {
    "nobody": lambda: _("Ingen av pasientene er med i avtalen om vakt. Den er vår."),
    "none": lambda: _("Ingen er avtalt å ta vakta. Den er vår."),
    "stands": lambda: _("Vakta er alt tilbudt."),
    "gone": lambda: _("Noen andre har gjort noe med vakta. Se hvem som har den nå."),
    "closed": lambda: _("De har stengt nå, så vakta kan ikke gis tilbake. Den er fortsatt vår."),
}
