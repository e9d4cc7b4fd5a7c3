"""The worklist: home of the nurse; the page, its rows for the live update, and the quick acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from varde.base.stamps import late_tasks
from varde.core.access import Role
from varde.people.openings import listed
from varde.people.queries import names, search
from varde.triage import handling
from varde.triage.handling import NotClosed, Seen, TakenByOther
from varde.triage.queries import counts, worklist
from varde.triage.worklist import Rank
from varde.web.nurse.rows import Shown, shown
from varde.web.roles import for_roles
from varde.web.texts.numbers import clock_time, long_date, when

nurse_only = for_roles(Role.NURSE)
WORK = tuple(rank for rank in Rank if rank is not Rank.GREEN)
GREENS_SHOWN = 200
COUNTED = 1000  # more than this is said as «1000+», so that no list is slow for being long


@nurse_only
@require_GET
def page(request: Any) -> HttpResponse:
    return render(request, "nurse/worklist.html", _words(request))


@nurse_only
@require_GET
def rows(request: Any) -> HttpResponse:
    """Only the list, for a page that is open: the live update asks for it."""
    return render(request, "nurse/rows.html", _words(request))


def _words(request: Any) -> dict[str, Any]:
    viewer, at = request.viewer, request.at
    n = counts(viewer, most=COUNTED + 1)
    wanted = request.GET.get("page", "")
    page_no = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 0
    work = shown(worklist(viewer, ranks=WORK, page=page_no), viewer=viewer, at=at)
    greens = shown(worklist(viewer, ranks=[Rank.GREEN], size=GREENS_SHOWN), viewer=viewer, at=at)
    listed((row.patient for row in (*work, *greens)), by=viewer, at=at)
    waiting = sum(n[rank] for rank in WORK)
    who = request.GET.get("who", "all")
    return {
        "here": "worklist",
        "groups": _groups([row for row in work if _wanted(row, who)], n),
        "greens": greens,
        "held": [row for row in work if row.zone == "work" and row.marks],
        "n": {"waiting": _told(waiting), "green": _told(n[Rank.GREEN])},
        "who": who,
        "mine": sum(row.mine for row in work),
        "free": sum(not row.owner for row in work),
        "more": waiting > len(work) and page_no + 1,
        "day": long_date(at.astimezone(ZoneInfo(viewer.zone)).date()),
        "now": clock_time(at, viewer.zone),
        "late_tasks": late_tasks(at=at),
    }


def _told(n: int) -> int | str:
    """The number; one that nobody would count to is said to be more."""
    return n if n <= COUNTED else f"{COUNTED}+"


def _wanted(row: Shown, who: str) -> bool:
    return {"mine": row.mine, "free": not row.owner}.get(who, True)


def _groups(rows: list[Shown], n: dict[int, int]) -> list[dict[str, Any]]:
    said = (
        ("red", _("Røde"), _("Skal kontaktes innen 2 timer i åpningstiden. Eldste først.")),
        ("yellow", _("Gule"), _("Vurderes innen én åpningsdag.")),
        ("work", _("Meldinger og oppgaver"), _("Uleste meldinger, ikke rapportert og oppgaver.")),
    )
    return [
        {"zone": zone, "title": title, "goal": goal, "rows": [r for r in rows if r.zone == zone]}
        for zone, title, goal in said
    ]


@nurse_only
@require_POST
def take(request: Any, item: UUID) -> HttpResponse:
    """The item is mine; when another was first, say who and since when."""
    try:
        handling.take(item=item, by=request.viewer, at=request.at)
    except TakenByOther as taken:
        banners.warning(request, _taken_by(request, taken))
    except NotClosed:
        banners.warning(request, _("Den er lukket av en annen."))
    return _back(request)


def _taken_by(request: Any, taken: TakenByOther) -> str:
    who = names({taken.person}).get(taken.person, "")
    words = {"who": who, "at": when(taken.since, request.at, request.viewer.zone)}
    return _("%(who)s tok den %(at)s.") % words


@nurse_only
@require_POST
def give_back(request: Any, item: UUID) -> HttpResponse:
    try:
        handling.give_back(item=item, by=request.viewer, at=request.at)
    except TakenByOther as taken:
        banners.warning(request, _taken_by(request, taken))
    except NotClosed:
        banners.warning(request, _("Den er lukket av en annen."))
    return _back(request)


@nurse_only
@require_POST
def acknowledge(request: Any) -> HttpResponse:
    """Acknowledge just the greens that were on the screen, as they were then."""
    try:
        seen = [_seen(text) for text in request.POST.getlist("seen")]
    except ValueError:
        return HttpResponseBadRequest()
    closed = handling.acknowledge_greens(seen=seen, by=request.viewer, at=request.at)
    told = ngettext("%(n)s grønn er kvittert ut.", "%(n)s grønne er kvittert ut.", len(closed))
    text = told % {"n": len(closed)}
    left = len(seen) - len(closed)
    if left:
        kept = ngettext(
            "%(n)s har fått noe nytt siden du så den, og står fortsatt.",
            "%(n)s har fått noe nytt siden du så dem, og står fortsatt.",
            left,
        )
        text = f"{text} {kept % {'n': left}}"
    banners.success(request, text)
    return _back(request)


def _seen(text: str) -> Seen:
    item, version, heard = text.split("|")
    if not 0 <= int(version) < 2**31:
        raise ValueError("no item has been changed so many times")
    return Seen(UUID(item), int(version), datetime.fromisoformat(heard))


def _back(request: Any) -> HttpResponse:
    """To where it was pressed; a page with script asks for the rows instead."""
    if request.headers.get("X-Requested-With") == "fetch":
        return rows_after(request)
    back = request.POST.get("back", "/nurse/")
    return redirect(back if back.startswith("/nurse/") else "/nurse/")


def rows_after(request: Any) -> HttpResponse:
    return render(request, "nurse/rows.html", _words(request))


@nurse_only
@require_GET
def find(request: Any) -> HttpResponse:
    """Patients by name, national id or phone."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:80]
    found = search(request.viewer, text, at=request.at) if len(text) >= 2 else []
    listed((person.id for person in found), by=request.viewer, at=request.at)
    words = {"here": "worklist", "q": text, "found": found}
    return render(request, "nurse/search.html", words)
