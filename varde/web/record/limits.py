"""The limits and ordered rules on the patient's page: what holds, and on whose word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.access import PERMISSIONS, Role
from varde.core.programme import Programme
from varde.triage.ordered import open_order
from varde.triage.thresholds import in_force
from varde.web.record.grounds import on_whose_word
from varde.web.roles import HOME
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.limits import between, outside, sides
from varde.web.texts.numbers import short_date
from varde.web.texts.rules import rule_told

MAY_ORDER = PERMISSIONS["draft-limits"]


def limit_rows(
    patient: UUID, programmes: Any, at: datetime, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """The thresholds in force, in the order they are measured, with on whose word they hold."""
    kinds = dict.fromkeys(kind for one in programmes for kind in one.kinds)
    held = in_force(patient, at=at)
    return [
        {
            "kind": kind,
            "name": KIND_TEXTS[kind].short,
            "green": between(row.warning_low, row.warning_high),
            "yellow": sides(row.alert_low, row.warning_low, row.warning_high, row.alert_high),
            "red": outside(row.alert_low, row.alert_high),
            "word": (
                on_whose_word(row),
                short_date(row.period.lower.astimezone(zone).date()),
            ),
            "standard": row.ground == "standard",
        }
        for kind, row in ((kind, held[kind]) for kind in kinds if kind in held)
    ]


def whose_words(limits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """On whose word: each once, with what it is of when not all of it."""
    by_word: dict[tuple[str, str], list[str]] = {}
    for row in limits:
        by_word.setdefault(row["word"], []).append(str(row["name"]))
    return [
        {"of": "" if len(by_word) == 1 else ", ".join(names), "ordered": word, "since": since}
        for (word, since), names in by_word.items()
    ]


def whose_rules(
    held: Mapping[str, Any], programmes: Sequence[Programme], zone: ZoneInfo
) -> list[dict[str, Any]]:
    """On whose word each ordered rule holds."""
    return [
        {
            "of": rule_told(name, programmes).partition(":")[0],
            "ordered": on_whose_word(row),
            "since": short_date(row.period.lower.astimezone(zone).date()),
        }
        for name, row in held.items()
    ]


def order_now(patient: UUID, role: Role) -> dict[str, str]:
    """Where limits are changed, for who may, and how far a change on its way has come."""
    if role not in MAY_ORDER:
        return {}
    found = open_order(patient)
    return {"url": f"{HOME[role]}patient/{patient}/limits", "stage": found.stage if found else ""}
