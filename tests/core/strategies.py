"""What the properties of the core draw from: values, bounds, answers and whole cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

import varde
from varde.core.judgement import Case, ChangeRule, Critical, DropRule
from varde.core.quantities import BY_NAME, KINDS, Kind
from varde.core.reading import Answer, Reading
from varde.core.thresholds import Limits, breach
from varde.core.zones import Zone

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
JUDGED = [Zone.GREEN, Zone.YELLOW, Zone.RED]
PROGRAMMES = Path(varde.__file__).parent / "programmes"


def raw(key: str) -> dict[str, Any]:
    """A shipped programme file as it is read, a fresh copy each time."""
    content: dict[str, Any] = yaml.safe_load((PROGRAMMES / f"{key}.yaml").read_text("utf-8"))
    return content


def half_up(value: float, decimals: int) -> float:
    """Rounding as people do it, by whole numbers: the measure of `Kind.rounded`."""
    scale = 10**decimals
    return float(Fraction(floor(Fraction(repr(value)) * scale + Fraction(1, 2)), scale))


def step(kind: str) -> float:
    """The smallest difference that is judged."""
    return 10.0 ** -BY_NAME[kind].decimals


def values(kind: Kind) -> st.SearchStrategy[float]:
    """Possible values, written with up to two digits more than are judged."""
    scale = 10 ** (kind.decimals + 2)
    low, high = round(kind.possible[0] * scale), round(kind.possible[1] * scale)
    return st.integers(low, high).map(lambda n: n / scale)


@st.composite
def limits(draw: st.DrawFn, kind: Kind) -> Limits:
    """Ordered bounds; any of them may be lacking."""
    four = sorted(draw(st.lists(values(kind), min_size=4, max_size=4, unique=True)))
    kept = draw(st.lists(st.booleans(), min_size=4, max_size=4))
    return Limits(*(bound if keep else None for bound, keep in zip(four, kept, strict=True)))


def answers() -> st.SearchStrategy[list[Answer]]:
    """At most one answer to each question."""
    one = st.builds(Answer, st.sampled_from("abcd"), st.sampled_from("xy"), st.sampled_from(JUDGED))
    return st.lists(one, max_size=4, unique_by=lambda answer: answer.question)


@st.composite
def readings(draw: st.DrawFn, *, unique: bool = True) -> list[Reading]:
    """A report's measurements, each kind once unless a test says another."""
    names = draw(st.lists(st.sampled_from(sorted(BY_NAME)), max_size=5, unique=unique))
    return [Reading(name, draw(values(BY_NAME[name])), NOW) for name in names]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any mixture of limits, rules, plans and histories."""
    every = frozenset(kind.name for kind in KINDS)
    names = st.frozensets(st.sampled_from(sorted(every)))
    limited = draw(names)
    history = {
        "weight": [
            Reading("weight", draw(values(BY_NAME["weight"])), NOW - timedelta(hours=hours))
            for hours in draw(st.lists(st.integers(1, 300), max_size=4))
        ]
    }
    return Case(
        limits={name: draw(limits(BY_NAME[name])) for name in limited},
        planned=draw(st.just(every) | names),
        not_judged=draw(st.frozensets(st.sampled_from(["temperature", "height"]))),
        habitual=draw(st.dictionaries(st.just("spo2"), values(BY_NAME["spo2"]))),
        drops=draw(st.sampled_from([{}, {"spo2": DropRule("spo2", 3, 5)}])),
        changes=draw(st.sampled_from([{}, {"weight": ChangeRule("weight", 3, 1, 2, 2)}])),
        criticals=draw(st.sampled_from([{}, {"pulse": Critical("pulse", 35, 150)}])),
        earlier=history,
    )


def zone_of(value: float, held: Limits) -> Zone:
    """The colour of a value by limits alone."""
    passed = breach(value, held)
    return passed.zone if passed else Zone.GREEN
