"""Writing of a plan: what the patient prepares, what comes from a discharge, and the draft."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace as with_

from varde.base.rows import new_id
from varde.catalogue.queries import template
from varde.core.calendar import in_opening_days
from varde.core.follow_up import HangsOn
from varde.core.plan import (
    LONGEST_TEXT,
    OPEN,
    Content,
    NotPlanned,
    Section,
    Stage,
    decoded,
    demand_move,
    encoded,
    may_draft,
)
from varde.measuring.models import Enrolment
from varde.measuring.queries import enrolments, following
from varde.people.action import A_MOMENT, Done, action
from varde.people.queries import language_of
from varde.people.viewer import Viewer
from varde.plan.models import Input, Plan
from varde.plan.queries import in_force, newest_input, newest_said, open_plan
from varde.triage import tasks
from varde.triage.keeping import hold as hold_all

WAITS = "plan-waits"  # the task's kind: the doctor has not answered
SUMMARY = "plan-summary"  # another has put in a discharge summary: the draft is to be gone on with
LONGEST_SUMMARY = 8000
LATEST_REVIEW = timedelta(days=3 * 365)  # a plan is talked of again before that


def hold(patient: UUID) -> None:
    """One change of a patient's plans at a time, and none while a report or an order is kept."""
    hold_all([patient])


@action("prepare-plan")
def prepare(*, goals: str, needs: str, by: Viewer, at: datetime) -> Done[Input]:
    """What matters to the patient, in own words; the newest stands, the earlier are kept.

    Raises `NotPlanned`: lacks (nothing written), unread (too long: nothing is cut off).
    """
    said = {"goals": goals.strip(), "needs": needs.strip()}
    if not any(said.values()):
        raise NotPlanned("lacks")
    if any(len(text) > LONGEST_TEXT for text in said.values()):
        raise NotPlanned("unread")
    hold(by.actor)
    before = newest_input(by.actor)
    if before is not None and (before.goals, before.needs) == tuple(said.values()):
        return Done(before, patient=by.actor, kind="plan-input", object_id=before.id)
    row = Input.objects.create(
        patient_id=by.actor, kind="patient", by_id=by.actor, role=by.role, at=at, **said
    )
    return Done(row, patient=by.actor, kind="plan-input", object_id=row.id)


@action("take-in-summary")
def take_in_summary(
    *, patient: UUID, text: str, of: str, dated: date | None, by: Viewer, at: datetime
) -> Done[Input]:
    """What a discharge summary says of the plan. It becomes a draft, and is in force for nobody.

    Raises `NotPlanned`: lacks (no text), unread (too long: nothing is cut off).
    """
    if not text.strip():
        raise NotPlanned("lacks")
    if len(text.strip()) > LONGEST_SUMMARY or len(of.strip()) > 120:
        raise NotPlanned("unread")
    hold(patient)
    same = {"patient_id": patient, "kind": "discharge", "text": text.strip(), "of": of.strip(),
            "dated": dated, "by_id": by.actor}  # fmt: skip
    twice = Input.objects.filter(**same, at__gt=at - A_MOMENT).first()
    if twice is not None:
        return Done(twice, patient=patient, kind="plan-input", object_id=twice.id)
    row = Input.objects.create(**same, role=by.role, at=at)
    if open_plan(patient) is None:
        held = in_force(patient)
        with suppress(NotPlanned):  # in no programme with a template
            before = at - timedelta(microseconds=1) if held is None else held.approved_at
            _begin(patient, read=before, by=by, at=at)
    _tell_of_draft(patient, by=by, at=at)
    return Done(row, patient=patient, kind="plan-input", object_id=row.id)


def _tell_of_draft(patient: UUID, *, by: Viewer, at: datetime) -> None:
    """Who follows has a draft to go on with, begun by another's summary. Unsigned: in two opening
    days."""
    followed = following([patient], zone=by.zone, at=at).get(patient)
    if followed is None or followed.unit == by.seat or open_plan(patient) is None:
        return
    if tasks.open_tasks(patient, (SUMMARY,)):
        return
    due_at = in_opening_days(followed.hours, at, 2)
    tasks.raise_task(patient=patient, unit=followed.unit, kind=SUMMARY, due_at=due_at,
                     hangs_on=HangsOn.FOLLOW_UP, by=by, at=at)  # fmt: skip


