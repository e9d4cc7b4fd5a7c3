"""What a closing says: what was done about what needed something, and each reason its outcome."""

from __future__ import annotations

import pytest

from tests.people import Cast
from tests.triage.test_concurrent import close, closing_of, open_reasons
from tests.triage.test_handling import YELLOW, message_from_patient
from varde.triage.handling import NotClosed
from varde.triage.models import Reason


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
