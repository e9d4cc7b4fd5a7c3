"""What is taken within half an hour is one report: the patient's zone is the worst of it."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from tests.people import NOW, Cast
from varde.core.zones import Zone
from varde.triage import queries
from varde.triage.keeping import keep_all, newest_states
from varde.triage.restating import restate

GREY, GREEN, YELLOW, RED = Zone.NOT_JUDGED, Zone.GREEN, Zone.YELLOW, Zone.RED
TABLE = [
    ("red, and green a minute after", [(0, RED), (1, GREEN)], RED),
    ("red, and green at the half hour", [(0, RED), (30, GREEN)], RED),
    ("red, and green after the half hour", [(0, RED), (31, GREEN)], GREEN),
    ("red, then yellow, then green", [(0, RED), (20, YELLOW), (40, GREEN)], YELLOW),
    ("greens that go on", [(0, RED), (20, GREEN), (40, GREEN)], GREEN),
    ("green, and red before it", [(0, RED), (10, GREEN), (60, YELLOW)], YELLOW),
    ("nothing but grey", [(0, GREEN), (1, GREY)], GREY),
    ("yellow and red at once", [(0, YELLOW), (0, RED)], RED),
]


@pytest.mark.parametrize(("posts", "zone"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE])
def test_whatever_order_they_come_in(them: Cast, posts: list[tuple[int, Zone]], zone: Zone) -> None:
    for order in permutations(posts):
        patient = them.patient()
        with them.acting():
            for minute, found in order:
                one = (patient.actor, int(found), NOW + timedelta(minutes=minute), None)
                keep_all([], newest_states([one]), source=None, at=NOW)
            state = queries.state_of(patient.actor)
        assert state is not None
        assert (order, Zone(state.zone)) == (order, zone)


def test_together_in_one_delivery_is_the_same(them: Cast) -> None:
    for _name, posts, zone in TABLE:
        patient = them.patient()
        found = [(patient.actor, int(z), NOW + timedelta(minutes=m), None) for m, z in posts]
        with them.acting():
            keep_all([], newest_states(found), source=None, at=NOW)
            state = queries.state_of(patient.actor)
        assert state is not None
        assert Zone(state.zone) == zone


def test_a_red_saturation_and_a_good_pressure_a_minute_later_is_a_red_report(them: Cast) -> None:
    """As from a gateway, that sends each as it is measured."""
    patient = them.patient()
    them.report(patient, spo2=86, taken_at=NOW)
    them.report(patient, systolic=130, diastolic=80, taken_at=NOW + timedelta(minutes=1))
    with them.acting() as by:
        state = queries.state_of(patient.actor)
        again = restate(zone=by.zone, at=them.at)
    assert state is not None
    assert Zone(state.zone) is RED
    assert again.differed == 0


def test_what_no_programme_asks_for_says_nothing_of_the_zone(them: Cast) -> None:
    """A gateway's temperature does not turn a green patient, or a red one, grey."""
    for values, zone in (({"spo2": 96, "pulse": 70}, GREEN), ({"spo2": 86, "pulse": 70}, RED)):
        patient = them.patient()
        them.report(patient, taken_at=NOW - timedelta(hours=2), **values)
        them.report(patient, temperature=38.9, taken_at=NOW)
        with them.acting() as by:
            state = queries.state_of(patient.actor)
            assert state is not None
            assert (Zone(state.zone), state.taken_at) == (zone, NOW - timedelta(hours=2))
            assert restate(zone=by.zone, at=them.at).differed == 0
