"""Journeys: real processes, a real browser, a clock that stands on a Monday morning."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

from tests import database
from tests.people import NOW, Cast
from varde.base.stamps import DEMO, stamp
from varde.config import processes
from varde.people import actions as people
from varde.people.viewer import Viewer

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop in this thread
AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
CUT_OFF = """[...document.querySelectorAll('input[inputmode]')]
    .filter(i => i.value && i.scrollWidth > i.clientWidth + 1).map(i => i.name)"""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


class House:
    """Where the pages are, and the processes behind them."""

    def __init__(self, url: str, group: processes.Group) -> None:
        self.url, self.group = url, group


@pytest.fixture(scope="package")
def house(migrated: None) -> Iterator[House]:
    """Web, live and worker, as `varde serve` and `varde worker` start them.

    They stop with the last journey: the clock of theirs acts for everybody in the database, and
    would move the tasks of another test under it.
    """
    port = processes.free_pair()
    environment = os.environ | {"VARDE_CLOCK": NOW.isoformat()} | processes.addresses(port)
    environment["VARDE_DEMO"] = "1"  # where everybody may come in by a password
    stamp(DEMO, NOW)
    home = database.home() / database.NAME
    group = processes.whole(port, home, environment, Event())
    group.start()
    try:
        url = f"http://127.0.0.1:{port}"
        trouble = processes.wait_until_well(url, 150)  # its first round is of all that tests made
        assert not trouble, f"{trouble}\n{(home / 'web.log').read_text()[-2000:]}"
        yield House(url, group)
    finally:
        group.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    made = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield made
    made.close()


class Screen:
    """One person at one device. Every page shown is checked with axe; script errors fail."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: object) -> None:
        text = getattr(message, "text", "")
        if getattr(message, "type", "") == "error" and "status of 4" not in text:
            self.troubles.append(text)

    def go(self, path: str) -> None:
        """By the address. Whoever is moved on by a page that follows others goes again."""
        try:
            self.page.goto(self.url + path)
        except Error as error:
            if not any(told in error.message for told in ("ERR_ABORTED", "interrupted by another")):
                raise
            self.page.wait_for_load_state()
            self.page.goto(self.url + path)

    def axe(self) -> None:
        """No violation of WCAG 2.0–2.2 A and AA or of best practice; no script has failed."""
        self.page.evaluate(AXE)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = self.page.evaluate(
            "tags => axe.run({runOnly: {type: 'tag', values: tags}}).then(r => r.violations.map("
            "v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3).join(' | ')))",
            tags,
        )
        assert not found, f"{self.page.url}: {found}"
        assert not self.troubles, f"{self.page.url}: {self.troubles}"
        assert not self.scrolls_sideways(), f"{self.page.url} scrolls sideways"
        assert not self.page.evaluate(CUT_OFF), f"{self.page.url}: what was typed is cut off"

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"))

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()


SignIn = Callable[..., Screen]


@pytest.fixture
def sign_in(house: House, browser: Browser, them: Cast) -> Iterator[SignIn]:
    """Signs a person in with a local password, on a phone or at a desk."""
    contexts = []

    def enter(who: Viewer, size: dict[str, int] = DESK) -> Screen:
        username = f"u{uuid4().hex[:10]}"
        with them.acting():
            people.add_identity(issuer="varde:local", subject=username, person=who.actor)
            people.set_password(username=username, password="tolv-lange-tegn")
        context = browser.new_context(
            viewport=size,
            locale="nb-NO",
            timezone_id="Europe/Oslo",
            color_scheme="light",
            reduced_motion="reduce",  # what folds out has done so when it is looked at
        )
        contexts.append(context)
        screen = Screen(context.new_page(), house.url)
        screen.go("/sign-in")
        screen.page.fill("#username", username)
        screen.page.fill("#password", "tolv-lange-tegn")
        screen.press("Logg inn")
        expect(screen.page).not_to_have_url(f"{house.url}/sign-in")
        screen.page.wait_for_load_state()
        return screen

    yield enter
    for context in contexts:
        context.close()
