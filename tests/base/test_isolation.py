"""Two walls around a record, each shown alone: row-level security, and the application's filter.

First the database is asked directly, as the application's own role and without any filter. Then
row-level security is taken away, and the application must keep others out by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from psycopg import errors, sql

from tests import database
from tests.people import NOW, Cast, cast
from varde.audit import actions as audit
from varde.base.rows import new_id
from varde.base.tenancy import Frame, NoTenant, acting, current, current_tenant
from varde.clock import seal, tasks
from varde.core.access import Role
from varde.dialogue import actions as dialogue
from varde.dialogue.models import Note
from varde.measuring import actions as measuring
from varde.measuring import drafts
from varde.measuring import queries as measured
from varde.measuring.hours import hours_from
from varde.people import actions as people
from varde.people import queries as reached
from varde.people.directory import DIRECTORY
from varde.people.models import Person, Relation
from varde.people.viewer import Viewer
from varde.triage import handling, queries
from varde.triage.handling import Closing, NotClosed, Seen
from varde.triage.models import Item
from varde.triage.tasks import raise_task

SET = (
    "select set_config('varde.tenant', %s, true), set_config('varde.unit', %s, true),"
    " set_config('varde.patient', %s, true), set_config('varde.actor', %s, true),"
    " set_config('varde.at', %s, true)"
)
TENANT_TABLES = """
select c.relname, array_agg(a.attname) from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
group by c.relname having 'tenant_id' = any(array_agg(a.attname)) order by 1
"""
APPEND_ONLY = (
    "audit_act",
    "audit_history",
    "audit_opening",
    "audit_seal",
    "catalogue_programmeversion",
    "measuring_correction",
    "measuring_observation",
    "measuring_report",
    "measuring_source",
    "triage_handling",
    "triage_judgement",
)
OUTSIDE = {"base_stamp", "django_migrations", "django_session", "django_content_type"}
SOLITARY = {"people_relation", "audit_act", "audit_history"}  # shown in tests of their own


@contextmanager
def as_role(role: str, frame: Frame | None = None) -> Iterator[psycopg.Connection[Any]]:
    """A transaction straight to the database; nothing of it is kept."""
    with psycopg.connect(database.server().dsn(role, database.NAME)) as connection:
        if frame is not None:
            ids = (frame.tenant, frame.unit, frame.patient, frame.actor)
            asked = [*(str(one) if one else "" for one in ids), frame.at.isoformat()]
            connection.execute(SET, asked)
        yield connection
        connection.rollback()


def tenant_tables() -> dict[str, list[str]]:
    """Every table with rows of a cooperation, and its columns, as the catalogue says."""
    directory = {model._meta.db_table for model in DIRECTORY}
    with as_role("postgres") as c:
        return {name: cols for name, cols in c.execute(TENANT_TABLES) if name not in directory}


def count(c: psycopg.Connection[Any], table: str, where: str = "true", *asked: object) -> int:
    """How many rows of the table are seen; none where the role may not read it at all."""
    asked_for = f"select count(*) from {table} where {where}"
    try:
        with c.transaction():
            row = c.execute(asked_for, asked).fetchone()  # type: ignore[arg-type]
    except errors.InsufficientPrivilege:
        return 0
    return int(row[0])  # type: ignore[index]


class Full(Cast):
    """A cooperation in which every table has a row about one patient."""

    patient_: Viewer
    other_patient: Viewer


@pytest.fixture(scope="module")
def full(migrated: None) -> Full:
    them = cast()
    patient, other = them.patient(), them.patient(given="Arvid", family="Skogheim")
    them.patient_, them.other_patient = patient, other  # type: ignore[attr-defined]
    them.report(patient, spo2=86, answers={"breathing": "worse"}, comment="Tung i pusten")
    them.report(other, spo2=95)
    _around(them, patient)
    tasks.expect(at=them.at)
    with them.acting() as by:
        service, hours = them.units["service"], hours_from({}, by.zone)
        due = them.at + timedelta(hours=3)
        raise_task(
            patient=patient.actor, unit=service, kind="call-again", due_at=due, by=by, at=them.at
        )
    with them.acting(them.nurse) as by:
        audit.opened([patient.actor], role=by.role, what="record", ground="x", at=them.at)
        dialogue.write_note(
            patient=patient.actor, text="Ring", unit=service, hours=hours, by=by, at=them.at
        )
        item = queries.open_item(patient.actor)
        assert item is not None
        closing = Closing(item.id, (), "worsening", ("phone-answered",), heard_at=them.at)
        handling.close(closing=closing, by=by, at=them.at)
    with acting(patient.frame(them.at)):
        drafts.open_draft(patient.actor, at=them.at)
        dialogue.send_message(
            patient=patient.actor, text="Hei", unit=service, hours=hours, by=patient, at=them.at
        )
    seal.seal(at=them.at)
    return them  # type: ignore[return-value]


def _around(them: Cast, patient: Viewer) -> None:
    common: dict[str, Any] = {"patient": patient.actor, "at": them.at}
    with them.acting() as by:
        people.name_responsible(
            doctor=them.gp.actor, organisation=them.units["practice"], by=by, **common
        )
        people.add_next_of_kin(name="Liv", relationship="datter", phone="90000000", by=by, **common)
        people.give_consent(kind="sharing", by=by, **common)
        measuring.know_habitual([(patient.actor, 1, 93.0)], basis="mapping", since=them.at)
    with as_role("postgres") as c:
        c.execute(
            "insert into measuring_correction (tenant_id, id, observation_id, patient_id, at,"
            " source_id) values (%s, %s, %s, %s, %s, %s)",
            [them.tenant, new_id(), uuid4(), patient.actor, them.at, them.source],
        )
        c.commit()


@pytest.fixture(scope="module")
def strangers(migrated: None) -> Cast:
    """Another cooperation in the same database."""
    return cast()


# The first wall alone: row-level security, no filter at all


def test_every_table_is_a_tenants_or_named_as_the_directorys(migrated: None) -> None:
    """A new table is either behind the walls or in the one file that lists those that are not."""
    with as_role("postgres") as c:
        every = {
            name
            for (name,) in c.execute(
                "select relname from pg_class where relkind in ('r', 'p', 'v', 'm', 'f')"
                " and relnamespace = 'public'::regnamespace"
            )
        }
    directory = {model._meta.db_table for model in DIRECTORY}
    assert every - set(tenant_tables()) - directory - OUTSIDE == set()


def test_every_tenant_table_forces_row_security_for_its_owner_too(migrated: None) -> None:
    with as_role("postgres") as c:
        open_ones = [
            name
            for name, on, forced in c.execute(
                "select relname, relrowsecurity, relforcerowsecurity from pg_class"
                " where relname = any(%s)",
                [list(tenant_tables())],
            )
            if not (on and forced)
        ]
    assert open_ones == []


def test_every_key_and_reference_of_a_tenant_table_begins_with_the_tenant(migrated: None) -> None:
    asked = """
        select t.relname, k.conname, k.contype, a.attname from pg_constraint k
        join pg_class t on t.oid = k.conrelid
        join pg_attribute a on a.attrelid = t.oid and a.attnum = k.conkey[1]
        where t.relname = any(%s) and k.contype in ('p', 'u', 'f')
    """
    with as_role("postgres") as c:
        found = list(c.execute(asked, [list(tenant_tables())]))
    assert [row for row in found if row[3] != "tenant_id"] == []
    assert {row[0] for row in found if row[2] == "p"} == set(tenant_tables())


def test_no_role_of_ours_is_above_row_security(migrated: None) -> None:
    with as_role("postgres") as c:
        roles = list(
            c.execute(
                "select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles"
                " where rolname like 'varde%'"
            )
        )
        members = list(
            c.execute(
                "select r.rolname, m.rolname from pg_auth_members a"
                " join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member"
                " where m.rolname like 'varde%'"
            )
        )
        owned = {
            name
            for (name,) in c.execute(
                "select distinct tableowner from pg_tables where schemaname = 'public'"
            )
        }
    assert {name for name, *_ in roles} == {"varde_owner", "varde_app", "varde_clock"}
    assert [row for row in roles if any(row[1:])] == []
    assert members == []
    assert owned == {"varde_owner"}


def test_nothing_in_the_database_runs_with_anothers_rights(migrated: None) -> None:
    """No SECURITY DEFINER function and no view: both would look past the policies."""
    with as_role("postgres") as c:
        functions = list(
            c.execute(
                "select proname from pg_proc where prosecdef"
                " and pronamespace = 'public'::regnamespace"
            )
        )
        views = list(c.execute("select viewname from pg_views where schemaname = 'public'"))
    assert (functions, views) == ([], [])


def test_the_full_cooperation_has_a_row_in_every_tenant_table(full: Full) -> None:
    """So that none of the following is true only because a table is empty."""
    with as_role("postgres") as c:
        empty = [t for t in tenant_tables() if not count(c, t, "tenant_id = %s", full.tenant)]
    assert empty == []


def test_without_a_tenant_every_table_raises(full: Full) -> None:
    """On a new connection, and on one where a transaction with a tenant has ended."""
    silent = []
    for table in tenant_tables():
        for used in (False, True):
            with as_role("varde_app") as c:
                if used:
                    c.execute(SET, [str(full.tenant), "", "", "", full.at.isoformat()])
                    count(c, table)
                    c.commit()
                try:
                    c.execute(f"select count(*) from {table}")  # type: ignore[arg-type]
                    silent.append((table, used))
                except (
                    errors.UndefinedObject,
                    errors.InvalidTextRepresentation,
                    errors.InsufficientPrivilege,
                ):
                    pass
    assert silent == []


def test_without_a_frame_the_application_raises_before_it_asks(full: Full) -> None:
    with pytest.raises(NoTenant):
        current_tenant()
    with pytest.raises(Exception, match=r"varde.tenant|invalid input syntax for type uuid"):
        list(Person.objects.all())


def test_another_cooperation_sees_no_row_of_any_table(full: Full, strangers: Cast) -> None:
    with as_role("varde_app", strangers.nurse.frame(NOW)) as c:
        seen = {t: count(c, t, "tenant_id = %s", full.tenant) for t in tenant_tables()}
        assert count(c, "people_organisation") == 5  # its own, so the question was a real one
    assert {t: n for t, n in seen.items() if n} == {}


def test_another_cooperation_that_borrows_our_unit_and_patient_sees_nothing(
    full: Full, strangers: Cast
) -> None:
    frame = Frame(
        strangers.tenant, NOW, unit=full.units["service"], patient=full.patient_.person
    )  # the ids are right, the tenant is not
    with as_role("varde_app", frame) as c:
        seen = {t: count(c, t, "tenant_id = %s", full.tenant) for t in tenant_tables()}
    assert {t: n for t, n in seen.items() if n} == {}


def about(full: Full) -> dict[str, tuple[str, object]]:
    """For each table that knows patients: which rows are about this one."""
    found: dict[str, tuple[str, object]] = {}
    for table, columns in tenant_tables().items():
        if "patient_id" in columns:
            found[table] = ("patient_id = %s", full.patient_.person)
    found["people_person"] = ("id = %s", full.patient_.person)
    found["audit_history"] = ("row::text like %s", f"%{full.patient_.person}%")
    return found


def seen_by(full: Full, frame: Frame, tables: set[str]) -> dict[str, int]:
    with as_role("varde_app", frame) as c:
        counted = {t: count(c, t, *about(full)[t]) for t in tables}
    return {table: n for table, n in counted.items() if n}


def clinical(full: Full) -> set[str]:
    return set(about(full)) - SOLITARY


def test_a_unit_with_a_relation_reaches_the_record(full: Full) -> None:
    """Given the patient's own practice, so that what others do not see is there to be seen."""
    assert set(seen_by(full, full.gp.frame(NOW), clinical(full))) == clinical(full)


