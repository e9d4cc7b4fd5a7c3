"""Who has a plan at once; and who, when the patient has said no to sharing (decisions 7.4)."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hospital import hospital, objects_to_sharing, treated
from tests.people import Cast
from tests.plan.agreed import approved
from varde.core.access import Ground
from varde.people.models import Consent
from varde.people.viewer import Viewer
from varde.plan import approving
from varde.plan.models import Copy

HOUR = timedelta(hours=1)


def have_it(them: Cast, patient: Viewer) -> set[str]:
    names = {unit: name for name, unit in them.units.items()}
    with them.acting():
        rows = Copy.objects.filter(patient_id=patient.actor, ended_at=None)
        return {names[row.organisation_id] for row in rows}


def anew(them: Cast, hours: int) -> int:
    at = them.at + hours * HOUR
    with them.acting(at=at):
        return approving.hand_out_anew(them.units["service"], at=at)


def test_department_and_home_care_have_it_in_the_same_moment(them: Cast) -> None:
    hospital(them)
    patient = them.patient()
    treated(them, patient)
    treated(them, patient, "home-care", Ground.CARE_TEAM)
    for n in range(2):
        row = approved(them, patient, at=them.at + n * HOUR)
        assert have_it(them, patient) == {"service", "municipality", "practice", "lungs",
                                          "home-care"}  # fmt: skip
        with them.acting():
            held = Copy.objects.filter(patient_id=patient.actor, ended_at=None)
            assert {one.plan_id for one in held} == {row.id}


def test_a_plan_goes_to_the_service_alone(them: Cast) -> None:
    patient = them.patient()
    objects_to_sharing(them, patient)
    approved(them, patient)
    assert have_it(them, patient) == {"service"}


def test_who_says_no_later_takes_it_back_once(them: Cast) -> None:
    patient = them.patient()
    approved(them, patient)
    assert len(have_it(them, patient)) == 3
    objects_to_sharing(them, patient)
    anew(them, 1)
    assert have_it(them, patient) == {"service"}
    with CaptureQueriesContext(connection) as asked:
        assert anew(them, 2) == 0
    assert not [one for one in asked.captured_queries if "for update" in one["sql"].lower()]


def test_who_says_yes_again_lets_the_others_have_it(them: Cast) -> None:
    patient = them.patient()
    objects_to_sharing(them, patient)
    approved(them, patient)
    assert anew(them, 1) == 0
    with them.acting():
        Consent.objects.create(patient_id=patient.actor, kind="sharing", given_at=them.at + HOUR)
    assert anew(them, 2) == 2
    assert have_it(them, patient) == {"service", "municipality", "practice"}
