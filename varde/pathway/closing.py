"""Closing: what triage closes or keeps, and what follows in dialogue, tasks and measuring."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from varde.base import outbox
from varde.catalogue.queries import programme
from varde.core.calendar import OpeningHours, add_open, closing_time, next_opening
from varde.core.expectation import Rhythm
from varde.dialogue import actions as dialogue
from varde.measuring import expecting
from varde.measuring.hours import hours_from
from varde.measuring.queries import Following, enrolments, following
from varde.pathway.follow_up import settle
from varde.people.queries import organisation
from varde.people.viewer import Viewer
from varde.triage import contact as contacts
from varde.triage import handling, queries, tasks
from varde.triage.contact import Contact
from varde.triage.handling import Closed, Closing
from varde.triage.models import Handling
from varde.triage.passing import UNDO

WROTE = "wrote-message"
MARGIN = timedelta(seconds=5)  # after an undo is too late: one of the two is first
TASK_OF = {"to-gp": "ask-gp", "to-meeting": "put-on-meeting"}


def close(
    *,
    closing: Closing,
    call_at: datetime | None = None,
    message: str = "",
    by: Viewer,
    at: datetime,
) -> Closed:
    """Close what was on the screen, mark what was read as read, and make what comes next.

    The `message` to the patient is sent when the closing can no longer be undone.
    """
    closing = _wrote(closing, message)
    reasons = queries.reasons_of([closing.item])[closing.item]
    closed = handling.close(closing=closing, by=by, at=at)
    for reason in reasons:
        if str(reason.id) in closed.handling.reasons:  # not what is closed elsewhere
            _read(reason.about, by=by, at=at)
    _next_steps(closed.handling, call_at=call_at, by=by, at=at)
    _send(closed.handling, message, by=by, at=at)
    settle([closed.handling.patient_id], by=by, at=at)
    return closed


def attempt(
    *,
    closing: Closing,
    call_at: datetime | None = None,
    message: str = "",
    by: Viewer,
    at: datetime,
) -> Handling:
    """Keep what was tried and make what comes next; the item stays where it is."""
    kept = handling.attempt(closing=_wrote(closing, message), by=by, at=at)
    _next_steps(kept, call_at=call_at, by=by, at=at)
    _send(kept, message, by=by, at=at)
    return kept


def _wrote(closing: Closing, message: str) -> Closing:
    """What is written to the patient is among what was done."""
    if not message.strip() or WROTE in closing.acts:
        return closing
    return replace(closing, acts=(*closing.acts, WROTE))


def _send(done: Handling, message: str, *, by: Viewer, at: datetime) -> None:
    content = {"text": message.strip()}
    if not message.strip() or outbox.waits(done.patient_id, by=by.actor, content=content):
        return
    followed = _followed(done, by, at)  # it is sent on that unit's behalf, whoever had its watch
    outbox.put(
        "message", patient=done.patient_id, unit=followed.unit, by=by.actor, of=done.id,
        content=content, at=at, wait=UNDO + MARGIN,
    )  # fmt: skip


def record_contact(
    *,
    contact: Contact,
    call_at: datetime | None = None,
    by: Viewer,
    at: datetime,
) -> Handling:
    """A contact with nothing on the list, and what comes next; the second time nothing."""
    kept, new = contacts.record_contact(contact, by=by, at=at)
    if new:
        _next_steps(kept, call_at=call_at, by=by, at=at)
        settle([kept.patient_id], by=by, at=at)
    return kept


def _read(about: dict[str, str], *, by: Viewer, at: datetime) -> None:
    if "message" in about:
        dialogue.read_message(message=UUID(about["message"]), by=by, at=at)
    if "note" in about:
        dialogue.read_note(note=UUID(about["note"]), by=by, at=at)
    if "task" in about:
        tasks.do_task(task=UUID(about["task"]), by=by, at=at)


def _next_steps(done: Handling, *, call_at: datetime | None, by: Viewer, at: datetime) -> None:
    """What was decided when this was done, made into tasks and expectations.

    They are of the unit that follows, also when another had its watch; but who says that she will
    call again at a time does it herself.
    """
    if not done.next_steps:
        return
    patient, followed = done.patient_id, _followed(done, by, at)
    for step in done.next_steps:
        if step == "daily-until-green":
            _expect_tomorrow(patient, followed, at=at)
            continue
        own = step == "call-again" and call_at is not None
        unit = done.unit_id if own else followed.unit
        due_at = call_at if own and call_at else _by_default(followed.hours, at)
        kind = TASK_OF.get(step, step)
        tasks.raise_task(patient=patient, unit=unit, kind=kind, due_at=due_at, by=by, at=at)


def _followed(done: Handling, by: Viewer, at: datetime) -> Following:
    """The unit that follows the patient; of who is followed by none, the one that acted."""
    found = following([done.patient_id], zone=by.zone, at=at).get(done.patient_id)
    return found or Following(done.unit_id, hours_from(organisation(done.unit_id).hours, by.zone))


def _by_default(hours: OpeningHours, at: datetime) -> datetime:
    """Before the service closes today, or in the first hour of the next opening."""
    closes = closing_time(hours, at)
    if closes is not None and closes - at > timedelta(minutes=45):
        return closes - timedelta(minutes=30)
    start = next_opening(hours, at if closes is None else closes)
    return add_open(hours, start, timedelta(hours=1))


def _expect_tomorrow(patient: UUID, followed: Following, *, at: datetime) -> None:
    """Daily until green starts tomorrow; the regime goes on with it while yellow or red."""
    zone = followed.hours.zone
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    rows = enrolments([patient], at=at).get(patient, [])
    parts: dict[str, None] = {}
    for row in rows:
        parts |= dict.fromkeys(expecting.parts_of(programme(row.programme, row.version)))
    plan = expecting.Plan(patient, followed.unit, tuple(parts), Rhythm.DAILY, tomorrow.weekday())
    expecting.expect([plan], start=tomorrow, end=tomorrow + timedelta(days=1), zone=zone)
