"""Own numbers: a rule ordered for one patient may have other numbers than the programme's.

Pure. Such a rule is named by the rule and its numbers, «copd:spo2-on-oxygen?alert_low=84»; one
without own numbers by the rule alone. So a set of names says all that is ordered for a patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from msgspec import structs

from varde.core.context import InContext
from varde.core.over_time import FURTHER, Away, Mean, Sustained, Trend
from varde.core.thresholds import SIDES
from varde.core.whole import TOGETHER_RULES, News2, Sum, Together

Ordered = FURTHER | TOGETHER_RULES | InContext
NUMBERS: Mapping[type, tuple[str, ...]] = {  # what a doctor may set of each sort, in this order
    InContext: SIDES,
    Sustained: ("times", "of"),
    Mean: ("spreads", "least"),
    Trend: ("yellow", "red"),
    Away: ("yellow", "red", "least"),
    Sum: ("yellow", "red"),
    Together: ("needs",),
    News2: ("yellow", "red"),
}
WHOLE_NUMBERS = frozenset({"times", "of", "needs"})
LONGEST_NAME = 200


def base_of(name: str) -> str:
    """The rule's own name, without numbers."""
    return name.partition("?")[0]


def one_each(names: Iterable[str]) -> bool:
    """Whether no rule is named twice, with different numbers."""
    bases = [base_of(name) for name in names]
    return len(set(bases)) == len(bases)


def named(name: str, among: Iterable[str]) -> str | None:
    """Of the names the one that is of the same rule, whatever its numbers."""
    return next((one for one in among if base_of(one) == base_of(name)), None)


def numbers_of(rule: Ordered) -> dict[str, float | None]:
    """Those that may be set, as they are; None for a bound that there is not."""
    return {one: getattr(rule, one) for one in NUMBERS[type(rule)]}


def spelled(name: str, rule: Ordered, numbers: Mapping[str, float | None]) -> str:
    """The name of `rule`, offered by `name`, with these numbers; those as offered are not said."""
    offered = numbers_of(rule)
    own = [
        (one, numbers[one]) for one in offered if one in numbers and numbers[one] != offered[one]
    ]
    if not own:
        return base_of(name)
    said = "&".join(f"{one}=" if value is None else f"{one}={value:g}" for one, value in own)
    return f"{base_of(name)}?{said}"


def resolved(name: str, offered: Mapping[str, Any]) -> Any:
    """The rule that the name means, of those offered; None for no such, or for numbers that do not
    go together."""
    rule = offered.get(base_of(name))
    query = name.partition("?")[2]
    if rule is None or "?" not in name:
        return rule
    if len(name) > LONGEST_NAME:
        return None
    numbers = dict(part.partition("=")[::2] for part in query.split("&"))
    try:
        read = {one: _number(one, text) for one, text in numbers.items()}
    except ValueError:
        return None
    if set(read) - set(NUMBERS[type(rule)]):
        return None
    made = structs.replace(rule, **read)
    try:
        wrong = list(made.wrong())
    except TypeError:  # a number that the rule cannot be without
        return None
    return None if wrong else made


def _number(field: str, text: str) -> float | int | None:
    if not text:
        return None
    value = float(text)
    if not isfinite(value) or (field in WHOLE_NUMBERS and value != int(value)):
        raise ValueError(text)
    return int(value) if field in WHOLE_NUMBERS else value
