"""The first wall around a record, alone: row-level security, without any filter.

The database is asked directly, as the application's own role.
"""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from psycopg import errors, sql

from tests.base.walls import (
    SET,
    Full,
    as_role,
    count,
    end_relation,
    full_cooperation,
    tenant_tables,
)
from tests.people import NOW, Cast
from varde.base.rows import new_id
from varde.base.tenancy import Frame, NoTenant, current, current_tenant
from varde.people.directory import DIRECTORY
from varde.people.models import Person, Relation

APPEND_ONLY = (
    "audit_act",
    "audit_history",
    "audit_opening",
    "audit_seal",
    "catalogue_plantemplate",
    "catalogue_programmeversion",
    "dialogue_letter",
    "measuring_answerread",
    "measuring_correction",
    "measuring_observation",
    "measuring_report",
    "measuring_source",
    "pathway_controlfact",
    "pathway_goalconversation",
    "pathway_routinecontrol",
    "pathway_visit",
    "plan_agreement",
    "plan_input",
    "plan_training",
    "triage_handling",
    "triage_judgement",
)
OUTSIDE = {"base_stamp", "django_migrations", "django_session", "django_content_type"}
SOLITARY = {"audit_act", "audit_history"}  # shown in tests of their own


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
    """No view, and one function, which answers yes or no: both would look past the policies."""
    with as_role("postgres") as c:
        functions = list(
            c.execute(
                "select proname from pg_proc where prosecdef"
                " and pronamespace = 'public'::regnamespace"
            )
        )
        views = list(c.execute("select viewname from pg_views where schemaname = 'public'"))
    assert (functions, views) == ([("people_reached",)], [])


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


def test_a_unit_with_another_patient_sees_no_row_about_this_one(them: Cast) -> None:
    """Being somebody's is not being everybody's: a relation opens one record."""
    mine = full_cooperation()
    theirs = mine.other_patient
    with mine.acting():
        period = DateTimeTZRange(NOW - timedelta(days=60), None)
        Relation.objects.create(
            patient_id=theirs.person, organisation_id=mine.other_gp.unit, ground="gp", period=period
        )
    frame = mine.other_gp.frame(NOW)
    with as_role("varde_app", frame) as c:
        assert count(c, "measuring_observation", "patient_id = %s", theirs.person) == 1
        seen_tables = {t: count(c, t) for t in clinical(mine)}
    assert seen_by(mine, frame, clinical(mine)) == {}
    assert seen_tables["measuring_observation"] == 1


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
    end_relation(them, patient, "practice")
    with as_role("varde_app", them.gp.frame(NOW)) as c:
        assert count(c, "people_person", "id = %s", patient.person) == 0
        for table in ("measuring_observation", "triage_judgement", "triage_item", "triage_state"):
            assert count(c, table, "patient_id = %s", patient.person) == 0


def test_the_history_of_a_record_is_no_more_open_than_the_record(full: Full) -> None:
    """History holds whole clinical rows: limits, messages, names, national ids."""
    assert seen_by(full, full.other_gp.frame(NOW), {"audit_history"}) == {}


def test_a_unit_without_a_relation_does_not_learn_what_was_done_about_whom(full: Full) -> None:
    assert seen_by(full, full.other_gp.frame(NOW), {"audit_act"}) == {}


def test_a_unit_without_a_relation_does_not_learn_that_someone_is_a_patient(full: Full) -> None:
    """That there is a relation is patient data too."""
    assert seen_by(full, full.other_gp.frame(NOW), {"people_relation"}) == {}


def test_a_unit_with_a_relation_sees_who_else_has_one(full: Full) -> None:
    """Whoever treats the patient sees the home municipality; the patient sees them all."""
    with as_role("varde_app", full.gp.frame(NOW)) as c:
        assert count(c, "people_relation", "organisation_id <> %s", full.gp.unit) > 0
    assert seen_by(full, full.patient_.frame(NOW), {"people_relation"}) != {}
    ended = full.gp.frame(NOW - timedelta(days=61))
    with as_role("varde_app", ended) as c:
        assert count(c, "people_relation", "organisation_id <> %s", full.gp.unit) == 0


def test_whether_a_patient_is_reached_is_answered_for_the_acting_unit_only(full: Full) -> None:
    asked = "select people_reached(%s)"
    for frame, reached in ((full.gp.frame(NOW), True), (full.other_gp.frame(NOW), False)):
        with as_role("varde_app", frame) as c:
            assert c.execute(asked, [full.patient_.person]).fetchone() == (reached,)
    with as_role("varde_clock") as c, pytest.raises(errors.InsufficientPrivilege):
        c.execute(asked, [full.patient_.person])


def test_a_frame_within_a_frame_gives_the_outer_one_back(full: Full, strangers: Cast) -> None:
    """What the code thinks it acts for, and what the database thinks, are never two things."""
    with full.acting(full.nurse):
        with strangers.acting(strangers.nurse):
            assert Person.objects.filter(id=full.patient_.person).count() == 0
        assert current().tenant == full.tenant
        assert Person.objects.filter(id=full.patient_.person).count() == 1


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
    for verb in ("update {} set id = id", "delete from {}", "truncate {}"):
        statement = verb.format(table)
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
        "select patient_id from measuring_enrolment",
        "select programme from measuring_enrolment",
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
