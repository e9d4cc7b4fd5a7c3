"""Running programs as the server's OS user, and telling its processes from everybody else's."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from varde.base.postgres.place import Account, Place

PROC = Path("/proc")
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True)
class Outcome:
    code: int
    output: str


def environment() -> dict[str, str]:
    """English messages, no PG* variable of the caller and none of the caller's secrets."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def call(
    command: Sequence[str | Path],
    account: Account | None = None,
    *,
    folder: Path = Path("/"),
    data: Path | None = None,
    text: str = "",
    timeout: float = 60,
) -> Outcome:
    """Run a program to its end, as `account` when we are root; never on our terminal."""
    more = {"PGDATA": str(data)} if data else {}
    dropping = account is not None and account.is_another and account.uid is not None
    try:
        done = subprocess.run(  # noqa: S603 - our own programs with our own arguments, no shell
            [os.fspath(part) for part in command],
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**environment(), **more},
            cwd=folder,
            timeout=timeout,
            start_new_session=True,
            umask=0o077,
            check=False,
            user=account.uid if account and dropping else None,
            group=account.gid if account and dropping else None,
            extra_groups=[] if dropping else None,
        )
    except subprocess.TimeoutExpired:
        return Outcome(-1, f"{command[0]} did not finish in {timeout:.0f} s")
    except OSError as error:
        return Outcome(-1, str(error))
    return Outcome(done.returncode, done.stdout.decode(errors="replace"))


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One starter at a time, threads and processes alike; a killed holder lets go by itself."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        # said aloud, because a child forked meanwhile shares the lock and would keep it
        fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)


def postmaster(place: Place) -> int | None:
    """The pid of the living postmaster of this data folder; a stale pid file gives None."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    # when we may not look (None), it counts as ours: a living server must never be trampled
    return None if pid <= 0 or _is_ours(pid, place) is False else pid


def orphans(place: Place) -> list[int]:
    """Processes of this data folder that outlived their postmaster."""
    if not PROC.joinpath("self").exists():
        return []
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if _is_ours(pid, place)]


def clear_remains(place: Place, patience: float = 4) -> None:
    """After a crash: let orphans go (backends notice within seconds), then remove stale files.

    Only under the lock, and only when `postmaster()` is None.
    """
    for sent in (None, signal.SIGQUIT, signal.SIGKILL):
        left = orphans(place)
        for pid in left if sent else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sent or 0)
        if _are_gone(place, patience if left else 0):
            break
    for path in (place.data / "postmaster.pid", place.socket, place.socket_lock):
        path.unlink(missing_ok=True)


def _are_gone(place: Place, patience: float) -> bool:
    until = time.monotonic() + patience
    while orphans(place):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _is_ours(pid: int, place: Place) -> bool | None:
    if not PROC.joinpath("self").exists():
        return _is_named_postgres(pid)
    entry = PROC / str(pid)
    try:
        if entry.stat().st_uid != place.account.uid:
            return False
        if entry.joinpath("comm").read_text().strip() != "postgres":
            return False
        return entry.joinpath("cwd").readlink() == place.data
    except PermissionError:
        return _is_ours_asked_as_its_user(entry, place)
    except OSError:
        return False


def _is_ours_asked_as_its_user(entry: Path, place: Place) -> bool | None:
    """A container's root may not look into another user's process; that user itself may."""
    asked = call(["readlink", entry / "cwd"], place.account)
    if asked.code != 0:
        return None
    return asked.output.rstrip("\n") == str(place.data)


def _is_named_postgres(pid: int) -> bool:
    return call(["ps", "-o", "comm=", "-p", str(pid)]).output.strip().endswith("postgres")
