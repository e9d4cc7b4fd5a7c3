"""The gate: who sends comes in whole, so many at a time; the rest wait a little, outside.

The server waits for a body without end, and each one that is waited for holds a thread: so many may
send at once, machines and people by themselves, and there are always threads left for who only
looks. Of those who have sent, a few work at a time and the others stand in line.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

WORKING = 8  # at once, of each kind: about as many as the database has connections for
PATIENCE = 15.0  # seconds in line before one is told to come back
DRAINED = 24_000_000  # bytes of what is too large that are read all the same: else the sender, who
CHUNK = 65_536  # is still sending, never sees the answer


class Full(Exception):
    """Too many are sending, or have waited too long in line. Nothing of this one was handled."""


class CutOff(Exception):
    """The sender went away before all had come."""


class Gate:
    def __init__(self, sending: int, *, most: int) -> None:
        self.sending = threading.BoundedSemaphore(sending)
        self.working = threading.BoundedSemaphore(WORKING)
        self.most = most  # bytes of a body that are kept

    @contextmanager
    def through(self, environ: dict[str, Any]) -> Iterator[None]:
        """With the whole body here and a place to work. Raises `Full` and `CutOff`."""
        if not self.sending.acquire(blocking=False):
            raise Full
        try:
            environ["wsgi.input"] = BytesIO(_body(environ, self.most))
            if not self.working.acquire(timeout=PATIENCE):
                raise Full
            try:
                yield
            finally:
                self.working.release()
        finally:
            self.sending.release()


def _body(environ: dict[str, Any], most: int) -> bytes:
    """The body; of one that is larger than `most`, one byte more, and the rest is let go.

    What follows asks for the length itself and refuses what is too long.
    """
    length, stream = environ.get("CONTENT_LENGTH") or "", environ["wsgi.input"]
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        whole = bytes(stream.read(most + 1)) if environ.get("HTTP_TRANSFER_ENCODING") else b""
        if len(whole) > most:
            _drain(stream)
        return whole
    if int(length) > most:
        _drain(stream)
        return b""
    whole = bytes(stream.read(int(length))) if int(length) else b""
    if len(whole) != int(length):
        raise CutOff
    return whole


def _drain(stream: Any) -> None:
    left = DRAINED
    while left > 0 and (part := stream.read(CHUNK)):
        left -= len(part)
