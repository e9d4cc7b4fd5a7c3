"""Filters: which part of the list an address asks for, and what may be chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from varde.catalogue.queries import published
from varde.people.queries import organisations
from varde.triage.only import Only
from varde.web.texts.words import said

CLUSTER = "cluster"  # before its name, where the address else has the id of a party
WHO = ("all", "own", "mine", "free", "asleep")
DAYS = (_("mandag"), _("tirsdag"), _("onsdag"), _("torsdag"), _("fredag"))


def asked_for(request: Any) -> Only:
    """What the address says."""
    return asked_in(request.GET)


def asked_in(query: QueryDict) -> Only:
    """The same of a question; what it says that is nothing known is left out."""
    who, weekday = query.get("who", "all"), query.get("weekday", "")
    only = Only(
        whose=who if who in WHO else "all",
        cluster=_cluster(query.get("party", "")),
        programme=query.get("programme", "").replace("\0", "")[:40],
        weekday=int(weekday) if weekday in {str(n) for n in range(7)} else None,
    )
    try:
        return replace(only, party=UUID(str(query["party"]))) if query.get("party") else only
    except ValueError:
        return only


def _cluster(party: str) -> str:
    """The cluster that is chosen where a party may be."""
    kind, _colon, name = party.replace("\0", "").partition(":")
    return name[:60] if kind == CLUSTER else ""


def choices(only: Only) -> list[dict[str, Any]]:
    """The choices beside whose: of party, programme and weekday, each with what is chosen."""
    programmes = [(one.key, said(one.name)) for one in published()]
    weekdays = [(str(n), str(name)) for n, name in enumerate(DAYS)]
    chosen = "" if only.weekday is None else str(only.weekday)
    return [
        {"name": "party", "title": _("Part"), "groups": _parties(), "chosen": _party(only)},
        {"name": "programme", "title": _("Program"), "groups": [("", programmes)],
         "chosen": only.programme},
        {"name": "weekday", "title": _("Ukedag"), "groups": [("", weekdays)], "chosen": chosen},
    ]  # fmt: skip


def _parties() -> list[tuple[str, list[tuple[str, str]]]]:
    """Clusters, municipalities and departments; a group that is empty is left out."""
    municipalities, departments = organisations("municipality"), organisations("department")
    names = sorted({one.cluster for one in municipalities if one.cluster})
    clusters = [(f"{CLUSTER}:{name}", name) for name in names]
    homes = [(str(one.id), one.name.removesuffix(" kommune")) for one in municipalities]
    treating = [(str(one.id), one.name) for one in departments]
    groups = ((_("Klynger"), clusters), (_("Kommuner"), homes), (_("Avdelinger"), treating))
    return [(str(title), options) for title, options in groups if options]


def _party(only: Only) -> str:
    return f"{CLUSTER}:{only.cluster}" if only.cluster else str(only.party or "")


def address(only: Only) -> str:
    """The same as the address says it, without a page."""
    parts = {"who": only.whose, "party": _party(only), "programme": only.programme,
             "weekday": only.weekday}  # fmt: skip
    return urlencode({key: value for key, value in parts.items() if value not in (None, "")})
