"""From a report to the list: kept once, judged, and in front of the nurse."""

from datetime import timedelta

from tests.people import Cast
from varde.base.rows import new_id
from varde.core.zones import Zone
from varde.measuring.incoming import Taken
from varde.triage import queries
from varde.triage.worklist import Rank


def test_a_red_value_is_red_and_first_on_the_list(them: Cast) -> None:
    patient = them.patient()
    outcome = them.report(patient, spo2=86, pulse=80, systolic=130, diastolic=80)
    assert outcome.judgement is not None
    assert outcome.judgement.zone is Zone.RED
    with them.acting(them.nurse):
        (row,) = queries.worklist(them.nurse)
        assert row.item.rank == Rank.RED
        assert [(r.subject, r.rule, r.bound) for r in row.found] == [("spo2", "below", 88)]


def test_a_green_report_waits_to_be_acknowledged(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=95, pulse=80, systolic=130, diastolic=80)
    with them.acting(them.nurse):
        (row,) = queries.worklist(them.nurse)
        assert (row.item.rank, row.reasons) == (Rank.GREEN, [])


def test_the_same_report_twice_is_kept_once(them: Cast) -> None:
    patient, once = them.patient(), new_id()
    first = them.report(patient, report_id=once, taken_at=them.at, spo2=86)
    later = them.at + timedelta(minutes=5)
    second = them.report(patient, report_id=once, at=later, taken_at=them.at, spo2=86)
    assert (first.taken, second.taken) == (Taken.NEW, Taken.DUPLICATE)
    with them.acting(them.nurse):
        (row,) = queries.worklist(them.nurse)
        assert len(row.reasons) == 1


def test_a_green_after_a_red_does_not_lower_it(them: Cast) -> None:
    patient = them.patient()
    them.report(patient, spo2=86)
    them.report(patient, at=them.at + timedelta(hours=2), spo2=95)
    with them.acting(them.nurse):
        (row,) = queries.worklist(them.nurse)
        assert row.item.rank == Rank.RED
        assert row.state is not None
        assert row.state.zone == Zone.GREEN
