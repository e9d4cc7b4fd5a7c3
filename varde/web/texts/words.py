"""Words that every sentence is made of: a programme's text, a value, a colour, an enumeration."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from varde.core.quantities import BY_NAME
from varde.core.rule import Texts
from varde.core.zones import Zone
from varde.web.texts.kinds import SHORT_UNITS
from varde.web.texts.numbers import NBSP, number


def said(texts: Texts) -> str:
    """A programme's text in the reader's language, else bokmål."""
    return texts.get(get_language() or "nb") or texts["nb"]


def value_of(kind: str, value: float) -> str:
    """«86 %», «82,4 kg», «108»: rounded as it is judged."""
    unit = str(SHORT_UNITS[kind])
    text = number(BY_NAME[kind].rounded(value), BY_NAME[kind].decimals)
    return f"{text}{NBSP}{unit}" if unit else text


def colour(zone: Zone) -> str:
    return {Zone.RED: _("rød"), Zone.YELLOW: _("gul"), Zone.GREEN: _("grønn")}.get(
        zone, _("ikke vurdert")
    )


def all_of(words: Sequence[str]) -> str:
    """«210», «210 og 140», «vekten, pulsen og oksygenet»."""
    if len(words) < 2:
        return "".join(words)
    return _("%(some)s og %(last)s") % {"some": ", ".join(words[:-1]), "last": words[-1]}
