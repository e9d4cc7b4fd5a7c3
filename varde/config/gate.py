"""The gate: who sends comes in whole, so many at a time; the rest wait a little, outside.

The server waits for a body without end, and each one that is waited for holds a thread: so many may
send at once, machines and people by themselves, and there are always threads left for who only
looks. Of those who have sent, a few work at a time and the others stand in line.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

WORKING = 8  # at once, of each kind: about as many as the database has connections for
PATIENCE = 15.0  # seconds in line before one is told to come back
DRAINED = 24_000_000  # bytes of what is too large that are read all the same
CHUNK = 65_536


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
    def through(self, environ: dict[str, Any]) -> Iterator[bool]:
        """With the body here, whole unless it is too large, and a place to work.

        Raises `Full` and `CutOff`.
        """
        if not self.sending.acquire(blocking=False):
            raise Full
        try:
            body, whole = _body(environ, self.most)
            environ["wsgi.input"] = BytesIO(body)
            if not self.working.acquire(timeout=PATIENCE):
                raise Full
            try:
                yield whole
            finally:
                self.working.release()
        finally:
            self.sending.release()


def _body(environ: dict[str, Any], most: int) -> tuple[bytes, bool]:
    """The body, and whether it is whole: of one larger than `most` no more than that is read.

    What follows asks for the length itself and refuses what is too long.
    """
    length, stream = environ.get("CONTENT_LENGTH") or "", environ["wsgi.input"]
    if not (length.isascii() and length.isdigit()):
        body = bytes(stream.read(most + 1)) if environ.get("HTTP_TRANSFER_ENCODING") else b""
        return body, len(body) <= most
    if len(length) > 12 or int(length) > most:
        return b"", False
    body = bytes(stream.read(int(length))) if int(length) else b""
    if len(body) != int(length):
        raise CutOff
    return body, True


def then_drained(answer: Iterable[bytes], stream: Any) -> Iterator[bytes]:
    """The answer at once, and the rest of a body that was too large after it.

    A sender that is still sending when the line is closed never sees the answer.
    """
    yield from answer
    left = DRAINED
    while left > 0 and (part := stream.read(CHUNK)):
        left -= len(part)
