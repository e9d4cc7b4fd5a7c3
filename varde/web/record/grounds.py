"""On whose word limits hold: who ordered, who entered, who verified."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
