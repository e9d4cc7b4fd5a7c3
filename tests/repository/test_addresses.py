"""Every address: who may see it, which methods it takes, and that looking changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.people import Cast
from varde.core.access import Role
from varde.measuring.drafts import open_draft
from varde.people.viewer import Viewer
from varde.triage.queries import open_item

# What anyone may open, signed in or not, each with the reason.
PUBLIC = {
    "": "the front page: the demo's people, or the way to sign in",
    "healthz": "says what does not answer, never anything about a person",
    "sign-in": "where one signs in",
    "seat": "the choice between one's own roles, kept in the session",
    "sign-out": "ends the session there is",
    "language": "the reader's language",
    "demo/<slug:username>": "404 unless it is the demo",
}
# What a GET may leave behind, each with the reason.
LEFT_BY_LOOKING = {
    "audit_opening": "that the record was opened, or seen in a list (decisions 7.5)",
    "triage_item": "when somebody first saw it: from then on nothing lowers it by itself",
    "triage_control": "that a person has the place before them: a repetition lowers nothing then",
    "measuring_draft": "an empty draft, whose id makes a second sending the same report",
    "django_session": "the session itself",
    "people_attempt": "how often a door was tried",
}
# At its beginning, or in a `with … as (insert …)`.
CHANGES = re.compile(r'(?:^|\()\s*(?:insert\s+into|update|delete\s+from)\s+"?(\w+)', re.I)


def patterns(found: Any = None, before: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for one in found if found is not None else get_resolver().url_patterns:
        route = f"{before}{one.pattern}"
        if isinstance(one, URLPattern):
            yield route, one.callback
        else:
            yield from patterns(one.url_patterns, route)


PAGES = {route: view for route, view in patterns() if not route.startswith("static")}
OURS = {route: view for route, view in PAGES.items() if hasattr(view, "roles")}


def test_every_address_has_roles_or_is_public() -> None:
    open_to_all = {route for route, view in PAGES.items() if not getattr(view, "roles", ())}
    assert open_to_all == set(PUBLIC)


@contextmanager
def writes() -> Iterator[set[str]]:
    """The tables that are written to inside the block."""
    found: set[str] = set()

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.update(name.lower() for name in CHANGES.findall(str(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


@pytest.fixture(autouse=True)
def seats_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """These are about the roles of pages, not about who holds a seat."""
    monkeypatch.setattr("varde.web.middleware.still_holds", lambda *_, **__: True)


def someone(them: Cast, role: Role, patient: Viewer) -> Viewer:
    """A signed-in person with this role."""
    named = {
        Role.PATIENT: patient,
        Role.NURSE: them.nurse,
        Role.GP: them.gp,
        Role.COORDINATOR: them.coordinator,
    }
    service = them.units["service"]
    return named.get(role) or Viewer(them.tenant, role, them.nurse.person, service, "Inga")


def filled(route: str, them: Cast, patient: Viewer) -> str:
    """The address with true ids in it."""
    report = them.report(patient, spo2=95, pulse=80, systolic=130, diastolic=80)
    with them.acting():
        item = open_item(patient.actor)
    with them.acting(patient):
        draft = open_draft(patient.actor, at=them.at)
    ids: dict[str, UUID | str | None] = {
        "patient": patient.person,
        "item": item.id if item else None,
        "report_id": report.delivery.report_id,
        "draft": draft.id,
        "slug": "oxygen",
        "username": "ingeborg",
    }
    return "/" + re.sub(r"<\w+:(\w+)>", lambda m: str(ids.get(m[1]) or patient.person), route)


def door(route: str, them: Cast) -> tuple[Client, str]:
    """A browser of someone who may open this address, and the address with true ids."""
    patient = them.patient()
    role = next(iter(OURS[route].roles)) if route in OURS else Role.NURSE
    return them.browser(someone(them, role, patient)), filled(route, them, patient)


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route or "front")
def test_every_address_says_which_methods_it_takes(route: str, them: Cast) -> None:
    client, address = door(route, them)
    with them.clock():
        answer = client.put(address)
    assert answer.status_code == 405
    assert set(answer["Allow"].split(", ")) <= {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route or "front")
def test_what_changes_something_refuses_get(route: str, them: Cast) -> None:
    client, address = door(route, them)
    with them.clock(), writes() as changed:
        answer = client.get(address)
    assert answer.status_code < 500 or route == "healthz"
    assert changed <= set(LEFT_BY_LOOKING), f"GET {address} wrote to {changed}"


@pytest.mark.parametrize("route", OURS)
def test_whoever_is_not_signed_in_is_asked_to_sign_in(route: str, them: Cast) -> None:
    address = filled(route, them, them.patient())
    for method in ("get", "post"):
        answer = getattr(Client(), method)(address)
        assert (answer.status_code, answer["Location"][:9]) == (302, "/sign-in?")


@pytest.mark.parametrize("route", OURS)
def test_every_other_role_is_refused(route: str, them: Cast) -> None:
    patient = them.patient()
    address = filled(route, them, patient)
    others = set(Role) - set(OURS[route].roles) - {Role.MACHINE, Role.SYSTEM}
    with them.clock():
        answers = {
            role: them.browser(someone(them, role, patient)).get(address).status_code
            for role in others
        }
    assert set(answers.values()) == {403}
