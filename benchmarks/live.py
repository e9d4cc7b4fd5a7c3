"""Live: five hundred open streams, and how long an event takes from commit to each socket."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg

from benchmarks.figures import Figure
from benchmarks.machine import House
from benchmarks.pages import Browser

NURSES, ROUNDS = 500, 30
OPENED = 120.0  # seconds in which every stream must stand


def live(house: House, key: str) -> list[Figure]:
    """One unit, one signed-in nurse's session on every stream; the worst of 500 counts."""
    browser = Browser(house.url)
    browser.sign_in(key)
    with psycopg.connect(house.server.dsn("postgres", "varde")) as connection:
        row = connection.execute(
            "select o.tenant_id, o.id from people_organisation o"
            " join people_cooperation c on c.id = o.tenant_id where c.key = %s",
            [key],
        ).fetchone()
    assert row is not None
    took = asyncio.run(_measured(house, browser.cookie, row[0], row[1]))
    took.sort()
    return [
        Figure("live: 500 nurses, commit to event, p95", 1000 * took[int(0.95 * len(took))], "ms",
               300),
        Figure("live: 500 nurses, commit to event, p50", 1000 * took[len(took) // 2], "ms", None),
    ]  # fmt: skip


class Stream:
    """One open stream, and what it has heard."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}
        self.open = asyncio.Event()

    async def run(self, host: str, port: int, cookie: str) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        asked = f"GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n"
        writer.write(asked.encode())
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"No stream: {status!r}")
        while line := await reader.readline():
            self.open.set()
            if line.startswith(b"data:"):
                self.heard.setdefault(line[5:].strip().decode(), time.perf_counter())


async def _measured(house: House, cookie: str, tenant: UUID, unit: UUID) -> list[float]:
    url = urlsplit(house.url)
    host, port = url.hostname or "127.0.0.1", (url.port or 80) + 1
    streams = [Stream() for _ in range(NURSES)]
    running = [asyncio.create_task(one.run(host, port, cookie)) for one in streams]
    await asyncio.wait_for(asyncio.gather(*(one.open.wait() for one in streams)), OPENED)
    took: list[float] = []
    dsn = house.server.dsn("postgres", "varde")
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        for _ in range(ROUNDS):
            item = str(uuid4())
            await connection.execute(
                "select pg_notify('varde_worklist', %s)", [f"{tenant}:{unit}:{item}"]
            )
            committed = time.perf_counter()
            while not all(item in one.heard for one in streams):
                if time.perf_counter() - committed > OPENED:
                    raise RuntimeError("An event did not reach every stream")
                await asyncio.sleep(0.01)
            took += [max(0.0, one.heard[item] - committed) for one in streams]
            await asyncio.sleep(0.1)
    for one in running:
        one.cancel()
    return took