def test_a_unit_without_a_relation_sees_no_row_about_the_patient(full: Full) -> None:
    assert seen_by(full, full.other_gp.frame(NOW), clinical(full)) == {}


def test_a_frame_without_a_unit_sees_no_row_about_the_patient(full: Full) -> None:
    assert seen_by(full, Frame(full.tenant, NOW), clinical(full)) == {}


def test_another_patient_sees_no_row_about_the_patient(full: Full) -> None:
    assert seen_by(full, full.other_patient.frame(NOW), clinical(full)) == {}


def test_before_and_after_its_period_a_relation_gives_nothing(full: Full) -> None:
    before = full.gp.frame(NOW - timedelta(days=61))
    assert seen_by(full, before, clinical(full)) == {}


def test_when_a_relation_has_ended_the_unit_sees_nothing_more(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    _end_relation(them, patient, "practice")
    with as_role("varde_app", them.gp.frame(NOW)) as c:
        assert count(c, "people_person", "id = %s", patient.person) == 0
        for table in ("measuring_observation", "triage_judgement", "triage_item", "triage_state"):
            assert count(c, table, "patient_id = %s", patient.person) == 0


def _end_relation(them: Cast, patient: Viewer, unit: str) -> None:
    ended = DateTimeTZRange(NOW - timedelta(days=60), NOW - timedelta(days=1))
    with them.acting():
        rows = Relation.objects.filter(patient_id=patient.person, organisation_id=them.units[unit])
        assert rows.update(period=ended) == 1


def test_the_history_of_a_record_is_no_more_open_than_the_record(full: Full) -> None:
    """History holds whole clinical rows: limits, messages, names, national ids."""
    assert seen_by(full, full.other_gp.frame(NOW), {"audit_history"}) == {}


def test_a_unit_without_a_relation_does_not_learn_what_was_done_about_whom(full: Full) -> None:
    assert seen_by(full, full.other_gp.frame(NOW), {"audit_act"}) == {}


@pytest.mark.xfail(
    strict=True, reason="every other policy reads people_relation, which is the tenant's: hazards"
)
def test_a_unit_without_a_relation_does_not_learn_that_someone_is_a_patient(full: Full) -> None:
    """That there is a relation is patient data too."""
    assert seen_by(full, full.other_gp.frame(NOW), {"people_relation"}) == {}


def test_no_row_can_be_written_for_another_cooperation(full: Full, strangers: Cast) -> None:
    """A copy of a row of our own, with the other's name on it: refused by every table."""
    taken = []
    for table in tenant_tables():
        with as_role("varde_app", full.nurse.frame(NOW)) as c:
            copied = sql.SQL(
                "insert into {t} select (jsonb_populate_record(t, jsonb_build_object("
                "'id', %s::text, 'tenant_id', %s::text))).* from {t} t limit 1"
            ).format(t=sql.Identifier(table))
            try:
                c.execute(copied, [str(new_id()), str(strangers.tenant)])
                taken.append(table)
            except errors.InsufficientPrivilege as error:
                assert "row-level security" in str(error) or "permission denied" in str(error)
    assert taken == []


def test_no_row_can_be_written_about_a_patient_without_a_relation(full: Full) -> None:
    taken = []
    for table in clinical(full) - {"people_person"}:
        with as_role("postgres") as c:
            row = c.execute(
                f"select to_jsonb(t) || jsonb_build_object('id', %s::text) from {table} t"
                " where patient_id = %s limit 1",
                [str(new_id()), full.patient_.person],
            ).fetchone()
        with as_role("varde_app", full.other_gp.frame(NOW)) as c:
            try:
                c.execute(
                    f"insert into {table} select (jsonb_populate_record(null::{table}, %s)).*",
                    [psycopg.types.json.Jsonb(row[0])],  # type: ignore[index]
                )
                taken.append(table)
            except errors.InsufficientPrivilege:
                pass
    assert taken == []


def test_no_row_can_be_moved_to_another_cooperation(full: Full, strangers: Cast) -> None:
    moved = []
    for table in tenant_tables():
        with as_role("varde_app", full.nurse.frame(NOW)) as c:
            try:
                c.execute(f"update {table} set tenant_id = %s", [strangers.tenant])
                moved.append(table)
            except errors.InsufficientPrivilege:
                pass
    assert moved == []


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_is_written_once_is_neither_changed_nor_deleted(full: Full, table: str) -> None:
    for statement in (
        f"update {table} set id = id",
        f"delete from {table}",
        f"truncate {table}",
    ):
        with (
            as_role("varde_app", full.nurse.frame(NOW)) as c,
            pytest.raises(errors.InsufficientPrivilege, match="permission denied"),
        ):
            c.execute(statement)
    with as_role("postgres") as c:
        asked = "select has_any_column_privilege('varde_app', %s, 'update')"
        assert c.execute(asked, [table]).fetchone() == (False,)


def test_nothing_of_a_tenant_is_deleted_by_the_application_or_the_clock(migrated: None) -> None:
    with as_role("postgres") as c:
        may = [
            (role, table, right)
            for role in ("varde_app", "varde_clock")
            for table in tenant_tables()
            for right in ("delete", "truncate", "trigger")
            if c.execute("select has_table_privilege(%s, %s, %s)", [role, table, right]).fetchone()
            == (True,)
        ]
    assert may == []


def test_the_clock_reads_when_and_who_but_never_what(full: Full) -> None:
    """It claims across cooperations, so it may not see content."""
    for statement in (
        "select value from measuring_observation",
        "select answers from measuring_report",
        "select parts from measuring_expectation",
        "select about from triage_task",
        "select about from triage_reason",
        "select note from triage_handling",
        "select row from audit_history",
        "select given from people_person",
        "select text from dialogue_message",
        "update triage_item set open = false",
        "update measuring_expectation set state = 'met'",
        "update audit_act set verb = 'x'",
    ):
        with as_role("varde_clock") as c, pytest.raises(errors.InsufficientPrivilege):
            c.execute(statement)  # type: ignore[arg-type]


def test_a_frame_within_a_frame_gives_the_outer_one_back(full: Full, strangers: Cast) -> None:
    """What the code thinks it acts for, and what the database thinks, are never two things."""
    with full.acting(full.nurse):
        with strangers.acting(strangers.nurse):
            assert Person.objects.filter(id=full.patient_.person).count() == 0
        assert current().tenant == full.tenant
        assert Person.objects.filter(id=full.patient_.person).count() == 1


# The second wall alone: the application's filter, row-level security taken away


@contextmanager
def no_row_security() -> Iterator[None]:
    """The application's own connection becomes the superuser's, whom no policy holds back."""
    connection = connections["default"]
    connection.close()
    kept = connection.settings_dict
    options = {name: value for name, value in kept["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = {**kept, "USER": "postgres", "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept


def test_row_security_is_truly_away_in_these_tests(full: Full, strangers: Cast) -> None:
    with no_row_security(), strangers.acting(strangers.nurse):
        assert Person.objects.filter(id=full.patient_.person).count() == 1
        assert Item.objects.filter(tenant_id=full.tenant).count() > 0
    with strangers.acting(strangers.nurse):
        assert Person.objects.filter(id=full.patient_.person).count() == 0


def _outsiders(full: Full, strangers: Cast) -> dict[str, Viewer]:
    return {
        "a nurse of another cooperation": strangers.nurse,
        "a GP of another practice": full.other_gp,
        "another cooperation with our unit's id": Viewer(
            strangers.tenant, Role.NURSE, strangers.nurse.person, full.units["service"]
        ),
    }


def test_the_filter_alone_hides_the_patient_from_those_without_a_relation(
    full: Full, strangers: Cast
) -> None:
    patient = full.patient_.actor
    with no_row_security():
        for who, viewer in _outsiders(full, strangers).items():
            with acting(viewer.frame(NOW)):
                assert not reached.visible_to(viewer, at=NOW).filter(id=patient).exists(), who
                assert not reached.reachable(viewer, at=NOW).filter(patient_id=patient).exists()
                assert patient not in [p.id for p in reached.patients_of(viewer, at=NOW, limit=99)]
                assert reached.search(viewer, "Tindheim", at=NOW) == [], who
                assert list(queries.open_items(viewer).filter(patient_id=patient)) == [], who
                assert queries.worklist(viewer) == [], who
                assert sum(queries.counts(viewer).values()) == 0, who
                with pytest.raises(reached.NotFound):
                    reached.patient_for(viewer, patient, at=NOW)


def test_the_filter_alone_shows_the_patient_to_those_with_a_relation(full: Full) -> None:
    patient = full.patient_.actor
    with no_row_security():
        for viewer in (full.nurse, full.gp, full.coordinator):
            with acting(viewer.frame(NOW)):
                assert reached.visible_to(viewer, at=NOW).filter(id=patient).exists()
                assert reached.patient_for(viewer, patient, at=NOW).id == patient


def test_the_filter_alone_gives_a_patient_only_the_own_record(full: Full) -> None:
    me, other = full.other_patient, full.patient_.actor
    with no_row_security(), acting(me.frame(NOW)):
        assert [p.id for p in reached.visible_to(me, at=NOW)] == [me.actor]
        assert reached.patient_for(me, me.actor, at=NOW).id == me.actor
        assert list(queries.open_items(me)) == []
        with pytest.raises(reached.NotFound):
            reached.patient_for(me, other, at=NOW)


def test_the_filter_alone_ends_with_the_relation(them: Cast) -> None:
    patient = them.patient(family="Avsluttet")
    _end_relation(them, patient, "practice")
    with no_row_security(), acting(them.gp.frame(NOW)):
        assert not reached.reachable(them.gp, at=NOW).exists()
        with pytest.raises(reached.NotFound):
            reached.patient_for(them.gp, patient.actor, at=NOW)
        assert reached.search(them.gp, "Avsluttet", at=NOW) == [], "found after it has ended"
        assert not reached.visible_to(them.gp, at=NOW).filter(id=patient.person).exists()


def _page(them: Cast, viewer: Viewer, address: str) -> tuple[int, str]:
    with them.clock(NOW):
        answer = them.browser(viewer).get(address)
    return answer.status_code, answer.content.decode()


def test_the_pages_alone_keep_outsiders_out(full: Full, strangers: Cast) -> None:
    patient = full.patient_.person
    asked = [
        (strangers.nurse, f"/nurse/patient/{patient}", 404),
        (strangers.nurse, "/nurse/", 200),
        (strangers.nurse, "/nurse/search?q=Tindheim", 200),
        (strangers.nurse, "/nurse/not-reported", 200),
        (full.other_gp, f"/doctor/patient/{patient}", 404),
        (full.other_gp, "/doctor/", 200),
        (strangers.coordinator, f"/coordinator/patient/{patient}", 404),
        (strangers.coordinator, "/coordinator/", 200),
    ]
    with no_row_security():
        for viewer, address, status in asked:
            got, text = _page(full, viewer, address)
            assert (address, got) == (address, status)
            assert "Ragna" not in text, address


def test_the_pages_alone_keep_a_patient_from_anothers_report(full: Full) -> None:
    with full.acting():
        start, end = NOW - timedelta(days=1), NOW + timedelta(days=1)
        (report,) = measured.reports(full.patient_.actor, start=start, end=end)
    with no_row_security():
        assert _page(full, full.patient_, f"/patient/result/{report.id}")[0] == 200
        assert _page(full, full.other_patient, f"/patient/result/{report.id}")[0] == 404


def test_the_leaders_figures_alone_count_only_the_own_units_patients(
    full: Full, strangers: Cast
) -> None:
    strangers_own = Viewer(
        strangers.tenant, Role.TEAM_LEADER, strangers.nurse.person, strangers.units["service"]
    )
    with no_row_security(), acting(strangers_own.frame(NOW)):
        assert sum(queries.zone_counts(strangers_own, at=NOW).values()) == 0


@pytest.mark.parametrize("act", ["take", "give back", "acknowledge", "close"])
def test_the_actions_alone_refuse_an_item_of_another_unit(them: Cast, act: str) -> None:
    """A nurse of a unit without a relation, who has got hold of an item's id."""
    patient = them.patient()
    them.report(patient, spo2=95)
    with them.acting(them.nurse):
        item = queries.open_item(patient.actor)
        assert item is not None
        (row,) = queries.rows_of([item])
    by = Viewer(them.tenant, Role.NURSE, them.other_gp.person, them.units["other-practice"])
    acts = {
        "take": lambda: handling.take(item=item.id, by=by, at=NOW),
        "give back": lambda: handling.give_back(item=item.id, by=by, at=NOW),
        "acknowledge": lambda: handling.acknowledge_greens(
            seen=[Seen(item.id, item.version, row.seen.heard_at)], by=by, at=NOW
        ),
        "close": lambda: handling.close(
            closing=Closing(item.id, (), "usual", heard_at=row.seen.heard_at), by=by, at=NOW
        ),
    }
    with no_row_security(), acting(by.frame(NOW)):
        with suppress(NotClosed, reached.NotFound):
            acts[act]()
        after = Item.objects.get(id=item.id)
    assert (after.open, after.taken_by_id, after.version) == (True, None, item.version)


def test_a_note_about_a_patient_out_of_reach_is_not_written(full: Full) -> None:
    with no_row_security(), full.clock(NOW):
        client: Client = full.browser(full.other_gp)
        address = f"/doctor/patient/{full.patient_.person}/note"
        assert client.post(address, {"text": "Ukjent lege"}).status_code == 404
        assert not Note.objects.filter(text="Ukjent lege").exists()


def test_what_differs_for_a_record_that_exists_is_nothing(full: Full, strangers: Cast) -> None:
    """With both walls down to one, still the same answer, to the letter."""
    unknown: UUID = uuid4()
    with no_row_security():
        for viewer, address in (
            (strangers.nurse, "/nurse/patient/{}"),
            (full.other_gp, "/doctor/patient/{}"),
        ):
            there = _page(full, viewer, address.format(full.patient_.person))
            missing = _page(full, viewer, address.format(unknown))
            assert there == missing
