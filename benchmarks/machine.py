"""The machine under measurement: its own database and processes, and what they use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from varde.base.postgres import Server
from varde.config import processes

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class House:
    url: str
    server: Server
    group: processes.Group

    def roots(self) -> list[int]:
        """The process ids whose trees are ours: web, live, worker, and PostgreSQL."""
        made = [c.process.pid for c in self.group.children if c.process is not None]
        postmaster = (self.server.data / "postmaster.pid").read_text().split("\n")[0]
        return [*made, int(postmaster)]


def _parents() -> dict[int, tuple[int, float]]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(stat.parent.name)] = int(fields[1]), sum(map(int, fields[11:15])) / TICK
    return found


def tree(roots: list[int]) -> list[int]:
    everyone = _parents()
    found, pending = [], list(roots)
    while pending:
        pid = pending.pop()
        found.append(pid)
        pending += [child for child, (parent, _) in everyone.items() if parent == pid]
    return found


def cpu_seconds(roots: list[int]) -> float:
    """User and system time of the trees, children that have ended included."""
    everyone = _parents()
    return sum(everyone.get(pid, (0, 0.0))[1] for pid in tree(roots))


def pss_mib(roots: list[int]) -> float:
    """Proportional set size: shared pages are counted once, divided between who shares them."""
    total = 0
    for pid in tree(roots):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total / 1024


@contextmanager
def house(home: Path) -> Iterator[House]:
    """Web with two workers, live and worker, on a database of their own."""
    server = Server(home)
    server.start()
    server.ensure_database()
    # as in the demo, where nurses sign in by a password
    environment = os.environ | {"VARDE_HOME": str(home), "VARDE_DEMO": "1"}
    for name, role in (("", "app"), ("_OWNER", "owner"), ("_CLOCK", "clock")):
        environment[f"VARDE_DATABASE{name}_URL"] = server.dsn(f"varde_{role}")
    port = processes.free_pair()
    environment |= processes.addresses(port)
    os.environ.update(environment)
    from varde.config import boot

    boot.set_up()
    boot.migrate()
    boot.collect_static()
    from varde.base import clock
    from varde.base.stamps import DEMO, stamp

    stamp(DEMO, clock.now())
    group = processes.whole(port, home, environment, Event())
    group.start()
    try:
        trouble = processes.wait_until_well(f"http://127.0.0.1:{port}", 40)
        if trouble:
            raise RuntimeError(trouble)
        yield House(f"http://127.0.0.1:{port}", server, group)
    finally:
        group.stop()
        server.stop()
