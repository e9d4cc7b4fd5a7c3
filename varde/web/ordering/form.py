"""The form of a draft: four bounds of each kind, as they were typed and as they were read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from varde.core.programme import Programme, to_order
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


@dataclass(frozen=True)
class Offered:
    """A rule that may be ordered for this patient: whether it holds now, and whether it shall."""

    name: str
    text: str
    now: bool
    wished: bool

    @property
    def changed(self) -> bool:
        return self.now is not self.wished


def offered(
    programmes: Sequence[Programme], held: Collection[str], wished: Collection[str]
) -> list[Offered]:
    """Those of the patient's programmes, and what holds although no programme has it any more."""
    names = dict.fromkeys([*to_order(programmes), *sorted(held)])
    return [
        Offered(name, rule_told(name, programmes), name in held, name in wished) for name in names
    ]
