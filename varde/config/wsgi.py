"""The web process: pages, and the machine door beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "varde.config.settings")

from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()

from varde.exchange.fhir import door  # noqa: E402  Django is set up first


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Machines have no session, no cookies and no pages: they do not pass through those."""
    path = environ.get("PATH_INFO", "")
    if path == door.PREFIX or path.startswith(f"{door.PREFIX}/"):
        return door.application(environ, start_response)
    return pages(environ, start_response)
