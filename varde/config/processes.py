"""Processes: web, live and worker under one parent that restarts what dies and stops them all."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from varde.base import clock

GRACE = 8.0  # seconds a child has to end what it is doing
WORKERS = 2
THREADS = 256  # a process; made when they are needed
MACHINES, PEOPLE = 128, 96  # of them, how many may at once be with one who sends: the rest show


class Running(Exception):
    """Varde runs here already."""


class PortTaken(Exception):
    """Something else listens there."""


def demand_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(str(port)) from error


def free_pair() -> int:
    """A port that is free and whose neighbour above is free too: for web and for live."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def addresses(port: int) -> dict[str, str]:
    """The settings by which pages of `port` find live, and live knows its pages."""
    pages = (f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    return {
        "VARDE_LIVE_URL": f"http://{{host}}:{port + 1}",  # the host that the page was asked by
        "VARDE_LIVE_HEALTH": f"http://127.0.0.1:{port + 1}",
        "VARDE_PAGE_ORIGINS": ",".join(pages),
    }


def granian(app: str, interface: str, port: int, *more: str, host: str = "127.0.0.1") -> list[str]:
    command = [sys.executable, "-m", "granian", app, "--interface", interface]
    return [
        *command,
        "--host",
        host,
        "--port",
        str(port),
        "--no-ws",
        "--log-level",
        "warning",
        *more,
    ]


def web(port: int, host: str = "127.0.0.1") -> list[str]:
    more = (
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(THREADS),
        "--respawn-failed-workers",
    )
    return granian("varde.config.wsgi:application", "wsgi", port, *more, host=host)


def live(port: int, host: str = "127.0.0.1") -> list[str]:
    return granian("varde.config.asgi:application", "asgi", port, "--workers", "1", host=host)


def worker() -> list[str]:
    return [sys.executable, "-m", "varde.cli", "worker"]


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0


@dataclass
class Group:
    """Children that live and die together."""

    home: Path
    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)

    def add(self, name: str, command: list[str]) -> None:
        self.children.append(Child(name, command))

    def start(self) -> None:
        for child in self.children:
            self._start(child)

    def _start(self, child: Child) -> None:
        _signal(child, signal.SIGKILL)  # what has outlived the one before holds its port
        log = (self.home / f"{child.name}.log").open("ab")
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603  the commands are ours
            child.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        pids = f"{child.process.pid} {os.getpid()}"
        (self.home / f"{child.name}.pid").write_text(pids)
        log.close()

    def watch(self, tend: Callable[[], None] = lambda: None) -> None:
        """Until told to stop: start again what has died, not more often than each second.

        `tend` looks after what is not a child: the database.
        """
        while not self.stopping.wait(0.5):
            tend()
            for child in self.children:
                dead = child.process is not None and child.process.poll() is not None
                if dead and time.monotonic() - child.started > 1:
                    self._start(child)

    def stop(self) -> None:
        self.stopping.set()
        for child in self.children:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for child in self.children:
            while _lives(child) and time.monotonic() < deadline:
                time.sleep(0.05)
            _signal(child, signal.SIGKILL)
            (self.home / f"{child.name}.pid").unlink(missing_ok=True)


def _lives(child: Child) -> bool:
    """Whether the child, or a child of its own that has outlived it, still runs."""
    return _signal(child, 0)


def _signal(child: Child, number: int) -> bool:
    """To the child and its own children; False when none of them is left."""
    if child.process is None:
        return False
    child.process.poll()  # what has ended is let go of, and counts no longer
    return _send(child.process.pid, number)


def whole(port: int, home: Path, environment: Mapping[str, str], stopping: Event) -> Group:
    """Web on `port`, live on the one above, and the worker; logs and pids lie in `home`. A clock
    that is set is one for all."""
    if wanted := environment.get("VARDE_CLOCK"):
        environment = {**environment, "VARDE_CLOCK": clock.anchored(wanted)}
    group = Group(home, environment, stopping=stopping)
    group.add("web", web(port))
    group.add("live", live(port + 1))
    group.add("worker", worker())
    return group


def end_leftovers(home: Path) -> None:
    """Children of a parent that was killed: they are ours, and they hold our ports.

    Raises `Running` when the parent lives: it is in use, and stops its own.
    """
    groups = []
    for kept in home.glob("*.pid"):
        child, _, parent = kept.read_text().strip().partition(" ")
        if child.isdigit() and _is_ours(int(child)):
            if parent.isdigit() and _is_ours(int(parent)):
                raise Running
            groups.append(int(child))
        kept.unlink(missing_ok=True)
    deadline = time.monotonic() + 2  # until they have let go of their ports
    while groups and time.monotonic() < deadline:
        groups = [group for group in groups if _send(group, signal.SIGKILL)]
        time.sleep(0.05)


def _send(group: int, number: int) -> bool:
    """Whether anything was left of the group to hear it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _is_ours(pid: int) -> bool:
    """Whether the process runs this very Python (a pid may have been used again)."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        listed = subprocess.run(  # noqa: S603
            ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        )
        command = listed.stdout.split()
    return (
        bool(command) and command[0] == sys.executable.encode() and b"varde" in b" ".join(command)
    )


def wait_until_well(url: str, seconds: float) -> str:
    """Empty when `/healthz` says 200 in time, else what it said last."""
    said = "no answer"
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=3):  # noqa: S310
                return ""
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
        except OSError as error:
            said = str(error)
        time.sleep(0.2)
    return said
