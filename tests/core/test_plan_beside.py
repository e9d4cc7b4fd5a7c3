"""Rules beside the limits are kept with a plan as numbers, and read back as the same rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import SHIPPED
from varde.core.baseline import in_one
from varde.core.judgement import ChangeRule, DropRule
from varde.core.plan_look import change_in, drop_in, kept_beside, look
from varde.core.programme import NONE, Rules, rules_of
from varde.core.quantities import BY_NAME
from varde.core.thresholds import Limits, breach
from varde.core.zones import Zone

steps = st.floats(0.5, 20).map(lambda one: round(one, 1))


def kept(drops: dict[str, DropRule], changes: dict[str, ChangeRule]) -> Rules:
    nothing = rules_of([])
    return Rules(
        planned=nothing.planned, not_judged=nothing.not_judged, drops=drops, changes=changes,
        criticals={}, further=(), measure_again_minutes=0,
    )  # fmt: skip


@given(steps, steps, st.integers(1, 14), steps, steps, steps)
def test_what_is_kept_is_read_back(
    yellow: float, red: float, days: int, rise: float, fall: float, much: float
) -> None:
    drop = DropRule("spo2", yellow, red)
    change = ChangeRule("weight", days, rise, fall, much)
    made = kept_beside(kept({"spo2": drop}, {"weight": change}), NONE)
    assert (drop_in(made, "spo2"), change_in(made, "weight")) == (drop, change)
    assert drop_in(made, "weight") is None and change_in(made, "spo2") is None


def test_own_limits_take_the_place_of_what_is_usual_and_not_of_change() -> None:
    drop, change = DropRule("weight", 3, 5), ChangeRule("weight", 3, 1, 2, 2)
    made = kept_beside(kept({"weight": drop}, {"weight": change}), {"weight"})
    assert drop_in(made, "weight") is None and change_in(made, "weight") == change


def test_only_what_is_known_and_differs_is_to_be_looked_at() -> None:
    one, other = {"drop:spo2": [3.0, 5.0]}, {"drop:spo2": [2.0, 5.0]}
    same = ({}, {}, {}, {}, (), ())
    assert look(*same, beside_then=one, beside_now=dict(one)).beside == ()  # type: ignore[arg-type]
    assert look(*same, beside_then=one, beside_now=other).beside == ("spo2",)  # type: ignore[arg-type]
    assert look(*same, beside_then=one, beside_now={}).beside == ("spo2",)  # type: ignore[arg-type]
    assert not look(*same, beside_then=None, beside_now=other).needed  # type: ignore[arg-type]


def test_every_programme_has_only_what_can_be_kept() -> None:
    for one in SHIPPED.values():
        rules = rules_of([one])
        made = kept_beside(rules, NONE)
        assert {drop_in(made, kind) for kind in rules.drops} == set(rules.drops.values())
        assert {change_in(made, kind) for kind in rules.changes} == set(rules.changes.values())


@given(
    usual=st.floats(85, 100).map(lambda one: round(one, 2)),
    yellow=st.integers(1, 5),
    more=st.integers(0, 5),
    low=st.none() | st.integers(70, 92),
    wide=st.integers(0, 6),
    kind=st.sampled_from(["spo2", "weight"]),
)
def test_in_one_gives_each_value_the_zone_that_both_give_it(
    usual: float, yellow: int, more: int, low: int | None, wide: int, kind: str
) -> None:
    """What the patient reads is what the report is judged by, for every value there is."""
    of, rule = BY_NAME[kind], DropRule(kind, yellow, yellow + more)
    limits = Limits(low, None if low is None else low + wide, 110, 120)
    made = in_one(of, limits, rule, usual)
    for n in range(650, 1300):
        value = of.rounded(n / 10)
        apart = _zone(value, limits)
        drop = of.rounded(usual - value)
        fallen = (
            Zone.RED if drop >= rule.red else Zone.YELLOW if drop >= rule.yellow else Zone.GREEN
        )
        assert _zone(value, made) == max(apart, fallen), value


def _zone(value: float, limits: Limits) -> Zone:
    passed = breach(value, limits)
    return passed.zone if passed is not None else Zone.GREEN
