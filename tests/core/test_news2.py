"""NEWS2: the published table (Royal College of Physicians 2017) cell by cell, and the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.core.judging import GREEN, GREY, RED, YELLOW
from tests.core.strategies import NOW, half_up, raw, values
from varde.core.judgement import Case, judge, judge_whole
from varde.core.news2 import CONSCIOUSNESS, MEASURED, OXYGEN, PARTS, Score, news2
from varde.core.programme import Rules
from varde.core.programme_file import BadProgramme, parse
from varde.core.quantities import BY_NAME
from varde.core.reading import Answer, Reading
from varde.core.verdict import INCOMPLETE, Reason
from varde.core.whole import News2, Said
from varde.core.zones import Zone

Cells = tuple[tuple[float, float, int], ...]  # from, to (both with them), points
PUBLISHED: dict[str, Cells] = {
    "respiration": ((2, 8, 3), (9, 11, 1), (12, 20, 0), (21, 24, 2), (25, 90, 3)),
    "systolic": ((40, 90, 3), (91, 100, 2), (101, 110, 1), (111, 219, 0), (220, 300, 3)),
    "pulse": ((20, 40, 3), (41, 50, 1), (51, 90, 0), (91, 110, 1), (111, 130, 2), (131, 300, 3)),
    "temperature": ((25, 35, 3), (35.1, 36, 1), (36.1, 38, 0), (38.1, 39, 1), (39.1, 45, 2)),
}
SCALE_1: Cells = ((30, 91, 3), (92, 93, 2), (94, 95, 1), (96, 100, 0))
SCALE_2_AIR: Cells = ((30, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0), (93, 100, 0))
SCALE_2_OXYGEN: Cells = (
    *((30, 83, 3), (84, 85, 2), (86, 87, 1), (88, 92, 0)),
    *((93, 94, 1), (95, 96, 2), (97, 100, 3)),
)
SATURATIONS = [
    (1, None, SCALE_1),
    (1, False, SCALE_1),
    (1, True, SCALE_1),
    (2, False, SCALE_2_AIR),
    (2, True, SCALE_2_OXYGEN),
]
WELL = {"respiration": 16, "spo2": 97, "systolic": 125, "pulse": 70, "temperature": 37.0}
WORST = {"respiration": 30, "spo2": 85, "systolic": 80, "pulse": 140, "temperature": 34.0}


def alone(kind: str, value: float, scale: int = 1, oxygen: bool | None = None) -> int:
    return news2({kind: value}, oxygen=oxygen, alert=None, scale=scale).points[kind]


def every(kind: str, low: float, high: float) -> list[float]:
    """All values from one to the other, as they are judged."""
    scale = 10 ** BY_NAME[kind].decimals
    return [number / scale for number in range(round(low * scale), round(high * scale) + 1)]


def scored(
    measured: Mapping[str, float], oxygen: bool | None = False, alert: bool | None = True
) -> Score:
    return news2(measured, oxygen=oxygen, alert=alert, scale=1)


# --- The table ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "low", "high", "points"),
    [(kind, *cell) for kind, cells in PUBLISHED.items() for cell in cells],
)
def test_every_cell_from_its_first_value_to_its_last(
    kind: str, low: float, high: float, points: int
) -> None:
    assert {alone(kind, value) for value in every(kind, low, high)} == {points}


@pytest.mark.parametrize(
    ("scale", "oxygen", "low", "high", "points"),
    [(scale, oxygen, *cell) for scale, oxygen, cells in SATURATIONS for cell in cells],
)
def test_saturation_is_scored_on_its_scale_on_air_and_on_oxygen(
    scale: int, oxygen: bool | None, low: float, high: float, points: int
) -> None:
    assert {alone("spo2", value, scale, oxygen) for value in every("spo2", low, high)} == {points}


def test_the_cells_leave_no_possible_value_out() -> None:
    for kind, cells in [*PUBLISHED.items(), *(("spo2", cells) for _s, _o, cells in SATURATIONS)]:
        covered = [value for low, high, _points in cells for value in every(kind, low, high)]
        assert covered == every(kind, *BY_NAME[kind].possible)


@pytest.mark.parametrize(("oxygen", "points"), [(True, 2), (False, 0)])
@pytest.mark.parametrize("scale", [1, 2])
def test_oxygen_is_two_points_on_either_scale(scale: int, oxygen: bool, points: int) -> None:
    score = news2({}, oxygen=oxygen, alert=None, scale=scale)
    assert (score.points, score.total) == ({OXYGEN: points}, points)


@pytest.mark.parametrize(("alert", "points"), [(True, 0), (False, 3)])
def test_new_confusion_or_less_is_three_points(alert: bool, points: int) -> None:
    score = news2({}, oxygen=None, alert=alert, scale=1)
    assert (score.points, score.total) == ({CONSCIOUSNESS: points}, points)


@pytest.mark.parametrize(
    ("kind", "under", "points", "rounded_up", "more"),
    [
        ("spo2", 95.4, 1, 95.5, 0),  # shown and judged as 96
        ("spo2", 91.4, 3, 91.5, 2),
        ("respiration", 20.4, 0, 20.5, 2),
        ("systolic", 90.4, 3, 90.5, 2),
        ("systolic", 219.4, 0, 219.5, 3),
        ("pulse", 130.4, 2, 130.5, 3),
        ("temperature", 35.04, 3, 35.05, 1),
        ("temperature", 38.04, 0, 38.05, 1),
    ],
)
def test_a_value_is_scored_as_it_is_judged(
    kind: str, under: float, points: int, rounded_up: float, more: int
) -> None:
    assert (alone(kind, under), alone(kind, rounded_up)) == (points, more)


@pytest.mark.parametrize("scale", [0, 3, -1])
def test_there_are_two_scales(scale: int) -> None:
    with pytest.raises(ValueError, match="scales"):
        news2(WELL, oxygen=False, alert=True, scale=scale)


# --- The score ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measured", "oxygen", "alert", "total", "three"),
    [
        (WELL, False, True, 0, False),
        (WELL, True, True, 2, False),
        (WELL, False, False, 3, True),
        (WORST, True, False, 20, True),
        (WORST | {"temperature": 40}, True, False, 19, True),  # fever gives no more than two
        (WELL | {"respiration": 22, "pulse": 115, "systolic": 95}, True, True, 8, False),
        (WELL | {"respiration": 22, "spo2": 94, "temperature": 38.5}, False, True, 4, False),
        (WELL | {"temperature": 39.1}, False, True, 2, False),
        (WELL | {"temperature": 35.0}, False, True, 3, True),
        (WELL | {"pulse": 40}, False, True, 3, True),
        (WELL | {"pulse": 41}, False, True, 1, False),
    ],
)
def test_the_total_and_whether_one_part_gives_three(
    measured: dict[str, float], oxygen: bool, alert: bool, total: int, three: bool
) -> None:
    score = scored(measured, oxygen, alert)
    assert (score.total, score.single_three, score.lacks) == (total, three, ())


@pytest.mark.parametrize(
    ("measured", "oxygen", "alert", "scale", "lacks"),
    [
        (WELL, False, True, 1, ()),
        (WELL, None, True, 1, (OXYGEN,)),
        (WELL, None, True, 2, ("spo2", OXYGEN)),  # the scale asks which column
        (WELL, False, True, 2, ()),
        (WELL, False, None, 1, (CONSCIOUSNESS,)),
        (WELL, None, None, 1, (OXYGEN, CONSCIOUSNESS)),
        ({"pulse": 70, "spo2": 97}, False, True, 1, ("respiration", "systolic", "temperature")),
        ({"weight": 80.0, "diastolic": 70}, False, True, 1, MEASURED),
        ({}, None, None, 1, PARTS),
        ({}, None, None, 2, PARTS),
    ],
)
def test_what_was_not_measured_is_named(
    measured: dict[str, float],
    oxygen: bool | None,
    alert: bool | None,
    scale: int,
    lacks: tuple[str, ...],
) -> None:
    assert news2(measured, oxygen=oxygen, alert=alert, scale=scale).lacks == lacks


def test_nothing_measured_is_no_points() -> None:
    score = scored({}, None, None)
    assert (score.points, score.total, score.single_three) == ({}, 0, False)


# --- Properties --------------------------------------------------------------------------------

known = st.none() | st.booleans()
scales = st.sampled_from([1, 2])
measurements = st.fixed_dictionaries(
    {}, optional={kind: values(BY_NAME[kind]) for kind in MEASURED}
)


@given(measurements, known, known, scales)
def test_a_score_is_the_sum_of_its_parts_and_every_part_has_points_or_is_lacking(
    measured: dict[str, float], oxygen: bool | None, alert: bool | None, scale: int
) -> None:
    score = news2(measured, oxygen=oxygen, alert=alert, scale=scale)
    assert score.total == sum(score.points.values())
    assert 0 <= score.total <= 20
    assert score.single_three == any(points == 3 for points in score.points.values())
    assert sorted([*score.points, *score.lacks]) == sorted(PARTS)
    assert score.lacks == tuple(part for part in PARTS if part in score.lacks)
    unscored = {"spo2"} if scale == 2 and oxygen is None else set()
    assert score.points.keys() & set(MEASURED) == measured.keys() - unscored
    assert (OXYGEN in score.lacks) is (oxygen is None)
    assert (CONSCIOUSNESS in score.lacks) is (alert is None)


@given(measurements, known, known, scales)
def test_rounded_and_unrounded_give_the_same_score(
    measured: dict[str, float], oxygen: bool | None, alert: bool | None, scale: int
) -> None:
    rounded = {kind: half_up(value, BY_NAME[kind].decimals) for kind, value in measured.items()}
    assert news2(rounded, oxygen=oxygen, alert=alert, scale=scale) == news2(
        measured, oxygen=oxygen, alert=alert, scale=scale
    )


@given(measurements, known, known, scales, st.sampled_from(MEASURED))
def test_one_part_more_leaves_the_points_of_the_others(
    measured: dict[str, float], oxygen: bool | None, alert: bool | None, scale: int, kind: str
) -> None:
    more = news2(measured, oxygen=oxygen, alert=alert, scale=scale)
    without = {name: value for name, value in measured.items() if name != kind}
    fewer = news2(without, oxygen=oxygen, alert=alert, scale=scale)
    assert fewer.points == {part: n for part, n in more.points.items() if part != kind}
    assert fewer.total <= more.total


# --- The rule ----------------------------------------------------------------------------------

AWAKE, ON_OXYGEN = Said(question="awake", choices=("yes", "as-usual")), Said("oxygen", ("yes",))
ASKED = News2(id="news", name={}, alert=AWAKE, oxygen=ON_OXYGEN)
BEGUN = WELL | {"respiration": 21, "pulse": 111}  # four points, no three of them in one part


def chosen(**choices: str) -> list[Answer]:
    return [Answer(question, choice, GREEN) for question, choice in choices.items()]


CALM = chosen(awake="yes", oxygen="no")


def told(
    rule: News2, measured: Mapping[str, float], answers: Sequence[Answer] = (), **more: Any
) -> Reason | None:
    found = [Reading(kind, value, NOW) for kind, value in measured.items()]
    return next(iter(judge_whole(found, answers, Case({}, whole=[rule], **more), NOW)), None)


def is_of(reason: Reason | None, expected: Reason) -> None:
    """The same, and the points of its parts make the score."""
    assert reason is not None
    assert replace(reason, parts=()) == expected
    points = [int(part.partition("=")[2]) for part in reason.parts]
    assert sum(points) == expected.figure and 0 not in points


@pytest.mark.parametrize(
    ("measured", "answers", "zone", "bound", "figure"),
    [
        (WELL, CALM, GREEN, None, 0),
        (BEGUN, CALM, GREEN, None, 4),
        (BEGUN | {"systolic": 110}, CALM, YELLOW, 5, 5),
        (BEGUN | {"spo2": 93}, CALM, YELLOW, 5, 6),
        (BEGUN | {"spo2": 93, "systolic": 110}, CALM, RED, 7, 7),
        (BEGUN, chosen(awake="as-usual", oxygen="yes"), YELLOW, 5, 6),
        (WELL | {"pulse": 131, "spo2": 93}, CALM, YELLOW, 5, 5),  # the total before the three
        (WELL | {"pulse": 131, "spo2": 91, "temperature": 39}, CALM, RED, 7, 7),
        (WORST, chosen(awake="no", oxygen="yes"), RED, 7, 20),
    ],
)
def test_the_rule_is_yellow_from_five_and_red_from_seven(
    measured: dict[str, float], answers: list[Answer], zone: Zone, bound: float, figure: int
) -> None:
    expected = Reason("rule:news", "news2", zone, bound=bound, named="news", figure=figure)
    is_of(told(ASKED, measured, answers), expected)
    stricter = told(structs.replace(ASKED, yellow=1, red=4), measured, answers)
    assert (stricter and stricter.zone) == (RED if figure >= 4 else GREEN)


@pytest.mark.parametrize(
    ("measured", "answers", "part", "figure"),
    [
        ({"respiration": 25}, CALM, "respiration", 3),
        ({"spo2": 91}, CALM, "spo2", 3),
        ({"pulse": 131, "systolic": 110}, CALM, "pulse", 4),
        ({}, chosen(awake="no", oxygen="no"), CONSCIOUSNESS, 3),
    ],
)
def test_three_points_in_one_part_are_yellow(
    measured: dict[str, float], answers: list[Answer], part: str, figure: int
) -> None:
    expected = Reason("rule:news", "news2-three", YELLOW, part, named="news", figure=figure)
    is_of(told(ASKED, WELL | measured, answers), expected)


@pytest.mark.parametrize(
    ("measured", "answers", "figure", "lacks"),
    [
        (WELL, chosen(awake="yes"), 0, (OXYGEN,)),
        (WELL, chosen(awake="no"), 3, (OXYGEN,)),  # no colour, also of a three
        (WORST, chosen(oxygen="yes"), 17, (CONSCIOUSNESS,)),
        ({"pulse": 131}, chosen(mood="well"), 3, ("respiration", "spo2", "systolic",
                                                  "temperature", OXYGEN, CONSCIOUSNESS)),
        ({}, CALM, 0, MEASURED),
    ],
)  # fmt: skip
def test_a_score_that_lacks_parts_is_told_to_who_has_answered(
    measured: dict[str, float], answers: list[Answer], figure: int, lacks: tuple[str, ...]
) -> None:
    expected = Reason("rule:news", INCOMPLETE, GREY, named="news", figure=figure, lacks=lacks)
    is_of(told(ASKED, measured, answers), expected)
    found = judge([], CALM, Case({}, whole=[ASKED]), NOW)
    assert (found.zone, [one.rule for one in found.unjudged]) == (GREY, [INCOMPLETE])


def test_what_machines_send_piece_by_piece_says_nothing_until_it_is_whole() -> None:
    assert told(ASKED, WORST) is None
    assert told(ASKED, {}, chosen(mood="well")) is None  # nor where nothing is of it
    assert told(ASKED, {"weight": 80, "diastolic": 70}, answered=[(NOW, CALM)]) is None
    for minutes, figure in ((0, 4), (30, 4), (31, None)):
        at = NOW - timedelta(minutes=minutes)
        before = {kind: [Reading(kind, BEGUN[kind], at)] for kind in MEASURED}
        piece = told(ASKED, {"pulse": 111}, earlier=before, answered=[(at, CALM)])
        assert (piece and piece.figure) == figure
        last = told(ASKED, {}, CALM, earlier=before)
        assert (last and last.lacks) == (MEASURED if figure is None else ())


@pytest.mark.parametrize(
    ("scale", "flow", "spo2", "figure", "lacks"),
    [
        (1, {"oxygen-flow": 0}, 97, 0, ()),
        (1, {"oxygen-flow": 0.1}, 97, 2, ()),
        (1, {}, 97, 0, (OXYGEN,)),
        (2, {"oxygen-flow": 0}, 97, 0, ()),
        (2, {"oxygen-flow": 2}, 97, 5, ()),
        (2, {"oxygen-flow": 2}, 92, 2, ()),
        (2, {}, 97, 0, ("spo2", OXYGEN)),
    ],
)
def test_a_measured_flow_says_whether_oxygen_is_given(
    scale: int, flow: dict[str, float], spo2: float, figure: int, lacks: tuple[str, ...]
) -> None:
    by_flow = structs.replace(ASKED, oxygen=None, scale=scale)
    reason = told(by_flow, WELL | flow | {"spo2": spo2}, chosen(awake="yes"))
    assert reason is not None
    assert (reason.figure, reason.lacks) == (figure, lacks)
    asked = told(ASKED, WELL | {"oxygen-flow": 2}, CALM)  # one who is asked has said it
    assert (asked and asked.figure) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scale": 3}, "scale is 1 or 2"),
        ({"by_order": False}, "a doctor has chosen it"),
        ({"yellow": 0}, "yellow comes before red, above 0"),
        ({"yellow": 8}, "yellow comes before red, above 0"),
        ({"oxygen": {"question": "air", "choices": ["yes"]}}, "there is no question 'air'"),
        ({"alert": {"question": "general", "choices": ["alert"]}}, "has no choice 'alert'"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    alert = {"question": "general", "choices": ["well"]}
    rule = {"rule": "news2", "alert": alert, "yellow": 7, "scale": 2, "by_order": True}
    rule |= {"id": "one", "name": dict.fromkeys(("nb", "nn", "en"), "One")}
    assert parse(raw("copd") | {"rules": [rule]}).rules[0].by_order
    with pytest.raises(BadProgramme, match=f"^copd: rule one: .*{message}"):
        parse(raw("copd") | {"rules": [rule | change]})


def test_scale_2_that_a_doctor_has_chosen_is_used_and_not_scale_1() -> None:
    first = structs.replace(ASKED, id="one", scale=1)
    second = structs.replace(ASKED, id="two", scale=2, by_order=True)
    for every in ((first, second), (second, first)):
        rules = Rules(frozenset(), frozenset(), {}, {}, {}, further=every)
        assert rules.whole == (second,)
    assert Rules(frozenset(), frozenset(), {}, {}, {}, further=(first,)).whole == (first,)
