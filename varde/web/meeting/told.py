"""What the meeting's pages tell: meetings, cases, decisions, and the notes that go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from varde.core.zones import Zone
from varde.pathway import meetings, minutes, routine
from varde.pathway.decided import come_about
from varde.people.viewer import Viewer
from varde.triage.queries import standing, states
from varde.web.care.words import CONTROLS, time_told
from varde.web.meeting.words import CASE_STAGES, DECISIONS, MEETING_STAGES, WHYS
from varde.web.texts.numbers import age, clock_time, full_date, long_date, short_date
from varde.web.texts.statuses import ROLES


def meeting_told(row: Any, viewer: Viewer, at: datetime) -> dict[str, Any]:
    zone = ZoneInfo(viewer.zone)
    left = (row.started_at or row.starts_at) + timedelta(minutes=row.minutes) - at
    return {
        "id": row.id,
        "name": row.department.name,
        "day": long_date(row.starts_at.astimezone(zone).date()),
        "time": clock_time(row.starts_at, viewer.zone),
        "minutes": row.minutes,
        "place": row.place,
        "stage": row.stage,
        "stage_told": MEETING_STAGES[row.stage],
        "weeks": row.every_weeks,
        "edition": row.edition,
        "mine": row.department_id == viewer.unit,
        "left": _left(left) if row.stage == "running" else "",
    }


def _left(left: timedelta) -> str:
    minutes = int(left.total_seconds() // 60)
    if minutes <= 0:
        return _("tida er ute")
    return ngettext("%(n)s min igjen", "%(n)s min igjen", minutes) % {"n": minutes}


def cases_told(
    cases: Sequence[Any], decided: dict[UUID, list[Any]], viewer: Viewer, at: datetime
) -> list[dict[str, Any]]:
    """The list: who, in which zone, why, and how far."""
    ids = [one.patient_id for one in cases]
    newest, on_list = states(ids), standing(ids)
    done = come_about([row for rows in decided.values() for row in rows])
    today = at.astimezone(ZoneInfo(viewer.zone)).date()
    return [
        {
            "id": one.id,
            "person": one.patient,
            "age": age(one.patient.born, today),
            "zone": _zone(one.patient_id, newest, on_list),
            "question": one.question,
            "why": WHYS[one.why],
            "by": one.asked_by.name if one.asked_by else "",
            "stage": one.stage,
            "stage_told": CASE_STAGES[one.stage],
            "n": len(decided.get(one.id, ())),
            "invited": one.invited.name if one.invited else "",
            "sent": one.sent_at is not None,
            "left_out": one.sent_at is None and bool(decided.get(one.id)),
            "decisions": [
                decision_told(row, viewer, row.id in done) for row in decided.get(one.id, ())
            ],
        }
        for one in cases
    ]


def _zone(patient: UUID, newest: Any, on_list: dict[UUID, Zone]) -> str:
    state = newest.get(patient)
    now = Zone(state.zone) if state else Zone.NOT_JUDGED
    return max(now, on_list.get(patient, now)).slug


def decisions_told(rows: Sequence[Any], viewer: Viewer) -> list[dict[str, Any]]:
    done = come_about(rows)
    return [decision_told(row, viewer, row.id in done) for row in rows]


def decision_told(row: Any, viewer: Viewer, done: bool = False) -> dict[str, Any]:
    return {
        "id": row.id,
        "what": DECISIONS[row.what],
        "text": _text(row, viewer),
        "who": _who(row),
        "due": short_date(row.due_on) if row.due_on else "",
        "done": done,
        "by": row.by.name,
        "order": row.what == "limits" and row.task_id is None,
    }


def _text(row: Any, viewer: Viewer) -> str:
    """What was decided; of an appointment the time, when it is given; of a control its state."""
    text: str = row.text
    if row.what == "stay" and not text:
        return _("Som før")
    if row.control is not None:
        facts = {one.control.id: one for one in _controls(row)}
        state = facts.get(row.control_id)
        told = CONTROLS[state.state] if state is not None else ""
        return f"{row.control.name}: {told}. {text}"
    if row.request is not None and row.request.slot is not None:
        return f"{text}. {time_told(row.request.slot, viewer.zone)}"
    return text


def _controls(row: Any) -> list[Any]:
    return routine.controls_of(row.patient_id, at=row.at)


def _who(row: Any) -> str:
    """«Jon Torvund ordinerer · Oppfølgingstjenesten»."""
    parts = []
    if row.doctor is not None:
        parts.append(_("%(who)s ordinerer") % {"who": row.doctor.name})
    if row.who is not None:
        parts.append(row.who.name)
    return " · ".join(parts)


def there(row: Any) -> list[str]:
    """«Jon Torvund, sykehuslege, Lungeavdelingen»."""
    return [
        f"{one.person.name}, {str(ROLES[one.role]).lower()}, {one.unit.name}"
        for one in meetings.attendees(row)
    ]


def note(one: Any, decided: Sequence[Any], row: Any, viewer: Viewer, present: Sequence[str]) -> str:
    """The note of one patient, as it goes out: the question, what was decided, by whom, by when,
    and who was there."""
    zone = ZoneInfo(viewer.zone)
    day: date = row.starts_at.astimezone(zone).date()
    born = full_date(one.patient.born) if one.patient.born else ""
    lines = [
        _("Tverrfaglig møte %(day)s, %(where)s: %(name)s, født %(born)s.")
        % {"day": full_date(day), "where": row.department.name, "name": one.patient.name,
           "born": born},
    ]  # fmt: skip
    if one.question.strip():
        lines += ["", _("Spørsmål: %(text)s") % {"text": one.question.strip()}]
    lines += ["", _("Vedtatt:")]
    for made in decided:
        told = decision_told(made, viewer)
        due = _("innen %(day)s") % {"day": told["due"]} if told["due"] else ""
        parts = [f"{told['what']}: {told['text']}", *filter(None, (told["who"], due))]
        lines.append("– " + " · ".join(parts))
    lines += ["", _("Til stede: %(who)s") % {"who": "; ".join(present)}]
    return "\n".join(lines)


def notes(
    row: Any, cases: Sequence[Any], decided: dict[UUID, list[Any]], viewer: Viewer, at: datetime
) -> dict[UUID, dict[str, Any]]:
    """The notes that have not gone out, of those of whom anything was decided, with whom each goes
    to."""
    owed = [one for one in cases if one.sent_at is None and decided.get(one.id)]
    ids = [one.patient_id for one in owed]
    whom, present = minutes.recipients(ids, row.department_id, viewer, at=at), there(row)
    return {
        one.id: {
            "name": one.patient.name,
            "text": note(one, decided[one.id], row, viewer, present),
            "to": [unit.name for unit in whom[one.patient_id]],
        }
        for one in owed
    }
