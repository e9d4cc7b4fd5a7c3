"""The timeline: everything that has happened with one patient, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from varde.core.programme import Programme
from varde.core.verdict import Reason
from varde.core.zones import Zone
from varde.dialogue import queries as dialogue
from varde.measuring.pauses import pause_of
from varde.pathway.queries import goal_conversations, stages
from varde.triage import queries as triage
from varde.triage.asks import asked_about
from varde.triage.handover import told_about
from varde.triage.tasks import open_tasks
from varde.web.record.entry import Entry
from varde.web.record.grounds import changed, on_whose_word
from varde.web.record.pause import pause_told
from varde.web.texts.numbers import short_date, when
from varde.web.texts.sentences import for_nurse
from varde.web.texts.statuses import ACTS, ASKED, ASSESSMENTS, ROLES, STAGES, TASKS
from varde.web.texts.words import all_of

CALLS = {"phone-answered", "phone-no-answer", "patient-called", "video"}
KINDS = ("all", "notes", "messages", "tasks", "reports")


def timeline(
    patient: UUID,
    programmes: Sequence[Programme],
    *,
    reports: Sequence[Any],
    ordered: Sequence[Any],
    paused: Sequence[Any],
    more: Sequence[Entry],
    days: int,
    zone: str,
    at: datetime,
) -> list[Entry]:
    start = at - timedelta(days=days)
    entries = [
        *_handlings(patient, start),
        *_judged(patient, programmes, start, at),
        *_comments(reports),
        *_letters(patient),
        *_tasks(patient, zone),
        *_stages(patient),
        *_orders(ordered),
        *_pauses(paused),
        *_asks(patient),
        *_handed(patient, start),
        *more,
    ]
    entries = [entry for entry in entries if entry.at >= start or entry.unread]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    shown = [replace(entry, shown=when(entry.at, at, zone)) for entry in entries]
    return [told for alike in _in_a_row(shown) for told in _together(alike, zone)]


def _in_a_row(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Acknowledged greens that follow each other, with nothing between, are told as one."""
    rows: list[list[Entry]] = []
    for entry in entries:
        if rows and entry.quiet and rows[-1][0].quiet:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def _together(alike: list[Entry], zone: str) -> list[Entry]:
    if len(alike) == 1:
        return alike
    local = ZoneInfo(zone)
    words = {
        "n": len(alike),
        "first": short_date(alike[-1].at.astimezone(local).date()),
        "last": short_date(alike[0].at.astimezone(local).date()),
    }
    text = _("%(n)s ganger, fra %(first)s til %(last)s") % words
    return [replace(alike[0], text=text)]


def _handlings(patient: UUID, start: datetime) -> list[Entry]:
    entries = []
    for row in triage.handlings(patient, start=start):
        acts = ", ".join(str(ACTS.get(act, act)) for act in row.acts)
        title = f"{ASSESSMENTS.get(row.assessment, row.assessment)}"
        if acts:
            title = f"{title} – {acts.lower()}"
        quiet = row.assessment == "acknowledged"
        called = CALLS & set(row.acts)
        icon, kind = ("check", "reports") if quiet else ("phone" if called else "note", "notes")
        text = f"{row.note} {row.by.name}".replace("\n", " ").strip()
        entries.append(Entry(row.at, kind, icon, title, text, quiet=quiet))
    return entries


def _judged(
    patient: UUID, programmes: Sequence[Programme], start: datetime, end: datetime
) -> list[Entry]:
    """The reports that were not green, each with what was found."""
    entries = []
    for row in triage.judgements(patient, start=start, end=end + timedelta(minutes=10)):
        zone = Zone(row.zone)
        if zone not in (Zone.YELLOW, Zone.RED):
            continue
        found = [Reason.from_dict(one) for one in row.reasons]
        parts = [for_nurse(r, programmes) for r in found if r.zone >= Zone.YELLOW]
        text = " · ".join(f"{what} ({against})" if against else what for what, against in parts)
        title = _("Rød rapport") if zone is Zone.RED else _("Gul rapport")
        entries.append(Entry(row.taken_at, "reports", "", title, text, zone=zone.slug))
    return entries


