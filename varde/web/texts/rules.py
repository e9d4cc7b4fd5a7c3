"""Rules in words: what makes a report yellow or red beside the limits of the table."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from varde.core.judgement import ChangeRule, Critical, DropRule
from varde.core.programme import Programme, rules_of
from varde.web.texts.kinds import KIND_TEXTS
from varde.web.texts.numbers import bound, number


def rule_lines(programmes: Sequence[Programme], *, own: Collection[str] = ()) -> list[str]:
    """One sentence a rule, with its numbers: from the usual, over days, and what is critical.

    Kinds with limits of the patient's `own` are no longer judged against what is usual.
    """
    rules = rules_of(programmes)
    return [
        *(_drop(rule) for kind, rule in rules.drops.items() if kind not in own),
        *(_change(rule) for rule in rules.changes.values()),
        *(_critical(rule) for rule in rules.criticals.values()),
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
