"""Sentences: why a report was judged as it was, made when shown, with the numbers used."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from varde.core.programme import Programme, known_choice, strictest_criticals
from varde.core.quantities import BY_NAME
from varde.core.repetition import TECHNIQUE
from varde.core.verdict import REFUSED, Reason
from varde.core.zones import Zone
from varde.web.texts.further import WHOLE, of_whole, of_whole_plain, over_time, over_time_plain
from varde.web.texts.kinds import KIND_TEXTS, SHORT_UNITS
from varde.web.texts.manners import context_words, with_manner
from varde.web.texts.numbers import NBSP, bound, number
from varde.web.texts.rules import rule_name
from varde.web.texts.words import all_of, colour, said, value_of


def with_doubt(kind: str, value: float) -> str:
    """The value, marked when it is possible but not likely: «45 % (sjekk)»."""
    return _marked(value_of(kind, value), kind, value)


def _marked(text: str, kind: str, value: float) -> str:
    return text if BY_NAME[kind].is_plausible(value) else _("%(value)s (sjekk)") % {"value": text}


def as_typed(kind: str, value: float, unit: str = "") -> str:
    """What somebody typed, with no digit added or taken away: «82400 kg», «82400 g»."""
    unit = unit or str(SHORT_UNITS[kind])
    text = f"{value:.10g}".replace(".", ",")
    return f"{text}{NBSP}{unit}" if unit else text


def for_nurse(reason: Reason, programmes: Sequence[Programme]) -> tuple[str, str]:
    """What was found and against what: («SpO₂ 86 %», «rød under 88»)."""
    if reason.rule == REFUSED:
        return _unread(reason.subject, programmes), _("kunne ikke leses")
    if reason.subject.startswith("answer:"):
        return _answer(reason, programmes), _answered(reason)
    if reason.subject.startswith(WHOLE):
        return of_whole(reason, programmes)
    kind = KIND_TEXTS[reason.subject]
    value = float(reason.value or 0)
    what = with_manner(f"{kind.short} {with_doubt(reason.subject, value)}", reason)
    if reason.rule in ("rise", "fall"):
        told, against = _change(reason)
        return with_manner(told, reason), against
    against = over_time(reason) or _in_context(_against(reason), reason)
    against = _with_critical(against, reason, programmes)
    if not reason.also:
        return what, against
    also = all_of([rule_name(rule) for rule in reason.also])
    return what, _("%(against)s, også %(also)s") % {"against": against, "also": also}


def _with_critical(against: str, reason: Reason, programmes: Sequence[Programme]) -> str:
    """What is critical says so, and from where: «rød under 88, kritisk under 80»."""
    if not reason.critical:
        return against
    rule, value = strictest_criticals(programmes).get(reason.subject), float(reason.value or 0)
    if rule is None or not rule.holds(value):  # of a version that is not among these
        return _("%(against)s, kritisk") % {"against": against}
    if rule.below is not None and value < rule.below:
        words = {"against": against, "bound": bound(rule.below)}
        return _("%(against)s, kritisk under %(bound)s") % words
    return _("%(against)s, kritisk over %(bound)s") % {
        "against": against, "bound": bound(rule.above or 0)
    }  # fmt: skip


def _unread(subject: str, programmes: Sequence[Programme]) -> str:
    """What a row of a file was about; as it is written where it is nothing that is known here."""
    if subject in KIND_TEXTS:
        return str(KIND_TEXTS[subject].short)
    question = subject.removeprefix("answer:")
    known = {one.id: said(one.short) for programme in programmes for one in programme.questions}
    return known.get(question, question) or "?"


def _answered(reason: Reason) -> str:
    if reason.rule == "unknown-answer":
        return _("svaret «%(answer)s» er ikke med i programmet") % {"answer": reason.value}
    return _("rødt svar") if reason.zone is Zone.RED else ""


def _in_context(against: str, reason: Reason) -> str:
    """«rød under 80 (grense etter aktivitet)», where other limits than the ordinary were used."""
    when = context_words(reason)
    return (
        _("%(against)s (egen grense %(when)s)") % {"against": against, "when": when}
        if when
        else against
    )


def _against(reason: Reason) -> str:
    words = {"zone": colour(reason.zone), "bound": bound(reason.bound or 0)}
    if reason.rule == "below":
        return _("%(zone)s under %(bound)s") % words
    if reason.rule == "above":
        return _("%(zone)s over %(bound)s") % words
    if reason.rule == TECHNIQUE:
        words |= {"again": value_of(reason.subject, reason.figure or 0)}
        return _("%(zone)s, teknikk? Ny måling %(again)s") % words
    if reason.rule == "drop":
        words |= {"base": bound(reason.base or 0)}
        return _("%(zone)s fra %(bound)s under det vanlige %(base)s") % words
    if reason.rule == "within":
        return _within(reason)
    return str(
        {
            "no-limits": _("ingen grense er satt"),
            "no-comparison": _("ingenting å sammenligne med ennå"),
            "outside-programme": _("utenfor programmet"),
            "judged-no": _("vurderes ikke"),
        }.get(reason.rule, words["zone"])
    )


def _within(reason: Reason) -> str:
    """What is green says by what: its limits, or what it is compared with."""
    words = {
        "zone": colour(reason.zone),
        "low": bound(reason.lowest or 0), "high": bound(reason.highest or 0),
        "base": bound(reason.base or 0), "bound": bound(reason.bound or 0),
        "span": _span(reason.days or 0),
    }  # fmt: skip
    if reason.lowest is not None and reason.highest is not None:
        return _("%(zone)s fra %(low)s til %(high)s") % words
    if reason.lowest is not None:
        return _("%(zone)s fra %(low)s") % words
    if reason.highest is not None:
        return _("%(zone)s til %(high)s") % words
    if reason.base is not None:
        change = float(reason.value or 0) - reason.base
        words["change"] = bound(abs(BY_NAME[reason.subject].rounded(change)))
        told = (
            _("%(zone)s, %(change)s mindre enn %(base)s %(span)s (grensen er %(bound)s mer)")
            if change < 0
            else _("%(zone)s, %(change)s mer enn %(base)s %(span)s (grensen er %(bound)s mer)")
        )
        return told % words
    return str(words["zone"])


def _change(reason: Reason) -> tuple[str, str]:
    change = float(reason.value or 0) - (reason.base or 0)
    sign = "+" if change > 0 else ""
    words = {
        "kind": KIND_TEXTS[reason.subject].short,
        "change": sign + value_of(reason.subject, change),
        "span": _span(reason.days or 0),
        "zone": colour(reason.zone),
        "bound": number(reason.bound or 0, 1),
        "before": number(reason.base or 0, BY_NAME[reason.subject].decimals),
        "now": number(float(reason.value or 0), BY_NAME[reason.subject].decimals),
    }
    told = _("%(kind)s %(change)s %(span)s, %(before)s til %(now)s") % words
    told = _marked(told, reason.subject, float(reason.value or 0))
    if reason.zone is Zone.RED:
        return told, _("%(zone)s over %(bound)s") % words
    return told, _("%(zone)s fra %(bound)s") % words


def _span(days: int) -> str:
    """Over how long: whole local days, and two readings of one day."""
    if days == 0:
        return _("siden tidligere i dag")
    return ngettext("på ett døgn", "på %(days)s døgn", days) % {"days": days}


def _answer(reason: Reason, programmes: Sequence[Programme]) -> str:
    question = reason.subject.removeprefix("answer:")
    choice = known_choice(programmes, question, str(reason.value))
    if choice is not None:
        phrase = said(choice.phrase)
        return phrase[:1].upper() + phrase[1:]
    for programme in programmes:
        for known in programme.questions:
            if known.id == question:  # the answer of a version that is not among these
                return said(known.short)
    return _("Et svar på et spørsmål som ikke er med lenger")


def for_patient(reason: Reason, programmes: Sequence[Programme]) -> tuple[str, str]:
    """The same in plain words: («Oksygenet er 86 %», «Under 88 % er rødt for deg.»)."""
    if reason.subject.startswith("answer:"):
        return _answer(reason, programmes), ""
    if reason.subject.startswith(WHOLE):
        return of_whole_plain(reason, programmes)
    kind = KIND_TEXTS[reason.subject]
    value = float(reason.value or 0)
    what = _("%(kind)s er %(value)s") % {
        "kind": kind.plain,
        "value": value_of(reason.subject, value),
    }
    if reason.rule in ("rise", "fall"):
        return _patient_change(reason)
    return with_manner(what, reason), over_time_plain(reason) or _patient_against(reason)


def _patient_against(reason: Reason) -> str:
    words = {
        "bound": value_of(reason.subject, reason.bound or 0),
        "colour": _("rødt") if reason.zone is Zone.RED else _("gult"),
        "base": value_of(reason.subject, reason.base or 0),
        "when": context_words(reason),
    }
    if reason.rule in ("below", "above"):
        return _patient_bound(reason) % words
    if reason.rule == TECHNIQUE:
        words |= {"again": value_of(reason.subject, reason.figure or 0)}
        return _("Da du målte en gang til, var det %(again)s.") % words
    if reason.rule == "drop":
        return _(
            "Vanlig for deg er %(base)s. %(bound)s eller mer under det er %(colour)s for deg."
        ) % (words | {"bound": bound(reason.bound or 0)})
    if reason.rule == "within":
        return ""
    return _("En sykepleier ser på dette.")


def _patient_bound(reason: Reason) -> str:
    """The sentence of one bound; of a context's own limits it says which."""
    if context_words(reason):
        return (
            _("Under %(bound)s %(when)s er %(colour)s for deg.")
            if reason.rule == "below"
            else _("Over %(bound)s %(when)s er %(colour)s for deg.")
        )
    return (
        _("Under %(bound)s er %(colour)s for deg.")
        if reason.rule == "below"
        else _("Over %(bound)s er %(colour)s for deg.")
    )


def _patient_change(reason: Reason) -> tuple[str, str]:
    change = float(reason.value or 0) - (reason.base or 0)
    words = {
        "change": value_of(reason.subject, abs(change)),
        "span": _span(reason.days or 0),
        "value": value_of(reason.subject, float(reason.value or 0)),
    }
    if reason.rule == "rise":
        told = _("Du har gått opp %(change)s %(span)s") % words
    else:
        told = _("Du har gått ned %(change)s %(span)s") % words
    words |= {
        "before": value_of(reason.subject, reason.base or 0),
        "bound": value_of(reason.subject, reason.bound or 0),
        "colour": _("rødt") if reason.zone is Zone.RED else _("gult"),
    }
    if reason.zone is Zone.RED:
        return told, _(
            "Vekten er %(value)s, før %(before)s. Mer enn %(bound)s er %(colour)s for deg."
        ) % words
    return told, _(
        "Vekten er %(value)s, før %(before)s. Fra %(bound)s er det %(colour)s for deg."
    ) % words
