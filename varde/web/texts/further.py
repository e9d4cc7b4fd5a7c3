"""Sentences of the rules that look at more than one value: means, trends, scores, combinations.

Each gives what was found and against what, with the numbers used, for a nurse and for a patient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from varde.core.news2 import CONSCIOUSNESS, OXYGEN
from varde.core.programme import Programme, known_choice
from varde.core.quantities import BY_NAME
from varde.core.verdict import INCOMPLETE, Reason
from varde.core.zones import Zone
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import bound, number
from varde.web.texts.words import all_of, colour, said, value_of

Told = tuple[str, str]
WHOLE = "rule:"


def _words(reason: Reason) -> dict[str, object]:
    decimals = BY_NAME[reason.subject].decimals if reason.subject in BY_NAME else 0
    return {
        "zone": colour(reason.zone),
        "bound": bound(reason.bound or 0),
        "base": number(reason.base or 0, max(decimals, 1)),
        "figure": number(reason.figure or 0, max(decimals, 1)),
        "count": f"{reason.figure or 0:g}",
        "of": reason.of or 0,
        "limit": bound(reason.bound) if reason.bound is not None else _("grensen"),
        "days": reason.days or 0,
    }


def over_time(reason: Reason) -> str:
    """Against what, for a rule of one kind over time; empty for any other rule."""
    told = _OVER_TIME.get(reason.rule)
    return told(reason) % _words(reason) if told else ""


def _low(reason: Reason) -> bool:
    return not reason.high


_OVER_TIME: dict[str, Callable[[Reason], str]] = {
    "sustained": lambda reason: (
        _("%(zone)s: %(count)s av de siste %(of)s gangene under %(limit)s")
        if _low(reason)
        else _("%(zone)s: %(count)s av de siste %(of)s gangene over %(limit)s")
    ),
    "mean": lambda reason: (
        _("%(zone)s: snittet på %(days)s døgn er %(figure)s, i de første dagene %(base)s "
          "(fra %(bound)s under)")
        if _low(reason)
        else _("%(zone)s: snittet på %(days)s døgn er %(figure)s, i de første dagene %(base)s "
               "(fra %(bound)s over)")
    ),
    "trend": lambda reason: _(
        "%(zone)s: de siste dagenes snitt ligger %(figure)s over snittet av de %(days)s siste "
        "(fra %(bound)s)"
    ),
    "away": lambda reason: (
        _("%(zone)s, %(count)s under det vanlige %(base)s (fra %(bound)s under)")
        if _low(reason)
        else _("%(zone)s, %(count)s over det vanlige %(base)s (fra %(bound)s over)")
    ),
}  # fmt: skip


def of_whole(reason: Reason, programmes: Sequence[Programme]) -> Told:
    """What was found of several parts together, and against what, for a nurse."""
    words = _words(reason) | {"name": name_of(reason, programmes)}
    if reason.rule == INCOMPLETE:
        words["lacks"] = all_of(_lacks(reason, programmes))
        return _("%(name)s er ufullstendig") % words, _("mangler %(lacks)s") % words
    if reason.rule == "together":
        words["parts"] = all_of([_with_value(one, programmes) for one in reason.parts])
        told = (
            _("%(zone)s: %(count)s av %(of)s på en gang: %(parts)s")
            if reason.parts
            else _("%(zone)s: %(count)s av %(of)s på en gang")
        )
        return str(words["name"]), told % words
    what = _("%(name)s: %(count)s poeng") % words
    if reason.parts:
        words["parts"] = ", ".join(_with_points(one, programmes) for one in reason.parts)
        what = _("%(name)s: %(count)s poeng (%(parts)s)") % words
    if reason.rule == "sum-rise":
        words |= {"before": bound(reason.base or 0)}
        return what, _("%(zone)s: sist %(before)s, fra %(bound)s mer på %(days)s døgn") % words
    if reason.rule == "news2-three":
        words |= {"part": part_name(str(reason.value), programmes)}
        return what, _("%(zone)s: 3 poeng for %(part)s") % words
    return what, _("%(zone)s fra %(bound)s") % words if reason.zone > Zone.GREEN else colour(
        reason.zone
    )


def name_of(reason: Reason, programmes: Sequence[Programme]) -> str:
    """The rule's name in the programme it is of; its id where no programme here has it."""
    for programme in programmes:
        for rule in programme.rules:
            if rule.id == reason.named:
                return said(rule.name)
    return reason.named


def _lacks(reason: Reason, programmes: Sequence[Programme]) -> list[str]:
    return [part_name(one, programmes) for one in reason.lacks]


def _with_value(told: str, programmes: Sequence[Programme]) -> str:
    """«SpO₂ 89 %», or an answer as it reads in a sentence; what was kept without is its name."""
    name, _equals, value = told.partition("=")
    if not value:
        return part_name(name, programmes)
    if name in KIND_TEXTS:
        return f"{part_name(name, programmes)} {value_of(name, float(value))}"
    choice = known_choice(programmes, name, value)
    return said(choice.phrase) if choice is not None else part_name(name, programmes)


def _with_points(told: str, programmes: Sequence[Programme]) -> str:
    name, _equals, points = told.partition("=")
    return f"{part_name(name, programmes)} {bound(float(points))}" if points else name


def part_name(name: str, programmes: Sequence[Programme]) -> str:
    if name in KIND_TEXTS:
        text = str(KIND_TEXTS[name].short)
        return text if text[1:2].isupper() or not text.isalpha() else text.lower()
    known = {OXYGEN: _("om det gis oksygen"), CONSCIOUSNESS: _("bevissthet")}
    for programme in programmes:
        for question in programme.questions:
            if question.id == name:
                return said(question.short).lower()
    return known.get(name, name)


def over_time_plain(reason: Reason) -> str:
    """The same for a patient, in plain words; empty for any other rule."""
    words = _words(reason) | {"base": value_of(reason.subject, reason.base or 0)}
    if reason.rule == "sustained":
        return (
            _("Under grensen din %(count)s av de siste %(of)s gangene.")
            if _low(reason)
            else _("Over grensen din %(count)s av de siste %(of)s gangene.")
        ) % words
    if reason.rule == "mean":
        told = (
            _("De siste %(days)s dagene har det vært lavere enn i starten, da det var %(base)s.")
            if _low(reason)
            else _(
                "De siste %(days)s dagene har det vært høyere enn i starten, da det var %(base)s."
            )
        )
        return told % words
    if reason.rule == "trend":
        return _("Det har steget de siste dagene.")
    if reason.rule == "away":
        return _("Vanlig for deg er %(base)s.") % words
    return ""


def of_whole_plain(reason: Reason, programmes: Sequence[Programme]) -> Told:
    """What several parts together came to, for a patient."""
    words = _words(reason) | {"name": name_of(reason, programmes)}
    if reason.rule == INCOMPLETE:
        return (
            _("%(name)s kunne ikke regnes ut") % words,
            _("Noe mangler. En sykepleier ser på det."),
        )
    if reason.rule == "together":
        return str(words["name"]), _("Flere tegn på en gang.")
    what = _("%(name)s: %(count)s poeng") % words
    if reason.zone <= Zone.GREEN:
        return what, ""
    words |= {"colour": _("rødt") if reason.zone is Zone.RED else _("gult")}
    if reason.rule == "sum-rise":
        return what, _("Det er mer enn sist.")
    if reason.rule == "news2-three":
        return what, _("En av målingene skiller seg mye ut.")
    return what, _("%(bound)s eller mer er %(colour)s for deg.") % words
