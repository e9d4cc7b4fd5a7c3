"""Judged at the door: the zone as a letter, every range in force then, and work for the nurse."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.exchange.machine import (
    EARLIER,
    Machine,
    letter,
    observation,
    on_list,
    pressure,
    pulse,
    reasons,
    restated,
    rows,
    zones_listed,
)
from tests.people import NOW, Cast
from varde.core.thresholds import Limits
from varde.core.zones import Zone
from varde.measuring.incoming import Flag
from varde.people.viewer import Viewer
from varde.triage import ordering, queries
from varde.triage.ordering import Draft
from varde.triage.worklist import Rank


@pytest.mark.parametrize(
    ("code", "unit", "value", "expected"),
    [
        ("59408-5", "%", 90, "N"), ("59408-5", "%", 89.4, "L"), ("59408-5", "%", 88, "L"),
        ("2708-6", "%", 87, "LL"), ("8867-4", "/min", 51, "N"), ("8867-4", "/min", 50, "L"),
        ("8867-4", "/min", 40, "LL"), ("8867-4", "/min", 100, "N"), ("8867-4", "/min", 101, "H"),
        ("8867-4", "/min", 120, "H"), ("8867-4", "/min", 121, "HH"),
    ],
)  # fmt: skip
def test_the_interpretation(
    them: Cast, machine: Machine, code: str, unit: str, value: float, expected: str
) -> None:
    patient = them.patient()
    reply = machine.post(observation(patient, value, unit, code))
    assert letter(reply.body) == expected
    (found,) = machine.search(patient=patient, code=code).resources
    assert letter(found) == expected
    rank = {1: Rank.GREEN if expected == "N" else Rank.YELLOW, 2: Rank.RED}[len(expected)]
    row = on_list(them, patient)
    assert row is not None
    assert row.item.rank == rank


def test_a_panel_is_interpreted_part_by_part(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pressure(patient, 185, 97))
    (found,) = machine.search(patient=patient, code="85354-9").resources
    assert [letter(part) for part in found["component"]] == ["HH", "H"]
    assert zones_listed(them, patient) == {"systolic": Zone.RED, "diastolic": Zone.YELLOW}


@pytest.mark.parametrize(("second", "expected"), [(83.0, "H"), (84.5, "HH"), (79.0, "L")])
def test_a_change_of_weight_is_interpreted_by_its_direction(
    them: Cast, machine: Machine, second: float, expected: str
) -> None:
    patient = them.patient(programme="heart-failure")
    machine.post(observation(patient, 82.0, "kg", "29463-7", at=EARLIER - timedelta(days=2)))
    reply = machine.post(observation(patient, second, "kg", "29463-7"))
    assert letter(reply.body) == expected
    newest = machine.search(patient=patient, code="29463-7").resources[0]
    assert letter(newest) == expected


def test_implausible_is_kept_judged_and_marked(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    assert machine.post(observation(patient, 65)).status == 201
    assert machine.post(pulse(patient, 75)).status == 201
    assert [bool(row.flags & Flag.CHECK) for row in rows(them, patient)] == [True, False]
    assert zones_listed(them, patient) == {"spo2": Zone.RED}


def test_a_kind_outside_the_programme_is_one_item_however_often_it_comes(
    them: Cast, machine: Machine
) -> None:
    patient = them.patient()
    for n in range(3):
        at = EARLIER + timedelta(minutes=n)
        assert machine.post(observation(patient, 5.0 + n, "mmol/L", "15074-8", at=at)).status == 201
    for one in machine.search(patient=patient).resources:
        assert "interpretation" not in one
    assert len(reasons(them, patient)) == 1


@pytest.mark.parametrize("green_first", [True, False])
def test_a_red_post_is_first_on_the_nurses_list(
    them: Cast, machine: Machine, green_first: bool
) -> None:
    patient, other = them.patient(), them.patient()
    machine.post(pulse(other, 110))
    posts = [pulse(patient, 72), observation(patient, 85)]
    for made in posts if green_first else reversed(posts):
        assert machine.post(made).status == 201
    with them.acting(them.nurse):
        found = queries.worklist(them.nurse)
    assert [row.item.patient_id for row in found] == [patient.person, other.person]
    assert (found[0].item.rank, zones_listed(them, patient)) == (Rank.RED, {"spo2": Zone.RED})


def test_two_observations_of_the_same_second_are_each_judged_and_both_stand(
    them: Cast, machine: Machine
) -> None:
    """An oximeter sends oxygen and pulse with one time; neither judgement replaces the other."""
    patient = them.patient()
    machine.post(observation(patient, 85))
    machine.post(pulse(patient, 110))
    assert zones_listed(them, patient) == {"spo2": Zone.RED, "pulse": Zone.YELLOW}
    with them.acting(them.nurse):
        start, end = NOW - timedelta(days=1), NOW + timedelta(days=1)
        assert patient.person is not None
        stand = queries.judgements(patient.person, start=start, end=end)
    assert sorted(one.zone for one in stand) == [Zone.YELLOW, Zone.RED]
    assert restated(them).differed == 0


def test_below_the_habitual_value_is_low_though_within_the_limits(
    them: Cast, machine: Machine
) -> None:
    """90 is no breach of 90/88, but five points below the usual 95 is red (decisions 3.1)."""
    patient = them.patient()
    for n in range(3):
        machine.post(observation(patient, 95, at=EARLIER - timedelta(days=3 - n)))
    assert letter(machine.post(observation(patient, 90)).body) == "LL"
    assert letter(machine.search(patient=patient, code="59408-5").resources[0]) == "LL"
    assert zones_listed(them, patient) == {"spo2": Zone.RED}


# The ranges in force when it was judged


def ranges(told: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    found = {}
    for one in told["referenceRange"]:
        ends = (one.get(side, {}).get("value") for side in ("low", "high"))
        (coding,) = one["type"]["coding"]
        found[coding["code"]] = tuple(ends)
        for side in ("low", "high"):
            if side in one:
                assert one[side]["code"] == told["valueQuantity"]["code"]
    return found


STANDARD = {"N": (51, 100), "L": (41, 51), "LL": (None, 41), "H": (100, 120), "HH": (120, None)}


def test_every_range_in_force_is_there(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pulse(patient, 72))
    machine.post(observation(patient, 96))
    machine.post(pressure(patient))
    (beats,) = machine.search(patient=patient, code="8867-4").resources
    (oxygen,) = machine.search(patient=patient, code="59408-5").resources
    (panel,) = machine.search(patient=patient, code="85354-9").resources
    assert ranges(beats) == STANDARD
    assert ranges(oxygen) == {"N": (90, None), "L": (88, 90), "LL": (None, 88)}
    assert [ranges(part)["N"] for part in panel["component"]] == [(100, 160), (60, 95)]
    assert [ranges(part)["HH"] for part in panel["component"]] == [(180, None), (110, None)]


def own_limits(them: Cast, patient: Viewer, *, at: datetime, **bounds: float) -> None:
    """From `at` the GP's own limits for the pulse hold."""
    with them.acting(them.gp, at=at) as by:
        draft = Draft(patient.actor, {"pulse": Limits(**bounds)}, "Høyere puls er vanlig for henne")
        ordering.order(draft, by=by, at=at)


