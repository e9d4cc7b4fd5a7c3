"""A crowd: one cooperation of any size, written straight into the tables, and its nurse.

The rows are those that the actions would have written; only the way there is shorter.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import psycopg

from varde.base.postgres import Server
from varde.base.tenancy import Frame, acting
from varde.catalogue import actions as catalogue
from varde.catalogue.actions import shipped
from varde.core.access import Ground, Role
from varde.core.identifiers import make_orgnr
from varde.people import actions as people
from varde.people.viewer import Viewer

PASSWORD = "tolv-lange-tegn"  # noqa: S105  of a database that lives for a minute
PARTS = (
    """
insert into people_person (tenant_id, id, national_id, given, family, search_name, search_given,
                           born, phone, language)
select %(tenant)s, md5(%(key)s || n)::uuid, lpad((n + %(start)s)::text, 11, '9'), 'Kari',
       'Nr' || n, 'nr' || n || ' kari', 'kari nr' || n, date '1940-01-01' + n %% 9000,
       lpad(n::text, 8, '4'), 'nb'
from generate_series(1, %(patients)s) n
""",
    """
insert into people_relation (tenant_id, id, patient_id, organisation_id, ground, period)
select %(tenant)s, md5(%(key)s || 'r' || n)::uuid, md5(%(key)s || n)::uuid, %(unit)s, %(ground)s,
       tstzrange(%(began)s, null)
from generate_series(1, %(patients)s) n
""",
    """
insert into pathway_look (tenant_id, id, patient_id, unit_id, "on")
select %(tenant)s, md5(%(key)s || 'l' || n)::uuid, md5(%(key)s || n)::uuid, %(unit)s,
       %(at)s::date + 1  -- reckoned already: it is the list that is measured
from generate_series(1, %(patients)s) n
""",
    """
insert into measuring_enrolment (tenant_id, id, patient_id, programme, version, unit_id,
                                 service_model, weekday, period)
select %(tenant)s, md5(%(key)s || 'e' || n)::uuid, md5(%(key)s || n)::uuid, 'copd', %(version)s,
       %(unit)s, 1, 0, tstzrange(%(began)s, null)
from generate_series(1, %(patients)s) n
""",
    """
insert into triage_judgement (tenant_id, id, patient_id, taken_at, at, zone, reasons)
select %(tenant)s, md5(%(key)s || 'j' || n)::uuid, md5(%(key)s || n)::uuid, %(at)s, %(at)s, 3,
       '[{"subject": "spo2", "rule": "below", "zone": 3, "value": 86.0, "bound": 88.0}]'
from generate_series(1, %(items)s) n where n %% 5 < 4
""",
    """
insert into triage_item (tenant_id, id, patient_id, unit_id, rank, since, due_at, opened_at,
                         version, open)
select %(tenant)s, md5(%(key)s || 'i' || n)::uuid, md5(%(key)s || n)::uuid, %(unit)s,
       (array[0, 2, 2, 3, 4])[n %% 5 + 1], %(at)s::timestamptz - n * interval '1 second', %(at)s,
       %(at)s, 1, true
from generate_series(1, %(items)s) n
""",
    """
insert into triage_reason (tenant_id, id, item_id, patient_id, kind, zone, at, judgement_id, about,
                           open, outcome)
select %(tenant)s, md5(%(key)s || 'w' || n)::uuid, md5(%(key)s || 'i' || n)::uuid,
       md5(%(key)s || n)::uuid, 'report', 3, %(at)s, md5(%(key)s || 'j' || n)::uuid, '{}', true, ''
from generate_series(1, %(items)s) n where n %% 5 < 4  -- a green has none: its place says it all
""",
    """
insert into triage_state (tenant_id, id, patient_id, zone, since, taken_at, heard_at)
select %(tenant)s, md5(%(key)s || 's' || n)::uuid, md5(%(key)s || n)::uuid, 3, %(at)s, %(at)s,
       %(at)s
from generate_series(1, %(items)s) n
""",
    """
insert into measuring_observation (tenant_id, id, patient_id, source_id, taken_at, received_at,
                                   value, kind, zone, flags)
select %(tenant)s, md5(%(key)s || 'o' || n || '-' || d)::uuid, md5(%(key)s || n)::uuid,
       %(source)s, %(at)s::timestamptz - d * interval '1 day', %(at)s, 86 + d %% 9, 1, 3, 0
from generate_series(1, %(items)s) n, generate_series(0, 11) d
""",
)


def crowd(server: Server, *, key: str, patients: int, items: int, at: datetime) -> str:
    """A cooperation whose one unit follows them all; the name its nurse signs in with."""
    from varde.measuring.actions import source

    founded = people.found_cooperation(key=key, name=key)
    tenant = founded.id
    system = Viewer(tenant, Role.SYSTEM)
    with acting(Frame(tenant, at)):
        hours = {str(day): ["00:00", "23:59"] for day in range(7)}
        unit = people.add_organisation(
            name="Oppfølgingstjenesten", kind="service", orgnr=make_orgnr(len(key)), phone="",
            hours=hours, by=system, at=at,
        ).id  # fmt: skip
        nurse = people.add_staff(
            national_id=f"{len(key):011}", given="Ida", family="Vakt", role=Role.NURSE,
            organisation=unit, by=system, at=at,
        )  # fmt: skip
        people.add_identity(issuer="varde:local", subject=key, person=nurse.id)
        people.set_password(username=key, password=PASSWORD)
        for content in catalogue.shipped().values():
            catalogue.publish(content=content, by=system, at=at)
        kept = source("app", "Varde").id
    _write(server, key, tenant, unit, kept, patients, items, at)
    return key


def _write(
    server: Server, key: str, tenant: UUID, unit: UUID, source: UUID, patients: int, items: int,
    at: datetime,
) -> None:  # fmt: skip
    asked = {
        "version": shipped()["copd"]["version"],
        "tenant": tenant, "unit": unit, "key": key, "patients": patients, "items": items, "at": at,
        "began": at.replace(year=at.year - 1), "source": source,
        "ground": Ground.FOLLOW_UP_SERVICE.value, "start": 10**10,
    }  # fmt: skip
    with psycopg.connect(server.dsn("postgres", "varde"), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")  # no key checks, no history
        for part in PARTS:
            connection.execute(part, asked)
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")
