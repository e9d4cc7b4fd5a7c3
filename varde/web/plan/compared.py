"""What differs between a draft and the version it would replace, in words."""

from __future__ import annotations

from typing import Any

from varde.core.plan import Content, Medication, Stage, decoded
from varde.core.plan_compare import MedicationChange, medications, parts
from varde.web.plan.shown import name_of
from varde.web.plan.words import HOWS, PLACES, medication_told
from varde.web.texts.statuses import ZONE_WORDS


def compared(before: Content | None, now: Content) -> dict[str, Any]:
    """Every medication with what became of it, and the other places that differ."""
    old = before or Content()
    many = len({one.programme for one in (*old.sections, *now.sections)}) > 1
    return {
        "first": before is None,
        "medications": [_medication(one, many=many) for one in medications(old, now)],
        "parts": [
            {
                "where": _where(one.programme, one.zone, many=many),
                "zone": one.zone,
                "of": PLACES[one.of],
                "lines": one.lines,
            }
            for one in parts(old, now)
        ],
    }


def compared_rows(before: Any, now: Any) -> dict[str, Any]:
    """With the version before; of one that was withdrawn nothing is «the same as before»."""
    if before is not None and before.stage == Stage.WITHDRAWN:
        before = None
    return compared(decoded(before.content) if before else None, decoded(now.content))


def _where(programme: str, zone: str, *, many: bool) -> str:
    told = [name_of(programme)] if many and programme else []
    if zone:
        told.append(str(ZONE_WORDS[zone]))
    return ", ".join(told)


def _medication(one: MedicationChange, *, many: bool) -> dict[str, Any]:
    shown = one.now or one.before
    assert isinstance(shown, Medication)
    changed = one.how == "changed" and one.before is not None
    return {
        "zone": one.zone,
        "where": _where(one.programme, one.zone, many=many),
        "text": medication_told(shown),
        "how": one.how,
        "word": HOWS[one.how],
        "was": medication_told(one.before) if changed and one.before else "",
    }
