"""Sealing: unsealed acts and openings are taken into each cooperation's hash chain, in batches.

Each link is SHA-256 over the link before and the canonical text of its rows, in order of id. A
row that was changed, or taken away, breaks its link; `verify` finds which.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from varde.base.rows import new_id
from varde.people.queries import cooperations

LIMIT = 5000
ACT = (
    "id, at, actor_id, unit_id, role, verb, patient_id, object_kind, object_id,"
    " encode(digest, 'hex')"
)
OPENING = "id, at, person_id, unit_id, role, patient_id, what, ground"
TABLES = (("audit_act", ACT), ("audit_opening", OPENING))


def seal(*, at: datetime) -> int:
    """Seal what is unsealed; how many rows."""
    return sum(_seal(cooperation.id, at) for cooperation in cooperations())


def _seal(tenant: UUID, at: datetime) -> int:
    with transaction.atomic(using="clock"), connections["clock"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(tenant)])
        rows = {table: _unsealed(cursor, table, columns, tenant) for table, columns in TABLES}
        n = sum(len(found) for found in rows.values())
        if not n:
            return 0
        number, before = _last(cursor, tenant)
        digest = link(before, rows)
        for table, found in rows.items():
            cursor.execute(
                f"update {table} set seal = %s where tenant_id = %s and id = any(%s)",
                [number + 1, tenant, [row[0] for row in found]],
            )
        cursor.execute(
            "insert into audit_seal (tenant_id, id, number, at, rows, digest)"
            " values (%s, %s, %s, %s, %s, %s)",
            [tenant, new_id(), number + 1, at, n, digest],
        )
        return n


def _unsealed(cursor: Any, table: str, columns: str, tenant: UUID) -> list[tuple[Any, ...]]:
    cursor.execute(
        f"select {columns} from {table} where tenant_id = %s and seal is null order by id limit %s",
        [tenant, LIMIT],
    )
    return list(cursor.fetchall())


def _last(cursor: Any, tenant: UUID) -> tuple[int, bytes]:
    cursor.execute(
        "select number, digest from audit_seal where tenant_id = %s order by number desc limit 1",
        [tenant],
    )
    row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, b"")


def link(before: bytes, rows: dict[str, list[tuple[Any, ...]]]) -> bytes:
    """The digest of one link: the link before, then every row in canonical text."""
    digest = hashlib.sha256(before)
    for table in sorted(rows):
        for row in sorted(rows[table], key=lambda r: r[0].bytes):
            digest.update("\x1f".join(_text(value) for value in (table, *row)).encode())
            digest.update(b"\x1e")
    return digest.digest()


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def verify(tenant: UUID) -> int | None:
    """The number of the first link that does not hold, or None when the chain is whole."""
    with connections["clock"].cursor() as cursor:
        cursor.execute(
            "select number, digest from audit_seal where tenant_id = %s order by number", [tenant]
        )
        before, last = b"", 0
        for expected, (number, digest) in enumerate(list(cursor.fetchall()), start=1):
            rows = {table: _sealed(cursor, table, cols, tenant, number) for table, cols in TABLES}
            if number != expected or link(before, rows) != bytes(digest):
                return int(number)
            before, last = bytes(digest), expected
        for table, _columns in TABLES:  # rows whose link has been taken off
            cursor.execute(
                f"select min(seal) from {table} where tenant_id = %s and seal > %s", [tenant, last]
            )
            (lost,) = cursor.fetchone()
            if lost is not None:
                return int(lost)
    return None


def _sealed(
    cursor: Any, table: str, columns: str, tenant: UUID, number: int
) -> list[tuple[Any, ...]]:
    cursor.execute(
        f"select {columns} from {table} where tenant_id = %s and seal = %s order by id",
        [tenant, number],
    )
    return list(cursor.fetchall())
