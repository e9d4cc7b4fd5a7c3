"""The past: two years of 213 patients restated, and ten thousand reports that did not come."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.crowd import crowd
from benchmarks.figures import Figure
from benchmarks.machine import House
from varde.base import clock
from varde.base.tenancy import acting
from varde.clock import tasks
from varde.core.access import Role
from varde.people.queries import cooperations
from varde.people.viewer import Viewer
from varde.triage.restating import restate

PATIENTS, DAYS = 213, 730
EXPECTED, OVERDUE = 1_000_000, 10_000
REPORTS = (
    """
insert into measuring_observation (tenant_id, id, patient_id, source_id, taken_at, received_at,
                                   value, kind, zone, flags)
select p.tenant_id, gen_random_uuid(), p.id, p.id, %(at)s::timestamptz - d * interval '1 day',
       %(at)s, 80 + d %% 9, k, case when (n + d) %% 30 = 0 then 3 else 1 end, 0
from (select tenant_id, id, row_number() over (order by id) n from people_person
      where tenant_id = %(tenant)s and national_id like '1%%') p,
     generate_series(1, %(days)s) d, generate_series(1, 4) k
""",
    """
insert into triage_judgement (tenant_id, id, patient_id, taken_at, at, zone, reasons)
select p.tenant_id, gen_random_uuid(), p.id, %(at)s::timestamptz - d * interval '1 day', %(at)s,
       case when (n + d) %% 30 = 0 then 3 when (n + d) %% 10 = 0 then 2 else 1 end,
       '[{"subject": "spo2", "rule": "below", "zone": 3, "value": 86.0, "bound": 88.0}]'
from (select tenant_id, id, row_number() over (order by id) n from people_person
      where tenant_id = %(tenant)s and national_id like '1%%') p,
     generate_series(1, %(days)s) d
""",
    """
insert into triage_reason (tenant_id, id, item_id, patient_id, kind, zone, at, judgement_id, about,
                           open, closed_at, outcome)
select j.tenant_id, gen_random_uuid(), i.id, j.patient_id, 'report', j.zone, j.taken_at, j.id,
       '{}', false, j.taken_at, 'worsening'
from triage_judgement j join triage_item i on i.tenant_id = j.tenant_id
  and i.patient_id = j.patient_id
where j.tenant_id = %(tenant)s and j.zone >= 2 and j.taken_at < %(at)s
""",
    "vacuum analyze",
)
EXPECTATIONS = """
insert into measuring_expectation (tenant_id, id, patient_id, unit_id, day, opens_at, deadline,
                                   parts, came, state)
select p.tenant_id, gen_random_uuid(), p.id, e.unit_id, %(at)s::date - d,
       %(at)s::timestamptz - d * interval '1 day', %(at)s::timestamptz - d * interval '1 day',
       '{spo2,questions}', case when d <= %(open)s then '{}' else '{spo2,questions}' end::varchar[],
       case when d <= %(open)s then 'open' else 'met' end
from people_person p join measuring_enrolment e on e.tenant_id = p.tenant_id and e.patient_id = p.id
cross join generate_series(1, %(days)s) d
where p.tenant_id = %(tenant)s
"""


def past(house: House) -> list[Figure]:
    at = clock.now()
    return [_restated(house, at), _overdue(house, at)]


def _tenant(key: str) -> tuple[UUID, str]:
    one = next(one for one in cooperations() if one.key == key)
    return one.id, one.zone


def _restated(house: House, at: datetime) -> Figure:
    """Seconds to hold every stored state against the facts; one was tampered with, and is found."""
    crowd(house.server, key="past", patients=PATIENTS, items=PATIENTS, at=at)
    tenant, zone = _tenant("past")
    asked: dict[str, Any] = {"tenant": tenant, "at": at, "days": DAYS}
    with psycopg.connect(house.server.dsn("postgres", "varde"), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        for part in REPORTS:
            connection.execute(part, asked if "%(" in part else None)
        changed = connection.execute(
            "update triage_state set zone = 1 where tenant_id = %s and patient_id = ("
            " select patient_id from triage_state where tenant_id = %s order by 1 limit 1)",
            [tenant, tenant],
        ).rowcount
    assert changed == 1
    unit = _unit(house, tenant)
    by = Viewer(tenant, Role.SYSTEM, unit=unit, name="Varde", zone=zone)
    started = time.perf_counter()
    with acting(by.frame(at)):
        found = restate(zone=zone, at=at)
    took = time.perf_counter() - started
    if found.looked != PATIENTS or found.differed < 1:
        raise RuntimeError(f"The state that was tampered with was not found: {found}")
    return Figure("restate: 213 patients, two years", took, "s", 60)


def _overdue(house: House, at: datetime) -> Figure:
    """Seconds to claim and raise what did not come, of a million that were expected."""
    patients = 1_000
    crowd(house.server, key="missed", patients=patients, items=0, at=at)
    tenant, _zone = _tenant("missed")
    asked = {"tenant": tenant, "at": at, "days": EXPECTED // patients, "open": OVERDUE // patients}
    with psycopg.connect(house.server.dsn("postgres", "varde"), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(EXPECTATIONS, asked)
        connection.execute("analyze measuring_expectation")
    started = time.perf_counter()
    claimed = tasks.overdue(at=at)
    took = time.perf_counter() - started
    with psycopg.connect(house.server.dsn("postgres", "varde")) as connection:
        left = connection.execute(
            "select count(*) filter (where state = 'open'),"
            " count(*) filter (where state = 'missed')"
            " from measuring_expectation where tenant_id = %s",
            [tenant],
        ).fetchone()
    if left != (0, OVERDUE):
        raise RuntimeError(f"Not all that did not come was claimed: {left}, {claimed} here")
    return Figure("overdue: 10 000 of 1 000 000 claimed and raised", took, "s", 5)


def _unit(house: House, tenant: UUID) -> UUID:
    with psycopg.connect(house.server.dsn("postgres", "varde")) as connection:
        row = connection.execute(
            "select id from people_organisation where tenant_id = %s", [tenant]
        ).fetchone()
    assert row is not None
    return UUID(str(row[0]))
