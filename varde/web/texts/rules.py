"""Rules in words: what makes a report yellow or red beside the limits of the table."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec.structs import asdict

from varde.catalogue.queries import newest_of_each, rule_named
from varde.core.context import InContext
from varde.core.judgement import ChangeRule, Critical, DropRule
from varde.core.over_time import Away, Mean, Sustained, Trend
from varde.core.own_rule import resolved
from varde.core.programme import ALL_FURTHER, Programme, rules_of, to_order
from varde.core.rule import Rule
from varde.core.thresholds import Limits
from varde.core.whole import News2, Sum, Together
from varde.web.texts.further import part_name
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import bound, number
from varde.web.texts.words import all_of, said


def rule_told(name: str, programmes: Sequence[Programme] = ()) -> str:
    """A rule that is ordered, by the name an order has for it: as the patient's programmes say it,
    else as the newest version does."""
    rule = resolved(name, to_order(programmes)) or rule_named(name)
    if rule is None:
        return name
    known = programmes or [one for one in newest_of_each() if one.key == name.partition(":")[0]]
    return _further(rule, known)


def rule_lines(
    programmes: Sequence[Programme], *, own: Collection[str] = (), ordered: Collection[str] = ()
) -> list[str]:
    """One sentence a rule, with its numbers: from the usual, over days, and what is critical.

    Kinds with limits of the patient's `own` are no longer judged against what is usual. `ordered`
    are the rules a doctor has ordered for the patient.
    """
    rules = rules_of(programmes, ordered)
    return [
        *(_drop(rule) for kind, rule in rules.drops.items() if kind not in own),
        *(_change(rule) for rule in rules.changes.values()),
        *(_critical(rule) for rule in rules.criticals.values()),
        *(_further(rule, programmes) for rule in rules.further),
    ]


def _drop(rule: DropRule) -> str:
    words = {
        "kind": KIND_TEXTS[rule.kind].short,
        "yellow": bound(rule.yellow),
        "red": bound(rule.red),
    }
    return (
        _(
            "%(kind)s: gul fra %(yellow)s og rød fra %(red)s under det vanlige, til legen har satt "
            "egne grenser."
        )
        % words
    )


def _change(rule: ChangeRule) -> str:
    words = {
        "kind": KIND_TEXTS[rule.kind].short,
        "rise": number(rule.yellow_rise, 1),
        "fall": number(rule.yellow_fall, 1),
        "red": number(rule.red_rise, 1),
        "days": rule.days,
    }
    return (
        _("%(kind)s på %(days)s døgn: gul fra +%(rise)s eller −%(fall)s, rød over +%(red)s.")
        % words
    )


def _critical(rule: Critical) -> str:
    words = {"kind": KIND_TEXTS[rule.kind].short, "low": bound(rule.below or 0),
             "high": bound(rule.above or 0)}  # fmt: skip
    if rule.below is not None and rule.above is not None:
        return _("%(kind)s er kritisk under %(low)s og over %(high)s.") % words
    if rule.below is not None:
        return _("%(kind)s er kritisk under %(low)s.") % words
    return _("%(kind)s er kritisk over %(high)s.") % words


_SAYS: dict[type[Rule], Promise] = {
    Sustained: gettext_lazy("%(name)s: %(colour)s når %(times)s av de siste %(of)s er utenfor."),
    Mean: gettext_lazy(
        "%(name)s: %(colour)s når snittet på %(days)s døgn ligger %(spreads)s standardavvik fra de "
        "første dagene."
    ),
    Trend: gettext_lazy("%(name)s: %(colours)s over snittet av %(long)s døgn."),
    Away: gettext_lazy("%(name)s: %(colours)s spredninger fra det vanlige."),
    Sum: gettext_lazy("%(name)s: %(colours)s poeng."),
    Together: gettext_lazy(
        "%(name)s: %(colour)s når %(takes)s av %(conditions)s tegn er der på en gang: %(signs)s."
    ),
    InContext: gettext_lazy("%(name)s: %(bounds)s. Gjelder i stedet for de vanlige grensene."),
    News2: gettext_lazy(
        "%(name)s (skala %(scale)s): %(colours)s poeng, gul også ved 3 for én del."
    ),
}


def _further(rule: ALL_FURTHER, programmes: Sequence[Programme]) -> str:
    """What it takes, by its name in the programme."""
    signs = [part.kind or part.question for part in rule.of] if isinstance(rule, Together) else []
    numbers = {key: value for key, value in asdict(rule).items() if key != "name"}
    words = {
        **{key: bound(one) if isinstance(one, float) else one for key, one in numbers.items()},
        "name": said(rule.name),
        "colour": _one(numbers.get("zone", "")),
        "colours": _colours(numbers.get("yellow"), numbers.get("red")),
        "conditions": len(signs),
        "signs": all_of([part_name(one, programmes) for one in signs]),
        "takes": rule.takes if isinstance(rule, Together) else "",
        "bounds": _bounds(rule.limits) if isinstance(rule, InContext) else "",
    }
    if isinstance(rule, Away) and rule.least:
        return _("%(name)s: %(colours)s spredninger fra det vanlige, og minst %(least)s.") % words
    return str(_SAYS[type(rule)]) % words


def _bounds(limits: Limits) -> str:
    """«gul under 85, rød under 80»."""
    said_of = (
        (limits.warning_low, gettext_lazy("gul under %(bound)s")),
        (limits.alert_low, gettext_lazy("rød under %(bound)s")),
        (limits.warning_high, gettext_lazy("gul over %(bound)s")),
        (limits.alert_high, gettext_lazy("rød over %(bound)s")),
    )
    return ", ".join(str(text) % {"bound": bound(one)} for one, text in said_of if one is not None)


def _one(zone: str) -> str:
    return _("rød") if zone == "red" else _("gul")


def _colours(yellow: float | None, red: float | None) -> str:
    if yellow is not None and red is not None:
        words = {"yellow": bound(yellow), "red": bound(red)}
        return _("gul fra %(yellow)s og rød fra %(red)s") % words
    if red is not None:
        return _("rød fra %(red)s") % {"red": bound(red)}
    return _("gul fra %(yellow)s") % {"yellow": bound(yellow or 0)}


NAMES: dict[str, Promise] = {
    "below": gettext_lazy("under grensen"),
    "above": gettext_lazy("over grensen"),
    "drop": gettext_lazy("under det vanlige"),
    "rise": gettext_lazy("har gått opp"),
    "fall": gettext_lazy("har gått ned"),
    "answer": gettext_lazy("svaret"),
    "technique": gettext_lazy("målt igjen, da grønn"),
    "sustained": gettext_lazy("gjentatt utenfor"),
    "mean": gettext_lazy("snitt mot de første dagene"),
    "trend": gettext_lazy("trend"),
    "away": gettext_lazy("langt fra det vanlige"),
    "sum": gettext_lazy("poengsum"),
    "sum-rise": gettext_lazy("poengsum som øker"),
    "together": gettext_lazy("flere tegn på en gang"),
    "news2": gettext_lazy("sum"),
    "news2-three": gettext_lazy("3 poeng for én del"),
}


def rule_name(rule: str) -> str:
    """What a sort of rule is called in a table."""
    return str(NAMES.get(rule, rule))
