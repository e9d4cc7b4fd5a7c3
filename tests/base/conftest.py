"""Servers of the embedded PostgreSQL, each in its own folder; and cooperations full of rows."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.base.postgres import open_folder
from tests.base.walls import Full, full_cooperation
from tests.people import Cast, cast
from varde.base.postgres import PostgresError, Server, place


@pytest.fixture(scope="package")
def shared() -> Iterator[None]:
    """No test writes to the machine's real /var/lib/varde."""
    with open_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "SHARED", folder / "shared")
        yield


@pytest.fixture
def folder(shared: None) -> Iterator[Path]:
    """Like a clone in an ordinary place: pytest's own folders are 0700 and owned by root."""
    with open_folder() as path:
        yield path


@pytest.fixture
def make(folder: Path) -> Iterator[Callable[..., Server]]:
    made: list[Server] = []

    def one(name: str = ".varde", bindir: Path | None = None) -> Server:
        made.append(Server(folder / name, bindir))
        return made[-1]

    yield one
    for server in made:
        with contextlib.suppress(PostgresError):
            server.erase()


@pytest.fixture
def server(make: Callable[..., Server]) -> Server:
    return make()


@pytest.fixture(scope="module")
def full(migrated: None) -> Full:
    return full_cooperation()


@pytest.fixture(scope="module")
def strangers(migrated: None) -> Cast:
    """Another cooperation in the same database."""
    return cast()
