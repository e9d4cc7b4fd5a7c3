"""Cases: what held for each patient when a report was taken, read in one statement for many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from varde.base.arrays import array
from varde.base.rows import stored_json
from varde.base.tenancy import current, current_tenant
from varde.catalogue.queries import programme, rules
from varde.core.calendar import OpeningHours
from varde.core.judgement import Case
from varde.core.programme import NONE, Before, Programme, Rules, answer_to
from varde.core.quantities import BY_CODE, BY_NAME
from varde.core.reading import Answer, Reading
from varde.core.thresholds import Limits
from varde.core.usual import settled
from varde.measuring.hours import hours_of
from varde.measuring.incoming import said_of
from varde.measuring.queries import FIRST_TERM
from varde.measuring.standing import STANDS
from varde.triage.keeping import HOLD_KEY
from varde.triage.usual import Usual

# One row is asked for with `limit 1` and not by `exists`, which may be planned as a table of all
# that the unit reaches. The patients are held (`keeping.hold`) before what their window rules look
# back at is read: of two reports at once, the second sees the first.
_SITUATION = """
with who as materialized (
  select p.id, p.national_id, p.born from people_person p
  where p.tenant_id = %(tenant)s and {named}
    and (p.id = %(self)s or (
        select true from people_relation r where r.tenant_id = %(tenant)s and r.patient_id = p.id
          and r.organisation_id = %(unit)s and r.period @> %(at)s limit 1))
), held as materialized (
  select pg_advisory_xact_lock(k) from (
    select {hold_key} as k from who
    order by 1) one_by_one
)
select p.id,
  (select json_agg(json_build_array(e.programme, e.version, e.unit_id, o.hours, o.programme_hours,
                                    e.period @> %(at)s, lower(e.period), upper(e.period))
                   order by {first_term})
   from measuring_enrolment e
   join people_organisation o on o.tenant_id = e.tenant_id and o.id = e.unit_id
   where e.tenant_id = %(tenant)s and e.patient_id = p.id),
  (select json_agg(json_build_array(t.kind, t.alert_low, t.warning_low, t.warning_high,
                                    t.alert_high, t.ground, lower(t.period), upper(t.period)))
   from triage_threshold t
   where t.tenant_id = %(tenant)s and t.patient_id = p.id
     and t.period && tstzrange(%(first)s, null, '[)')),
  (select json_agg(json_build_array(h.kind, h.value, h.basis, h.since, h.until))
   from measuring_habitualvalue h
   where h.tenant_id = %(tenant)s and h.patient_id = p.id and h.basis <> 'withdrawn'),
  (select true from measuring_expectation x where x.tenant_id = %(tenant)s
     and x.patient_id = p.id and x.day between %(first)s::date - 3 and %(last)s::date + 1
     and x.state <> 'met' limit 1) is not null,
  (select json_agg(json_build_array(u.rule, lower(u.period), upper(u.period)))
   from triage_orderedrule u where u.tenant_id = %(tenant)s and u.patient_id = p.id
     and u.period && tstzrange(%(first)s, null, '[)')),
  p.national_id, p.born
