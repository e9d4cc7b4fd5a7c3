"""Late readings: what came after them in time is judged again, and the worse verdict counts.

The old judgement stays; the new one says which it supersedes (decisions 3.3). Nothing is lowered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from varde.base.rows import new_id, stored_json
from varde.base.tenancy import current_tenant
from varde.core.judgement import judge
from varde.core.quantities import BY_CODE
from varde.core.reading import FLOW, ON_OXYGEN, TOGETHER, Reading
from varde.core.verdict import Judgement
from varde.core.zones import Zone
from varde.measuring.incoming import Delivery, said_of
from varde.measuring.standing import STANDS
from varde.triage import worklist
from varde.triage.cases import Situation
from varde.triage.keeping import STANDING, Verdict, keep_all, keep_judgements, newest_states

Moment = tuple[UUID, datetime]


def rejudge(deliveries: Sequence[Delivery], found: dict[UUID, Situation], *, at: datetime) -> None:
    """New judgements for the reports whose windows these deliveries touch, where they are worse."""
    touched = _touched(deliveries, found)
    if not touched:
        return
    before, worse = _standing(touched), []
    for (patient, taken_at), (report, readings, answers) in _reports(touched).items():
        situation = found[patient]
        given = situation.answers(answers, taken_at)
        now = judge(readings, given, situation.case(taken_at), taken_at)
        if now.zone > before.get((patient, taken_at), Zone.NOT_JUDGED) and now.zone > Zone.GREEN:
            worse.append(_verdict(patient, taken_at, now, report))
    if worse:
        keep_judgements(worse, at=at)
        rows = newest_states((v.patient, int(v.judgement.zone), v.taken_at, None) for v in worse)
        keep_all([], rows, source=None, at=at)
        worklist.lift(worse, found, set(), at=at)


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
select j.patient_id, j.taken_at, max(j.zone) from triage_judgement j
join unnest(%s::uuid[], %s::timestamptz[]) w(patient, taken)
  on j.patient_id = w.patient and j.taken_at = w.taken
where j.tenant_id = %s and {STANDING} group by 1, 2
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


def _standing(moments: Sequence[Moment]) -> dict[Moment, Zone]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, _asked(moments))  # type: ignore[arg-type]
        return {(patient, taken): Zone(zone) for patient, taken, zone in cursor.fetchall()}


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
