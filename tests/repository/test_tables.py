"""What PostgreSQL itself holds: forced row-level security, tenant-first keys, few rights."""

import pytest

from tests.repository.house import ask, tenant_models
from varde.base.models import Stamp
from varde.base.rows import ImmutableRow
from varde.people.directory import DIRECTORY

pytestmark = pytest.mark.usefixtures("migrated")

TENANT = "current_setting('varde.tenant'::text)"
TABLES = {model._meta.db_table: model for model in tenant_models()}

# Indexes that do not begin with the tenant, each with the reason.
FOR_THE_CLOCK = {
    "base_outgoing_due": "the clock claims what is to be sent in all cooperations at once",
    "measuring_expectation_due": "the clock claims what is overdue in all cooperations at once",
    "triage_item_asleep": "the clock wakes what was put off in all cooperations at once",
    "triage_ask_due": "the clock claims what nobody answered in all cooperations at once",
    "triage_control_due": "the clock claims whose time has gone in all cooperations at once",
    "triage_task_due": "the clock claims what is due in all cooperations at once",
}


def test_no_table_of_a_tenant_was_forgotten() -> None:
    with_tenant = ask(
        "select table_name from information_schema.columns"
        " where table_schema = 'public' and column_name = 'tenant_id'"
    )
    outside = {model._meta.db_table for model in DIRECTORY}
    assert {name for (name,) in with_tenant} - outside == set(TABLES)


def test_row_level_security_is_forced_on_every_table() -> None:
    rows = ask("select relname, relrowsecurity, relforcerowsecurity from pg_class")
    held = {name for name, on, forced in rows if on and forced}
    assert set(TABLES) - held == set()


def test_every_table_has_the_tenants_policy() -> None:
    rows = ask("select tablename, roles::text[], qual, with_check from pg_policies")
    held = {
        (table, role)
        for table, roles, using, check in rows
        for role in roles
        if TENANT in using and TENANT in check
    }
    wanted = {(table, role) for table in TABLES for role in ("varde_app", "varde_owner")}
    assert wanted - held == set()


def test_only_the_clock_sees_past_the_tenant() -> None:
    rows = ask("select tablename, roles::text[], qual from pg_policies")
    past = {(table, *roles) for table, roles, using in rows if TENANT not in using}
    assert {role for _table, *roles in past for role in roles} == {"varde_clock"}


# Tables that name patients and are open to the whole cooperation, each with the reason.
OPEN_TO_ALL = {
    "audit_act": "ids, verbs and digests only; an act of an administrator has no relation",
}


def test_what_names_a_patient_needs_a_relation_to_the_patient() -> None:
    """To the row's own patient: a bare column inside the policy would be the relation's."""
    rows = ask("select tablename, qual from pg_policies where 'varde_app' = any(roles)")
    named = {t for t, m in TABLES.items() if any(f.column == "patient_id" for f in m._meta.fields)}
    free = {
        table
        for table, using in rows
        if table in named
        and f"r.patient_id = {table}.patient_id" not in using
        and "people_reached(patient_id)" not in using
    }
    assert free == set(OPEN_TO_ALL)
    (person,) = (using for table, using in rows if table == "people_person")
    assert "r.patient_id = people_person.id" in person


def test_copies_of_clinical_rows_are_not_read_past_the_relation() -> None:
    """The history holds whole rows, the words of notes and messages too."""
    (using,) = ask("select qual from pg_policies where tablename = 'audit_history'")
    assert "people_relation" in using[0] or "audit_history" not in rights("varde_app", "SELECT")


def test_every_primary_key_begins_with_the_tenant() -> None:
    rows = ask(
        "select conrelid::regclass::text, pg_get_constraintdef(oid)"
        " from pg_constraint where contype = 'p'"
    )
    keys = {table: text for table, text in rows if table in TABLES}
    assert keys == dict.fromkeys(TABLES, "PRIMARY KEY (tenant_id, id)")


def test_every_index_begins_with_the_tenant() -> None:
    rows = ask(
        "select indrelid::regclass::text, indexrelid::regclass::text,"
        " pg_get_indexdef(indexrelid, 1, true) from pg_index"
    )
    first = {index: column for table, index, column in rows if table in TABLES}
    others = {index for index, column in first.items() if "tenant_id" not in column}
    assert others == set(FOR_THE_CLOCK)


def test_every_foreign_key_is_within_the_tenant() -> None:
    rows = ask(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
        " from pg_constraint where contype = 'f'"
    )
    keys = [(name, text) for table, name, text in rows if table in TABLES]
    loose = [name for name, text in keys if not text.startswith("FOREIGN KEY (tenant_id, ")]
    wanted = sum(len([f for f in m._meta.fields if f.is_relation]) for m in TABLES.values())
    assert (len(keys), loose) == (wanted, [])


def test_no_foreign_key_deletes_or_changes_rows() -> None:
    rows = ask("select conname, confdeltype::text, confupdtype::text from pg_constraint")
    assert [name for name, *acts in rows if set(acts) - {"a", " "}] == []


def rights(role: str, what: str) -> set[str]:
    """The tables on which `role` has this right, on all columns or on some."""
    rows = ask(
        "select relname from pg_class where relkind = 'r'"
        " and relnamespace = 'public'::regnamespace and (has_table_privilege(%s, oid, %s)"
        " or (%s <> 'DELETE' and has_any_column_privilege(%s, oid, nullif(%s, 'DELETE'))))",
        role, what, what, role, what,
    )  # fmt: skip
    return {name for (name,) in rows}


def test_the_application_may_delete_no_row_of_a_tenant() -> None:
    assert rights("varde_app", "DELETE") & set(TABLES) == set()


def test_the_application_may_not_change_what_never_changes() -> None:
    fixed = {table for table, model in TABLES.items() if issubclass(model, ImmutableRow)}
    assert rights("varde_app", "UPDATE") & fixed == set()


def test_the_clocks_own_role_reads_and_writes_only_what_it_must() -> None:
    reads = {"measuring_enrolment", "measuring_expectation", "triage_task", "triage_item",
             "triage_ask", "triage_control"}  # fmt: skip
    reads |= {"people_cooperation", "people_cover", "base_outgoing"}
    reads |= {"pathway_routinecontrol", "pathway_meeting"}  # of which department, and no more
    seals = {"audit_act", "audit_opening", "audit_seal"}
    assert rights("varde_clock", "SELECT") == reads | seals
    assert rights("varde_clock", "UPDATE") == {"audit_act", "audit_opening"}
    assert rights("varde_clock", "INSERT") == {"audit_seal"}


def test_the_roles_have_no_way_around() -> None:
    rows = ask("select rolname, rolsuper, rolbypassrls from pg_roles where rolname like 'varde_%%'")
    assert sorted(rows) == [
        ("varde_app", False, False),
        ("varde_clock", False, False),
        ("varde_owner", False, False),
    ]


def test_the_directory_is_no_tenants_table() -> None:
    names = {model._meta.db_table for model in (*DIRECTORY, Stamp)}
    assert names & set(TABLES) == set()
