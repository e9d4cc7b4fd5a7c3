"""Measure again: which reds a repetition may make yellow, and what it makes of them (3.5).

Pure. It is the only thing that lowers a report. A cold finger gives a low saturation and a rushed
cuff a high pressure, so a patient who is there is asked to measure once more; the red stands on the
list meanwhile. Symptoms, critical values and the use of a rescue pack never wait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from varde.core.reading import Answer
from varde.core.verdict import OF_ONE_VALUE, Judgement, Reason, conclude
from varde.core.zones import Zone

FRESH = timedelta(minutes=30)  # older than this when it came, nobody is there to ask
TECHNIQUE = "technique"  # the rule of a value that a repetition did not bear out


def repeatable(judgement: Judgement, answers: Sequence[Answer]) -> frozenset[str]:
    """The kinds to measure again; none where the red must not wait for it.

    Every red of the report has to be of one measured value, none of them critical.
    """
    red = [reason for reason in judgement.reasons if reason.zone is Zone.RED]
    waits = (
        red
        and not judgement.critical
        and not any(answer.urgent for answer in answers)
        and all(reason.rule in OF_ONE_VALUE and not reason.beyond for reason in red)
    )
    return frozenset(reason.subject for reason in red) if waits else frozenset()


def until(minutes: int, *, taken_at: datetime, at: datetime) -> datetime | None:
    """By when; None where nobody is asked: it is switched off, or was taken too long ago."""
    if minutes <= 0 or at - taken_at > FRESH:
        return None
    return at + timedelta(minutes=minutes)


def borne_out(first: Judgement, again: Judgement, kinds: frozenset[str]) -> bool:
    """Whether the repetition leaves the first as it was: a kind is missing, or is not green.

    What else the repetition holds must be green as well: it is no good repetition that brings a
    red of its own.
    """
    found = {reason.subject: reason for reason in again.reasons}
    good = all(kind in found and found[kind].zone is Zone.GREEN for kind in kinds)
    return not good or again.zone is not Zone.GREEN


def lowered(first: Judgement, again: Mapping[str, float], kinds: frozenset[str]) -> Judgement:
    """The first report's judgement after a good repetition: yellow «technique?», both values kept.

    What else was yellow in it stays as it was.
    """
    return conclude([_doubted(reason, again, kinds) for reason in first.reasons])


def _doubted(reason: Reason, again: Mapping[str, float], kinds: frozenset[str]) -> Reason:
    if reason.subject not in kinds or reason.zone is not Zone.RED:
        return reason
    return replace(
        reason, rule=TECHNIQUE, zone=Zone.YELLOW, figure=again[reason.subject], side=reason.rule
    )
