"""What waits for a doctor, own and of those the doctor stands in for: each kind, and by patient."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from varde.core.zones import Zone
from varde.people.doctors import acts_for
from varde.plan.queries import asked_of as plans_asked_of
from varde.triage.asks import asks_of
from varde.triage.ordered import asked_of, unverified_of
from varde.triage.ordering import LONGEST_UNVERIFIED
from varde.triage.queries import standing
from varde.triage.tasks import conflicts_of
from varde.triage.worklist import EXCERPT
from varde.web.care.front import put_to_us, to_confirm
from varde.web.plan.news import answers_for, news
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import next_moment, when
from varde.web.texts.words import all_of


def waiting(request: Any) -> dict[str, Any]:
    """All of it, the questions first; `waits`: how it is told beside each patient."""
    viewer, at = request.viewer, request.at
    doctors = acts_for(viewer.actor, zone=viewer.zone, at=at)
    found = {
        "questions": _questions(request, doctors),
        "plans": _plans(request, doctors),
        "asked": _asked(request, doctors),
        "conflicts": _conflicts(request, doctors),
        "unverified": _unverified(request, doctors),
    }
    beside = {"put": put_to_us(request), "confirm": to_confirm(request)}
    open_now = [row for row in beside["put"] if row["stage"] == "asked" or row["been"]]
    waits = _by_patient({**found, "put": open_now, "confirm": beside["confirm"]})
    return {**found, "put_to_us": beside["put"], "to_confirm": beside["confirm"], "waits": waits,
            "answers_for": answers_for(request), **news(request)}  # fmt: skip


def _by_patient(found: dict[str, list[dict[str, Any]]]) -> dict[UUID, list[str]]:
    words = {"questions": _("spørsmål"), "plans": _("plan"), "asked": _("grenser"),
             "conflicts": _("ulike grenser"), "unverified": _("telefonordre"),
             "put": _("forespørsel"), "confirm": _("bekreftelse")}  # fmt: skip
    by: dict[UUID, list[str]] = defaultdict(list)
    for kind, rows in found.items():
        for row in rows:
            by[row["person"].id].append(words[kind])
    return by


def _questions(request: Any, doctors: list[UUID]) -> list[dict[str, Any]]:
    mine = asks_of(doctors, role=request.viewer.role, at=request.at)
    worst = standing([one.patient_id for one in mine])
    return [
        {
            "person": one.patient,
            "by": one.asked_by.name,
            "due": next_moment(one.due_at, request.at, request.viewer.zone),
            "late": one.due_at <= request.at,
            "zone": max(Zone(one.zone), worst.get(one.patient_id, Zone(one.zone))).slug,
            "question": one.question[:EXCERPT],
            "for": _for(one.of, request.viewer),
        }
        for one in mine
    ]


def _for(doctor: Any, viewer: Any) -> str:
    """Whose it is, when the viewer stands in."""
    return doctor.name if doctor is not None and doctor.id != viewer.person else ""


def _plans(request: Any, doctors: list[UUID]) -> list[dict[str, Any]]:
    return [
        {
            "person": one.patient,
            "by": one.proposed_by.name if one.proposed_by else "",
            "at": when(one.proposed_at, request.at, request.viewer.zone) if one.proposed_at else "",
            "for": _for(one.asked, request.viewer),
        }
        for one in plans_asked_of(doctors, at=request.at)
    ]


def _asked(request: Any, doctors: list[UUID]) -> list[dict[str, Any]]:
    return [
        {
            "person": one.patient,
            "by": one.drafted_by.name,
            "at": when(one.asked_at, request.at, request.viewer.zone) if one.asked_at else "",
            "reason": one.reason,
            "for": _for(one.asked, request.viewer),
        }
        for one in asked_of(doctors, at=request.at)
    ]


def _conflicts(request: Any, doctors: list[UUID]) -> list[dict[str, Any]]:
    return [
        {
            "person": one.patient,
            "kinds": all_of([str(KIND_TEXTS[k].short) for k in one.about.get("kinds", [])]),
        }
        for one in conflicts_of(doctors, at=request.at)
    ]


def _unverified(request: Any, doctors: list[UUID]) -> list[dict[str, Any]]:
    return [
        {
            "person": one.patient,
            "by": one.entered_by.name,
            "at": when(one.entered_at, request.at, request.viewer.zone),
            "red": request.at - one.entered_at >= LONGEST_UNVERIFIED,
        }
        for one in unverified_of(doctors)
        if one.entered_by and one.entered_at
    ]
