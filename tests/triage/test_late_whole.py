"""Late reports: what held when it was taken holds, and all of what is touched is told."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from tests.people import Cast
from tests.triage.test_concurrent import open_reasons, the_item
from tests.triage.test_further_rules import NAME, fuller
from tests.triage.test_late_reports import state
from varde.base.rows import new_id
from varde.catalogue import actions as catalogue
from varde.core.quantities import BY_NAME
from varde.core.zones import Zone
from varde.measuring.models import HabitualValue
from varde.pathway.usual import set_usual
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.triage.models import Judgement
from varde.triage.worklist import Rank

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def stands(them: Cast, patient: Viewer, day: int) -> tuple[Zone, set[tuple[str, str, int]]]:
    """What the newest judgement of that day's report says."""
    with them.acting():
        rows = Judgement.objects.filter(
            patient_id=patient.actor, taken_at=them.at + day * DAY
        ).order_by("at")
        newest = rows.last()
        assert newest is not None
        told = {(one["subject"], one["rule"], one["zone"]) for one in newest.reasons}
        return Zone(newest.zone), told


def say(them: Cast, patient: Viewer, value: float, days_ago: int) -> None:
    at = them.at - days_ago * DAY
    with them.acting(them.gp, at=at) as by:
        set_usual(
            patient=patient.actor, kind=BY_NAME["spo2"], value=value, why="Ny habituell verdi",
            by=by, at=at,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("taken", "zone"),
    [
        (5, Zone.RED),  # 5 below the 96 that was usual then
        (3, Zone.GREEN),  # of the 92 that the doctor had said
        (1, Zone.YELLOW),  # 3 below the 94 said after that
    ],
)
def test_a_late_reading_is_held_against_what_was_usual_when_it_was_taken(
    them: Cast, taken: int, zone: Zone
) -> None:
    patient = them.patient()
    for ago in (9, 8, 7):
        them.report(patient, at=them.at - ago * DAY, spo2=96)
    say(them, patient, 92, 4)
    say(them, patient, 94, 2)
    found = them.report(patient, taken_at=them.at - taken * DAY, spo2=91)
    assert found.judgement is not None and found.judgement.zone is zone
    now = them.report(patient, at=them.at + MINUTE, spo2=91)
    assert now.judgement is not None and now.judgement.zone is Zone.YELLOW


def test_what_was_usual_is_kept_with_when_it_held(them: Cast) -> None:
    patient = them.patient()
    say(them, patient, 92, 4)
    say(them, patient, 94, 2)
    with them.acting():
        rows = HabitualValue.objects.filter(patient_id=patient.actor).order_by("since")
        assert [(row.value, row.until) for row in rows] == [
            (92.0, them.at - 2 * DAY), (94.0, None)
        ]  # fmt: skip


def test_judged_again_the_other_kinds_keep_their_limits(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    came = them.at + 9 * DAY
    them.report(
        patient, at=came, taken_at=them.at + 2 * DAY, report_id=new_id(), weight=84.5, pulse=105,
        systolic=130, diastolic=70,
    )  # fmt: skip
    them.report(patient, at=came + MINUTE, taken_at=them.at, weight=82.0)
    zone, told = stands(them, patient, 2)
    assert zone is Zone.RED
    assert {("weight", "rise", 3), ("pulse", "above", 2), ("systolic", "within", 1)} <= told


def test_a_red_that_gets_another_red_by_a_late_report_says_so(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    came = them.at + 9 * DAY
    them.report(patient, at=came, taken_at=them.at + 2 * DAY, weight=84.5, systolic=185)
    before = the_item(them, patient).version
    them.report(patient, at=came + MINUTE, taken_at=them.at, weight=82.0)
    zone, told = stands(them, patient, 2)
    assert zone is Zone.RED and {("weight", "rise", 3), ("systolic", "above", 3)} <= told
    with them.acting(them.nurse) as by:
        (row,) = queries.rows_of([the_item(them, patient)])
        shown = {(one.subject, one.rule) for one in row.found}
        assert {("weight", "rise"), ("systolic", "above")} <= shown
        assert by.seat == row.item.unit_id
    assert the_item(them, patient).version > before


def test_one_closed_as_seen_comes_back_for_a_red_that_was_not_known(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    came = them.at + 9 * DAY
    them.report(patient, at=came, taken_at=them.at + 2 * DAY, weight=84.5, systolic=165)
    them.report(patient, at=came + MINUTE, taken_at=them.at, weight=83.0)  # +1.5: yellow beside
    assert the_item(them, patient).rank == Rank.YELLOW
    told = [one for one in open_reasons(them, patient) if one.kind == "report"]
    assert len(told) == 2  # what was there, and what a person has not seen


def test_what_could_not_be_compared_turns_out_green_and_the_list_keeps_its_work(
    them: Cast,
) -> None:
    patient = them.patient(programme="heart-failure")
    came = them.at + 9 * DAY
    them.report(patient, at=came, taken_at=them.at + 2 * DAY, weight=82.5)
    assert state(them, patient).zone == Zone.NOT_JUDGED
    them.report(patient, at=came + MINUTE, taken_at=them.at, weight=82.0)
    assert stands(them, patient, 2)[0] is Zone.GREEN
    assert state(them, patient).zone == Zone.GREEN
    assert {one.kind for one in open_reasons(them, patient)} == {"unjudged"}


def test_numbers_alone_do_not_judge_it_again(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    came = them.at + 9 * DAY
    for n, (day, kilos) in enumerate([(0, 82.0), (2, 85.0), (1, 81.5)]):
        them.report(patient, at=came + n * MINUTE, taken_at=them.at + day * DAY, weight=kilos)
    with them.acting():
        assert Judgement.objects.filter(
            patient_id=patient.actor, taken_at=them.at + 2 * DAY
        ).count() == 1  # fmt: skip


REPORTS = [(0, {"weight": 82.0}), (1, {"weight": 83.2, "pulse": 105}),
           (2, {"weight": 84.6, "systolic": 185})]  # fmt: skip


def test_in_any_order_the_last_report_ends_with_the_same_reasons(them: Cast) -> None:
    ends = set()
    for order in permutations(REPORTS):
        patient = them.patient(programme="heart-failure")
        for n, (day, values) in enumerate(order):
            at = them.at + 9 * DAY + n * MINUTE
            them.report(patient, at=at, taken_at=them.at + day * DAY, **values)
        zone, told = stands(them, patient, 2)
        ends.add((zone, frozenset(told)))
    assert len(ends) == 1, ends


def test_parts_that_come_in_any_order_are_told_together(them: Cast) -> None:
    content = fuller()
    content["rules"] = [{"id": "both", "rule": "together", "name": NAME, "zone": "red", "of": [
        {"question": "sputum", "choices": ["discoloured"]}, {"kind": "spo2", "zone": "yellow"},
    ]}]  # fmt: skip
    with them.acting() as by:
        catalogue.publish(content=content, by=by, at=them.at)
    posts: list[dict[str, object]] = [
        {"spo2": 89.0}, {"answers": {"sputum": "discoloured"}}, {"pulse": 80.0}
    ]  # fmt: skip
    for order in permutations(posts):
        patient = them.patient()
        for n, post in enumerate(order):
            them.report(patient, at=them.at + n * MINUTE, **post)  # type: ignore[arg-type]
        assert state(them, patient).zone == Zone.RED, order
