"""What a machine has sent is not asked for again on the phone; the patient may measure all."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from tests.people import NOW, Cast
from tests.web.test_patient_pages import CALM, said, send, walk
from varde.base.tenancy import acting
from varde.measuring.models import Expectation, Report
from varde.people.viewer import Viewer


def expected(them: Cast) -> tuple[Viewer, Client]:
    """A heart failure patient with a weight to compare with, who is to report today; the phone."""
    patient = them.patient(programme="heart-failure")
    them.report(patient, at=NOW - timedelta(days=2), weight=82.3)
    them.expect_today()
    return patient, them.browser(patient)


def every_step(them: Cast) -> list[str]:
    """What is asked for when nothing has come."""
    _patient, phone = expected(them)
    with them.clock():
        return walk(phone, CALM)


def test_what_came_from_the_scale_is_not_asked_for(them: Cast) -> None:
    whole = every_step(them)
    other, phone = expected(them)
    them.report(other, weight=82.4)
    with them.clock():
        today = said(phone.get("/patient/"))
        asked = walk(phone, CALM)
    assert "Vi har alt fått vekten. Det trenger du ikke måle nå." in today
    assert "Badevekta" not in today
    assert asked == [step for step in whole if step != "weight"] != whole


def test_what_is_sent_then_makes_the_report_whole(them: Cast) -> None:
    patient, phone = expected(them)
    them.report(patient, weight=82.4)
    with them.clock():
        walk(phone, CALM)
        send(phone)
        today = said(phone.get("/patient/"))
    with acting(patient.frame(NOW)):
        (report,) = Report.objects.filter(patient_id=patient.person).exclude(answers={})
        (state,) = Expectation.objects.filter(patient_id=patient.person).values_list("state")
    assert report.answers["breathing"] == "as-usual"
    assert state == ("met",)
    assert "Du er ferdig for i dag" in today


def test_only_questions_are_left_when_every_number_has_come(them: Cast) -> None:
    patient, phone = expected(them)
    them.report(patient, weight=82.4, pulse=78, systolic=132, diastolic=80, spo2=95)
    with them.clock():
        today = said(phone.get("/patient/"))
        asked = walk(phone, CALM)
        told = said(phone.get(send(phone)["Location"]))
    assert "Det er tid for noen spørsmål" in today
    assert "Svar nå" in today
    assert "Du trenger" not in today
    assert not {"weight", "blood-pressure", "oxygen"} & set(asked)
    assert "Grønn sone" in told


def test_the_patient_may_measure_everything_all_the_same(them: Cast) -> None:
    whole = every_step(them)
    other, phone = expected(them)
    them.report(other, weight=82.4)
    with them.clock():
        assert "Mål alt likevel" in said(phone.get("/patient/"))
        phone.get("/patient/measure/?all=1")
        assert walk(phone, CALM) == whole


def test_a_weight_that_comes_while_one_is_typed_takes_nothing_away(them: Cast) -> None:
    """Nothing that was typed is lost, and the step stays where it was."""
    patient, phone = expected(them)
    with them.clock():
        kept = phone.post("/patient/measure/weight", {"from": "", "weight": "82,6"})
        assert kept.status_code == 302, said(kept)
        them.report(patient, at=NOW + timedelta(seconds=5), weight=82.4)
        assert "weight" in walk(phone, {**CALM, "weight": "82,6"})
        page = said(phone.get("/patient/measure/look-over"))
    assert "82,6" in page


def test_a_measurement_that_was_not_green_is_asked_for_again_and_never_talked_away(
    them: Cast,
) -> None:
    """Calm answers must not speak for a saturation that was red three hours ago."""
    patient = them.patient()
    them.expect_today()
    phone = them.browser(patient)
    them.report(patient, at=NOW - timedelta(hours=1), spo2=78, pulse=80)
    with them.clock():
        today = said(phone.get("/patient/"))
        asked = walk(phone, CALM)
    assert "Vi har alt fått" not in today
    assert asked[0] == "oxygen"


def test_a_reading_of_many_hours_ago_is_asked_for_again(them: Cast) -> None:
    patient, phone = expected(them)
    them.report(patient, weight=82.4)
    with them.clock(NOW + timedelta(hours=5)):
        assert "Badevekta" in said(phone.get("/patient/"))


def test_what_comes_while_it_is_typed_takes_no_step_away(them: Cast) -> None:
    """Given the scale's own report between the step being shown and sent, both are taken."""
    patient, phone = expected(them)
    with them.clock():
        phone.get("/patient/measure/")
        assert phone.get("/patient/measure/weight").status_code == 200
        them.report(patient, weight=82.4)
        kept = phone.post("/patient/measure/weight", {"from": "", "weight": "82,5"})
        assert kept.status_code == 302, said(kept)
        assert "weight" in walk(phone, {**CALM, "weight": "82,5"})


def test_a_step_that_is_not_asked_for_may_still_be_taken(them: Cast) -> None:
    patient, phone = expected(them)
    them.report(patient, weight=82.4)
    with them.clock():
        assert (
            phone.post("/patient/measure/weight", {"from": "", "weight": "82,5"}).status_code == 302
        )


def test_half_of_a_device_is_no_reason_to_leave_it(them: Cast) -> None:
    """Pressures without the pulse: the cuff is asked for, and nothing says that it is not."""
    patient, phone = expected(them)
    them.report(patient, systolic=132, diastolic=80)
    with them.clock():
        assert "Vi har alt fått" not in said(phone.get("/patient/"))
        assert "blood-pressure" in walk(phone, CALM)
