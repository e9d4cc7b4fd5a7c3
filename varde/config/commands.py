"""What each command of `varde` does."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import Namespace
from pathlib import Path
from threading import Event
from typing import Any

from varde.config import boot, processes


class Refused(Exception):
    """The command cannot be carried out; the message says why and what to do."""


def say(text: str, end: str = "\n") -> None:
    """Progress goes to standard error: standard output holds answers only."""
    sys.stderr.write(text + end)
    sys.stderr.flush()


def demo(asked: Namespace) -> int:
    """Everything from nothing to a page to open; Ctrl-C and SIGTERM stop it all."""
    stop = _on_signal()
    started = time.monotonic()
    home = boot.home()
    home.mkdir(parents=True, exist_ok=True)
    processes.end_leftovers(home)
    _demand_ports(asked.port)
    os.environ["VARDE_DEMO"] = "1"
    _addresses(asked.port)
    if asked.reset:
        say("Begynner på nytt …")
        boot.erase_database()
    try:
        say("Starter databasen …")
        boot.start_database()
        boot.set_up()
        say("Gjør databasen klar …")
        boot.migrate()
        boot.compile_texts()
        boot.collect_static()
        _live_the_days(asked.seed)
        if stop.is_set():
            return 130
        return _serve_group(asked.port, home, stop, started)
    finally:
        say("Stopper …")
        boot.stop_database()


def _demand_ports(port: int) -> None:
    for one in (port, port + 1):
        try:
            processes.demand_free(one)
        except processes.PortTaken as taken:
            raise Refused(
                f"Port {taken} er opptatt. Stopp det som bruker den, eller velg en annen:"
                f" make demo PORT={port + 10}"
            ) from taken


def _addresses(port: int) -> None:
    for name, value in processes.addresses(port).items():
        os.environ.setdefault(name, value)


def _live_the_days(seed: str) -> None:
    from varde.simulate.run import prepare

    def progress(what: str, n: int, of: int) -> None:
        end = "\n" if n == of else "\r"
        say(f"Lever demoens dager … {n} av {of}", end=end)

    if not prepare(seed=seed, progress=progress):
        raise Refused("Demoen ble avbrutt mens den ble laget. Kjør: make demo RESET=1")


def _on_signal() -> Event:
    stop = Event()

    def end(_number: int, _frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop


def _serve_group(port: int, home: Path, stop: Event, started: float) -> int:
    group = processes.whole(port, home, dict(os.environ), stop)
    group.start()
    url = f"http://127.0.0.1:{port}"
    try:
        trouble = processes.wait_until_well(url, 30)
        if trouble:
            say(f"Varde svarer ikke som den skal: {trouble} Se {home}/web.log.")
        seconds = time.monotonic() - started
        say(
            f"Varde kjører på {url} – åpne siden og velg hvem du vil være."
            f" Ctrl-C stopper. (klar på {seconds:.0f} s)"
        )
        group.watch()
    finally:
        group.stop()
    return 0


def serve(asked: Namespace) -> int:
    """Web and live on this machine's database, or one of them behind a proxy."""
    boot.start_database()
    if asked.only:
        port = asked.port if asked.only == "web" else asked.port + 1
        command = getattr(processes, asked.only)(port, asked.host)
        boot.set_up()
        boot.compile_texts()
        boot.collect_static()
        os.execv(command[0], command)  # noqa: S606  the command is ours
    stop = _on_signal()
    _demand_ports(asked.port)
    _addresses(asked.port)
    boot.set_up()
    boot.compile_texts()
    boot.collect_static()
    return _serve_group(asked.port, boot.home(), stop, time.monotonic())


def worker(_asked: Namespace) -> int:
    stop = _on_signal()
    boot.start_database()
    boot.set_up()
    from varde.clock.beat import beat

    beat(stop)
    return 0


def migrate(_asked: Namespace) -> int:
    boot.start_database()
    boot.set_up()
    boot.migrate()
    return 0


def simulate(asked: Namespace) -> int:
    boot.start_database()
    boot.set_up()
    boot.migrate()
    _live_the_days(asked.seed)
    return 0


def token(asked: Namespace) -> int:
    boot.start_database()
    boot.set_up()
    from varde.config import tokens

    if asked.act == "revoke":
        say(f"{tokens.revoke(asked.name)} token revoked")
        return 0
    print(tokens.create(asked))  # noqa: T201  the answer, on standard output
    return 0


def restate(asked: Namespace) -> int:
    boot.start_database()
    boot.set_up()
    from varde.clock.restate import restate_all

    found = restate_all(cooperation=asked.cooperation)
    print(found)  # noqa: T201  the answer
    return 0


def check(_asked: Namespace) -> int:
    """0 when the migrations are applied and every cooperation's audit chain holds."""
    boot.start_database()
    boot.set_up()
    from varde.clock.seal import verify
    from varde.people.queries import cooperations

    broken = {one.key: verify(one.id) for one in cooperations()}
    for key, number in broken.items():
        said = "whole" if number is None else f"broken at link {number}"
        print(f"{key}: audit chain {said}")  # noqa: T201  the answer
    return int(any(number is not None for number in broken.values()))
