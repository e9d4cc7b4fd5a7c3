"""Web, live and worker under one parent: what dies is started again, and a stop leaves nothing."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from varde.config import processes
from varde.config.processes import Group, PortTaken

# A parent that ends at once when told to, and a child of its own that does not.
STUBBORN = """
import os, signal, sys, time
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open(sys.argv[1], "w").write(str(os.getpid()))
    time.sleep(600)
time.sleep(600)
"""
PATIENT = "import time; time.sleep(600)"


def until(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def group(home: Path, script: str, *more: str) -> Group:
    made = Group(home, dict(os.environ))
    made.add("one", [sys.executable, "-c", script, *more])
    return made


def test_a_stop_leaves_nothing_that_a_child_has_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open stream can keep a worker alive after the process that made it has ended."""
    monkeypatch.setattr(processes, "GRACE", 0.5)
    told = tmp_path / "grandchild"
    made = group(tmp_path, STUBBORN, str(told))
    made.start()
    assert until(lambda: told.exists() and bool(told.read_text()))
    grandchild = int(told.read_text())
    assert lives(grandchild)
    made.stop()
    assert until(lambda: not lives(grandchild), 5)
    assert not (tmp_path / "one.pid").exists()


def test_what_dies_is_started_again(tmp_path: Path) -> None:
    made = group(tmp_path, PATIENT)
    made.start()
    (child,) = made.children
    assert child.process is not None
    first = child.process.pid
    watch = Thread(target=made.watch)
    watch.start()
    child.process.kill()
    assert until(lambda: child.process is not None and child.process.pid != first)
    made.stop()
    watch.join(10)
    assert not watch.is_alive()
    assert not lives(child.process.pid)


def test_children_of_a_parent_that_was_killed_are_ended_by_the_next_start(tmp_path: Path) -> None:
    made = group(tmp_path, "import varde.config, time; time.sleep(600)")
    made.start()
    (child,) = made.children
    assert child.process is not None
    command = Path(f"/proc/{child.process.pid}/cmdline")
    assert until(lambda: bool(command.read_bytes()))  # empty for a moment after it is begun
    processes.end_leftovers(tmp_path)
    child.process.wait(10)
    assert not list(tmp_path.glob("*.pid"))


def test_a_pid_that_is_another_programs_now_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "web.pid").write_text(str(os.getppid()))
    processes.end_leftovers(tmp_path)
    assert lives(os.getppid())
    assert not list(tmp_path.glob("*.pid"))


def test_a_taken_port_is_said_to_be_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            processes.demand_free(port)
    processes.demand_free(processes.free_pair())


def test_nothing_is_started_again_once_stopping(tmp_path: Path) -> None:
    made = Group(tmp_path, dict(os.environ), stopping=Event())
    made.stopping.set()
    made.add("one", [sys.executable, "-c", PATIENT])
    made.watch()
    assert made.children[0].process is None