def test_after_a_change_of_limits_the_old_reading_keeps_the_old_ones(
    them: Cast, machine: Machine
) -> None:
    """Also one that was taken before the change and came after it (decisions 3.3)."""
    patient, change = them.patient(), EARLIER + timedelta(minutes=10)
    machine.post(pulse(patient, 110, at=EARLIER))
    own_limits(them, patient, at=change, warning_high=130, alert_high=140)
    machine.post(pulse(patient, 111, at=change - timedelta(seconds=1)))
    machine.post(pulse(patient, 112, at=change))
    machine.post(pulse(patient, 135, at=change + timedelta(minutes=1)))
    found = machine.search(patient=patient, code="8867-4", _sort="date").resources
    assert [letter(one) for one in found] == ["H", "H", "N", "H"]
    new = {"N": (None, 130), "H": (130, 140), "HH": (140, None)}
    assert [ranges(one) for one in found] == [STANDARD, STANDARD, new, new]
    assert [one["id"] for one in found] == [
        machine.get(f"Observation/{one['id']}").body["id"] for one in found
    ]
    for one in found:
        assert machine.get(f"Observation/{one['id']}").body == one


def test_with_no_limits_in_force_it_is_not_judged_and_is_work(them: Cast, machine: Machine) -> None:
    patient = them.patient()
    machine.post(pulse(patient, 130, at=NOW - timedelta(days=90)))
    (found,) = machine.search(patient=patient, code="8867-4").resources
    assert "interpretation" not in found
    assert "referenceRange" not in found
    row = on_list(them, patient)
    assert row is not None
    assert row.item.rank == Rank.WORK
