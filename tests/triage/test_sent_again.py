"""Sent again, and not the same: nothing is overwritten, and what is kept has been judged."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from tests.people import Cast
from tests.triage.test_concurrent import GREEN, RED, open_reasons, sent, the_item
from varde.base.rows import new_id
from varde.base.tenancy import acting
from varde.core.quantities import BY_NAME
from varde.measuring import queries as measured
from varde.measuring.incoming import Delivery, Incoming, Taken
from varde.people.viewer import Viewer
from varde.triage import queries
from varde.triage.intake import Outcome, receive
from varde.triage.worklist import Rank


def test_the_same_identifier_with_other_content_is_a_conflict_and_nothing_is_overwritten(
    them: Cast,
) -> None:
    patient, once = them.patient(), new_id()
    first = sent(them, patient, once, GREEN)
    other = sent(them, patient, once, RED)
    assert (first.taken, other.taken, other.judgement) == (Taken.NEW, Taken.CONFLICT, None)
    with acting(patient.frame(them.at)):
        start, end = them.at - timedelta(days=1), them.at + timedelta(days=1)
        kept = measured.series(patient.actor, ["spo2"], start=start, end=end)["spo2"]
    assert [point.value for point in kept] == [95]


def test_a_conflict_is_work_for_a_person(them: Cast) -> None:
    """What was kept out is said on the list (decisions 5.1): it may have been a red one."""
    patient, once = them.patient(), new_id()
    sent(them, patient, once, GREEN)
    sent(them, patient, once, RED)
    item = the_item(them, patient)
    assert item is not None
    assert item.rank <= Rank.WORK, "the report that was kept out is told nowhere"
    assert open_reasons(them, patient)


def _from_machine(them: Cast, patient: Viewer, values: dict[UUID, tuple[str, float]]) -> Outcome:
    incoming = [Incoming(key, BY_NAME[kind], value) for key, (kind, value) in values.items()]
    with them.acting() as by:
        one = Delivery(patient.actor, them.at, incoming)
        return receive([one], source=them.source, by=by, at=them.at)[0]


def test_a_new_value_beside_one_that_was_here_is_judged_and_listed(them: Cast) -> None:
    """A machine that sends again, now with more: whatever is kept has been judged."""
    patient, oxygen, pulse = them.patient(), new_id(), new_id()
    _from_machine(them, patient, {oxygen: ("spo2", 95)})
    _from_machine(them, patient, {oxygen: ("spo2", 95), pulse: ("pulse", 140)})
    with them.acting(them.nurse):
        start, end = them.at - timedelta(days=1), them.at + timedelta(days=1)
        kept = measured.series(patient.actor, ["pulse"], start=start, end=end)["pulse"]
        (row,) = queries.worklist(them.nurse)
    assert [point.value for point in kept] == [140]
    assert row.item.rank == Rank.RED, "a red pulse is kept, and no nurse is told"


def test_a_new_value_beside_a_conflicting_one_is_judged_or_kept_out_whole(them: Cast) -> None:
    patient, oxygen, pulse = them.patient(), new_id(), new_id()
    _from_machine(them, patient, {oxygen: ("spo2", 95)})
    _from_machine(them, patient, {oxygen: ("spo2", 86), pulse: ("pulse", 140)})
    with them.acting(them.nurse):
        start, end = them.at - timedelta(days=1), them.at + timedelta(days=1)
        kept = measured.series(patient.actor, ["pulse"], start=start, end=end)["pulse"]
        (row,) = queries.worklist(them.nurse)
    assert not kept or row.item.rank == Rank.RED, "a red pulse is kept, and no nurse is told"
