"""Cases: what held for each patient when a report was taken, read in one statement for many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from varde.base.arrays import array
from varde.base.tenancy import current, current_tenant
from varde.catalogue.queries import programme, rules
from varde.core.calendar import OpeningHours
from varde.core.judgement import Answer, Case, ChangeRule, Reading, window_of
from varde.core.programme import Programme, Rules, answer_zone
from varde.core.quantities import BY_CODE, Kind
from varde.core.thresholds import Limits
from varde.measuring.habitual import FIRST_THREE
from varde.measuring.hours import hours_from
from varde.measuring.queries import FIRST_TERM
from varde.measuring.standing import STANDS
from varde.triage.keeping import HOLD_KEY

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
  (select json_agg(json_build_array(e.programme, e.version, e.unit_id, o.hours,
                                    e.period @> %(at)s, lower(e.period), upper(e.period))
                   order by {first_term})
   from measuring_enrolment e
   join people_organisation o on o.tenant_id = e.tenant_id and o.id = e.unit_id
   where e.tenant_id = %(tenant)s and e.patient_id = p.id),
  (select json_agg(json_build_array(t.kind, t.alert_low, t.warning_low, t.warning_high,
                                    t.alert_high, t.ground, lower(t.period), upper(t.period)))
   from triage_threshold t
   where t.tenant_id = %(tenant)s and t.patient_id = p.id and t.kind = any(%(kinds)s::int2[])
     and t.period && tstzrange(%(first)s, %(last)s, '[]')),
  (select json_object_agg(h.kind, json_build_array(h.value, h.basis))
   from measuring_habitualvalue h
   where h.tenant_id = %(tenant)s and h.patient_id = p.id and h.basis <> 'withdrawn'),
  (select true from measuring_expectation x where x.tenant_id = %(tenant)s
     and x.patient_id = p.id and x.day between %(first)s::date - 3 and %(last)s::date + 1
     and x.state <> 'met' limit 1) is not null,
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
    habitual: dict[str, float] = field(default_factory=dict)
    learnt: frozenset[str] = frozenset()  # the kinds whose habitual value is of the first readings
    earlier: dict[str, list[Reading]] = field(default_factory=dict)
    awaited: bool = False  # whether a report of these days is expected, or was missed
    number: str = ""
    born: date | None = None
    _cases: dict[tuple[tuple[Any, ...], ...], Case] = field(default_factory=dict)  # made once each

    @cached_property
    def programmes(self) -> list[Programme]:
        """Those the patient is in now."""
        return [term.programme for term in self.terms if term.now]

    @cached_property
    def rules(self) -> Rules:
        """What is asked of readings now."""
        return rules(self.programmes)

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
        programmes = self.programmes_at(taken_at)
        if programmes is not self.programmes:
            return self._case(held, rules(programmes))
        if held not in self._cases:
            self._cases[held] = self._case(held, self.rules)
        return self._cases[held]

    def _case(self, held: Iterable[tuple[Any, ...]], then: Rules) -> Case:
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
            habitual=self.habitual,
            earlier=self.earlier,
            zone=self.zone,
        )

    def answers(self, given: dict[str, str], taken_at: datetime) -> list[Answer]:
        """The answers with the zones their questions gave them when they were given.

        One that no version of these programmes knows is not judged: a person looks at it.
        """
        if not given:
            return []
        every = [*self.programmes_at(taken_at), *(term.programme for term in self.terms)]
        return [Answer(question, choice, answer_zone(every, question, choice))
                for question, choice in given.items()]  # fmt: skip

    @property
    def reach(self) -> timedelta:
        """How far back, and on, the window rules look."""
        return window_of(self.windows)

    @cached_property
    def windows(self) -> Mapping[str, ChangeRule]:
        """The kinds whose earlier readings are looked back at, by a rule of now or of then."""
        return rules([term.programme for term in self.terms]).changes


def _held(term: Term, at: datetime) -> bool:
    return term.start <= at and (term.end is None or at < term.end)


def situations(
    named: Iterable[UUID | str],
    kinds: Iterable[Kind],
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
        "kinds": array([kind.code for kind in kinds]),
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
    habitual: dict[str, tuple[float, str]] | None,
    awaited: bool,
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
        for key, version, _unit, _hours, now, start, end in every
    ]
    for one in every[:1]:  # who answers for the patient, as `measuring.queries.following` says
        made.unit, made.hours = UUID(one[2]), hours_from(one[3], zone)
    made.thresholds = [
        (*row[:6], _time(row[6]), _time(row[7]) if row[7] else None) for row in thresholds or ()
    ]
    usual = {BY_CODE[int(code)].name: known for code, known in (habitual or {}).items()}
    made.habitual = {kind: value for kind, (value, _basis) in usual.items()}
    made.learnt = frozenset(kind for kind, (_value, basis) in usual.items() if basis == FIRST_THREE)
    return made


def _time(text: str) -> datetime:
    return msgspec.convert(text, datetime)


_EARLIER = f"""
select patient_id, kind, value, taken_at from measuring_observation o
where tenant_id = %s and patient_id = any(%s::uuid[]) and kind = any(%s::int2[])
  and taken_at >= %s and taken_at <= %s
  and {STANDS}
"""


def _add_earlier(found: dict[UUID, Situation], *, first: datetime, last: datetime) -> None:
    """The readings that window rules compare with; nothing is read where no rule needs it."""
    needing = {p: s for p, s in found.items() if s.windows}
    if not needing:
        return
    kinds = [k.code for k in BY_CODE.values() if any(k.name in s.windows for s in needing.values())]
    reach = max(one.reach for one in needing.values())
    with connection.cursor() as cursor:
        start, end = first - reach, last + reach  # a late reading touches those after it
        cursor.execute(_EARLIER, [current_tenant(), array(needing), array(kinds), start, end])
        for patient, code, value, taken_at in cursor.fetchall():
            name = BY_CODE[code].name
            needing[patient].earlier.setdefault(name, []).append(Reading(name, value, taken_at))
