"""The patient's page as the nurse has it: the record, and the panel to act beside it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from varde.core.access import Role
from varde.people.queries import organisation, patient_for
from varde.triage import handling, queries
from varde.web.nurse.following import following_words
from varde.web.nurse.panel import contact_form, panel
from varde.web.nurse.shift import own_nurse
from varde.web.nurse.tasks import coming
from varde.web.record.asking import ladder
from varde.web.record.page import shown
from varde.web.roles import for_roles


@for_roles(Role.NURSE)
@require_GET
def record(request: Any, patient: UUID) -> HttpResponse:
    return record_page(request, patient_for(request.viewer, patient, at=request.at))


def record_page(
    request: Any,
    person: Any,
    *,
    typed: dict[str, Any] | None = None,
    asked: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `typed` is what a refused closing had filled in, `asked` a refused question."""
    viewer, at = request.viewer, request.at
    record = shown(request, person)
    standing = queries.open_item(person.id)
    item = standing if standing and standing.unit_id == viewer.unit else None
    # on another's list: that of who has the watch
    elsewhere = organisation(standing.unit_id).name if standing and not item else ""
    if item is not None:
        handling.saw(item.id, at=at)
        handling.touch(item.id, by=viewer, at=at)
    own = item is not None and item.taken_by_id in (None, viewer.person)
    words = {
        **record.words,
        "here": "worklist",
        "panel": panel(item, record.known, viewer=viewer, at=at) if item else None,
        "coming": coming(person.id, viewer, at),
        "following": following_words(person.id, at),
        "nurse": own_nurse(person.id, viewer, at),
        "ladder": {**ladder(person.id, record, viewer, at), **(asked or {})},
        "contact": None if own else contact_form(),
        "elsewhere": elsewhere,
        "typed": typed,
    }
    return render(request, "nurse/record.html", words, status=status)
