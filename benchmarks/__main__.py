"""`make bench`: a table, then one JSON line a figure: {name, value, unit, target, ok}."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import machine

if TYPE_CHECKING:
    from benchmarks.figures import Figure


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="more or fewer requests")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="varde-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with machine.house(home / ".varde") as house:
            idle = machine.pss_mib(house.roots())
            from benchmarks.figures import (
                Figure,
                figures,
                lists,
                machine_now,
                prepared,
                stored,
            )

            token, patients = prepared()
            found = [Figure("idle: memory of all processes (PSS)", idle, "MiB", 400)]
            found.append(machine_now())
            found += figures(house, token, patients, asked.scale)
            found += stored(house)
            found += lists(house, asked.scale)
            from benchmarks.doctor import doctor
            from benchmarks.live import live
            from benchmarks.past import past
            from benchmarks.rules import rules

            found += doctor(house)
            found += live(house, "few")
            found += past(house)
            found += rules()
    show(found)
    return 0


def show(found: Sequence[Figure]) -> None:
    out = sys.stdout.write
    width = max(len(figure.name) for figure in found)
    for figure in found:
        told = f"{figure.name:<{width}}  {figure.value:>9.2f} {figure.unit:<4}"
        if figure.target is not None:
            sign = "≤" if figure.at_most else "≥"
            told += f" {sign} {figure.target:g}  {'ok' if figure.ok else 'MISSED'}"
        out(f"{told}\n")
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
