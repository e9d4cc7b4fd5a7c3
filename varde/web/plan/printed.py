"""The plan as a PDF, in the patient's language: one A4 page, or large letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from varde.catalogue.queries import programme
from varde.core.access import Ground
from varde.core.plan import Stage, decoded
from varde.measuring.hours import hours_among
from varde.measuring.queries import enrolments
from varde.paper import pdf
from varde.people.doctors import doctor_to_name
from varde.people.queries import grounds_of, language_of, names, organisation, people
from varde.plan.queries import agreement, copies
from varde.triage.tasks import before_admission
from varde.web.patient.common import signs_for_113
from varde.web.plan.measured import measured
from varde.web.plan.shown import ZoneShown, approved_words, name_of, shown, usual_told
from varde.web.texts.numbers import full_date, phone
from varde.web.texts.opening import opening_words
from varde.web.texts.plan import PLAN_ZONES

LANGUAGES = ("nb", "nn", "en", "se")
ENDED = (Stage.REPLACED, Stage.WITHDRAWN)


def sheet(request: Any, row: Any, *, large: bool) -> HttpResponse:
    """The PDF of this version, to be looked at or saved."""
    with translation.override(_spoken(row)):
        data = content(request, row)
    made = (pdf.large if large else pdf.page)("plan", data, written_at=row.edited_at)
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"plan-{row.version or 'utkast'}{'-stor' if large else ''}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def fits(request: Any, row: Any) -> bool:
    """Whether it is one page of paper, as the patient will have it."""
    with translation.override(_spoken(row)):
        return pdf.fits("plan", content(request, row))


def _spoken(row: Any) -> str:
    """What the patient reads now, else what the plan was drafted in."""
    chosen = (language_of(row.patient_id), row.language)
    return next((one for one in chosen if one in LANGUAGES), LANGUAGES[0])


def content(request: Any, row: Any) -> dict[str, Any]:
    """What stands on the page: plain values, in the language that is active."""
    zone = ZoneInfo(request.viewer.zone)
    person = people([row.patient_id])[row.patient_id]
    held, approved = decoded(row.content), approved_words(row, zone)
    terms = enrolments([row.patient_id], at=request.at).get(row.patient_id, [])
    return {
        "lang": translation.get_language(),
        "written": row.language if row.language in LANGUAGES else LANGUAGES[0],
        "title": _("Egenbehandlingsplan for %(name)s") % {"name": person.name},
        "heading": _("Egenbehandlingsplan"),
        "from": approved.get("where", ""),
        "person": person.name,
        "born": _("født %(day)s") % {"day": full_date(person.born)} if person.born else "",
        "approved": _approved(row, approved, zone),
        "before": _before(row),
        "about": [f"{label}: {told}" for label, told in _about(row, zone, request.at) if told],
        "foot": _foot(row, person.name, approved),
        "usual": ", ".join(f"{name} {value}" for name, value in usual_told(row, plain=True)),
        "measured": ""
        if row.stage in ENDED
        else measured(row.patient_id, zone=zone, at=request.at),
        "matters": held.matters,
        "goals": list(held.goals),
        "words": {
            "matters": _("Hva som er viktig for meg"),
            "usual": _("Vanlig for meg"),
            "measured": _("Jeg måler (per %(day)s)")
            % {"day": full_date(request.at.astimezone(zone).date())},
            "feels": _("Slik kjennes det"),
            "measures": _("Målingene viser"),
            "do": _("Dette gjør jeg"),
            "call": _("Jeg ringer"),
            "contacts": _("Hvem jeg ringer"),
            "signs": _("Ring 113 med en gang hvis du"),
        },
        "zones": [_zone(one) for one in shown(row, at=request.at, plain=True)],
        "contacts": _contacts(terms, request),
        "signs": signs_for_113([programme(one.programme, one.version) for one in terms]),
    }


def _approved(row: Any, approved: dict[str, str], zone: ZoneInfo) -> str:
    if not approved:
        return _("Utkast. Gjelder ikke før legen har godkjent den.")
    told = _("Versjon %(version)s, godkjent %(on)s av %(by)s, %(where)s") % approved
    if approved["for"]:
        told += _(" (for %(doctor)s)") % {"doctor": approved["for"]}
    one = agreement(row.id)
    if one is not None and one.agrees:
        day = one.at.astimezone(zone).date()
        told += _(". Pasienten sa seg enig %(on)s") % {"on": full_date(day)}
    return told


def _about(row: Any, zone: ZoneInfo, at: datetime) -> Iterator[tuple[str, str]]:
    """What it is for, who acts for the patient today, and when it is talked of again (standards
    4.5). Who acts today is not said of a version that holds no more."""
    sections = decoded(row.content).sections
    yield _("Planen er for"), ", ".join(name_of(one.programme) for one in sections)
    if row.drafted_by_id != row.approved_by_id:
        yield _("Skrevet av"), names({row.drafted_by_id})[row.drafted_by_id]
    if row.stage in ENDED:
        return
    doctor = doctor_to_name(row.patient_id, zone=str(zone), at=at)
    if doctor is not None:
        told = f"{doctor.name}, {organisation(doctor.organisation).name}"
        if doctor.instead_of is not None:
            told += _(" (for %(doctor)s)") % {
                "doctor": names({doctor.instead_of})[doctor.instead_of]
            }
        yield _("Ansvarlig lege"), told
    gps = grounds_of(row.patient_id, Ground.GP, at=at)
    if doctor is None or all(one.id != doctor.organisation for one in gps):
        yield _("Fastlege"), ", ".join(one.name for one in gps)
    if row.stage == Stage.APPROVED:
        held = [one.organisation.name for one in copies(row.id) if one.ended_at is None]
        yield _("Har planen"), ", ".join(held)
    if row.review_on is not None:
        yield _("Snakk om planen igjen"), full_date(row.review_on)


def _before(row: Any) -> str:
    """What must stand on it besides: that it holds no more, or is from before an admission."""
    if row.stage in ENDED:
        return _("Denne versjonen gjelder ikke lenger.")
    if row.stage == "approved" and "plan" in before_admission(row.patient_id):
        return _("Fra før innleggelsen, ikke gått gjennom etterpå.")
    return ""


def _foot(row: Any, name: str, approved: dict[str, str]) -> str:
    if not approved:
        return f"{name} · {_('utkast')}"
    words = {"name": name, "version": approved["version"], "on": approved["on"]}
    return _("%(name)s · versjon %(version)s · %(on)s") % words


def _zone(one: ZoneShown) -> dict[str, Any]:
    return {
        "zone": one.zone,
        "title": str(PLAN_ZONES[one.zone]),
        "sections": [
            {
                "name": part.name,
                "feels": list(part.feels),
                "measures": [_measure(m.name, m.then, m.now) for m in part.measures],
                "groups": [
                    {
                        "label": group.label,
                        "typed": group.area != "medication",  # what else there is, is put together
                        "lines": [do.text for do in group.steps],
                    }
                    for group in part.groups
                ],
                "call": part.call,
            }
            for part in one.parts
        ],
    }


def _measure(name: str, then: str, now: str) -> str:
    told = f"{name} {then}"
    return _("%(then)s (i dag: %(now)s)") % {"then": told, "now": now} if now else told


def _contacts(terms: list[Any], request: Any) -> list[dict[str, str]]:
    """Each unit that follows with its hours, the out-of-hours doctor, and 113."""
    found = []
    units: dict[Any, list[Any]] = defaultdict(list)
    for row in terms:
        units[row.unit_id].append(row)
    for rows in units.values():
        unit, hours = rows[0].unit, opening_words(hours_among(rows, request.viewer.zone))
        if unit.phone:
            found.append({"number": phone(unit.phone), "who": unit.name, "hours": hours})
    always = _("Hele døgnet")
    found.append({"number": "116\u00a0117", "who": _("Legevakten"), "hours": always})
    found.append({"number": "113", "who": _("Fare for liv"), "hours": always})
    return found
