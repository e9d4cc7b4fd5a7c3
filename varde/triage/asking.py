"""Asking again: which reds a patient who is there is asked to repeat (decisions 3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from varde.core.repetition import repeatable, until
from varde.core.verdict import Judgement
from varde.measuring.incoming import Delivery
from varde.triage.cases import Situation
from varde.triage.keeping import Asked, Verdict
from varde.triage.models import Control


def wanted(
    delivery: Delivery, judgement: Judgement, situation: Situation, *, at: datetime
) -> Asked | None:
    """What to measure again and until when; None where nobody is asked."""
    answers = situation.answers(delivery.answers, delivery.taken_at)
    kinds = repeatable(judgement, answers)
    minutes = situation.rules.measure_again_minutes
    limit = until(minutes, taken_at=delivery.taken_at, at=at)
    return Asked(limit, kinds) if kinds and limit is not None else None


def ask(verdicts: Sequence[tuple[Verdict, UUID | None]], *, at: datetime) -> None:
    """Keep that these reports' patients are asked; each with the unit that follows."""
    Control.objects.bulk_create(
        Control(
            patient_id=one.patient,
            unit_id=unit,
            judgement_id=one.id,
            report_id=one.report,
            kinds=sorted(one.asked.kinds),
            asked_at=at,
            until=one.asked.until,
        )
        for one, unit in verdicts
        if one.asked and unit and one.id and one.report
    )
