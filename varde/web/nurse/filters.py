"""Filters: which part of the list an address asks for, and what may be chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from varde.catalogue.queries import published
from varde.people.queries import organisations
from varde.triage.only import Only
from varde.web.texts.words import said

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
        programme=query.get("programme", "").replace("\0", "")[:40],
        weekday=int(weekday) if weekday in {str(n) for n in range(7)} else None,
    )
    try:
        return replace(only, party=UUID(str(query["party"]))) if query.get("party") else only
    except ValueError:
        return only


def choices(only: Only) -> list[dict[str, Any]]:
    """The choices beside whose: of party, programme and weekday, each with what is chosen."""
    parties = [(str(one.id), one.name.removesuffix(" kommune")) for one in
               organisations("municipality")]  # fmt: skip
    programmes = {one.key: said(one.name) for one in published()}
    weekdays = [(str(n), str(name)) for n, name in enumerate(DAYS)]
    chosen = "" if only.weekday is None else str(only.weekday)
    return [
        {"name": "party", "title": _("Kommune"), "options": parties,
         "chosen": str(only.party or "")},
        {"name": "programme", "title": _("Program"), "options": list(programmes.items()),
         "chosen": only.programme},
        {"name": "weekday", "title": _("Ukedag"), "options": weekdays, "chosen": chosen},
    ]  # fmt: skip


def address(only: Only) -> str:
    """The same as the address says it, without a page."""
    parts = {"who": only.whose, "party": only.party, "programme": only.programme,
             "weekday": only.weekday}  # fmt: skip
    return "&".join(f"{key}={value}" for key, value in parts.items() if value not in (None, ""))
