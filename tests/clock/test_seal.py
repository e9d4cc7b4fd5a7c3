"""The seal: what was written in the audit stays as it was, or it is found that it did not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests import database
from tests.people import NOW, Cast, cast
from tests.triage.test_concurrent import GREEN, together
from varde.audit import actions as audit
from varde.clock.seal import seal, verify


def as_superuser(statement: str, *asked: Any) -> list[Any]:
    with psycopg.connect(database.server().dsn("postgres", database.NAME)) as connection:
        done = connection.execute(statement, asked)  # type: ignore[arg-type]
        assert done.rowcount > 0
        return done.fetchall() if done.description else []


def acted(them: Cast, n: int = 2) -> None:
    patient = them.patient()
    for minutes in range(n):
        them.report(patient, at=them.at + timedelta(minutes=minutes), **GREEN)
    with them.acting(them.nurse) as by:
        audit.opened([patient.actor], role=by.role, what="record", ground="x", at=them.at)


def sealed(them: Cast, links: int = 3) -> None:
    for n in range(links):
        acted(them)
        assert seal(at=NOW + timedelta(minutes=n)) > 0
    assert verify(them.tenant) is None


def links(them: Cast) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = as_superuser(
        "select number, rows from audit_seal where tenant_id = %s order by number", them.tenant
    )
    return found


def test_everything_is_sealed_once_and_the_chain_holds(them: Cast) -> None:
    sealed(them)
    (waiting,) = as_superuser(
        "select count(*) from audit_act where tenant_id = %s and seal is null", them.tenant
    )
    (acts,) = as_superuser("select count(*) from audit_act where tenant_id = %s", them.tenant)
    (seen,) = as_superuser("select count(*) from audit_opening where tenant_id = %s", them.tenant)
    assert waiting == (0,)
    assert [number for number, _ in links(them)] == [1, 2, 3]
    assert sum(rows for _, rows in links(them)) == acts[0] + seen[0]


def test_with_nothing_new_there_is_no_new_link(them: Cast) -> None:
    sealed(them, links=1)
    seal(at=NOW)
    assert len(links(them)) == 1


def test_two_clocks_at_once_make_one_chain(them: Cast) -> None:
    acted(them, n=5)
    got = together(*(lambda: seal(at=NOW) for _ in range(3)))
    assert not [one for one in got if isinstance(one, Exception)]
    assert [number for number, _ in links(them)] == [1]
    assert verify(them.tenant) is None


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("audit_act", "verb = 'nothing'"),
        ("audit_act", "actor_id = gen_random_uuid()"),
        ("audit_act", "at = at + interval '1 microsecond'"),
        ("audit_act", "patient_id = null"),
        ("audit_act", "digest = null"),
        ("audit_opening", "person_id = gen_random_uuid()"),
        ("audit_opening", "what = 'list'"),
        ("audit_opening", "ground = ''"),
    ],
)
def test_a_sealed_row_that_was_changed_is_found(them: Cast, table: str, change: str) -> None:
    sealed(them)
    as_superuser(
        f"update {table} set {change} where ctid = (select ctid from {table}"
        " where tenant_id = %s and seal = 2 and patient_id is not null"
        f" {'and digest is not null' if table == 'audit_act' else ''} limit 1)",
        them.tenant,
    )
    assert verify(them.tenant) == 2


@pytest.mark.parametrize("table", ["audit_act", "audit_opening"])
def test_a_sealed_row_that_was_deleted_is_found(them: Cast, table: str) -> None:
    sealed(them)
    as_superuser(
        f"delete from {table} where ctid ="
        f" (select ctid from {table} where tenant_id = %s and seal = 2 limit 1)",
        them.tenant,
    )
    assert verify(them.tenant) == 2


def test_a_row_that_was_put_in_afterwards_is_found(them: Cast) -> None:
    sealed(them)
    as_superuser(
        "insert into audit_opening (tenant_id, id, at, role, patient_id, what, ground, seal)"
        " select tenant_id, gen_random_uuid(), at, role, patient_id, what, ground, seal"
        " from audit_opening where tenant_id = %s and seal = 2 limit 1",
        them.tenant,
    )
    assert verify(them.tenant) == 2


@pytest.mark.parametrize("number", [1, 2])
def test_a_link_that_was_taken_out_is_found(them: Cast, number: int) -> None:
    sealed(them)
    as_superuser("delete from audit_seal where tenant_id = %s and number = %s", them.tenant, number)
    assert verify(them.tenant) is not None


def test_the_newest_link_that_was_taken_off_is_found(them: Cast) -> None:
    """Its rows still say that they are sealed, so something is gone."""
    sealed(them)
    as_superuser("delete from audit_seal where tenant_id = %s and number = 3", them.tenant)
    assert verify(them.tenant) is not None


def test_rows_that_were_freed_from_their_seal_are_found(them: Cast) -> None:
    """To seal them anew, changed, is no way around."""
    sealed(them)
    as_superuser("update audit_act set seal = null where tenant_id = %s and seal = 2", them.tenant)
    seal(at=NOW + timedelta(hours=1))
    assert verify(them.tenant) == 2


def test_each_cooperation_has_a_chain_of_its_own(them: Cast) -> None:
    other = cast()
    acted(other)
    sealed(them)
    as_superuser("update audit_act set verb = 'x' where tenant_id = %s and seal = 1", them.tenant)
    assert (verify(them.tenant), verify(other.tenant)) == (1, None)
