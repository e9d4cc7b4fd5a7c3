"""The goal conversation: what was said, and what follows in tasks, stage, plan and letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from varde.core.calendar import day_bounds
from varde.core.coded import Coded
from varde.core.pathway import Stage
from varde.dialogue.actions import send_letter
from varde.dialogue.queries import wrote
from varde.pathway.actions import enter_stage
from varde.pathway.follow_up import settle
from varde.pathway.models import GoalConversation
from varde.pathway.queries import stage_of
from varde.people.action import Done, action
from varde.people.models import Organisation
from varde.people.sharing import gp_to_write_to
from varde.people.viewer import Viewer
from varde.plan.writing import note_said
from varde.triage import tasks
from varde.triage.keeping import hold as hold_patients

TASK = "goal-conversation"
HOWS = ("phone", "video", "visit")
HABITS = ("smoking", "activity", "nutrition", "sleep", "other")
LONGEST = 2000
LONGEST_LETTER = 8000


class NotTalked(Coded, ValueError):
    """`code`: how (by none of the ways), agreed (nothing was agreed in words), long, letter (an
    empty one), gp (nobody to write to)."""


@dataclass(frozen=True)
class Talk:
    """What was said; `letter` to the GP, when one is to be sent."""

    how: str
    matters: str
    habits: Mapping[str, str]
    needs: str
    agreed: str
    letter: str | None = None
    named: Mapping[str, str] = field(default_factory=dict)  # the habits by their names to a reader

    def check(self) -> None:
        texts = (self.matters, self.needs, self.agreed, *self.habits.values())
        if self.how not in HOWS:
            raise NotTalked("how")
        if not set(self.habits) <= set(HABITS) or any(len(text) > LONGEST for text in texts):
            raise NotTalked("long")
        if not self.agreed.strip():
            raise NotTalked("agreed")
        if self.letter is not None and not self.letter.strip():
            raise NotTalked("letter")
        if self.letter is not None and len(self.letter) > LONGEST_LETTER:
            raise NotTalked("long")


@action("talk-of-goals")
def hold(*, patient: UUID, talk: Talk, by: Viewer, at: datetime) -> Done[GoalConversation]:
    """Kept; its task is done, the trial is over, what was said is for the plan, and the letter goes
    to the GP. Pressed twice it is one. Raises `NotTalked`: nothing is kept then.
    """
    talk.check()
    hold_patients([patient])
    gp = gp_to_write_to(patient, at=at)
    if talk.letter is not None and gp is None:
        raise NotTalked("gp")
    said = {
        "how": talk.how,
        "matters": talk.matters.strip(),
        "habits": {key: text.strip() for key, text in talk.habits.items() if text.strip()},
        "needs": talk.needs.strip(),
        "agreed": talk.agreed.strip(),
    }
    start = day_bounds(at.astimezone(ZoneInfo(by.zone)).date(), ZoneInfo(by.zone))[0]
    mine = GoalConversation.objects.filter(patient_id=patient, by_id=by.actor, at__gte=start)
    before = mine.filter(**said).first()
    if before is not None:
        _write(patient, talk.letter, gp, since=start, by=by, at=at)
        return Done(before, patient=patient, kind="goal-conversation", object_id=before.id)
    row = GoalConversation.objects.create(
        patient_id=patient, unit_id=by.seat, by_id=by.actor, at=at, **said
    )
    for one in tasks.open_tasks(patient, (TASK,)):
        tasks.done_elsewhere(one, by=by, at=at)
    text = "\n".join([row.agreed, *(f"{key}: {told}" for key, told in talk.named.items())])
    note_said(patient=patient, kind="talk", goals=row.matters, needs=row.needs, text=text, by=by,
              at=at)  # fmt: skip
    _go_on(patient, by=by, at=at)
    _write(patient, talk.letter, gp, since=start, by=by, at=at)
    settle([patient], by=by, at=at)
    return Done(row, patient=patient, kind="goal-conversation", object_id=row.id)


def _go_on(patient: UUID, *, by: Viewer, at: datetime) -> None:
    """Who was in the trial, or waited for this, is in ordinary follow-up from now."""
    now = stage_of(patient, at=at)
    if now is not None and now.stage in (Stage.TRIAL, Stage.GOAL_CONVERSATION):
        enter_stage(patient=patient, stage=Stage.FOLLOW_UP, by=by, at=at)


def _write(
    patient: UUID,
    text: str | None,
    gp: Organisation | None,
    *,
    since: datetime,
    by: Viewer,
    at: datetime,
) -> None:
    """The letter, once."""
    if text is None or gp is None or wrote(patient, gp.id, text, since=since):
        return
    send_letter(patient=patient, to=gp.id, kind=TASK, text=text, by=by, at=at)
