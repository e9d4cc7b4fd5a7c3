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
from varde.pathway.meeting import meetings, minutes
from varde.pathway.meeting.decided import come_about, states_said
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
        "may_begin": at.astimezone(zone).date()
        >= row.starts_at.astimezone(zone).date() - meetings.EARLIEST,
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
    told = _by_case(decided, viewer)
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
            "decisions": told.get(one.id, []),
        }
        for one in cases
    ]


def _zone(patient: UUID, newest: Any, on_list: dict[UUID, Zone]) -> str:
    state = newest.get(patient)
    now = Zone(state.zone) if state else Zone.NOT_JUDGED
    return max(now, on_list.get(patient, now)).slug


def _by_case(decided: dict[UUID, list[Any]], viewer: Viewer) -> dict[UUID, list[dict[str, Any]]]:
    """What was decided of each, told in as many queries as of one."""
    told = iter(decisions_told([row for rows in decided.values() for row in rows], viewer))
    return {case: [next(told) for _row in rows] for case, rows in decided.items()}


def decisions_told(rows: Sequence[Any], viewer: Viewer) -> list[dict[str, Any]]:
    done, states = come_about(rows), states_said(rows)
    return [
        {
            "id": row.id,
            "what": DECISIONS[row.what],
            "text": _text(row, states.get(row.id, ""), viewer),
            "who": _who(row),
            "due": _due(row, viewer),
            "done": row.id in done,
            "by": row.by.name,
            "order": row.order_id is not None,
        }
        for row in rows
    ]


def _text(row: Any, state: str, viewer: Viewer) -> str:
    """What was decided; of an appointment the time, when it is given; of a control what it made of
    it."""
    text: str = row.text
    if row.what == "stay" and not text:
        return _("Som før")
    if row.control is not None:
        told = CONTROLS[state] if state else ""
        return f"{row.control.name}: {told}. {text}"
    if row.request is not None and row.request.slot is not None:
        return f"{text}. {time_told(row.request.slot, viewer.zone)}"
    return text


def _due(row: Any, viewer: Viewer) -> str:
    """By when: the day that was said, else when what it became is due."""
    day = row.due_on
    if day is None and row.request is not None and row.request.stage == "asked":
        day = row.request.due_at.astimezone(ZoneInfo(viewer.zone)).date()
    elif day is None and row.task is not None:
        day = row.task.due_at.astimezone(ZoneInfo(viewer.zone)).date()
    return short_date(day) if day is not None else ""


def _who(row: Any) -> str:
    """«Jon Torvund ordinerer · Oppfølgingstjenesten»."""
    parts = []
    if row.doctor is not None:
        parts.append(_("%(who)s ordinerer") % {"who": row.doctor.name})
    else:
        parts.append(_("ført av %(who)s") % {"who": row.by.name})
    if row.who is not None:
        parts.append(row.who.name)
    return " · ".join(parts)


def there(row: Any) -> list[str]:
    """«Jon Torvund, sykehuslege, Lungeavdelingen»."""
    return [attendee_told(one) for one in meetings.attendees(row)]


def attendee_told(one: Any) -> str:
    return f"{one.person.name}, {str(ROLES[one.role]).lower()}, {one.unit.name}"


def note(
    one: Any, decided: Sequence[dict[str, Any]], row: Any, viewer: Viewer, present: Sequence[str]
) -> str:
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
    for told in decided:
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
    told = _by_case({one.id: decided[one.id] for one in owed}, viewer)
    return {
        one.id: {
            "name": one.patient.name,
            "text": note(one, told[one.id], row, viewer, present),
            "to": [unit.name for unit in whom[one.patient_id]],
        }
        for one in owed
    }
