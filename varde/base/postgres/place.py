"""Where the server lives and which OS user runs it; no folder of others ever changes its mode."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from varde.base.postgres.errors import AccountMissing, Moved, NotPrivate, OutOfReach

USER = "varde-pg"
SHARED = Path("/var/lib/varde")
# the same for every process (so not $XDG_RUNTIME_DIR, which a service and a shell differ on)
SHORT = Path("/tmp")  # noqa: S108 - a 0700 folder in it, whose owner and mode are checked
PORT = 5432
SOCKET_LIMIT = 107


@dataclass(frozen=True)
class Account:
    """The OS user of the server; without numbers when it is not created yet."""

    name: str
    uid: int | None
    gid: int | None

    @property
    def is_another(self) -> bool:
        return self.uid != os.geteuid()


@dataclass(frozen=True)
class Place:
    home: Path
    base: Path
    account: Account

    @property
    def shared(self) -> Path:
        """Where data and copied programs go that cannot stay at home."""
        return SHARED / digest(self.home)

    @property
    def folder(self) -> Path:
        return self.base / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def note(self) -> Path:
        return self.home / "postgres.where"

    @property
    def lock(self) -> Path:
        return self.home / "postgres.lock"

    @property
    def socket_dir(self) -> Path:
        wanted = self.folder / "socket"
        return wanted if _fits(wanted) else SHORT / f"varde-{digest(self.folder)}"

    @property
    def socket(self) -> Path:
        return self.socket_dir / f".s.PGSQL.{PORT}"

    @property
    def socket_lock(self) -> Path:
        return self.socket_dir / f".s.PGSQL.{PORT}.lock"


def find(home: Path) -> Place:
    """Decide the place from what is on the disk, the same in every process."""
    home = home.expanduser().resolve()
    near, far = home / "postgres" / "data", SHARED / digest(home)
    note = home / "postgres.where"
    if note.is_file():
        _check_note(note, far / "postgres")
        return Place(home, far, _account(far / "postgres" / "data"))
    account = _account(near)
    if os.geteuid() != 0 or reaches(account, home):
        return Place(home, home, account)
    if near.exists():
        raise OutOfReach(near, account.name)
    return Place(home, far, _account(far / "postgres" / "data"))


def digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def reaches(account: Account, folder: Path) -> bool:
    """Whether the user may pass through the folder and every one above it."""
    return all(_may_pass(account, path) for path in (folder, *folder.parents) if path.exists())


def prepare(place: Place) -> None:
    """Make the folders that are missing; ours are 0700."""
    make_open(place.base)
    if place.base != place.home:
        place.note.write_text(f"{place.folder}\n")
    for folder in (place.folder, place.socket_dir):
        make_private(folder, place.account)


def make_open(folder: Path) -> None:
    """Make the missing folders so that the server's user may pass, whatever the umask."""
    for path in reversed((folder, *folder.parents)):
        if not path.exists():
            path.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                path.chmod(0o755)


def make_private(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.lstat().st_uid == os.geteuid():
        own(folder, account)
    if not is_private(folder, account):
        raise NotPrivate(folder, account.name)


def is_private(folder: Path, account: Account) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    closed = stat.S_ISDIR(found.st_mode) and found.st_mode & 0o077 == 0
    return closed and found.st_uid == account.uid


def own(path: Path, account: Account) -> None:
    """Give a file or folder that we made to the server's user."""
    if account.is_another and account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def free_bytes(folder: Path) -> int:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free


def ensure_account() -> None:
    """As root: the server's own OS user exists. Several starters may come here at once."""
    if os.geteuid() != 0 or _named(USER).uid is not None:
        return
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise AccountMissing(USER, "this machine has no useradd")
    said = ""
    for _ in range(5):
        said = _add_user(program)
        if _named(USER).uid is not None:
            return
        time.sleep(0.5)
    raise AccountMissing(USER, said or "useradd gave no reason")


def _add_user(program: str) -> str:
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    done = subprocess.run(  # noqa: S603 - a fixed command without a shell
        [program, *options, "--shell", "/usr/sbin/nologin", USER],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )
    return done.stderr.strip()


def _account(data: Path) -> Account:
    """Oneself; as root the owner of the data there is, else the server's own user."""
    if os.geteuid() != 0:
        return _numbered(os.geteuid(), os.getegid())
    try:
        found = data.stat()
    except OSError:
        return _named(USER)
    return _numbered(found.st_uid, found.st_gid) if found.st_uid else _named(USER)


def _named(user: str) -> Account:
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return Account(user, None, None)
    return Account(user, entry.pw_uid, entry.pw_gid)


def _numbered(uid: int, gid: int) -> Account:
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid, gid)
    except KeyError:
        return Account(f"number {uid}", uid, gid)


def _may_pass(account: Account, folder: Path) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _check_note(note: Path, expected: Path) -> None:
    said = note.read_text().strip()
    if said != str(expected):
        raise Moved(note, said, expected)


def _fits(folder: Path) -> bool:
    """A socket address has a byte limit, and a comma separates addresses."""
    length = len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock")) - len(".lock")
    return length <= SOCKET_LIMIT and "," not in str(folder)
