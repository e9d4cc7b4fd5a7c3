"""Access: whose token it is; looked up at most every five seconds a process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from varde.base.tenancy import Frame, acting
from varde.core.access import Role
from varde.exchange.fhir.outcome import Issue, Refused
from varde.exchange.fhir.together import Line
from varde.measuring.queries import source_of
from varde.people.actions import digest_of
from varde.people.queries import cooperation_of, first_of_name, token_with
from varde.people.viewer import Viewer

REMEMBERED = 5.0  # seconds until a token is looked up again: revoking takes that long


@dataclass(frozen=True)
class Sender:
    """A machine: as whom it acts, which source its measurements have, what it may."""

    viewer: Viewer
    source: UUID
    scope: frozenset[str]
    base: str
    line: Line[Any, Any] = field(default_factory=Line, compare=False)

    def demand(self, right: str) -> None:
        if right not in self.scope:
            raise Refused(403, Issue("forbidden", f"The token may not {right}"))


_known: dict[bytes, tuple[float, Sender]] = {}


def sender(authorization: str, *, base: str, at: datetime) -> Sender:
    """Raises `Refused` 401 for a token that is missing, unknown, expired or revoked."""
    kind, _, secret = authorization.partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise Refused(401, Issue("login", "A bearer token is needed"))
    digest = digest_of(secret.strip())
    kept = _known.get(digest)
    if kept is not None and kept[0] > time.monotonic() and kept[1].base == base:
        return kept[1]
    found = _look_up(digest, base, at)
    if len(_known) > 500:
        _known.clear()
    _known[digest] = (time.monotonic() + REMEMBERED, found)
    return found


def _look_up(digest: bytes, base: str, at: datetime) -> Sender:
    token = token_with(digest, at=at)
    if token is None:
        raise Refused(401, Issue("login", "The token is not one that holds"))
    cooperation = cooperation_of(token.tenant_id)
    with acting(Frame(token.tenant_id, at, unit=token.unit_id)):
        source = source_of(first_of_name(token))
    viewer = Viewer(
        token.tenant_id,
        Role.MACHINE,
        unit=token.unit_id,
        name=token.name,
        zone=cooperation.zone,
        source=source,
    )
    return Sender(viewer, source, frozenset(token.scope.split()), base)
