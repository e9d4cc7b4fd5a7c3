"""The embedded server after a crash: kills, orphans, stale files, half-made folders."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from tests.base.postgres import IS_ROOT, REPOSITORY, ask, fake_pid, kill, pid_of, tell
from varde.base.postgres import Server
from varde.base.postgres import server as supervisor


def test_heals_after_kill(server: Server) -> None:
    server.start()
    tell(server, "CREATE TABLE kept AS SELECT 1 AS id")
    kill(server)
    server.start()
    assert server.is_running()
    assert ask(server, "SELECT count(*) FROM kept") == 1


def test_heals_while_an_orphan_computes(server: Server) -> None:
    """A backend deep in a query does not see that its postmaster died."""
    server.start()
    busy = "SELECT count(*) FROM generate_series(1, 1e12::bigint) AS n WHERE n < 0"

    def compute() -> None:
        with contextlib.suppress(psycopg.Error):
            ask(server, busy)

    thread = threading.Thread(target=compute)
    thread.start()
    time.sleep(0.5)
    kill(server)
    server.start()
    thread.join(10)
    assert not thread.is_alive()
    assert ask(server, "SELECT 1") == 1


def test_heals_a_pid_file_that_names_a_stranger(server: Server) -> None:
    server.start()
    kill(server)
    account = server.place.account
    stranger = subprocess.Popen(
        ["sleep", "60"],
        user=account.uid if IS_ROOT else None,
        group=account.gid if IS_ROOT else None,
    )
    try:
        fake_pid(server, stranger.pid)
        server.socket_dir.joinpath(".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")
        assert not server.is_running()
        server.stop()
        assert stranger.poll() is None
        server.start()
        assert ask(server, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_another_folders_server_is_a_stranger_too(make: Callable[..., Server]) -> None:
    ours, theirs = make("ours"), make("theirs")
    ours.start()
    theirs.start()
    kill(ours)
    fake_pid(ours, pid_of(theirs))
    ours.stop()
    assert theirs.is_running()
    ours.start()
    assert ours.is_running()
    assert theirs.is_running()


def test_a_removed_socket_is_healed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "SILENCE", 0.5)
    server.start()
    tell(server, "CREATE TABLE kept AS SELECT 1 AS id")
    (server.socket_dir / ".s.PGSQL.5432").unlink()
    assert not server.is_running()
    server.start()
    assert ask(server, "SELECT count(*) FROM kept") == 1


def test_a_half_made_data_folder_is_made_anew(server: Server) -> None:
    server.start()
    server.stop()
    server.data.rename(server.data.with_name("data.new"))
    (server.data.with_name("data.new") / "PG_VERSION").unlink()
    server.start()
    assert server.is_running()


def test_the_server_outlives_its_starter(server: Server) -> None:
    script = (
        "import os, sys, signal; from pathlib import Path; from varde.base.postgres import Server;"
        "Server(Path(sys.argv[1])).start(); os.killpg(0, signal.SIGKILL)"
    )
    command = [sys.executable, "-c", script, str(server.home)]
    done = subprocess.run(command, cwd=REPOSITORY, start_new_session=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert server.is_running()
