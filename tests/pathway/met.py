"""A meeting of a department, as its tests need it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.hospital import Hospital
from tests.people import NOW, OSLO, Cast
from varde.base.rows import new_id
from varde.core.meeting import CaseStage, Decided
from varde.pathway import closing
from varde.pathway.meeting import deciding, listing, meetings, minutes
from varde.pathway.meeting.deciding import Wanted
from varde.pathway.models import Case, Decision, Meeting
from varde.people.viewer import Viewer
from varde.triage.contact import Contact

DAY = timedelta(days=1)
FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=OSLO)
WHY = "Gul i to uker etter kuren. Skal vi gå opp i inhalasjoner?"


def convened(them: Cast, by: Viewer, at: datetime = FRIDAY, **more: Any) -> Meeting:
    asked = {"minutes": 60, "place": "Møterom 2", "programmes": ["copd"], "every_weeks": 1, **more}
    with them.acting(by):
        return meetings.convene(starts_at=at, by=by, at=NOW, **asked)


def put(
    them: Cast, row: Meeting, patient: Viewer, by: Viewer | None = None, at: datetime = NOW
) -> Case:
    by = by or them.nurse
    with them.acting(by, at=at):
        return listing.put(meeting=row.id, patient=patient.actor, question=WHY, by=by, at=at)


def begun(them: Cast, row: Meeting, by: Viewer) -> Meeting:
    with them.acting(by, at=FRIDAY):
        return meetings.start(meeting=row.id, by=by, at=FRIDAY)


def attended(them: Cast, row: Meeting, by: Viewer, *who: Viewer) -> None:
    with them.acting(by, at=FRIDAY):
        persons = [one.actor for one in who]
        meetings.attend(meeting=row.id, persons=persons, by=by, at=FRIDAY)


def decide(
    them: Cast, case: Case, by: Viewer, what: Decided, text: str = "Furix 40 mg × 2", **more: Any
) -> Decision:
    wanted = Wanted(what, text, **more)
    with them.acting(by, at=FRIDAY):
        return deciding.decide(case=case.id, wanted=wanted, by=by, at=FRIDAY)


def gone_through(
    them: Cast, case: Case, by: Viewer, then: CaseStage = CaseStage.DONE
) -> Case | None:
    with them.acting(by, at=FRIDAY):
        return meetings.gone_through(
            meeting=case.meeting_id, case=case.id, then=then, by=by, at=FRIDAY
        )


def ended(them: Cast, row: Meeting, by: Viewer, notes: dict[Any, str], **more: Any) -> int:
    with them.acting(by, at=FRIDAY):
        edition = Meeting.objects.get(id=row.id).edition
        return minutes.end(meeting=row.id, edition=more.get("edition", edition), notes=notes,
                            by=by, at=FRIDAY)  # fmt: skip


def running(them: Cast, there: Hospital, patient: Viewer) -> Case:
    """A meeting that has begun, with the patient on its list and the department's doctor there."""
    row = convened(them, there.coordinator)
    case = put(them, row, patient)
    begun(them, row, there.coordinator)
    attended(them, row, there.coordinator, there.specialist)
    return case


def put_by(them: Cast, patient: Viewer, note: str = WHY) -> None:
    """The nurse's next step after a talk: to the meeting."""
    contact = Contact(new_id(), patient.actor, ("phone-answered",), ("to-meeting",), note)
    with them.acting(them.nurse) as by:
        closing.record_contact(contact=contact, by=by, at=NOW)
