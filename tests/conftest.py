"""Tests run on a real PostgreSQL that they start themselves; each test makes its own cooperation.

Nothing is rolled back or emptied: cooperations do not see each other, which is itself a law.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from tests import database

database.point_environment()

import django  # noqa: E402

os.environ["DJANGO_SETTINGS_MODULE"] = "varde.config.settings"
django.setup()

from tests.hospital import Hospital, hospital  # noqa: E402
from tests.people import Cast, cast  # noqa: E402


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        database.stop()


@pytest.fixture(scope="session")
def migrated() -> Iterator[None]:
    """This worker's own database, brought up to date."""
    database.create()
    yield
    from django.db import connections

    connections.close_all()


@pytest.fixture
def them(migrated: None) -> Cast:
    """A cooperation of its own, with a service, two nurses, a GP and a coordinator."""
    return cast()


@pytest.fixture
def there(them: Cast) -> Hospital:
    """A hospital beside it: two departments, an outreach team and home care."""
    return hospital(them)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine: a test that reaches further fails."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test reached for {address[0]}")
        real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)
