"""`make bench`: a table, then one JSON line a figure: {name, value, unit, target, ok}."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import load, machine
from benchmarks.machine import House


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    target: float
    at_most: bool = True

    @property
    def ok(self) -> bool:
        return self.value <= self.target if self.at_most else self.value >= self.target


def measured(house: House, run: Callable[[], load.Tally]) -> tuple[load.Tally, float]:
    """What the run did, and the CPU seconds of web, live, worker and database meanwhile."""
    before = machine.cpu_seconds(house.roots())
    tally = run()
    if tally.wrong:
        raise RuntimeError(f"Refused: {tally.wrong}")
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


def stored(house: House) -> list[Figure]:
    """Bytes on disk an observation, every index of its table counted; and everything beside."""
    import psycopg

    with psycopg.connect(house.server.dsn("postgres", "varde"), autocommit=True) as connection:
        connection.execute("vacuum analyze measuring_observation")
        row = connection.execute(
            "select pg_total_relation_size('measuring_observation')::float8 / count(*)"
            " from measuring_observation"
        ).fetchone()
    assert row is not None
    return [Figure("disk: bytes an observation with its indexes", row[0], "B", 320)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer requests")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="varde-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with machine.house(home / ".varde") as house:
            idle = machine.pss_mib(house.roots())
            token, patients = prepared()
            found = [Figure("idle: memory of all processes (PSS)", idle, "MiB", 400)]
            found += figures(house, token, patients, asked.scale)
            found += stored(house)
    show(found)
    return 0


def prepared() -> tuple[str, list[str]]:
    """213 patients of the simulation, enrolled and without history, and a token to post with."""
    from varde.base import clock
    from varde.config.tokens import create
    from varde.simulate.founding import Founding

    world = Founding(seed="bench", key="bench", today=clock.now().date()).build()
    asked = Namespace(cooperation="bench", organisation=None, name="bench", scope="read write",
                      days=None)  # fmt: skip
    return create(asked), [str(person) for _, person, began in world.patients
                           if (clock.now().date() - began).days > 25]  # fmt: skip


def show(found: list[Figure]) -> None:
    out = sys.stdout.write
    width = max(len(figure.name) for figure in found)
    for figure in found:
        sign = "≤" if figure.at_most else "≥"
        mark = "ok" if figure.ok else "MISSED"
        out(f"{figure.name:<{width}}  {figure.value:>9.2f} {figure.unit:<4} "
            f"{sign} {figure.target:g}  {mark}\n")  # fmt: skip
    for figure in found:
        line = {
            "name": figure.name,
            "value": round(figure.value, 3),
            "unit": figure.unit,
            "target": figure.target,
            "ok": figure.ok,
        }
        out(json.dumps(line) + "\n")


if __name__ == "__main__":
    sys.exit(main())
