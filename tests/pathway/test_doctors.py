"""Who answers for a patient: the deputy of one who is away, and a task when there is nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from tests.base.walls import end_relation
from tests.hospital import hospital, treated
from tests.people import Cast, employ
from tests.plan.agreed import colleague, proposed, responsible, seen
from tests.web.test_patient_pages import said
from varde.clock import tasks as clock_tasks
from varde.core.access import Ground, Role
from varde.pathway import doctors
from varde.pathway.doctors import NotResponsible
from varde.people import actions as people
from varde.people.doctors import acting_doctor, acts_for, doctors_of
from varde.people.models import Assignment, Responsibility
from varde.people.nurses import NotNamed, absences, say_absent, take_back
from varde.people.viewer import Viewer
from varde.plan import queries as plans
from varde.triage.models import Item, Task
from varde.triage.tasks import finish

DAY = timedelta(days=1)
NO_DOCTOR = ("service", "municipality")  # whom the patient is reached from, and no doctor


@pytest.fixture
def patient(them: Cast) -> Viewer:
    one = them.patient()
    responsible(them, one)
    return one


def away(them: Cast, doctor: Viewer, stands_in: Viewer | None, days: int = 0) -> None:
    today = them.at.date()
    with them.acting(doctor):
        say_absent(first=today, last=today + days * DAY, by=doctor, at=them.at,
                   stands_in=stands_in.actor if stands_in else None)  # fmt: skip


def quits(them: Cast, doctor: Viewer) -> None:
    with them.acting():
        for row in Assignment.objects.filter(person_id=doctor.actor):
            Assignment.objects.filter(id=row.id).update(
                period=DateTimeTZRange(row.period.lower, them.at - DAY)
            )


def acting(them: Cast, patient: Viewer) -> tuple[object, object] | None:
    with them.acting():
        found = acting_doctor(patient.actor, zone="Europe/Oslo", at=them.at)
    return (found.person, found.instead_of) if found else None


def missing(them: Cast, patient: Viewer, at: datetime | None = None) -> list[Task]:
    clock_tasks.plans(at=at or them.at)
    with them.acting(at=at):
        rows = Task.objects.filter(patient_id=patient.actor, kind=doctors.MISSING, done_at=None)
        return list(rows)


def test_the_responsible_doctor_acts(them: Cast, patient: Viewer) -> None:
    assert acting(them, patient) == (them.gp.person, None)
    assert missing(them, patient) == []


def test_a_deputy_acts_for_one_who_is_away_and_stands_first(them: Cast, patient: Viewer) -> None:
    deputy = colleague(them)
    away(them, them.gp, deputy)
    assert acting(them, patient) == (deputy.person, them.gp.person)
    with them.acting():
        first, second = doctors_of(patient.actor, zone="Europe/Oslo", at=them.at)
    assert (first.person, first.acting) == (deputy.person, True)
    assert (second.person, second.away) == (them.gp.person, them.at.date())


def test_a_deputy_who_is_away_too_acts_for_nobody(them: Cast, patient: Viewer) -> None:
    deputy = colleague(them)
    away(them, them.gp, deputy)
    away(them, deputy, None)
    assert acting(them, patient) is None


def test_a_doctor_is_stood_in_for_by_a_doctor_of_the_same_place(them: Cast) -> None:
    for other in (them.nurse, them.other_gp, them.gp):
        with pytest.raises(NotNamed):
            away(them, them.gp, other)


def test_without_a_doctor_it_is_the_coordinators_task_once(them: Cast, patient: Viewer) -> None:
    quits(them, them.gp)
    assert acting(them, patient) is None
    (task,) = missing(them, patient)
    assert task.unit_id == them.units["municipality"]
    assert len(missing(them, patient)) == 1


def test_not_done_by_its_day_it_stands_on_the_services_list(them: Cast, patient: Viewer) -> None:
    quits(them, them.gp)
    missing(them, patient)
    clock_tasks.due_tasks(at=them.at + 2 * DAY)
    with them.acting(at=them.at + 2 * DAY):
        assert Item.objects.filter(patient_id=patient.actor, open=True).exists()


def test_one_who_was_never_given_a_doctor_is_found(them: Cast) -> None:
    assert len(missing(them, them.patient(relations=NO_DOCTOR))) == 1


def test_nobody_named_the_gp_answers_from_the_start_and_is_told(them: Cast) -> None:
    patient = them.patient(began=them.at)
    assert acting(them, patient) == (them.gp.person, None)
    assert missing(them, patient) == []
    browser = them.browser(them.gp)
    with them.clock():
        assert "Nye pasienter du er ansvarlig lege for Ragna Tindheim" in said(
            browser.get("/doctor/")
        )
        browser.get(f"/doctor/patient/{patient.actor}")
    with them.clock(them.at + DAY):
        assert "du er ansvarlig lege for" not in said(browser.get("/doctor/"))


def test_where_a_hospital_follows_its_doctor_answers(them: Cast) -> None:
    there = hospital(them)
    patient = them.patient(relations=NO_DOCTOR)
    treated(them, patient, "practice", Ground.GP)
    treated(them, patient, "lungs")
    assert missing(them, patient) == []
    assert acting(them, patient) == (there.specialist.person, None)


def test_of_two_doctors_a_person_says_who(them: Cast) -> None:
    colleague(them)
    assert len(missing(them, them.patient())) == 1


def test_a_doctor_who_comes_later_is_named_and_the_task_is_gone(them: Cast) -> None:
    patient = them.patient(relations=NO_DOCTOR)
    assert len(missing(them, patient)) == 1
    treated(them, patient, "practice", Ground.GP)
    assert missing(them, patient) == []
    assert acting(them, patient) == (them.gp.person, None)


def test_whom_the_rule_meant_gives_way_when_a_hospital_comes_and_comes_back(them: Cast) -> None:
    there = hospital(them)
    patient = them.patient()
    assert acting(them, patient) == (them.gp.person, None)
    treated(them, patient, "lungs", days=1)
    assert missing(them, patient) == []
    assert acting(them, patient) == (there.specialist.person, None)
    end_relation(them, patient, "lungs")
    later = them.at + timedelta(minutes=10)
    assert missing(them, patient, later) == []
    with them.acting(at=later):
        found = acting_doctor(patient.actor, zone="Europe/Oslo", at=later)
    assert found is not None and found.person == them.gp.person


def test_where_a_hospital_with_several_comes_a_person_says_who(them: Cast) -> None:
    hospital(them)
    with them.acting():
        employ(them, "Mona", Role.SPECIALIST, "lungs", them.at - DAY)
    patient = them.patient()
    treated(them, patient, "lungs", days=1)
    (task,) = missing(them, patient)
    with them.acting(them.coordinator) as by:  # asked once: the GP answers meanwhile
        finish(task=task.id, by=by, at=them.at)
    assert missing(them, patient) == []
    assert acting(them, patient) == (them.gp.person, None)
    with them.clock():
        form = {"patient": str(patient.person), "doctor": str(them.gp.person)}
        browser = them.browser(them.coordinator)
        assert "etter regelen" in said(browser.get(f"/coordinator/patient/{patient.actor}"))
        browser.post(f"/coordinator/patient/{patient.actor}/responsible", form)
        assert "etter regelen" not in said(browser.get(f"/coordinator/patient/{patient.actor}"))
    assert missing(them, patient) == []


@pytest.mark.parametrize("later", [-DAY / 2, timedelta(seconds=1)])
def test_the_clock_names_nobody_over_whom_a_person_named_meanwhile(
    them: Cast, monkeypatch: pytest.MonkeyPatch, later: timedelta
) -> None:
    """The coordinator's word comes between the clock's look and what it writes."""
    hospital(them)
    patient = them.patient(relations=NO_DOCTOR)
    treated(them, patient, "practice", Ground.GP, days=1)
    treated(them, patient, "lungs", days=1)
    real = doctors.places_of

    def meanwhile(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        people.name_responsible(patient=patient.actor, doctor=them.gp.actor, at=them.at + later,
                                organisation=them.units["practice"], by=them.system)  # fmt: skip
        return found

    monkeypatch.setattr(doctors, "places_of", meanwhile)
    with them.acting() as by:
        doctors.name_by_default([patient.actor], by=by, at=them.at)
    tomorrow = them.at + DAY
    with them.acting(at=tomorrow):
        rows = Responsibility.objects.filter(patient_id=patient.actor)
        (now,) = rows.filter(period__contains=tomorrow)
    assert (now.doctor_id, now.chosen) == (them.gp.person, True)


def test_a_person_names_also_just_after_the_clock_has(them: Cast) -> None:
    patient, other = them.patient(began=them.at), colleague(them)
    with them.acting(them.coordinator) as by:
        doctors.name(patient=patient.actor, doctor=other.actor, by=by, at=them.at)
    with them.acting(at=them.at + DAY):
        assert (
            acting_doctor(patient.actor, zone="Europe/Oslo", at=them.at + DAY).person
            == other.person
        )


def test_one_who_was_named_stays_when_a_hospital_comes(them: Cast, patient: Viewer) -> None:
    hospital(them)
    treated(them, patient, "lungs")
    assert missing(them, patient) == []
    assert acting(them, patient) == (them.gp.person, None)


def test_a_new_doctor_is_named_and_what_waits_goes_to_that_one(them: Cast, patient: Viewer) -> None:
    row = proposed(them, patient)
    other = colleague(them)
    quits(them, them.gp)
    missing(them, patient)
    with them.acting(them.coordinator):
        doctors.name(patient=patient.actor, doctor=other.actor, by=them.coordinator, at=them.at)
    assert acting(them, patient) == (other.person, None)
    assert seen(them, row.id).asked_id == other.person
    assert missing(them, patient) == []
    with them.acting():
        rows = Responsibility.objects.filter(patient_id=patient.actor)
        (now,) = rows.filter(period__contains=them.at)
    assert now.doctor_id == other.person


def test_only_a_doctor_who_treats_the_patient_is_named(them: Cast, patient: Viewer) -> None:
    for other in (them.other_gp, them.nurse):
        with pytest.raises(NotResponsible), them.acting(them.coordinator):
            doctors.name(patient=patient.actor, doctor=other.actor, by=them.coordinator, at=them.at)


def test_what_was_sent_to_the_deputy_is_the_doctors_again_when_the_days_are_over(
    them: Cast, patient: Viewer
) -> None:
    deputy = colleague(them)
    away(them, them.gp, deputy)
    row = proposed(them, patient)
    later = them.at + DAY
    with them.acting(at=later):
        for doctor, many in ((them.gp, 1), (deputy, 0)):
            mine = acts_for(doctor.actor, zone="Europe/Oslo", at=later)
            assert len(plans.asked_of(mine, at=later)) == many
    assert row.asked_id == deputy.person


def test_a_doctor_whose_practice_treats_the_patient_no_more_acts_for_nobody(
    them: Cast, patient: Viewer
) -> None:
    end_relation(them, patient, "practice")
    assert acting(them, patient) is None
    assert len(missing(them, patient)) == 1


def test_the_task_ends_by_itself_when_somebody_acts_again(them: Cast, patient: Viewer) -> None:
    away(them, them.gp, None)
    assert len(missing(them, patient)) == 1
    with them.acting(them.gp):
        (row,) = absences([them.gp.actor], them.at.date())
        take_back(absence=row.id, by=them.gp, at=them.at)
    assert missing(them, patient) == []


def test_the_sweep_asks_as_often_for_many_as_for_few(them: Cast) -> None:
    deputy = colleague(them)
    away(them, them.gp, deputy)
    asked = []
    for n in (1, 4):
        for _ in range(n):
            responsible(them, them.patient())
        with them.acting() as by, CaptureQueriesContext(connection) as queries:
            doctors.sweep(them.units["service"], by=by, at=them.at)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_whom_the_rule_has_not_come_to_yet_is_nobodys_task(
    them: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctors, "AT_ONCE", 1)
    patients = [them.patient(relations=NO_DOCTOR) for _ in range(3)]
    for one in patients:
        treated(them, one, "practice", Ground.GP, days=1)
    for n in range(3):
        at = them.at + n * timedelta(minutes=10)
        assert [task for one in patients for task in missing(them, one, at)] == []
    with them.acting(at=them.at + DAY):
        rows = Responsibility.objects.filter(patient_id__in=[one.actor for one in patients])
        assert rows.count() == 3


def test_saving_as_it_stands_confirms_the_same_doctor(them: Cast) -> None:
    patient = them.patient()
    deputy = colleague(them, "Aagot")
    away(them, them.gp, deputy)  # who acts stands first
    with them.clock():
        browser = them.browser(them.coordinator)
        page = browser.get(f"/coordinator/patient/{patient.actor}").content.decode()
    chosen = page.split('" selected>')[0].rsplit('value="', 1)[1]
    assert chosen == str(them.gp.person)
