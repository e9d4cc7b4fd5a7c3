"""Late readings: what came after them in time is judged again, and the worse verdict counts.

The old judgement stays; the new one says which it supersedes (decisions 3.3). No report gets a
milder zone by it, but one that could not be judged may turn out to be green.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from varde.base.arrays import array
from varde.base.rows import new_id, stored_json
from varde.base.tenancy import current_tenant
from varde.core.judgement import judge
from varde.core.quantities import BY_CODE
from varde.core.reading import FLOW, ON_OXYGEN, TOGETHER, Reading
from varde.core.repetition import TECHNIQUE
from varde.core.verdict import Judgement, Reason, conclude
from varde.core.zones import Zone
from varde.measuring.incoming import Delivery, said_of
from varde.measuring.standing import STANDS
from varde.triage import worklist
from varde.triage.cases import Situation
from varde.triage.keeping import STANDING, Verdict, keep_all, keep_judgements, newest_states

Moment = tuple[UUID, datetime]


def rejudge(deliveries: Sequence[Delivery], found: dict[UUID, Situation], *, at: datetime) -> None:
    """New judgements for the reports whose windows these deliveries touch, where they differ."""
    touched = _touched(deliveries, found)
    if touched:
        judge_again(touched, found, at=at)


def judge_again(
    moments: Sequence[Moment],
    found: dict[UUID, Situation],
    *,
    at: datetime,
    only_worse: bool = False,
) -> int:
    """The reports of these moments judged by all that is known; how many are told anew.

    `only_worse`: those alone that come out worse than what is kept of them.
    """
    before = _standing(moments)
    worse: list[Verdict] = []
    told: list[Verdict] = []
    for (patient, taken_at), (report, readings, answers) in _reports(moments).items():
        situation, old = found[patient], before.get((patient, taken_at), PLAIN)
        given = situation.answers(answers, taken_at)
        now = old.with_doubt(judge(readings, given, situation.case(taken_at), taken_at))
        if old.holds(now) or (only_worse and now.zone <= max(old.zone, Zone.GREEN)):
            continue
        verdict = _verdict(patient, taken_at, now, report)
        (worse if old.worsened(now) else told).append(verdict)
    if made := [*worse, *told]:
        keep_judgements(made, at=at)
        rows = newest_states((v.patient, int(v.judgement.zone), v.taken_at, None) for v in made)
        keep_all([], rows, source=None, at=at, heard=False)
        worklist.lift(worse, found, set(), at=at)
        _cite([one.id for one in told if one.id is not None])
    return len(made)


Told = frozenset[tuple[str, str, Zone, str]]


def _told(reasons: Iterable[Reason]) -> Told:
    return frozenset((one.subject, one.rule, one.zone, one.named) for one in reasons)


@dataclass(frozen=True, slots=True)
class Stood:
    """What a report was judged to be, and why; a plain green has kept no reasons."""

    zone: Zone
    told: Told
    doubted: tuple[Reason, ...] = ()  # reds that a good repetition has made yellow

    def with_doubt(self, now: Judgement) -> Judgement:
        """What a good repetition did not bear out is not red again for being reckoned again."""
        kept = {one.subject: one for one in self.doubted}
        if not kept:
            return now
        return conclude([
            kept[one.subject] if one.zone is Zone.RED and one.subject in kept else one
            for one in now.reasons
        ])  # fmt: skip

    def holds(self, now: Judgement) -> bool:
        """Whether there is nothing to add: it is no worse, and no other reasons are known."""
        if now.zone is not self.zone:
            return now.zone < self.zone
        return now.zone is Zone.GREEN or _told(now.reasons) == self.told

    def worsened(self, now: Judgement) -> bool:
        """Whether a person is to see it: a worse colour, or another reason for the same."""
        if now.zone <= Zone.GREEN:
            return False
        new = {one for one in _told(now.reasons) - self.told if one[2] is now.zone}
        return now.zone > self.zone or bool(new)


PLAIN = Stood(Zone.GREEN, frozenset())

_CITE = """
with made as (
    select j.tenant_id, j.id, j.supersedes_id from triage_judgement j
    where j.tenant_id = %s and j.id = any(%s::uuid[])
), asked as (
    update triage_control k set judgement_id = m.id from made m
    where k.tenant_id = m.tenant_id and k.judgement_id = m.supersedes_id
), cited as (
    update triage_reason r set judgement_id = m.id from made m
    where r.tenant_id = m.tenant_id and r.judgement_id = m.supersedes_id
    returning r.item_id
)
update triage_item i set version = i.version + 1 from (select distinct item_id from cited) c
where i.tenant_id = %s and i.id = c.item_id and i.open returning i.unit_id, i.id
"""


def _cite(judgements: Sequence[UUID]) -> None:
    """What stands on the list for the judgement before says what is known now; so does what was
    closed, and what was asked to be repeated."""
    if judgements:
        with connection.cursor() as cursor:
            tenant = current_tenant()
            cursor.execute(_CITE, [tenant, array(judgements), tenant])
            worklist.tell(cursor.fetchall())


def _verdict(patient: UUID, taken_at: datetime, now: Judgement, report: UUID | None) -> Verdict:
    return Verdict(new_id(), patient, taken_at, now, report=report, again=True)


def _touched(deliveries: Sequence[Delivery], found: dict[UUID, Situation]) -> list[Moment]:
    """The moments of later readings and answers from which some rule looks back at these."""
    own = {(d.patient, d.taken_at) for d in deliveries}
    touched = {(d.patient, at) for d in deliveries for at in _after(d, found[d.patient])}
    return sorted((touched - own) | {
        (d.patient, d.taken_at) for d in deliveries if _places(d, found[d.patient])
    })  # fmt: skip


def _places(delivery: Delivery, situation: Situation) -> bool:
    """Oxygen that is told after the saturation of the same moment."""
    if not situation.ever.contexts or not any(v.kind.name == FLOW for v in delivery.values):
        return False
    before = (situation.before.readings.get(kind, ()) for kind in ON_OXYGEN)
    return any(one.taken_at == delivery.taken_at for several in before for one in several)


def _after(delivery: Delivery, situation: Situation) -> Iterator[datetime]:
    """Rules of one kind touch that kind; rules of several parts all that is near in time."""
    rules, before, at = situation.ever, situation.before, delivery.taken_at
    seen = {value.kind.name for value in delivery.values} & rules.looked_back_at
    for kind in seen:
        for reading in before.readings.get(kind, ()):
            if at < reading.taken_at <= at + rules.back:
                yield reading.taken_at
    if not rules.whole and not rules.contexts:
        return
    for readings in before.readings.values():
        yield from (one.taken_at for one in readings if at < one.taken_at <= at + TOGETHER)
    span = rules.answers_back if delivery.answers and rules.answers_back else TOGETHER
    yield from (when for when, _given in before.answers if at < when <= at + span)


_STANDING = f"""
select j.patient_id, j.taken_at, j.zone, j.reasons from triage_judgement j
join unnest(%s::uuid[], %s::timestamptz[]) w(patient, taken)
  on j.patient_id = w.patient and j.taken_at = w.taken
