"""A clock that is set for several processes is one clock, whenever each of them starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from varde.base import clock

WANTED = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def offset(monkeypatch: pytest.MonkeyPatch, said: str) -> timedelta:
    monkeypatch.setenv("VARDE_CLOCK", said)
    return clock._from_environment()


def test_by_itself_it_is_that_time_when_the_process_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = datetime.now(UTC) + offset(monkeypatch, WANTED.isoformat())
    assert abs(found - WANTED) < 30 * SECOND


def test_processes_started_one_after_another_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    said = clock.anchored(WANTED.isoformat())
    assert clock.anchored(said) == said
    assert offset(monkeypatch, said) == offset(monkeypatch, said)
    began = datetime.now(UTC) - timedelta(minutes=10)
    later = offset(monkeypatch, f"{WANTED.isoformat()},{began.isoformat()}")
    assert datetime.now(UTC) + later >= WANTED + timedelta(minutes=10)


def test_nothing_said_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    assert offset(monkeypatch, "") == timedelta(0)
