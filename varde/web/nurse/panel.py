"""The panel: what I judged, what I did, the note already filled in, the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from varde.base.rows import new_id
from varde.core.programme import Programme
from varde.core.unreachable import ATTEMPTS, CHANNELS, Tried
from varde.core.zones import Zone
from varde.measuring.hours import hours_for
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.triage.handling import ACTS, ASSESSMENTS, DONE, NEXT_STEPS, tried_today
from varde.triage.queries import Row
from varde.triage.worklist import PUT, Rank
from varde.web.nurse.passing import colleagues
from varde.web.nurse.rows import came_late, goal_words, waited_words
from varde.web.nurse.work import work_text
from varde.web.texts import statuses
from varde.web.texts.numbers import next_moment, when
from varde.web.texts.sentences import for_nurse
from varde.web.texts.statuses import ZONE_OF


def panel(
    item: Any, programmes: Sequence[Programme], *, viewer: Viewer, at: datetime
) -> dict[str, Any]:
    """Everything the panel shows; `reasons` and `heard_at` are what a closing covers."""
    row = queries.rows_of([item])[0]
    rank = Rank(item.awake_rank)
    following = queries.next_item(viewer, item)
    hours = hours_for(item.unit_id, [item.patient_id], zone=viewer.zone, at=at)
    waited, share = waited_words(item, rank, hours[item.patient_id], at)
    taken_by = _taken_by(item, viewer)
    tried = tried_today(item.patient_id, (), zone=viewer.zone, at=at)
    return {
        "item": item.id,
        "version": item.version,
        "green": rank is Rank.GREEN and not row.reasons,
        "seen": f"{row.seen.item}|{row.seen.version}|{row.seen.heard_at.isoformat()}",
        "zone": ZONE_OF[rank],
        "title": _title(rank, taken_by),
        "waited": waited,
        "over": share > 1,
        "goal": goal_words(rank),
        "reasons": [reason.id for reason in row.reasons],
        "heard_at": row.seen.heard_at.isoformat(),
        "red": any(reason.zone == Zone.RED for reason in row.reasons),
        "work": [text for reason in row.reasons if (text := work_text(reason, viewer.zone))],
        "asked": any(reason.about.get("stage") == PUT for reason in row.reasons),
        "assessments": [(key, statuses.ASSESSMENTS[key]) for key in _assessments(rank)],
        "assessment": DONE if rank > Rank.YELLOW else "",
        "acts": [(key, statuses.ACTS[key]) for key in ACTS],
        "tried": tried,
        "procedure": _procedure(tried),
        "next_steps": [(key, statuses.NEXT_STEPS[key]) for key in NEXT_STEPS],
        "note": note(row, programmes, viewer=viewer, at=at),
        "taken_by": taken_by,
        "taken_at": when(item.taken_at, at, viewer.zone) if item.taken_at else "",
        "mine": item.taken_by_id == viewer.person,
        "colleagues": colleagues(viewer),
        "may_wait": Rank.RED_CONTROL < rank < Rank.GREEN,
        "asleep": next_moment(item.snoozed_until, at, viewer.zone) if item.snoozed_until else "",
        "following": following,
        "following_zone": ZONE_OF[Rank(following.rank)] if following else "",
    }


def _procedure(tried: Tried) -> list[tuple[bool, str]]:
    """The procedure for who is not reached, each step with whether it is done today."""
    return [
        (
            tried.attempts >= ATTEMPTS,
            _("%(n)s av %(of)s forsøk") % {"n": min(tried.attempts, ATTEMPTS), "of": ATTEMPTS},
        ),
        (
            tried.channels >= CHANNELS,
            _("%(n)s av %(of)s måter: telefon, melding, video")
            % {"n": min(tried.channels, CHANNELS), "of": CHANNELS},
        ),
        (tried.passed_on, _("Pårørende, hjemmetjenesten eller 113 varslet")),
    ]


def _assessments(rank: Rank) -> list[str]:
    """What has a colour is judged; what waits without one may be done and no more."""
    return [key for key in ASSESSMENTS if key != DONE or rank > Rank.YELLOW]


def contact_form() -> dict[str, Any]:
    """What a contact is written with when nothing stands on the list."""
    return {
        "id": new_id(),
        "acts": [(key, statuses.ACTS[key]) for key in ACTS],
        "next_steps": [(key, statuses.NEXT_STEPS[key]) for key in NEXT_STEPS],
    }


def _title(rank: Rank, taken_by: str) -> str:
    if taken_by:  # hers to handle; here only what was talked about is written
        return _("%(who)s har pasienten") % {"who": taken_by}
    return {
        Rank.RED: _("Håndter rødt varsel"),
        Rank.RED_CONTROL: _("Håndter rødt varsel"),
        Rank.YELLOW: _("Håndter gult varsel"),
        Rank.WORK: _("Håndter det som venter"),
        Rank.GREEN: _("Kvitter ut grønn"),
        Rank.ASLEEP: _("Håndter det som er utsatt"),
    }[rank]


def _taken_by(item: Any, viewer: Viewer) -> str:
    if item.taken_by is None or item.taken_by_id == viewer.person:
        return ""
    return str(item.taken_by.name)


def note(row: Row, programmes: Sequence[Programme], *, viewer: Viewer, at: datetime) -> str:
    """The note as it is filled in: when, what was found, what else waited."""
    told = [for_nurse(one, programmes) for one in row.found]
    late = came_late(row, viewer.zone)
    found = ", ".join(f"{what} ({against})" if against else what for what, against in told)
    newest = row.found_at
    lines = []
    if found and newest is not None:
        local = newest.astimezone(ZoneInfo(viewer.zone))
        colour = _("Rødt varsel") if row.item.rank <= Rank.RED_CONTROL else _("Gult varsel")
        stamp = f"{local.day}.{local.month}. {local:%H:%M}"
        lines.append(f"{colour} {stamp}: {found}." + (f" ({late})" if late else ""))
    lines += [f"{text}." for r in row.reasons if (text := work_text(r, viewer.zone))]
    return "\n".join(dict.fromkeys(lines))
