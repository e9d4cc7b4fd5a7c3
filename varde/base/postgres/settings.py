"""The server's configuration and the script that makes Varde's roles and database."""

import os
from pathlib import Path

from varde.base.postgres import place

FILE = "varde.conf"
LOG_LIMIT = 10 * 1024 * 1024

INITDB = (
    "--username=postgres",
    "--auth-local=trust",  # the socket's folder is 0700: only its owner and root come this far
    "--auth-host=reject",
    "--encoding=UTF8",
    "--data-checksums",
)

# A small machine; and a log without health data: errors (whose text quotes values) go to the
# application only, and details, statements and parameters are never written.
FIXED = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(place.PORT),
    "shared_buffers": "128MB",
    "max_connections": "100",
    "wal_compression": "pglz",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}

DATABASE = """
SELECT 'CREATE ROLE ' || name FROM unnest('{varde_owner,varde_app,varde_clock}'::name[]) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \\gexec
ALTER ROLE varde_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION CREATEDB;
ALTER ROLE varde_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB;
ALTER ROLE varde_clock LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB;
SELECT 'CREATE DATABASE varde OWNER varde_owner ENCODING ''UTF8'' TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'varde') \\gexec
"""


def locales(version: int) -> list[list[str]]:
    """What to ask of initdb, best first; the later ones for systems that lack C.UTF-8."""
    if version < 17:
        return [["--locale=C.UTF-8"], ["--locale=C"]]
    builtin = "--locale-provider=builtin"
    return [[builtin, "--locale=C.UTF-8"], [builtin, "--locale=C", "--builtin-locale=C.UTF-8"]]


def write(here: place.Place) -> None:
    """Our settings in their own file, read last; the log does not grow for ever."""
    folder = str(here.socket_dir).replace('"', '""')
    values = {**FIXED, "unix_socket_directories": f'"{folder}"'}
    text = "".join(f"{name} = {_quoted(value)}\n" for name, value in values.items())
    _replace(here.data / FILE, text, here.account)
    main = here.data / "postgresql.conf"
    if f"include = '{FILE}'" not in main.read_text():
        with main.open("a") as file:
            file.write(f"\ninclude = '{FILE}'\n")
    if here.log.exists() and here.log.stat().st_size > LOG_LIMIT:
        here.log.replace(here.log.with_suffix(".log.1"))


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _replace(path: Path, text: str, account: place.Account) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_bytes(os.fsencode(text))
    fresh.chmod(0o600)
    place.own(fresh, account)
    fresh.replace(path)