@action("draft-plan")
def note_said(
    *, patient: UUID, kind: Literal["talk"], text: str, goals: str = "", needs: str = "",
    by: Viewer, at: datetime,
) -> Done[Input]:  # fmt: skip
    """What was said when goals were talked of, for the next draft."""
    row = Input.objects.create(
        patient_id=patient, kind=kind, goals=goals, needs=needs, text=text, by_id=by.actor,
        role=by.role, at=at,
    )  # fmt: skip
    return Done(row, patient=patient, kind="plan-input", object_id=row.id)


def said_in_meeting(patient: UUID, text: str, who: UUID, role: str, *, at: datetime) -> Input:
    """What was decided in a meeting, for the next draft; `who` wrote it down there."""
    return Input.objects.create(
        patient_id=patient, kind="meeting", text=text, by_id=who, role=role, at=at
    )


@action("draft-plan")
def begin_draft(*, patient: UUID, by: Viewer, at: datetime) -> Done[Plan]:
    """The draft there is, else a new one: from the plan in force, or from the templates.

    Raises `NotPlanned`: drafter, none.
    """
    hold(patient)
    row = open_plan(patient)
    if row is None:
        demand_drafter(patient, by=by, at=at)
        row = _begin(patient, read=at, by=by, at=at)
    return Done(row, patient=patient, kind="plan", object_id=row.id)


def _begin(patient: UUID, *, read: datetime | None, by: Viewer, at: datetime) -> Plan:
    spoken = language_of(patient) or "nb"
    content = _first_content(patient, spoken, at=at)
    if not content.sections:
        raise NotPlanned("none")
    return Plan.objects.create(
        patient_id=patient, content=encoded(content), language=spoken, drafted_by_id=by.actor,
        drafted_role=by.role, drafted_at=at, edited_by_id=by.actor, edited_at=at,
        read_until=read,
    )  # fmt: skip


def _first_content(patient: UUID, spoken: str, *, at: datetime) -> Content:
    """As it stands, with a section for each programme that has none; else from the templates.

    What matters is what the patient said last, where that came after the plan was written.
    """
    held = in_force(patient)
    terms = enrolments([patient], at=at).get(patient, [])
    content = _without_ended(held, terms) if held is not None else Content()
    known = {one.programme for one in content.sections}
    sections = [*content.sections, *_templates(terms, known, spoken)]
    own = newest_said(patient)
    newer = own is not None and (held is None or own.at > held.edited_at)
    matters = own.goals if own is not None and (newer or not content.matters) else content.matters
    return with_(content, matters=matters, sections=tuple(sections))


def _without_ended(held: Plan, terms: Sequence[Enrolment]) -> Content:
    """What the plan says of the programmes the patient is in; where she is in none, all of it."""
    content = decoded(held.content)
    now = {one.programme for one in terms}
    kept = tuple(one for one in content.sections if one.programme in now)
    return with_(content, sections=kept) if kept else content


def _templates(terms: Sequence[Enrolment], known: set[str], spoken: str) -> Iterator[Section]:
    ids = iter(lambda: new_id().hex[-12:], "")
    for row in terms:
        found = template(row.programme) if row.programme not in known else None
        if found is not None:
            yield found.section(spoken, ids)


def demand_drafter(patient: UUID, *, by: Viewer, at: datetime) -> None:
    """Raises `NotPlanned` with «drafter» for a role that the patient's programmes do not name."""
    rows = enrolments([patient], at=at).get(patient, [])
    found = [template(row.programme) for row in rows]
    if not may_draft(by.role, [one.drafted_by for one in found if one is not None]):
        raise NotPlanned("drafter")


