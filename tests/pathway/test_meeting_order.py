"""The meeting goes patient by patient, for all; and nobody lets oneself in through its list."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from tests.hospital import Hospital, treated
from tests.pathway.met import FRIDAY, attended, begun, convened, decide, gone_through, put
from tests.people import NOW, Cast
from varde.core.access import Ground
from varde.core.meeting import CaseStage, Decided, NotMet
from varde.pathway.meeting import listing, meetings
from varde.pathway.models import Case, Meeting
from varde.people.models import Relation
from varde.people.viewer import Viewer


def before_all(them: Cast, row: Meeting) -> str:
    """Whose page it is, by the given name."""
    with them.acting(them.nurse, at=FRIDAY):
        current = Meeting.objects.get(id=row.id).current
        return Case.objects.get(id=current).patient.given if current else ""


def test_who_is_gone_through_gives_the_page_to_the_next_that_waits(
    them: Cast, there: Hospital
) -> None:
    row = convened(them, there.coordinator)
    cases = [put(them, row, them.patient(given=name)) for name in ("Arvid", "Berit", "Cato")]
    begun(them, row, there.coordinator)
    attended(them, row, there.coordinator, there.specialist)
    assert before_all(them, row) == "Arvid"
    decide(them, cases[0], there.specialist, Decided.STAY, "Som før")
    following = gone_through(them, cases[0], there.coordinator)
    assert following is not None and following.id == cases[1].id
    assert before_all(them, row) == "Berit"
    with them.acting(them.nurse, at=FRIDAY) as by:
        meetings.go_to(meeting=row.id, case=cases[2].id, by=by, at=FRIDAY)
    assert before_all(them, row) == "Cato"
    gone_through(them, cases[2], there.coordinator, CaseStage.NEXT_TIME)
    assert before_all(them, row) == "Berit"  # who waits still, though earlier on the list
    assert gone_through(them, cases[1], there.coordinator, CaseStage.NEXT_TIME) is None
    assert before_all(them, row) == "Berit"


@pytest.mark.parametrize("who", ["specialist", "coordinator", "other_coordinator"])
def test_nobody_puts_on_a_list_whom_the_own_unit_does_not_reach(
    them: Cast, there: Hospital, who: str
) -> None:
    by: Viewer = getattr(there, who)
    one = them.patient()
    treated(them, one, "heart" if who != "other_coordinator" else "lungs")
    row = convened(them, there.coordinator)
    with pytest.raises(NotMet) as no:
        put(them, row, one, by)
    assert no.value.code == "ground"
    with them.acting(by), pytest.raises(DatabaseError, match="row-level security"):
        Case.objects.create(
            meeting=row, patient_id=one.actor, why="question", question="Hva nå?", at=NOW
        )
    front = "doctor" if who == "specialist" else "coordinator"
    sent = {"do": "put", "patient": str(one.person), "text": "Hva nå?"}
    with them.clock(NOW):
        browser = them.browser(by)
        assert browser.post(f"/{front}/meeting/{row.id}", sent).status_code == 404
        sent = {**sent, "do": "to-meeting", "meeting": str(row.id)}
        assert browser.post(f"/{front}/patient/{one.person}/care", sent).status_code == 404
    with them.acting(them.nurse):
        assert not Case.objects.exists()
        assert not Relation.objects.filter(ground=Ground.MEETING).exists()


def test_whom_one_reaches_may_be_put_on_anothers_list(them: Cast, there: Hospital) -> None:
    """The team and the GP ask the department too; it sees the patient from then."""
    one = them.patient()
    treated(them, one, "team", Ground.CARE_TEAM)
    row = convened(them, there.coordinator)
    with them.acting(there.outreach) as by:
        listing.put(meeting=row.id, patient=one.actor, question="Maske?", by=by, at=NOW)
    with them.acting(there.coordinator) as by:
        (case,) = meetings.cases_for(row, by, at=NOW)
    assert case.question == "Maske?"
