"""Asking on: the ladder on a patient's page; a nurse asks, and whoever is asked answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from varde.catalogue.queries import signed
from varde.core.ladder import Rung
from varde.core.ordering import ELSEWHERE
from varde.core.signing import Part
from varde.core.zones import Zone
from varde.people.doctors import DoctorOf, acts_for, doctors_of
from varde.triage import asks
from varde.triage.asks import NotAsked, Standing
from varde.web.record.grounds import HOWS
from varde.web.record.page import Record
from varde.web.roles import HOME
from varde.web.texts.numbers import next_moment, number, when
from varde.web.texts.statuses import ASKED, ZONE_NAMES

LONGEST = 4000


def ladder(patient: UUID, record: Record, viewer: Any, at: datetime) -> dict[str, Any]:
    """What the page shows: the steps, who has been asked, and the question already begun."""
    now = asks.standing(patient, at=at)
    waiting, doctors = now.open, doctors_of(patient, zone=viewer.zone, at=at)
    return {
        "zone": now.zone.slug if now.zone.slug in ("yellow", "red") else "",
        "rungs": [_rung(one, now, doctors) for one in now.rungs],
        "waiting": _told(waiting, viewer, at) if waiting else None,
        "worse": waiting is not None and now.zone is Zone.RED and waiting.zone != Zone.RED,
        "past": [_told(one, viewer, at) for one in now.asks if one is not waiting][:5],
        "hows": [(how.value, HOWS[how]) for how in ELSEWHERE],
        "url": f"{HOME[viewer.role]}patient/{patient}/ask",
        "question": _begun(record.words["state"]),
        "signed": signed(record.programmes, Part.TIMES),
    }


def _rung(rung: Rung, now: Standing, doctors: Sequence[DoctorOf]) -> dict[str, Any]:
    doctor = asks.doctor_for(doctors, rung.ask)
    hours = number(rung.hours, 0 if rung.hours == int(rung.hours) else 1)
    within = ngettext("%(n)s åpningstime", "%(n)s åpningstimer", int(rung.hours)) % {"n": hours}
    return {
        "key": rung.ask.value,
        "name": ASKED[rung.ask],
        "who": doctor.name if doctor else "",
        "within": within,
        "next": now.next is rung,
    }


def _told(row: Any, viewer: Any, at: datetime) -> dict[str, Any]:
    name = str(ASKED.get(row.rung, row.rung))
    return {
        "id": row.id,
        "who": f"{name} ({row.of.name})" if row.of else name,
        "question": row.question,
        "by": row.asked_by.name,
        "at": when(row.asked_at, at, viewer.zone),
        "due": next_moment(row.due_at, at, viewer.zone),
        "state": row.state,
        "answer": row.answer,
        "answered_by": row.answered_by.name if row.answered_by else "",
        "answered": when(row.ended_at, at, viewer.zone) if row.ended_at else "",
    }


def _begun(state: Any) -> str:
    """«Gul sone siden 12.11.: SpO₂ 91 % …»: what the question is about, to go on writing from."""
    if not state or not state.get("why"):
        return ""
    found = ", ".join(f"{what} ({against})" if against else what for what, against in state["why"])
    return f"{ZONE_NAMES[state['zone']]}: {found}. "


def named(patient: UUID, post: Any) -> UUID:
    """The question named, if it is about this patient. Raises `NotAsked("gone")`."""
    try:
        wanted = UUID(post.get("ask", ""))
    except ValueError:
        raise NotAsked("gone") from None
    if wanted not in {one.id for one in asks.asked_about(patient)}:
        raise NotAsked("gone")
    return wanted


def refused(code: str) -> str:
    """Why nothing came of it; what was written stands in the form again."""
    return {
        "words": _("Skriv det med ord. Ingenting er sendt."),
        "rung": _("Velg hvem som skal spørres. Ingenting er sendt."),
        "followed": _("Ingen følger opp pasienten nå. Ingenting er sendt."),
    }.get(code, _("Spørsmålet er besvart eller trukket av en annen. Ingenting er lagret."))


def for_doctor(patient: UUID, viewer: Any, at: datetime) -> list[dict[str, Any]]:
    """What this doctor is asked about the patient, and has not been answered."""
    doctors = acts_for(viewer.actor, zone=viewer.zone, at=at)
    mine = [
        one for one in asks.asks_of(doctors, role=viewer.role, at=at) if one.patient_id == patient
    ]
    return [_told(one, viewer, at) for one in mine]
