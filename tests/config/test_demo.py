"""`varde demo` as somebody starts it: from nothing to a page, stopped, killed and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.base.postgres import open_folder
from tests.config.test_processes import lives, until
from varde.base.postgres import Server
from varde.config import processes

pytestmark = pytest.mark.long
# Founded, and cut off before it was said to stand.
CUT_OFF = """
from varde.config import boot
boot.start_database(); boot.set_up(); boot.migrate()
from varde.base import clock
from varde.simulate.founding import Founding
Founding(seed="varde", key="demo", today=clock.now().date()).build()
"""
VARDE = [sys.executable, "-m", "varde.cli"]


@dataclass
class Demo:
    """One folder and one port; started and stopped as from a shell."""

    home: Path
    port: int = field(default_factory=processes.free_pair)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("VARDE_")}
        return kept | {"VARDE_HOME": str(self.home)}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def told(self) -> str:
        return (self.home.parent / "told").read_text("utf-8")

    def start(self) -> subprocess.Popen[bytes]:
        with (self.home.parent / "told").open("wb") as told:
            made = subprocess.Popen(
                [*VARDE, "demo", "--port", str(self.port)], env=self.environment, stderr=told
            )
        self.started.append(made)
        return made

    def is_well(self) -> bool:
        return processes.wait_until_well(self.url, 0.1) == ""

    def run(self, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*VARDE, *more], env=self.environment, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

    def get(self, path: str, token: str = "") -> str:
        asked = urllib.request.Request(self.url + path)
        if token:
            asked.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return str(answer.read().decode())

    def pids(self) -> list[int]:
        return [int(one.read_text().split()[0]) for one in self.home.glob("*.pid")]


@pytest.fixture
def demo() -> Iterator[Demo]:
    with open_folder() as folder:
        made = Demo(folder / ".varde")
        try:
            yield made
        finally:
            for one in made.started:
                one.kill()
            Server(made.home).erase()
            processes.end_leftovers(made.home)


def stopped(demo: Demo, process: subprocess.Popen[bytes], number: int) -> int:
    """The exit code; nothing of it is left, the database neither."""
    pids = demo.pids()
    process.send_signal(number)
    code = process.wait(25)
    assert not [pid for pid in pids if lives(pid)]
    assert not (Server(demo.home).data / "postmaster.pid").exists()
    return code


def it_is_stopped_while_it_is_made_and_made_whole_afterwards(demo: Demo) -> None:
    cut_off = [sys.executable, "-c", CUT_OFF]
    subprocess.run(cut_off, env=demo.environment, timeout=120, check=True)
    process = demo.start()
    assert until(lambda: "Lever demoens dager" in demo.told, 240), demo.told
    assert "Begynner på nytt" in demo.told
    assert stopped(demo, process, signal.SIGTERM) == 130
    demo.start()
    assert until(demo.is_well, 400), demo.told
    assert until(lambda: demo.told.splitlines()[-1].startswith(f"Varde kjører på {demo.url}"))


def the_front_page_lists_who_one_can_be(demo: Demo) -> None:
    page = demo.get("/")
    for name in ("Solfrid Lyngmo", "Ingeborg Myrland"):
        assert name in page


def a_token_is_printed_alone_and_opens_the_patients(demo: Demo) -> None:
    made = demo.run("token", "create", "--name", "gateway")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert made.stdout == f"{token}\n"
    told = json.loads(demo.get("/fhir/R4/Patient?_count=1000", token))
    assert len(told["entry"]) == 213


def a_second_start_in_the_same_place_is_refused_and_harms_nothing(demo: Demo) -> None:
    pids = demo.pids()
    again = demo.run("demo", "--port", str(processes.free_pair()))
    assert again.returncode == 1
    assert "kjører her allerede" in again.stderr
    assert all(lives(pid) for pid in pids)
    assert demo.is_well()


def a_taken_port_is_said(demo: Demo) -> None:
    other = {**demo.environment, "VARDE_HOME": str(demo.home.parent / "other")}
    again = subprocess.run(
        [*VARDE, "demo", "--port", str(demo.port)], env=other, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert f"Port {demo.port} er opptatt" in again.stderr


def a_killed_database_and_a_killed_web_come_back(demo: Demo) -> None:
    postmaster = (Server(demo.home).data / "postmaster.pid").read_text().split()[0]
    os.kill(int(postmaster), signal.SIGKILL)
    web = int((demo.home / "web.pid").read_text().split()[0])
    os.killpg(web, signal.SIGKILL)
    assert until(demo.is_well, 60), demo.told[-2000:]


def ctrl_c_stops_it_all_and_the_next_start_keeps_everything(demo: Demo) -> None:
    before = demo.run("token", "create", "--name", "kept").stdout.strip()
    assert stopped(demo, demo.started[-1], signal.SIGINT) == 0
    began = time.monotonic()
    demo.start()
    assert until(demo.is_well, 60), f"{time.monotonic() - began:.0f} s: {demo.told}"
    assert len(json.loads(demo.get("/fhir/R4/Patient?_count=1000", before))["entry"]) == 213


def a_parent_that_was_killed_leaves_nothing_that_hinders_the_next(demo: Demo) -> None:
    demo.started[-1].kill()
    demo.started[-1].wait(10)
    orphans = demo.pids()
    assert orphans
    demo.start()
    # the orphans answer too while they live: well is only what answers after them
    assert until(lambda: not [p for p in orphans if lives(p)] and demo.is_well(), 60), demo.told
    assert stopped(demo, demo.started[-1], signal.SIGTERM) == 0


PARTS = (
    it_is_stopped_while_it_is_made_and_made_whole_afterwards,
    the_front_page_lists_who_one_can_be,
    a_token_is_printed_alone_and_opens_the_patients,
    a_second_start_in_the_same_place_is_refused_and_harms_nothing,
    a_taken_port_is_said,
    a_killed_database_and_a_killed_web_come_back,
    ctrl_c_stops_it_all_and_the_next_start_keeps_everything,
    a_parent_that_was_killed_leaves_nothing_that_hinders_the_next,
)


def test_the_demo_from_its_first_start_to_its_last_stop(demo: Demo) -> None:
    """In order, and as one: each part goes on from where the one before left the demo."""
    for part in PARTS:
        part(demo)
