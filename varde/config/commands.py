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
from varde.config.refused import Refused


class Stopped(Exception):
    """Somebody has asked us to stop; what has been lived so far is kept."""


def say(text: str, end: str = "\n") -> None:
    """Progress goes to standard error: standard output holds answers only."""
    sys.stderr.write(text + end)
    sys.stderr.flush()


def demo(asked: Namespace) -> int:
    """Everything from nothing to a page to open; Ctrl-C and SIGTERM stop it all."""
    stop = _on_signal()
    started = time.monotonic()
    home = boot.home()
    _demand_alone(home)
    _demand_ports(asked.port)
    os.environ["VARDE_DEMO"] = "1"
    _addresses(asked.port)
    if asked.reset:
        say("Begynner på nytt …")
        boot.erase_database()
    try:
        _make_ready(stop)
        if not _live_the_days(asked.seed, stop):
            say("Forrige forsøk ble avbrutt før demoen var laget. Begynner på nytt …")
            boot.erase_database()
            _make_ready(stop)
            _live_the_days(asked.seed, stop)
        hint = " – åpne siden og velg hvem du vil være"
        return _serve_group(asked.port, home, stop, started, hint=hint)
    except Stopped:
        return 130
    finally:
        say("Stopper …")
        boot.stop_database()


def _make_ready(stop: Event) -> None:
    """The database answers and is of this version; the pages' files are made."""
    steps = (
        ("Starter databasen …", boot.start_database),
        ("", boot.set_up),
        ("Gjør databasen klar …", boot.migrate),
        ("", boot.compile_texts),
        ("", boot.collect_static),
    )
    for text, step in steps:
        if stop.is_set():
            raise Stopped
        if text:
            say(text)
        step()


def _demand_alone(home: Path) -> None:
    """One whole Varde in a folder at a time: they share logs and a database that the last stops."""
    home.mkdir(parents=True, exist_ok=True)
    try:
        processes.end_leftovers(home)
    except processes.Running:
        raise Refused("Varde kjører her allerede. Stopp den med Ctrl-C først.") from None


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


def _live_the_days(seed: str, stop: Event) -> bool:
    """False when an earlier try was cut off before the demo was founded."""
    from varde.simulate.run import NotEmpty, OtherSeed, prepare

    def progress(what: str, n: int, of: int) -> None:
        if stop.is_set():
            raise Stopped
        if n == of or n % 30 == 0 or sys.stderr.isatty():  # a log need not have them all
            end = "\r" if n < of and sys.stderr.isatty() else "\n"
            say(f"Lever demoens dager … {n} av {of}", end=end)

    try:
        return prepare(seed=seed, progress=progress)
    except NotEmpty:
        raise Refused(
            "Databasen har et samarbeid fra før. Demoen lages bare i en tom database."
        ) from None
    except OtherSeed:
        raise Refused(
            "Demoen som står, er laget av et annet frø. Begynn på nytt: make demo RESET=1"
        ) from None


def _on_signal() -> Event:
    stop = Event()

    def end(_number: int, _frame: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop


def _serve_group(port: int, home: Path, stop: Event, started: float, *, hint: str = "") -> int:
    group = processes.whole(port, home, dict(os.environ), stop)
    group.start()
    url = f"http://127.0.0.1:{port}"
    try:
        trouble = processes.wait_until_well(url, 30)
        if trouble:
            say(f"Varde svarer ikke som den skal: {trouble} Se {home}/web.log.")
        seconds = time.monotonic() - started
        say(f"Varde kjører på {url}{hint}. Ctrl-C stopper. (klar på {seconds:.0f} s)")
        group.watch(tend=boot.tend_database)
    finally:
        group.stop()
    return 0


def serve(asked: Namespace) -> int:
    """Web, live and worker on this machine, or one of the first two behind a proxy."""
    if asked.host != "127.0.0.1" and not asked.only:
        raise Refused("--host is for --only web or --only live, behind a proxy with TLS")
    if not asked.only:
        _demand_alone(boot.home())
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
    try:
        return _serve_group(asked.port, boot.home(), stop, time.monotonic())
    finally:
        boot.stop_database()


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
    try:
        if not _live_the_days(asked.seed, _on_signal()):
            raise Refused("Demoen ble avbrutt mens den ble laget. Kjør: make demo RESET=1")
    except Stopped:
        return 130
    return 0


def token(asked: Namespace) -> int:
    boot.start_database()
    boot.set_up()
    from varde.config import tokens

    if asked.act == "revoke":
        n = tokens.revoke(asked)
        say(f"{n} token revoked")
        return 0 if n else 1
    print(tokens.create(asked))  # noqa: T201  the answer, on standard output
    return 0


def programme(asked: Namespace) -> int:
    """To try one nothing is read from a database, and nothing is kept."""
    if asked.act in ("publish", "publish-plan"):
        boot.start_database()
        boot.set_up()
        from varde.config.publishing import published, published_plan

        did = published_plan if asked.act == "publish-plan" else published
        print(did(asked))  # noqa: T201  the answer
        return 0
    boot.set_up()
    boot.compile_texts()
    from varde.config.trying import tried

    lines, refused = tried(asked)
    try:
        for line in lines:
            print(line)  # noqa: T201  the answer
        sys.stdout.flush()
    except BrokenPipeError:  # who reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    for row in refused:
        say(f"line {row.line}: {row.why}")
    return int(bool(refused))


def cover(asked: Namespace) -> int:
    boot.start_database()
    boot.set_up()
    from varde.config.covering import covered

    for line in covered(asked):
        print(line)  # noqa: T201  the answer
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
    from varde.base.schema import missing_migrations
    from varde.clock.seal import verify
    from varde.people.queries import cooperations

    missing = missing_migrations()
    print(f"database: {missing} migrations not applied" if missing else "database: up to date")  # noqa: T201
    if missing:
        return 1
    broken = {one.key: verify(one.id) for one in cooperations()}
    for key, number in broken.items():
        said = "whole" if number is None else f"broken at link {number}"
        print(f"{key}: audit chain {said}")  # noqa: T201  the answer
    return int(any(number is not None for number in broken.values()))
