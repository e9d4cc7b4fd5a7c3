"""What is entered of oxygen and ventilator by mistake: corrected at once, or never ordered."""

from __future__ import annotations

import pytest

from tests.hospital import Hospital, treated_and_visited
from tests.pathway.test_outreach import DAY, LATER, set_oxygen
from tests.people import NOW, Cast
from varde.core.support import NotSet
from varde.pathway.models import Support
from varde.pathway.together import outreach
from varde.people.viewer import Viewer


@pytest.fixture
def patient(them: Cast, there: Hospital) -> Viewer:
    return treated_and_visited(them)


def test_a_slip_that_is_corrected_at_once_asks_no_doctor(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    """15 for 1.5 litres: the doctor is not asked to confirm what never held."""
    wrong = set_oxygen(them, patient, there.outreach, there.specialist)
    set_oxygen(them, patient, there.outreach, there.specialist, seen=str(wrong.id))
    with them.acting(there.specialist):
        left = outreach.unconfirmed_of([there.specialist.actor])
    assert wrong.id not in {one.id for one in left} and len(left) == 1


def test_what_was_never_ordered_is_no_order(them: Cast, there: Hospital, patient: Viewer) -> None:
    """The doctor says so: what held before holds again, it stands on no curve, and the service has
    it at once."""
    before = set_oxygen(them, patient, there.outreach, there.specialist, since=NOW - DAY,
                        ordered_at=NOW - DAY)  # fmt: skip
    with them.acting(there.specialist) as by:
        outreach.confirm(support=before.id, by=by, at=NOW)
    wrong = set_oxygen(them, patient, there.outreach, there.specialist,
                       typed={"rest": 15, "hours": 16}, sure=True,
                       seen=str(before.id))  # fmt: skip
    with them.clock(LATER):
        browser = them.browser(there.specialist)
        front = f"/doctor/patient/{patient.person}"
        assert "Ikke ordinert av meg, eller ført feil" in browser.get(front).content.decode()
        said = {"patient": str(patient.person), "support": str(wrong.id), "do": "support-refuse"}
        assert browser.post(f"{front}/care", {**said, "why": " "}).status_code == 422
        browser.post(f"{front}/care", {**said, "why": "Det skal være 1,5"}, follow=True)
        text = browser.get(front).content.decode()
        assert "ikke ordinert, eller ført feil" in text and "15,0 l/min</" not in text
        listed = them.browser(them.nurse).get("/nurse/").content.decode()
    assert "legen har ikke ordinert det" in listed and "Det skal være 1,5" in listed
    with them.acting(there.specialist, at=LATER) as by:
        assert outreach.unconfirmed_of([by.actor]) == []
        with pytest.raises(NotSet) as no:
            outreach.confirm(support=wrong.id, by=by, at=LATER)
        assert no.value.code == "gone"
    with them.acting(there.specialist, at=LATER):
        held = Support.objects.get(patient_id=patient.actor, period__endswith=None)
        assert (held.id, held.ended_why) == (before.id, "")


def test_two_that_were_never_ordered_give_back_what_held_before_both(
    them: Cast, there: Hospital, patient: Viewer
) -> None:
    """In the order the doctor sees them, the oldest first."""
    both = (them, patient, there.outreach, there.specialist)
    before = set_oxygen(*both, since=NOW - 2 * DAY, ordered_at=NOW - 2 * DAY)
    first = set_oxygen(*both, since=NOW - DAY, ordered_at=NOW - DAY, why="Feil ark",
                       seen=str(before.id))  # fmt: skip
    second = set_oxygen(*both, why="Feil pasient", seen=str(first.id))
    for wrong in (first, second):
        with them.acting(there.specialist, at=LATER) as by:
            outreach.refuse(support=wrong.id, why="Ikke ordinert", by=by, at=LATER)
    with them.acting(there.specialist, at=LATER):
        held = Support.objects.get(patient_id=patient.actor, period__endswith=None)
    assert (held.id, held.ended_why) == (before.id, "")
