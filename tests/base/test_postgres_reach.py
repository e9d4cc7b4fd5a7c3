"""Who can reach the embedded server: its own user, by paths of every odd kind."""

import os
import pwd
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.base.postgres import NOBODY, ask, kill, mode_of, root_only
from varde.base.postgres import Server, errors, place


def test_only_its_user_reaches_the_socket(server: Server) -> None:
    server.start()
    assert mode_of(server.socket_dir) == 0o700
    assert mode_of(server.data) == 0o700
    assert mode_of(server.log) == 0o600
    assert ask(server, "SHOW listen_addresses") == ""


@root_only
def test_another_user_cannot_connect(server: Server) -> None:
    server.start()
    psql = ["runuser", "-u", NOBODY, "--", server.binaries / "psql"]
    options = ["-X", "-c", "SELECT 1", server.dsn("postgres", "postgres")]
    done = subprocess.run([*psql, *options], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 2
    assert "Permission denied" in done.stderr


def test_an_open_socket_folder_is_refused(server: Server) -> None:
    server.start()
    server.socket_dir.chmod(0o777)
    assert not server.is_running()
    with pytest.raises(errors.NotPrivate):
        server.start()
    server.socket_dir.chmod(0o700)
    assert server.is_running()


@pytest.mark.parametrize(
    "name", ["with space/.varde", "blåbær på øya/.varde", 'it\'s "odd" $HOME 100%, `x`\\n/.varde']
)
def test_odd_paths(make: Callable[..., Server], name: str) -> None:
    server = make(name)
    server.ensure_database()
    assert ask(server, "SELECT 1", "varde_app", "varde") == 1
    kill(server)
    server.start()
    assert ask(server, "SELECT 1", "varde_app", "varde") == 1


def test_long_path(make: Callable[..., Server]) -> None:
    server = make("/".join(["a-rather-long-name"] * 6) + "/.varde")
    server.start()
    assert server.socket_dir.parent == Path("/tmp")
    assert mode_of(server.socket_dir) == 0o700
    assert ask(server, "SELECT 1") == 1
    server.erase()
    assert not server.socket_dir.exists()


def test_the_limit_of_a_socket_path(folder: Path) -> None:
    room = place.SOCKET_LIMIT - len("/.s.PGSQL.5432") - len("/postgres/socket") - len(str(folder))
    assert Server(folder / ("x" * (room - 1))).socket_dir.is_relative_to(folder)
    assert not Server(folder / ("x" * room)).socket_dir.is_relative_to(folder)
    assert not Server(folder / ("ø" * (room // 2 + 1))).socket_dir.is_relative_to(folder)


@root_only
def test_a_short_folder_that_somebody_else_made(make: Callable[..., Server]) -> None:
    server = make("/".join(["a-rather-long-name"] * 6) + "/.varde")
    trap = server.socket_dir
    trap.mkdir(mode=0o700)
    try:
        os.chown(trap, pwd.getpwnam(NOBODY).pw_uid, -1)
        with pytest.raises(errors.NotPrivate):
            server.start()
    finally:
        trap.rmdir()
