"""Patients on a shipped programme's own standard set, and reports of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.core.strategies import NOW, PROGRAMMES, raw
from varde.core.judgement import Case, judge
from varde.core.programme import Programme
from varde.core.programme_file import parse
from varde.core.reading import Answer, Reading
from varde.core.verdict import Judgement
from varde.core.zones import Zone

GREY, GREEN, YELLOW, RED = Zone.NOT_JUDGED, Zone.GREEN, Zone.YELLOW, Zone.RED
OSLO = ZoneInfo("Europe/Oslo")
SHIPPED: dict[str, Programme] = {
    file.stem: parse(raw(file.stem)) for file in sorted(PROGRAMMES.glob("*.yaml"))
}
COPD, HEART = SHIPPED["copd"], SHIPPED["heart-failure"]


def case_of(programme: Programme, **more: Any) -> Case:
    """A patient on the programme's own standard set."""
    holds: dict[str, Any] = {
        "limits": {kind: b.limits() for kind, b in programme.standard.limits.items()},
        "planned": frozenset(programme.kinds),
        "not_judged": programme.not_judged,
        "drops": programme.drop_rules(),
        "changes": programme.change_rules(),
        "criticals": programme.critical_rules(),
        "zone": OSLO,
    }
    return Case(**(holds | more))


def read(kind: str, value: float, at: datetime = NOW) -> Reading:
    return Reading(kind, value, at)


def report(case: Case, *given: Answer, **measured: float) -> Judgement:
    return judge([read(kind, value) for kind, value in measured.items()], given, case)
