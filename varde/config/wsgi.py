"""The web process: pages, and the machine door beside them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.config.settings")

from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()

from varde.config.processes import WRITERS  # noqa: E402  Django is set up first
from varde.exchange.fhir import door  # noqa: E402

_writers = threading.BoundedSemaphore(WRITERS)
_BUSY = "Varde har for mye å gjøre akkurat nå. Ingenting er lagret. Prøv igjen om litt.\n".encode()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What only asks is always let in; of those that send, no more than leaves room for that.

    A sender that goes out of range half-way holds its thread for as long as its connection lasts:
    the server waits for a body without end. The list must be shown all the same.
    """
    if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
        return _answer(environ, start_response)
    if not _writers.acquire(blocking=False):
        return _busy(environ, start_response)
    try:
        return _answer(environ, start_response)
    finally:
        _writers.release()


def _answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Machines have no session, no cookies and no pages: they do not pass through those."""
    return (door.application if _for_machines(environ) else pages)(environ, start_response)


def _for_machines(environ: dict[str, Any]) -> bool:
    path = environ.get("PATH_INFO", "")
    return bool(path == door.PREFIX or path.startswith(f"{door.PREFIX}/"))


def _busy(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if _for_machines(environ):
        return door.busy(start_response)
    kind = ("Content-Type", "text/plain; charset=utf-8")
    start_response("503 Service Unavailable", [kind, ("Retry-After", "5")])
    return [_BUSY]
