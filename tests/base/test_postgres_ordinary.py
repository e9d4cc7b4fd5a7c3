"""The embedded server on an ordinary day: starts, answers, stops, and finds itself again."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.base.postgres import REPOSITORY, ask, pid_of, tell
from varde.base.postgres import Server, settings


def test_nothing_is_made_before_start(server: Server) -> None:
    assert not server.is_running()
    assert server.data.is_relative_to(server.home)
    server.stop()
    assert not server.home.exists()


def test_starts_answers_and_stops(server: Server) -> None:
    server.start()
    assert server.is_running()
    assert ask(server, "SELECT 40 + 2") == 42
    assert str(ask(server, "SHOW server_version")).startswith(f"{server.version}.")
    server.start()
    server.stop()
    assert not server.is_running()
    server.stop()


def test_settings(server: Server) -> None:
    server.start()
    for name, value in settings.FIXED.items():
        assert ask(server, f"SELECT current_setting('{name}')") == value, name
    assert ask(server, "SHOW data_checksums") == "on"
    assert ask(server, "SELECT pg_encoding_to_char(encoding) FROM pg_database LIMIT 1") == "UTF8"
    if server.version >= 17:
        provider = "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1"
        assert ask(server, provider) == "bC.UTF-8"


def test_a_second_one_on_the_same_folder_finds_it(make: Callable[..., Server]) -> None:
    first, second = make(), make()
    first.start()
    assert second.is_running()
    before = pid_of(first)
    second.start()
    assert pid_of(second) == before
    second.stop()
    assert not first.is_running()


def test_ten_threads_make_one_server(server: Server) -> None:
    with ThreadPoolExecutor(10) as pool:
        for future in [pool.submit(Server(server.home).ensure_database) for _ in range(10)]:
            future.result()
    assert ask(server, "SELECT 1", "varde_app", "varde") == 1


def test_ten_processes_make_one_server(server: Server) -> None:
    script = (
        "import sys; from pathlib import Path; from varde.base.postgres import Server;"
        "s = Server(Path(sys.argv[1])); s.start();"
        "print((s.data / 'postmaster.pid').read_text().split()[0])"
    )
    command = [sys.executable, "-c", script, str(server.home)]
    running = [
        subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        for _ in range(10)
    ]
    said = {one.communicate(timeout=60)[0] for one in running}
    assert [one.returncode for one in running] == [0] * 10
    assert said == {f"{pid_of(server)}\n"}


def test_roles_and_database(server: Server) -> None:
    server.ensure_database()
    tell(server, "ALTER ROLE varde_app BYPASSRLS SUPERUSER")
    server.ensure_database()
    for role in ("varde_owner", "varde_app", "varde_clock"):
        powers = (
            f"rolcanlogin AND NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname='{role}'"
        )
        assert ask(server, f"SELECT {powers}") is True, role
        assert ask(server, "SELECT session_user", role, "varde") == role
    makers = "SELECT string_agg(rolname, ',') FROM pg_roles WHERE rolcreatedb AND NOT rolsuper"
    assert ask(server, makers) == "varde_owner"
    owner = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = 'varde'"
    assert ask(server, owner) == "varde_owner"


def test_the_log_holds_no_values(server: Server) -> None:
    server.start()
    for statement in ("SELECT '01017012345x'::int", "DO $$ BEGIN RAISE '01017012345'; END $$"):
        with pytest.raises(psycopg.Error):
            tell(server, statement)
    assert server.log.exists()
    assert "0101701" not in server.log.read_text()


def test_the_callers_pg_variables_do_not_matter(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PGPORT": "1",
        "PGDATA": "/x",
        "PGSSLMODE": "no",
        "PGOPTIONS": "-x",
    }.items():
        monkeypatch.setenv(name, value)
    server.ensure_database()
    assert server.is_running()


def test_erase_leaves_nothing(server: Server) -> None:
    server.start()
    server.erase()
    assert not server.is_running()
    assert [path.name for path in server.home.iterdir()] == ["postgres.lock"]
