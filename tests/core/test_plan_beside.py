"""Rules beside the limits are kept with a plan as numbers, and read back as the same rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.core.judging import SHIPPED
from varde.core.judgement import ChangeRule, DropRule
from varde.core.plan_look import change_in, drop_in, kept_beside, look
from varde.core.programme import NONE, Rules, rules_of

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
