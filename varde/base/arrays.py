"""Arrays: lists of plain values as PostgreSQL writes arrays, for statements that take many rows.

The driver's own way asks every element for its type; for the doors that is a large part of the
cost of a report. The text is a bound value like any other; the statement names the type.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

PLAIN = (int, float)


def array(values: Iterable[object]) -> str:
    """`{…}` of ids, numbers, times, truths, texts, bytes and None; bound as `%s::type[]`."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def columns(rows: Sequence[Sequence[object]], n: int) -> list[str]:
    """The `n` columns of the rows, each as an array."""
    return [array([row[column] for row in rows]) for column in range(n)]


def _element(value: object) -> str:
    if isinstance(value, UUID):
        return value.hex  # half the work of the form with hyphens
    if isinstance(value, PLAIN):  # True is an int, and "True" is a truth to PostgreSQL
        return str(value)
    if value is None:
        return "NULL"
    if isinstance(value, datetime | date):
        return f'"{value.isoformat()}"'
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    raise TypeError(f"An array cannot hold a {type(value).__name__}")
