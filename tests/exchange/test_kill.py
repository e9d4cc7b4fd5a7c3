"""Kill -9 of web, worker and database in the middle of a thousand posts: nothing is lost.

Every measurement that was acknowledged is there exactly once; every one that is not green stands
on the list; and restating finds nothing that differs.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Condition
from typing import Any

import psycopg
import pytest

from tests.base.postgres import kill as kill_postmaster
from tests.base.postgres import open_folder
from tests.exchange.served import Served
from varde.base.postgres import Server

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime.fromisoformat("2026-11-16T10:00:00+01:00")
PATIENTS, POSTS, EACH, CLIENTS = 40, 1000, 5, 6
BUNDLES = 20  # every so many posts is a transaction of EACH readings

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("kill")]


# What is sent


@dataclass(frozen=True)
class Sample:
    """One reading, with the rows it becomes and whether a nurse must see it."""

    resource: dict[str, Any]
    patient: str
    taken_at: datetime
    kept: tuple[tuple[int, float], ...]  # kind and value of each row
    green: bool


def sample(n: int, patients: list[str]) -> Sample:
    """The n-th of all: a moment of its own, in turn oxygen, pulse and pressure, some not green."""
    from tests.exchange.machine import observation, pressure, pulse

    patient, at = patients[n % PATIENTS], NOW - timedelta(days=2) + timedelta(seconds=7 * n)
    bad = n % 11 == 0
    more: dict[str, Any] = {"at": at, "identifier": f"n-{n}" if n % 2 else ""}
    subject = {"reference": f"Patient/{patient}"}
    if n % 3 == 0:
        value = 85 if bad else 96
        return Sample(observation(subject, value, **more), patient, at, ((1, value),), not bad)
    if n % 3 == 1:
        value = 110 if bad else 72
        return Sample(pulse(subject, value, **more), patient, at, ((2, value),), not bad)
    high = 190 if bad else 130
    made = pressure(subject, high, 80, **more)
    return Sample(made, patient, at, ((3, high), (4, 80)), not bad)


def posts(patients: list[str]) -> list[list[Sample]]:
    numbers = iter(range(POSTS * EACH))
    return [
        [sample(next(numbers), patients) for _ in range(EACH if n % BUNDLES == 0 else 1)]
        for n in range(POSTS)
    ]


# A house of its own


@dataclass
class Kept:
    """The database, the processes on it, and what may be posted for whom."""

    server: Server
    served: Served
    token: str
    patients: list[str]

    def rows(self, question: str, *asked: Any) -> list[tuple[Any, ...]]:
        """As someone who is above every wall."""
        with psycopg.connect(self.server.dsn("postgres", "varde")) as connection:
            return connection.execute(question, asked).fetchall()  # type: ignore[arg-type]

    def varde(self, command: str) -> str:
        return run([sys.executable, "-m", "varde.cli", command], self.served.environment)


def run(command: list[str], environment: Any) -> str:
    done = subprocess.run(
        command, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def found() -> None:
    """In a process of its own, on the new database: a cooperation, its patients and a token."""
    from tests.exchange.machine import Machine
    from tests.people import cast

    them = cast()
    patients = [str(them.patient().person) for _ in range(PATIENTS)]
    sys.stdout.write(json.dumps({"token": Machine(them).token, "patients": patients}))


SCRIPT = "import django; django.setup(); from tests.exchange.test_kill import found; found()"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """The server stands in a folder that its own user can reach; pytest's may be private."""
    with open_folder() as folder:
        server = Server(folder / ".varde")
        server.start()
        server.ensure_database()
        environment = {
            **os.environ,
            "VARDE_HOME": str(folder / ".varde"),
            "VARDE_CLOCK": NOW.isoformat(),
            "DJANGO_SETTINGS_MODULE": "varde.config.settings",
        }
        for name, role in (("", "app"), ("_OWNER", "owner"), ("_CLOCK", "clock")):
            environment[f"VARDE_DATABASE{name}_URL"] = server.dsn(f"varde_{role}")
        run([sys.executable, "-m", "varde.cli", "migrate"], environment)
        told = json.loads(run([sys.executable, "-c", SCRIPT], environment))
        served = Served(tmp_path, environment)
        try:
            served.start()
            yield Kept(server, served, told["token"], told["patients"])
        finally:
            served.stop()
            server.erase()


# Clients that do not give up, and someone who kills


