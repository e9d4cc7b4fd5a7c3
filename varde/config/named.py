"""Named: the cooperation and the organisation that somebody at the shell means."""

from __future__ import annotations

from typing import Any

from varde.config.refused import Refused
from varde.people.queries import cooperations, organisations


def cooperation(key: str | None) -> Any:
    """With one cooperation it need not be named; raises `Refused` when it is not clear which."""
    found = [one for one in cooperations() if key in (None, one.key)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused("No such cooperation. Is the demo made? Run: make demo")
    raise Refused(f"Say which with --cooperation: {', '.join(one.key for one in found)}")


def unit(orgnr: str | None, *, option: str) -> Any:
    """By organisation number, else the follow-up service; `option` is what one says it with."""
    found = [
        one for one in organisations(None if orgnr else "service") if orgnr in (None, one.orgnr)
    ]
    if not found:
        raise Refused("No such organisation in this cooperation")
    if len(found) > 1:
        numbers = ", ".join(f"{one.orgnr} ({one.name})" for one in found)
        raise Refused(f"Say which with {option}: {numbers}")
    return found[0]
