"""What the tests of the embedded server share: asking it, killing it, acting as a stranger."""

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
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from varde.base.postgres import Server, binaries

IS_ROOT = os.geteuid() == 0
root_only = pytest.mark.skipif(not IS_ROOT, reason="needs root to act as another OS user")
REPOSITORY = Path(__file__).parents[2]
NOBODY = "nobody"


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
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def tell(server: Server, statement: str) -> None:
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(statement)


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
