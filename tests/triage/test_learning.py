"""What is usual is learnt within a batch as if its readings had come one by one."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from tests.people import Cast, delivery
from varde.base.rows import new_id
from varde.core.zones import Zone
from varde.measuring.incoming import Delivery
from varde.people.viewer import Viewer
from varde.triage.intake import receive
from varde.triage.models import Reason


def deliveries(them: Cast, patient: Viewer, values: list[float]) -> list[Delivery]:
    start = them.at - timedelta(hours=2)
    return [
        delivery(patient, start + timedelta(minutes=n), new_id(), {}, "", {"spo2": value})
        for n, value in enumerate(values)
    ]


def zones(them: Cast, sent: list[Delivery], *, size: int) -> list[Zone]:
    """The zones, in order of time, when so many come at once."""
    found: dict[object, Zone] = {}
    for n in range(0, len(sent), size):
        with them.acting() as by:
            for one in receive(sent[n : n + size], source=them.source, by=by, at=them.at):
                if one.judgement is not None:
                    found[one.delivery.report_id] = one.judgement.zone
    ordered = sorted(sent, key=lambda one: one.taken_at)
    return [found[one.report_id] for one in ordered if one.report_id in found]


def test_the_fourth_of_a_batch_is_judged_against_the_first_three(them: Cast) -> None:
    patient = them.patient()
    sent = deliveries(them, patient, [98, 98, 98, 90])
    assert zones(them, sent, size=4) == [Zone.GREEN, Zone.GREEN, Zone.GREEN, Zone.RED]
    with them.acting(them.nurse):
        assert Reason.objects.filter(patient_id=patient.person, zone=3, open=True).exists()


@pytest.mark.parametrize("seed", range(6))
def test_however_many_come_at_once(them: Cast, seed: int) -> None:
    rng = Random(seed)
    values = [float(rng.choice((98, 97, 95, 93, 91, 90))) for _ in range(9)]
    alone = zones(them, deliveries(them, them.patient(), values), size=1)
    for size in (2, 4, 9):
        sent = deliveries(them, them.patient(), values)
        assert (size, zones(them, sent, size=size)) == (size, alone)
    turned = deliveries(them, them.patient(), values)
    assert zones(them, turned[::-1], size=9) == alone


def test_what_is_sent_again_teaches_nothing_twice(them: Cast) -> None:
    patient = them.patient()
    sent = deliveries(them, patient, [98, 98, 90])
    assert zones(them, sent[:2], size=2) == [Zone.GREEN, Zone.GREEN]
    assert zones(them, sent, size=3) == [Zone.GREEN]  # the third, before three were known
