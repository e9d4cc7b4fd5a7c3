"""Intake: every report from every door comes in here; kept, judged and on the list at once.

One transaction: what is acknowledged is kept, judged, and where it is not green a nurse has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from varde.audit.actions import About
from varde.base.rows import new_id
from varde.core.judgement import judge
from varde.core.reading import Reading
from varde.core.verdict import Judgement, Reason
from varde.core.zones import Zone
from varde.measuring import actions as measuring
from varde.measuring import expecting
from varde.measuring.incoming import ANY_SAID, Delivery, Flag, Taken
from varde.people.action import Done, action
from varde.people.viewer import Viewer
from varde.triage import asking, worklist
from varde.triage.cases import Situation, situations
from varde.triage.keeping import (
    Row,
    StateRow,
    Verdict,
    hear,
    keep_all,
    keep_judgements,
    newest_states,
)
from varde.triage.late import rejudge
from varde.triage.learning import Learning, Unlearnt, learn, unlearnt_of
from varde.triage.refusing import Refusal, raise_refused


@dataclass(slots=True)
class Outcome:
    """What became of one delivery. `judgement` is None when it was here already."""

    delivery: Delivery
    taken: Taken
    judgement: Judgement | None = None
    present: bool = False  # the patient is at the screen, and can be asked to measure again


@action("report")
def receive(
    deliveries: Sequence[Delivery],
    *,
    source: UUID,
    by: Viewer,
    at: datetime,
    found: dict[UUID, Situation] | None = None,
    present: bool = False,
) -> Done[list[Outcome]]:
    """Keep, judge and list deliveries; an outcome for each, in order.

    A delivery whose identifier is here with the same content is a duplicate and changes nothing;
    with other content it is a conflict, kept out, and becomes work. Raises KeyError for a
    patient that `by` may not reach: doors look patients up first, and may hand on what they
    `found` when it is of this transaction. From the look-up until we commit, other reports of
    these patients wait. One who is `present` at the screen is asked to repeat a red that may be.
    """
    if not deliveries:
        return Done([])
    found = found if found is not None else _situations(deliveries, by=by)
    for delivery in deliveries:
        _add_own(delivery, found[delivery.patient])
    unlearnt = unlearnt_of(found)
    outcomes = _judged(deliveries, found, unlearnt)
    for one in outcomes:
        one.present = present
    _keep_reports([o for o in outcomes if o.delivery.report_id], source=source, at=at)
    listed = _keep(outcomes, source=source, at=at)
    new = [one for one in outcomes if one.taken is Taken.NEW]
    _list(new, found, listed, at=at)
    rejudge([one.delivery for one in new], found, at=at)
    learn([one.delivery for one in new], found, unlearnt, at=at)
    kept_out = [
        Refusal(one.delivery.patient, "conflict", "identifier")
        for one in outcomes
        if one.taken is Taken.CONFLICT
    ]
    if kept_out:
        raise_refused(kept_out, sender=by.name, by=by, at=at, known=set(found))
    return Done(outcomes, kind="report", each=_acts(outcomes))


def _acts(outcomes: Sequence[Outcome]) -> list[About]:
    """For each patient what was written; of several rows a digest, of none nothing."""
    written: dict[UUID, list[UUID]] = {}
    for one in outcomes:
        ids = written.setdefault(one.delivery.patient, [])
        if one.taken is Taken.NEW:
            ids += [value.id for value in one.delivery.values]
    return [
        About(patient, ids[0] if len(ids) == 1 else None, _digest(ids))
        for patient, ids in written.items()
    ]


def _digest(ids: list[UUID]) -> bytes | None:
    return sha256(b"".join(sorted(one.bytes for one in ids))).digest() if ids else None


def _situations(deliveries: Sequence[Delivery], *, by: Viewer) -> dict[UUID, Situation]:
    times = [d.taken_at for d in deliveries]
    patients = list(dict.fromkeys(d.patient for d in deliveries))
    return situations(patients, first=min(times), last=max(times), zone=by.zone)


def _add_own(delivery: Delivery, situation: Situation) -> None:
    """What is of the same batch came before too, whatever order it came in."""
    rules, before = situation.ever, situation.before
    for value in delivery.values:
        kind = value.kind.name
        if kind in rules.looked_back_at:
            reading = Reading(kind, value.value, delivery.taken_at, value.said)
            before.add(reading)
            if kind in rules.with_baseline:
                before.add_first(reading)
    if delivery.answers and rules.answers_back is not None:
        answers = situation.answers(delivery.answers, delivery.taken_at)
        before.answers.append((delivery.taken_at, answers))


def _judged(
    deliveries: Sequence[Delivery], found: dict[UUID, Situation], unlearnt: Unlearnt
) -> list[Outcome]:
    """Each judged as if they had come one by one, in order of time.

    What is usual may become known within them: the third reading of a batch is not judged against
    it, and the fourth is.
    """
    outcomes = [Outcome(delivery, Taken.NEW) for delivery in deliveries]
    learning = Learning(deliveries, unlearnt)
    for one in sorted(outcomes, key=lambda outcome: outcome.delivery.taken_at):
        situation = found[one.delivery.patient]
        one.judgement = _judge(one.delivery, situation)
        if learning.anything:
            learning.add(one.delivery, situation)
    return outcomes


def _judge(delivery: Delivery, situation: Situation) -> Judgement:
    taken = delivery.taken_at
    readings = [Reading(v.kind.name, v.value, taken, v.said) for v in delivery.values]
    answers = situation.answers(delivery.answers, delivery.taken_at)
    return judge(readings, answers, situation.case(delivery.taken_at), delivery.taken_at)


def _keep(outcomes: list[Outcome], *, source: UUID, at: datetime) -> set[UUID]:
    """Insert what is new; what was here already is told apart as duplicate or conflict.

    Gives the patients who have an open place on the list, held open until we commit.
    """
    rows: list[Row] = []
    first: dict[UUID, tuple[object, ...]] = {}
    for one in outcomes:
        if one.taken is Taken.NEW:
            rows += _rows(one, first)
    wrote = keep_all(rows, _states(outcomes, decided=True), source=source, at=at)
    if len(wrote.kept) < len(rows):
        _tell_apart(outcomes, wrote.kept, source=source, at=at)
        keep_all([], _states(outcomes, decided=False), source=source, at=at)
    silent = [
        (one.delivery.patient, one.delivery.taken_at)
        for one in outcomes
        if one.taken is Taken.NEW and one.judgement and not one.judgement.tells
    ]
    hear(silent, at=at)
    return wrote.listed


def _rows(one: Outcome, first: dict[UUID, tuple[object, ...]]) -> list[Row]:
    """The rows of a delivery; none when its ids stand in this very batch already."""
    d = one.delivery
    whats = {
        v.id: (d.patient, d.taken_at, v.kind.code, v.value, v.flags & ANY_SAID) for v in d.values
    }
    again = [v for v in whats if v in first]
    if again:
        same = len(again) == len(whats) and all(first[v] == whats[v] for v in again)
        one.taken, one.judgement = (Taken.DUPLICATE if same else Taken.CONFLICT), None
        return []
    first.update(whats)
    judged: dict[str, Reason] = {}
    for reason in one.judgement.reasons if one.judgement else ():
        judged.setdefault(reason.subject, reason)  # the worst comes first
    rows: list[Row] = []
    for v in d.values:
        reason = judged[v.kind.name]
        v.flags |= _side(reason)
        zone = int(reason.zone)
        rows.append((v.id, d.patient, d.taken_at, float(v.value), v.kind.code, zone, v.flags))
    return rows


def _side(reason: Reason) -> int:
    """On which side of what was wished a judged value lies."""
    if reason.zone in (Zone.NOT_JUDGED, Zone.GREEN):
        return 0
    return int(Flag.HIGH if reason.high else Flag.LOW)


def _states(outcomes: Sequence[Outcome], *, decided: bool) -> list[StateRow]:
    """The states of what is new; when `decided`, each hangs on an observation being new.

    What no programme asks for says nothing of the patient's zone.
    """
    return newest_states(
        (
            one.delivery.patient,
            int(one.judgement.zone),
            one.delivery.taken_at,
            one.delivery.values[0].id if decided and one.delivery.values else None,
        )
        for one in outcomes
        if one.taken is Taken.NEW and one.judgement and one.judgement.tells
    )


def _keep_reports(outcomes: list[Outcome], *, source: UUID, at: datetime) -> None:
    deliveries = [one.delivery for one in outcomes]
    kept = measuring.keep_reports(deliveries, source=source, at=at)
    old = [one for one in outcomes if one.delivery.report_id not in kept]
    if not old:
        return
    there = measuring.reports_kept(o.delivery.report_id for o in old if o.delivery.report_id)
    for one in old:
        same = there.get(one.delivery.report_id) == one.delivery.digest()  # type: ignore[arg-type]
        one.taken, one.judgement = (Taken.DUPLICATE if same else Taken.CONFLICT), None


def _tell_apart(outcomes: list[Outcome], kept: set[UUID], *, source: UUID, at: datetime) -> None:
    """What was here already: the same is a duplicate, other content a conflict.

    A delivery with something new beside the same is new: what is kept is judged and listed. One
    that conflicts is kept out whole: what of it was new is struck at once.
    """
    old = [
        one
        for one in outcomes
        if one.taken is Taken.NEW and any(v.id not in kept for v in one.delivery.values)
    ]
    there = measuring.already_kept(v.id for one in old for v in one.delivery.values)
    for one in old:
        d = one.delivery
        new = [v for v in d.values if v.id in kept]
        found = measuring.compare(d, there)
        if found is Taken.DUPLICATE and new:
            continue
        one.taken, one.judgement = found, None
        if new:
            pairs: list[tuple[UUID, UUID | None]] = [(v.id, None) for v in new]
            measuring.mark_corrected(d.patient, pairs, source=source, at=at)


def _list(
    outcomes: list[Outcome], found: dict[UUID, Situation], listed: set[UUID], *, at: datetime
) -> None:
    """Judgements, the list and expectations, for what was new."""
    verdicts = [_verdict(one, found[one.delivery.patient], at) for one in outcomes if one.judgement]
    keep_judgements([v for v in verdicts if v.kept], at=at)
    worklist.lift(verdicts, found, listed, at=at)
    asking.ask([(v, found[v.patient].unit) for v in verdicts if v.asked], at=at)
    awaited = [one.delivery for one in outcomes if found[one.delivery.patient].awaited]
    expecting.meet([part for delivery in awaited for part in _came(delivery)])


def _came(delivery: Delivery) -> list[tuple[UUID, datetime, str]]:
    parts = [v.kind.name for v in delivery.values]
    parts += [expecting.QUESTIONS] if delivery.answers else []
    return [(delivery.patient, delivery.taken_at, part) for part in parts]


def _verdict(one: Outcome, situation: Situation, at: datetime) -> Verdict:
    assert one.judgement is not None
    d, judgement = one.delivery, one.judgement
    plain = judgement.zone is Zone.GREEN and not judgement.unjudged and not d.report_id
    asked = one.present and judgement.zone is Zone.RED
    return Verdict(
        id=None if plain else new_id(),
        patient=d.patient,
        taken_at=d.taken_at,
        judgement=judgement,
        report=d.report_id,
        comment=d.comment[: worklist.EXCERPT],
        asked=asking.wanted(d, judgement, situation, at=at) if asked else None,
    )
