"""The tests' own PostgreSQL: one server for all workers, one database for each.

`VARDE_TEST_PG_BINDIR` runs them on another version, such as Debian's 15.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import psycopg

from varde.base.postgres import Server

ROOT = Path(__file__).resolve().parent.parent
BINDIR = os.environ.get("VARDE_TEST_PG_BINDIR")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
NAME = f"varde_{WORKER}"


def home() -> Path:
    key = hashlib.sha256(f"{ROOT}{BINDIR}{os.getuid()}".encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"varde-tests-{key}"


def server() -> Server:
    return Server(home(), Path(BINDIR) if BINDIR else None)


def point_environment() -> None:
    """Start the server and tell the settings where this worker's database will be."""
    made = server()
    made.start()
    made.ensure_database()
    for name, role in (("", "app"), ("_OWNER", "owner"), ("_CLOCK", "clock")):
        os.environ[f"VARDE_DATABASE{name}_URL"] = made.dsn(f"varde_{role}", NAME)
    os.environ["VARDE_HOME"] = str(home() / NAME)
    os.environ["VARDE_HOSTS"] = "testserver,127.0.0.1,localhost"
    os.environ.setdefault("VARDE_SECRET_KEY", "only for tests")
    (home() / NAME).mkdir(parents=True, exist_ok=True)


def create() -> None:
    """An empty database with this version's tables."""
    with psycopg.connect(server().dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"drop database if exists {NAME} with (force)")
        connection.execute(f"create database {NAME} owner varde_owner")
    from varde.config.boot import collect_static, compile_texts, migrate

    migrate()
    compile_texts()
    collect_static()


def stop() -> None:
    server().stop()
