"""The web process: pages, and the machine door beside them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.config.settings")

from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()

from django.conf import settings  # noqa: E402  Django is set up first

from varde.config.gate import CutOff, Full, Gate, then_drained  # noqa: E402
from varde.config.processes import MACHINES, PEOPLE  # noqa: E402
from varde.exchange.fhir import door  # noqa: E402

gc.freeze()  # what is loaded by now stays, and is not looked through again and again
gc.set_threshold(10_000, 20, 20)  # a Bundle or a page makes thousands of things, and drops them

_machines = Gate(MACHINES, most=door.MOST_BYTES)
_people = Gate(PEOPLE, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
BUSY = "503 Service Unavailable", "Varde har for mye å gjøre akkurat nå. Prøv igjen om litt."
CUT_OFF = "400 Bad Request", "Det du sendte, kom ikke helt fram. Send det en gang til."


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What only asks is always let in; who sends, through the gate.

    Machines have no session, no cookies and no pages: they do not pass through those.
    """
    machine = _for_machines(environ)
    answer = door.application if machine else pages
    if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
        return answer(environ, start_response)
    stream = environ["wsgi.input"]
    try:
        with (_machines if machine else _people).through(environ) as whole:
            told = answer(environ, start_response)
        return told if whole else then_drained(told, stream)
    except Full:
        return door.busy(start_response) if machine else _plain(BUSY, start_response)
    except CutOff:
        return door.cut_off(start_response) if machine else _plain(CUT_OFF, start_response)


def _for_machines(environ: dict[str, Any]) -> bool:
    path = environ.get("PATH_INFO", "")
    return bool(path == door.PREFIX or path.startswith(f"{door.PREFIX}/"))


def _plain(told: tuple[str, str], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, text = told
    kind = ("Content-Type", "text/plain; charset=utf-8")
    start_response(status, [kind, ("Retry-After", "5")])
    return [f"{text} Ingenting er lagret.\n".encode()]
