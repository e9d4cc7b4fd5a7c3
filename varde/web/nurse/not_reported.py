"""Not reported: who has not sent what was expected, the longest silence first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as banners
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from varde.core.access import Role
from varde.core.pause import holding
from varde.core.zones import Zone
from varde.dialogue.actions import send_message
from varde.measuring.pauses import pauses
from varde.measuring.queries import silent
from varde.people.openings import listed
from varde.people.queries import organisation, patient_for, people
from varde.triage.queries import states
from varde.web.record.pause import pause_told
from varde.web.roles import for_roles
from varde.web.texts.numbers import day_month, full_date, phone

MOST = 200


@for_roles(Role.NURSE)
@require_GET
def not_reported(request: Any) -> HttpResponse:
    """Patients of the unit with reports missed in the last 14 days."""
    found = silent(request.viewer.unit, at=request.at, days=14, most=MOST)
    known = people([row.patient for row in found])
    listed(known, by=request.viewer, at=request.at)
    zone = ZoneInfo(request.viewer.zone)
    newest = states([row.patient for row in found])
    last = {patient: state.taken_at for patient, state in newest.items()}
    never = datetime.min.replace(tzinfo=UTC)
    today = request.at.astimezone(zone).date()
    away = {
        p: one for p, every in pauses(known, since=today).items() if (one := holding(every, today))
    }
    phone_number = phone(organisation(request.viewer.seat).phone)
    rows = [
        {
            "person": known[row.patient],
            "pause": pause_told(away[row.patient]) if row.patient in away else "",
            "message": suggested(known[row.patient], last.get(row.patient), phone_number, zone),
            "missed": row.missed,
            "zone": Zone(newest[row.patient].zone).slug if row.patient in newest else "",
            "last": full_date(last[row.patient].astimezone(zone).date())
            if row.patient in last
            else "",
        }
        for row in sorted(found, key=lambda one: (last.get(one.patient, never), -one.missed))
        if row.patient in known
    ]
    words = {"here": "not-reported", "rows": rows, "most": len(found) >= MOST}
    return render(request, "nurse/not_reported.html", words)


def suggested(person: Any, last: datetime | None, number: str, zone: ZoneInfo) -> str:
    """What may be written to who is silent, in the patient's own language where it is chosen."""
    with translation.override(person.language or translation.get_language()):
        words = {"name": person.given, "phone": number}
        if last is None:
            told = _("Hei %(name)s. Vi har ikke fått målinger fra deg ennå. Er alt i orden? Ring "
                     "oss på %(phone)s om du trenger hjelp, eller mål når du kan.")  # fmt: skip
            return told % words
        words["day"] = day_month(last.astimezone(zone).date())
        return (
            _(
                "Hei %(name)s. Vi har ikke fått alle målingene fra deg siden %(day)s. Er alt i "
                "orden? Ring oss på %(phone)s om du trenger hjelp, eller mål når du kan."
            )
            % words
        )


@for_roles(Role.NURSE)
@require_POST
def write(request: Any, patient: UUID) -> HttpResponse:
    """A message to the patient, who finds it on the first page."""
    person = patient_for(request.viewer, patient, at=request.at)
    if request.POST.get("patient") != str(patient):
        return HttpResponseBadRequest()
    text = request.POST.get("text", "").replace("\0", "").strip()[:2000]
    if not text:
        banners.warning(request, _("Meldingen var tom, og ble ikke sendt."))
    else:
        send_message(patient=person.id, text=text, by=request.viewer, at=request.at)
        banners.success(request, _("Meldingen er sendt til %(name)s.") % {"name": person.name})
    return redirect("/nurse/not-reported")
