"""Boot: find or start the database, tell the environment, set Django up, migrate."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from varde.base.disk import is_full

URLS = {
    "VARDE_DATABASE_URL": "varde_app",
    "VARDE_DATABASE_OWNER_URL": "varde_owner",
    "VARDE_DATABASE_CLOCK_URL": "varde_clock",
}
ROOT = Path(__file__).resolve().parent.parent.parent


def home() -> Path:
    return Path(os.environ.get("VARDE_HOME", ROOT / ".varde")).resolve()


def embedded() -> bool:
    """Whether the database is our own: no address of another was given."""
    return not os.environ.get("VARDE_DATABASE_URL") or "VARDE_EMBEDDED" in os.environ


def start_database() -> None:
    """The embedded server answers and the environment says where; nothing for an external one."""
    if not embedded():
        return
    from varde.base.postgres import Server

    server = Server(home())
    server.start()
    server.ensure_database()
    os.environ["VARDE_EMBEDDED"] = "1"
    os.environ["VARDE_DATA_FOLDER"] = str(server.data)
    for name, role in URLS.items():
        os.environ[name] = server.dsn(role)


def tend_database() -> None:
    """Start the embedded server again when it has died; an error is tried again by who tends."""
    if not embedded():
        return
    from varde.base.postgres import PostgresError, Server

    tell_of_disk()
    server = Server(home())
    if not server.lives():
        try:
            server.start()
        except PostgresError as error:
            logging.getLogger("varde").error("The database does not start: %s", error)


_full = False  # whether it has been said that the disk is full


def tell_of_disk() -> None:
    """Say once that there is no room, and once that there is again."""
    global _full  # noqa: PLW0603  one supervisor a process
    was, folder = _full, os.environ.get("VARDE_DATA_FOLDER", "")
    _full = bool(folder) and is_full(folder)
    log = logging.getLogger("varde")
    if _full and not was:
        log.error("Disken der dataene ligger (%s), er full. Det som sendes nå, blir ikke tatt vare "
                  "på, og den som sender, får vite det. Frigjør minst 300 MB.", folder)  # fmt: skip
    if was and not _full:
        log.error("Det er plass på disken igjen.")


def stop_database() -> None:
    if embedded():
        from varde.base.postgres import Server

        Server(home()).stop()


def erase_database() -> None:
    """Only the embedded one: everything in it is gone."""
    if embedded():
        from django.conf import settings

        from varde.base.postgres import Server

        if settings.configured:
            _let_go()
        Server(home()).erase()


def _let_go() -> None:
    """Every connection of this process to the database is closed."""
    from django.db import connections

    for one in connections.all(initialized_only=True):
        one.close()
        if getattr(one, "pool", None):
            one.close_pool()  # type: ignore[attr-defined]


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.config.settings")
    import django

    django.setup()


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0, skip_checks=True)


def collect_static() -> None:
    """The pages' files, compressed and named by content."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)


def compile_texts() -> None:
    """Make the catalogues of each language, where they are older than their source."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted((ROOT / "varde" / "locale").glob("*/LC_MESSAGES/django.po")):
        made = source.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        fresh = made.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            write_mo(file, catalogue)
        fresh.replace(made)  # whole or not at all: several processes may do this at once