@dataclass
class Ledger:
    """What has been acknowledged; whoever waits for so many is told."""

    ids: dict[int, list[str]] = field(default_factory=dict)
    retried: int = 0
    changed: Condition = field(default_factory=Condition)

    def note(self, n: int, ids: list[str]) -> None:
        with self.changed:
            self.ids[n] = ids
            self.changed.notify_all()

    def again(self) -> None:
        with self.changed:
            self.retried += 1

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ids) >= count, timeout=240)


def deliver(kept: Kept, ledger: Ledger, n: int, samples: list[Sample]) -> None:
    """Until it is acknowledged: again after a broken line and after anything but 2xx and 4xx."""
    from tests.exchange.machine import bundle

    made, path = samples[0].resource, "/fhir/R4/Observation"
    if len(samples) > 1:
        made, path = bundle("transaction", *(one.resource for one in samples)), "/fhir/R4"
    for _ in range(200):
        try:
            status, told = kept.served.ask("POST", path, made, token=kept.token)
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            status, told = 0, None
        if 200 <= status < 300:
            ledger.note(n, ids_of(told))
            return
        assert not 400 <= status < 500, (status, told)
        ledger.again()
        kept.served.wait(120)
    raise AssertionError("never acknowledged")


def ids_of(told: Any) -> list[str]:
    if told["resourceType"] == "Observation":
        return [told["id"]]
    places = [entry["response"]["location"] for entry in told["entry"]]
    return [place.removeprefix("Observation/").partition("/")[0] for place in places]


def killings(kept: Kept) -> list[Callable[[], None]]:
    """Each when another seventh of the posts has been acknowledged."""

    def process(name: str) -> Callable[[], None]:
        def act() -> None:
            kept.served.kill(name)
            kept.served.revive(name)
            kept.served.wait()

        return act

    def database() -> None:
        kill_postmaster(kept.server)
        kept.server.start()
        kept.served.wait()

    def everything() -> None:
        kept.served.kill("web")
        kept.served.kill("worker")
        kill_postmaster(kept.server)
        kept.server.start()
        kept.served.revive("web")
        kept.served.revive("worker")
        kept.served.wait()

    return [process("web"), process("worker"), database, process("web"), database, everything]


def test_nothing_acknowledged_is_lost(kept: Kept) -> None:
    todo, ledger = posts(kept.patients), Ledger()
    acts = killings(kept)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(deliver, kept, ledger, n, one) for n, one in enumerate(todo)]
        for n, act in enumerate(acts, 1):
            ledger.wait_for(n * POSTS // (len(acts) + 1))
            act()
        for client in clients:
            client.result()
    assert len(ledger.ids) == POSTS
    assert ledger.retried > 0, "the kills were felt"
    assert_each_is_there_once(kept, todo, ledger)
    assert_whatever_is_not_green_is_listed_once(kept, todo)
    assert "0 differed, 0 raised" in kept.varde("restate")
    assert "whole" in kept.varde("check")


def assert_each_is_there_once(kept: Kept, todo: list[list[Sample]], ledger: Ledger) -> None:
    question = "select id::text, patient_id::text, taken_at, kind, value from measuring_observation"
    stored = kept.rows(question)
    acknowledged = [one for ids in ledger.ids.values() for one in ids]
    assert len(acknowledged) == len(set(acknowledged)) == sum(map(len, todo))
    assert set(acknowledged) <= {row[0] for row in stored}
    expected = [
        (one.patient, one.taken_at, kind, value)
        for samples in todo
        for one in samples
        for kind, value in one.kept
    ]
    assert sorted(row[1:] for row in stored) == sorted(expected)


def assert_whatever_is_not_green_is_listed_once(kept: Kept, todo: list[list[Sample]]) -> None:
    """A reason of an open item of that patient, by the judgement of just that reading."""
    listed = kept.rows(
        "select i.patient_id::text, j.taken_at from triage_reason r"
        " join triage_item i on i.tenant_id = r.tenant_id and i.id = r.item_id and i.open"
        " join triage_judgement j on j.tenant_id = r.tenant_id and j.id = r.judgement_id"
        " and j.patient_id = i.patient_id where r.open and r.kind = 'report'"
    )
    bad = {(one.patient, one.taken_at) for samples in todo for one in samples if not one.green}
    assert len(bad) > 50
    assert sorted(listed) == sorted(bad)
    open_items = kept.rows(
        "select count(*), count(distinct patient_id) from triage_item where open"
    )
    assert open_items == [(PATIENTS, PATIENTS)]
