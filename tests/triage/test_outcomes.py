"""What a closing says: what was done about what needed something, and each reason its outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import Cast
from tests.triage.test_concurrent import close, closing_of, open_reasons
from tests.triage.test_handling import YELLOW, message_from_patient
from varde.triage.alerts import alerts_of
from varde.triage.handling import NotClosed
from varde.triage.models import Reason
from varde.web.alerts import limit_told


@pytest.mark.parametrize(
    ("assessment", "acts", "steps", "code"),
    [
        ("worsening", (), (), "acted-on"),
        ("worsening", (), ("to-meeting",), ""),
        ("worsening", ("guided-by-plan",), (), ""),
        ("needs-doctor", (), (), "sent-where"),
        ("needs-doctor", ("phone-answered",), (), "sent-where"),
        ("needs-doctor", ("phone-answered",), ("to-gp",), ""),
        ("needs-doctor", ("sent-to-out-of-hours",), (), ""),
        ("usual", (), (), ""),
    ],
)
def test_what_is_judged_to_need_something_says_what_was_done(
    them: Cast, assessment: str, acts: tuple[str, ...], steps: tuple[str, ...], code: str
) -> None:
    """Said to be a worsening and closed with nothing done: that is a fault or a slip."""
    patient = them.patient()
    them.report(patient, **YELLOW)
    closing = closing_of(them, patient, assessment=assessment, acts=acts, next_steps=steps)
    if not code:
        close(them, closing)
        return
    with pytest.raises(NotClosed, match=code):
        close(them, closing)
    assert len(open_reasons(them, patient)) == 1


def test_each_reason_is_closed_with_its_own_outcome(them: Cast) -> None:
    """The values were usual; the message beside them was read, and was no worsening."""
    patient = them.patient()
    them.report(patient, **YELLOW)
    message_from_patient(them, patient)
    close(them, closing_of(them, patient, assessment="usual", acts=()))
    with them.acting():
        rows = Reason.objects.filter(patient_id=patient.person)
        assert {row.kind: row.outcome for row in rows} == {"report": "usual", "message": "done"}


def test_the_ledger_tells_each_bound_by_itself(them: Cast) -> None:
    """Limits, falls below the usual, and weights: what is red and yellow of each."""
    lungs, heart = them.patient(), them.patient(programme="heart-failure")
    for n in range(3):
        them.report(lungs, at=them.at - timedelta(days=9 - n), spo2=97)
        them.report(heart, at=them.at - timedelta(days=9 - n), weight=80.0)
    them.report(lungs, at=them.at - timedelta(days=3), spo2=93)
    them.report(lungs, spo2=89)
    them.report(heart, at=them.at - timedelta(days=6), weight=81.2)
    them.report(heart, at=them.at - timedelta(days=5), weight=82.4)
    with them.acting():
        found = alerts_of(
            them.units["service"], zone="Europe/Oslo", start=them.at - timedelta(days=30),
            end=them.at + timedelta(minutes=1),
        )  # fmt: skip
    told = {(line.rule.subject, line.rule.rule, line.bound) for line in found.limits}
    assert told == {
        ("spo2", "drop", 3), ("spo2", "drop", 5), ("weight", "rise", 1.0), ("weight", "rise", 2.0)
    }  # fmt: skip
    assert {limit_told(line) for line in found.limits} == {
        "fra 3 under det vanlige", "fra 5 under det vanlige", "opp 1 eller mer", "opp mer enn 2"
    }  # fmt: skip
