"""Rows: what each row of the worklist says: who, how bad, why, since when, who has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from varde.catalogue.queries import programme
from varde.core.calendar import open_between
from varde.core.programme import Programme
from varde.core.zones import Zone
from varde.measuring.hours import hours_for
from varde.measuring.queries import enrolments, latest
from varde.people.queries import home_municipalities
from varde.people.viewer import Viewer
from varde.triage.queries import Row
from varde.triage.worklist import OPENING_DAYS, RED_WITHIN, Rank, goal
from varde.web.nurse.work import work_text
from varde.web.texts.numbers import age, day_month, duration, short_date, when
from varde.web.texts.sentences import for_nurse
from varde.web.texts.statuses import ASSESSMENTS, SERVICE_MODELS, ZONE_OF, ZONE_WORDS
from varde.web.texts.words import said

SPARK_N = 12
WRITTEN = ("message", "note", "comment")
REASONS = 3  # how many parts a row tells; the page tells them all


@dataclass
class Shown:
    """One row as the template draws it."""

    id: UUID
    version: int
    seen: str  # what is closed when this row is acknowledged: item, version, last heard
    patient: UUID
    zone: str
    name: str
    age: int | None
    where: str
    why: list[tuple[str, str]]
    work: str
    second: str
    wait: str
    goal: str
    share: int
    late: bool
    over: bool
    owner: str = ""
    owner_since: str = ""
    mine: bool = False
    marks: list[tuple[str, int, str]] = field(default_factory=list)
    letters: bool = False  # something written waits to be read
    group: str = ""  # red, yellow or work: what has waited past its goal stands among the yellows
    held: bool = False  # a green that is held back by something unread
    spark: dict[str, Any] | None = None
    since: str = ""


@dataclass
class Around:
    """What is read once for all rows of a page."""

    viewer: Viewer
    at: datetime
    enrolments: dict[UUID, list[Any]]
    homes: dict[UUID, str]
    values: dict[tuple[UUID, str], list[tuple[datetime, float, int]]]
    hours: Any

    def programmes(self, patient: UUID) -> list[Programme]:
        return [programme(row.programme, row.version) for row in self.enrolments.get(patient, [])]


def shown(rows: Sequence[Row], *, viewer: Viewer, at: datetime) -> list[Shown]:
    patients = [row.item.patient_id for row in rows]
    wanted = [(row.item.patient_id, kind) for row in rows if (kind := _spark_kind(row))]
    around = Around(
        viewer,
        at,
        enrolments(patients, at=at),
        home_municipalities(patients, at=at),
        latest(wanted, n=SPARK_N) if wanted else {},
        hours_for(viewer.unit, patients, zone=viewer.zone, at=at) if viewer.unit else None,
    )
    return [_shown(row, around) for row in rows]


def _spark_kind(row: Row) -> str | None:
    kinds = [one.subject for one in row.found if one.measured]
    return kinds[0] if kinds else None


def _shown(row: Row, around: Around) -> Shown:
    item, patient = row.item, row.item.patient
    rank = Rank(item.rank)
    programmes = around.programmes(patient.id)
    wait, share = waited_words(item, rank, around.hours[patient.id], around.at)
    seen = row.seen
    mine = item.taken_by_id == around.viewer.person
    made = Shown(
        id=item.id,
        version=item.version,
        seen=f"{seen.item}|{seen.version}|{seen.heard_at.isoformat()}",
        patient=patient.id,
        zone=ZONE_OF[rank],
        name=patient.name,
        age=age(patient.born, around.at.astimezone(ZoneInfo(around.viewer.zone)).date()),
        where=_where(patient.id, around, programmes),
        why=_why(row, programmes),
        work=_work(row, around),
        second=_second(row, around),
        wait=wait,
        goal=goal_words(rank),
        share=min(100, round(share * 100)),
        late=share >= 0.75,
        over=share > 1,
        since=when(item.since, around.at, around.viewer.zone),
        mine=mine,
        marks=_marks(row),
        letters=any(reason.kind in WRITTEN for reason in row.reasons),
        group="yellow" if rank is Rank.WORK and share > 1 else ZONE_OF[rank],
        held=_held(row),
        spark=_spark(row, around),
    )
    if item.taken_by is not None and item.taken_at is not None:
        made.owner = _("Deg") if mine else item.taken_by.name
        made.owner_since = when(item.taken_at, around.at, around.viewer.zone)
    return made


def goal_words(rank: Rank) -> str:
    """The response goal, in opening time: «2 t», «1 dag»."""
    if rank > Rank.YELLOW:
        return ""
    days = OPENING_DAYS.get(rank)
    return (
        ngettext("%(n)s dag", "%(n)s dager", days) % {"n": days} if days else duration(RED_WITHIN)
    )


def _held(row: Row) -> bool:
    """A green report lies under a message or a note that nobody has read."""
    unread = any(reason.kind in WRITTEN for reason in row.reasons)
    green = row.state is not None and row.state.zone == Zone.GREEN
    return unread and green and not any(reason.judgement_id for reason in row.reasons)


def _why(row: Row, programmes: list[Programme]) -> list[tuple[str, str]]:
    """The worst first, measurements before answers; what there is no room for is counted."""
    found = sorted(row.found, key=lambda r: (-r.zone, not r.measured))
    told = [for_nurse(one, programmes) for one in found[:REASONS]]
    if len(found) > REASONS:
        told.append((_("+%(n)s til") % {"n": len(found) - REASONS}, ""))
    return told


def waited_words(item: Any, rank: Rank, hours: Any, at: datetime) -> tuple[str, float]:
    """Opening time used of the goal, or over it, in words; and as a share."""
    used = open_between(hours, item.since, max(at, item.since))
    allowed = goal(rank, hours)
    share = used / allowed
    if share > 1 and rank <= Rank.WORK:
        return duration(used - allowed), share
    return duration(used), share


def _where(patient: UUID, around: Around, programmes: list[Programme]) -> str:
    rows = around.enrolments.get(patient, [])
    parts = [said(one.name) for one in programmes]
    if rows:
        parts.append(" ".join(str(SERVICE_MODELS[rows[0].service_model]).split(" ")[:2]))
    if patient in around.homes:
        parts.append(around.homes[patient])
    return " · ".join(parts)


def _second(row: Row, around: Around) -> str:
    """How long this colour, what came late, and what was done last."""
    parts = [late] if (late := came_late(row, around.viewer.zone)) else []
    zone = Zone(row.state.zone) if row.state else Zone.NOT_JUDGED
    local, rank = ZoneInfo(around.viewer.zone), Rank(row.item.rank)
    if row.state and rank <= Rank.YELLOW and zone.slug != ZONE_OF[rank]:
        taken = when(row.state.taken_at, around.at, around.viewer.zone)
        parts.append(_("Det siste, målt %(taken)s, var: %(zone)s")
                     % {"taken": taken, "zone": ZONE_WORDS[zone.slug]})  # fmt: skip
    elif row.state and zone in (Zone.YELLOW, Zone.RED):
        day = short_date(row.state.since.astimezone(local).date())
        words = {"zone": _("Rød") if zone is Zone.RED else _("Gul"), "day": day}
        parts.append(_("%(zone)s siden %(day)s") % words)
    if row.last is not None:
        day = day_month(row.last.at.astimezone(local).date())
        told = ASSESSMENTS.get(row.last.assessment, row.last.assessment)
        words = {"what": str(told).lower(), "day": day, "who": row.last.by.given}
        parts.append(_("Sist: %(what)s %(day)s (%(who)s)") % words)
    return " · ".join(parts)


def came_late(row: Row, zone: str) -> str:
    """«målt 18. november, kom i dag 10:00», when what raised the row came a day or more after."""
    local = ZoneInfo(zone)
    for reason in row.reasons:
        judged = row.judgements.get(reason.judgement_id) if reason.judgement_id else None
        if judged is None:
            continue
        taken, came = judged.taken_at.astimezone(local), reason.at.astimezone(local)
        if taken.date() != came.date():
            words = {
                "taken": day_month(taken.date()),
                "came": f"{short_date(came.date())} {came:%H:%M}",
            }
            return _("målt %(taken)s, kom %(came)s") % words
    return ""


def _work(row: Row, around: Around) -> str:
    """What else waits: messages, notes, missing reports, tasks."""
    told = []
    for reason in row.reasons:
        text = work_text(reason, around.viewer.zone)
        if text and text not in told:
            told.append(text)
    return " · ".join(told)


def _marks(row: Row) -> list[tuple[str, int, str]]:
    """Icons with counts: unread messages and notes, tasks."""
    letters = sum(reason.kind in WRITTEN for reason in row.reasons)
    todo = sum(reason.kind == "task" for reason in row.reasons)
    marks = []
    if letters:
        text = ngettext("%(n)s ulest melding", "%(n)s uleste meldinger", letters)
        marks.append(("envelope", letters, text % {"n": letters}))
    if todo:
        marks.append(
            ("task", todo, ngettext("%(n)s oppgave", "%(n)s oppgaver", todo) % {"n": todo})
        )
    return marks


def _spark(row: Row, around: Around) -> dict[str, Any] | None:
    """The last values of what gave the reason, ending in the zone's shape."""
    kind = _spark_kind(row)
    values = around.values.get((row.item.patient_id, kind or ""), [])
    if len(values) < 2:
        return None
    low, high = min(v for _, v, _ in values), max(v for _, v, _ in values)
    span = max(high - low, 4.0)
    xs = [4 + 100 * n / (len(values) - 1) for n in range(len(values))]
    ys = [25 - 20 * (value - low) / span for _, value, _ in values]
    return {
        "line": " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True)),
        "x": f"{xs[-1]:.1f}",
        "y": f"{ys[-1]:.1f}",
        "zone": Zone(values[-1][2]).slug,
    }
