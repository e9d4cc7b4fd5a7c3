"""Thresholds: which side of a bound a value falls on, and which bounds are bounds at all."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import limits, values, zone_of
from varde.core.quantities import KINDS
from varde.core.thresholds import Breach, Limits, UnorderedLimits, breach
from varde.core.zones import Zone

GREEN, YELLOW, RED = Zone.GREEN, Zone.YELLOW, Zone.RED
PULSE = Limits(41, 51, 100, 120)
any_kind = st.sampled_from(KINDS)


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        (40, RED),
        (41, YELLOW),  # a bound exactly met belongs to the milder zone, all four of them
        (50, YELLOW),
        (51, GREEN),
        (75, GREEN),
        (100, GREEN),
        (101, YELLOW),
        (120, YELLOW),
        (121, RED),
    ],
)
def test_a_bound_belongs_to_the_milder_zone(value: float, zone: Zone) -> None:
    assert zone_of(value, PULSE) is zone


@pytest.mark.parametrize(
    ("value", "passed"),
    [
        (40, Breach(RED, "below", 41)),
        (50, Breach(YELLOW, "below", 51)),
        (51, None),
        (101, Breach(YELLOW, "above", 100)),
        (121, Breach(RED, "above", 120)),
    ],
)
def test_a_breach_names_the_worst_bound_that_was_passed(
    value: float, passed: Breach | None
) -> None:
    assert breach(value, PULSE) == passed


@pytest.mark.parametrize(
    ("limits", "value", "zone"),
    [
        (Limits(alert_low=0), -1, RED),
        (Limits(alert_low=0), 0, GREEN),
        (Limits(warning_low=0), -1, YELLOW),
        (Limits(warning_low=0), 0, GREEN),
        (Limits(warning_high=0), 0, GREEN),
        (Limits(warning_high=0), 1, YELLOW),
        (Limits(alert_high=0), 0, GREEN),
        (Limits(alert_high=0), 1, RED),
    ],
)
def test_a_limit_of_zero_is_a_limit(limits: Limits, value: float, zone: Zone) -> None:
    assert zone_of(value, limits) is zone
    assert not limits.empty


@pytest.mark.parametrize(
    ("limits", "value", "zone"),
    [
        (Limits(warning_low=90, alert_low=88), 1000, GREEN),
        (Limits(warning_high=38, alert_high=39), -1000, GREEN),
        (Limits(alert_low=88), 88, GREEN),
        (Limits(alert_low=88), 87, RED),
        (Limits(alert_high=39), 39.1, RED),
        (Limits(warning_high=38), 1000, YELLOW),
    ],
)
def test_a_lacking_bound_is_passed_by_nothing(limits: Limits, value: float, zone: Zone) -> None:
    assert zone_of(value, limits) is zone


def test_only_four_lacking_bounds_are_no_limits() -> None:
    assert Limits().empty
    assert not Limits(warning_high=38).empty


@pytest.mark.parametrize(
    "bounds",
    [
        {"alert_low": 90, "warning_low": 88},
        {"warning_low": 100, "warning_high": 51},
        {"warning_high": 120, "alert_high": 100},
        {"alert_low": 100, "warning_high": 90},  # also across a bound that lacks
        {"alert_low": 50, "alert_high": 41},
        {"warning_low": 1, "alert_high": 0},
    ],
)
def test_bounds_out_of_order_are_refused(bounds: dict[str, float]) -> None:
    with pytest.raises(UnorderedLimits):
        Limits(**bounds)


def test_yellow_may_be_empty_on_either_side() -> None:
    """alert_low = warning_low: straight from green to red."""
    straight = Limits(90, 90, 100, 100)
    assert [zone_of(v, straight) for v in (89, 90, 100, 101)] == [RED, GREEN, GREEN, RED]


def test_green_may_not_be_empty() -> None:
    with pytest.raises(UnorderedLimits):
        Limits(warning_low=100, warning_high=100)


# A bound that is not a number is passed by nothing: 300 would be green.
@pytest.mark.parametrize("bound", ["alert_low", "warning_low", "warning_high", "alert_high"])
def test_a_bound_must_be_a_number(bound: str) -> None:
    with pytest.raises(ValueError):
        Limits(**{bound: nan})


@given(any_kind.flatmap(lambda kind: st.tuples(values(kind), limits(kind))))
def test_the_zone_is_what_the_bounds_say(drawn: tuple[float, Limits]) -> None:
    """Counted the other way: how many bounds on one side the value has passed."""
    value, held = drawn
    red = [
        held.alert_low is not None and held.alert_low > value,
        held.alert_high is not None and held.alert_high < value,
    ]
    yellow = [
        held.warning_low is not None and held.warning_low > value,
        held.warning_high is not None and held.warning_high < value,
    ]
    assert zone_of(value, held) is (RED if any(red) else YELLOW if any(yellow) else GREEN)


@given(any_kind.flatmap(lambda kind: st.tuples(values(kind), values(kind), limits(kind))))
def test_further_out_is_never_milder(drawn: tuple[float, float, Limits]) -> None:
    one, other, held = drawn
    low, high = sorted((one, other))
    passed = breach(high, held)
    if passed and passed.rule == "below":
        assert zone_of(low, held) >= passed.zone
    passed = breach(low, held)
    if passed and passed.rule == "above":
        assert zone_of(high, held) >= passed.zone


@given(any_kind.flatmap(limits))
def test_each_bound_itself_lies_one_step_milder_than_what_is_past_it(held: Limits) -> None:
    far = max(kind.possible[1] for kind in KINDS) * 10
    for bound, past in ((held.alert_low, -far), (held.warning_low, -far)):
        if bound is not None:
            assert zone_of(bound, held) < RED
            assert zone_of(past, held) >= YELLOW
    for bound, past in ((held.warning_high, far), (held.alert_high, far)):
        if bound is not None:
            assert zone_of(bound, held) < RED
            assert zone_of(past, held) >= YELLOW


def test_grey_is_told_apart_from_green() -> None:
    assert [zone.slug for zone in sorted(Zone)] == ["grey", "green", "yellow", "red"]
    assert Zone.NOT_JUDGED < Zone.GREEN < Zone.YELLOW < Zone.RED
