"""Health: 200 only when the database, migrations, demo data, worker and live updates answer."""

from __future__ import annotations

import urllib.request
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from varde.base.disk import is_full
from varde.base.schema import missing_migrations
from varde.base.stamps import DEMO, late_tasks, stamped


@require_safe
def healthz(request: Any) -> HttpResponse:
    """What does not answer, by name; never anything about a person."""
    try:
        wrong = _wrong(request)
    except DatabaseError:
        wrong = {"database": "does not answer"}
    if wrong:
        return JsonResponse({"status": "unavailable", "wrong": wrong}, status=503)
    return JsonResponse({"status": "ok"})


def _wrong(request: HttpRequest) -> dict[str, str]:
    wrong: dict[str, str] = {}
    missing = missing_migrations()
    if missing:
        wrong["migrations"] = f"{missing} not applied"
        return wrong
    if settings.DEMO and stamped(DEMO) is None:
        wrong["demo"] = "being made"
    if settings.DATA_FOLDER and is_full(settings.DATA_FOLDER):
        wrong["disk"] = "full"
    late = late_tasks(at=request.at)  # type: ignore[attr-defined]
    if late:
        wrong["worker"] = f"late: {', '.join(late)}"
    if settings.LIVE_HEALTH and not _live_answers():
        wrong["live"] = "does not answer"
    return wrong


def _live_answers() -> bool:
    try:
        with urllib.request.urlopen(f"{settings.LIVE_HEALTH}/live/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False