def drafted(plan: UUID, patient: UUID, edition: int) -> Plan:
    """The open plan as it was shown, held. Raises `NotPlanned`: gone, changed."""
    hold(patient)
    row = Plan.objects.select_for_update().filter(id=plan, patient_id=patient).first()
    if row is None or row.stage not in OPEN:
        raise NotPlanned("gone")
    if row.edition != edition:
        raise NotPlanned("changed")
    return row


@action("draft-plan")
def save_draft(
    *,
    patient: UUID,
    plan: UUID,
    edition: int,
    content: Content,
    review_on: date | None = None,
    read: datetime | None = None,
    by: Viewer,
    at: datetime,
) -> Done[Plan]:
    """What is typed is kept, and holds for nobody; a plan that was proposed is a draft again.
    `read`: the inputs until then stood beside it.

    Raises `NotPlanned`: gone, changed (what another has done is not written over), drafter.
    """
    demand_drafter(patient, by=by, at=at)
    row = drafted(plan, patient, edition)
    keep(row, content, review_on, read=read, by=by, at=at)
    unask(row, by=by, at=at)
    last = newest_input(patient, "discharge")
    if last is None or last.at <= (row.read_until or row.edited_at):
        withdraw_tasks(patient, (SUMMARY,), by=by, at=at)
    return Done(row, patient=patient, kind="plan", object_id=row.id)


def keep(
    row: Plan, content: Content, review_on: date | None, *, read: datetime | None = None,
    by: Viewer, at: datetime,
) -> None:  # fmt: skip
    decoded(encoded(content))  # what no form sends is not kept
    _demand_sections(row, content, at=at)
    today = at.astimezone(ZoneInfo(by.zone)).date()
    if review_on is not None and not today <= review_on <= today + LATEST_REVIEW:
        raise NotPlanned("unread")
    row.content, row.review_on = encoded(content), review_on
    row.edition += 1
    row.edited_by_id, row.edited_at = by.actor, at
    if read is not None:
        row.read_until = max(row.read_until or read, min(read, at))
    row.save(update_fields=["content", "review_on", "edition", "edited_by", "edited_at",
                            "read_until"])  # fmt: skip


def _demand_sections(row: Plan, content: Content, *, at: datetime) -> None:
    """A section for each programme the patient is in that had one, and none of anything else."""
    before = {one.programme for one in decoded(row.content).sections}
    now = {one.programme for one in content.sections}
    enrolled = {
        one.programme for one in enrolments([row.patient_id], at=at).get(row.patient_id, [])
    }
    if not now <= before | enrolled or not before & enrolled <= now:
        raise NotPlanned("unread")


def unask(row: Plan, *, by: Viewer, at: datetime) -> None:
    """Nobody is asked to approve it any more."""
    demand_move(Stage(row.stage), Stage.DRAFT)
    if row.stage == Stage.PROPOSED:
        row.stage, row.asked_id = Stage.DRAFT, None
        row.proposed_by_id = row.proposed_at = None
        row.save(update_fields=["stage", "asked", "proposed_by", "proposed_at"])
        withdraw_tasks(row.patient_id, (WAITS,), by=by, at=at)


@action("draft-plan")
def drop(*, patient: UUID, plan: UUID, edition: int, by: Viewer, at: datetime) -> Done[Plan]:
    """The draft comes to nothing; it is kept, and what is in force stays."""
    demand_drafter(patient, by=by, at=at)
    row = drafted(plan, patient, edition)
    demand_move(Stage(row.stage), Stage.DROPPED)
    row.stage, row.ended_at, row.ended_by_id = Stage.DROPPED, at, by.actor
    row.save(update_fields=["stage", "ended_at", "ended_by"])
    withdraw_tasks(patient, (WAITS, SUMMARY), by=by, at=at)
    return Done(row, patient=patient, kind="plan", object_id=row.id)


def withdraw_tasks(patient: UUID, kinds: tuple[str, ...], *, by: Viewer, at: datetime) -> None:
    """What was asked for because of the plan as it was is asked for no more."""
    for one in tasks.open_tasks(patient, kinds):
        tasks.withdraw(one, by=by, at=at)
