"""Tokens: issued and revoked from the shell, for a machine that acts for one unit."""

from __future__ import annotations

from argparse import Namespace

from varde.audit import actions as audit
from varde.audit.actions import About
from varde.base import clock
from varde.base.tenancy import Frame, acting
from varde.config import named
from varde.config.refused import Refused
from varde.core.access import Role
from varde.measuring.actions import source
from varde.people.actions import issue_token, revoke_tokens
from varde.people.queries import first_of_name


def create(asked: Namespace) -> str:
    """The secret of a new token; raises `Refused` when it is not clear for whom, or for what."""
    _demand_sound(asked)
    cooperation = named.cooperation(asked.cooperation)
    at = clock.now()
    with acting(Frame(cooperation.id, at)):
        unit = named.unit(asked.organisation, option="--organisation")
        row, secret = issue_token(
            name=asked.name,
            tenant=cooperation.id,
            unit=unit.id,
            scope=asked.scope,
            at=at,
            days=asked.days,
        )
        if first_of_name(row) == row.id:  # a new token of a machine that is known is that machine
            source("machine", f"{asked.name} {row.id}", token=row.id)
        audit.record(
            "issue-token", role=Role.SYSTEM, at=at, kind="token", about=[About(object_id=row.id)]
        )
    return secret


SCOPES = {"read", "write"}
LONGEST_NAME = 40


def _demand_sound(asked: Namespace) -> None:
    if asked.days is not None and asked.days < 1:
        raise Refused("--days is a number of days from 1; leave it out for no end")
    scope = set(asked.scope.split())
    if not scope or scope - SCOPES:
        raise Refused("--scope is read, write, or both: --scope 'read write'")
    if not 0 < len(asked.name.strip()) <= LONGEST_NAME:
        raise Refused(f"--name is from 1 to {LONGEST_NAME} characters")


def revoke(asked: Namespace) -> int:
    """How many tokens of this name, in this cooperation, stopped working."""
    cooperation, at = named.cooperation(asked.cooperation), clock.now()
    n = revoke_tokens(name=asked.name, tenant=cooperation.id, at=at)
    with acting(Frame(cooperation.id, at)):
        audit.record("revoke-token", role=Role.SYSTEM, at=at, kind="token")
    return n
