"""Tokens: issued and revoked from the shell, for a machine that acts for one unit."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from varde.base import clock
from varde.base.tenancy import Frame, acting
from varde.config.commands import Refused
from varde.measuring.actions import source
from varde.people.actions import issue_token, revoke_tokens
from varde.people.queries import cooperations, organisations


def create(asked: Namespace) -> str:
    """The secret of a new token; raises `Refused` when it is not clear for whom."""
    cooperation = _cooperation(asked.cooperation)
    at = clock.now()
    with acting(Frame(cooperation.id, at)):
        unit = _unit(asked.organisation)
        row, secret = issue_token(
            name=asked.name,
            tenant=cooperation.id,
            unit=unit.id,
            scope=asked.scope,
            at=at,
            days=asked.days,
        )
        source("machine", f"{asked.name} {row.id}", token=row.id)
    return secret


def _cooperation(key: str | None) -> Any:
    found = [one for one in cooperations() if key in (None, one.key)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused("No such cooperation. Is the demo made? Run: make demo")
    raise Refused(f"Say which with --cooperation: {', '.join(one.key for one in found)}")


def _unit(orgnr: str | None) -> Any:
    found = [
        unit for unit in organisations(None if orgnr else "service") if orgnr in (None, unit.orgnr)
    ]
    if not found:
        raise Refused("No such organisation in this cooperation")
    return found[0]


def revoke(name: str) -> int:
    return revoke_tokens(name=name, at=clock.now())
