"""Manners: how a value was measured, in words behind it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from varde.core.reading import ACTIVITY, FLOW
from varde.core.verdict import Reason
from varde.web.texts.statuses import MANNER_WORDS
from varde.web.texts.words import value_of


def manner_word(said: str) -> str:
    """«etter aktivitet», «kald finger»."""
    return str(MANNER_WORDS[said])


def manner_words(said: Iterable[str], flow: float | None = None) -> str:
    """«etter aktivitet, kald finger, med 2,0 l/min oksygen»; empty where nothing was said."""
    words = [manner_word(one) for one in said if one in MANNER_WORDS]
    if flow is not None:
        told = _("med %(flow)s oksygen") if flow else _("uten oksygen")
        words.append(told % {"flow": value_of(FLOW, flow)})
    return ", ".join(words)


def with_manner(text: str, reason: Reason) -> str:
    """What was found, and how it was measured: «SpO₂ 86 %, etter aktivitet»."""
    words = manner_words(reason.said, reason.flow)
    return f"{text}, {words}" if words else text


def context_words(reason: Reason) -> str:
    """The context whose own limits it was judged by; empty for the ordinary ones."""
    if not reason.named or reason.rule not in ("below", "above", "within"):
        return ""
    return manner_word(ACTIVITY) if ACTIVITY in reason.said else _("med oksygen")
