"""Plans: what a version may say, what it lacks, how it goes on, and what differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import varde
from varde.core.access import DOCTORS, Role
from varde.core.plan import (
    MOVES,
    OPEN,
    ZONES,
    Area,
    Content,
    Lack,
    Leave,
    Medication,
    NotPlanned,
    Section,
    Stage,
    Use,
    ZonePlan,
    decoded,
    demand_move,
    encoded,
    lacking,
    may_draft,
    steps,
)
from varde.core.plan_compare import differs, medications, parts
from varde.core.plan_template import parse_template
from varde.core.programme_file import BadProgramme

PACK = Medication("p1", Use.RESCUE, "Prednisolon", "20 mg × 1", Leave.ALONE, 7, 1, 90)
PUFFS = Medication("v1", Use.AS_NEEDED, "Ventolin", "2 sug", Leave.ALONE)
WALK = ZonePlan(do={Area.ACTIVITY: ("Gå en tur",)})
RED = ZonePlan(("Tungpust i ro",), {Area.OTHER: ("Sett deg",)}, (PACK,), "Ring med en gang")
THERE = ("copd", "red", "p1")
FULL = Content("Hytta i påsken", ("Gå til butikken",), (Section("copd", WALK, WALK, RED),))


def test_a_whole_plan_lacks_nothing_and_is_kept_as_it_is() -> None:
    assert lacking(FULL) == []
    assert decoded(encoded(FULL)) == FULL


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (replace(FULL, matters=" ", goals=()), Lack("matters")),
        (replace(FULL, sections=()), Lack("do")),
        (replace(FULL, sections=(Section("copd", WALK, ZonePlan(("Verre",)), RED),)),
         Lack("do", "copd", "yellow")),
        (replace(FULL, sections=(Section("copd", WALK, WALK,
         replace(RED, medications=(replace(PACK, dose=""),))),)),
         Lack("dose", *THERE, "Prednisolon")),
        (replace(FULL, sections=(Section("copd", WALK, WALK,
         replace(RED, medications=(replace(PACK, drug=" "),))),)),
         Lack("drug", *THERE)),
        (replace(FULL, sections=(Section("copd", WALK, WALK,
         replace(RED, medications=(replace(PACK, most=None),))),)),
         Lack("course", *THERE, "Prednisolon")),
    ],
)  # fmt: skip
def test_what_a_plan_lacks_is_told(content: Content, code: Lack) -> None:
    assert code in lacking(content)


def test_a_rescue_pack_says_how_long_and_how_many_in_which_period() -> None:
    for name in ("days", "most", "period_days"):
        red = replace(RED, medications=(replace(PACK, **{name: None}),))
        content = replace(FULL, sections=(Section("copd", WALK, WALK, red),))
        assert lacking(content) == [Lack("course", *THERE, "Prednisolon")]


@pytest.mark.parametrize(
    "data",
    [
        None,
        "x",
        {"goals": "x"},
        {"sections": [{"programme": "copd", "blue": {}}]},
        {"goals": ["x" * 301]},
        {"goals": ["x"] * 9},
        {"goals": ["a\0b"]},
        {"matters": "x" * 2001},
        {"sections": [{"programme": "copd"}, {"programme": "copd"}]},
        {"sections": [{"programme": "copd", "red": {"medications": [{"id": "a"}]}}]},
        {"sections": [{"programme": "copd", "red": {"do": {"dancing": ["x"]}}}]},
        {"sections": [{"programme": "copd", "red": {"feels": ["x"] * 13}}]},
    ],
)
def test_what_cannot_be_a_plan_is_refused(data: Any) -> None:
    with pytest.raises(NotPlanned) as error:
        decoded(data)
    assert error.value.code == "unread"


@pytest.mark.parametrize("number", [0, -1, 10**9])
@pytest.mark.parametrize("name", ["days", "most", "period_days"])
def test_a_number_out_of_range_is_refused(name: str, number: int) -> None:
    red = replace(RED, medications=(replace(PACK, **{name: number}),))
    with pytest.raises(NotPlanned):
        decoded(encoded(replace(FULL, sections=(Section("copd", WALK, WALK, red),))))


def test_the_same_medication_stands_once() -> None:
    twice = Section("copd", replace(WALK, medications=(PACK,)), WALK, RED)
    with pytest.raises(NotPlanned):
        decoded(encoded(replace(FULL, sections=(twice,))))


def test_steps_stand_with_medication_first_and_have_keys_of_their_own() -> None:
    found = steps(FULL.sections[0], "red")
    assert [one.text for one in found] == ["Prednisolon: 20 mg × 1", "Sett deg"]
    assert found[0].medication == "p1"
    assert len({one.key for zone in ZONES for one in steps(FULL.sections[0], zone)}) == 4


def test_only_a_rescue_pack_and_what_is_told_of_or_asked_for_is_on_the_list() -> None:
    told = {
        (use, leave): Medication("a", use, "x", "y", leave).on_the_list
        for use in Use
        for leave in Leave
    }
    assert {key for key, on in told.items() if on} == {
        (Use.RESCUE, Leave.ALONE), (Use.RESCUE, Leave.TELL), (Use.RESCUE, Leave.ASK),
        (Use.AS_NEEDED, Leave.TELL), (Use.AS_NEEDED, Leave.ASK),
    }  # fmt: skip


@given(st.lists(st.sampled_from(list(Stage)), max_size=8))
def test_what_has_been_in_force_never_comes_back(path: list[Stage]) -> None:
    now, was_in_force = Stage.DRAFT, False
    for wanted in path:
        try:
            demand_move(now, wanted)
        except NotPlanned:
            continue
        now = wanted
        was_in_force = was_in_force or now is Stage.APPROVED
        assert not (was_in_force and now in OPEN)
    assert set(MOVES) == set(Stage)


@pytest.mark.parametrize("role", list(Role))
def test_who_the_programme_says_drafts_and_a_doctor_always(role: Role) -> None:
    assert may_draft(role, [(Role.NURSE,)]) is (role is Role.NURSE or role in DOCTORS)
    assert may_draft(role, []) is (role in DOCTORS)


def test_what_differs_is_told_line_by_line() -> None:
    green = replace(WALK, do={Area.ACTIVITY: ("Gå en tur", "Tren to ganger")})
    now = Content("Hytta i påsken", (), (Section("copd", green, WALK, RED),))
    found = {(one.zone, one.of): [(x.how, x.text) for x in one.lines] for one in parts(FULL, now)}
    assert found == {
        ("", "goals"): [("gone", "Gå til butikken")],
        ("green", "activity"): [("same", "Gå en tur"), ("new", "Tren to ganger")],
    }


def test_what_became_of_each_medication_is_told() -> None:
    held = replace(RED, medications=(replace(PACK, dose="40 mg × 1"), PUFFS))
    now = replace(FULL, sections=(Section("copd", WALK, WALK, held),))
    assert [(m.how, m.now and m.now.id) for m in medications(FULL, now)] == [
        ("changed", "p1"), ("new", "v1"),
    ]  # fmt: skip
    gone = replace(FULL, sections=(Section("copd", WALK, WALK, replace(RED, medications=())),))
    assert [(m.how, m.before and m.before.id) for m in medications(FULL, gone)] == [("gone", "p1")]
    assert [m.how for m in medications(FULL, FULL)] == ["same"]


def test_a_medication_in_another_zone_is_a_change() -> None:
    moved = Section("copd", WALK, replace(WALK, medications=(PACK,)), replace(RED, medications=()))
    found = medications(FULL, replace(FULL, sections=(moved,)))
    assert [m.how for m in found] == ["changed"]


LINES = st.lists(st.text(max_size=6), max_size=5).map(tuple)


@given(LINES, LINES)
def test_nothing_differs_only_when_all_is_the_same(
    one: tuple[str, ...], two: tuple[str, ...]
) -> None:
    a, b = replace(FULL, goals=one), replace(FULL, goals=two)
    assert differs(a, b) is (one != two)
    kept = [line.text for part in parts(a, b) for line in part.lines if line.how != "gone"]
    assert one == two or tuple(kept) == two


PLANS = Path(varde.__file__).parent / "programmes" / "plans"


def raw(key: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((PLANS / f"{key}.yaml").read_text("utf-8"))
    return content


@pytest.mark.parametrize("key", ["copd", "heart-failure"])
@pytest.mark.parametrize("language", ["nb", "nn", "en", "se", "xx"])
def test_a_shipped_template_makes_a_section_without_a_dose(key: str, language: str) -> None:
    template = parse_template(raw(key))
    made = template.section(language, iter(f"m{n}" for n in range(99)))
    content = decoded(encoded(Content("Hytta", (), (made,))))
    assert all(one.dose == "" for _s, _z, one in content.medications)
    assert {lack.code for lack in lacking(content)} <= {"dose"}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"version": 0},
        {"drafted_by": []},
        {"drafted_by": ["patient"]},
        {"zones": {}},
        {"colour": "blue"},
        {"drafted_by": ["wizard"]},
    ],
)
def test_a_template_that_does_not_hold_together_is_refused(spoilt: dict[str, Any]) -> None:
    with pytest.raises(BadProgramme):
        parse_template({**raw("copd"), **spoilt})


def test_a_zone_of_a_template_says_what_to_do_in_every_language() -> None:
    for change in ({"do": {}, "medications": [], "call": {}}, {"call": {"nb": "Ring"}}):
        content = raw("copd")
        content["zones"]["red"].update(change)
        with pytest.raises(BadProgramme):
            parse_template(content)
