"""Late reports: what comes in after, but was taken before, never makes the end milder."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import Cast
from tests.triage.test_concurrent import GREEN, RED, open_reasons, the_item
from varde.base.rows import new_id
from varde.core.quantities import BY_NAME
from varde.core.zones import Zone
from varde.measuring.incoming import Delivery, Incoming
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.triage.intake import receive
from varde.triage.models import Judgement, State
from varde.triage.worklist import Rank

DAY = timedelta(days=1)


def weigh(them: Cast, patient: Viewer, day: int, kilos: float, *, came: int) -> None:
    """A weight taken `day` days after the start, that came as number `came` on the last day."""
    at = them.at + 9 * DAY + timedelta(minutes=came)
    them.report(patient, at=at, taken_at=them.at + day * DAY, weight=kilos)


def state(them: Cast, patient: Viewer) -> State:
    with them.acting(them.nurse):
        found = queries.state_of(patient.actor)
        assert found is not None
        return found


def ends(them: Cast, order: list[tuple[int, float]]) -> tuple[Rank, Zone]:
    patient = them.patient(programme="heart-failure")
    for came, (day, kilos) in enumerate(order):
        weigh(them, patient, day, kilos, came=came)
    return Rank(the_item(them, patient).rank), Zone(state(them, patient).zone)


def milder(one: Zone, other: Zone) -> bool:
    """Whether `one` would be acted on less than `other`: grey is work, as nothing else is."""
    return other in (Zone.YELLOW, Zone.RED) and one < other


@pytest.mark.parametrize(
    "weights",
    [
        [(0, 82.0), (1, 82.3), (2, 84.4)],  # red: +2.4 in two days
        [(0, 82.0), (2, 82.6), (3, 83.1)],  # yellow: +1.1 in three
        [(0, 82.0), (1, 84.5), (2, 82.2)],  # red in between, green at the end
        [(0, 84.0), (1, 83.0), (2, 81.9)],  # yellow: −2.1
    ],
)
def test_the_order_of_arrival_does_not_make_the_end_milder(
    them: Cast, weights: list[tuple[int, float]]
) -> None:
    rank, zone = ends(them, weights)
    for order in permutations(weights):
        other_rank, other_zone = ends(them, list(order))
        assert other_rank <= rank, f"{order} ends lower on the list"
        assert not milder(other_zone, zone), f"{order} ends with a milder state"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_in_any_order_of_any_weights_the_list_ends_no_lower(
    them: Cast, data: st.DataObject
) -> None:
    days = data.draw(st.lists(st.integers(0, 7), min_size=2, max_size=4, unique=True))
    weights = [(day, data.draw(st.integers(800, 860)) / 10) for day in sorted(days)]
    order = data.draw(st.permutations(weights))
    assert ends(them, list(order))[0] <= ends(them, weights)[0]


def test_a_late_weight_that_makes_a_later_one_red_puts_it_on_the_list(them: Cast) -> None:
    """82.0 was measured on Monday, 84.5 on Wednesday; Monday's comes in last."""
    patient = them.patient(programme="heart-failure")
    weigh(them, patient, 2, 84.5, came=0)
    assert the_item(them, patient).rank != Rank.RED
    weigh(them, patient, 0, 82.0, came=1)
    reds = [reason for reason in open_reasons(them, patient) if reason.zone == Zone.RED]
    assert the_item(them, patient).rank == Rank.RED
    assert len(reds) == 1


def test_the_raise_waits_from_when_it_came_and_knows_when_it_was_taken(them: Cast) -> None:
    patient = them.patient(programme="heart-failure")
    weigh(them, patient, 2, 84.5, came=0)
    weigh(them, patient, 0, 82.0, came=1)
    received = them.at + 9 * DAY + timedelta(minutes=1)
    (red,) = [reason for reason in open_reasons(them, patient) if reason.zone == Zone.RED]
    with them.acting():
        judged = Judgement.objects.get(id=red.judgement_id)
    assert (the_item(them, patient).since, red.at) == (received, received)
    assert judged.taken_at == them.at + 2 * DAY


