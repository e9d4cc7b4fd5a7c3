"""Live updates: one stream a browser, fed by NOTIFY; ids only, the page asks for the rest.

A small ASGI application of its own. It holds no transaction. The session is looked at when the
stream opens and each minute after; a session that has ended closes the stream.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings

from varde.base import clock
from varde.base.tenancy import acting
from varde.core.access import Role
from varde.people.queries import still_holds
from varde.web.viewers import viewer_in

log = logging.getLogger("varde.live")

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Key = tuple[str, str]

BEAT = 5.0  # seconds between signs of life
RECHECK = 60.0  # seconds between looks at the session
FULL = 200  # events a slow reader may be behind before it is told to fetch all


class Hub:
    """Who listens to which unit, and the one connection that hears the database."""

    def __init__(self) -> None:
        self.readers: dict[Key, set[asyncio.Queue[str]]] = defaultdict(set)
        self.listening: asyncio.Task[None] | None = None
        self.hears = False

    def start(self) -> None:
        if self.listening is None or self.listening.done():
            self.listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        pause = 0.2
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(dsn(), autocommit=True) as conn:
                    await conn.execute("listen varde_worklist")
                    self.hears, pause = True, 0.2
                    self.tell_all("resync")
                    async for note in conn.notifies():
                        self._dispatch(note.payload)
            except (psycopg.Error, OSError) as error:
                log.warning("Live updates lost the database: %s", type(error).__name__)
            self.hears = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def _dispatch(self, payload: str) -> None:
        tenant, unit, item = payload.split(":")
        for queue in self.readers.get((tenant, unit), ()):
            self._put(queue, item)

    def _put(self, queue: asyncio.Queue[str], event: str) -> None:
        if queue.qsize() >= FULL:
            while not queue.empty():
                queue.get_nowait()
            event = "resync"
        queue.put_nowait(event)

    def tell_all(self, event: str) -> None:
        for queues in self.readers.values():
            for queue in queues:
                self._put(queue, event)

    @contextlib.asynccontextmanager
    async def reader(self, key: Key) -> AsyncIterator[asyncio.Queue[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        self.readers[key].add(queue)
        try:
            yield queue
        finally:
            self.readers[key].discard(queue)


hub = Hub()


def dsn() -> str:
    """The application's own database, with what its address says of encryption."""
    found: dict[str, Any] = settings.DATABASES["default"]
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    parts = {name: str(found[key]) for name, key in names.items() if found[key]}
    parts |= {name: one for name, one in found["OPTIONS"].items() if isinstance(one, str)}
    return psycopg.conninfo.make_conninfo("", dbname=str(found["NAME"]), **parts)


def _session(cookie: str) -> dict[str, Any] | None:
    """What the session holds, or None when there is none any more."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import close_old_connections

    morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return None
    try:
        kept = SessionStore(session_key=morsel.value).load().get("viewer")
    finally:
        close_old_connections()
    if not kept or kept.get("role") != Role.NURSE or not kept.get("unit"):
        return None
    return kept if _still(kept) else None


def _still(kept: dict[str, Any]) -> bool:
    """Whether the seat the session was opened in is still the person's."""
    from django.db import close_old_connections

    viewer, at = viewer_in(kept), clock.now()
    try:
        with acting(viewer.frame(at)):
            return still_holds(viewer, at=at)
    finally:
        close_old_connections()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """GET /live is the stream, GET /live/health says whether the database is heard."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    hub.start()
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    if scope["path"] == "/live/health":
        await _answer(send, 200 if hub.hears else 503, b"ok" if hub.hears else b"not listening")
        return
    origin = headers.get("origin", "")
    if scope["path"] != "/live" or (origin and not _known(origin)):
        await _answer(send, 404, b"")
        return
    viewer = await sync_to_async(_session)(headers.get("cookie", ""))
    if viewer is None:
        await _answer(send, 401, b"", origin)
        return
    await _stream(receive, send, headers, viewer, origin)


def _known(origin: str) -> bool:
    """Exactly the pages' own origin: the same host, one port below."""
    return origin in settings.PAGE_ORIGINS


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


def _headers(origin: str, kind: bytes) -> list[tuple[bytes, bytes]]:
    made = [(b"content-type", kind), (b"cache-control", b"no-store"), (b"vary", b"origin")]
    if origin:
        made.append((b"access-control-allow-origin", origin.encode()))
        made.append((b"access-control-allow-credentials", b"true"))
    return made


async def _answer(send: Send, status: int, body: bytes, origin: str = "") -> None:
    headers = _headers(origin, b"text/plain")
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _stream(
    receive: Receive, send: Send, headers: dict[str, str], viewer: dict[str, Any], origin: str
) -> None:
    made = [*_headers(origin, b"text/event-stream"), (b"x-accel-buffering", b"no")]
    await send({"type": "http.response.start", "status": 200, "headers": made})
    gone = asyncio.create_task(_gone(receive))
    loop = asyncio.get_running_loop()
    checked = loop.time()
    async with hub.reader((viewer["tenant"], viewer["unit"])) as queue:
        await _event(send, "beat", "")
        while not gone.done():
            try:
                await _event(send, "change", await asyncio.wait_for(queue.get(), BEAT))
            except TimeoutError:
                await _event(send, "beat" if hub.hears else "deaf", "")
            if loop.time() - checked > RECHECK:
                checked = loop.time()
                now = await sync_to_async(_session)(headers.get("cookie", ""))
                if now is None:
                    break
    gone.cancel()
    with contextlib.suppress(Exception):
        await send({"type": "http.response.body", "body": b""})


async def _event(send: Send, kind: str, data: str) -> None:
    body = f"event: {kind}\ndata: {data}\n\n".encode()
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