def _comments(reports: Sequence[Any]) -> list[Entry]:
    return [
        Entry(r.taken_at, "messages", "message", _("Pasienten skrev"), f"«{r.comment}»")
        for r in reports
        if r.comment
    ]


def _orders(ordered: Sequence[Any]) -> list[Entry]:
    """Limits that came into force: which, on whose word, and why."""
    return [
        Entry(
            row.ended_at,
            "notes",
            "task",
            _("Nye grenser"),
            f"{'. '.join(changed(row))}. {row.reason} {on_whose_word(row)}",
        )
        for row in ordered
    ]


def _pauses(paused: Sequence[Any]) -> list[Entry]:
    """When a pause was agreed, and why."""
    return [
        Entry(
            row.begun_at,
            "notes",
            "calendar",
            _("Pause"),
            f"{pause_told(pause_of(row))}. {row.note} {row.begun_by.name if row.begun_by else ''}",
        )
        for row in paused
    ]


def _asks(patient: UUID) -> list[Entry]:
    """Who was asked on, and what was answered."""
    entries = []
    for row in asked_about(patient):
        words = {"who": row.of.name if row.of else str(ASKED.get(row.rung, row.rung)).lower()}
        entries.append(Entry(row.asked_at, "notes", "note", _("Spurte %(who)s") % words,
                             f"«{row.question}» {row.asked_by.name}"))  # fmt: skip
        if row.answer and row.ended_at and row.answered_by:
            words = {"who": row.answered_by.name}
            entries.append(Entry(row.ended_at, "notes", "note", _("Svar fra %(who)s") % words,
                                 f"«{row.answer}»"))  # fmt: skip
    return entries


def _handed(patient: UUID, start: datetime) -> list[Entry]:
    """What one shift has told the next."""
    return [
        Entry(row.at, "notes", "note", _("Til neste vakt"), f"«{row.text}» {row.by.name}")
        for row in told_about(patient, since=start)
    ]


def _letters(patient: UUID) -> list[Entry]:
    entries = []
    for note in dialogue.notes(patient):
        role = ROLES.get(note.author_role, note.author_role)
        title = _("Notat fra %(who)s") % {"who": f"{note.author.name}, {str(role).lower()}"}
        unread = note.read_at is None and note.author_role in ("gp", "specialist")
        entries.append(Entry(note.at, "notes", "note", title, note.text, unread=unread))
    same: dict[tuple[datetime, str], list[str]] = {}
    for letter in dialogue.letters(patient):  # one that goes to several is one letter
        same.setdefault((letter.at, letter.text), []).append(letter.organisation.name)
    for (at, text), names in same.items():
        title = _("Brev til %(who)s") % {"who": all_of(sorted(names))}
        entries.append(Entry(at, "notes", "envelope", title, text))
    for talk in goal_conversations(patient):
        said = (talk.matters, *talk.habits.values(), talk.needs, talk.agreed, talk.by.name)
        text = ". ".join(part.rstrip(".") for part in said if part)
        entries.append(Entry(talk.at, "notes", "phone", _("Målsamtale"), text))
    for message in dialogue.messages(patient):
        title = _("Melding fra pasienten") if message.from_patient else _("Melding til pasienten")
        unread = message.from_patient and message.read_at is None
        entries.append(
            Entry(message.at, "messages", "envelope", title, f"«{message.text}»", unread=unread)
        )
    return entries


def _tasks(patient: UUID, zone: str) -> list[Entry]:
    """What is still to be done, and by when."""
    entries = []
    for task in open_tasks(patient):
        due = task.due_at.astimezone(ZoneInfo(zone))
        words = {"day": short_date(due.date()), "time": f"{due:%H:%M}"}
        by_when = _("til %(day)s kl. %(time)s") % words
        title = task.title or str(TASKS.get(task.kind, task.kind))
        entries.append(Entry(task.raised_at, "tasks", "task", title, by_when))
    return entries


def _stages(patient: UUID) -> list[Entry]:
    return [
        Entry(row.period.lower, "all", "calendar", str(STAGES[row.stage]), _("ny fase"))
        for row in stages(patient)
    ]
