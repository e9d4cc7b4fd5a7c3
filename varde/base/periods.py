"""Periods: from when to when something holds, `[from, to)`, and how one that holds is ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

LEAST = timedelta(microseconds=1)  # what PostgreSQL tells apart


def until(period: DateTimeTZRange, at: datetime) -> DateTimeTZRange:
    """The period, ended at `at` and after it began: one without length has no end, and would be
    taken for one that holds."""
    return DateTimeTZRange(period.lower, max(at, period.lower + LEAST))
