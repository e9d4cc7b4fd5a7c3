"""The tests' own PostgreSQL: one server for all workers, one database for each.

`VARDE_TEST_PG_BINDIR` runs them on another version, such as Debian's 15.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from uuid import uuid4

import psycopg

from varde.base.postgres import Server

RUN = os.environ.setdefault("VARDE_TEST_RUN", uuid4().hex[:10])  # the workers of a run share it
BINDIR = os.environ.get("VARDE_TEST_PG_BINDIR")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
NAME = f"varde_{WORKER}"


def home() -> Path:
    return Path(tempfile.gettempdir()) / f"varde-tests-{RUN}"


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
    server().erase()
    shutil.rmtree(home(), ignore_errors=True)
