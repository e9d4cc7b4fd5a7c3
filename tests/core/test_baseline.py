"""The baseline and what is suggested from it: the arithmetic, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.strategies import limits, values, zone_of
from varde.core.baseline import suggested
from varde.core.judgement import Case, DropRule, judge_reading
from varde.core.quantities import BY_NAME, KINDS
from varde.core.reading import Reading
from varde.core.thresholds import Limits
from varde.core.usual import LEAST_DAYS, Baseline, baseline
from varde.core.zones import Zone

OSLO = ZoneInfo("Europe/Oslo")
NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)
COPD = Limits(alert_low=88, warning_low=90)
PULSE = Limits(41, 51, 100, 120)
DROP = DropRule("spo2", 3, 5)


def daily(kind: str, *measured: float) -> list[Reading]:
    return [Reading(kind, value, NOON + timedelta(days=n)) for n, value in enumerate(measured)]


def of(kind: str, *measured: float) -> Baseline:
    found = baseline(daily(kind, *measured), OSLO)
    assert found is not None
    return found


def test_the_arithmetic() -> None:
    found = of("spo2", 91, 92, 90, 91, 91, 93, 91, 90, 84)
    assert found == Baseline("spo2", 91, 1, 9, 9, 84, 93)  # distances 0 0 0 0 1 1 1 2 7: median 1
    wide = of("pulse", 70, 80, 90, 100, 110)
    assert (wide.median, wide.spread) == (90, 15)  # 1.4826 × 10, rounded


def test_days_are_local_and_counted_once() -> None:
    late = [Reading("spo2", 91, NOON.replace(hour=hour)) for hour in (8, 12, 22, 23)]
    found = baseline(late, OSLO)
    assert found is not None
    assert (found.days, found.readings) == (2, 4)  # after 23 UTC it is tomorrow in Oslo
    assert baseline([], OSLO) is None


@pytest.mark.parametrize(("days", "there"), [(LEAST_DAYS - 1, False), (LEAST_DAYS, True)])
def test_too_few_days_suggest_nothing(days: int, there: bool) -> None:
    assert (suggested(of("spo2", *[91.0] * days), COPD, DROP) is not None) is there


def test_a_steady_patient_gets_the_bounds_of_the_rule_about_what_is_usual() -> None:
    found = suggested(of("spo2", *[91.0] * 14), COPD, DROP)
    assert found == Limits(alert_low=87, warning_low=89)


def test_a_patient_who_varies_gets_wider_bounds() -> None:
    found = suggested(of("spo2", *[88.0, 91.0, 94.0] * 4), COPD, DROP)
    assert found == Limits(alert_low=75, warning_low=83)  # spread 4: two and four of it


def test_without_such_a_rule_bounds_are_only_moved_out() -> None:
    assert suggested(of("pulse", *[70.0] * 14), PULSE) == PULSE
    fast = suggested(of("pulse", *[96.0, 100.0, 104.0] * 5), PULSE)
    assert fast == Limits(41, 51, 112, 124)  # median 100, spread 6


def test_a_side_that_the_standard_lacks_is_not_made_up() -> None:
    only_low = replace(PULSE, warning_high=None, alert_high=None)
    found = suggested(of("pulse", *[40.0] * 14), only_low)
    assert found == Limits(36, 38, None, None)


@given(st.sampled_from(KINDS).flatmap(
    lambda kind: st.tuples(st.lists(values(kind), min_size=7, max_size=20), limits(kind))
    .map(lambda pair: (kind, *pair))))  # fmt: skip
def test_never_stricter_than_the_standard_and_never_telling_of_the_median(case: object) -> None:
    kind, measured, standard = case  # type: ignore[misc]
    found = of(kind.name, *measured)
    bounds = suggested(found, standard)
    assert bounds is not None
    assert zone_of(found.median, bounds) is Zone.GREEN
    for value in measured:
        shown = kind.rounded(value)
        assert zone_of(shown, bounds) <= zone_of(shown, standard)


@given(
    st.integers(80, 95),
    st.lists(st.sampled_from([-1.0, 0.0, 0.0, 1.0]), min_size=7, max_size=20),
    values(BY_NAME["spo2"]),
)
def test_a_steady_patients_bounds_tell_what_the_rule_would(
    usual: int, off: list[float], value: float
) -> None:
    found = of("spo2", *[usual + one for one in off])
    bounds = suggested(found, COPD, DROP)
    assert bounds is not None
    assert found.spread == 1
    case = Case(limits={}, planned=frozenset({"spo2"}), habitual={"spo2": found.median},
                drops={"spo2": DROP})  # fmt: skip
    shown = BY_NAME["spo2"].rounded(value)
    said = judge_reading(Reading("spo2", shown, NOON), case).zone
    assert zone_of(shown, bounds) == max(said, Zone.GREEN)
