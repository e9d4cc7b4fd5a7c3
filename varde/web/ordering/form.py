"""The form of a draft: four bounds of each kind, as they were typed and as they were read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from varde.core.own_rule import base_of, named, numbers_of, resolved, spelled
from varde.core.programme import ALL_FURTHER, Programme, to_order
from varde.core.quantities import BY_NAME
from varde.core.thresholds import SIDES, Limits, UnorderedLimits
from varde.web.patient.doubt import read_number
from varde.web.record.grounds import ORDER, labels
from varde.web.texts.kinds import KIND_TEXTS, SHORT_UNITS
from varde.web.texts.numbers import bound
from varde.web.texts.rules import rule_told


@dataclass
class Field:
    """One bound: what holds now, and what is typed."""

    name: str
    side: str
    label: str
    now: str
    text: str
    wrong: bool = False


@dataclass
class Group:
    """The bounds of one kind; `error` says what is wrong with them together."""

    kind: str
    name: str
    unit: str
    fields: list[Field]
    error: str = ""

    @property
    def changed(self) -> bool:
        return any(field.now != field.text for field in self.fields)

    @property
    def lacking(self) -> list[str]:
        """The bounds that there are now, and would be no more."""
        return [field.label for field in self.fields if field.now and not field.text]


def groups(
    programmes: Sequence[Programme],
    held: Mapping[str, Limits],
    draft: Mapping[str, Limits],
    *,
    also: Iterable[str] = (),
) -> list[Group]:
    """Each kind of the programmes, and `also` these, with both sides: a doctor may set one that the
    standard set has not, such as the upper bound of 88–92 %."""
    kinds = dict.fromkeys([*(kind for one in programmes for kind in one.kinds), *also])
    return [_group(kind, held, draft) for kind in kinds]


def _group(kind: str, held: Mapping[str, Limits], draft: Mapping[str, Limits]) -> Group:
    now = held.get(kind, Limits())
    wished = draft.get(kind, now)
    named = labels()
    fields = [
        Field(
            name=f"{kind}.{side}",
            side=side,
            label=named[side],
            now=_text(getattr(now, side)),
            text=_text(getattr(wished, side)),
        )
        for side in ORDER
    ]
    unit = str(SHORT_UNITS[kind])
    return Group(kind, str(KIND_TEXTS[kind].short), unit, fields)


def _text(value: float | None) -> str:
    return "" if value is None else bound(value)


def read(found: Sequence[Group], typed: Mapping[str, str]) -> dict[str, Limits] | None:
    """The limits that were typed; None when some of it cannot be read, and the groups say what."""
    made: dict[str, Limits] = {}
    for group in found:
        values: dict[str, float | None] = dict.fromkeys(SIDES)
        for field in group.fields:
            field.text = typed.get(field.name, field.text).strip()
            values[field.side] = _read(field, group)
        try:
            made[group.kind] = Limits(**values)
        except UnorderedLimits:
            group.error = _("Grensene må stå i rekkefølge: rød ytterst, så gul, og grønn i midten.")
    return None if any(group.error for group in found) else made


def _read(field: Field, group: Group) -> float | None:
    if not field.text:
        return None
    value, kind = read_number(field.text), BY_NAME[group.kind]
    low, high = kind.possible
    if value is None or not low <= value <= high:
        field.wrong = True
        words = {"low": bound(low), "high": bound(high)}
        group.error = _("Skriv et tall mellom %(low)s og %(high)s.") % words
        return None
    return kind.rounded(value)


@dataclass
class Number:
    """One number of an ordered rule, as it would hold."""

    name: str
    label: str
    text: str


@dataclass(frozen=True)
class Offered:
    """A rule that may be ordered for this patient: whether it holds now, and whether it shall, with
    which numbers."""

    name: str
    text: str
    now: bool
    wished: bool
    changed: bool
    numbers: Sequence[Number] = ()


def offered(
    programmes: Sequence[Programme],
    held: Collection[str],
    wished: Collection[str],
    typed: Mapping[str, str] | None = None,
) -> list[Offered]:
    """Those of the patient's programmes, and what holds although no programme has it any more. The
    numbers are as they were typed, where they were."""
    known = to_order(programmes)
    names = dict.fromkeys([*known, *(base_of(name) for name in sorted(held))])
    found = [_offered(name, known, programmes, held, wished) for name in names]
    for one in found:
        for number in one.numbers:
            number.text = (typed or {}).get(number.name, number.text)
    return found


def _offered(
    name: str,
    known: Mapping[str, ALL_FURTHER],
    programmes: Sequence[Programme],
    held: Collection[str],
    wished: Collection[str],
) -> Offered:
    now, then = named(name, held), named(name, wished)
    shown = then or now or name
    told = shown if resolved(shown, known) is not None else now or name
    rule, words, numbers = resolved(told, known), {**labels(), **FIELDS}, []
    if rule is not None:
        numbers = [Number(f"{name}.{one}", str(words[one]), _text(value))
                   for one, value in numbers_of(rule).items()]  # fmt: skip
    return Offered(
        name, rule_told(told, programmes), now is not None, then is not None, now != then, numbers
    )


def ticked_rules(
    typed: Any, programmes: Sequence[Programme], held: Collection[str]
) -> frozenset[str]:
    """The rules that were ticked, with the numbers that were typed; a number that is none, or that
    does not go with the others, makes the rule one that nobody offers, and is refused."""
    known, ticked = to_order(programmes), set()
    for name in typed.getlist("rule"):
        rule = known.get(name)
        if rule is None:
            ticked |= {one for one in (named(name, held),) if one is not None}
            continue
        numbers: dict[str, float | None] = {}
        for one, value in numbers_of(rule).items():
            text = typed.get(f"{name}.{one}", _text(value)).strip()
            read = read_number(text) if text else None
            if text and read is None:
                ticked.add(f"{name}?{UNREAD}")
            numbers[one] = read
        ticked.add(spelled(name, rule, numbers))
    return frozenset(ticked)


UNREAD = "unread"  # of a number that is none: no rule has it
FIELDS = {
    "yellow": gettext_lazy("Gul fra"),
    "red": gettext_lazy("Rød fra"),
    "least": gettext_lazy("Minst"),
    "spreads": gettext_lazy("Standardavvik"),
    "times": gettext_lazy("Ganger"),
    "of": gettext_lazy("Av de siste"),
    "needs": gettext_lazy("Antall tegn"),
}
