"""The supervisor: start, heal, stop, and the roles and database that Varde expects."""

import errno
import os
import shutil
import time
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from varde.base.postgres import binaries, place, settings
from varde.base.postgres.binaries import Binaries
from varde.base.postgres.errors import (
    CommandFailed,
    DiskFull,
    NotADatabase,
    OtherVersion,
    PostgresError,
    StartFailed,
    Unusable,
)
from varde.base.postgres.place import Place
from varde.base.postgres.process import Outcome, call, clear_remains, locked, postmaster

ROOM = 300 * 1024 * 1024
RECOVERY = 600  # seconds a server may need to replay what a crash left
SILENCE = 10  # seconds a living server may stay silent before it is restarted
PAUSES = (0.25, 0.5, 1, 1, 2, 3)
PASSING = ("pre-existing shared memory block", "lock file", "Address already in use")
FULL = ("No space left on device", "Disk quota exceeded")
NOT_THE_DISK = ("shared memory", "semaphore")
ANSWERS, REJECTS = 0, 1


class Server:
    """One embedded PostgreSQL for one state folder; any number of these may look at it."""

    def __init__(self, home: Path, bindir: Path | None = None) -> None:
        self.home = Path(home)
        self._bindir = bindir

    @cached_property
    def binaries(self) -> Binaries:
        return binaries.find(self._bindir)

    @property
    def version(self) -> int:
        return self.binaries.version

    @property
    def place(self) -> Place:
        return place.find(self.home)

    @property
    def data(self) -> Path:
        return self.place.data

    @property
    def socket_dir(self) -> Path:
        return self.place.socket_dir

    @property
    def log(self) -> Path:
        return self.place.log

    def dsn(self, role: str, database: str = "varde") -> str:
        where = quote(os.fsencode(self.socket_dir), safe="")
        names = (quote(role, safe=""), quote(database, safe=""))
        return f"postgresql://{names[0]}@/{names[1]}?host={where}&port={place.PORT}"

    def is_running(self) -> bool:
        return self._state(self.place) == ANSWERS

    def lives(self) -> bool:
        """Whether its process does; asked often, so nothing is started to find out."""
        return postmaster(self.place) is not None

    def start(self) -> None:
        """Idempotent; heals what a crash left; several processes may call it at once."""
        if self.is_running():
            return
        place.ensure_account()
        here = self.place
        try:
            place.make_open(here.home)
            with locked(here.lock):
                if self._state(here) != ANSWERS:
                    self._start(here)
        except OSError as error:
            raise _explained(error, here) from error

    def stop(self) -> None:
        """Fast shutdown; waits until it is down; fine when nothing runs."""
        here = self.place
        if not here.lock.exists():
            return
        try:
            with locked(here.lock):  # which also waits for a start under way
                self._halt(here)
        except OSError as error:
            raise _explained(error, here) from error

    def erase(self) -> None:
        """Stop the server and remove its data for good, wherever it lives."""
        here = self.place
        self.stop()
        for folder in (here.socket_dir, here.folder):
            if place.is_private(folder, here.account):
                shutil.rmtree(folder)
        shutil.rmtree(here.shared, ignore_errors=True)
        here.note.unlink(missing_ok=True)

    def ensure_database(self) -> None:
        """The roles and the database exist, and the roles have no more rights than they should."""
        self.start()
        with locked(self.place.lock):
            said = self._psql(settings.DATABASE)
        if said.code != 0:
            raise self._failed("preparing roles and database", said)

    def _psql(self, script: str) -> Outcome:
        options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.dsn("postgres", "postgres")]
        return call([self.binaries / "psql", *options], text=script)

    def _state(self, here: Place) -> int:
        """The answer of pg_isready; a socket in a folder that others can open counts as silent."""
        if not place.is_private(here.socket_dir, here.account) or not here.socket.exists():
            return -1
        options = ["-q", "-h", str(here.socket_dir), "-p", str(place.PORT), "-t", "3"]
        options += ["-U", "postgres", "-d", "postgres"]
        return call([self.binaries / "pg_isready", *options]).code

    def _start(self, here: Place) -> None:
        place.prepare(here)
        programs = binaries.runnable(self.binaries, here.account, here.shared)
        if not here.data.exists() or not any(here.data.iterdir()):
            self._create(here, programs)
        self._check_version(here)
        settings.write(here)
        self._launch(here, programs)

    def _check_version(self, here: Place) -> None:
        marker = here.data / "PG_VERSION"
        if not marker.is_file():
            raise NotADatabase(here.data)
        found = marker.read_text().strip()
        if found != str(self.version):
            raise OtherVersion(here.data, found, self.version)

    def _create(self, here: Place, programs: Binaries) -> None:
        """initdb in a folder beside it, moved in place when whole: a kill half-way does no harm."""
        if place.free_bytes(here.folder) < ROOM:
            raise DiskFull(here.folder)
        fresh = here.folder / "data.new"
        said = Outcome(-1, "")
        for options in settings.locales(programs.version):
            shutil.rmtree(fresh, ignore_errors=True)
            command = [programs / "initdb", *settings.INITDB, *options, "-D", str(fresh)]
            said = call(command, here.account, timeout=RECOVERY)
            if said.code == 0 or "invalid locale name" not in said.output:
                break
        if said.code != 0:
            raise self._failed("making the data folder", said)
        fresh.rename(here.data)

    def _launch(self, here: Place, programs: Binaries) -> None:
        said = ""
        for pause in (*PAUSES, 0):
            if self._living_answers(here):
                return
            clear_remains(here)
            said = self._try(here, programs)
            if not said:
                return
            if is_disk_full(said):
                raise DiskFull(here.folder)
            if not any(words in said for words in PASSING):
                break
            time.sleep(pause)
        raise StartFailed(here.log, last_lines(said))

    def _try(self, here: Place, programs: Binaries) -> str:
        """Empty when it runs, else what pg_ctl and the log said about this attempt."""
        before = here.log.stat().st_size if here.log.exists() else 0
        # data by the environment and a relative log: pg_ctl puts both, unescaped, into a shell
        command = [programs / "pg_ctl", "-w", "-t", str(RECOVERY), "-l", here.log.name, "start"]
        done = call(
            command, here.account, folder=here.folder, data=here.data, timeout=RECOVERY + 30
        )
        if done.code == 0:
            return ""
        return done.output + _read_from(here.log, before)

    def _living_answers(self, here: Place) -> bool:
        """Wait for a postmaster that is there already; one that stays silent is halted."""
        recovered = time.monotonic() + RECOVERY
        silent = time.monotonic() + SILENCE
        while postmaster(here) is not None:
            state = self._state(here)
            if state == ANSWERS:
                return True
            now = time.monotonic()
            silent = now + SILENCE if state == REJECTS else silent
            if now > min(silent, recovered):
                self._halt(here)
                return False
            time.sleep(0.1)
        return False

    def _halt(self, here: Place) -> None:
        """pg_ctl believes the pid file, so it is asked only about a pid that we know is ours."""
        said = Outcome(0, "")
        for mode, seconds in (("fast", 60), ("immediate", 30)):
            if postmaster(here) is None:
                return
            programs = binaries.runnable(self.binaries, here.account, here.shared)
            command = [programs / "pg_ctl", "-m", mode, "-w", "-t", str(seconds), "stop"]
            said = call(command, here.account, data=here.data, timeout=seconds + 10)
        if postmaster(here) is not None:
            raise self._failed("stopping", said)

    def _failed(self, doing: str, said: Outcome) -> PostgresError:
        if is_disk_full(said.output):
            return DiskFull(self.place.folder)
        return CommandFailed(doing, last_lines(said.output))


def is_disk_full(text: str) -> bool:
    """Shared memory reports the same words when the disk has room enough."""
    lines = [line for line in text.splitlines() if any(words in line for words in FULL)]
    return any(not any(words in line for words in NOT_THE_DISK) for line in lines)


def last_lines(text: str, count: int = 8) -> str:
    return "\n".join([line for line in text.splitlines() if line.strip()][-count:])


def _read_from(path: Path, offset: int) -> str:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def _explained(error: OSError, here: Place) -> PostgresError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(here.folder)
    return Unusable(here.folder, error.strerror or str(error))
