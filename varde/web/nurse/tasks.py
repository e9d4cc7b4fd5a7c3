"""Tasks: what the unit shall do and by when, also what follows by itself; done, given or moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.core.access import Role
from varde.core.calendar import day_bounds, next_opening
from varde.measuring.hours import hours_from
from varde.people import nurses
from varde.people.openings import listed
from varde.people.queries import organisation, patient_for, staff
from varde.triage import tasks
from varde.triage.tasks import NotThisTask
from varde.web.nurse.calendar import weeks
from varde.web.nurse.work import not_done, task_title
from varde.web.plan.news import letters, withdrawn_plans
from varde.web.roles import for_roles
from varde.web.texts.numbers import long_date, short_date, weekday_name

nurse_only = for_roles(Role.NURSE)
WEEK = timedelta(days=7)
EVERY = {"week": 7, "two-weeks": 14, "four-weeks": 28}
LONGEST = 200  # letters of what is to be done
NOBODY: Mapping[UUID, Any] = {}


@nurse_only
@require_GET
def page(request: Any) -> HttpResponse:
    """Those due first; what lies ahead is seen coming."""
    viewer, mine = request.viewer, request.GET.get("who") == "mine"
    zone = ZoneInfo(viewer.zone)
    today = request.at.astimezone(zone).date()
    owners = nurses.whose(viewer.actor, today) if mine else ()
    found = tasks.tasks_of(viewer, owners=owners)
    gone = nurses.away({task.owner_id for task in found if task.owner_id}, today)
    lines = [_line(task, viewer, zone, gone) for task in found]
    told = {"letters": letters(request), "withdrawn_plans": withdrawn_plans(request)}
    whom = {one["person"].id for rows in told.values() for one in rows}
    listed(whom | {task.patient_id for task in found if task.patient_id}, by=viewer, at=request.at)
    hours = hours_from(organisation(viewer.seat).hours, viewer.zone)
    absent = nurses.absences(staff(viewer.seat, Role.NURSE), today)
    words = {
        "here": "tasks",
        "weekdays": [weekday_name(n) for n in range(7)],
        "calendar": weeks(today, hours, [line["due"] for line in lines], absent),
        "who": "mine" if mine else "all",
        "groups": _groups(lines, today),
        "day": long_date(today),
        "today": today.isoformat(),
        "base": "/nurse/patient/",
        **told,
    }
    return render(request, "nurse/tasks.html", words)


def _line(
    task: Any, viewer: Any, zone: ZoneInfo, gone: Mapping[UUID, Any] = NOBODY
) -> dict[str, Any]:
    """What an absent person has is the team's until she is back."""
    day = task.due_at.astimezone(zone).date()
    return {
        "id": task.id,
        "patient": task.patient,
        "kind": task.kind,
        "title": task_title(task.kind, task.title),
        "due": day,
        "day": short_date(day),
        "mine": task.owner_id == viewer.person,
        "owner": task.owner.name if task.owner else "",
        "away": task.owner_id in gone,
        "recurs": bool(task.every_days),
    }


def _groups(lines: Iterable[dict[str, Any]], today: date) -> list[dict[str, Any]]:
    every: list[tuple[str, list[dict[str, Any]]]] = [
        (_("Forfalt"), []), (_("I dag"), []), (_("De neste sju dagene"), []), (_("Senere"), []),
    ]  # fmt: skip
    for line in lines:
        days = (line["due"] - today).days
        n = 0 if days < 0 else 1 if days == 0 else 2 if days <= 7 else 3
        every[n][1].append(line)
    return [{"title": title, "lines": found} for title, found in every if found]


@nurse_only
@require_POST
def act(request: Any, task: UUID) -> HttpResponse:
    """Done, mine, the team's, or another day: what was pressed."""
    viewer, at, post = request.viewer, request.at, request.POST
    try:
        if "done" in post:
            tasks.finish(task=task, by=viewer, at=at)
            banners.success(request, _("Oppgaven er gjort."))
        elif "mine" in post:
            tasks.give(task=task, owner=viewer.person, by=viewer, at=at)
        elif "team" in post:
            tasks.give(task=task, owner=None, by=viewer, at=at)
        else:
            due_at = _due(request, post.get("day", ""))
            if due_at is None:
                banners.warning(request, _("Velg en dag fra i dag av."))
            else:
                tasks.move(task=task, due_at=due_at, by=viewer, at=at)
    except NotThisTask as no:
        banners.warning(request, not_done(no, _("Oppgaven er gjort av en annen.")))
    return redirect(_back(request))


def _back(request: Any) -> str:
    """The page it was pressed on: of tasks, or of the patient."""
    try:
        return f"/nurse/patient/{UUID(request.POST.get('patient', ''))}#coming-h"
    except ValueError:
        return "/nurse/tasks?who=mine" if request.POST.get("who") == "mine" else "/nurse/tasks"


def _due(request: Any, text: str) -> datetime | None:
    """When the unit opens on that local day; None for what is no day, or is past."""
    viewer = request.viewer
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    zone = ZoneInfo(viewer.zone)
    today = request.at.astimezone(zone).date()
    if not today <= day <= today + timedelta(days=730):
        return None
    hours = hours_from(organisation(viewer.seat).hours, viewer.zone)
    return next_opening(hours, max(day_bounds(day, zone)[0], request.at))


@nurse_only
@require_POST
def new(request: Any, patient: UUID) -> HttpResponse:
    """A task that somebody writes about a patient, for a day; it may recur."""
    patient_for(request.viewer, patient, at=request.at)
    if request.POST.get("patient") != str(patient):
        return HttpResponseBadRequest()
    _written(request, patient)
    return redirect(f"/nurse/patient/{patient}#coming-h")


@nurse_only
@require_POST
def new_of_team(request: Any) -> HttpResponse:
    """One that is about no patient."""
    _written(request, None)
    return redirect("/nurse/tasks")


def _written(request: Any, patient: UUID | None) -> None:
    """The writer's own or the team's."""
    viewer, at, post = request.viewer, request.at, request.POST
    title, due_at = (
        post.get("title", "").replace("\0", "").strip(),
        _due(request, post.get("day", "")),
    )
    if not title or due_at is None:
        banners.warning(request, _("Skriv hva som skal gjøres, og velg en dag fra i dag av. "
                                   "Oppgaven er ikke lagret."))  # fmt: skip
        return
    tasks.raise_task(
        patient=patient,
        unit=viewer.seat,
        kind=tasks.OWN,
        title=title[:LONGEST],
        owner=viewer.person if post.get("owner") == "mine" else None,
        every_days=EVERY.get(post.get("every", "")),
        due_at=due_at,
        by=viewer,
        at=at,
    )
    banners.success(request, _("Oppgaven er lagret."))


def coming(patient: UUID, viewer: Any, at: datetime) -> dict[str, Any]:
    """What is to be done for one patient, for the page about them."""
    zone = ZoneInfo(viewer.zone)
    today = at.astimezone(zone).date()
    open_now = [one for one in tasks.open_tasks(patient) if not tasks.is_reminder(one)]
    gone = nurses.away({task.owner_id for task in open_now if task.owner_id}, today)
    lines = [_line(task, viewer, zone, gone) for task in open_now]
    for line in lines:
        line["late"] = line["due"] < today
    return {"lines": lines, "today": today.isoformat()}
