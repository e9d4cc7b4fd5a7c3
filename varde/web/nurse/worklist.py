"""The worklist: home of the nurse; the page, its rows for the live update, and the quick acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from varde.base.stamps import late_tasks
from varde.core.access import Role, demand
from varde.core.calendar import is_open, next_opening
from varde.measuring.hours import hours_from
from varde.people.openings import listed
from varde.people.queries import names, organisation, search
from varde.people.viewer import Viewer
from varde.triage import handling
from varde.triage.handling import NotClosed, Seen, TakenByOther
from varde.triage.only import Only
from varde.triage.queries import PAGE, counts, last_of, late_work, mine_and_free, places
from varde.triage.queries import item as triage_item
from varde.triage.saved import views
from varde.triage.worklist import Rank
from varde.web.nurse.drawn import Drawn, drawn
from varde.web.nurse.filters import address, asked_for, choices
from varde.web.nurse.rows import goal_words
from varde.web.nurse.shift import notes
from varde.web.nurse.watch import told as watches_told
from varde.web.roles import for_roles
from varde.web.texts.numbers import clock_time, long_date, next_moment, when

nurse_only = for_roles(Role.NURSE)
WORK = tuple(rank for rank in Rank if rank < Rank.GREEN)
GREENS_SHOWN = 100
COUNTED = 500  # more than this is said as «500+», so that no list is slow for being long


@nurse_only
@require_GET
def page(request: Any) -> HttpResponse:
    return render(
        request,
        "nurse/worklist.html",
        {**_words(request), "notes": notes(request), "views": views(request.viewer)},
    )


@nurse_only
@require_GET
def rows(request: Any) -> HttpResponse:
    """Only the list, for a page that is open: the live update asks for it."""
    return render(request, "nurse/rows.html", _words(request))


def _words(request: Any) -> dict[str, Any]:
    viewer, at = request.viewer, request.at
    demand(viewer.role, "see-worklist")
    n = counts(viewer, most=COUNTED + 1)
    wanted = request.GET.get("page", "")
    page_no = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 0
    only = asked_for(request)
    who = only.whose
    late = late_work(viewer, only=only)
    found = places(viewer, which="work", page=page_no, only=only, late=late, more=1)
    more, found = len(found) > PAGE, found[:PAGE]
    only_work = len(found)
    if who == "all" and not page_no:
        found += places(viewer, which="green", size=GREENS_SHOWN, only=only)
    made = drawn(found, viewer=viewer, at=at)
    work, greens = made[:only_work], made[only_work:]
    listed((row.patient for row in made), by=viewer, at=at)
    waiting, (mine, free) = sum(n[rank] for rank in WORK), mine_and_free(viewer, most=COUNTED + 1)
    return {
        "here": "worklist",
        "groups": _groups(work, n, len(late), exact=not (more or page_no), only=only),
        "greens": greens,
        "held": [row for row in work if row.held],
        "n": {"waiting": _told(waiting), "green": _told(n[Rank.GREEN])},
        "who": who,
        "filters": choices(only),
        "address": address(only),
        "asleep": _told(n[Rank.ASLEEP]),
        "mine": _told(mine),
        "free": _told(free),
        "more": more and page_no + 1,
        "page": page_no,
        "day": long_date(at.astimezone(ZoneInfo(viewer.zone)).date()),
        "now": clock_time(at, viewer.zone),
        "closed_until": _closed_until(viewer, at),
        "late_tasks": late_tasks(at=at),
        "watches": watches_told(viewer, at),
    }


def _closed_until(viewer: Viewer, at: datetime) -> str:
    """When the unit opens next, while it is closed: the goals count opening time only."""
    hours = hours_from(organisation(viewer.seat).hours, viewer.zone)
    if is_open(hours, at):
        return ""
    return next_moment(next_opening(hours, at), at, viewer.zone)


def _told(n: int) -> int | str:
    """The number; one that nobody would count to is said to be more."""
    return n if n <= COUNTED else f"{COUNTED}+"


def _groups(
    rows: list[Drawn], n: dict[int, int], late: int, *, exact: bool, only: Only
) -> list[dict[str, Any]]:
    """What is shown of each group, and how many there are in all."""
    goals = {rank: goal_words(rank) for rank in (Rank.RED, Rank.YELLOW)}
    every = {
        "red": n[Rank.RED] + n[Rank.RED_CONTROL],
        "yellow": n[Rank.YELLOW] + late,
        "work": max(0, n[Rank.WORK] - late),
    }
    said = (
        ("red", _("Røde"), _("Kontaktes innen %(goal)s av åpningstiden. Den som har ventet mest av "
                             "målet, først.") % {"goal": goals[Rank.RED]}),
        ("yellow", _("Gule"), _("Vurderes innen %(goal)s.") % {"goal": goals[Rank.YELLOW]}),
        ("work", _("Meldinger og oppgaver"), _("Uleste meldinger, ikke rapportert og oppgaver.")),
    )  # fmt: skip
    groups = []
    for zone, title, goal in said:
        mine = [row for row in rows if row.group == zone]
        count: int | str = len(mine)
        if not exact:  # there are more pages: of all, the number is known; of mine, that it is more
            count = _told(every[zone]) if only.everything else f"{len(mine)}+"
        groups.append({"zone": zone, "title": title, "goal": goal, "rows": mine, "n": count})
    return groups


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
@require_GET
def item_now(request: Any, item: UUID) -> HttpResponse:
    """Whether an open page of this item is still true: its version, and who has or closed it."""
    found = triage_item(request.viewer, item)
    if found is None:
        last = last_of(request.viewer, item)
        return JsonResponse({"open": False, "by": last.by.name if last else ""})
    owner = "" if found.taken_by_id in (None, request.viewer.person) else found.taken_by.name
    return JsonResponse({"open": True, "version": found.version, "owner": owner})


@nurse_only
@require_POST
def touch(request: Any, item: UUID) -> HttpResponse:
    """A sign of life from whoever has it: typing, or a long call with the page open."""
    still = handling.touch(item, by=request.viewer, at=request.at)
    return HttpResponse(status=204 if still else 409)


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
    banners.success(request, text, extra_tags=request.at.isoformat() if closed else "")
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
    if len(found) == 1:
        return redirect(f"/nurse/patient/{found[0].id}")
    words = {"here": "worklist", "q": text, "found": found}
    return render(request, "nurse/search.html", words)