where j.tenant_id = %s and {STANDING}
"""

_READINGS = f"""
select o.patient_id, o.taken_at, o.kind, o.value, o.flags from measuring_observation o
join unnest(%s::uuid[], %s::timestamptz[]) w(patient, taken)
  on o.patient_id = w.patient and o.taken_at = w.taken
where o.tenant_id = %s and {STANDS}
"""

_ANSWERS = """
select r.patient_id, r.taken_at, r.id, r.answers from measuring_report r
join unnest(%s::uuid[], %s::timestamptz[]) w(patient, taken)
  on r.patient_id = w.patient and r.taken_at = w.taken
where r.tenant_id = %s
"""


def _asked(moments: Sequence[Moment]) -> list[object]:
    return [[m[0] for m in moments], [m[1] for m in moments], current_tenant()]


def _standing(moments: Sequence[Moment]) -> dict[Moment, Stood]:
    """Of several posts at one moment all the reasons, and the worst zone."""
    found: dict[Moment, Stood] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, _asked(moments))  # type: ignore[arg-type]
        for patient, taken, zone, reasons in cursor.fetchall():
            told = [Reason.from_dict(one) for one in stored_json(reasons)]
            old = found.get((patient, taken), Stood(Zone(zone), frozenset()))
            found[patient, taken] = Stood(
                max(Zone(zone), old.zone),
                old.told | _told(told),
                (*old.doubted, *(one for one in told if one.rule == TECHNIQUE)),
            )
    return found


Whole = tuple[UUID | None, list[Reading], dict[str, str]]


def _reports(moments: Sequence[Moment]) -> dict[Moment, Whole]:
    """Everything that was reported at each moment: the report, its readings and answers."""
    whole: dict[Moment, Whole] = {moment: (None, [], {}) for moment in moments}
    with connection.cursor() as cursor:
        cursor.execute(_READINGS, _asked(moments))  # type: ignore[arg-type]
        for patient, taken, code, value, flags in cursor.fetchall():
            reading = Reading(BY_CODE[code].name, value, taken, said_of(flags))
            whole[patient, taken][1].append(reading)
        cursor.execute(_ANSWERS, _asked(moments))  # type: ignore[arg-type]
        for patient, taken, report, answers in cursor.fetchall():
            whole[patient, taken] = (report, whole[patient, taken][1], stored_json(answers))
    return whole
