"""Limits in words, and on whose word they hold: who ordered, who entered, who verified."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from varde.core.thresholds import Limits
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import bound
from varde.web.texts.rules import rule_told
from varde.web.texts.statuses import THRESHOLD_GROUNDS

HOWS = {
    "here": gettext_lazy("Av legen selv, innlogget"),
    "in-person": gettext_lazy("Muntlig, til stede"),
    "phone": gettext_lazy("På telefon"),
    "dialogue": gettext_lazy("Dialogmelding"),
    "meeting": gettext_lazy("I møte"),
}


def on_whose_word(row: Any) -> str:
    """«Lars Eikrem, ført inn av Ingeborg Myrland, kontrollert av Tormod Espedal»."""
    if row.ordered_by is None:
        return str(THRESHOLD_GROUNDS[row.ground])
    parts = [row.ordered_by.name]
    if row.entered_by_id != row.ordered_by_id:
        parts.append(_("ført inn av %(who)s") % {"who": row.entered_by.name})
    if row.verified_by is not None:
        parts.append(_("kontrollert av %(who)s") % {"who": row.verified_by.name})
    return ", ".join(parts)


def labels() -> dict[str, str]:
    return {
        "warning_low": _("Gul under"),
        "alert_low": _("Rød under"),
        "warning_high": _("Gul over"),
        "alert_high": _("Rød over"),
    }


ORDER = ("warning_low", "alert_low", "warning_high", "alert_high")


def in_words(limits: Limits) -> str:
    """«Gul under 88, rød under 86»."""
    named = labels()
    parts = [
        f"{named[side]} {bound(value)}"
        for side in ORDER
        if (value := getattr(limits, side)) is not None
    ]
    first, *rest = parts or [_("ingen")]
    return ", ".join([first, *(part[:1].lower() + part[1:] for part in rest)])


def changed(order: Any) -> list[str]:
    """«SpO₂: Gul under 88, rød under 86», for each kind that the order changes; and its rules."""
    lines = [line(kind, Limits(*bounds)) for kind, bounds in order.limits.items()]
    return lines + [rule_line(name, wanted) for name, wanted in order.rules.items()]


def rule_line(name: str, wanted: bool) -> str:
    """«Ny regel: SpO₂ over uka: …», «Uten regelen: …»."""
    words = {"rule": rule_told(name)}
    return _("Ny regel: %(rule)s") % words if wanted else _("Uten regelen: %(rule)s") % words


def line(kind: str, limits: Limits) -> str:
    return f"{KIND_TEXTS[kind].short}: {in_words(limits)}"
