"""The plan says all that the patient is judged by: beside limits, what is usual and change in days.

A plan that said «88 til under 90 %» to one who turns yellow at 94 would be trusted, and wrong.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import Cast
from tests.plan.agreed import approved, draft, proposed, responsible
from tests.web.test_patient_pages import said
from varde.core.plan_look import Look
from varde.core.thresholds import Limits
from varde.people.viewer import Viewer
from varde.plan.approving import judged_mark
from varde.plan.looking import needs_look
from varde.plan.models import Plan
from varde.triage import ordering
from varde.triage.ordering import Draft

DAY = timedelta(days=1)
YELLOW = "3 til under 5 % under det vanlige (97 %)"
RED = "5 % eller mer under det vanlige (97 %)"


@pytest.fixture
def patient(them: Cast) -> Viewer:
    """Whose oxygen is 97 as a rule, with the programme's limits."""
    one = them.patient()
    responsible(them, one)
    for n in range(4, 0, -1):
        them.report(one, at=them.at - n * DAY, spo2=97)
    return one


def zone(them: Cast, patient: Viewer, name: str) -> str:
    with them.clock():
        return said(them.browser(patient).get(f"/patient/plan?zone={name}"))


def look(them: Cast, row: Plan) -> Look:
    with them.acting(them.nurse):
        return needs_look(Plan.objects.get(id=row.id), at=them.at)


def order(them: Cast, patient: Viewer) -> None:
    with them.acting(them.gp) as by:
        limits = {"spo2": Limits(alert_low=84, warning_low=86)}
        ordering.order(Draft(patient.actor, limits, "Stabil"), by=by, at=them.at)


def test_the_patient_has_the_numbers_and_nothing_to_reckon(them: Cast, patient: Viewer) -> None:
    """Usual 97: yellow from 94, red from 92, whatever the common limits of 90 and 88 say."""
    approved(them, patient)
    assert "Oksygen fra 95 %" in zone(them, patient, "green")
    assert "Oksygen 93 til under 95 %" in zone(them, patient, "yellow")
    assert "Oksygen under 93 %" in zone(them, patient, "red")


def test_before_it_is_known_what_is_usual_both_are_said(them: Cast) -> None:
    one = them.patient()
    responsible(them, one)
    approved(them, one)
    yellow = zone(them, one, "yellow")
    assert "Oksygen 88 til under 90 %, 3 til under 5 % under det vanlige" in yellow


def test_heart_failure_says_what_the_weight_does_in_days(them: Cast) -> None:
    one = them.patient(programme="heart-failure")
    responsible(them, one)
    approved(them, one)
    assert "Vekt opp 1,0 kg eller mer, eller ned" in zone(them, one, "yellow")
    assert "Vekt opp mer enn 2,0 kg på 3 døgn" in zone(them, one, "red")


def test_whoever_approves_sees_it_with_what_is_usual(them: Cast, patient: Viewer) -> None:
    proposed(them, patient)
    for by, address in ((them.gp, f"/doctor/patient/{patient.person}"),
                        (them.nurse, f"/nurse/patient/{patient.person}/plan")):  # fmt: skip
        with them.clock():
            text = said(them.browser(by).get(address))
        assert f"SpO₂ {YELLOW}" in text and f"SpO₂ {RED}" in text
        assert "SpO₂ 88 til under 90 %" in text and "Vanlig for pasienten: SpO₂ 97 %" in text


def test_own_limits_end_it_and_the_plan_is_to_be_looked_at(them: Cast, patient: Viewer) -> None:
    row = approved(them, patient)
    assert not look(them, row).needed
    order(them, patient)
    found = look(them, row)
    assert found.beside == ("spo2",) and set(found.limits) == {"spo2"}
    yellow = zone(them, patient, "yellow")
    assert "Oksygen 93 til under 95 % (i dag: 84 til under 86 %)" in yellow
    with them.clock():
        text = said(them.browser(them.nurse).get(f"/nurse/patient/{patient.person}/plan"))
    assert "SpO₂ vurderes ellers annerledes nå enn da planen ble godkjent" in text


def test_a_plan_from_before_it_was_kept_says_nothing_of_a_change(
    them: Cast, patient: Viewer
) -> None:
    row = approved(them, patient)
    with them.acting(them.nurse):
        Plan.objects.filter(id=row.id).update(beside=None)
    assert not look(them, row).needed
    assert "Oksygen 93 til under 95 %" in zone(them, patient, "yellow")


def test_what_is_approved_is_what_was_shown(them: Cast, patient: Viewer) -> None:
    """Own limits for another kind leave the limits of this one, and the rule beside them."""
    draft(them, patient)
    with them.acting(them.gp):
        before = judged_mark(patient.actor, at=them.at)
    order(them, patient)
    with them.acting(them.gp):
        assert judged_mark(patient.actor, at=them.at) != before
