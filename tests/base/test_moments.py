"""Times from the database: read quickly, and the same as the driver reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.people import Cast

TIMES = ["2026-11-22 21:10:07.123456+00", "2026-11-22 21:10:07+00", "2026-03-29 01:30:00+02",
         "0001-01-02 00:00:00+00", "9999-12-30 23:59:59.999999+00", "1900-01-01 00:00:00+00:19:32",
         "2026-11-22 21:10:07.1+05:30"]  # fmt: skip


@pytest.mark.parametrize("text", TIMES)
def test_every_time_comes_back_as_it_was_and_in_utc(them: Cast, text: str) -> None:
    with them.acting(), connection.cursor() as cursor:
        cursor.execute("select %s::timestamptz, extract(epoch from %s::timestamptz)", [text, text])
        found, epoch = cursor.fetchone()
    assert found.tzinfo is UTC
    assert (found - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() == pytest.approx(float(epoch))


def test_nothing_is_nothing_and_what_python_has_no_time_for_is_said(them: Cast) -> None:
    with them.acting(), connection.cursor() as cursor:
        cursor.execute("select null::timestamptz, array['2026-11-22 21:10+00'::timestamptz]")
        assert cursor.fetchone() == (None, [datetime(2026, 11, 22, 21, 10, tzinfo=UTC)])
        cursor.execute("select 'infinity'::timestamptz")
        with pytest.raises(Exception, match=r"infinity|timestamp"):
            cursor.fetchone()
