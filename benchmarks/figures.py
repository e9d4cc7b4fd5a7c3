"""Figures: what is measured, with its target."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from benchmarks import load, machine
from benchmarks.crowd import crowd
from benchmarks.machine import House
from benchmarks.pages import Browser
from varde.base import clock
from varde.config.tokens import create
from varde.simulate.founding import Founding


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    target: float | None  # None: told only so that the others can be read
    at_most: bool = True

    @property
    def ok(self) -> bool:
        if self.target is None:
            return True
        return self.value <= self.target if self.at_most else self.value >= self.target


def machine_now() -> Figure:
    """How fast this machine is just now: the same loop, at its best of five."""
    best = min(_loop() for _ in range(5))
    return Figure("machine: CPU of two million additions", 1000 * best, "ms", None)


def _loop() -> float:
    started, total = time.process_time(), 0
    for n in range(2_000_000):
        total += n
    return time.process_time() - started


def measured(house: House, run: Callable[[], load.Tally]) -> tuple[load.Tally, float]:
    """What the run did, and the CPU seconds of web, live, worker and database meanwhile."""
    before = machine.cpu_seconds(house.roots())
    tally = run()
    if tally.wrong:
        said = (house.group.home / "web.log").read_text("utf-8", "replace")
        raise RuntimeError(f"Refused: {tally.wrong}\n{said[-2000:]}")
    return tally, machine.cpu_seconds(house.roots()) - before


def figures(house: House, token: str, patients: list[str], scale: float) -> list[Figure]:
    found = []
    n = int(3000 * scale)
    load.drive(house.url, token, load.singles(patients, 300, 1), 8)  # warm
    tally, cpu = measured(
        house, lambda: load.drive(house.url, token, load.singles(patients, n, 2), 8)
    )
    found += [
        Figure("single: CPU a post, web and database", 1000 * cpu / n, "ms", 2.5),
        Figure("single: posts a second, 8 connections", n / tally.seconds, "1/s", 400, False),
        Figure("single: p95", tally.percentile(0.95), "ms", 60),
    ]
    n = int(1000 * scale)
    tally, cpu = measured(
        house, lambda: load.drive(house.url, token, load.singles(patients, n, 5), 1)
    )
    found.append(Figure("single, one connection: CPU a post", 1000 * cpu / n, "ms", None))
    n = int(100 * scale)
    tally, cpu = measured(
        house, lambda: load.drive(house.url, token, load.bundles(patients, n, 3), 4)
    )
    found += [
        Figure("Bundle of 100: CPU an observation", 10 * cpu / n, "ms", 0.2),
        Figure("Bundle of 100: observations a second", 100 * n / tally.seconds, "1/s", 4000, False),
    ]
    n = int(400 * scale)
    tally, cpu = measured(
        house, lambda: load.drive(house.url, token, load.searches(patients, n, 4), 1)
    )
    found += [
        Figure("search of 100 newest: p50", tally.percentile(0.5), "ms", 8),
        Figure("search of 100 newest: CPU", 1000 * cpu / n, "ms", 12),
    ]
    return found


def p95(house: House, path: str, browser: Browser) -> float:
    asked = [load.Request("GET", path, cookie=browser.cookie)]
    load.drive(house.url, "", asked * 5, 1)  # who has been listed today is written once
    tally, _cpu = measured(house, lambda: load.drive(house.url, "", asked * 60, 1))
    return tally.percentile(0.95)


def lists(house: House, scale: float) -> list[Figure]:
    """The list's first page, full in both: of a small cooperation, and of a very large one."""
    at = clock.now()
    sizes = {"few": (1_000, 1_000), "many": (int(1_000_000 * scale), int(50_000 * scale))}
    found = {}
    for key, (patients, items) in sizes.items():
        crowd(house.server, key=key, patients=patients, items=items, at=at)
        browser = Browser(house.url)
        browser.sign_in(key)
        found[key] = p95(house, "/nurse/", browser)
    few, many = found["few"], found["many"]
    return [
        Figure("list, first page: p95, 1 000 patients", few, "ms", 200),
        Figure("list, first page: p95, 1 000 000 patients, 50 000 items", many, "ms", 2 * few),
        Figure("list, page: script and style, compressed", browser.weight("/nurse/") / 1000,
               "kB", 100),
    ]  # fmt: skip


def stored(house: House) -> list[Figure]:
    """Bytes on disk an observation, every index of its table counted; and everything beside."""
    with psycopg.connect(house.server.dsn("postgres", "varde"), autocommit=True) as connection:
        connection.execute("vacuum analyze measuring_observation")
        row = connection.execute(
            "select pg_total_relation_size('measuring_observation')::float8 / count(*)"
            " from measuring_observation"
        ).fetchone()
    assert row is not None
    return [Figure("disk: bytes an observation with its indexes", row[0], "B", 320)]


def prepared() -> tuple[str, list[str]]:
    """213 patients of the simulation, enrolled and without history, and a token to post with."""
    world = Founding(seed="bench", key="bench", today=clock.now().date()).build()
    asked = Namespace(cooperation="bench", organisation=None, name="bench", scope="read write",
                      days=None)  # fmt: skip
    return create(asked), [str(person) for _, person, began in world.patients
                           if (clock.now().date() - began).days > 25]  # fmt: skip
