"""What the service leaves to the doctor, and what a new draft leaves out."""

from __future__ import annotations

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from msgspec.structs import replace

from tests.people import Cast
from tests.plan.agreed import approved, responsible, whole
from tests.plan.test_approving import refused
from varde.core.plan import decoded
from varde.measuring.models import Enrolment
from varde.people.viewer import Viewer
from varde.plan import approving, writing


def test_a_doctor_is_asked_for_the_dose_and_nothing_holds_without_it(
    them: Cast, patient: Viewer
) -> None:
    with them.acting(them.nurse):
        row = writing.begin_draft(patient=patient.actor, by=them.nurse, at=them.at)
    said = {"patient": patient.actor, "plan": row.id, "edition": row.edition}
    assert refused(them, them.nurse, approving.propose, **said) == "lacks"  # what matters
    content = replace(decoded(row.content), goals=("Gå tur",))
    with them.acting(them.nurse):
        row = writing.save_draft(patient=patient.actor, plan=row.id, edition=row.edition,
                                 content=content, by=them.nurse, at=them.at)  # fmt: skip
        approving.propose(patient=patient.actor, plan=row.id, edition=row.edition, by=them.nurse,
                          at=them.at)  # fmt: skip
    said["edition"] = row.edition
    assert refused(them, them.gp, approving.approve, **said) == "lacks"
    with them.acting(them.gp):
        held = approving.approve(**said, content=whole(content), by=them.gp, at=them.at)
    assert held.version == 1


def test_a_programme_that_has_ended_is_not_in_the_next_draft(them: Cast) -> None:
    patient = them.both()
    responsible(them, patient)
    row = approved(them, patient)
    assert {one.programme for one in decoded(row.content).sections} == {"copd", "heart-failure"}
    later = them.at + timedelta(days=1)
    with them.acting(them.nurse):
        term = Enrolment.objects.get(patient_id=patient.actor, programme="heart-failure")
        over = DateTimeTZRange(term.period.lower, them.at + timedelta(hours=1))
        Enrolment.objects.filter(id=term.id).update(period=over)
    with them.acting(them.nurse, at=later) as by:
        new = writing.begin_draft(patient=patient.actor, by=by, at=later)
    assert [one.programme for one in decoded(new.content).sections] == ["copd"]
