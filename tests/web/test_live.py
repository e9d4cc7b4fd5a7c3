"""Live updates: what the stream says when it hears, when it is deaf, and to whom it speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings

from tests.base.walls import as_role
from tests.people import Cast
from varde.triage.worklist import tell
from varde.web import live
from varde.web.live import Hub

Sent = list[dict[str, Any]]
LISTENING = (
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where query = 'listen varde_worklist' and datname = current_database()"
)


@pytest.fixture
def hub(migrated: None, monkeypatch: pytest.MonkeyPatch) -> Hub:
    made = Hub()
    monkeypatch.setattr(live, "hub", made)
    monkeypatch.setattr(live, "BEAT", 0.05)
    return made


def cookie_of(them: Cast) -> str:
    client = them.browser(them.nurse)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


async def ask(
    path: str, done: Callable[[Sent], bool], *, cookie: str = "", origin: str = ""
) -> Sent:
    """What the application sends until `done`; then the browser goes away."""
    sent: Sent = []
    gone = asyncio.Event()
    headers = [(b"cookie", cookie.encode())]
    if origin:
        headers.append((b"origin", origin.encode()))

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if done(sent):
            gone.set()

    scope = {"type": "http", "path": path, "headers": headers}
    await asyncio.wait_for(live.application(scope, receive, send), 20)
    return sent


def told(sent: Sent) -> str:
    return b"".join(one.get("body", b"") for one in sent).decode()


def status(sent: Sent) -> int:
    return int(sent[0]["status"])


def run(hub: Hub, act: Callable[[], Awaitable[Any]]) -> Any:
    """In a thread of its own: a browser's loop may be running in this one."""

    async def whole() -> Any:
        try:
            return await act()
        finally:
            if hub.listening is not None:
                hub.listening.cancel()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(whole())).result()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


def whole(sent: Sent) -> bool:
    return sent[-1]["type"] == "http.response.body"


def test_without_the_database_it_says_that_it_is_deaf(
    them: Cast, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence would read as «nothing new»."""
    monkeypatch.setattr(live, "dsn", lambda: "host=127.0.0.1 port=1 connect_timeout=1")
    cookie = cookie_of(them)

    async def act() -> tuple[Sent, Sent]:
        health = await ask("/live/health", whole)
        return health, await ask("/live", lambda sent: "event: deaf" in told(sent), cookie=cookie)

    health, stream = run(hub, act)
    assert (status(health), told(health)) == (503, "not listening")
    assert "event: deaf" in told(stream)


def test_when_it_hears_it_beats_and_tells_of_the_units_changes(them: Cast, hub: Hub) -> None:
    cookie, patient = cookie_of(them), them.patient()

    async def act() -> tuple[Sent, Sent]:
        hub.start()
        await until(lambda: hub.hears)
        health = await ask("/live/health", whole)
        stream = asyncio.create_task(
            ask("/live", lambda sent: "event: change" in told(sent), cookie=cookie)
        )
        await until(lambda: any(hub.readers.values()))
        await asyncio.to_thread(them.report, patient, spo2=86)
        return health, await stream

    health, stream = run(hub, act)
    assert status(health) == 200
    assert "event: beat" in told(stream)
    assert str(patient.person) not in told(stream), "ids of places only"


def test_a_connection_that_was_cut_is_made_again_and_every_list_asks_anew(
    them: Cast, hub: Hub
) -> None:
    cookie = cookie_of(them)

    def cut() -> None:
        with as_role("postgres") as c:
            c.execute(LISTENING)

    async def act() -> Sent:
        hub.start()
        await until(lambda: hub.hears)
        stream = asyncio.create_task(
            ask("/live", lambda sent: "data: resync" in told(sent), cookie=cookie)
        )
        await until(lambda: any(hub.readers.values()))
        await asyncio.to_thread(cut)
        return await stream

    assert "data: resync" in told(run(hub, act))


def test_another_units_changes_are_not_told(them: Cast, hub: Hub) -> None:
    cookie = cookie_of(them)

    def elsewhere() -> None:
        with them.acting():
            tell([(them.units["practice"], them.tenant)])
            tell([(them.units["service"], them.source)])

    async def act() -> Sent:
        hub.start()
        await until(lambda: hub.hears)
        stream = asyncio.create_task(
            ask("/live", lambda sent: "event: change" in told(sent), cookie=cookie)
        )
        await until(lambda: any(hub.readers.values()))
        await asyncio.to_thread(elsewhere)
        return await stream

    found = told(run(hub, act))
    assert f"data: {them.source}" in found
    assert str(them.tenant) not in found


@pytest.mark.parametrize("path", ["/live", "/live/else", "/"])
def test_nobody_without_a_session_hears_anything(hub: Hub, path: str) -> None:
    sent = run(hub, lambda: ask(path, whole))
    assert status(sent) in (401, 404)
    assert told(sent) == ""


def test_a_page_of_another_origin_hears_nothing(them: Cast, hub: Hub) -> None:
    cookie = cookie_of(them)
    sent = run(hub, lambda: ask("/live", whole, cookie=cookie, origin="https://elsewhere.example"))
    assert (status(sent), told(sent)) == (404, "")


def test_a_patient_has_no_stream(them: Cast, hub: Hub) -> None:
    client = them.browser(them.patient())
    name = settings.SESSION_COOKIE_NAME
    sent = run(hub, lambda: ask("/live", whole, cookie=f"{name}={client.cookies[name].value}"))
    assert status(sent) == 401


def test_it_speaks_to_the_database_as_encrypted_as_the_address_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = settings.DATABASES["default"]
    options = {**found["OPTIONS"], "sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    monkeypatch.setitem(found, "OPTIONS", options)
    assert "sslmode=verify-full" in live.dsn()
    assert "sslrootcert=/etc/ca.pem" in live.dsn()