from who p, (select count(*) from held) all_held
"""
_ID, _NUMBER = "p.id = any(%(ids)s::uuid[])", "p.national_id = any(%(numbers)s::varchar[])"
_PARTS = {"hold_key": HOLD_KEY, "first_term": FIRST_TERM}
_NAMED = {
    (True, False): _SITUATION.format(named=_ID, **_PARTS),
    (False, True): _SITUATION.format(named=_NUMBER, **_PARTS),
    (True, True): _SITUATION.format(named=f"({_ID} or {_NUMBER})", **_PARTS),
}


@dataclass(frozen=True, slots=True)
class Term:
    """A programme that the patient is in, or was, from when to when."""

    programme: Programme
    start: datetime
    end: datetime | None
    now: bool


@dataclass
class Situation:
    """One patient: programmes over time, unit, thresholds over time, habitual values, earlier
    readings.

    `unit` is the one that follows the patient, or did last: what comes after the end is seen too.
    """

    patient: UUID
    zone: ZoneInfo
    terms: list[Term] = field(default_factory=list)
    unit: UUID | None = None
    hours: OpeningHours | None = None
    thresholds: list[tuple[Any, ...]] = field(default_factory=list)
    usual: Usual = field(default_factory=Usual)
    before: Before = field(default_factory=Before)
    ordered: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    awaited: bool = False  # whether a report of these days is expected, or was missed
    number: str = ""
    born: date | None = None
    _cases: dict[tuple[Any, ...], Case] = field(default_factory=dict)  # made once each

    @cached_property
    def programmes(self) -> list[Programme]:
        """Those the patient is in now."""
        return [term.programme for term in self.terms if term.now]

    @cached_property
    def rules(self) -> Rules:
        """What is asked of everybody's readings now."""
        return rules(self.programmes)

    def ordered_at(self, taken_at: datetime) -> frozenset[str]:
        """The rules that a doctor has ordered for the patient, and that held then."""
        if not self.ordered:
            return NONE
        return frozenset(
            name
            for name, start, end in self.ordered
            if start <= taken_at and (end is None or taken_at < end)
        )

    def programmes_at(self, taken_at: datetime) -> list[Programme]:
        """The versions in force then (decisions 3.3); of a time before or between, those of now."""
        if all(term.now and term.start <= taken_at for term in self.terms):
            return self.programmes
        then = [term.programme for term in self.terms if _held(term, taken_at)]
        return then or self.programmes

    def case(self, taken_at: datetime) -> Case:
        """What held at `taken_at`: the limits in force then (decisions 3.3)."""
        held = tuple(
            row
            for row in self.thresholds
            if row[6] <= taken_at and (not row[7] or taken_at < row[7])
        )
        programmes, ordered = self.programmes_at(taken_at), self.ordered_at(taken_at)
        usual = self.usual.at(taken_at)
        if programmes is not self.programmes:
            return self._case(held, rules(programmes, ordered), usual)
        key = (held, ordered, self.usual.key(usual))
        if key not in self._cases:
            self._cases[key] = self._case(held, rules(programmes, ordered), usual)
        return self._cases[key]

    def as_it_was(self) -> None:
        """Judge by what was known when each report came."""
        self.usual.as_it_was()
        self._cases.clear()

    def _case(self, held: Iterable[tuple[Any, ...]], then: Rules, usual: dict[str, float]) -> Case:
        limits: dict[str, Limits] = {}
        individual: set[str] = set()
        for kind, low, warn_low, warn_high, high, ground, _start, _end in held:
            name = BY_CODE[kind].name
            limits[name] = Limits(low, warn_low, warn_high, high)
            if ground != "standard":
                individual.add(name)
        return then.case(
            limits,
            own=individual,
            habitual=usual,
            zone=self.zone,
            before=self.before,
        )

    def answers(self, given: dict[str, str], taken_at: datetime) -> list[Answer]:
        """The answers with the zones their questions gave them when they were given.

        One that no version of these programmes knows is not judged: a person looks at it.
        """
        if not given:
            return []
        every = [*self.programmes_at(taken_at), *(term.programme for term in self.terms)]
        return [answer_to(every, question, choice) for question, choice in given.items()]

    @cached_property
    def ever(self) -> Rules:
        """The rules of now and of then: what any of them may look back at."""
        every = frozenset(name for name, _start, _end in self.ordered)
        return rules([term.programme for term in self.terms], every)


def _held(term: Term, at: datetime) -> bool:
    return term.start <= at and (term.end is None or at < term.end)