def test_when_a_late_weight_makes_the_newest_red_the_state_is_red(them: Cast) -> None:
    """State and item follow the newest (decisions 3.3): both, not only the item."""
    patient = them.patient(programme="heart-failure")
    weigh(them, patient, 2, 84.5, came=0)
    weigh(them, patient, 0, 82.0, came=1)
    assert Zone(state(them, patient).zone) is Zone.RED


def test_the_old_judgement_stays_and_the_new_one_says_that_it_takes_over(them: Cast) -> None:
    patient, report = them.patient(programme="heart-failure"), new_id()
    later = them.at + 9 * DAY
    them.report(patient, at=later, taken_at=them.at + DAY, weight=84.4)
    them.report(patient, at=later, taken_at=them.at + 2 * DAY, report_id=report, weight=84.5)
    with them.acting():
        old = Judgement.objects.get(report_id=report)
    weigh(them, patient, 0, 82.0, came=1)
    with them.acting(them.nurse):
        rows = list(Judgement.objects.filter(taken_at=them.at + 2 * DAY).order_by("at"))
        newest = queries.judgement_of(patient.actor, report)
    assert [row.zone for row in rows] == [Zone.GREEN, Zone.RED]
    assert rows[0].id == old.id
    assert rows[1].supersedes_id == old.id
    assert newest is not None
    assert newest.zone == Zone.RED, "the patient's own page still says the old zone"


def test_a_reading_re_judged_is_one_entry_and_not_two(them: Cast) -> None:
    """The record lists each report once, with the judgement that stands."""
    patient = them.patient(programme="heart-failure")
    weigh(them, patient, 1, 83.4, came=0)
    weigh(them, patient, 2, 84.5, came=1)  # +1.1: yellow
    weigh(them, patient, 0, 82.0, came=2)  # and now +2.5: red
    with them.acting(them.nurse):
        start, end = them.at + 2 * DAY - timedelta(hours=1), them.at + 3 * DAY
        standing = queries.judgements(patient.actor, start=start, end=end)
    assert [Zone(row.zone) for row in standing] == [Zone.RED]


def test_weights_that_come_together_are_each_a_reason_once(them: Cast) -> None:
    """A gateway that was offline sends three days in one post, in any order."""
    for order in permutations([(0, 82.0), (1, 83.0), (2, 84.5)]):
        patient = them.patient(programme="heart-failure")
        deliveries = [
            Delivery(
                patient.actor, them.at + day * DAY, [Incoming(new_id(), BY_NAME["weight"], kilos)]
            )
            for day, kilos in order
        ]
        with them.acting(at=them.at + 9 * DAY) as by:
            receive(deliveries, source=them.source, by=by, at=them.at + 9 * DAY)
        reds = [reason for reason in open_reasons(them, patient) if reason.zone == Zone.RED]
        assert the_item(them, patient).rank == Rank.RED
        assert Zone(state(them, patient).zone) is Zone.RED
        assert len(reds) == 1, f"one red weight stands as {len(reds)} reasons"


def test_the_state_is_the_newest_takens_and_not_the_last_comes(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, **GREEN)
    them.report(patient, at=them.at + timedelta(hours=1), taken_at=them.at - DAY, **RED)
    found = state(them, patient)
    assert (Zone(found.zone), found.taken_at) == (Zone.GREEN, them.at)
    assert the_item(them, patient).rank == Rank.RED


def test_the_state_says_when_it_turned_that_zone_and_when_the_patient_was_last_heard(
    them: Cast,
) -> None:
    patient = them.patient()
    first, second = them.at, them.at + timedelta(hours=1)
    them.report(patient, at=first, **RED)
    them.report(patient, at=second, **RED)
    heard = them.at + timedelta(hours=2)
    them.report(patient, at=heard, taken_at=them.at - DAY, **GREEN)
    found = state(them, patient)
    assert (found.since, found.taken_at, found.heard_at) == (first, second, heard)


def test_of_two_taken_at_the_same_time_the_worse_holds(them: Cast) -> None:
    for order in permutations([GREEN, RED]):
        patient = them.patient()
        for n, values in enumerate(order):
            at = them.at + timedelta(minutes=n)
            them.report(patient, at=at, taken_at=them.at, **values)
        assert Zone(state(them, patient).zone) is Zone.RED