def situations(
    named: Iterable[UUID | str],
    *,
    first: datetime,
    last: datetime,
    zone: str,
) -> dict[UUID, Situation]:
    """The situation of every patient, named by id or national number, that the unit reaches.

    They are held until we commit: a report of one of them that comes meanwhile waits.
    """
    frame = current()
    every = set(named)
    ids = {one for one in every if isinstance(one, UUID)}
    numbers = every - ids
    if not ids and not numbers:
        return {}
    asked: dict[str, Any] = {
        "tenant": frame.tenant,
        "unit": frame.unit,
        "self": frame.patient,
        "first": first,
        "last": last,
        "at": frame.at,
        **({"ids": array(ids)} if ids else {}),
        **({"numbers": array(numbers)} if numbers else {}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NAMED[bool(ids), bool(numbers)], asked)
        rows = cursor.fetchall()
    local = ZoneInfo(zone)
    found = {row[0]: _situation(*row, zone=zone, local=local) for row in rows}
    _add_earlier(found, first=first, last=last)
    return found


def _situation(
    patient: UUID,
    enrolments: list[list[Any]] | None,
    thresholds: list[list[Any]] | None,
    habitual: list[list[Any]] | None,
    awaited: bool,
    ordered: list[list[Any]] | None,
    number: str,
    born: date | None,
    *,
    zone: str,
    local: ZoneInfo,
) -> Situation:
    made = Situation(patient, local, awaited=awaited, number=number, born=born)
    every = enrolments or []
    made.terms = [
        Term(programme(key, version), _time(start), _time(end) if end else None, now)
        for key, version, _unit, _hours, _own, now, start, end in every
    ]
    for one in every[:1]:  # who answers for the patient, as `measuring.queries.following` says
        theirs = [row[0] for row in every if row[2] == one[2] and (row[5] or row is one)]
        made.unit, made.hours = UUID(one[2]), hours_of(one[3], one[4], theirs, zone)
    made.thresholds = [
        (*row[:6], _time(row[6]), _time(row[7]) if row[7] else None) for row in thresholds or ()
    ]
    made.ordered = [(name, _time(a), _time(b) if b else None) for name, a, b in ordered or ()]
    made.usual = Usual(habitual or ())
    return made


def _time(text: str) -> datetime:
    return msgspec.convert(text, datetime)


# A yellow or red reading in doubt is not compared with: the patient is asked to repeat
# it, a good repetition has not borne it out, or a person has closed it as an error.
_IN_DOUBT = """exists (select from triage_judgement d
    where d.tenant_id = o.tenant_id and d.patient_id = o.patient_id and d.taken_at = o.taken_at
      and ((o.zone = 3 and (select true from triage_control c where c.tenant_id = d.tenant_id
              and c.patient_id = d.patient_id and c.report_id = d.report_id
              and c.state in ('asked', 'good') limit 1))
        or (select true from triage_reason r where r.tenant_id = d.tenant_id
              and r.patient_id = d.patient_id and r.judgement_id = d.id and not r.open
              and r.outcome in ('measuring-error', 'equipment') limit 1)))"""
_COUNTS = f"{STANDS} and (o.zone < 2 or not {_IN_DOUBT})"
_EARLIER = f"""
select patient_id, kind, value, taken_at, flags from measuring_observation o
where tenant_id = %s and patient_id = any(%s::uuid[]) and kind = any(%s::int2[])
  and taken_at >= %s and taken_at <= %s
  and {_COUNTS}
"""
_ANSWERED = """
select patient_id, taken_at, answers from measuring_report
where tenant_id = %s and patient_id = any(%s::uuid[]) and answers <> '{}'
  and taken_at >= %s and taken_at <= %s
"""
_FIRST = f"""
select o.patient_id, o.kind, o.value, o.taken_at, o.flags
from unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) w(patient, began, settled)
join measuring_observation o on o.tenant_id = %s and o.patient_id = w.patient
  and o.kind = any(%s::int2[]) and o.taken_at >= w.began and o.taken_at < w.settled
where {_COUNTS}
"""


def _add_earlier(found: dict[UUID, Situation], *, first: datetime, last: datetime) -> None:
    """The readings and answers that rules look back at; nothing is read where none does.

    A late reading touches those after it: they are read too.
    """
    needing = {p: s for p, s in found.items() if s.ever.looked_back_at}
    if needing:
        reach = max(one.ever.back for one in needing.values())
        kinds = frozenset(kind for one in needing.values() for kind in one.ever.looked_back_at)
        for patient, reading in _readings(_EARLIER, array(needing), _codes(kinds), first - reach,
                                          last + reach):  # fmt: skip
            needing[patient].before.add(reading)
    _add_answered(found, first=first, last=last)
    _add_first({p: s for p, s in found.items() if s.ever.with_baseline and s.terms})


def _codes(kinds: Iterable[str]) -> Any:
    return array([BY_NAME[kind].code for kind in sorted(kinds)])


def _readings(statement: str, *asked: Any) -> Iterator[tuple[UUID, Reading]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [current_tenant(), *asked])
        for patient, code, value, taken_at, flags in cursor.fetchall():
            yield patient, Reading(BY_CODE[code].name, value, taken_at, said_of(flags))


def _add_answered(found: dict[UUID, Situation], *, first: datetime, last: datetime) -> None:
    asking = {p: back for p, s in found.items() if (back := s.ever.answers_back) is not None}
    if not asking:
        return
    reach = max(asking.values())
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, [current_tenant(), array(asking), first - reach, last + reach])
        for patient, taken_at, answers in cursor.fetchall():
            given, situation = stored_json(answers), found[patient]
            situation.before.answers.append((taken_at, situation.answers(given, taken_at)))


def _add_first(found: dict[UUID, Situation]) -> None:
    """What was measured in the first days of follow-up, for rules that hold against them."""
    if not found:
        return
    began = {patient: min(term.start for term in one.terms) for patient, one in found.items()}
    for patient, situation in found.items():
        situation.before.settled = settled(began[patient], situation.zone)
    kinds = frozenset(kind for one in found.values() for kind in one.ever.with_baseline)
    ends = [one.before.settled for one in found.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            _FIRST, [array(found), array(began.values()), array(ends), current_tenant(),
                     _codes(kinds)]
        )  # fmt: skip
        for patient, code, value, taken_at, flags in cursor.fetchall():
            reading = Reading(BY_CODE[code].name, value, taken_at, said_of(flags))
            found[patient].before.add_first(reading)
